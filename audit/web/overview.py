"""
The first screen: all towns, where each stands, and what waits for somebody.

Does not judge and does not count: the numbers are those of ``db.overview``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.web import kept
from audit.web.call import Call, Door
from db import freshness, overview
from db.session import opened
from db.terms import PersonRole
from reports import render
from reports.findings import iso
from reports.language import gettext as _


def show(call: Call) -> Response:
    """Show the towns, those with something to do first."""
    with opened(call.engine) as session:
        return kept.page(call, freshness.of_all(session), lambda: _part(session))


def _part(session: Session) -> kept.Part:
    towns = [_told(line) for line in overview.lines(session)]
    return kept.Part(_("Übersicht"), render.screen("desk/overview.html.j2", frame="desk/part.html.j2", towns=towns))


def _told(line: overview.Line) -> dict[str, Any]:
    return {**line._asdict(), "latest": _dated(line.latest), "before": _dated(line.before)}


def _dated(judged: overview.Judged | None) -> dict[str, Any] | None:
    return {**judged._asdict(), "started": iso(judged.started)} if judged else None


DOORS = (Door("/", show, PersonRole.READER),)
