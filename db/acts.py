"""
Questions about the log of who did what.

Does not open sessions and does not write; ``audit.web.signing.note`` writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.desk import Act, Person
from db.models import Town


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a person, a town, a code; older than the line of this number. None: all."""

    person: int | None = None
    town: str | None = None
    what: str | None = None
    before: int | None = None


class Line(NamedTuple):
    """One line with the name of its town; empty if it is about none."""

    id: int
    at: datetime
    what: str
    who: str
    town: str
    about: str


def lines(session: Session, wanted: Wanted, *, most: int) -> list[Line]:
    """Return the latest lines, the last first."""
    asked = _of(wanted).order_by(Act.id.desc()).limit(most)
    return [Line(*row[:4], row.name or "", row.about) for row in session.execute(asked)]


def people(session: Session) -> list[tuple[int, str]]:
    """Return everybody by name, also those who have been shut out: the log remembers them."""
    return [(number, name) for number, name in session.execute(select(Person.id, Person.name).order_by(Person.name))]


def towns(session: Session) -> list[tuple[str, str]]:
    """Return the towns that the log speaks of, by name."""
    named = select(Town.key, Town.name).where(Town.id.in_(select(Act.town_id))).order_by(Town.name)
    return [(key, name) for key, name in session.execute(named)]


def _of(wanted: Wanted) -> Select[int, datetime, str, str, str | None, str]:
    asked = select(Act.id, Act.at, Act.what, Act.who, Town.name, Act.about).outerjoin(Town, Town.id == Act.town_id)
    if wanted.person is not None:
        asked = asked.where(Act.person_id == wanted.person)
    if wanted.town is not None:
        asked = asked.where(Town.key == wanted.town)
    if wanted.what is not None:
        asked = asked.where(Act.what == wanted.what)
    return asked if wanted.before is None else asked.where(Act.id < wanted.before)
