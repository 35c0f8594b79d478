"""
Pages into the database, many at a time; and what a site's search answered, one by one.

Does not fetch and does not parse. The rows are also the crawler's memory: what has been answered and what is
known but unread are read back from them, so that an interrupted crawl goes on without a second book-keeping.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from db.desk import Job
from db.errors import LostError
from db.models import Asked, Crawl, Link, LinkRow, Page
from db.session import translated

COLUMNS = [column.key for column in Page.__table__.columns if column.key != "id"]
OF_THE_CRAWL = frozenset(["crawl_id", "link_numbers"])  # what another crawl has of its own for the same page
OK = 200
BATCH = 500  # pages taken from the database at a time


class Turn(NamedTuple):
    """The order by which an audit is read and which beginning of it we are, as ``Job.epoch`` counts them."""

    audit_id: int
    epoch: int

    def hold(self, connection: Connection) -> None:
        """Keep others from beginning it until the transaction ends; raise LostError if one has."""
        wanted = select(Job.epoch).where(Job.audit_id == self.audit_id).with_for_update(read=True)
        if connection.scalar(wanted) != self.epoch:
            raise LostError(f"Die Prüfung {self.audit_id} liest jetzt ein anderer Arbeitsprozess.")


class PageStore:
    """
    The pages of one crawl.

    Attributes:
        seen: Canonical addresses that were answered, also those that only redirected.
        known: Canonical targets of all links stored so far.
    """

    def __init__(self, engine: Engine, crawl_id: int, *, turn: Turn | None = None) -> None:
        """With a ``turn`` nothing is written any more once another process has it; LostError says so."""
        self.engine = engine
        self.crawl_id = crawl_id
        self._turn = turn
        self._lock = threading.Lock()
        with translated(engine), engine.connect() as connection:
            links = connection.execute(
                select(LinkRow.url, LinkRow.text, LinkRow.zone, LinkRow.number).where(LinkRow.crawl_id == crawl_id)
            ).all()
            pages = connection.execute(select(Page.url, Page.redirected_from).where(Page.crawl_id == crawl_id)).all()
        self._numbers = {Link(url, text, zone): number for url, text, zone, number in links}
        self.known = {url for url, _, _, _ in links}
        self.seen = {url for url, _ in pages}
        self.seen.update(address for _, earlier in pages for address in earlier)
        self._stored = {url for url, _ in pages}

    def read(self) -> Iterator[Page]:
        """Give what was stored of this crawl in the order of reading, without all that says nothing of how much it brought."""
        told = (Page.url, Page.fetched, Page.status, Page.error, Page.title, Page.main_text)
        wanted = (
            select(*told).where(Page.crawl_id == self.crawl_id).order_by(Page.id).execution_options(yield_per=BATCH)
        )
        with translated(self.engine), self.engine.connect() as connection:
            for row in connection.execute(wanted):
                yield Page(**row._asdict())

    def write(self, pages: Sequence[Page]) -> None:
        """
        Store these pages and their links in one transaction.

        An address already stored is not stored again, unless it gave no answer then: a later look counts.
        """
        with self._lock, translated(self.engine):
            fresh = list({page.url: page for page in pages if page.url not in self._stored or page.is_second}.values())
            replaced = [page.url for page in fresh if page.url in self._stored]
            numbers, links = self._numbered(fresh)
            rows = [self._row(page, numbers=numbers) for page in fresh]
            with self._begun() as connection:
                if replaced:
                    connection.execute(delete(Page).where(Page.crawl_id == self.crawl_id, Page.url.in_(replaced)))
                if links:
                    connection.execute(insert(LinkRow), links)
                if rows:
                    connection.execute(insert(Page), rows)
            self._numbers.update(numbers)
            self.known.update(row["url"] for row in links)
            self._stored.update(page.url for page in fresh)
            for page in pages:
                self.seen.add(page.url)
                self.seen.update(page.redirected_from)

    def note(self, **values: object) -> None:
        """Set columns of the crawl."""
        with translated(self.engine), self._begun() as connection:
            connection.execute(update(Crawl).where(Crawl.id == self.crawl_id).values(**values))

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            if self._turn is not None:
                self._turn.hold(connection)
            yield connection

    def _numbered(self, pages: Sequence[Page]) -> tuple[dict[Link, int], list[dict[str, Any]]]:
        """Return the numbers of those wordings of links that are new, and their rows."""
        numbers: dict[Link, int] = {}
        rows: list[dict[str, Any]] = []
        for page in pages:
            # Most links of a page are those of its menus, which are known.
            for link in [link for link in page.links if link not in self._numbers]:
                if link not in numbers:
                    numbers[link] = number = len(self._numbers) + len(rows)
                    rows.append({"crawl_id": self.crawl_id, "number": number, **link._asdict()})
        return numbers, rows

    def _row(self, page: Page, *, numbers: dict[Link, int]) -> dict[str, Any]:
        row = {name: getattr(page, name) for name in COLUMNS}
        row["crawl_id"] = self.crawl_id
        known = self._numbers.get
        row["link_numbers"] = [numbers[link] if (number := known(link)) is None else number for link in page.links]
        return row


class Validators(NamedTuple):
    """What a server gave to ask whether a page still holds (RFC 9110, section 8.8)."""

    etag: str | None
    last_modified: str | None


class Earlier:
    """
    The pages of an earlier crawl of the same site.

    Attributes:
        validators: Those of each page that was read and has any, by address.
    """

    def __init__(self, engine: Engine, crawl_id: int) -> None:
        self.engine = engine
        self.crawl_id = crawl_id
        wanted = select(Page.url, Page.etag, Page.last_modified).where(
            Page.crawl_id == crawl_id,
            Page.status == OK,
            Page.error.is_(None),
            or_(Page.etag.is_not(None), Page.last_modified.is_not(None)),
        )
        with translated(engine), engine.connect() as connection:
            rows = connection.execute(wanted).all()
        self.validators = {url: Validators(etag, modified) for url, etag, modified in rows}

    def page(self, url: str) -> Page | None:
        """Return a page as it was read, with its links, as a new Page; None if it is no longer kept."""
        wanted = select(Page).where(Page.crawl_id == self.crawl_id, Page.url == url)
        with translated(self.engine), Session(self.engine) as session:
            kept = session.scalar(wanted)
            if kept is None:
                return None
            rows = session.execute(
                select(LinkRow.number, LinkRow.url, LinkRow.text, LinkRow.zone).where(
                    LinkRow.crawl_id == self.crawl_id, LinkRow.number.in_(kept.link_numbers)
                )
            )
            links = {number: Link(url, text, zone) for number, url, text, zone in rows}
            values = {name: getattr(kept, name) for name in COLUMNS if name not in OF_THE_CRAWL}
            return Page(**values, links=[links[number] for number in kept.link_numbers])


class AskedStore:
    """What the search of one site has answered in one audit."""

    def __init__(self, engine: Engine, audit_id: int, site_id: int) -> None:
        self.engine, self.audit_id, self.site_id = engine, audit_id, site_id

    def errors(self) -> list[str | None]:
        """Return the error of each question so far, in the order of asking."""
        wanted = select(Asked.error).where(self._own()).order_by(Asked.id)
        with translated(self.engine), self.engine.connect() as connection:
            return list(connection.scalars(wanted))

    def write(self, row: Asked) -> None:
        """Keep one answer, in place of an earlier one to the same question."""
        values = {name: getattr(row, name) for name in ("query", "url", "asked", "status", "error", "hits")}
        values |= {"audit_id": self.audit_id, "site_id": self.site_id}
        with translated(self.engine), self.engine.begin() as connection:
            connection.execute(delete(Asked).where(self._own(), Asked.query == row.query))
            connection.execute(insert(Asked).values(values))

    def _own(self) -> ColumnElement[bool]:
        return and_(Asked.audit_id == self.audit_id, Asked.site_id == self.site_id)
