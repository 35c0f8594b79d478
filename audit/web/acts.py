"""
Screens of the log: who did what at the desk, by person, town and kind, and all of it as a table.

Does not write the log; ``signing.note`` does. What a filter names and is not there counts as no filter.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from audit.web.call import Call, Door
from db import acts
from db.acts import Wanted
from db.session import opened
from db.terms import PersonRole
from reports import csvs, desk_words, log
from reports.findings import iso

PAGE = 100
"""Lines of one page."""

MOST = 50_000
"""Lines of one file; a filter brings those before."""

_DIGITS = 9


def show(call: Call) -> Response:
    """Show one page of the log, the latest first."""
    with opened(call.engine) as session:
        people, towns = acts.people(session), acts.towns(session)
        wanted = _wanted(call, people, towns)
        found = acts.lines(session, wanted, most=PAGE + 1)
    chosen = _chosen(wanted)
    older = urlencode(chosen | {"vor": found[PAGE - 1].id}) if len(found) > PAGE else ""
    return call.page(
        "acts",
        rows=[{**line._asdict(), "at": iso(line.at)} for line in found[:PAGE]],
        people=[list(one) for one in people],
        towns=[list(one) for one in towns],
        chosen=chosen,
        older=older,
        is_later=wanted.before is not None,
        file="/protokoll.csv" + (f"?{urlencode(chosen)}" if chosen else ""),
    )


def table(call: Call) -> Response:
    """Give the log as a file for Excel."""
    with opened(call.engine) as session:
        wanted = _wanted(call, acts.people(session), acts.towns(session))
        found = acts.lines(session, wanted, most=MOST)
    rows = [{**line._asdict(), "at": iso(line.at)} for line in found]
    name = f"fundstelle-protokoll-{call.now:%Y-%m-%d}.csv"
    return Response(
        csvs.text(log.table(rows)).encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


DOORS = (Door("/protokoll", show, PersonRole.ADMIN), Door("/protokoll.csv", table, PersonRole.ADMIN))


def _wanted(call: Call, people: list[tuple[int, str]], towns: list[tuple[str, str]]) -> Wanted:
    person, before = _number(call.query.get("wer", "")), _number(call.query.get("vor", ""))
    town, what = call.query.get("ort"), call.query.get("was")
    return Wanted(
        person=person if person in dict(people) else None,
        town=town if town in dict(towns) else None,
        what=what if what in desk_words.ACTS else None,
        before=before,
    )


def _chosen(wanted: Wanted) -> dict[str, str]:
    given = {"wer": wanted.person, "ort": wanted.town, "was": wanted.what}
    return {name: str(value) for name, value in given.items() if value is not None}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
