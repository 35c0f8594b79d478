"""
Which few changes would make the most findable.

Does not decide verdicts: it reads the reasons of findings, thinks of changes, tries each in simulation, and keeps those that help.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from audit.catalogue import Criterion
from audit.classify.signs import STATING
from audit.findability import Finder
from audit.gaps import is_ignored
from audit.proposals.remedies import Candidate, candidates
from audit.proposals.simulation import Chosen, Report, Simulation
from db.models import Evidence, Finding, Proposal
from db.terms import PageType, Size, Zone

MOST = 10
"""More proposals than that are no plan any more."""

LARGE = 3
"""A change that makes so many criteria findable has a large effect."""

QUOTED = 3
"""Sentences that are taken over into the text of a new page."""

TELLING = {PageType.SERVICE, PageType.PORTAL, PageType.NEWS, PageType.COUNCIL}
"""Pages whose sentences may stand on a new page; what jobs, tenders and privacy notices say is said to somebody else."""

NAMED = 3
"""Names in one sentence; more are counted."""


def propose(
    findings: Sequence[Finding],
    criteria: Mapping[str, Criterion],
    *,
    finder: Finder,
    evidence: Sequence[Evidence] = (),
    names: Mapping[str, str] | None = None,
    report: Report = lambda _done, _total: None,
) -> list[Proposal]:
    """
    Return the changes worth doing, the most useful for the least effort first.

    ``evidence`` holds what is said of the things so far; ``names`` are those of a view; ``report`` is told how many were tried.
    """
    called = {key: (names or {}).get(key, one.name) for key, one in criteria.items()}
    said = _said(evidence)
    thought = [
        one
        for row in findings
        if (row.counts or row.measures) and not is_ignored(row) and row.criterion in criteria
        for one in candidates(
            row,
            criteria[row.criterion],
            name=called[row.criterion],
            said=said.get(row.criterion, []),
            finder=finder,
        )
    ]
    simulation = Simulation(findings, criteria, finder=finder)
    chosen = simulation.choose(_once(thought), most=MOST, report=report)
    return [_proposal(one, place=number, names=called) for number, one in enumerate(chosen, 1)]


def _said(evidence: Sequence[Evidence]) -> dict[str, list[str]]:
    """Return the sentences that state each thing, the weightiest first, each once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for item in sorted(evidence, key=lambda item: (-item.score, -item.weight)):
        is_stated = item.weight > 0 and item.reading in STATING and item.zone == Zone.MAIN
        if (
            is_stated
            and item.page_type in TELLING
            and item.quote not in found[item.criterion]
            and len(found[item.criterion]) < QUOTED
        ):
            found[item.criterion].append(item.quote)
    return found


def _once(thought: Sequence[Candidate]) -> list[Candidate]:
    """Return each change once, with all that it is meant for."""
    found: dict[tuple[object, ...], Candidate] = {}
    for one in thought:
        known = found.setdefault(one.changes, one)
        if known is not one and not set(one.criteria) <= set(known.criteria):
            found[one.changes] = Candidate(
                known.sentence, known.changes, known.where, (*known.criteria, *one.criteria), known.effort, known.role
            )
    return list(found.values())


def _proposal(chosen: Chosen, *, place: int, names: Mapping[str, str]) -> Proposal:
    one = chosen.candidate
    keys = sorted(chosen.after, key=lambda key: (chosen.before[key] - chosen.after[key], key))
    effect = Size.LARGE if chosen.found >= LARGE else Size.MEDIUM if chosen.found else Size.SMALL
    return Proposal(
        place=place,
        change=one.sentence.replace("{names}", _listed([names[key] for key in keys])),
        where=one.where,
        effect=effect,
        effort=one.effort,
        role=one.role,
        criteria=keys,
        changes=[change.model_dump(exclude_none=True) for change in one.changes],
        before={key: round(chosen.before[key], 3) for key in keys},
        after={key: round(chosen.after[key], 3) for key in keys},
    )


def _listed(names: Sequence[str]) -> str:
    shown = [f"„{name}“" for name in names]
    if len(shown) > NAMED:
        shown = [*shown[: NAMED - 1], f"{len(shown) - NAMED + 1} weitere"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} und {shown[-1]}"
