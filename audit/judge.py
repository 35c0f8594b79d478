"""
From what pages say to the verdict on one criterion.

Does not read pages and does not open a database. Weak pages never add up: the best page decides, so that an archive
of council papers proves nothing by its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audit.catalogue import Criterion
from audit.classify import CriterionReading
from audit.classify.maturity import reaches
from audit.classify.signs import STATING
from audit.coverage import Coverage
from audit.findability import Finder, Found
from audit.findability.finder import browse_chance, search_chance
from audit.findability.search import is_html
from audit.findability.twins import Twins
from db.models import Evidence, Finding, Page
from db.terms import Band, Maturity, PageType, Reading, Signal, Verdict, Zone

FINDABLE_FROM = 0.6
"""Chance to be found from which the effort is ordinary: one of the two ways alone (0.5) is not enough."""

HINTS_ONLY = {
    PageType.COUNCIL,
    PageType.JOB,
    PageType.TENDER,
    PageType.LEGAL,
    PageType.PARTY,
    PageType.PRESS,
    PageType.VENDOR,
}
"""Pages of these types prove nothing to a researcher, whatever they say."""

SPEAKS_OF_OTHERS = HINTS_ONLY | {PageType.EVENT}
SPOKEN = {Zone.TITLE, Zone.HEADING, Zone.MAIN, Zone.DESCRIPTION, Zone.FORM, Zone.KEY}
"""Where a page speaks itself; links, menus and addresses speak of other pages."""

FAINT = 0.2
"""A page of a lower score that states something only shares words with the thing; one that plans or denies it speaks of it."""
SPOKEN_AS = {Reading.STATEMENT, Reading.LAUNCH, Reading.PLAN, Reading.NEGATION}
STANDING = {PageType.SERVICE, PageType.PORTAL, PageType.STATETEXT}

BY_NAME = {Signal.KEY, Signal.PRODUCT}
"""In long papers words meet by chance; only the name of the thing says that the paper means it."""

KEPT_PAGES, KEPT_AGAINST = 3, 4
"""The best pages decide where the thing is found, and are kept; of what speaks against it the first quotes are."""


@dataclass(frozen=True)
class Seen:
    """One page and what it says about one criterion."""

    page: Page
    page_type: PageType
    reading: CriterionReading


@dataclass(frozen=True)
class Judged:
    """A verdict with the evidence that stays with it."""

    finding: Finding
    evidence: list[Evidence]


def judge(
    criterion: Criterion,
    seen: Sequence[Seen],
    *,
    area: str,
    finder: Finder,
    coverage: Coverage,
    counts: bool,
    shells: Sequence[Page] = (),
) -> Judged:
    """
    Return the verdict on one criterion.

    ``seen`` holds the pages that say anything about it; ``counts`` tells whether the town is responsible for it;
    ``shells`` are unread pages on which it may stand, since only scripts in a browser make them.
    """
    ordered = sorted(seen, key=lambda one: (-one.reading.score, -_strength(one), one.page.url))
    proofs = [one for one in ordered if proves(one, criterion)]
    standing = [one for one in proofs if one.page_type != PageType.NEWS]
    printed = [one for one in ordered if offers_form(one, criterion)]
    papers = [one for one in ordered if only_hints(one, criterion)]
    base = {"criterion": criterion.id, "area": area, "aspect": criterion.aspect, "counts": counts}
    against = _against(ordered)
    for shown, limit in ((standing, None), (proofs, "news_only"), (printed, "form_only"), (papers, "council_only")):
        if shown:
            places = [one.page.url for one in (_doors(shown) if criterion.kind == "portal" else shown)[:KEPT_PAGES]]
            found = finder.find(places, queries=criterion.queries)
            assert found is not None
            finding = _shown(shown[0], found, limit=limit, base=base)
            if limit == "council_only":
                finding.maturity = criterion.full  # the paper says that it is there
            finding.against = against
            return Judged(finding=finding, evidence=_kept([*shown, *ordered], finder.twins))
    finding = _missing(criterion, ordered, coverage=coverage, base=base, shells=shells)
    finding.against = against
    return Judged(finding=finding, evidence=_kept(ordered, finder.twins))


def _doors(shown: Sequence[Seen]) -> list[Seen]:
    """Return the page nearest to the front of each host: a portal is found by its front, not by one service behind it."""
    doors: dict[str, Seen] = {}
    for one in shown:
        host = one.page.url.split("/")[2]
        if host not in doors or one.page.url.count("/") < doors[host].page.url.count("/"):
            doors[host] = one
    return list(doors.values())


def _strength(one: Seen) -> float:
    return sum(item.weight for item in one.reading.evidence if item.weight > 0)


def proves(one: Seen, criterion: Criterion) -> bool:
    """Does the page show the thing itself, in a form that counts?"""
    return (
        one.reading.band is not None
        and one.page_type not in HINTS_ONLY
        and reaches(one.reading.maturity, criterion.enough)
        and one.page.status == 200  # noqa: PLR2004
        and is_html(one.page)
    )


def offers_form(one: Seen, criterion: Criterion) -> bool:
    """Does the page offer a form to print, where something online is looked for?"""
    return criterion.kind == "transaction" and one.reading.maturity == Maturity.FORM and one.page_type not in HINTS_ONLY


def only_hints(one: Seen, criterion: Criterion) -> bool:
    """
    Is it a council paper that states the thing exists, other than as a wish, a plan or a question?

    Only its body can: the title of a paper is a subject, whether of a report or of a motion.
    """
    if one.page_type != PageType.COUNCIL or criterion.aspect == "strategy":
        return False
    return any(
        item.weight > 0 and item.reading in STATING and item.signal in BY_NAME and item.zone == Zone.MAIN
        for item in one.reading.evidence
    )


def _shown(best: Seen, found: Found, *, limit: str | None, base: dict[str, Any]) -> Finding:
    reasons = _reasons(best, found, limit=limit)
    findable = limit is None and found.chance >= FINDABLE_FROM
    return Finding(
        **base,
        verdict=Verdict.FINDABLE if findable else Verdict.BURIED,
        maturity=best.reading.maturity,
        score=round(best.reading.score, 3),
        best_url=found.url,
        clicks=found.way.clicks if found.way else None,
        path=[{"url": url, "text": text} for url, text in found.way.steps] if found.way else [],
        rank=found.rank,
        query=found.query,
        open_to_search=found.open_to_search,
        site_search=asdict(found.on_site) if found.on_site else None,
        reasons=reasons,
    )


def _missing(
    criterion: Criterion, seen: Sequence[Seen], *, coverage: Coverage, base: dict[str, Any], shells: Sequence[Page]
) -> Finding:
    obstacles = coverage.obstacles(criterion.roles)
    if obstacles or not coverage.enough:
        texts = obstacles or ["Von der Website der Stadt konnte zu wenig gelesen werden."]
        return Finding(**base, verdict=Verdict.UNKNOWN, reasons=[{"code": "not_read", "text": text} for text in texts])
    if shells:
        reasons = [
            {"code": "needs_rendering", "text": UNREAD_SHELL.format(url=each.url)} for each in shells[:KEPT_PAGES]
        ]
        return Finding(**base, verdict=Verdict.UNKNOWN, reasons=reasons)
    nearest = _nearest(seen, criterion)
    if nearest is None:
        return Finding(**base, verdict=Verdict.ABSENT)
    is_plan = nearest.reading.maturity == Maturity.PLAN
    return Finding(
        **base,
        verdict=Verdict.ABSENT,
        maturity=Maturity.PLAN if is_plan else Maturity.INFO,
        best_url=nearest.page.url,
        reasons=[PLAN_ONLY if is_plan else INFO_ONLY],
    )


def is_spoken_of(one: Seen, criterion: Criterion) -> bool:
    """
    Is the thing itself spoken of, as there, planned or denied?

    For what people do online a page with the topic as its title speaks of the thing: it tells how to do it otherwise.
    """
    signals = {Signal.TOPIC} if criterion.kind in {"transaction", "portal"} and one.page_type in STANDING else set()
    if one.reading.maturity == Maturity.NONE:
        return False
    said = [item for item in one.reading.evidence if item.signal != Signal.TOPIC and item.zone in SPOKEN]
    if any(item.reading in SPOKEN_AS - STATING for item in said):
        return True
    is_stated = any(item.reading in STATING for item in said) and one.reading.score >= FAINT
    return is_stated or any(item.signal in signals and item.zone == Zone.TITLE for item in one.reading.evidence)


def _nearest(seen: Sequence[Seen], criterion: Criterion) -> Seen | None:
    """Return the page that comes nearest although none proves it: one with a plan before one with information."""
    speaking = [
        one
        for one in seen
        if one.page_type not in SPEAKS_OF_OTHERS and one.page.status == 200 and is_spoken_of(one, criterion)  # noqa: PLR2004
    ]
    return next((one for one in speaking if one.reading.maturity == Maturity.PLAN), next(iter(speaking), None))


UNREAD_SHELL = (
    "Vielleicht steht es auf {url}: Die Seite entsteht erst durch Skripte im Browser und wurde nicht gelesen."
)
PLAN_ONLY = {"code": "plan_only", "text": "Es wird nur angekündigt."}
INFO_ONLY = {"code": "info_only", "text": "Es gibt Informationen zum Thema, aber nicht das Angebot selbst."}


def _reasons(best: Seen, found: Found, *, limit: str | None) -> list[dict[str, Any]]:
    """Return why it is hard to find, the strongest first; empty where nothing is in the way."""
    rows: list[dict[str, Any]] = []
    if limit is not None:
        rows.append({"code": limit, "text": LIMITS[limit]})
    if best.reading.band == Band.REVIEW:
        rows.append(
            {"code": "unsure", "text": "Die Seite spricht dafür, aber nicht eindeutig. Bitte prüfen Sie den Befund."}
        )
    if not found.open_to_search:
        rows.append({"code": "closed", "text": "Suchmaschinen dürfen die Seite nicht aufnehmen."})
    elif search_chance(found.rank) == 0.0:
        place = "nicht unter den ersten 50" if found.rank is None else f"erst an Stelle {found.rank}"
        rows.append({"code": "wording", "text": f"Die Suche nach „{found.query}“ zeigt die Seite {place}."})
    if found.way is None:
        rows.append({"code": "orphan", "text": "Kein Link führt von einer Startseite hierher."})
    else:
        if found.way.mute:
            rows.append(
                {"code": "mute_link", "text": "Ein Link auf dem Weg sagt nicht, wohin er führt („hier“, „mehr“)."}
            )
        if browse_chance(found.way) < FINDABLE_FROM and not found.way.mute:
            rows.append(
                {"code": "deep", "text": f"Die Seite liegt {found.way.clicks} Klicks von der Startseite entfernt."}
            )
    return rows


LIMITS = {
    "news_only": "Das Angebot steht nur in einer Meldung; eine dauerhafte Seite fehlt.",
    "form_only": "Es gibt nur ein Formular zum Ausdrucken.",
    "council_only": "Das Angebot steht nur in Unterlagen des Rates.",
}


def _against(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """Return the quotes that speak against it, each once."""
    rows: dict[str, dict[str, Any]] = {}
    for one in seen:
        for item in one.reading.evidence:
            if item.weight <= 0 and item.quote:
                rows.setdefault(item.quote, {"url": item.url, "text": item.quote, "reading": item.reading})
    return list(rows.values())[:KEPT_AGAINST]


def _kept(seen: Sequence[Seen], twins: Twins) -> list[Evidence]:
    """Return the evidence of the best pages, those that say the same once."""
    first: dict[str, Seen] = {}
    for one in seen:
        first.setdefault(twins.key(one.page.url), one)
    return [item for one in list(first.values())[:KEPT_PAGES] for item in one.reading.evidence]
