"""
Doors that anybody may pass: sign in and out, take an invitation, choose a language.

Does not manage people; that is for administrators (``people``).
"""

from __future__ import annotations

import re

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import Response

from audit.web import signing
from audit.web.call import Call, Door
from db.desk import Invitation, Person
from db.session import opened
from db.terms import PersonRole
from reports.language import LOCALES

COOKIE = "fundstelle"
LANGUAGE_COOKIE = "fundstelle-sprache"
_TRIES = (parse("5/minute"), parse("30/hour"))
_limiter = MovingWindowRateLimiter(MemoryStorage())
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
LONGEST = 500
"""Signs of a password, and of a path to go on to."""

YEAR = 365 * 24 * 3600


def sign_in(call: Call) -> Response:
    """Show the form."""
    with opened(call.engine) as session:
        return call.page(
            "sign_in", fault="", next=_ours(call.query.get("weiter", "/")), empty=signing.is_empty(session)
        )


def signed_in(call: Call) -> Response:
    """Begin a visit, if the words are right and were not tried too often."""
    email, there = call.words("email"), _ours(call.words("next"))
    if not all(_limiter.hit(limit, "sign-in", _who(call), email.lower()) for limit in _TRIES):
        return call.page("sign_in", status=429, fault="often", next=there, empty=False)
    with opened(call.engine) as session:
        person = signing.check(session, email, str(call.form.get("password", "")))
        if person is None:
            signing.note(session, None, "sign_in_refused", now=call.now, about=email)
            return call.page("sign_in", status=403, fault="wrong", next=there, empty=False)
        signing.note(session, person, "signed_in", now=call.now)
        return _let_in(call, call.go(there), signing.begin(session, person, browser=_browser(call), now=call.now))


def signed_out(call: Call) -> Response:
    """End this visit."""
    with opened(call.engine) as session:
        signing.end(session, call.request.cookies.get(COOKIE, ""))
        signing.note(session, call.person, "signed_out", now=call.now)
    response = call.go("/anmelden", said="signed_out")
    response.delete_cookie(COOKIE)
    return response


def invitation(call: Call) -> Response:
    """Show what an invitation lets one do."""
    with opened(call.engine) as session:
        found = signing.invited(session, call.path["secret"], now=call.now)
        if found is None:
            return call.page("fault", status=404, what="invitation")
        return call.page("invitation", faults=[], first=found.person is None, name="", email=_email(found))


def accepted(call: Call) -> Response:
    """Take an invitation: choose a password, and as the first administrator also a name; then come in."""
    with opened(call.engine) as session:
        found = signing.invited(session, call.path["secret"], now=call.now)
        if found is None:
            return call.page("fault", status=404, what="invitation")
        faults = _faults(call, found)
        if faults:
            first = found.person is None
            name, email = call.words("name")[:200], call.words("email")[:250] if first else _email(found)
            return call.page("invitation", status=400, faults=faults, first=first, name=name, email=email)
        person = found.person or _first(call)
        person.password = signing.hasher().hash(str(call.form["password"]))
        session.add(person)
        session.flush()
        found.used, found.person_id = call.now, person.id
        signing.note(session, person, "invitation_accepted", now=call.now)
        return _let_in(call, call.go("/"), signing.begin(session, person, browser=_browser(call), now=call.now))


def speak(call: Call) -> Response:
    """Choose a language for this browser."""
    code = call.words("language")
    response = call.go(_ours(call.words("next")))
    if code in LOCALES:
        response.set_cookie(
            LANGUAGE_COOKIE, code, max_age=YEAR, httponly=True, samesite="lax", secure=call.settings.is_secure
        )
    return response


DOORS = (
    Door("/anmelden", sign_in, None),
    Door("/anmelden", signed_in, None, "POST"),
    Door("/abmelden", signed_out, PersonRole.READER, "POST"),
    Door("/einladung/{secret}", invitation, None),
    Door("/einladung/{secret}", accepted, None, "POST"),
    Door("/sprache", speak, None, "POST"),
)


def _ours(path: str) -> str:
    """Return a path within the desk; whatever could lead elsewhere becomes the overview."""
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_path and len(path) <= LONGEST else "/"


def _let_in(call: Call, response: Response, secret: str) -> Response:
    response.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=call.settings.is_secure)
    return response


def _faults(call: Call, found: Invitation) -> list[str]:
    password = str(call.form.get("password", ""))
    faults = [
        ("short", len(password) < signing.SHORTEST),
        ("long", len(password) > LONGEST),
        ("differs", password != str(call.form.get("again", ""))),
    ]
    if found.person is None:
        faults += [("name", not call.words("name")), ("email", not _EMAIL.fullmatch(call.words("email")))]
    return [code for code, is_so in faults if is_so]


def _first(call: Call) -> Person:
    return Person(
        email=call.words("email").lower(), name=call.words("name")[:200], role=PersonRole.ADMIN, made=call.now
    )


def _email(found: Invitation) -> str:
    return found.person.email if found.person else ""


def _who(call: Call) -> str:
    return call.request.client.host if call.request.client else ""


def _browser(call: Call) -> str:
    return call.request.headers.get("user-agent", "")
