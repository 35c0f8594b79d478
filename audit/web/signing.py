"""
Who is asking: passwords, visits and invitations.

Does not decide what they may do; each door says which role it needs. Only digests of secrets are stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from db.desk import Act, Invitation, Person, Visit
from db.terms import PersonRole
from db.unchanged import once

LASTS = timedelta(hours=12)
"""How long a visit lasts without a sign of life."""

OPEN_FOR = timedelta(days=3)
"""How long an invitation can be used."""

SHORTEST = 12
"""Signs of a password (BSI ORP.4 asks for length rather than for kinds of signs)."""

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")

ORDER = [PersonRole.READER, PersonRole.EDITOR, PersonRole.ADMIN]


def may(person: Person, role: PersonRole) -> bool:
    """Say whether a person has at least a role."""
    return ORDER.index(PersonRole(person.role)) >= ORDER.index(role)


def digest(secret: str) -> str:
    """Return what is stored of a random secret; it is too long to be guessed, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check(session: Session, email: str, password: str) -> Person | None:
    """Return the person of these words; takes as long for an unknown name, so that nobody learns which exist."""
    found = session.scalar(select(Person).where(Person.email == email.strip().lower(), Person.disabled.is_(None)))
    known = found.password if found is not None else None
    fits = hasher().verify(password, known or _nobodys())
    return found if known and fits else None


def begin(session: Session, person: Person, *, browser: str, now: datetime) -> str:
    """Write a visit and return what the cookie carries."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(Visit).where(Visit.expires < now))
    session.add(
        Visit(
            digest=digest(secret), person_id=person.id, begun=now, seen=now, expires=now + LASTS, browser=browser[:200]
        )
    )
    return secret


def visit(session: Session, secret: str, *, now: datetime) -> Visit | None:
    """Return the visit that a cookie belongs to, with its person, and let it last longer; None if it is over."""
    digested = digest(secret)
    wanted = select(Visit).where(Visit.digest == digested).options(joinedload(Visit.person))
    found = once(session, (Visit, digested), lambda: session.scalar(wanted))
    if found is None or found.expires < now or found.person.disabled is not None:
        return None
    if now - found.seen > timedelta(minutes=5):
        lasting = update(Visit).where(Visit.id == found.id).values(seen=now, expires=now + LASTS)
        session.execute(lasting.execution_options(synchronize_session=False))
    return found


def end(session: Session, secret: str) -> None:
    """Forget a visit."""
    session.execute(delete(Visit).where(Visit.digest == digest(secret)))


def invite(session: Session, person: Person | None, *, now: datetime) -> str:
    """Write an invitation to choose a password, or for nobody yet, to become the first administrator; return what its link carries."""
    secret = secrets.token_urlsafe(32)
    session.add(
        Invitation(digest=digest(secret), person_id=person.id if person else None, made=now, expires=now + OPEN_FOR)
    )
    return secret


def invited(session: Session, secret: str, *, now: datetime) -> Invitation | None:
    """Return an invitation that can still be used."""
    found = session.scalar(
        select(Invitation).where(Invitation.digest == digest(secret)).options(selectinload(Invitation.person))
    )
    if found is None or found.used is not None or found.expires < now:
        return None
    return found if found.person is None or found.person.disabled is None else None


def use(session: Session, invitation: Invitation, person: Person, *, now: datetime) -> None:
    """
    Let an invitation, and those like it, hold no longer; browsers in which the person was signed in are signed out.

    A desk that nobody can manage prints a link for the first administrator at each start, and one of them is enough.
    """
    is_first = invitation.person_id is None
    invitation.used, invitation.person_id = now, person.id
    session.flush()
    alike = Invitation.person_id.is_(None) if is_first else Invitation.person_id == person.id
    session.execute(delete(Invitation).where(alike, Invitation.used.is_(None)))
    session.execute(delete(Visit).where(Visit.person_id == person.id))


def note(
    session: Session, person: Person | None, what: str, *, now: datetime, town_id: int | None = None, about: str = ""
) -> None:
    """Write a line of the log of who did what."""
    session.add(
        Act(
            at=now,
            what=what,
            who=person.name if person else "",
            person_id=person.id if person else None,
            town_id=town_id,
            about=about[:500],
        )
    )


@cache
def hasher() -> PasswordHash:
    """Return what turns passwords into argon2id hashes."""
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    return hasher().hash(secrets.token_urlsafe())
