"""
The town's own list: seen, sorted and filtered, changed line by line, with the history of every line.

Does not read files (``importing``) and holds no rule; ``audit.inventory`` and ``audit.run.measures`` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.inventory import entry, revision, selection, template
from audit.inventory.revision import FIELDS
from audit.inventory.selection import Wanted
from audit.run import measures
from audit.run.measures import By
from audit.run.rules import rules_of
from audit.web import listed, signing
from audit.web.call import Call, Door
from db import queries
from db.errors import ConflictError, NotFoundError
from db.models import Measure, Town
from db.session import opened
from db.terms import PersonRole
from reports.render import Typed

PAGE = 100
"""Lines of one page."""
LONGEST = 200
"""Signs of what is looked for."""
ASKED = {"text": "text", "stelle": "department", "status": "status", "kriterium": "criterion"}
"""How an address names what is wanted."""
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

Json = dict[str, Any]


def show(call: Call) -> Response:
    """Show the part of the list that the address asks for."""
    wanted = _wanted(call)
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        names = listed.criteria(rules_of(session, town.key))
        known = queries.measures(session, town.id)
    found = selection.pick(known, wanted)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, listed.number(call.query.get("seite", "1")) or 1), pages)
    return call.page(
        "measures",
        town=listed.called(town),
        rows=[listed.row(one, names) for one in found[(page - 1) * PAGE : page * PAGE]],
        heads=[(head, *_sort(call, wanted, head)) for head in (*FIELDS, "criterion")],
        wanted=asdict(wanted),
        order={name: call.query[name] for name in ("sort", "ab") if name in call.query},
        choices={name: [(one, one) for one in ones] for name, ones in selection.choices(known).items()},
        criteria=names,
        all=len(known),
        found=len(found),
        page=page,
        pages=pages,
        path=f"?{urlencode({**_asked(call), 'seite': ''})}",
        may=_may(call),
    )


def line(call: Call) -> Response:
    """Show one line with its history, to change it if one may."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        try:
            found = _line(session, call, town)
        except NotFoundError:
            return _gone(call, session, town)
        return _form(call, session, town, found, revision.state(found))


def saved(call: Call) -> Response:
    """Write a line anew."""
    return _written(call, listed.number(call.path["number"]))


def fresh(call: Call) -> Response:
    """Show an empty line."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        return _form(call, session, town, None, dict.fromkeys((*FIELDS, "criterion")))


def added(call: Call) -> Response:
    """Add a line."""
    return _written(call, None)


def dropped(call: Call) -> Response:
    """Take a line out; the history can bring it back."""
    key, at = call.path["key"], listed.number(call.path["number"])
    try:
        with opened(call.engine) as session:
            town = measures.held(session, key)
            measures.drop(session, town, at, seen=call.words("seen"), by=_by(call))
            signing.note(session, call.person, "measure_dropped", now=call.now, town_id=town.id, about=town.name)
    except ConflictError:
        with opened(call.engine) as session:
            town = measures.town(session, key)
            found = measures.measure(session, town, at)
            return _form(call, session, town, found, revision.state(found), status=409, conflict="drop")
    return call.go(f"{listed.place(key)}/zeile/{at}", said="measure_dropped")


def history(call: Call) -> Response:
    """Show who changed what, the latest first."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        edits = listed.edits(session, town, listed.criteria(rules_of(session, town.key)))
        return call.page("measures_history", town=listed.called(town), edits=edits, may=_may(call))


def undone(call: Call) -> Response:
    """Make a line what it was before."""
    key = call.path["key"]
    try:
        with opened(call.engine) as session:
            town = measures.held(session, key)
            rules = rules_of(session, key)
            measures.undo(session, town, listed.number(call.path["edit"]), rules=rules, by=_by(call))
            signing.note(session, call.person, "measure_undone", now=call.now, town_id=town.id, about=town.name)
    except ConflictError as fault:
        return call.page("fault", status=409, what="fault", message=fault.message, remedy="")
    return call.go(f"{listed.place(key)}/verlauf", said="measure_undone")


def exported(call: Call) -> Response:
    """Give the list as a file, as the command line writes it."""
    kind = call.path["kind"]
    if kind not in KINDS:
        raise NotFoundError("Diese Art von Datei gibt es nicht.")
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        known = queries.measures(session, town.id)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"liste.{kind}"
        template.export(known, file)
        data = file.read_bytes()
    name = f"verzeichnis-{quote(town.key, safe='')}.{kind}"
    return Response(data, media_type=KINDS[kind], headers={"content-disposition": f'attachment; filename="{name}"'})


def _written(call: Call, at: int | None) -> Response:
    key = call.path["key"]
    given = {name: str(call.form.get(name, ""))[: 2 * entry.LONGEST["note"]] for name in (*FIELDS, "criterion")}
    with opened(call.engine) as session:
        town = measures.held(session, key)
        rules = rules_of(session, key)
        found = measures.measure(session, town, at) if at is not None else None
        present = revision.chosen(found) if found is not None else None
        wanted, faults = entry.read(given, criteria=rules.criteria, present=present)
        if faults:
            return _form(call, session, town, found, given, faults=faults, status=400)
        try:
            if found is None:
                found = measures.add(session, town, wanted, rules=rules, by=_by(call))
            else:
                measures.change(session, town, found.id, wanted, seen=call.words("seen"), rules=rules, by=_by(call))
        except ConflictError:
            conflict = "twin" if found is None else "change"
            return _form(call, session, town, found, given, conflict=conflict, status=409)
        signing.note(
            session,
            call.person,
            "measure_changed" if at else "measure_added",
            now=call.now,
            town_id=town.id,
            about=found.title,
        )
        return call.go(f"{listed.place(key)}/zeile/{found.id}", said="measure_saved")


def _form(
    call: Call,
    session: Session,
    town: Town,
    found: Measure | None,
    values: Mapping[str, Any],
    *,
    faults: Sequence[str] | set[str] = (),
    conflict: str = "",
    status: int = 200,
) -> Response:
    names = listed.criteria(rules_of(session, town.key))
    if values.get("criterion") == "" and not call.form:
        values = {**values, "criterion": entry.NONE}
    return call.page(
        "measure",
        status=status,
        town=listed.called(town),
        values={name: Typed(listed.shown(values.get(name))) for name in (*FIELDS, "criterion")},
        present=listed.row(found, names) if found is not None else None,
        seen=revision.digest([found]) if found is not None else "",
        criteria=names,
        faults=[name for name in (*FIELDS, "criterion") if name in faults],
        conflict=conflict,
        edits=listed.edits(session, town, names, found.id) if found is not None else [],
        may=_may(call),
    )


def _gone(call: Call, session: Session, town: Town) -> Response:
    """Show what became of a line that is not in the list any more."""
    edits = listed.edits(
        session, town, listed.criteria(rules_of(session, town.key)), listed.number(call.path["number"])
    )
    if not edits:
        raise NotFoundError("Diese Maßnahme steht nicht im Verzeichnis.")
    return call.page("measures_history", town=listed.called(town), edits=edits, may=_may(call))


def _line(session: Session, call: Call, town: Town) -> Measure:
    return measures.measure(session, town, listed.number(call.path["number"]))


def _wanted(call: Call) -> Wanted:
    given = {field: call.query.get(name, "").strip()[:LONGEST] for name, field in ASKED.items()}
    return Wanted(**given, sort=call.query.get("sort", "row"), descending=call.query.get("ab") == "1")


def _asked(call: Call) -> dict[str, str]:
    """Return what the address asks for, but for the page."""
    return {name: call.query[name][:LONGEST] for name in (*ASKED, "sort", "ab") if call.query.get(name)}


def _sort(call: Call, wanted: Wanted, head: str) -> tuple[str, str]:
    """Return the address that sorts by a column, and how it is sorted now."""
    is_here = wanted.sort == head
    kept = {name: value for name, value in _asked(call).items() if name not in {"sort", "ab"}}
    turned = {"ab": "1"} if is_here and not wanted.descending else {}
    now = ("descending" if wanted.descending else "ascending") if is_here else ""
    return f"?{urlencode({**kept, 'sort': head, **turned})}", now


def _by(call: Call) -> By:
    return By(who=call.person.name if call.person else "", now=call.now)


def _may(call: Call) -> bool:
    return call.person is not None and signing.may(call.person, PersonRole.EDITOR)


DOORS = (
    Door("/orte/{key}/verzeichnis", show, PersonRole.READER),
    Door("/orte/{key}/verzeichnis/datei.{kind}", exported, PersonRole.READER),
    Door("/orte/{key}/verzeichnis/verlauf", history, PersonRole.READER),
    Door("/orte/{key}/verzeichnis/verlauf/{edit}/zurueck", undone, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/verzeichnis/neu", fresh, PersonRole.EDITOR),
    Door("/orte/{key}/verzeichnis/neu", added, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/verzeichnis/zeile/{number}", line, PersonRole.READER),
    Door("/orte/{key}/verzeichnis/zeile/{number}", saved, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/verzeichnis/zeile/{number}/streichen", dropped, PersonRole.EDITOR, "POST"),
)
