"""
What the read API tells, as JSON values: towns, audits, and what turned between them.

Does not know HTTP. A report and its findings are those of ``reports.document``, so a program reads the same here and from a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.run import compared
from db import freshness, history, overview, queries
from db.desk import MeasureEdit
from db.errors import NotFoundError
from db.models import Audit, Measure, Town
from reports.catalogue import spoken
from reports.document import document
from reports.findings import iso

Json = dict[str, Any]


def towns(session: Session, *, after: int, most: int) -> Json:
    """Return a page of towns, by number."""
    found = history.towns(session, after=after, most=most + 1)
    return _page("orte", _towns(session, found[:most]), [one.id for one in found], most=most)


def town(session: Session, key: str) -> Json:
    """Return one town."""
    return _towns(session, [town_of(session, key)])[0]


def audits(session: Session, key: str, *, before: int, most: int) -> Json:
    """Return a page of the judged audits of a town, the latest first."""
    found = history.judged(session, town_of(session, key).id, before=before, most=most + 1)
    counted = overview.counts(session, [one.id for one in found])
    told = [_audit(one, *counted.get(one.id, (0, 0))) for one in found[:most]]
    return _page("pruefungen", told, [one.id for one in found], most=most)


def findings(session: Session, number: int, *, after: int, most: int, verdict: str) -> Json:
    """Return a page of the findings of an audit; ``after`` is how many of those that fit were told already."""
    told = [one for one in document(session, number)["findings"] if verdict in {"", one["verdict"]}]
    places = list(range(after + 1, len(told) + 1))
    return _page("befunde", told[after : after + most], places, most=most)


def changes(session: Session, key: str, *, before: int, most: int) -> Json:
    """Return a page of what turned from one audit to the next by the same catalogue, the latest first."""
    found = history.judged(session, town_of(session, key).id, before=before, most=most + 1)
    told = [change(session, newer, queries.judged_before(session, newer)) for newer in found[:most]]
    return _page("aenderungen", told, [one.id for one in found], most=most)


def change(session: Session, newer: Audit, older: Audit | None) -> Json:
    """Return which verdicts an audit has turned, and in what it was measured otherwise than the one before."""
    names = {one["id"]: one["name"] for one in spoken(newer.catalogue.document)["criteria"]} if newer.catalogue else {}
    turned = history.turned(session, older.id, newer.id) if older else []
    return {
        "audit": newer.id,
        "before": older.id if older else None,
        "finished": iso(newer.judged),
        "enough": bool(newer.enough and (older is None or older.enough)),
        "method": [row["code"] for row in compared.method(older, newer)] if older else [],
        "changes": [{**one._asdict(), "name": names.get(one.criterion, one.criterion)} for one in turned],
    }


def state(session: Session, number: int) -> object:
    """Return what changes whenever the report of an audit does (``db.freshness``), the town's own list of today with it."""
    audit = session.get(Audit, number)
    if audit is None:
        return None
    rows = select(func.max(Measure.id), func.count()).where(Measure.town_id == audit.town_id)
    edits = select(func.max(MeasureEdit.id)).where(MeasureEdit.town_id == audit.town_id)
    return (*freshness.of_audit(session, audit), *session.execute(rows).one(), session.scalar(edits))


def state_of_all(session: Session) -> object:
    """Return what changes whenever what is told of the towns does."""
    told = select(Town.id, Town.ars, Town.state, Town.population)
    return (*freshness.of_all(session), *map(tuple, session.execute(told)))


def town_of(session: Session, key: str) -> Town:
    """Return the town of a key; raise NotFoundError if there is none."""
    found = queries.town(session, key) if "\0" not in key else None
    if found is None:
        raise NotFoundError("Diesen Ort gibt es nicht.")
    return found


def _towns(session: Session, found: Sequence[Town]) -> list[Json]:
    judged = overview.last_two(session, towns=[one.id for one in found])
    return [_town(one, *judged.get(one.id, (None, None))) for one in found]


def _town(one: Town, latest: overview.Judged | None, before: overview.Judged | None) -> Json:
    told = {name: getattr(one, name) for name in ("key", "name", "ars", "state", "population")}
    return {**told, "latest": _judged(latest), "before": _judged(before)}


def _judged(one: overview.Judged | None) -> Json | None:
    if one is None:
        return None
    return {"audit": one.audit, "started": iso(one.started), "enough": one.enough, "found": one.found, "of": one.of}


def _audit(one: Audit, found: int, of: int) -> Json:
    return {
        "audit": one.id,
        "started": iso(one.started),
        "finished": iso(one.judged),
        "enough": bool(one.enough),
        "found": found,
        "of": of,
        "catalogue": compared.catalogue(one),
    }


def _page(name: str, told: list[Json], numbers: Sequence[int], *, most: int) -> Json:
    """Return a page with the number to go on after; None: it was the last."""
    return {name: told, "nach": numbers[most - 1] if len(numbers) > most else None}
