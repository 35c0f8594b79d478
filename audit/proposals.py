"""
Which few changes would make the most findable.

Does not decide verdicts: it reads the reasons of findings and puts those together that one change would remove.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.catalogue import Criterion
from audit.findability.graph import is_mute
from db.models import Finding, Proposal
from db.terms import Verdict

MOST = 25
"""More proposals than that are no plan any more."""

LARGE = 3
"""A change that helps so many criteria has a large effect."""


@dataclass(frozen=True)
class Remedy:
    """
    What removes one kind of obstacle.

    Attributes:
        change: German sentence; may name {name}, {page}, {before}, {query}.
        place: Where it is done: ``page``, ``before`` (the page with the link) or ``home``.
        effort: 1 klein, 2 mittel, 3 groß.
        role: Who can do it; empty: the department of the criterion.
    """

    change: str
    place: str
    effort: int
    role: str = ""


SIZES = {1: "klein", 2: "mittel", 3: "groß"}

REMEDIES = {
    "closed": Remedy(
        "Geben Sie die Seite {page} für Suchmaschinen frei (noindex, robots.txt oder Verweis auf eine andere Adresse).",
        "page",
        1,
        "Webbetreuung",
    ),
    "mute_link": Remedy(
        "Ersetzen Sie auf der Seite {before} das Linkwort „{words}“ durch „{name}“.", "before", 1, "Online-Redaktion"
    ),
    "orphan": Remedy(
        "Verlinken Sie die Seite {page} mit den Worten „{name}“ von der passenden Themenseite und aus der Liste A bis Z.",
        "page",
        1,
        "Online-Redaktion",
    ),
    "deep": Remedy(
        "Verlinken Sie „{name}“ auf der Startseite oder einer Hauptseite direkt mit {page}.",
        "home",
        1,
        "Online-Redaktion",
    ),
    "wording": Remedy(
        "Nehmen Sie in Titel und erste Überschrift der Seite {page} die Worte auf, nach denen gesucht wird: „{query}“.",
        "page",
        1,
        "Online-Redaktion",
    ),
    "news_only": Remedy(
        "Legen Sie eine dauerhafte Seite „{name}“ an; bisher steht das Angebot nur in einer Meldung.", "page", 2
    ),
    "council_only": Remedy(
        "Legen Sie eine Seite „{name}“ an; bisher steht das Angebot nur in Unterlagen des Rates.", "page", 2
    ),
    "form_only": Remedy(
        "Bieten Sie „{name}“ als Online-Antrag an; bisher gibt es nur ein Formular zum Ausdrucken.", "page", 3
    ),
    "invisible": Remedy(
        "Zeigen Sie „{name}“ auf einer eigenen Seite; laut Ihrem Verzeichnis gibt es das Angebot schon.", "home", 2
    ),
}
"""By the code of the reason, in the order in which one of several obstacles is named first."""


def propose(findings: Sequence[Finding], criteria: Mapping[str, Criterion]) -> list[Proposal]:
    """Return the changes worth doing, the most useful for the least effort first."""
    wanted: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if not finding.counts and not finding.measures:
            continue
        for code in _codes(finding):
            wanted[code, _where(finding, code), finding.best_url or finding.criterion].append(finding)
    rows = [_proposal(code, where, group, criteria) for (code, where, _), group in wanted.items()]
    rows.sort(key=lambda row: (-_gain(row, findings), row[1].where, row[1].change))
    return [_placed(proposal, place=number) for number, (_, proposal) in enumerate(rows[:MOST], 1)]


def _codes(finding: Finding) -> list[str]:
    if finding.verdict == Verdict.BURIED:
        return [code for code in REMEDIES if any(reason["code"] == code for reason in finding.reasons)]
    return ["invisible"] if finding.verdict == Verdict.ABSENT and finding.measures else []


def _where(finding: Finding, code: str) -> str:
    """Return the address at which the change is made; empty where a page has yet to be made."""
    place = REMEDIES[code].place
    if place == "before":
        return next((str(before["url"]) for before, _ in _mute_steps(finding)), "")
    if place == "home":
        return str(finding.path[0]["url"]) if finding.path else ""
    return finding.best_url or ""


def _mute_steps(finding: Finding) -> list[tuple[dict[str, str], dict[str, str]]]:
    return [
        (before, step) for before, step in zip(finding.path, finding.path[1:], strict=False) if is_mute(step["text"])
    ]


def _proposal(
    code: str, where: str, group: Sequence[Finding], criteria: Mapping[str, Criterion]
) -> tuple[int, Proposal]:
    remedy = REMEDIES[code]
    first = group[0]
    criterion = criteria[first.criterion]
    names = ", ".join(criteria[finding.criterion].name for finding in group)
    change = remedy.change.format(
        name=names,
        page=first.best_url,
        before=where,
        query=first.query,
        words=next((step["text"] for _, step in _mute_steps(first)), ""),
    )
    effect = 3 if len(group) >= LARGE else 2 if any(len(_codes(finding)) == 1 for finding in group) else 1
    return remedy.effort, Proposal(
        place=0,
        change=change,
        where=where,
        effect=SIZES[effect],
        effort=SIZES[remedy.effort],
        role=remedy.role or criterion.department,
        criteria=[finding.criterion for finding in group],
    )


def _gain(row: tuple[int, Proposal], findings: Sequence[Finding]) -> float:
    """Return criteria helped per effort; one that has no other obstacle counts fully, others half."""
    effort, proposal = row
    helped = [finding for finding in findings if finding.criterion in proposal.criteria]
    return sum(1.0 if len(_codes(finding)) == 1 else 0.5 for finding in helped) / effort


def _placed(proposal: Proposal, *, place: int) -> Proposal:
    proposal.place = place
    return proposal
