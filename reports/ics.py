"""
A calendar file with days of whole length (RFC 5545), for rankings and for tasks.

Does not know when anything is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

LONGEST_LINE = 75
"""Octets of a line, without its end (RFC 5545, section 3.1)."""


class Event(NamedTuple):
    """Days from ``first`` to ``last``; ``mark`` is its name for calendars, which know an event again by it."""

    mark: str
    first: date
    last: date
    title: str
    text: str = ""


def calendar(name: str, events: Iterable[Event], *, today: date) -> str:
    """Return the file; ``name`` says what it is a calendar of."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Fundstelle//{_escaped(name)}//DE"]
    lines += [line for event in events for line in _event(event, today)]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(event: Event, today: date) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{event.mark}@fundstelle.invalid", f"DTSTAMP:{today:%Y%m%d}T000000Z")
    # An event of whole days ends on the day after its last one.
    yield from (f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}", f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}")
    yield f"SUMMARY:{_escaped(event.title)}"
    if event.text:
        yield f"DESCRIPTION:{_escaped(event.text)}"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # Signs that show nothing have no place there (section 3.3.11), and some turn the line around.
    plain = "".join(sign for sign in lines if sign.isprintable() or sign == "\n")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most ``LONGEST_LINE`` octets; all but the first begin with a space."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LONGEST_LINE:
            yield part
            part = " "
        part += sign
    yield part
