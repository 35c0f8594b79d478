"""
The proof behind a dossier: when each quoted page was fetched, its hash, the records that were kept, and since when it is seen.

Does not word answers and does not write files (``reports.dossier`` and ``reports.bundle`` do). Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.run.publishing import rejected
from audit.run.storing import sources
from crawler.archive.excerpt import Kept, Wanted, excerpt
from db.models import Audit, Crawl, Finding, Page
from db.terms import Verdict
from reports import dossier as reported
from reports import tables
from reports.document import document
from reports.findings import iso

Json = dict[str, Any]
OK = 200
SEEN = (Verdict.FINDABLE, Verdict.BURIED)


@dataclass(frozen=True)
class Proofs:
    """
    What is known of the quoted pages.

    Attributes:
        captures: By address, as ``reports.dossier`` takes them; pages that were never read are missing.
        excerpt: A packed WARC file with the records of these pages; empty if none was kept.
    """

    captures: dict[str, Json]
    excerpt: bytes


class Reading(NamedTuple):
    """How a page was read: in the audit itself, or in the earlier one whose answer still held."""

    url: str
    fetched: datetime
    rendered: bool
    archive: str | None  #: name of the file that should have the answer
    stored: Sequence[Json]  #: what of it is in the place for archives
    confirmed: datetime | None  #: when the server said that it still held
    replayed: bool  #: read from a file that its owner keeps


def make(
    session: Session, audit: Audit, *, ranking: str | None, frozen: bool, now: datetime
) -> tuple[Json, Proofs, str]:
    """
    Return the dossier of an audit, what proves it, and how its files begin.

    Raises:
        InputError: As ``reports.dossier.chosen``.
        PlaceError: As ``proofs``.
    """
    result = document(session, audit.id)
    wanted = reported.chosen(result, ranking)
    rows = reported.answers(result, rejected=rejected(session, audit, now=now))
    proven = proofs(session, audit, reported.addresses(rows))
    made = reported.dossier(
        result,
        rows,
        ranking=wanted,
        captures=proven.captures,
        since=since(session, audit),
        german=_german_names(audit),
        frozen=tables.day(now.isoformat()) if frozen else None,
    )
    stem = f"dossier-{audit.town.key}-{wanted.id}-{audit.started:%Y-%m-%d}-{audit.id}"
    return made, proven, f"{stem}-eingefroren-{made['frozen']}" if frozen else stem


def proofs(session: Session, audit: Audit, urls: Collection[str]) -> Proofs:
    """
    Return when the pages were fetched, and what is kept of them.

    Raises:
        PlaceError: nobody knows, since the place of archives does not serve us.
    """
    readings = {url: _reading(rows) for url, rows in _read(session, audit, urls).items()}
    wanted = [
        Wanted(one.url, one.fetched, source, one.rendered)
        for one in readings.values()
        if one.archive is not None
        for source in sources(one.archive, one.stored)
    ]
    data, kept = excerpt(wanted)
    captures = {url: _capture(one, kept.get(url)) for url, one in readings.items()}
    return Proofs(captures, data if kept else b"")


def since(session: Session, audit: Audit) -> dict[str, str]:
    """
    Return for each criterion the moment of the earliest audit from which on the same page has shown it without a break.

    What an audit could not look at breaks it: we say nothing of a time in which we did not see.
    """
    rows = session.execute(
        select(Finding.criterion, Finding.verdict, Finding.best_url, Audit.started)
        .join(Audit, Audit.id == Finding.audit_id)
        .where(Audit.town_id == audit.town_id, Audit.id <= audit.id)
        .order_by(Audit.id.desc())
    )
    found: dict[str, tuple[str | None, str]] = {}
    broken: set[str] = set()
    for criterion, verdict, url, started in rows:
        if criterion in broken:
            continue
        if verdict not in SEEN or url is None or found.get(criterion, (url,))[0] != url:
            broken.add(criterion)
        else:
            found[criterion] = (url, str(iso(started)))
    return {criterion: moment for criterion, (_, moment) in found.items()}


def _german_names(audit: Audit) -> dict[str, str]:
    """Return what the criteria are called in the language in which the letter is written."""
    assert audit.catalogue is not None
    return {entry["id"]: entry["name"] for entry in audit.catalogue.document["criteria"]}


def _read(session: Session, audit: Audit, urls: Collection[str]) -> dict[str, list[Any]]:
    """Return the readings of the pages that this audit has read: its own first, then those of earlier ones."""
    told = (Page.url, Page.fetched, Page.unchanged, Page.rendered, Page.etag, Page.last_modified)
    rows = session.execute(
        select(*told, Audit.id, Audit.archive, Audit.stored, Audit.replayed)
        .join(Crawl, Crawl.id == Page.crawl_id)
        .join(Audit, Audit.id == Crawl.audit_id)
        .where(Audit.town_id == audit.town_id, Audit.id <= audit.id, Page.url.in_(urls), Page.status == OK)
        .order_by(Audit.id.desc(), Page.id.desc())
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.url, []).append(row)
    return {url: each for url, each in found.items() if each[0].id == audit.id}


def _reading(rows: Sequence[Any]) -> Reading:
    now = rows[0]
    if not now.unchanged:
        return Reading(now.url, now.fetched, now.rendered, now.archive, now.stored, None, bool(now.replayed))
    # What still held is known by its marks; an audit in between may have read something else.
    marks = (now.etag, now.last_modified)
    first = next((row for row in rows if not row.unchanged and (row.etag, row.last_modified) == marks), None)
    if first is None:
        return Reading(now.url, now.fetched, now.rendered, None, [], now.fetched, replayed=False)
    return Reading(
        now.url, first.fetched, first.rendered, first.archive, first.stored, now.fetched, bool(first.replayed)
    )


def _capture(one: Reading, kept: Kept | None) -> Json:
    why = None if kept else "replayed" if one.replayed else "no_archive" if one.archive is None else "missing"
    return {
        "fetched": iso(one.fetched),
        "confirmed": iso(one.confirmed),
        "sha256": kept.sha256 if kept else None,
        "size": kept.size if kept else None,
        "offset": kept.offset if kept else None,
        "rendered": one.rendered,
        "why": why,
    }
