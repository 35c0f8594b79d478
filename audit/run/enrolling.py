"""
Take up the towns of a list, all or none.

Does not read the file (``audit.inventory.townlist``). A town that is known stays as it is: what people have decided at the desk weighs more
than a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.inventory.spelling import letters
from audit.inventory.townlist import Fault, Listed
from crawler.addresses import host_of
from db.models import Site, Town
from db.session import opened
from db.terms import Standing

TAKEN = "Das Kürzel „{key}“ hat hier schon ein anderer Ort: {name}. Geben Sie der Zeile in einer Spalte „Kürzel“ ein anderes."


class Enrolled(NamedTuple):
    """Which towns of a list are new, which are known, each with the key it has here, and which cannot be taken."""

    new: list[Listed]
    known: list[tuple[Listed, str]]
    faults: list[Fault]


def enrol(engine: Engine, listed: Sequence[Listed], *, dry: bool = False) -> Enrolled:
    """Write the towns that are not known in one transaction, unless there are faults; ``dry``: only tell."""
    with opened(engine) as session:
        told = sorted_out(session, listed)
        if not dry and not told.faults:
            session.add_all(one.profile.town() for one in told.new)
    return told


def sorted_out(session: Session, listed: Sequence[Listed]) -> Enrolled:
    """Tell new towns from known ones, which have the same name, and the same website or key."""
    wanted = select(Town.key, Town.name, Town.state, Site.host)
    wanted = wanted.join(Site, (Site.town_id == Town.id) & (Site.standing == Standing.CONFIRMED), isouter=True)
    by_key: dict[str, tuple[str, str | None]] = {}
    by_place: dict[tuple[str, str], str] = {}
    for key, name, state, host in session.execute(wanted):
        by_key[key] = name, state
        by_place[letters(name), _bare(host or "")] = key
    told = Enrolled([], [], [])
    for one in listed:
        profile = one.profile
        name, state = by_key.get(profile.key, ("", None))
        places = [(letters(profile.name), _bare(host_of(door.url))) for door in profile.sites]
        if found := next((by_place[place] for place in places if place in by_place), None):
            told.known.append((one, found))
        elif not name:
            told.new.append(one)
        elif letters(name) == letters(profile.name) and (None in {state, profile.state} or state == profile.state):
            told.known.append((one, profile.key))
        else:
            told.faults.append(Fault(one.row, TAKEN.format(key=profile.key, name=name)))
    return told


def _bare(host: str) -> str:
    return host.removeprefix("www.")
