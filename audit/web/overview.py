"""
The first screen: all towns, where each stands, and what waits for somebody.

Does not judge and does not count: the numbers are those of ``db.overview``. What was read too little of is held back, and the
audit before stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit import coverage
from audit.jobs.schedules import rule
from audit.web import kept
from audit.web.call import Call, Door
from db import freshness, overview
from db.desk import Schedule
from db.overview import Judged, Line, Tasks
from db.session import opened
from db.terms import PersonRole
from db.unchanged import once
from reports import render
from reports.findings import iso
from reports.language import gettext as _

ON_A_PAGE = 48
"""Towns."""

LONGEST = 100
"""Signs of what is searched for."""

DIGITS = 4
"""Of the number of a page of the list."""


def show(call: Call) -> Response:
    """Show the towns, those with something to do first."""
    sought = call.query.get("suche", "").strip()[:LONGEST]
    page = _number(call.query.get("seite", ""))
    with opened(call.engine) as session:
        today, person = call.now.date(), call.person.id if call.person else None
        tasks = once(session, ("tasks", today, person), lambda: overview.tasks(session, today=today, person_id=person))
        schedules = once(session, "schedules", lambda: overview.schedules(session))
        plans = [(one.id, one.version) for each in schedules.values() for one in each]
        # What comes next by a plan turns with the clock, so it is kept for a minute.
        state = (freshness.of_all(session), tasks, plans, f"{call.now:%d %H:%M}" if plans else "", sought, page)

        def make() -> kept.Part:
            return _part(_towns(session, tasks, schedules, now=call.now), sought=sought, page=page)

        return kept.page(call, state, make)


def _part(known: list[dict[str, Any]], *, sought: str, page: int) -> kept.Part:
    towns = [town for town in known if _is_like(town, sought)]
    pages = max(1, -(-len(towns) // ON_A_PAGE))
    page = min(max(1, page), pages)
    text = render.screen(
        "desk/overview.html.j2",
        frame="desk/part.html.j2",
        towns=towns[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        known=len(known),
        found=len(towns),
        sought=sought,
        page=page,
        pages=pages,
        waits={name: sum(town[name] for town in known) for name in ("mine", "due", "reviews", "sites")},
    )
    return kept.Part(_("Übersicht"), text)


def _towns(
    session: Session, tasks: Mapping[str, Tasks], schedules: Mapping[str, list[Schedule]], *, now: datetime
) -> list[dict[str, Any]]:
    reviews = {town.key: town.pages for town in overview.waiting(session)}
    towns = [
        _told(line)
        | tasks.get(line.key, Tasks())._asdict()
        | {"next": _next(schedules.get(line.key, []), now=now), "reviews": reviews.get(line.key, 0)}
        for line in overview.lines(session)
    ]
    return sorted(towns, key=_urgent)


def _next(schedules: Sequence[Schedule], *, now: datetime) -> str | None:
    """Return when the next audit begins by itself; None if none will."""
    coming = [due for one in schedules for due in rule(one, since=now).next(now, 1)]
    return iso(min(coming, default=None))


def _urgent(town: dict[str, Any]) -> tuple[int, ...]:
    """Return what comes first: what went wrong, then what is due, then what waits; towns alike stay by name."""
    return (-bool(town["held"]), -town["due"], -town["sites"], -town["reviews"])


def _told(line: Line) -> dict[str, Any]:
    latest, before = line.latest, line.before
    held = latest if latest and _is_held(latest, before) else None
    shown = latest if held is None else before
    compared = before if held is None else None
    return {
        "key": line.key,
        "name": line.name,
        "running": line.running,
        "sites": line.sites,
        "held": held._asdict() if held else None,
        "pages_before": before.pages if before else None,
        "shown": {**shown._asdict(), "started": iso(shown.started)} if shown and shown.enough and shown.of else None,
        "more": _more(shown, compared),
    }


def _is_held(latest: Judged, before: Judged | None) -> bool:
    return not latest.enough or (before is not None and coverage.is_shrunken(latest.pages, before=before.pages))


def _more(shown: Judged | None, before: Judged | None) -> int | None:
    """Return how many more are found than before; None if the two were not asked the same."""
    if shown is None or before is None or not before.enough or before.catalogue != shown.catalogue:
        return None
    return shown.found - before.found


def _is_like(town: dict[str, Any], sought: str) -> bool:
    return sought.casefold() in f"{town['name']} {town['key']}".casefold()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 1


DOORS = (Door("/", show, PersonRole.READER),)
