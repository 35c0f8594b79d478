"""
How often the classifier is right, from decisions of a gold set: precision, recall and F1 with their confidence intervals.

Does not read pages; ``audit.classify.gold`` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audit.classify.gold import Decision
from db.terms import Band
from reports.intervals import interval

BANDS: dict[str, frozenset[Band]] = {
    "automatic": frozenset({Band.AUTOMATIC}),
    "review": frozenset({Band.AUTOMATIC, Band.REVIEW}),
}
"""What counts as found: only what the classifier is sure of, or also what it asks people about."""

CUTS: dict[str, Callable[[Decision], str]] = {
    "criterion": lambda one: one.criterion,
    "page_type": lambda one: str(one.page_type),
    "town": lambda one: one.town,
}


@dataclass(frozen=True, slots=True)
class Rates:
    """Right and wrong of some decisions; the rates are None where nothing was found, or nothing was to be found."""

    found: int  #: rightly
    wrong: int  #: found, and not there
    missed: int

    @property
    def precision(self) -> float | None:
        return _share(self.found, self.found + self.wrong)

    @property
    def recall(self) -> float | None:
        return _share(self.found, self.found + self.missed)

    @property
    def f1_interval(self) -> list[float] | None:
        """F1 is 2J / (1 + J) of the share J of what is right among all that was found or there, and grows with it."""
        bounds = interval(self.found, self.found + self.wrong + self.missed)
        return bounds and [round(2 * bound / (1 + bound), 3) for bound in bounds]

    @property
    def f1(self) -> float | None:
        return _share(2 * self.found, 2 * self.found + self.wrong + self.missed)

    def row(self) -> dict[str, Any]:
        """Return it as JSON; intervals are Wilson's, for 95 %."""
        return {
            "found": self.found,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": self.precision,
            "precision_interval": interval(self.found, self.found + self.wrong),
            "recall": self.recall,
            "recall_interval": interval(self.found, self.found + self.missed),
            "f1": self.f1,
            "f1_interval": self.f1_interval,
        }


def rates(decisions: Iterable[Decision], bands: frozenset[Band]) -> Rates:
    """Count some decisions, taking these bands as found."""
    found = wrong = missed = 0
    for one in decisions:
        is_found = one.band in bands
        found += is_found and one.expected is not None
        wrong += is_found and one.expected is None
        missed += not is_found and one.expected is not None
    return Rates(found, wrong, missed)


def evaluate(decisions: Sequence[Decision]) -> dict[str, Any]:
    """
    Return all figures of a gold set.

    ``{"pages", "towns", "decisions", "positives", "traps", "sets": {"all" | "tuned" | "held_out": {band: row}},
    "by": {"criterion" | "page_type" | "town": {name: {band: row}}}, "trap": {name: {"n", "automatic", "review"}},
    "maturity": {name: {"n", "found", "right"}}}``; the rows are those of ``Rates.row``.
    """
    named = [one for one in decisions if one.expected is None and one.trap]
    parts = {"all": decisions}
    if any(one.held_out for one in decisions):
        parts["tuned"] = [one for one in decisions if not one.held_out]
        parts["held_out"] = [one for one in decisions if one.held_out]
    return {
        "pages": len({(one.town, one.url) for one in decisions}),
        "towns": len({one.town for one in decisions}),
        "decisions": len(decisions),
        "positives": sum(one.expected is not None for one in decisions),
        "traps": len(named),
        "sets": {name: _bands(part) for name, part in parts.items()},
        "by": {name: {key: _bands(part) for key, part in grouped(decisions, cut)} for name, cut in CUTS.items()},
        "trap": {key: _fired(part) for key, part in grouped(named, lambda one: one.trap)},
        "maturity": {
            key: {"n": len(part), **_matured(part)}
            for key, part in grouped(
                [one for one in decisions if one.expected is not None], lambda one: str(one.expected)
            )
        },
    }


def grouped(decisions: Iterable[Decision], cut: Callable[[Decision], str]) -> list[tuple[str, list[Decision]]]:
    """Return the decisions by what ``cut`` says of them, sorted by that."""
    groups: defaultdict[str, list[Decision]] = defaultdict(list)
    for one in decisions:
        groups[cut(one)].append(one)
    return sorted(groups.items())


def _bands(decisions: Sequence[Decision]) -> dict[str, dict[str, Any]]:
    return {name: rates(decisions, bands).row() for name, bands in BANDS.items()}


def _fired(decisions: Sequence[Decision]) -> dict[str, int]:
    """Return how many traps there are of a kind, and how many each band fell into."""
    fallen = {name: sum(one.band in bands for one in decisions) for name, bands in BANDS.items()}
    return {"n": len(decisions), **fallen}


def _matured(decisions: Sequence[Decision]) -> dict[str, int]:
    found = [one for one in decisions if one.band is not None]
    return {"found": len(found), "right": sum(one.maturity == one.expected for one in found)}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
