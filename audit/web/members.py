"""
Who works at the desk: invited, changed, shut out, let in, and never without somebody who can do that.

Does not check passwords or cookies (``signing``) and shows nothing. A person is changed only if they still are as whoever changes them
has seen them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from audit.web import oidc, signing
from db.desk import Invitation, Person, Visit
from db.terms import PersonRole


class Ended(StrEnum):
    """How a change ended."""

    DONE = "done"
    OLD = "old"  #: somebody else was quicker
    LAST = "last"  #: nobody would be left to manage the desk


class Line(NamedTuple):
    """A person as a list shows them: ``seen`` is the last sign of life of any browser, ``open`` an invitation not yet taken."""

    person: Person
    seen: datetime | None
    open: bool


def lines(session: Session, *, now: datetime) -> list[Line]:
    """Return all people by name, those who were shut out last."""
    seen = select(Visit.person_id, func.max(Visit.seen).label("seen")).group_by(Visit.person_id).subquery()
    waiting = select(Invitation.person_id).where(Invitation.used.is_(None), Invitation.expires >= now)
    rows = session.execute(
        select(Person, seen.c.seen, Person.id.in_(waiting))
        .outerjoin(seen, seen.c.person_id == Person.id)
        .order_by(Person.disabled.is_not(None), func.lower(Person.name), Person.id)
    )
    return [Line(*row) for row in rows]


def visits(session: Session, person_id: int, *, now: datetime) -> list[Visit]:
    """Return the browsers in which a person is signed in, the latest first."""
    wanted = select(Visit).where(Visit.person_id == person_id, Visit.expires >= now)
    return list(session.scalars(wanted.order_by(Visit.seen.desc(), Visit.id.desc())))


def add(session: Session, person: Person) -> bool:
    """Write a new person; say False if somebody has that mail address."""
    # No savepoint: in SQLite its end would also end the transaction around it.
    if session.scalar(select(Person.id).where(Person.email == person.email)) is not None:
        return False
    session.add(person)
    session.flush()
    return True


def invite(session: Session, person: Person, *, now: datetime) -> str:
    """Return what the link of a new invitation carries; those before it hold no longer."""
    session.execute(delete(Invitation).where(Invitation.person_id == person.id, Invitation.used.is_(None)))
    return signing.invite(session, person, now=now)


def change(session: Session, person: Person, new: Mapping[str, Any], *, seen: Mapping[str, Any]) -> Ended:
    """Give a person these values, if the present ones are those that were ``seen``; what is done twice is done."""
    if all(getattr(person, name) == value for name, value in new.items()):
        return Ended.DONE
    _hold(session)
    stays = new.get("role", person.role) == PersonRole.ADMIN and new.get("disabled", person.disabled) is None
    same = [getattr(Person, name).is_not_distinct_from(value) for name, value in seen.items()]
    allowed = [] if stays else [or_(~manages(Person), _another(person.id))]
    order = update(Person).where(Person.id == person.id, *same, *allowed).values(**new)
    if session.execute(order, execution_options={"synchronize_session": False}).rowcount:  # type: ignore[attr-defined]
        session.refresh(person)
        return Ended.DONE
    session.refresh(person)
    is_same = all(getattr(person, name) == value for name, value in seen.items())
    return Ended.LAST if is_same else Ended.OLD


def shut_out(session: Session, person: Person, *, now: datetime) -> Ended:
    """Let a person in no longer, also where they are already, and not by a link that is on its way."""
    ended = change(session, person, {"disabled": now}, seen={"disabled": None})
    if ended is Ended.DONE:
        end_visits(session, person.id)
        session.execute(delete(Invitation).where(Invitation.person_id == person.id, Invitation.used.is_(None)))
    return ended


def end_visits(session: Session, person_id: int, *, visit_id: int | None = None, but: str = "") -> int:
    """Sign a person out in one browser, or in all but the one with this cookie; return in how many."""
    wanted = delete(Visit).where(Visit.person_id == person_id, Visit.digest != signing.digest(but))
    if visit_id is not None:
        wanted = wanted.where(Visit.id == visit_id)
    return int(session.execute(wanted).rowcount)  # type: ignore[attr-defined]


def manages(person: Any) -> ColumnElement[bool]:
    """Say whether a person can come in and manage the desk; who has not taken their invitation cannot."""
    can_come = or_(person.password.is_not(None), person.subject.is_not(None))
    return and_(person.role == PersonRole.ADMIN, person.disabled.is_(None), can_come)


def is_managed(session: Session) -> bool:
    """Is there anybody who can manage the desk?"""
    return session.scalar(select(Person.id).where(manages(Person)).limit(1)) is not None


def arrive(
    session: Session, accounts: oidc.Accounts, told: Mapping[str, Any], *, invitation: str, now: datetime
) -> Person:
    """
    Return the person whom the provider named, made new if nobody was; an invitation joins the account to the one invited.

    Raises:
        RefusedError: why is "invitation", "taken" (the account is another person's here), "known" (the mail address is),
            "email" (there is none) or "shut_out".
    """
    subject = str(told["sub"])
    found = session.scalar(select(Person).where(Person.issuer == accounts.issuer, Person.subject == subject))
    if invitation:
        found = _joined(session, accounts, told, found, invitation=invitation, now=now)
    found = found or _new(session, accounts, told, role=PersonRole.READER, now=now)
    if found.disabled is not None:
        raise oidc.RefusedError("shut_out", found.email)
    wanted = oidc.role(accounts, told)
    # The last administrator stays one, whatever the provider says.
    if wanted not in {None, found.role} and change(session, found, {"role": wanted}, seen={}) is Ended.DONE:
        signing.note(session, found, "role_by_provider", now=now, about=f"{found.email}: {wanted}")
    return found


def _joined(
    session: Session,
    accounts: oidc.Accounts,
    told: Mapping[str, Any],
    found: Person | None,
    *,
    invitation: str,
    now: datetime,
) -> Person:
    taken = signing.invited(session, invitation, now=now)
    if taken is None:
        raise oidc.RefusedError("invitation", "")
    person = taken.person or found or _new(session, accounts, told, role=PersonRole.ADMIN, now=now)
    if found is not None and found.id != person.id:
        raise oidc.RefusedError("taken", found.email)
    if taken.person is None:
        person.role = PersonRole.ADMIN
    person.issuer, person.subject = accounts.issuer, str(told["sub"])
    signing.use(session, taken, person, now=now)
    session.flush()
    return person


def _new(
    session: Session, accounts: oidc.Accounts, told: Mapping[str, Any], *, role: PersonRole, now: datetime
) -> Person:
    email = str(told.get("email") or "").strip().lower()
    if not signing.EMAIL.fullmatch(email):
        raise oidc.RefusedError("email", email[:250])
    name = str(told.get("name") or told.get("preferred_username") or email)[:200]
    made = Person(email=email, name=name, role=role, made=now, issuer=accounts.issuer, subject=str(told["sub"]))
    if not add(session, made):
        # Whoever can choose a mail address at the provider could otherwise take over the person who has it here.
        raise oidc.RefusedError("known", email)
    return made


def _another(person_id: int) -> ColumnElement[bool]:
    other = aliased(Person)
    return select(other.id).where(other.id != person_id, manages(other)).exists()


def _hold(session: Session) -> Sequence[int]:
    """Let two administrators not remove each other at once: on PostgreSQL the second waits here; SQLite has one writer."""
    wanted = select(Person.id).where(Person.role == PersonRole.ADMIN).order_by(Person.id).with_for_update()
    return session.scalars(wanted).all()
