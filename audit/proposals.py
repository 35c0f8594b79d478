"""
Which few changes would make the most findable.

Does not decide verdicts: it reads the reasons of findings and puts those together that one change would remove.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from audit.catalogue import Criterion
from audit.findability.graph import is_mute
from audit.gaps import is_ignored
from db.models import Finding, Proposal
from db.terms import Size, Verdict

MOST = 25
"""More proposals than that are no plan any more."""

LARGE = 3
"""A change that helps so many criteria has a large effect."""


@dataclass(frozen=True)
class Remedy:
    """
    What removes one kind of obstacle.

    Attributes:
        change: German sentence; may name {names}, {words} (of the mute link) and {query}.
        place: Where it is done: ``page``, ``link`` (the page with the mute link), ``home``, or ``new`` for a page to be made.
        effort: How much work it is.
        role: Who can do it; empty: the department of the criterion.
    """

    change: str
    place: str
    effort: Size
    role: str = ""


LIMITS = {
    "news_only": Remedy(
        "Legen Sie eine dauerhafte Seite {names} an; bisher steht das Angebot nur in einer Meldung.", "new", Size.MEDIUM
    ),
    "council_only": Remedy(
        "Legen Sie eine Seite {names} an; bisher steht das Angebot nur in Unterlagen des Rates.", "new", Size.MEDIUM
    ),
    "archive_only": Remedy(
        "Legen Sie eine aktuelle Seite {names} an; bisher steht das Angebot nur im Archiv.", "new", Size.MEDIUM
    ),
    "third_party_only": Remedy(
        "Legen Sie eine Seite {names} an; bisher steht das Angebot nur auf einer Website, die nicht der Stadt gehört oder nicht bestätigt ist.",
        "new",
        Size.MEDIUM,
    ),
    "pdf_only": Remedy(
        "Legen Sie eine Seite {names} an; bisher steht das Angebot nur in einer Datei (PDF).", "new", Size.MEDIUM
    ),
    "form_only": Remedy(
        "Bieten Sie {names} als Online-Antrag an; bisher gibt es nur ein Formular zum Ausdrucken.", "new", Size.LARGE
    ),
    "invisible": Remedy(
        "Zeigen Sie {names} auf einer eigenen Seite; laut Ihrem Verzeichnis gibt es das Angebot schon.",
        "new",
        Size.MEDIUM,
    ),
}
"""By the code of the reason: what is found does not count, so another link to it would not help."""

OBSTACLES = {
    "noindex": Remedy(
        "Nehmen Sie das „noindex“ von der Seite zu {names}; es verbirgt sie vor Suchmaschinen.",
        "page",
        Size.SMALL,
        "Webbetreuung",
    ),
    "blocked": Remedy(
        "Streichen Sie in der Datei robots.txt das Verbot, das Google von der Seite zu {names} fernhält.",
        "page",
        Size.SMALL,
        "Wer den Server betreut",
    ),
    "canonical": Remedy(
        "Lassen Sie die Seite zu {names} als „canonical“ ihre eigene Adresse nennen; jetzt verweist sie Suchmaschinen auf eine andere.",
        "page",
        Size.SMALL,
        "Wer die Vorlage der Website betreut",
    ),
    "mute_link": Remedy("Ersetzen Sie das Linkwort „{words}“ durch {names}.", "link", Size.SMALL, "Online-Redaktion"),
    "orphan": Remedy(
        "Verlinken Sie die Seite mit dem Wort {names} von der passenden Themenseite und aus der Liste A bis Z.",
        "page",
        Size.SMALL,
        "Online-Redaktion",
    ),
    "unlinked_host": Remedy(
        "Verlinken Sie {names} von der Website der Stadt; bisher führt von dort kein Link zu dieser Adresse.",
        "page",
        Size.SMALL,
        "Online-Redaktion",
    ),
    "deep": Remedy(
        "Verlinken Sie {names} auf der Startseite oder einer Hauptseite direkt.", "home", Size.SMALL, "Online-Redaktion"
    ),
    "wording": Remedy(
        "Nehmen Sie in Titel und Überschrift der Seite zu {names} die Wörter auf, nach denen gesucht wird: „{query}“.",
        "page",
        Size.SMALL,
        "Online-Redaktion",
    ),
}
"""By the code of the reason: what stands between people and a page that counts."""

REMEDIES = {**LIMITS, **OBSTACLES}
WORK = {Size.SMALL: 1, Size.MEDIUM: 2, Size.LARGE: 3}
NAMED = 3
"""Names in one sentence; more are counted."""


def propose(findings: Sequence[Finding], criteria: Mapping[str, Criterion]) -> list[Proposal]:
    """Return the changes worth doing, the most useful for the least effort first."""
    wanted: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if (finding.counts or finding.measures) and not is_ignored(finding):
            for code in _codes(finding):
                wanted[code, _key(finding, code)].append(finding)
    rows = [(_gain(group, code), _proposal(code, group, criteria)) for (code, _), group in wanted.items()]
    rows.sort(key=lambda row: (-row[0], row[1].where, row[1].change))
    return [_placed(proposal, place=number) for number, (_, proposal) in enumerate(rows[:MOST], 1)]


def _codes(finding: Finding) -> list[str]:
    """Return what to remedy: that what is found does not count, or else each obstacle on the way to it."""
    if finding.verdict == Verdict.ABSENT:
        return ["invisible"] if finding.measures else []
    if finding.verdict != Verdict.BURIED:
        return []
    codes = [str(reason["code"]) for reason in finding.reasons]
    return [code for code in codes if code in LIMITS][:1] or [code for code in codes if code in OBSTACLES]


def _key(finding: Finding, code: str) -> str:
    """Return what makes two changes one: the same page, or else nothing, since each new page is a change of its own."""
    return finding.criterion if REMEDIES[code].place == "new" else finding.best_url or finding.criterion


def _where(finding: Finding, code: str) -> str:
    """Return the address at which the change is made; empty where a page has yet to be made."""
    place = REMEDIES[code].place
    if place == "link":
        return next((str(before["url"]) for before, _ in _mute_steps(finding)), "")
    if place == "home" and finding.path:
        return str(finding.path[0]["url"])
    return (finding.best_url or "") if place == "page" else ""


def _mute_steps(finding: Finding) -> list[tuple[dict[str, str], dict[str, str]]]:
    return [(before, step) for before, step in pairwise(finding.path) if is_mute(step["text"])]


def _proposal(code: str, group: Sequence[Finding], criteria: Mapping[str, Criterion]) -> Proposal:
    remedy, first = REMEDIES[code], group[0]
    words = next((step["text"] for _, step in _mute_steps(first)), "")
    alone = any(len(_codes(finding)) == 1 for finding in group)
    return Proposal(
        place=0,
        change=remedy.change.format(names=_names(group, criteria), query=first.query, words=words),
        where=_where(first, code),
        effect=Size.LARGE if len(group) >= LARGE else Size.MEDIUM if alone else Size.SMALL,
        effort=remedy.effort,
        role=remedy.role or criteria[first.criterion].department,
        criteria=[finding.criterion for finding in group],
    )


def _names(group: Sequence[Finding], criteria: Mapping[str, Criterion]) -> str:
    names = [f"„{criteria[finding.criterion].name}“" for finding in group]
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} weitere"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]}"


def _gain(group: Sequence[Finding], code: str) -> float:
    """Return criteria helped per effort; one that has no other obstacle counts fully, others half."""
    return sum(1.0 if len(_codes(finding)) == 1 else 0.5 for finding in group) / WORK[REMEDIES[code].effort]


def _placed(proposal: Proposal, *, place: int) -> Proposal:
    proposal.place = place
    return proposal
