"""
The first screen: all towns, where each stands, and what waits for somebody.

Does not judge and does not count: the numbers are those of ``db.overview``.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from audit.web.call import Call, Door
from db import overview
from db.session import opened
from db.terms import PersonRole
from reports.findings import iso


def show(call: Call) -> Response:
    """Show the towns, those with something to do first."""
    with opened(call.engine) as session:
        lines = overview.lines(session)
    return call.page("overview", towns=[_told(line) for line in lines])


def _told(line: overview.Line) -> dict[str, Any]:
    return {**line._asdict(), "latest": _dated(line.latest), "before": _dated(line.before)}


def _dated(judged: overview.Judged | None) -> dict[str, Any] | None:
    return {**judged._asdict(), "started": iso(judged.started)} if judged else None


DOORS = (Door("/", show, PersonRole.READER),)
