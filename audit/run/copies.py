"""
One page of an audit as it was read, made harmless, with a quote marked: out of the archive, else its text out of the database.

Does not clean pages (``reports.archived``) and does not fetch. Nothing is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.run.dossier import Proofs, proofs
from crawler.archive.excerpt import payload
from crawler.charset import unify
from db.errors import NotFoundError, NotInstalledError, PlaceError
from db.models import Audit, Crawl, Page
from reports import archived
from reports.dossier import UNREAD
from reports.findings import iso, sheet

logger = logging.getLogger(__name__)


class Source(StrEnum):
    """What a copy was made of."""

    ARCHIVE = "archive"  #: the answer of the server
    BROWSER = "browser"  #: what a browser had made of the answer
    TEXT = "text"  #: the text that was read out of it
    SHEET = "sheet"  #: the text of one page of a document


@dataclass(frozen=True)
class Shown:
    """
    A copy to look at.

    Attributes:
        url: Of the page.
        capture: When it came and what is kept of it, as in ``reports.dossier.Captures``.
        sheet: Number of the page of a document, from 1.
    """

    url: str
    title: str
    source: Source
    copy: archived.Copy
    capture: dict[str, Any]
    sheet: int | None = None


def copy(session: Session, audit: Audit, page_id: int, *, quote: str) -> Shown:
    """Return the copy of a page; raise NotFoundError if the audit has not read it."""
    page = session.scalar(select(Page).join(Crawl).where(Page.id == page_id, Crawl.audit_id == audit.id))
    if page is None:
        raise NotFoundError("Diese Seite gehört nicht zu dieser Prüfung.")
    proven = _proofs(session, audit, page.url)
    capture = {**UNREAD, "fetched": iso(page.fetched), **proven.captures.get(page.url, {})}
    if page.document is not None:
        number = sheet(quote, text=page.main_text, starts=page.document.get("starts", [])) or 1
        lines = _sheet_lines(page.main_text.split("\n"), page.document.get("starts", []), number)
        return Shown(page.url, page.title, Source.SHEET, archived.of_lines(lines, quote), capture, number)
    body = payload(proven.excerpt, capture["offset"]) if capture["offset"] is not None else b""
    if body:
        html, _charset = unify(body, "text/html; charset=utf-8" if page.rendered else page.content_type)
        source = Source.BROWSER if page.rendered else Source.ARCHIVE
        return Shown(page.url, page.title, source, archived.of_html(html.decode("utf-8", "replace"), quote), capture)
    texts = (page.title, page.main_text, page.menu_text, page.footer_text)
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    return Shown(page.url, page.title, Source.TEXT, archived.of_lines(lines, quote), capture)


def _proofs(session: Session, audit: Audit, url: str) -> Proofs:
    """Return what is kept of a page; a place of archives that is away costs a reader only the look of it."""
    try:
        return proofs(session, audit, [url])
    except (PlaceError, NotInstalledError) as fault:
        logger.warning("No archived page: %s", fault)
        return Proofs({url: {"why": "away"}}, b"")


def _sheet_lines(lines: Sequence[str], starts: Sequence[int], number: int) -> Sequence[str]:
    if not starts:
        return lines
    return lines[starts[number - 1] : starts[number] if number < len(starts) else len(lines)]
