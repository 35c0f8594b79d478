"""
Doors that anybody may pass: sign in and out, take an invitation, choose a language.

Does not manage people; that is for administrators (``people``).
"""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.web import members, signing, tries
from audit.web.call import COOKIE, Call, Door
from db.desk import Invitation, Person
from db.session import opened
from db.terms import PersonRole
from reports.language import LOCALES

LANGUAGE_COOKIE = "fundstelle-sprache"
TRIES = "5/minute;30/hour"
TRIES_OF_ALL = "60/minute"
"""From one place with whatever names: a town hall may have one address for all, and each try costs us a hash."""

LONGEST = 500
"""Signs of a password, and of a path to go on to."""

YEAR = 365 * 24 * 3600


def sign_in(call: Call) -> Response:
    """Show the form."""
    with opened(call.engine) as session:
        return call.page(
            "sign_in",
            fault="",
            next=ours(call.query.get("weiter", "/")),
            empty=not members.is_managed(session),
            accounts=call.settings.accounts is not None,
        )


def signed_in(call: Call) -> Response:
    """Begin a visit, if the words are right and were not tried too often."""
    email, there = call.words("email"), ours(call.words("next"))
    is_calm = tries.may("sign-in", tries.place(call), limits=TRIES_OF_ALL)
    if not is_calm or not tries.may("sign-in", tries.place(call), email.lower(), limits=TRIES):
        return _again(call, there, status=429, fault="often")
    with opened(call.engine) as session:
        person = signing.check(session, email, str(call.form.get("password", "")))
        if person is None:
            signing.note(session, None, "sign_in_refused", now=call.now, about=email)
            return _again(call, there, status=403, fault="wrong")
        signing.note(session, person, "signed_in", now=call.now)
        return let_in(call, call.go(there), session, person)


def _again(call: Call, there: str, *, status: int, fault: str) -> Response:
    has_accounts = call.settings.accounts is not None
    return call.page("sign_in", status=status, fault=fault, next=there, empty=False, accounts=has_accounts)


def signed_out(call: Call) -> Response:
    """End this visit."""
    with opened(call.engine) as session:
        signing.end(session, call.visit)
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
        return _offered(call, found, faults=[], name="", email=_email(found))


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
            return _offered(call, found, faults=faults, name=name, email=email)
        person = found.person or _first(call)
        if found.person is None and not members.add(session, person):
            return _offered(call, found, faults=["taken"], name=person.name, email=person.email)
        person.password = signing.hasher().hash(str(call.form["password"]))
        signing.use(session, found, person, now=call.now)
        signing.note(session, person, "invitation_accepted", now=call.now)
        return let_in(call, call.go("/"), session, person)


def _offered(call: Call, found: Invitation, *, faults: list[str], name: str, email: str) -> Response:
    return call.page(
        "invitation",
        status=400 if faults else 200,
        faults=faults,
        first=found.person is None,
        name=name,
        email=email,
        secret=call.path["secret"] if call.settings.accounts else "",
    )


def speak(call: Call) -> Response:
    """Choose a language for this browser."""
    code = call.words("language")
    return keep_language(call, call.go(ours(call.words("next"))), code)


DOORS = (
    Door("/anmelden", sign_in, None),
    Door("/anmelden", signed_in, None, "POST"),
    Door("/abmelden", signed_out, PersonRole.READER, "POST"),
    Door("/einladung/{secret}", invitation, None),
    Door("/einladung/{secret}", accepted, None, "POST"),
    Door("/sprache", speak, None, "POST"),
)


def keep_language(call: Call, response: Response, code: str) -> Response:
    """Let an answer tell the browser a language; an unknown one is left out."""
    if code in LOCALES:
        response.set_cookie(
            LANGUAGE_COOKIE, code, max_age=YEAR, httponly=True, samesite="lax", secure=call.settings.is_secure
        )
    return response


def ours(path: str) -> str:
    """Return a path within the desk; whatever could lead elsewhere becomes the overview."""
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_path and len(path) <= LONGEST else "/"


def let_in(call: Call, response: Response, session: Session, person: Person) -> Response:
    """Begin a visit of a person and let an answer carry its cookie."""
    secret = signing.begin(session, person, browser=call.request.headers.get("user-agent", ""), now=call.now)
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
        faults += [("name", not call.words("name")), ("email", not signing.EMAIL.fullmatch(call.words("email")))]
    return [code for code, is_so in faults if is_so]


def _first(call: Call) -> Person:
    return Person(
        email=call.words("email").lower(), name=call.words("name")[:200], role=PersonRole.ADMIN, made=call.now
    )


def _email(found: Invitation) -> str:
    return found.person.email if found.person else ""
