"""
Judge the stored pages of an audit, as often as one likes.

Does not fetch anything. All that one judging writes is written in one transaction, in place of what an earlier one wrote.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

import db
from audit import coverage, gaps, proposals, reviews
from audit.catalogue import Catalogue
from audit.classify import Classifier, CriterionReading, freshness
from audit.classify.calibration import Calibration
from audit.classify.second import Consultation, Opinion, SecondReader
from audit.findability import Finder
from audit.inventory import directory, matching
from audit.judge import KEPT_PAGES, Judged, Seen, doubtful
from audit.judge import judge as judge_criterion
from audit.reviews import Said
from audit.run import reviewing, shells, tasks
from audit.run.material import Material, finder_of, material_of, subject_of
from db import queries
from db.base import Base
from db.models import Catalogue as CatalogueRow
from db.models import Evidence, Finding, Gap, Measure, Page, Proposal, Town
from db.session import opened
from db.terms import N_, Decision, Maturity, PageType, Verdict

NOTHING = Said()

Report = Callable[[int, int], None]
"""Called with pages read and pages in all."""


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Judging:
    """What one judging says, before anything of it is written; ``finder`` is the researcher who looked."""

    judged: list[Judged]
    finder: Finder
    enough: bool  #: could enough be read to judge at all?


def judge(
    engine: Engine,
    audit_id: int,
    catalogue: Catalogue,
    *,
    now: datetime,
    report: Report,
    tried: Report = silent,
    second: SecondReader | None = None,
    hold: Callable[[Session], None] = lambda _session: None,
) -> Counter[str]:
    """
    Read the audit's pages, and write evidence, findings, gaps and proposals; ``tried`` is told how many changes were tried.

    ``hold`` is called last in the transaction; if it raises, nothing is written. Words that people say meanwhile are left for the
    next judging, and count as said since (``reviews.is_since``).

    Returns what became of the answers of the ``second`` reader, as ``Consultation`` counts them; empty without one.
    """
    with opened(engine) as session:
        # Whoever is just speaking ends before we read; whoever speaks later does so after ``now``. So no word is passed over unseen.
        queries.hold_town(session, queries.audit(session, str(audit_id)).town_id)
    with opened(engine) as session:
        audit = queries.audit(session, str(audit_id))
        material = material_of(session, audit, now=now)
        calibration = reviewing.learned(session, now=now)
        consultation = Consultation(second) if second is not None else None
        judging = decided(material, catalogue, calibration=calibration, report=report, consultation=consultation)
        measures = queries.measures(session, audit.town_id)
        by_hand = {measure: measure.criterion for measure in measures if measure.matched_by == "column"}
        _match(measures, material, catalogue, judged=judging.judged)
        rows = [*_rows(judging, measures, catalogue, tried=tried)]
        with session.no_autoflush:
            # Before anything is written: of two judgings at once each would leave its findings.
            queries.hold_town(session, audit.town_id)
        _replace(session, audit_id, rows)
        for measure, criterion in by_hand.items():
            # What a person wrote down must be there again when the catalogue that knows it is used again.
            measure.criterion, measure.matched_by = criterion, "column"
        audit.catalogue_id = _catalogue_row(session, catalogue).id
        audit.judged, audit.enough, audit.program = now, judging.enough, db.__version__
        audit.calibration = calibration.document()
        tasks.verify(session, audit.town_id)
        session.flush()
        hold(session)
    return consultation.answers if consultation is not None else Counter()


def _match(measures: Sequence[Measure], material: Material, catalogue: Catalogue, *, judged: Sequence[Judged]) -> None:
    """Tie the town's own list to criteria, by what was shown where."""
    shown = _shown_at(judged)
    matching.match(
        measures,
        catalogue,
        pages_by_url=shown,
        pages_by_key=_shown_with(material.pages, shown),
        aliases=material.town.aliases,
    )


def _rows(judging: Judging, measures: Sequence[Measure], catalogue: Catalogue, *, tried: Report) -> Iterator[Base]:
    """Return what is written of a judging; gaps and proposals need the measures matched."""
    findings = [one.finding for one in judging.judged]
    evidence = [item for one in judging.judged for item in one.evidence]
    yield from (*findings, *evidence, *gaps.compare(findings, measures))
    yield from proposals.propose(
        findings,
        catalogue.criteria,
        finder=judging.finder,
        evidence=evidence,
        names=catalogue.labels,
        report=tried,
    )


def decided(
    material: Material,
    catalogue: Catalogue,
    *,
    calibration: Calibration,
    report: Report,
    consultation: Consultation | None = None,
) -> Judging:
    """Return what these rules say of what was read; nothing is written."""
    classifier = _classifier(material.town, catalogue, calibration)
    seen = _read(material, classifier, report=report)
    if consultation is not None:
        seen = consulted(_answered(seen, material, catalogue), catalogue, consultation)
    read = coverage.measure(material.crawls)
    unread = shells.possible(material.pages, classifier, subject=subject_of(material.town))
    finder = finder_of(material, catalogue)
    judged = _judge(material, catalogue, finder=finder, seen=seen, read=read, unread=unread)
    note(judged, seen)
    return Judging(judged=judged, finder=finder, enough=read.enough)


def _classifier(town: Town, catalogue: Catalogue, calibration: Calibration) -> Classifier:
    neighbours = {key.replace("-", " ").title() for key in town.neighbours}
    return Classifier(catalogue, places=directory.places() | neighbours, calibration=calibration)


def _read(material: Material, classifier: Classifier, *, report: Report) -> dict[str, list[Seen]]:
    """Return for each criterion the pages that say anything about it."""
    subject = subject_of(material.town, material.pages)
    seen: defaultdict[str, list[Seen]] = defaultdict(list)
    telling = [page for page in material.strangers if _names(page, material.town)]
    pages = [*((page, True) for page in material.pages), *((page, False) for page in telling)]
    for number, (page, ours) in enumerate(pages, 1):
        if page.error is None:
            reading = classifier.read(page, subject=subject, own=ours)
            day = freshness.written(page, today=material.day) if reading.page_type == PageType.NEWS else page.date
            for one in [*reading.criteria, *_unread(material, page, {one.id for one in reading.criteria})]:
                for item in one.evidence:
                    item.page_id, item.date = page.id, day
                seen[one.id].append(Seen(page=page, page_type=reading.page_type, reading=one, ours=ours))
        report(number, len(pages))
    return seen


def _names(page: Page, town: Town) -> bool:
    """Does a stranger's page speak of this town?"""
    names = "|".join(re.escape(name) for name in (town.name, *town.aliases.get(town.name, ())))
    return re.search(rf"\b(?:{names})s?\b", f"{page.title}\n{page.main_text}") is not None


def _unread(material: Material, page: Page, read: Collection[str]) -> list[CriterionReading]:
    """Return the criteria for which a person has confirmed the page although we read nothing of them there."""
    return [
        CriterionReading(key, 0.0, None, Maturity.NONE, [])
        for key, said in material.said.items()
        if key not in read and page.url in said.pages and said.pages[page.url].decision == Decision.CONFIRM
    ]


def _answered(seen: dict[str, list[Seen]], material: Material, catalogue: Catalogue) -> dict[str, list[Seen]]:
    """Return the pages as people see them: where they have spoken, no second reader is asked or heard."""
    return {
        key: reviews.applied(catalogue.criteria[key], pages, material.said.get(key, NOTHING).pages)
        for key, pages in seen.items()
    }


def _judge(
    material: Material,
    catalogue: Catalogue,
    *,
    finder: Finder,
    seen: dict[str, list[Seen]],
    read: coverage.Coverage,
    unread: dict[str, list[Page]],
) -> list[Judged]:
    papers = {page.url: page for page in material.pages if page.document and page.error is None}
    judged = [
        reviews.judge(
            criterion,
            seen.get(key, []),
            said=material.said.get(key, NOTHING),
            decide=partial(
                judge_criterion,
                criterion,
                area=catalogue.area_of[key],
                finder=finder,
                coverage=read,
                today=material.day,
                papers=papers,
                counts=criterion.is_of(material.town.competences),
                shells=unread.get(key, []),
            ),
        )
        for key, criterion in catalogue.criteria.items()
    ]
    for one in judged:
        if one.finding.verdict != Verdict.FINDABLE:
            own = catalogue.criteria[one.finding.criterion].advice
            one.finding.advice = f"{one.finding.advice} {own}".strip()
    return judged


def consulted(seen: dict[str, list[Seen]], catalogue: Catalogue, consultation: Consultation) -> dict[str, list[Seen]]:
    """Return the pages with the opinions of a second reader on those that are for review."""
    asked = {
        (key, one.page.url): consultation.ask(catalogue.criteria[key], one.page)
        for key, pages in seen.items()
        for one in doubtful(catalogue.criteria[key], pages)
    }
    return {key: [replace(one, opinion=asked.get((key, one.page.url))) for one in pages] for key, pages in seen.items()}


def note(judged: Sequence[Judged], seen: dict[str, list[Seen]]) -> None:
    """Add to each finding what the second reader says of its pages, agreement first."""
    for one in judged:
        pages = seen.get(one.finding.criterion, [])
        told = [(page.opinion, page) for page in pages if page.opinion is not None]
        told.sort(key=lambda pair: (list(SAID).index(pair[0].says), -pair[1].reading.score, pair[1].page.url))
        rows = [_told(opinion, page.page.url) for opinion, page in told[:KEPT_PAGES]]
        one.finding.reasons = [*one.finding.reasons, *rows]


def _told(opinion: Opinion, url: str) -> dict[str, str]:
    change = SAID[opinion.says].format(url=url)
    return {"code": "second_reader", "text": OPINION.format(change=change, quote=opinion.quote, opinion=opinion.reason)}


OPINION = N_("{change} Die Stelle: „{quote}“. Die Begründung: {opinion}")


SAID = {
    "yes": N_("Ein zweiter Leser sieht das Angebot auf {url} auch."),
    "unsure": N_("Ein zweiter Leser ist sich bei {url} nicht sicher."),
    "no": N_("Ein zweiter Leser sieht das Angebot auf {url} nicht."),
}


def _shown_at(judged: Sequence[Judged]) -> dict[str, set[str]]:
    """Return which criteria are shown at which address."""
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for one in judged:
        if one.finding.verdict in {Verdict.FINDABLE, Verdict.BURIED}:
            for url in {item.url for item in one.evidence if item.band} | {one.finding.best_url or ""}:
                shown[url].add(one.finding.criterion)
    return shown


def _shown_with(pages: Sequence[Page], shown: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return which criteria are shown on pages that carry a service key."""
    keyed: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for key in page.keys:
            keyed[key] |= shown.get(page.url, set())
    return keyed


def _replace(session: Session, audit_id: int, rows: Sequence[Base]) -> None:
    for noun in (Evidence, Finding, Gap, Proposal):
        session.execute(delete(noun).where(noun.audit_id == audit_id))
    for row in rows:
        row.audit_id = audit_id  # type: ignore[attr-defined]
    session.add_all(rows)


def _catalogue_row(session: Session, catalogue: Catalogue) -> CatalogueRow:
    row = session.scalar(select(CatalogueRow).where(CatalogueRow.digest == catalogue.digest))
    document = catalogue.document()
    if row is None:
        row = CatalogueRow(name=catalogue.name, version=catalogue.version, digest=catalogue.digest, document=document)
        session.add(row)
        session.flush()
    row.document = document  # the same rules may have been measured since, or stand in another folder
    return row
