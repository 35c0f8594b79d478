"""
The difference between what the town says it has and what is seen online.

Does not match measures to criteria (``audit.inventory.matching``) and does not judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from db.models import Finding, Gap, Measure
from db.terms import N_, GapKind, Verdict

LISTED = {Verdict.BURIED: GapKind.HIDDEN, Verdict.ABSENT: GapKind.INVISIBLE, Verdict.UNKNOWN: GapKind.UNCHECKED}
NOT_LISTED = {
    Verdict.FINDABLE: GapKind.UNLISTED,
    Verdict.BURIED: GapKind.UNLISTED,
    Verdict.ABSENT: GapKind.MISSING,
    Verdict.UNKNOWN: GapKind.UNCHECKED,
}
WITHOUT_LIST = {Verdict.BURIED: GapKind.HIDDEN, Verdict.ABSENT: GapKind.MISSING, Verdict.UNKNOWN: GapKind.UNCHECKED}
"""A town that gave no list has said nothing: then what is online can be hidden, but not missing from a list."""

WORDS = {
    GapKind.HIDDEN: N_("Vorhanden, aber schwer zu finden."),
    GapKind.INVISIBLE: N_("Laut Ihrem Verzeichnis vorhanden, online aber nicht zu sehen."),
    GapKind.UNLISTED: N_("Online zu sehen, fehlt aber in Ihrem Verzeichnis."),
    GapKind.MISSING: N_("Wird erwartet; es gibt keine Spur davon."),
    GapKind.UNCHECKED: N_("Konnte nicht geprüft werden."),
}
IGNORED = "person_ignored"
"""Code of the reason that a person has put a finding aside for a time: it keeps its verdict, but nobody is asked to act on it."""

NO_CRITERION = N_("Gehört zu keinem Kriterium des Katalogs und wurde darum nicht geprüft.")


def compare(findings: Sequence[Finding], measures: Sequence[Measure]) -> list[Gap]:
    """
    Return one gap for each criterion that has one, and one for each measure that belongs to no criterion.

    Also notes on each finding which measures it answers. A matter of the county or the state is nobody's gap here,
    unless the town itself lists it.
    """
    listed: defaultdict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        listed[measure.criterion or ""].append(measure)
    gaps: list[Gap] = []
    for finding in findings:
        finding.measures = [as_json(measure) for measure in listed.get(finding.criterion, [])]
        kind = _kind(finding, has_list=bool(measures))
        if kind is not None:
            gaps.append(Gap(kind=kind, wording=WORDS[kind], criterion=finding.criterion))
    return gaps + [
        Gap(kind=GapKind.UNCHECKED, wording=NO_CRITERION, measure=as_json(measure)) for measure in listed.get("", [])
    ]


def _kind(finding: Finding, *, has_list: bool) -> GapKind | None:
    verdict = Verdict(finding.verdict)
    if is_ignored(finding):
        return None
    if finding.measures:
        return LISTED.get(verdict)
    if not finding.counts:
        return None
    return (NOT_LISTED if has_list else WITHOUT_LIST).get(verdict)


def is_ignored(finding: Finding) -> bool:
    """Has a person put it aside?"""
    return any(reason["code"] == IGNORED for reason in finding.reasons or ())


def as_json(measure: Measure) -> dict[str, Any]:
    """Return a measure in the shape of the contract."""
    return {"title": measure.title, "key": measure.key, "address": measure.address, "row": measure.row}
