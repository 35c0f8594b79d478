"""
The task screens: what is to do and by whom, the proposals of an audit to take on, and what became of what was done.

Does not say when a task has worked or in what order tasks are read; ``audit.tasks`` does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from starlette.responses import Response

from audit import tasks as order
from audit.inventory.template import guarded
from audit.run import measures, tasks
from audit.run.rules import rules_of
from audit.run.tasks import Plan
from audit.web import signing
from audit.web.call import Call, Door
from audit.web.listed import criteria, number
from db import queries
from db.desk import Person, Task
from db.errors import ConflictError, InputError
from db.models import Catalogue, Town
from db.session import opened
from db.terms import PersonRole, TaskState
from reports import catalogue
from reports.desk_words import TASK_COLUMNS, TASK_STATES
from reports.findings import iso
from reports.ics import Event, calendar
from reports.language import gettext as _
from reports.render import Typed, printable
from reports.words import say

SHOWN = 300
"""Tasks of one page."""
CATALOGUES = 5
"""States of catalogues that are asked for names; a criterion that none of them knows is called by its id."""
VIEWS = {"": order.WAITING, "erledigt": (TaskState.VERIFIED, TaskState.DROPPED), "alle": tuple(TaskState)}

Json = dict[str, Any]


def show(call: Call) -> Response:
    """Show what is to do, one's own first."""
    with opened(call.engine) as session:
        known = _known(call, session)
        view = call.query.get("stand", "")
        wanted = [one for one in known.listed if one.state in VIEWS.get(view, VIEWS[""])]
        rows = [_row(one, known) for one in wanted[:SHOWN]]
        towns = {town.key: town.name for town in known.towns.values()}
    ort = call.query.get("ort", "")
    return call.page("tasks", rows=rows, all=len(wanted), view=view, ort=ort, towns=towns, may=_may(call))


def exported(call: Call) -> Response:
    """Give the tasks as a table."""
    with opened(call.engine) as session:
        known = _known(call, session)
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow([_(head) for head in TASK_COLUMNS])
        for one in known.listed:
            name = one.person.name if one.person else ""
            town, state = known.towns[one.town_id].name, say(one.state, TASK_STATES)
            writer.writerow(list(guarded([town, one.change, one.role, name, one.due or "", state, one.note])))
    head = {"content-disposition": 'attachment; filename="aufgaben.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=head)


def days(call: Call) -> Response:
    """Give the days by which what waits is due, as a calendar."""
    with opened(call.engine) as session:
        known = _known(call, session)
        waits = [one for one in known.listed if one.due and one.state in order.WAITING]
        events = [
            Event(f"aufgabe-{one.id}", day, day, f"{known.towns[one.town_id].name}: {printable(one.change)}", one.note)
            for one in waits
            if (day := date.fromisoformat(str(one.due)))
        ]
    text = calendar(_("Aufgaben"), events, today=call.now.date())
    head = {"content-disposition": 'attachment; filename="aufgaben.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=head)


def task(call: Call) -> Response:
    """Show one task, to change it if one may."""
    with opened(call.engine) as session:
        found = tasks.task_of(session, number(call.path["number"]))
        return _form(call, session, found)


def saved(call: Call) -> Response:
    """Write a task anew."""
    with opened(call.engine) as session:
        found = tasks.task_of(session, number(call.path["number"]))
        plan, faults = _plan(call, session)
        if faults:
            return _form(call, session, found, faults=faults, status=400)
        try:
            tasks.change(session, found.id, plan, version=number(call.words("version")), now=call.now)
        except ConflictError:
            return _form(call, session, found, conflict=True, status=409)
        signing.note(session, call.person, "task_changed", now=call.now, town_id=found.town_id, about=found.change)
        return call.go(f"/aufgaben/{found.id}", said="task_saved")


def fresh(call: Call) -> Response:
    """Show an empty task for a criterion of a town."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        return _fresh(call, session, town)


def written(call: Call) -> Response:
    """Write a task by hand."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        plan, faults = _plan(call, session)
        criterion = call.words("criterion")
        if criterion not in rules_of(session, town.key).criteria:
            faults.add("criterion")
        if faults:
            return _fresh(call, session, town, faults=faults, status=400)
        found = tasks.write(session, town, criterion, plan, now=call.now)
        signing.note(session, call.person, "task_made", now=call.now, town_id=found.town_id, about=found.change)
        return call.go(f"/aufgaben/{found.id}", said="task_saved")


def proposals(call: Call) -> Response:
    """Show the proposals of a town's latest audit, and which of them are tasks."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        audit = queries.latest_judged(session, town.key)
        known = tasks.of_town(session, town.id)
        names = criteria(rules_of(session, town.key))
        listed = queries.proposals(session, audit.id) if audit else []
        rows = [
            {
                **{name: getattr(one, name) for name in ("place", "change", "where", "effect", "effort", "role")},
                "criteria": [names.get(key, key) for key in one.criteria],
                "task": found.id if (found := order.taken(one, known)) else None,
            }
            for one in listed
        ]
        told = {"number": audit.id, "started": iso(audit.started)} if audit else None
        return call.page("proposals", town=_called(town), audit=told, rows=rows, may=_may(call))


def accepted(call: Call) -> Response:
    """Make a proposal a task; twice makes one."""
    with opened(call.engine) as session:
        audit, place = number(call.path["audit"]), number(call.path["place"])
        person = call.person if call.person is not None and call.person.id is not None else None
        found, is_new = tasks.accept(session, audit, place, person=person, now=call.now)
        if is_new:
            signing.note(session, call.person, "task_made", now=call.now, town_id=found.town_id, about=found.change)
        return call.go(f"/aufgaben/{found.id}", said="task_made")


class _Known:
    """What the list of tasks needs: the tasks in order, their towns, the names of their criteria."""

    def __init__(self, listed: list[Task], towns: dict[int, Town], entries: Mapping[str, Json]) -> None:
        self.listed = listed
        self.towns = towns
        self.entries = entries


def _known(call: Call, session: Session) -> _Known:
    key = call.query.get("ort", "")
    towns = {town.id: town for town in queries.towns(session)}
    wanted = select(Task).options(selectinload(Task.person))
    if key:
        wanted = wanted.where(Task.town_id == measures.town(session, key).id)
    listed = list(session.scalars(wanted))
    entries = _entries(session)
    departments = {one: [entry.get("department") or ""] for one, entry in entries.items()}
    return _Known(order.ordered(listed, call.person, departments), towns, entries)


def _entries(session: Session) -> dict[str, Json]:
    """Return what the catalogues that were used last say of their criteria; the latest has the last word."""
    found: dict[str, Json] = {}
    used = session.scalars(select(Catalogue).order_by(Catalogue.id.desc()).limit(CATALOGUES)).all()
    for one in reversed(used):
        document = {"criteria": [], "areas": [], **one.document}
        found |= {entry["id"]: entry for entry in catalogue.spoken(document)["criteria"]}
    return found


def _row(one: Task, known: _Known) -> Json:
    return {
        "id": one.id,
        "town": known.towns[one.town_id].name,
        "change": one.change,
        "role": one.role,
        "person": one.person.name if one.person else "",
        "due": one.due or "",
        "state": one.state,
        "criteria": [known.entries.get(key, {}).get("name", key) for key in one.criteria],
    }


def _form(
    call: Call,
    session: Session,
    found: Task,
    *,
    faults: set[str] | None = None,
    conflict: bool = False,
    status: int = 200,
) -> Response:
    town = session.get_one(Town, found.town_id)
    entries = _entries(session)
    verdicts = tasks.found(session, [found]).get(found.id, {})
    present = {
        "change": found.change,
        "role": found.role,
        "person": str(found.person_id or ""),
        "due": found.due or "",
        "note": found.note,
        "state": "" if found.state not in tasks.BY_PEOPLE else str(found.state),
    }
    given = _given(call) if faults or conflict else present
    return call.page(
        "task",
        status=status,
        town=_called(town),
        task={"id": found.id, "where": found.where, "state": found.state, "audit": found.audit_id}
        | {"checked": found.checked_id, "done": iso(found.done), "made": iso(found.made), "version": found.version},
        criteria=[(key, entries.get(key, {}).get("name", key), verdicts.get(key, "")) for key in found.criteria],
        values={name: Typed(value) for name, value in given.items()},
        present=present,
        people=_people(session),
        faults=sorted(faults or ()),
        conflict=conflict,
        may=_may(call),
    )


def _fresh(call: Call, session: Session, town: Town, *, faults: set[str] | None = None, status: int = 200) -> Response:
    given = _given(call) | {"criterion": call.words("criterion") or call.query.get("kriterium", "")}
    return call.page(
        "task_new",
        status=status,
        town=_called(town),
        criteria=criteria(rules_of(session, town.key)),
        values={name: Typed(value) for name, value in given.items()},
        people=_people(session),
        faults=sorted(faults or ()),
    )


def _given(call: Call) -> dict[str, str]:
    return {name: call.words(name)[:8000] for name in ("change", "role", "person", "due", "note", "state")}


def _plan(call: Call, session: Session) -> tuple[Plan, set[str]]:
    given, faults = _given(call), set[str]()
    due = None
    try:
        due = tasks.day(given["due"])
    except InputError:
        faults.add("due")
    plan = Plan(
        change=" ".join(given["change"].split()),
        role=" ".join(given["role"].split()),
        person_id=number(given["person"]) if given["person"] else None,
        due=due,
        note=given["note"].replace("\r\n", "\n"),
        state=given["state"],
    )
    return plan, faults | plan.faults({one for one, _ in _people(session)})


def _people(session: Session) -> Sequence[tuple[int, str]]:
    wanted = select(Person.id, Person.name).where(Person.disabled.is_(None)).order_by(Person.name)
    return [(one, name) for one, name in session.execute(wanted)]


def _called(town: Town) -> Json:
    return {"key": town.key, "name": town.name}


def _may(call: Call) -> bool:
    return call.person is not None and signing.may(call.person, PersonRole.EDITOR)


DOORS = (
    Door("/aufgaben", show, PersonRole.READER),
    Door("/aufgaben/aufgaben.csv", exported, PersonRole.READER),
    Door("/aufgaben/aufgaben.ics", days, PersonRole.READER),
    Door("/aufgaben/{number}", task, PersonRole.READER),
    Door("/aufgaben/{number}", saved, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/aufgaben/neu", fresh, PersonRole.EDITOR),
    Door("/orte/{key}/aufgaben/neu", written, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/vorschlaege", proposals, PersonRole.READER),
    Door("/pruefungen/{audit}/vorschlaege/{place}/annehmen", accepted, PersonRole.EDITOR, "POST"),
)
