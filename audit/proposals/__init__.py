"""
Which few changes would make the most findable.

Does not decide verdicts: it reads the reasons of findings, thinks of changes, tries each in simulation, and keeps those that help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.catalogue import Criterion
from audit.findability import Finder
from audit.gaps import is_ignored
from audit.proposals.remedies import Candidate, candidates
from audit.proposals.simulation import Chosen, Simulation
from db.models import Finding, Proposal
from db.terms import Size

MOST = 10
"""More proposals than that are no plan any more."""

LARGE = 3
"""A change that makes so many criteria findable has a large effect."""

NAMED = 3
"""Names in one sentence; more are counted."""


def propose(
    findings: Sequence[Finding],
    criteria: Mapping[str, Criterion],
    *,
    finder: Finder,
    names: Mapping[str, str] | None = None,
) -> list[Proposal]:
    """Return the changes worth doing, the most useful for the least effort first; ``names`` are those of a view."""
    called = {key: (names or {}).get(key, one.name) for key, one in criteria.items()}
    wanted = [
        row for row in findings if (row.counts or row.measures) and not is_ignored(row) and row.criterion in criteria
    ]
    thought = [
        one
        for finding in wanted
        for one in candidates(finding, criteria[finding.criterion], name=called[finding.criterion], finder=finder)
    ]
    simulation = Simulation(findings, criteria, finder=finder)
    chosen = simulation.choose(_once(thought), most=MOST)
    return [_proposal(one, place=number, names=called) for number, one in enumerate(chosen, 1)]


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
