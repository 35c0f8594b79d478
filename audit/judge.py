"""
From what pages say to the verdict on one criterion.

Does not read pages and does not open a database. Weak pages never add up: the best page decides, so that an archive
of council papers proves nothing by its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from audit import reasons
from audit.catalogue import Criterion
from audit.classify import CriterionReading, freshness, strategies
from audit.classify.freshness import Age
from audit.classify.maturity import reaches
from audit.classify.second import Opinion
from audit.classify.signs import STATING
from audit.coverage import Coverage
from audit.findability import Finder, Found
from audit.findability.causes import Cause, causes
from audit.findability.search import is_html
from audit.findability.twins import Twins
from db.models import Evidence, Finding, Page
from db.terms import N_, Band, Maturity, PageType, Reading, Signal, Verdict, Zone

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

PAPERS = {PageType.COUNCIL, PageType.LEGAL}
UNHEARD = {PageType.COUNCIL, PageType.JOB, PageType.TENDER, PageType.LEGAL, PageType.PARTY, PageType.ERROR}
"""Of strangers' pages those prove least: they want, look for or rule something."""

SPEAKS_OF_OTHERS = HINTS_ONLY | {PageType.EVENT}
SPOKEN = {Zone.TITLE, Zone.HEADING, Zone.MAIN, Zone.DESCRIPTION, Zone.FORM, Zone.KEY}
"""Where a page speaks itself; links, menus and addresses speak of other pages."""

TOO_LITTLE = N_("Von der Website der Stadt konnte zu wenig gelesen werden.")
FAINT = 0.2
"""A page of a lower score that states something only shares words with the thing; one that plans or denies it speaks of it."""
SPOKEN_AS = {Reading.STATEMENT, Reading.LAUNCH, Reading.PLAN, Reading.NEGATION}
STANDING = {PageType.SERVICE, PageType.PORTAL, PageType.STATETEXT}

BY_NAME = {Signal.KEY, Signal.PRODUCT}
"""In long papers words meet by chance; only the name of the thing says that the paper means it."""

KEPT_PAGES, KEPT_AGAINST = 3, 4
"""The best pages decide where the thing is found, and are kept; of what speaks against it the first quotes are."""

DOUBTFUL_PAGES = 2 * KEPT_PAGES
"""So many pages for review may be shown to a second reader, who may put some of them among the best."""


@dataclass(frozen=True)
class Seen:
    """One page and what it says about one criterion."""

    page: Page
    page_type: PageType
    reading: CriterionReading
    ours: bool = True  #: the page stands on a site of the town
    opinion: Opinion | None = None  #: of a second reader, who is asked about pages for review only


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
    today: date,
    shells: Sequence[Page] = (),
    papers: Mapping[str, Page] | None = None,
) -> Judged:
    """
    Return the verdict on one criterion.

    ``seen`` holds the pages that say anything about it; ``counts`` tells whether the town is responsible for it; ``today`` is
    the day of the audit; ``shells`` are unread pages on which it may stand, since only scripts in a browser make them;
    ``papers`` are the documents that were read, by address.
    """
    ordered = _seconded(sorted(seen, key=lambda one: (-one.reading.score, -_strength(one), one.page.url)))
    ours = [one for one in ordered if one.ours]
    strangers = [one for one in ordered if not one.ours and says_a_stranger(one, criterion)]
    is_read = coverage.enough and not coverage.obstacles(criterion.roles) and not shells
    base = {"criterion": criterion.id, "area": area, "aspect": criterion.aspect, "counts": counts}
    shown, limit = next((group for group in _groups(ours, criterion, today=today) if group[0]), ((), None))
    kept: Sequence[Seen] = [*shown, *ours]
    if shown:
        old = _age(shown[0], today)
        finding = _proved(shown, criterion, limit=limit, old=old, finder=finder, base=base)
        if criterion.kind == "strategy":
            _describe(finding, shown, papers=papers or {}, today=today)
        if old is not None and old.kind == "news":
            _doubt(shown)
    elif strangers and is_read:
        finding, kept = _told_by(strangers[0], criterion, base=base), strangers
    else:
        finding = _missing(criterion, ours, coverage=coverage, base=base, shells=shells)
    finding.against = _against(ours)
    finding.advice = reasons.advice(finding.reasons)
    return Judged(finding=finding, evidence=_kept(kept, finder.twins))


def _proved(
    shown: Sequence[Seen],
    criterion: Criterion,
    *,
    limit: str | None,
    old: Age | None,
    finder: Finder,
    base: dict[str, Any],
) -> Finding:
    shown = _doors(shown) if criterion.kind == "portal" else shown
    places = finder.without_signposts([one.page.url for one in shown[:KEPT_PAGES]], criterion)
    found = finder.find(places, criterion)
    assert found is not None
    told = causes(found, criterion, finder)
    finding = _shown(shown[0], found, told, limit=limit, old=old, base=base)
    finding.routes = {**found.routes(), "places": places}
    if shown[0].page_type in PAPERS:
        finding.maturity = criterion.full  # the paper says that it is there
    return finding


def _groups(
    ours: Sequence[Seen], criterion: Criterion, *, today: date
) -> tuple[tuple[Sequence[Seen], str | None], ...]:
    """Return what shows the thing, the most telling kind first, each with what limits it; what is not known as fresh comes last."""
    proofs = sorted((one for one in ours if proves(one, criterion)), key=lambda one: _is_stale(one, today))
    archived = {one.page.url for one in proofs if freshness.is_archived(one.page, one.page_type, today=today)}
    current = [one for one in proofs if one.page.url not in archived]
    return (
        ([one for one in current if one.page_type != PageType.NEWS], None),
        (current, "news_only"),
        (proofs, "archive_only"),
        ([one for one in ours if only_loaded(one, criterion)], "pdf_only"),
        ([one for one in ours if offers_form(one, criterion)], "form_only"),
        ([one for one in ours if only_hints(one, criterion)], "council_only"),
        ([one for one in ours if only_printed(one, criterion, today=today)], "archive_only"),
    )


def _is_stale(one: Seen, today: date) -> bool:
    """Is the page old, or news of nobody knows when?"""
    is_undated = one.page_type == PageType.NEWS and freshness.written(one.page, today=today) is None
    return is_undated or _age(one, today) is not None


def _age(one: Seen, today: date) -> Age | None:
    return freshness.age(one.page, one.page_type, today=today)


def _describe(finding: Finding, shown: Sequence[Seen], *, papers: Mapping[str, Page], today: date) -> None:
    """Note the document that the best pages prove, and that it has expired."""
    found = [
        told
        for one in shown[:KEPT_PAGES]
        if (told := strategies.document(one.page, one.reading.evidence, papers=papers, today=today))
    ]
    finding.document = next((told for told in found if told["quotes"]), next(iter(found), None))
    if finding.document and finding.document["state"] == "expired":
        finding.reasons = [*finding.reasons, reasons.expired(finding.document)]


def _doubt(shown: Sequence[Seen]) -> None:
    """Take what old news prove as unsure: people are asked whether it still holds."""
    for item in (item for one in shown for item in one.reading.evidence):
        if item.page_type == PageType.NEWS and item.band == Band.AUTOMATIC:
            item.band = Band.REVIEW


def doubtful(criterion: Criterion, seen: Sequence[Seen]) -> list[Seen]:
    """Return the best pages for review where no page is sure: those of which a second reader may be asked."""
    proofs = sorted(
        (one for one in seen if one.ours and proves(one, criterion)), key=lambda one: (-one.reading.score, one.page.url)
    )
    if any(one.reading.band == Band.AUTOMATIC for one in proofs):
        return []
    return proofs[:DOUBTFUL_PAGES]


def _seconded(ordered: Sequence[Seen]) -> list[Seen]:
    """Put pages for review that a second reader agrees to before other pages for review; all others keep their places."""
    review = [one for one in ordered if one.reading.band == Band.REVIEW]
    better = iter(sorted(review, key=lambda one: one.opinion is None or one.opinion.says != "yes"))
    return [next(better) if one.reading.band == Band.REVIEW else one for one in ordered]


def _doors(shown: Sequence[Seen]) -> list[Seen]:
    """Return the page nearest to the front of each host: a portal is found by its front, not by one service behind it; sure ones first."""
    doors: dict[str, Seen] = {}
    for one in shown:
        known = doors.setdefault(one.page.url.split("/")[2], one)
        if one.reading.band == known.reading.band and one.page.url.count("/") < known.page.url.count("/"):
            doors[one.page.url.split("/")[2]] = one
    return list(doors.values())


def _strength(one: Seen) -> float:
    return sum(item.weight for item in one.reading.evidence if item.weight > 0)


def proves(one: Seen, criterion: Criterion) -> bool:
    """Does the page show the thing itself, in a form that counts?"""
    return _counts(one, criterion) and is_html(one.page)


def _counts(one: Seen, criterion: Criterion) -> bool:
    return (
        one.reading.band is not None
        and one.page_type not in HINTS_ONLY
        and reaches(one.reading.maturity, criterion.enough)
        and one.page.status == 200  # noqa: PLR2004
    )


def only_loaded(one: Seen, criterion: Criterion) -> bool:
    """Does a document to load show the thing, which a page would have to?"""
    return _counts(one, criterion) and not is_html(one.page)


def offers_form(one: Seen, criterion: Criterion) -> bool:
    """Does the page offer a form to print, where something online is looked for?"""
    return criterion.kind == "transaction" and one.reading.maturity == Maturity.FORM and one.page_type not in HINTS_ONLY


def only_hints(one: Seen, criterion: Criterion) -> bool:
    """
    Is it a council paper that states the thing exists, other than as a wish, a plan or a question?

    Only its body can: the title of a paper is a subject, whether of a report or of a motion.
    """
    return one.page_type == PageType.COUNCIL and criterion.aspect != "strategy" and _is_named(one)


def only_printed(one: Seen, criterion: Criterion, *, today: date) -> bool:
    """Is it an old issue of the official gazette that states the thing exists?"""
    is_paper = one.page_type == PageType.LEGAL and criterion.aspect != "strategy" and _is_named(one)
    return is_paper and freshness.is_gazette(one.page, today=today)


def says_a_stranger(one: Seen, criterion: Criterion) -> bool:
    """Does a page that is not the town's state that the thing exists: a vendor's, the press's, of an unconfirmed site?"""
    is_heard = one.page_type not in UNHEARD and one.page.status == 200  # noqa: PLR2004
    return is_heard and criterion.aspect != "strategy" and _is_named(one)


def _is_named(one: Seen) -> bool:
    return any(
        item.weight > 0 and item.reading in STATING and item.signal in BY_NAME and item.zone == Zone.MAIN
        for item in one.reading.evidence
    )


def _told_by(one: Seen, criterion: Criterion, *, base: dict[str, Any]) -> Finding:
    """Return what others say of the town; how their page is found is theirs to care for."""
    told = [reasons.limit("third_party_only", host=one.page.url.split("/")[2])]
    return Finding(
        **base,
        verdict=Verdict.BURIED,
        maturity=criterion.full,
        score=round(one.reading.score, 3),
        best_url=one.page.url,
        reasons=told,
    )


def _shown(
    best: Seen, found: Found, told: Sequence[Cause], *, limit: str | None, old: Age | None, base: dict[str, Any]
) -> Finding:
    rows = reasons.obstacles(told, limited=limit, old=old, is_unsure=best.reading.band == Band.REVIEW)
    findable = limit is None and found.chance >= reasons.FINDABLE_FROM
    return Finding(
        **base,
        verdict=Verdict.FINDABLE if findable else Verdict.BURIED,
        maturity=best.reading.maturity,
        score=round(best.reading.score, 3),
        best_url=found.url,
        clicks=found.way.clicks if found.way else None,
        path=[{"url": url, "text": text} for url, text in found.way.steps] if found.way else [],
        rank=found.searched.rank,
        query=found.searched.query,
        open_to_search=found.open_to_search,
        chance=round(found.chance, 3),
        site_search=asdict(found.on_site) if found.on_site else None,
        reasons=rows,
    )


def _missing(
    criterion: Criterion, seen: Sequence[Seen], *, coverage: Coverage, base: dict[str, Any], shells: Sequence[Page]
) -> Finding:
    obstacles = coverage.obstacles(criterion.roles)
    if obstacles or not coverage.enough:
        texts = obstacles or [TOO_LITTLE]
        return Finding(**base, verdict=Verdict.UNKNOWN, reasons=[{"code": "not_read", "text": text} for text in texts])
    if shells:
        told = [reasons.unread(each.url) for each in shells[:KEPT_PAGES]]
        return Finding(**base, verdict=Verdict.UNKNOWN, reasons=told)
    nearest = _nearest(seen, criterion)
    if nearest is None:
        return Finding(**base, verdict=Verdict.ABSENT)
    is_plan = nearest.reading.maturity == Maturity.PLAN
    return Finding(
        **base,
        verdict=Verdict.ABSENT,
        maturity=Maturity.PLAN if is_plan else Maturity.INFO,
        best_url=nearest.page.url,
        reasons=[reasons.PLAN_ONLY if is_plan else reasons.INFO_ONLY],
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
