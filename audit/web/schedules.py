"""
When towns are audited by themselves: all may read it, administrators change it.

Does not reckon with days (``audit.jobs.times``) and starts nothing; workers do (``audit.jobs.schedules``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from audit.jobs import orders
from audit.jobs.schedules import rule
from audit.jobs.times import BEFORE, LAST_DAY, MONTHLY, TIME, WEEKLY, Rule
from audit.web import signing
from audit.web.call import Call, Door
from db import queries
from db.desk import Act, Schedule
from db.errors import NotFoundError
from db.models import Town
from db.session import opened
from db.terms import PersonRole
from reports import rankings
from reports.rankings import Ranking

ZONES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "UTC")
EARLIEST = 90
"""Days before a ranking looks; whoever wants it earlier has a month to choose."""

DAYS = {
    WEEKLY: {str(day) for day in range(1, 8)},
    MONTHLY: {str(day) for day in (*range(1, 29), LAST_DAY)},
    BEFORE: {str(day) for day in range(1, EARLIEST + 1)},
}
"""What may be chosen."""

FIELDS = {WEEKLY: "weekday", MONTHLY: "monthday", BEFORE: "days"}
"""The field in which the day of each rule is typed."""

SHOWN = 5
PLACE = "/zeitplan"
NEW: Mapping[str, str] = {
    "town": "",
    "rule": WEEKLY,
    "weekday": "1",
    "monthday": "1",
    "days": "14",
    "ranking": "",
    "at": "03:00",
    "zone": ZONES[0],
}


def show(call: Call) -> Response:
    """Show all schedules with what comes next."""
    with opened(call.engine) as session:
        known = session.scalars(select(Schedule).options(joinedload(Schedule.town)).order_by(Schedule.id)).all()
        missed = _missed(session)
        count = session.scalar(select(func.count()).select_from(Town))
    told = [_told(one, now=call.now, missed=missed.get(one.town_id)) for one in known]
    may = call.person is not None and signing.may(call.person, PersonRole.ADMIN)
    return call.page(
        "schedules", schedules=sorted(told, key=lambda one: one["name"].lower()), may=may, any_town=bool(count)
    )


def new(call: Call) -> Response:
    """Show the form of a schedule that is not there yet."""
    return _form(call, {**NEW, "town": call.query.get("ort", "")[:200]})


def create(call: Call) -> Response:
    """Write a new schedule."""
    given, faults = _given(call)
    with opened(call.engine) as session:
        town = queries.town(session, given["town"])
        if town is not None and not faults:
            values = _columns(given)
            # Sent twice it is still one.
            same = select(Schedule.id).filter_by(town_id=town.id, **values)
            if session.scalar(same.limit(1)) is None:
                session.add(Schedule(town_id=town.id, made=call.now, **values))
                _note(session, call, "schedule_saved", town_id=town.id)
            return call.go(PLACE, said="schedule_saved")
    return _form(call, given, faults=faults + (["town"] if town is None else []), status=400)


def edit(call: Call) -> Response:
    """Show the form of a schedule."""
    with opened(call.engine) as session:
        one = _found(session, call)
    return _form(call, _fields(one), one=one, now=call.now)


def save(call: Call) -> Response:
    """Change a schedule, unless somebody else has changed it in the meantime; then both are shown."""
    given, faults = _given(call)
    with opened(call.engine) as session:
        one = _found(session, call)
        if faults:
            return _form(call, given, one=one, now=call.now, faults=faults, status=400)
        if not _change(session, call, one, made=call.now, **_columns(given)):
            return _form(call, given, one=one, now=call.now, conflict=True, status=409)
        _note(session, call, "schedule_saved", town_id=one.town_id)
    return call.go(PLACE, said="schedule_saved")


def pause(call: Call) -> Response:
    """Let a schedule rest, or hold again; what fell into the rest is not made up."""
    paused = call.words("pause") == "on"
    what = "schedule_paused" if paused else "schedule_resumed"
    with opened(call.engine) as session:
        one = _found(session, call)
        if one.paused != paused:
            if not _change(session, call, one, paused=paused, made=call.now):
                return _form(call, _fields(one), one=one, now=call.now, conflict=True, status=409)
            _note(session, call, what, town_id=one.town_id)
    return call.go(PLACE, said=what)


def remove(call: Call) -> Response:
    """Delete a schedule; what it has started goes on."""
    with opened(call.engine) as session:
        one = _found(session, call)
        ours = delete(Schedule).where(Schedule.id == one.id, Schedule.version == _version(call))
        if not _took(session, ours):
            return _form(call, _fields(one), one=one, now=call.now, conflict=True, status=409)
        _note(session, call, "schedule_deleted", town_id=one.town_id)
    return call.go(PLACE, said="schedule_deleted")


DOORS = (
    Door(PLACE, show, PersonRole.READER),
    Door(f"{PLACE}/neu", new, PersonRole.ADMIN),
    Door(f"{PLACE}/neu", create, PersonRole.ADMIN, "POST"),
    Door(f"{PLACE}/{{number}}", edit, PersonRole.ADMIN),
    Door(f"{PLACE}/{{number}}", save, PersonRole.ADMIN, "POST"),
    Door(f"{PLACE}/{{number}}/ruhen", pause, PersonRole.ADMIN, "POST"),
    Door(f"{PLACE}/{{number}}/loeschen", remove, PersonRole.ADMIN, "POST"),
)


def _found(session: Session, call: Call) -> Schedule:
    text = call.path["number"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(orders.LARGEST)) else 0
    wanted = select(Schedule).where(Schedule.id == min(number, orders.LARGEST)).options(joinedload(Schedule.town))
    one = session.scalar(wanted)
    if one is None:
        raise NotFoundError("Diesen Zeitplan gibt es nicht mehr.", remedy="Vielleicht hat ihn jemand gelöscht.")
    return one


def _given(call: Call) -> tuple[dict[str, str], list[str]]:
    """Return what was typed, bounded, and the names of the fields that are wrong."""
    given = {name: call.words(name)[:200] for name in NEW}
    known = given["rule"] in DAYS
    fits = {
        "rule": known,
        "day": not known or given[FIELDS[given["rule"]]] in DAYS[given["rule"]],
        "ranking": given["rule"] != BEFORE or given["ranking"] in {one.id for one in _rankings()},
        "at": TIME.fullmatch(given["at"]) is not None,
        "zone": given["zone"] in ZONES,
    }
    return given, [name for name, is_so in fits.items() if not is_so]


def _columns(given: Mapping[str, str]) -> dict[str, Any]:
    named = {"rule": given["rule"], "at": given["at"], "zone": given["zone"]}
    ranking = given["ranking"] if given["rule"] == BEFORE else None
    return {**named, "day": int(given[FIELDS[given["rule"]]]), "ranking": ranking}


def _fields(one: Schedule) -> dict[str, str]:
    shown = {"town": one.town.key, "rule": one.rule, "at": one.at, "zone": one.zone, "ranking": one.ranking or ""}
    return {**NEW, **shown, FIELDS[one.rule]: str(one.day)}


def _rankings() -> list[Ranking]:
    """Return the rankings of which it is known when they look."""
    return [one for one in rankings.rankings() if one.window]


def _version(call: Call) -> int:
    text = call.words("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(orders.LARGEST)) else 0


def _change(session: Session, call: Call, one: Schedule, **values: Any) -> bool:
    """Change the version that was shown; False: somebody else was quicker."""
    ours = update(Schedule).where(Schedule.id == one.id, Schedule.version == _version(call))
    return _took(session, ours.values(**values, look=None, version=Schedule.version + 1))


def _took(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def _form(
    call: Call,
    given: Mapping[str, str],
    *,
    one: Schedule | None = None,
    now: datetime | None = None,
    faults: list[str] | None = None,
    conflict: bool = False,
    status: int = 200,
) -> Response:
    with opened(call.engine) as session:
        towns = [{"key": town.key, "name": town.name} for town in queries.towns(session)]
    return call.page(
        "schedule",
        status=status,
        given=dict(given),
        towns=towns,
        zones=list(ZONES),
        monthdays=sorted(map(int, DAYS[MONTHLY])),
        rankings=[{"id": one.id, "name": one.name} for one in _rankings()],
        earliest=EARLIEST,
        faults=faults or [],
        conflict=conflict,
        version=str(one.version) if one else "",
        one=_told(one, now=now, missed=None) if one and now else None,
    )


def _told(one: Schedule, *, now: datetime, missed: datetime | None) -> dict[str, Any]:
    when = rule(one, since=now)
    return {
        "id": one.id,
        "key": one.town.key,
        "name": one.town.name,
        "rule": one.rule,
        "day": one.day,
        "ranking": next((known.name for known in _rankings() if known.id == one.ranking), one.ranking or ""),
        "at": one.at,
        "zone": one.zone,
        "paused": one.paused,
        "version": str(one.version),
        "next": [] if one.paused else [_local(due, when) for due in when.next(now, SHOWN)],
        "last": _local(one.last, when)["moment"] if one.last else None,
        "missed": _local(missed, when)["moment"] if missed else None,
    }


def _local(moment: datetime, when: Rule) -> dict[str, Any]:
    """Return a moment as the clock of the schedule shows it."""
    there = moment.astimezone(ZoneInfo(when.zone))
    return {"moment": there.replace(tzinfo=None).isoformat(), "weekday": there.weekday()}


def _missed(session: Session) -> dict[int, datetime]:
    """Return for each town when times that were missed were made up last."""
    wanted = select(Act.town_id, func.max(Act.at)).where(Act.what == "schedule_missed").group_by(Act.town_id)
    return {town: at for town, at in session.execute(wanted) if town is not None}


def _note(session: Session, call: Call, what: str, *, town_id: int) -> None:
    signing.note(session, call.person, what, now=call.now, town_id=town_id)
