"""
A new list of measures from a file: what it would change is shown first, and nothing is written before somebody says so.

Does not read files and does not compare lists; ``audit.inventory`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.inventory import revision
from audit.inventory.measures import MeasureList, read
from audit.inventory.revision import Difference
from audit.run import measures, uploads
from audit.run.measures import By
from audit.run.rules import rules_of
from audit.web import signing
from audit.web.call import Call, Door
from audit.web.listed import called, criteria, row
from db import queries
from db.errors import MeasuresError, NotFoundError
from db.models import Town
from db.session import opened
from db.terms import PersonRole

SHOWN = 200
"""Lines of each part of a preview; more is counted."""

Json = dict[str, Any]


def choose(call: Call) -> Response:
    """Show the form for a file."""
    with opened(call.engine) as session:
        return _choose(call, session)


def uploaded(call: Call) -> Response:
    """Keep a file, unless it is no list, and go on to what it would change."""
    file = call.file("file")
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
        if file is None:
            return _choose(call, session, fault="missing", status=400)
        digest = uploads.keep(file.file.read(), file.filename or "", town=town.key, now=call.now)
        try:
            read(uploads.find(digest, town=town.key))
        except MeasuresError as fault:
            uploads.forget(digest, town=town.key)
            return _choose(call, session, fault="file", told=fault, status=400)
    return call.go(f"/orte/{town.key}/verzeichnis/einlesen/{digest}")


def preview(call: Call) -> Response:
    """Show what a file would change."""
    with opened(call.engine) as session:
        return _preview(call, session, measures.town(session, call.path["key"]))


def taken(call: Call) -> Response:
    """Take a file over, if the list is still the one that the preview was for."""
    digest = call.path["digest"]
    with opened(call.engine) as session:
        town = measures.held(session, call.path["key"])
        if revision.digest(queries.measures(session, town.id)) != call.words("seen"):
            return _preview(call, session, town, is_old=True, status=409)
        _, difference = _draft(session, town, digest)
        by = By(who=call.person.name if call.person else "", now=call.now)
        measures.take(session, town, difference, by=by)
        signing.note(session, call.person, "measures_imported", now=call.now, town_id=town.id, about=town.name)
    uploads.forget(digest, town=town.key)
    return call.go(f"/orte/{town.key}/verzeichnis", said="measures_imported")


def discarded(call: Call) -> Response:
    """Throw a file away."""
    with opened(call.engine) as session:
        town = measures.town(session, call.path["key"])
    # It may be gone already, as it shall be.
    with suppress(NotFoundError):
        uploads.forget(call.path["digest"], town=town.key)
    return call.go(f"/orte/{town.key}/verzeichnis")


def _choose(
    call: Call, session: Session, *, fault: str = "", told: MeasuresError | None = None, status: int = 200
) -> Response:
    town = measures.town(session, call.path["key"])
    lines = {"message": told.message, "line": told.line, "remedy": told.remedy} if told else {}
    return call.page("measures_import", status=status, town=called(town), fault=fault, told=lines)


def _preview(call: Call, session: Session, town: Town, *, is_old: bool = False, status: int = 200) -> Response:
    known = revision.digest(queries.measures(session, town.id))
    try:
        found, difference = _draft(session, town, call.path["digest"])
    except MeasuresError as fault:
        return _choose(call, session, fault="file", told=fault, status=400)
    names = criteria(rules_of(session, town.key))
    return call.page(
        "measures_preview",
        status=status,
        town=called(town),
        digest=call.path["digest"],
        seen=known,
        is_old=is_old,
        notes=[note._asdict() for note in found.notes[:SHOWN]],
        counts={
            "added": len(difference.added),
            "changed": len(difference.changed),
            "dropped": len(difference.dropped),
            "kept": len(difference.kept),
            "notes": len(found.notes),
        },
        **_parts(difference, names),
        shown=SHOWN,
    )


def _draft(session: Session, town: Town, digest: str) -> tuple[MeasureList, Difference]:
    found = read(uploads.find(digest, town=town.key))
    old = queries.measures(session, town.id)
    return found, measures.draft(old, found, rules=rules_of(session, town.key), town=town)


def _parts(difference: Difference, names: Mapping[str, str]) -> Json:
    return {
        "added": [row(one, names) for one in difference.added[:SHOWN]],
        "dropped": [row(one, names) for one in difference.dropped[:SHOWN]],
        "changed": [
            {
                "title": old.title,
                "row": new.row,
                "fields": [(name, row(old, names)[name], row(new, names)[name]) for name in fields],
            }
            for old, new, fields in difference.changed[:SHOWN]
        ],
    }


DOORS = (
    Door("/orte/{key}/verzeichnis/einlesen", choose, PersonRole.EDITOR),
    Door("/orte/{key}/verzeichnis/einlesen", uploaded, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/verzeichnis/einlesen/{digest}", preview, PersonRole.EDITOR),
    Door("/orte/{key}/verzeichnis/einlesen/{digest}", taken, PersonRole.EDITOR, "POST"),
    Door("/orte/{key}/verzeichnis/einlesen/{digest}/verwerfen", discarded, PersonRole.EDITOR, "POST"),
)
