"""
Questions to the rows.

Does not decide anything. Every function takes an open session and returns nouns; sessions are opened in ``db.session``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, false, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased, selectinload

from db.errors import NotFoundError
from db.models import (
    Asked,
    Audit,
    Catalogue,
    Crawl,
    Evidence,
    Finding,
    Gap,
    Link,
    LinkRow,
    Listed,
    Measure,
    Page,
    Proposal,
    Review,
    Site,
    Town,
)
from db.terms import End, Source, Standing

READ = (Standing.OWN, Standing.CONFIRMED)
"""Only such sites are read in full and may give evidence."""

OK, GONE = 200, (404, 410)

DIGITS = 9
"""Of the longest number that each database can look for."""

BATCH = 500
"""Pages taken from the database at a time, so that memory does not grow with the town."""


class PageChanges(NamedTuple):
    """How many pages are new, say something else, are no longer there, and say the same as in the audit before."""

    new: int
    changed: int
    gone: int
    same: int


def town(session: Session, key: str) -> Town | None:
    """Return the town of that key with its sites."""
    return session.scalar(select(Town).where(Town.key == key).options(selectinload(Town.sites)))


def towns(session: Session) -> list[Town]:
    """Return all towns that were ever audited or added, by name."""
    return list(session.scalars(select(Town).order_by(Town.name).options(selectinload(Town.sites))))


def audit(session: Session, name: str) -> Audit:
    """Return the audit of that number, or the latest judged one of the town of that key or name; else raise NotFoundError."""
    wanted = select(Audit).options(
        selectinload(Audit.town).selectinload(Town.sites), selectinload(Audit.crawls).selectinload(Crawl.site)
    )
    if name.isascii() and name.isdigit():
        wanted = wanted.where(Audit.id == int(name) if len(name) <= DIGITS else false())
        remedy = "„fundstelle town list“ zeigt, was schon geprüft wurde."
    else:
        wanted = wanted.join(Town).where((Town.key == name.lower()) | (Town.name == name), Audit.judged.is_not(None))
        remedy = f"Starten Sie eine mit „fundstelle audit {name}“."
    found = session.scalar(wanted.order_by(Audit.id.desc()).limit(1))
    if found is None:
        raise NotFoundError(f"Eine Prüfung „{name}“ gibt es nicht.", remedy=remedy)
    return found


def latest_judged(session: Session, key: str) -> Audit | None:
    """Return the latest judged audit of the town of that key, with the town."""
    wanted = (
        select(Audit).join(Town).where(Town.key == key, Audit.judged.is_not(None)).options(selectinload(Audit.town))
    )
    return session.scalar(wanted.order_by(Audit.id.desc()).limit(1))


def unfinished(session: Session, town_id: int) -> Audit | None:
    """Return the latest audit of the town if its reading was interrupted; the reading of an archive begins anew."""
    latest = session.scalar(select(Audit).where(Audit.town_id == town_id).order_by(Audit.id.desc()).limit(1))
    return latest if latest is not None and latest.crawled is None and not latest.replayed else None


def unfinished_of(session: Session, towns: Collection[int]) -> dict[int, int]:
    """Return by town the number of the audit that ``unfinished`` would return, for those that have one."""
    latest = select(func.max(Audit.id)).where(Audit.town_id.in_(towns)).group_by(Audit.town_id)
    wanted = select(Audit.town_id, Audit.id, Audit.replayed).where(Audit.id.in_(latest), Audit.crawled.is_(None))
    return {town_id: number for town_id, number, replayed in session.execute(wanted) if not replayed}


def crawls(session: Session, audit_id: int) -> list[Crawl]:
    """Return how each site answered in the audit, with the sites."""
    return list(
        session.scalars(
            select(Crawl).where(Crawl.audit_id == audit_id).order_by(Crawl.id).options(selectinload(Crawl.site))
        )
    )


def last_reading(session: Session, crawl: Crawl, *, program: str | None = None) -> int | None:
    """Return the crawl of the same site in the latest earlier audit that was read to its end, by that version if one is given."""
    wanted = (
        select(Crawl.id)
        .join(Audit)
        .where(Crawl.site_id == crawl.site_id, Crawl.audit_id < crawl.audit_id, Audit.crawled.is_not(None))
        .order_by(Crawl.audit_id.desc())
        .limit(1)
    )
    return session.scalar(wanted if program is None else wanted.where(Crawl.program == program))


def changes(session: Session, audit_id: int) -> PageChanges | None:
    """Return how the pages of an audit differ from those of the audit before; None if no site had been read before."""
    total: PageChanges | None = None
    for crawl in (each for each in crawls(session, audit_id) if each.site.standing in READ):
        before_id = last_reading(session, crawl)
        if before_id is not None:
            one = _changes(session, crawl.id, before_id)
            total = PageChanges(*map(sum, zip(total, one, strict=True))) if total else one
    return total


def _changes(session: Session, crawl_id: int, before_id: int) -> PageChanges:
    pair = {"now": crawl_id, "before": before_id}
    changed, same, gone, back = session.execute(_both(), pair).one()
    # Where not everything was read, nobody knows what is new.
    is_whole = session.scalar(select(Crawl.end).where(Crawl.id == before_id)) == End.FINISHED
    new = session.scalar(_unknown_before(), pair) or 0 if is_whole else 0
    return PageChanges(new=new + back, changed=changed, gone=gone, same=same)


# A report asks these for each site of each town; making a statement of so many columns takes longer than running it.
@cache
def _both() -> Select[int, int, int, int]:
    now, before = aliased(Page), aliased(Page)
    read_now, read_before = _read(now), _read(before)
    differs = (now.main_text != before.main_text) | (now.title != before.title)
    return (
        select(
            func.count().filter(read_now, read_before, differs),
            func.count().filter(read_now, read_before, ~differs),
            func.count().filter(read_before, now.status.in_(GONE)),
            func.count().filter(read_now, ~read_before),
        )
        .select_from(now)
        .join(before, now.url == before.url)
        .where(now.crawl_id == bindparam("now"), before.crawl_id == bindparam("before"))
    )


@cache
def _unknown_before() -> Select[int]:
    known = select(Page.url).where(Page.crawl_id == bindparam("before"))
    now = aliased(Page)
    return select(func.count()).where(now.crawl_id == bindparam("now"), _read(now), now.url.not_in(known))


def _read(page: type[Page]) -> ColumnElement[bool]:
    return (page.status == OK) & page.error.is_(None)


def mute_documents(session: Session, audit_id: int) -> tuple[list[str], list[str]]:
    """Return the addresses of the documents of an audit that are only pictures of text, and of those that ask for a password."""
    wanted = (
        select(Page.url, Page.document)
        .join(Crawl, Page.crawl_id == Crawl.id)
        .join(Site, Crawl.site_id == Site.id)
        .where(Crawl.audit_id == audit_id, Page.document.is_not(None), Site.standing.in_(READ))
        .order_by(Page.url)
    )
    pictures, locked = [], []
    for url, known in session.execute(wanted):
        if known["encrypted"]:
            locked.append(url)
        elif known["text"] is False and not known.get("reason"):
            pictures.append(url)
    return pictures, locked


def pages(session: Session, crawl_id: int) -> Iterator[Page]:
    """Give the pages of one crawl with their links, in the order they were stored."""
    rows = session.execute(
        select(LinkRow.number, LinkRow.url, LinkRow.text, LinkRow.zone).where(LinkRow.crawl_id == crawl_id)
    )
    links = {number: Link(url, text, zone) for number, url, text, zone in rows}
    wanted = select(Page).where(Page.crawl_id == crawl_id).order_by(Page.id).execution_options(yield_per=BATCH)
    for page in session.scalars(wanted):
        page.links = [links[number] for number in page.link_numbers]
        yield page


def pages_at(session: Session, audit_id: int, urls: Collection[str]) -> dict[str, Page]:
    """Return what an audit has of these addresses, with links; of two answers to one address the one that was read."""
    wanted = (
        select(Page)
        .join(Crawl)
        .where(Crawl.audit_id == audit_id, Page.url.in_(urls))
        .order_by(Page.error.is_(None), Page.id)
    )
    found = {page.url: page for page in session.scalars(wanted)}
    for page in found.values():
        rows = select(LinkRow.url, LinkRow.text, LinkRow.zone).where(
            LinkRow.crawl_id == page.crawl_id, LinkRow.number.in_(page.link_numbers)
        )
        page.links = [Link(*row) for row in session.execute(rows.order_by(LinkRow.number))]
    return found


def linked(session: Session, audit_id: int, urls: Collection[str]) -> set[str]:
    """Return those of the addresses to which a link leads that was read in the audit."""
    wanted = select(LinkRow.url).join(Crawl, LinkRow.crawl_id == Crawl.id)
    return set(session.scalars(wanted.where(Crawl.audit_id == audit_id, LinkRow.url.in_(urls))))


def asked(session: Session, audit_id: int) -> list[Asked]:
    """Return what the searches of a town's sites answered in an audit, with the sites, in the order of asking."""
    wanted = select(Asked).where(Asked.audit_id == audit_id).order_by(Asked.id)
    return list(session.scalars(wanted.options(selectinload(Asked.site))))


def listed(session: Session, audit_id: int) -> list[Listed]:
    """Return what real search engines say of an audit's town: asked ones in their order, then statistics, most shown first."""
    wanted = select(Listed).where(Listed.audit_id == audit_id)
    return list(session.scalars(wanted.order_by(Listed.source == Source.CONSOLE, Listed.impressions.desc(), Listed.id)))


def offered_search(session: Session, crawl_id: int) -> tuple[dict[str, str], str | None] | None:
    """Return ``{"url", "method"}`` of the search that a site offers on its front page, with that page's charset."""
    wanted = (
        select(Page.structure, Page.charset)
        .where(Page.crawl_id == crawl_id, Page.structure.is_not(None), Page.error.is_(None))
        .order_by(Page.depth, Page.id)
    )
    for structure, charset in session.execute(wanted):
        if search := structure.get("search"):
            return search, charset
    return None


def page_count(session: Session, audit_id: int) -> int:
    """Return how many pages an audit has stored."""
    return session.scalar(select(func.count(Page.id)).join(Crawl).where(Crawl.audit_id == audit_id)) or 0


def catalogues(session: Session) -> list[Catalogue]:
    """Return all catalogues that an audit was ever judged by, the latest last."""
    return list(session.scalars(select(Catalogue).order_by(Catalogue.id)))


def findings(session: Session, audit_id: int) -> list[Finding]:
    """Return the verdicts of an audit, in the order they were written: that of the catalogue."""
    return list(session.scalars(select(Finding).where(Finding.audit_id == audit_id).order_by(Finding.id)))


def gaps(session: Session, audit_id: int) -> list[Gap]:
    """Return the gaps of an audit, in the order they were written."""
    return list(session.scalars(select(Gap).where(Gap.audit_id == audit_id).order_by(Gap.id)))


def proposals(session: Session, audit_id: int) -> list[Proposal]:
    """Return the proposals of an audit, the first to do first."""
    return list(session.scalars(select(Proposal).where(Proposal.audit_id == audit_id).order_by(Proposal.place)))


def measures(session: Session, town_id: int) -> list[Measure]:
    """Return the town's own list, by row."""
    return list(session.scalars(select(Measure).where(Measure.town_id == town_id).order_by(Measure.row, Measure.id)))


def links_out(session: Session, audit_id: int) -> list[tuple[str, str, str, str]]:
    """Return (host, target, words, zone) of every link wording on the town's own sites in this audit."""
    wanted = (
        select(Site.host, LinkRow.url, LinkRow.text, LinkRow.zone)
        .join(Crawl, Crawl.site_id == Site.id)
        .join(LinkRow, LinkRow.crawl_id == Crawl.id)
        .where(Crawl.audit_id == audit_id, Site.standing.in_(READ))
        .order_by(LinkRow.crawl_id, LinkRow.number)
    )
    return [(host, url, text, zone) for host, url, text, zone in session.execute(wanted)]


def imprints(session: Session, audit_id: int) -> dict[str, str]:
    """Return the text of the imprint of each host that has one among the pages of this audit."""
    wanted = (
        select(Site.host, Page.main_text)
        .join(Crawl, Crawl.site_id == Site.id)
        .join(Page, Page.crawl_id == Crawl.id)
        .where(Crawl.audit_id == audit_id, Page.title.ilike("%impressum%") | Page.url.ilike("%impressum%"))
        .order_by(Page.id.desc())
    )
    return {host: text for host, text in session.execute(wanted)}  # noqa: C416 the rows are no tuples for the type checker


def archived(session: Session) -> list[Audit]:
    """Return all audits that have an archive, the oldest first."""
    wanted = select(Audit).where(Audit.archive.is_not(None)).order_by(Audit.started, Audit.id)
    return list(session.scalars(wanted.options(selectinload(Audit.town))))


def audits(session: Session, town_id: int) -> list[Audit]:
    """Return the audits of a town, the oldest first."""
    return list(session.scalars(select(Audit).where(Audit.town_id == town_id).order_by(Audit.id)))


def judged_before(session: Session, audit: Audit) -> Audit | None:
    """Return the latest earlier audit of the town that was judged by a catalogue of the same name; None if there is none."""
    if audit.catalogue is None:
        return None
    wanted = (
        select(Audit)
        .join(Catalogue)
        .where(
            Audit.town_id == audit.town_id,
            Audit.judged.is_not(None),
            Catalogue.name == audit.catalogue.name,
            tuple_(Audit.started, Audit.id) < tuple_(audit.started, audit.id),
        )
        .order_by(Audit.started.desc(), Audit.id.desc())
        .limit(1)
    )
    return session.scalar(wanted)


def evidence(session: Session, audit_id: int) -> list[Evidence]:
    """Return the evidence of an audit, in the order it was written."""
    return list(session.scalars(select(Evidence).where(Evidence.audit_id == audit_id).order_by(Evidence.id)))


def evidence_on(session: Session, audit_id: int, *, criterion: str, url: str) -> list[Evidence]:
    """Return what one page says of one criterion in an audit, what weighs most first."""
    wanted = select(Evidence).where(Evidence.audit_id == audit_id, Evidence.criterion == criterion, Evidence.url == url)
    return list(session.scalars(wanted.order_by(Evidence.weight.desc(), Evidence.id)))


def hold_town(session: Session, town_id: int) -> None:
    """Let whoever else wants to hold this town wait until this session ends; on SQLite, whoever wants to write."""
    # A write of nothing: it locks the row where rows can be locked, and the file where they cannot.
    session.execute(update(Town).where(Town.id == town_id).values(name=Town.name))


def reviews(session: Session, town_id: int | None = None) -> list[Review]:
    """Return what people said of one town, or of all, the oldest first; also what was withdrawn or has expired."""
    wanted = select(Review).order_by(Review.made, Review.id)
    return list(session.scalars(wanted if town_id is None else wanted.where(Review.town_id == town_id)))


def read_pages(session: Session, audit_id: int, urls: Collection[str]) -> dict[str, str]:
    """Return ``Page.content`` of those of the addresses that the audit has read, where the answer was a page."""
    wanted = (
        select(Page.url, Page.content)
        .join(Crawl)
        .where(Crawl.audit_id == audit_id, Page.url.in_(urls), Page.error.is_(None))
        .order_by(Page.id.desc())
    )
    return {url: content for url, content in session.execute(wanted)}  # noqa: C416 the rows are no tuples for the type checker
