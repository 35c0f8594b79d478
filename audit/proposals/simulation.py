"""
What changes would do to the chance to be found, and the few that do most.

Does not think of changes (``audit.proposals.remedies``). Each is tried on the changed graph and index. The choice is greedy:
the largest gain in the matrix of areas per effort first, each next one on top of those already chosen.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.catalogue import Criterion
from audit.findability import Finder
from audit.proposals.changes import Change, NewPage, applied
from audit.proposals.remedies import Candidate
from audit.reasons import FINDABLE_FROM, LIMITS
from db.models import Finding
from db.terms import Size, Verdict

Report = Callable[[int, int], None]
"""Called with changes tried and changes in all."""

WORK = {Size.SMALL: 1.0, Size.MEDIUM: 2.0, Size.LARGE: 4.0}
"""Effort of a change against that of the smallest."""

LEAST = 0.05
"""A change helps a criterion if it lifts its chance by so much."""


@dataclass(frozen=True)
class Chosen:
    """
    A change that helps, on top of those chosen before.

    Attributes:
        before: Chance to be found of each criterion it lifts, 0..1.
        after: The same with this change.
    """

    candidate: Candidate
    before: dict[str, float]
    after: dict[str, float]

    @property
    def found(self) -> int:
        """How many criteria become findable."""
        return sum(self.before[key] < FINDABLE_FROM <= self.after[key] for key in self.after)


class Simulation:
    """The findings of a town, and what becomes of them when pages change."""

    def __init__(self, findings: Iterable[Finding], criteria: Mapping[str, Criterion], *, finder: Finder) -> None:
        self._finder, self._criteria = finder, criteria
        rows = [finding for finding in findings if finding.criterion in criteria]
        self._places = {row.criterion: list((row.routes or {}).get("places", ())) for row in rows}
        self._limited = {row.criterion for row in rows if _is_limited(row)}
        self._weights = _weights(rows)
        self.now = {row.criterion: 0.0 if _is_limited(row) else row.chance or 0.0 for row in rows}

    def chances(self, changes: Sequence[Change], keys: Iterable[str]) -> dict[str, float]:
        """Return the chance to be found of these criteria after the changes; 0 for what does not count."""
        made: dict[str, list[str]] = {}
        for change in changes:
            if isinstance(change, NewPage):
                made.setdefault(change.criterion, []).append(change.page)
        with self._finder.tried(applied(changes, self._finder.graph.pages)):
            return {key: self._chance(key, made.get(key, [])) for key in keys}

    def touched(self, candidate: Candidate) -> list[str]:
        """Return the criteria that a change is meant for, and those that its pages show as well."""
        pages = {change.page for change in candidate.changes} | {
            str(getattr(change, "to", "")) for change in candidate.changes
        }
        also = [key for key, urls in self._places.items() if pages & set(urls)]
        return list(dict.fromkeys([*candidate.criteria, *also]))

    def choose(self, candidates: Sequence[Candidate], *, most: int, report: Report) -> list[Chosen]:
        """Return the changes that gain most for their effort, in the order of doing; none that helps nothing."""
        chosen: list[Chosen] = []
        changes: list[Change] = []
        now = dict(self.now)
        queue = []
        for number, one in enumerate(candidates):
            queue.append((-self._gain(one, now, self._tried(one, changes)), number, 0, one))
            report(number + 1, len(candidates))
        heapq.heapify(queue)
        while queue and len(chosen) < most:
            gain, number, round_, one = heapq.heappop(queue)
            if gain >= 0:
                break
            if any(isinstance(change, NewPage) and change in changes for change in one.changes):
                continue  # another place for a page that is proposed already
            after = self._tried(one, changes)
            if round_ < len(chosen):  # tried before others were chosen: its gain may be another now
                heapq.heappush(queue, (-self._gain(one, now, after), number, len(chosen), one))
                continue
            lifted = {key: chance for key, chance in after.items() if chance >= now[key] + LEAST}
            chosen.append(Chosen(one, {key: now[key] for key in lifted}, lifted))
            changes += one.changes
            now |= after
        return chosen

    def _tried(self, candidate: Candidate, changes: Sequence[Change]) -> dict[str, float]:
        return self.chances([*changes, *candidate.changes], self.touched(candidate))

    def _gain(self, candidate: Candidate, now: Mapping[str, float], after: Mapping[str, float]) -> float:
        """Return what a change adds to the matrix, for its effort; 0 if it helps nothing."""
        if all(after[key] < now[key] + LEAST for key in after):
            return 0.0
        gained = sum(
            self._weights.get(key, 0.0) * (after[key] - now[key] + (now[key] < FINDABLE_FROM <= after[key]))
            for key in after
        )
        return gained / WORK[candidate.effort]

    def _chance(self, key: str, made: Sequence[str]) -> float:
        if key in self._limited and not made:
            return 0.0
        urls = [*made, *([] if key in self._limited else self._places[key])]
        found = self._finder.find(urls, self._criteria[key]) if urls else None
        return found.chance if found else 0.0


def _is_limited(finding: Finding) -> bool:
    """Does what is found not count, wherever it is linked?"""
    shown = finding.verdict in {Verdict.FINDABLE, Verdict.BURIED} and finding.chance is not None
    return not shown or any(reason["code"] in LIMITS for reason in finding.reasons)


def _weights(rows: Sequence[Finding]) -> dict[str, float]:
    """Return what each criterion is worth in the matrix: each cell of area and aspect as much as another."""
    ours = [row for row in rows if row.counts and row.verdict != Verdict.UNKNOWN]
    cells = Counter((row.area, row.aspect) for row in ours)
    return {row.criterion: 1 / (len(cells) * cells[row.area, row.aspect]) for row in ours}
