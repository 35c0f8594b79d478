"""
Screens for those who manage people: who works here, what each may do, links to come in.

Does not decide who may be changed (``members``). A link is shown once and then known only by its digest.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.run import sending
from audit.web import members, signing
from audit.web.call import Call, Door
from audit.web.members import Ended
from db.desk import Person
from db.errors import InputError, MailError, NotFoundError, StoreError
from db.session import opened
from db.terms import PersonRole
from reports import desk_words, invitation
from reports.findings import iso

LONGEST = 200
"""Characters of a name and of a department."""


BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrom": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}
"""By what they call themselves, those first that also call themselves something else."""


def show(call: Call) -> Response:
    """Show everybody, and the form to invite somebody."""
    return _shown(call, {"role": PersonRole.READER})


def invite(call: Call) -> Response:
    """Write a new person and show the link by which they choose a password."""
    given = {name: call.words(name) for name in ("name", "email", "role", "department")}
    faults = _faults(given)
    if faults:
        return _shown(call, given, faults=faults)
    person = Person(
        email=given["email"].lower(),
        name=given["name"],
        role=given["role"],
        department=given["department"] or None,
        made=call.now,
    )
    secret = _added(call, person)
    return _handed(call, person, secret) if secret else _shown(call, given, faults=["known"])


def one(call: Call) -> Response:
    """Show a person: what they may do, and where they are signed in."""
    with opened(call.engine) as session:
        return _one(call, session, _person(call, session))


def change(call: Call) -> Response:
    """Change what a person may do and where they work, unless somebody else has just done so."""
    given = {"role": call.words("role"), "department": call.words("department")}
    with opened(call.engine) as session:
        person = _person(call, session)
        faults = [code for code in _faults({**given, "name": "-", "email": person.email}) if code in given]
        if faults:
            return _one(call, session, person, given=given, faults=faults)
        new = {"role": given["role"], "department": given["department"] or None}
        seen = {"role": call.words("was_role"), "department": call.words("was_department") or None}
        ended = members.change(session, person, new, seen=seen)
        if ended is Ended.DONE:
            about = f"{_called(person)}: {new['role']} {new['department'] or ''}"
            signing.note(session, call.person, "person_changed", now=call.now, about=about)
            return call.go(_path(person), said="person_changed")
        return _one(call, session, person, given=given, ended=ended)


def shut_out(call: Call) -> Response:
    """Let a person in no longer."""
    with opened(call.engine) as session:
        person = _person(call, session)
        if person.disabled is None:
            ended = members.shut_out(session, person, now=call.now)
            if ended is not Ended.DONE:
                return _one(call, session, person, ended=ended)
            signing.note(session, call.person, "person_shut_out", now=call.now, about=_called(person))
        return call.go(_path(person), said="person_shut_out")


def let_in(call: Call) -> Response:
    """Let a person in again; they have to sign in anew."""
    with opened(call.engine) as session:
        person = _person(call, session)
        if person.disabled is not None:
            members.change(session, person, {"disabled": None}, seen={})
            signing.note(session, call.person, "person_let_in", now=call.now, about=_called(person))
        return call.go(_path(person), said="person_let_in")


def invite_again(call: Call) -> Response:
    """Show a new link for somebody who has lost theirs, or forgotten the password."""
    with opened(call.engine) as session:
        person = _person(call, session)
        if person.disabled is not None:
            return _one(call, session, person, status=409)
        secret = members.invite(session, person, now=call.now)
        signing.note(session, call.person, "invitation_renewed", now=call.now, about=_called(person))
    return _handed(call, person, secret)


def end(call: Call) -> Response:
    """Sign a person out, in one browser or everywhere."""
    visit = call.path.get("visit")
    with opened(call.engine) as session:
        person = _person(call, session)
        ended = members.end_visits(session, person.id, visit_id=number(visit) if visit else None)
        if ended:
            signing.note(session, call.person, "visits_ended", now=call.now, about=f"{_called(person)}: {ended}")
        return call.go(_path(person), said="visits_ended")


_ADMIN = PersonRole.ADMIN
DOORS = (
    Door("/leute", show, _ADMIN),
    Door("/leute", invite, _ADMIN, "POST", slow=True),  # the mail server may take its time
    Door("/leute/{person}", one, _ADMIN),
    Door("/leute/{person}", change, _ADMIN, "POST"),
    Door("/leute/{person}/aussperren", shut_out, _ADMIN, "POST"),
    Door("/leute/{person}/einlassen", let_in, _ADMIN, "POST"),
    Door("/leute/{person}/einladung", invite_again, _ADMIN, "POST", slow=True),
    Door("/leute/{person}/abmelden", end, _ADMIN, "POST"),
    Door("/leute/{person}/besuche/{visit}/abmelden", end, _ADMIN, "POST"),
)


def number(text: str) -> int:
    """Return a number of an address; raise NotFoundError if it is none that a row can have."""
    if not (text.isascii() and text.isdigit() and len(text) <= len("999999999")):
        raise NotFoundError("Das gibt es hier nicht.", remedy="Vielleicht ist die Adresse nicht vollständig.")
    return int(text)


def told_visits(session: Session, person_id: int, call: Call) -> list[dict[str, Any]]:
    """Return the browsers of a person as a page shows them; ``here`` is the one that asks."""
    mine = signing.digest(call.visit)
    return [
        {"id": visit.id, "browser": browser(visit.browser), "seen": iso(visit.seen), "here": visit.digest == mine}
        for visit in members.visits(session, person_id, now=call.now)
    ]


def _added(call: Call, person: Person) -> str:
    """Write a person and return the secret of their invitation; empty if somebody has that mail address, be it since this moment."""
    try:
        with opened(call.engine) as session:
            if not members.add(session, person):
                return ""
            signing.note(session, call.person, "person_invited", now=call.now, about=_called(person))
            return members.invite(session, person, now=call.now)
    except StoreError as fault:
        if isinstance(fault.__cause__, IntegrityError):
            return ""
        raise


def browser(agent: str) -> str:
    """Return what a browser calls itself in words that its user knows: "Firefox, Windows"; what is unknown stays as it is."""
    known = [next((word for mark, word in marks.items() if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(word for word in known if word) or agent


def _person(call: Call, session: Session) -> Person:
    found = session.get(Person, number(call.path["person"]))
    if found is None:
        raise NotFoundError("Diese Person gibt es hier nicht.")
    return found


def _faults(given: dict[str, str]) -> list[str]:
    faults = [
        ("name", not 0 < len(given["name"]) <= LONGEST),
        ("email", not signing.EMAIL.fullmatch(given["email"])),
        ("role", given["role"] not in desk_words.PERSON_ROLES),
        ("department", len(given["department"]) > LONGEST),
    ]
    return [code for code, is_so in faults if is_so]


def _shown(call: Call, given: dict[str, Any], *, faults: list[str] | None = None) -> Response:
    with opened(call.engine) as session:
        rows = [
            {**_told(line.person), "seen": iso(line.seen) if line.seen else "", "open": line.open}
            for line in members.lines(session, now=call.now)
        ]
    blank = {"name": "", "email": "", "role": "", "department": ""}
    return call.page("people", status=400 if faults else 200, rows=rows, given=blank | given, faults=faults or [])


def _one(
    call: Call,
    session: Session,
    person: Person,
    *,
    given: dict[str, str] | None = None,
    faults: list[str] | None = None,
    ended: Ended | None = None,
    status: int = 200,
) -> Response:
    now = {"role": person.role, "department": person.department or ""}
    return call.page(
        "person",
        status=400 if faults else 409 if ended else status,
        one=_told(person),
        visits=told_visits(session, person.id, call),
        given=given or now,
        faults=faults or [],
        ended=ended,
    )


def _told(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "department": person.department or "",
        "is_out": person.disabled is not None,
        "by": "provider" if person.subject else "password" if person.password else "",
    }


def _handed(call: Call, person: Person, secret: str) -> Response:
    """Show a link once; where there is a mail server it is also on its way."""
    link = f"{call.settings.address}/einladung/{secret}"
    mailed = _mailed(call, person, link)
    return call.page("handed", what="invitation", link=link, about=person.name, back=_path(person), mailed=mailed)


def _mailed(call: Call, person: Person, link: str) -> str:
    """Send an invitation; return "" if there is no mail server, "sent", or why it was not."""
    post = call.settings.post
    if post is None:
        return ""
    try:
        to = sending.address(person.email)
        message = invitation.message(person.name, link, sender=post.sender, to=to, now=call.now)
        sending.send(message, post, to=[to])
    except (MailError, InputError) as fault:
        return str(fault)
    return "sent"


def _called(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def _path(person: Person) -> str:
    return f"/leute/{person.id}"
