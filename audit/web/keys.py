"""
Who a program asks for: the key in the header of its question.

Does not make keys (``account`` does) and knows no cookies, so no page elsewhere can ask in somebody's name.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import joinedload
from starlette.datastructures import Headers

from audit.web import signing, tries
from db.desk import ApiKey, Person
from db.session import opened
from db.unchanged import once

OFTEN = "600/minute"
"""Questions with one key."""

WRONG = "30/minute"
"""Wrong keys from one address."""

NOTED = timedelta(minutes=5)
"""How exactly we know when a key was last used; else each question would write."""

LONGEST = 200


@dataclass
class RefusedError(Exception):
    """Why nobody is let in: 401, 403 or 429, in words."""

    status: int
    detail: str


def owner(engine: Engine, headers: Headers, *, place: str, now: datetime) -> Person:
    """
    Return whose key a question carries, as ``Bearer``, or as ``Basic`` with any name.

    Raises:
        RefusedError: There is none, it is not good, or it was used too often.
    """
    if not tries.are_left("wrong key", place, limits=WRONG):
        raise RefusedError(429, "Von hier kamen zu viele falsche Schlüssel.")
    found = _found(engine, _secret(headers.get("authorization", "")), now=now)
    if found is None:
        if headers.get("authorization"):
            tries.may("wrong key", place, limits=WRONG)
        raise RefusedError(401, "Es fehlt ein Schlüssel, der gilt. Unter „Mein Konto“ entsteht einer.")
    if found.person.disabled is not None:
        raise RefusedError(403, "Der Zugang, zu dem dieser Schlüssel gehört, ist gesperrt.")
    if not tries.may("key", str(found.id), limits=OFTEN):
        raise RefusedError(429, "Mit diesem Schlüssel wurde in einer Minute zu oft gefragt.")
    return found.person


def _found(engine: Engine, secret: str, *, now: datetime) -> ApiKey | None:
    if not 0 < len(secret) <= LONGEST:
        return None
    with opened(engine) as session:
        digest = signing.digest(secret)
        wanted = select(ApiKey).where(ApiKey.digest == digest).options(joinedload(ApiKey.person))
        key = once(session, (ApiKey, digest), lambda: session.scalar(wanted))
        if key is None or key.revoked is not None or (key.expires is not None and key.expires <= now):
            return None
        if key.used is None or now - key.used > NOTED:
            noted = update(ApiKey).where(ApiKey.id == key.id).values(used=now)
            session.execute(noted.execution_options(synchronize_session=False))
        return key


def _secret(header: str) -> str:
    """Return what a header of RFC 6750 or RFC 7617 carries; empty if it is neither."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() if value.isascii() else ""
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
