"""
The screen for those who manage the desk about its mail: which server, what is missing, and a test mail with what came of it.

Does not set the server up; the environment does (``SMTP_URL``), so that no password stands in the database or on a page. Whoever waits
for a server that does not answer waits no longer than ``PATIENCE``.
"""

from __future__ import annotations

from email.message import EmailMessage
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from starlette.responses import Response

from audit.run import sending
from audit.run.sending import EXAMPLE, LOCAL, Server
from audit.web import signing, tries
from audit.web.call import Call, Door
from audit.web.settings import is_loopback
from db.desk import Person
from db.errors import InputError, MailError
from db.session import opened
from db.terms import PersonRole
from reports import trial_mail

LONGEST = 254
"""Characters of a mail address (RFC 5321, section 4.5.3.1)."""

PATIENCE = 10.0
"""Seconds after which a server that has not answered is left to itself."""

TRIES = "5/minute;30/hour"

Json = dict[str, Any]


def show(call: Call) -> Response:
    """Show the server and the form for a test mail."""
    return _shown(call, to=call.person.email if call.person else "")


def tried(call: Call) -> Response:
    """Send a test mail and say what the server answered."""
    post, to = call.settings.post, call.words("to")[: LONGEST + 1]
    if post is None:
        return _shown(call, to=to, status=409)
    try:
        address = sending.address(to)
    except InputError:
        return _shown(call, to=to, fault="to", status=400)
    if not tries.may("test-mail", tries.place(call), limits=TRIES):
        return _shown(call, to=to, fault="often", status=429)
    message = trial_mail.message(sender=post.sender, to=address, desk=call.settings.address, now=call.now)
    with opened(call.engine) as session:
        signing.note(session, call.person, "mail_tried", now=call.now, about=address)
    return _shown(call, to=to, **_sent(message, post, address))


DOORS = (
    Door("/mail", show, PersonRole.ADMIN),
    Door("/mail", tried, PersonRole.ADMIN, "POST", slow=True),
)


def _sent(message: EmailMessage, post: Server, to: str) -> Json:
    """Return what came of a mail: "sent", "slow", or "refused" with the words of the server."""
    told: SimpleQueue[MailError | InputError | None] = SimpleQueue()

    def send() -> None:
        try:
            sending.send(message, post, to=[to])
        except (MailError, InputError) as fault:
            told.put(fault)
        else:
            told.put(None)

    # Nobody waits for it, not even the end of the program; ``TRIES`` keeps them few.
    Thread(target=send, daemon=True).start()
    try:
        fault = told.get(timeout=PATIENCE)
    except Empty:
        return {"outcome": "slow", "status": 504}
    if fault is not None:
        return {"outcome": "refused", "said": fault.message, "remedy": fault.remedy or "", "status": 502}
    return {"outcome": "sent"}


def _shown(
    call: Call, *, to: str, fault: str = "", outcome: str = "", said: str = "", remedy: str = "", status: int = 200
) -> Response:
    post = call.settings.post
    with opened(call.engine) as session:
        wanted = select(func.count()).where(Person.mailed.is_(True), Person.disabled.is_(None))
        readers = session.scalar(wanted) or 0
    return call.page(
        "post",
        status=status,
        server=_told(post) if post else None,
        example=EXAMPLE,
        missing=_missing(call, post) if post else [],
        desk=f"{call.settings.address}/",
        readers=readers,
        to=to,
        fault=fault,
        outcome=outcome,
        answer=said,
        remedy=remedy,
        patience=int(PATIENCE),
    )


def _told(post: Server) -> Json:
    """Return what may be seen of a server: never its password."""
    return {"place": f"{post.host}:{post.port}", "tls": post.tls, "user": post.user, "sender": post.sender}


def _missing(call: Call, post: Server) -> list[str]:
    """Return codes of what would keep mails from being of use, though the server takes them."""
    here = is_loopback(urlsplit(call.settings.address).hostname or "")
    is_bare = post.tls == "none" and post.host not in LOCAL
    return [code for code, is_so in (("bare", is_bare), ("here", here)) if is_so]
