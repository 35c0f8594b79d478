"""
The difference between two states of a town's own list: what is new, what reads differently, what is gone.

Does not read files and opens no database. Lines that name the same measure are one, wherever they stand in the file.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from audit.inventory.fields import plain
from audit.inventory.spelling import letters
from db.models import Measure

FIELDS = ("title", "key", "address", "department", "status", "since", "note")
"""What people write; beside it only the criterion, if a person gave it."""

NAMING = {"title", "key", "address"}
"""By these a measure finds its criterion."""


class Pair(NamedTuple):
    """One measure in both states; None: it is not there."""

    old: Measure | None
    new: Measure | None


class Change(NamedTuple):
    """A measure that reads differently, and in which fields."""

    old: Measure
    new: Measure
    fields: list[str]


@dataclass(frozen=True)
class Difference:
    """What becomes of each line, in the order of the list it stands in; ``kept`` may stand in other lines of the file."""

    added: list[Measure]
    changed: list[Change]
    dropped: list[Measure]
    kept: list[tuple[Measure, Measure]]


def chosen(measure: Measure) -> str | None:
    """Return the criterion that a person gave; "": a person said there is none; None: nobody said anything."""
    return (measure.criterion or "") if measure.matched_by == "column" else None


def state(measure: Measure) -> dict[str, Any]:
    """Return what people have written into a line, as the history keeps it: ``FIELDS``, ``criterion`` as ``chosen``, and its ``row``."""
    return {name: getattr(measure, name) for name in FIELDS} | {"criterion": chosen(measure), "row": measure.row}


def put(measure: Measure, wanted: Mapping[str, Any]) -> list[str]:
    """Write a state into a line and return the fields that differ; a criterion that nobody gave any more is forgotten."""
    fields = differing(state(measure), wanted)
    for name in fields:
        if name != "criterion":
            setattr(measure, name, wanted[name])
    if "criterion" in fields or (NAMING & {*fields} and chosen(measure) is None):
        measure.criterion = wanted["criterion"] or None
        measure.matched_by = None if wanted["criterion"] is None else "column"
    return fields


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the fields in which two states differ; the line of the file is none."""
    return [name for name in (*FIELDS, "criterion") if one[name] != other[name]]


def digest(measures: Sequence[Measure]) -> str:
    """Return a fingerprint of what people have written, so that a form can say what it was filled in for."""
    told = sorted((measure.id, {**state(measure), "row": 0}) for measure in measures)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def is_twin(one: Measure, other: Measure) -> bool:
    """Have they the same title and address? A list has such a measure once."""
    return _twin(one) == _twin(other)


def pair(old: Sequence[Measure], new: Sequence[Measure]) -> list[Pair]:
    """
    Return the lines of both lists, those of the same measure together; the new ones in their order, then what is gone.

    The surest sign goes first: the same title and address, then one that both lists have only once: key, title, address.
    """
    left, found = list(old), dict[int, Measure]()
    for name, only in ((_twin, False), (_key, True), (_title, True), (_address, True)):
        open_ = [one for one in new if id(one) not in found]
        before, after = _by(name, left), _by(name, open_)
        for sign, ones in after.items():
            known = before.get(sign, [])
            if known and (not only or len(known) == len(ones) == 1):
                found |= {id(one): other for one, other in zip(ones, known, strict=False)}
        taken = {id(one) for one in found.values()}
        left = [one for one in left if id(one) not in taken]
    return [*(Pair(found.get(id(one)), one) for one in new), *(Pair(one, None) for one in left)]


def carry(pairs: Sequence[Pair], columns: Collection[str]) -> None:
    """Keep what the new list has no column for: it says nothing about it."""
    for old, new in pairs:
        if old is None or new is None:
            continue
        for name in {*FIELDS} - {*columns}:
            setattr(new, name, getattr(old, name))
        if "criterion" not in columns and chosen(old) is not None:
            new.criterion, new.matched_by = old.criterion, old.matched_by


def compare(pairs: Sequence[Pair]) -> Difference:
    """Return what the new list adds, changes, drops and keeps."""
    both = [(old, new, differing(state(old), state(new))) for old, new in pairs if old is not None and new is not None]
    return Difference(
        added=[new for old, new in pairs if old is None and new is not None],
        changed=[Change(old, new, fields) for old, new, fields in both if fields],
        dropped=[old for old, new in pairs if old is not None and new is None],
        kept=[(old, new) for old, new, fields in both if not fields],
    )


def _by(name: Callable[[Measure], Hashable], measures: Sequence[Measure]) -> dict[Hashable, list[Measure]]:
    found: defaultdict[Hashable, list[Measure]] = defaultdict(list)
    for measure in measures:
        if sign := name(measure):
            found[sign].append(measure)
    return found


def _twin(measure: Measure) -> Hashable:
    return (_title(measure), _address(measure))


def _key(measure: Measure) -> Hashable:
    return measure.key


def _title(measure: Measure) -> Hashable:
    return letters(measure.title) or measure.title


def _address(measure: Measure) -> Hashable:
    return plain(measure.address or "")
