"""
The Atom feed of a town: what turned from one audit to the next, for feed readers and news boxes of an intranet.

Does not compare; ``numbers.change`` does. Feed readers have no cookies, so a key opens it too (``keys``).
"""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from audit.web import keys, numbers, tries
from audit.web.call import Call, Door
from db import history, queries
from db.models import Audit, Town
from db.session import opened
from reports.findings import iso
from reports.language import gettext as _
from reports.language import language
from reports.words import VERDICTS

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 20

UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say at all, not even escaped."""


def show(call: Call) -> Response:
    """Send the feed to who is signed in, or to a program with a key."""
    if call.person is None:
        try:
            keys.owner(call.engine, call.request.headers, place=tries.place(call), now=call.now)
        except keys.RefusedError as refusal:
            return _refused(refusal)
    with opened(call.engine) as session:
        town = numbers.town_of(session, call.path["key"])
        body = _feed(session, town, address=call.settings.address)
    return Response(body, headers={"cache-control": "private, no-cache"}, media_type="application/atom+xml")


def _refused(refusal: keys.RefusedError) -> Response:
    # A feed reader asks for name and password when it sees Basic; any name will do.
    ask = {"www-authenticate": 'Basic realm="Fundstelle", charset="UTF-8"'} if refusal.status == 401 else {}  # noqa: PLR2004
    wait = {"retry-after": "60"} if refusal.status == 429 else {}  # noqa: PLR2004
    return PlainTextResponse(refusal.detail, refusal.status, ask | wait)


def _feed(session: Session, town: Town, *, address: str) -> bytes:
    here = f"{address}/orte/{town.key}"
    found = history.judged(session, town.id, most=ENTRIES)
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": language()})
    _say(feed, "id", _name(town.key))
    _say(feed, "title", _("{town}: Änderungen zwischen Prüfungen").format(town=town.name))
    # A feed must say when it changed; before the first audit it never has.
    _say(feed, "updated", max((iso(one.judged) or "" for one in found), default="1970-01-01T00:00:00+00:00"))
    _say(SubElement(feed, "author"), "name", "Fundstelle")
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{here}/aenderungen.atom"})
    for one in found:
        _entry(feed, session, one, town=town, address=address)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode").encode()


def _entry(feed: Element, session: Session, audit: Audit, *, town: Town, address: str) -> None:
    told = numbers.change(session, audit, queries.judged_before(session, audit))
    entry = SubElement(feed, "entry")
    _say(entry, "id", _name(town.key, str(audit.id), str(iso(audit.started))))
    _say(entry, "title", f"{town.name}: {_summary(told)}")
    _say(entry, "updated", told["finished"])
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{address}/pruefungen/{audit.id}"})
    _say(entry, "content", "\n".join([*_remarks(told), *map(_line, told["changes"])]) or _summary(told))


def _summary(told: numbers.Json) -> str:
    if told["before"] is None:
        return _("erste Prüfung")
    count = len(told["changes"])
    return _("1 Ergebnis ist anders") if count == 1 else _("{count} Ergebnisse sind anders").format(count=count)


def _remarks(told: numbers.Json) -> list[str]:
    remarks = []
    if not told["enough"]:
        remarks.append(_("Es ließ sich nicht beide Male genug lesen; was fehlt, fehlt vielleicht nur uns."))
    if told["method"]:
        remarks.append(_("Es wurde anders gemessen als davor; ein Teil der Änderungen kommt vielleicht nur daher."))
    return remarks


def _line(turn: numbers.Json) -> str:
    was, now = (_(VERDICTS[turn[side]]) for side in ("before", "after"))
    return _("{name}: {now} (davor: {was})").format(name=turn["name"], now=now, was=was)


def _name(*parts: str) -> str:
    """Return a name that stays the same wherever the desk is reached (RFC 4287, section 4.2.6)."""
    return uuid5(NAMESPACE_URL, "fundstelle:" + ":".join(parts)).urn


def _say(within: Element, name: str, text: str) -> None:
    SubElement(within, name).text = UNWRITABLE.sub("\ufffd", text)


DOORS = (
    # Open to anybody here, since a key may take the place of a visit; the view asks for one of them.
    Door("/orte/{key}/aenderungen.atom", show, None),
)
