"""
The part of a town's own list that somebody wants to see, in the order they want.

Does not know how a page shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.inventory.revision import FIELDS
from audit.inventory.spelling import fold
from db.models import Measure

SORTED_BY = ("row", *FIELDS, "criterion")
WITH, WITHOUT = "mit", "ohne"


@dataclass(frozen=True)
class Wanted:
    """
    What somebody wants to see; empty: all.

    Attributes:
        text: Stands in title, note, key or address.
        criterion: The id of one, or ``WITH`` or ``WITHOUT`` any.
        sort: One of ``SORTED_BY``; whatever is empty comes last.
    """

    text: str = ""
    department: str = ""
    status: str = ""
    criterion: str = ""
    sort: str = "row"
    descending: bool = False


def pick(measures: Sequence[Measure], wanted: Wanted) -> list[Measure]:
    """Return the measures that are wanted, sorted."""
    found = [one for one in measures if _fits(one, wanted)]
    name = wanted.sort if wanted.sort in SORTED_BY else "row"
    if name == "row":
        return sorted(found, key=lambda one: (one.row, one.id), reverse=wanted.descending)
    filled = [one for one in found if getattr(one, name)]
    filled.sort(key=lambda one: fold(getattr(one, name)), reverse=wanted.descending)
    return [*filled, *(one for one in found if not getattr(one, name))]


def choices(measures: Sequence[Measure]) -> Mapping[str, list[str]]:
    """Return the departments and the states that the list names, each once."""
    return {
        name: sorted({value for one in measures if (value := getattr(one, name))}, key=fold)
        for name in ("department", "status")
    }


def _fits(one: Measure, wanted: Wanted) -> bool:
    if wanted.department and one.department != wanted.department:
        return False
    if wanted.status and one.status != wanted.status:
        return False
    if wanted.criterion and wanted.criterion not in {one.criterion, WITH if one.criterion else WITHOUT}:
        return False
    told = " ".join(filter(None, (one.title, one.key, one.address, one.note)))
    return not wanted.text or fold(wanted.text) in fold(told)
