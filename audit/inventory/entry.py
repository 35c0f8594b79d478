"""
One line of the town's own list, as a person fills it in.

Does not read files (``audit.inventory.measures``): there a damaged cell is left empty with a note, here the person is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from audit.inventory import dates, fields
from audit.inventory.revision import FIELDS

LONGEST = {
    "title": 300,
    "key": 40,
    "address": fields.MAX_ADDRESS,
    "department": 200,
    "status": 100,
    "since": 40,
    "note": 4000,
}
"""Signs of each field."""

NONE = "-"
"""What the form sends if a measure shall belong to no criterion; an empty choice leaves it to the matching."""


class Entry(NamedTuple):
    """The line as ``audit.inventory.revision`` has it (without its row), and the fields that are wrong."""

    state: dict[str, Any]
    faults: set[str]


def read(given: Mapping[str, str], *, criteria: Collection[str], present: str | None = None) -> Entry:
    """Return what the fields of a form say; the criterion is one of ``criteria`` or the ``present`` one."""
    texts = {name: fields.clean(given.get(name, "")) for name in FIELDS}
    faults = {name for name, text in texts.items() if len(text) > LONGEST[name]}
    found: dict[str, Any] = {name: texts[name] or None for name in ("department", "status", "note")}
    found["title"] = " ".join(texts["title"].split())
    key, address = fields.read_key(texts["key"]), fields.read_address(texts["address"])
    since = dates.read(texts["since"])
    found |= {"key": key.value, "address": address.value, "since": since.iso if since.clear else None}
    faults |= {name for name in ("key", "address", "since") if not found[name] and not fields.is_blank(texts[name])}
    faults |= {"title"} if not found["title"] else set()
    choice = given.get("criterion", "")
    found["criterion"] = None if not choice else "" if choice == NONE else choice
    if choice not in {"", NONE, present, *criteria}:
        faults.add("criterion")
    return Entry(found, faults)
