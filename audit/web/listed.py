"""
What the screens of the town's own list show, as JSON values: a line, and what became of it.

Does not ask for anything to be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from audit.catalogue import Catalogue
from audit.inventory import revision
from audit.inventory.revision import FIELDS
from audit.run import measures
from db.desk import MeasureEdit
from db.models import Measure, Town
from reports import catalogue
from reports.findings import iso
from reports.language import language

Json = dict[str, Any]


def called(town: Town) -> Json:
    """Return what pages need of a town."""
    return {"key": town.key, "name": town.name, "list": place(town.key)}


def criteria(rules: Catalogue) -> dict[str, str]:
    """Return the names of the criteria by id, in the language that is spoken."""
    return dict(_names(rules, language()))


def row(one: Measure, names: Mapping[str, str]) -> Json:
    """Return a line as it is shown."""
    name = names.get(one.criterion, one.criterion) if one.criterion else None
    return {key: getattr(one, key) for key in ("id", "row", "matched_by", *FIELDS)} | {"criterion": name}


def number(text: str) -> int:
    """Return the number that an address or a field names; one that is none names nothing."""
    digits = 12
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


def place(key: str) -> str:
    """Return the address of a town's list."""
    return f"/orte/{quote(key, safe='')}/verzeichnis"


def edits(session: Session, town: Town, names: Mapping[str, str], at: int | None = None) -> list[Json]:
    """Return what became of a list, or of one of its lines, the latest first."""
    return [_told(one, names) for one in measures.history(session, town, at)]


def shown(value: Any) -> str:
    """Return the value of a field as it stands in a form."""
    return "" if value is None else str(value)


@lru_cache(maxsize=8)
def _names(rules: Catalogue, _language: str) -> dict[str, str]:
    return {each["id"]: each["name"] for each in catalogue.spoken(rules.document())["criteria"]}


def _told(edit: MeasureEdit, names: Mapping[str, str]) -> Json:
    before, after = edit.before or {}, edit.after or {}
    both = bool(before and after)
    fields = revision.differing(before, after) if both else []
    return {
        "number": edit.id,
        "measure": edit.measure,
        "title": (after or before).get("title", ""),
        "at": iso(edit.at),
        "who": edit.who,
        "what": "changed" if both else "added" if after else "dropped",
        "fields": [(name, _worded(name, before, names), _worded(name, after, names)) for name in fields],
    }


def _worded(name: str, state: Mapping[str, Any], names: Mapping[str, str]) -> str:
    value = shown(state.get(name))
    return names.get(value, value) if name == "criterion" else value
