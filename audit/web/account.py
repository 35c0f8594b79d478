"""
Screens of one's own account: name, language, password, browsers, and keys for programs.

Does not touch the account of anybody else: every row is looked up together with who is signed in.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.web import members, signing, tries
from audit.web.call import Call, Door
from audit.web.people import LONGEST, number, told_visits
from audit.web.welcome import LONGEST as LONGEST_PASSWORD
from audit.web.welcome import TRIES, keep_language
from db.desk import ApiKey, Person
from db.errors import InputError, NotFoundError
from db.session import opened
from db.terms import PersonRole
from reports.findings import iso
from reports.language import LOCALES

DAYS = ("30", "90", "365")
"""For how long a key may be used."""

KEYS = 20
"""Keys of one person at once."""

MARK = "fst_"
"""How each key begins, so that programs that look for leaked secrets know it."""

TWICE = timedelta(seconds=10)
"""What is sent again within this time was sent by a double click."""


def show(call: Call) -> Response:
    """Show the account."""
    with opened(call.engine) as session:
        return _shown(call, session, _me(call, session))


def change(call: Call) -> Response:
    """Keep name, language, and whether the summary of each audit is wanted."""
    name, language = call.words("name"), call.words("language")
    with opened(call.engine) as session:
        me = _me(call, session)
        faults = [code for code, is_so in (("name", not 0 < len(name) <= LONGEST), ("language", language not in LOCALES)) if is_so]  # fmt: skip
        if faults:
            return _shown(call, session, me, given={"name": name[:LONGEST]}, faults=faults)
        me.name, me.language, me.mailed = name, language, call.words("mailed") == "yes"
        signing.note(session, me, "account_changed", now=call.now)
    return keep_language(call, call.go("/konto", said="saved"), language)


def new_password(call: Call) -> Response:
    """Take a new password from who knows the old one; other browsers are signed out."""
    old, new, again = (str(call.form.get(name, "")) for name in ("old", "password", "again"))
    with opened(call.engine) as session:
        me = _me(call, session)
        if not tries.may("password", str(me.id), limits=TRIES):
            return _shown(call, session, me, faults=["often"], status=429)
        checks = [
            ("old", len(old) > LONGEST_PASSWORD or signing.check(session, me.email, old) is None),
            ("short", len(new) < signing.SHORTEST),
            ("long", len(new) > LONGEST_PASSWORD),
            ("differs", new != again),
        ]
        faults = [code for code, is_so in checks if is_so]
        if faults:
            return _shown(call, session, me, faults=faults)
        me.password = signing.hasher().hash(new)
        members.end_visits(session, me.id, but=call.visit)
        signing.note(session, me, "password_changed", now=call.now)
    return call.go("/konto", said="password_changed")


def end(call: Call) -> Response:
    """Sign out in one other browser, or in all others."""
    visit = call.path.get("visit")
    with opened(call.engine) as session:
        me = _me(call, session)
        ended = members.end_visits(session, me.id, visit_id=number(visit) if visit else None, but=call.visit)
        if ended:
            signing.note(session, me, "visits_ended", now=call.now, about=str(ended))
    return call.go("/konto#browser", said="visits_ended")


def new_key(call: Call) -> Response:
    """Write a key and show it once; of two that a double click asked for the second stays."""
    name, days = call.words("key_name"), call.words("days")
    with opened(call.engine) as session:
        me = _me(call, session)
        first = delete(ApiKey).where(ApiKey.person_id == me.id, ApiKey.name == name, ApiKey.made > call.now - TWICE)
        session.execute(first.where(ApiKey.used.is_(None)))
        faults = _faults_of_key(session, me, name=name, days=days)
        if faults:
            return _shown(call, session, me, given={"key_name": name[:LONGEST], "days": days}, faults=faults)
        secret = MARK + secrets.token_urlsafe(32)
        ends = call.now + timedelta(days=int(days))
        session.add(ApiKey(digest=signing.digest(secret), person_id=me.id, name=name, made=call.now, expires=ends))
        signing.note(session, me, "key_made", now=call.now, about=name)
    return call.page("handed", what="key", link=secret, about=name, back="/konto#schluessel", mailed="")


def revoke_key(call: Call) -> Response:
    """Let a key hold no longer."""
    with opened(call.engine) as session:
        me = _me(call, session)
        key = session.scalar(select(ApiKey).where(ApiKey.id == number(call.path["key"]), ApiKey.person_id == me.id))
        if key is None:
            raise NotFoundError("Diesen Schlüssel gibt es nicht.")
        if key.revoked is None:
            key.revoked = call.now
            signing.note(session, me, "key_revoked", now=call.now, about=key.name)
    return call.go("/konto#schluessel", said="key_revoked")


_ANY = PersonRole.READER
DOORS = (
    Door("/konto", show, _ANY),
    Door("/konto", change, _ANY, "POST"),
    Door("/konto/passwort", new_password, _ANY, "POST"),
    Door("/konto/besuche/abmelden", end, _ANY, "POST"),
    Door("/konto/besuche/{visit}/abmelden", end, _ANY, "POST"),
    Door("/konto/schluessel", new_key, _ANY, "POST"),
    Door("/konto/schluessel/{key}/widerrufen", revoke_key, _ANY, "POST"),
)


def _me(call: Call, session: Session) -> Person:
    assert call.person is not None
    me = session.get(Person, call.person.id) if call.settings.sign_in else None
    if me is None:
        raise InputError(
            "Ohne Anmeldung gibt es kein Konto.",
            remedy="Starten Sie Fundstelle mit „fundstelle serve --sign-in“, wenn mehrere Menschen damit arbeiten.",
        )
    return me


def _faults_of_key(session: Session, me: Person, *, name: str, days: str) -> list[str]:
    live = select(func.count()).where(ApiKey.person_id == me.id, ApiKey.revoked.is_(None))
    faults = [
        ("key_name", not 0 < len(name) <= LONGEST),
        ("days", days not in DAYS),
        ("same", bool(session.scalar(live.where(ApiKey.name == name)))),
        ("many", (session.scalar(live) or 0) >= KEYS),
    ]
    return [code for code, is_so in faults if is_so]


def _shown(
    call: Call,
    session: Session,
    me: Person,
    *,
    given: dict[str, str] | None = None,
    faults: list[str] | None = None,
    status: int = 400,
) -> Response:
    keys = session.scalars(select(ApiKey).where(ApiKey.person_id == me.id).order_by(ApiKey.id.desc()))
    blank = {"name": me.name, "key_name": "", "days": "90"}
    return call.page(
        "account",
        status=status if faults else 200,
        me={
            "email": me.email,
            "role": me.role,
            "language": me.language,
            "mailed": me.mailed,
            "has_password": me.password is not None,
        },
        visits=told_visits(session, me.id, call),
        keys=[_told(key, call) for key in keys],
        given=blank | (given or {}),
        faults=faults or [],
        days=DAYS,
    )


def _told(key: ApiKey, call: Call) -> dict[str, Any]:
    is_over = key.expires is not None and key.expires < call.now
    return {
        "id": key.id,
        "name": key.name,
        "made": iso(key.made),
        "expires": iso(key.expires) if key.expires else "",
        "used": iso(key.used) if key.used else "",
        "state": "revoked" if key.revoked else "over" if is_over else "live",
    }
