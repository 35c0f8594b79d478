"""
Where towns stand beside the first of them: on what they have in common, as shares with an interval, in three bands.

Does not rank: with counts as small as these a place would jump for no reason. Documents come in, plain values go out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from db.terms import Verdict
from reports.intervals import wilson

COSTLY = 0.2
"""A town that takes away more than this share of what the others have in common is named."""

Json = Mapping[str, Any]


class Band(StrEnum):
    """Where a town stands beside the first one."""

    OWN = "own"  #: it is the first one
    AHEAD = "ahead"
    EVEN = "even"
    BEHIND = "behind"
    NONE = "none"  #: it, or the first one, has no number


def common(documents: Sequence[Json]) -> set[str]:
    """Return the criteria that count for every town and could be checked in every town; those read too little are left aside."""
    read = [document for document in documents if document["coverage"]["enough"]]
    if len(read) < 2:  # noqa: PLR2004 one town has nothing in common with itself
        return set()
    return set.intersection(*map(_checked, read))


def costly(documents: Sequence[Json]) -> dict[str, Any] | None:
    """Return the town without which most more could be compared: its name, the number now and without it; None if it is few."""
    now = len(common(documents))
    # Without the first town there is nothing to compare with.
    rest = [(document, [one for one in documents if one is not document]) for document in documents[1:]]
    gains = [(len(common(others)), document["town_name"]) for document, others in rest if len(others) > 1]
    without, name = max(gains, key=lambda gain: gain[0], default=(0, ""))
    return {"name": name, "now": now, "without": without} if now < without * (1 - COSTLY) else None


def lines(documents: Sequence[Json], keys: Collection[str]) -> list[dict[str, Any]]:
    """
    Return a line for each town, in their order: ``town``, ``name``, ``found``, ``of``, ``low``, ``high`` (0..1) and ``band``.

    Numbers are None where too little was read or there is nothing to look at. A town is ahead or behind only if its interval does
    not overlap that of the first town. That is stricter than a test at 5 % (N. Schenker, J. F. Gentleman: On Judging the
    Significance of Differences by Examining the Overlap Between Confidence Intervals. The American Statistician 55 (2001), 182-186).
    """
    told = [_line(document, keys) for document in documents]
    return [{**line, "band": _band(line, told[0])} for line in told]


def _line(document: Json, keys: Collection[str]) -> dict[str, Any]:
    line = {"town": document["town"], "name": document["town_name"], "enough": document["coverage"]["enough"]}
    if not line["enough"] or not keys:
        return {**line, "found": None, "of": None, "low": None, "high": None}
    found = sum(entry["verdict"] == Verdict.FINDABLE for entry in document["findings"] if entry["criterion"] in keys)
    low, high = wilson(found, len(keys))
    return {**line, "found": found, "of": len(keys), "low": low, "high": high}


def _band(line: Json, first: Json) -> Band:
    if line["of"] is None or first["of"] is None:
        return Band.NONE
    if line is first:
        return Band.OWN
    if line["low"] > first["high"]:
        return Band.AHEAD
    return Band.BEHIND if line["high"] < first["low"] else Band.EVEN


def _checked(document: Json) -> set[str]:
    return {
        entry["criterion"]
        for entry in document["findings"]
        if entry["criterion"] is not None and entry["counts"] and entry["verdict"] != Verdict.UNKNOWN
    }
