"""
Verdicts as counts: the matrix of areas and aspects.

Does not decide: what we could not look at is never counted as missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.terms import GapKind, Verdict

Json = Mapping[str, Any]


def counts(entries: Sequence[Json]) -> dict[str, int]:
    """Return how many findings have each verdict."""
    return {verdict.value: _number(entries, verdict) for verdict in Verdict}


def tally(kinds: Iterable[str]) -> dict[str, int]:
    """Return how many gaps there are of each kind."""
    found = Counter(kinds)
    return {kind.value: found[kind] for kind in GapKind}


def score(entries: Sequence[Json], areas: Iterable[Json]) -> Json:
    """Return the matrix of areas; what we could not look at is in ``unchecked`` and never in ``of``."""
    return {
        "areas": [_area(area["id"], [entry for entry in entries if entry["area"] == area["id"]]) for area in areas],
        **_share(entries),
        "unchecked": _number(entries, Verdict.UNKNOWN),
    }


def _area(key: str, entries: Sequence[Json]) -> Json:
    return {
        "id": key,
        "strategy": _share([entry for entry in entries if entry["aspect"] == "strategy"]),
        "implementation": _share([entry for entry in entries if entry["aspect"] == "implementation"]),
        **_share(entries),
        "unchecked": _number(entries, Verdict.UNKNOWN),
        "buried": _number(entries, Verdict.BURIED),
        "absent": _number(entries, Verdict.ABSENT),
    }


def _share(entries: Sequence[Json]) -> Json:
    found = _number(entries, Verdict.FINDABLE)
    return {"found": found, "of": len(entries) - _number(entries, Verdict.UNKNOWN)}


def _number(entries: Iterable[Json], verdict: Verdict) -> int:
    return sum(entry["verdict"] == verdict for entry in entries)
