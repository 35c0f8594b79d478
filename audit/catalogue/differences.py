"""
What changed between two versions of a catalogue, or between two catalogues.

Does not word anything for people; ``audit.cli.catalogue_texts`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from audit.catalogue.shapes import Catalogue, Criterion


class Change(NamedTuple):
    """One field with its old and new value; None: it was not there, or is no more."""

    field: str
    old: Any
    new: Any


class ListChange(NamedTuple):
    """What came to the list of a field and what went; of names with a weight also the old and new one where it changed."""

    field: str
    added: list[Any]
    removed: list[Any]
    values: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Difference:
    """
    Two catalogues held against each other.

    Attributes:
        head: Changes of version, title, areas and shared words.
        added: Ids of criteria that are new, in their order; ``removed`` likewise.
        changed: For each criterion of both, in the order of the new one, what is different.
    """

    head: list[Change | ListChange]
    added: list[str]
    removed: list[str]
    changed: dict[str, list[Change | ListChange]]

    @property
    def is_empty(self) -> bool:
        """Is there nothing to tell?"""
        return not (self.head or self.added or self.removed or self.changed)


def compare(old: Catalogue, new: Catalogue) -> Difference:
    """Return what is different in ``new``."""
    changed = {}
    for key in (key for key in new.criteria if key in old.criteria):
        found = _fields(_values(old, old.criteria[key]), _values(new, new.criteria[key]))
        if found:
            changed[key] = found
    return Difference(
        head=_fields(_head(old), _head(new)),
        added=[key for key in new.criteria if key not in old.criteria],
        removed=[key for key in old.criteria if key not in new.criteria],
        changed=changed,
    )


def _head(catalogue: Catalogue) -> dict[str, Any]:
    head: dict[str, Any] = {name: getattr(catalogue, name) for name in ("name", "version", "title", "base")}
    head["areas"] = [f"{area.id}: {area.name}" for area in catalogue.areas]
    return head | {f"sets: {name}": patterns for name, patterns in catalogue.sets.items()}


def _values(catalogue: Catalogue, criterion: Criterion) -> dict[str, Any]:
    values = criterion.model_dump(mode="json", exclude={"id", "examples"})
    examples = criterion.examples
    values["examples: yes"] = [one.text for one in examples.yes]
    values["examples: no"] = [one.text for one in examples.no]
    return {"area": catalogue.area_of[criterion.id], **values, "name": catalogue.name_of(criterion.id)}


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change | ListChange]:
    names = [*new, *(name for name in old if name not in new)]
    return [_field(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _field(name: str, old: Any, new: Any) -> Change | ListChange:
    if not isinstance(old or new, list | dict):
        return Change(name, old, new)
    before, after = old or [], new or []
    values = {}
    if isinstance(before, dict) and isinstance(after, dict):
        values = {key: (before[key], after[key]) for key in after if key in before and before[key] != after[key]}
    return ListChange(
        field=name,
        added=[one for one in after if one not in before],
        removed=[one for one in before if one not in after],
        values=values,
    )
