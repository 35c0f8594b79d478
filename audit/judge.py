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

from audit.catalogue import Criterion
from audit.classify import CriterionReading, freshness, strategies
from audit.classify.freshness import Age
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

PAPERS = {PageType.COUNCIL, PageType.LEGAL}
UNHEARD = {PageType.COUNCIL, PageType.JOB, PageType.TENDER, PageType.LEGAL, PageType.PARTY, PageType.ERROR}
"""Of strangers' pages those prove least: they want, look for or rule something."""

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
    ours: bool = True  #: the page stands on a site of the town


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
    ordered = sorted(seen, key=lambda one: (-one.reading.score, -_strength(one), one.page.url))
    ours = [one for one in ordered if one.ours]
    base = {"criterion": criterion.id, "area": area, "aspect": criterion.aspect, "counts": counts}
    against = _against(ours)
    for shown, limit in _groups(ours, criterion, today=today):
        if shown:
            places = [one.page.url for one in (_doors(shown) if criterion.kind == "portal" else shown)[:KEPT_PAGES]]
            found = finder.find(places, queries=criterion.queries)
            assert found is not None
            old = _age(shown[0], today)
            finding = _shown(shown[0], found, limit=limit, old=old, base=base)
            if shown[0].page_type in PAPERS:
                finding.maturity = criterion.full  # the paper says that it is there
            if criterion.kind == "strategy":
                _describe(finding, shown, papers=papers or {}, today=today)
            finding.against = against
            kept = _kept([*shown, *ours], finder.twins)
            return Judged(finding=_advised(finding), evidence=_doubted(kept) if old and old.kind == "news" else kept)
    strangers = [one for one in ordered if not one.ours and says_a_stranger(one, criterion)]
    if strangers and not shells and coverage.enough and not coverage.obstacles(criterion.roles):
        finding = _told_by(strangers[0], criterion, base=base)
        finding.against = against
        return Judged(finding=_advised(finding), evidence=_kept(strangers, finder.twins))
    finding = _missing(criterion, ours, coverage=coverage, base=base, shells=shells)
    finding.against = against
    return Judged(finding=finding, evidence=_kept(ours, finder.twins))


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
        text = EXPIRED.format(title=finding.document["title"], year=finding.document["valid_to"])
        finding.reasons = [*finding.reasons, {"code": "expired", "text": text}]


def _advised(finding: Finding) -> Finding:
    """Give the advice of its reasons; that of the criterion is added where it is not findable."""
    codes = [reason["code"] for reason in finding.reasons]
    if not LIMITS.keys().isdisjoint(codes):  # what needs a page of its own needs no new date
        codes = [code for code in codes if code != "outdated"]
    finding.advice = " ".join(ADVICE[code] for code in codes if code in ADVICE)
    return finding


def _doubted(evidence: list[Evidence]) -> list[Evidence]:
    """An old news item is never sure: people are asked whether it still holds."""
    for item in evidence:
        if item.page_type == PageType.NEWS and item.band == Band.AUTOMATIC:
            item.band = Band.REVIEW
    return evidence


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
    return Finding(
        **base,
        verdict=Verdict.BURIED,
        maturity=criterion.full,
        score=round(one.reading.score, 3),
        best_url=one.page.url,
        reasons=[{"code": "third_party_only", "text": LIMITS["third_party_only"]}],
    )


def _shown(best: Seen, found: Found, *, limit: str | None, old: Age | None, base: dict[str, Any]) -> Finding:
    reasons = _reasons(best, found, limit=limit, old=old)
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


def _reasons(best: Seen, found: Found, *, limit: str | None, old: Age | None) -> list[dict[str, Any]]:
    """Return why it is hard to find, the strongest first; empty where nothing is in the way."""
    rows: list[dict[str, Any]] = []
    if limit is not None:
        rows.append({"code": limit, "text": LIMITS[limit]})
    if old is not None:
        rows.append({"code": "outdated", "text": OUTDATED[old.kind].format(since=_german(old.since))})
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
    "archive_only": "Das Angebot steht nur im Archiv; auf den aktuellen Seiten fehlt es.",
    "third_party_only": "Nur andere schreiben über das Angebot; auf den Seiten der Stadt steht nichts davon.",
}
OUTDATED = {
    "news": "Die Meldung ist älter als drei Jahre ({since}). Bitte prüfen Sie, ob sie noch gilt.",
    "state": "Die Seite nennt als Stand {since}. Wer sie liest, hält sie für überholt.",
    "event": "Die Veranstaltung ist vorbei; der letzte genannte Tag ist der {since}.",
}
"""By the kind of ``freshness.Age``."""
EXPIRED = "„{title}“ galt bis {year}. Eine neue Fassung haben wir nicht gefunden."
ADVICE = {
    "archive_only": "Bringen Sie das Angebot aus dem Archiv auf eine aktuelle Seite, wenn es noch besteht.",
    "third_party_only": "Beschreiben Sie das Angebot auf einer eigenen Seite und verlinken Sie von dort, wer es betreibt.",
    "outdated": "Prüfen Sie, ob die Angaben noch stimmen, und nennen Sie auf der Seite den neuen Stand.",
    "expired": "Veröffentlichen Sie die Fortschreibung, oder sagen Sie auf der Seite, was seitdem gilt.",
}
"""By the code of the reason, beside the advice of the criterion."""


def _german(iso: str) -> str:
    """Return a day, month or year as Germans write it in figures: 31.08.2020, 08.2020, 2020."""
    return ".".join(reversed(iso.split("-")))


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
