"""
The nouns of Fundstelle as rows.

Does not open sessions and does not decide anything: sessions are in ``db.session``, questions to the rows in ``db.queries``.
What each noun means stands in the glossary, the docstring of ``db``.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base
from db.terms import End, Maturity, Standing


class Town(Base):
    """What is audited."""

    __tablename__ = "town"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    ars: Mapped[str | None] = mapped_column(default=None)  #: official key, 12 digits
    state: Mapped[str | None] = mapped_column(default=None)  #: MV, BY, ...
    competences: Mapped[list[str]] = mapped_column(default_factory=list)  #: kreisfrei, kreisangehoerig, kreisstadt
    population: Mapped[int | None] = mapped_column(default=None)
    aliases: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  #: name -> list of other spellings
    neighbours: Mapped[list[str]] = mapped_column(default_factory=list)
    budget: Mapped[dict[str, Any]] = mapped_column(
        default_factory=dict
    )  #: pages_per_site, seconds_per_site, delay_seconds, searches_per_site
    sites: Mapped[list[Site]] = relationship(back_populates="town", default_factory=list, order_by="Site.id")


class Site(Base):
    """One host of a town's landscape."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("town_id", "host"), Index("ix_site_standing", "standing", "town_id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), init=False)
    url: Mapped[str] = mapped_column()  #: the front door
    host: Mapped[str] = mapped_column()
    role: Mapped[str] = mapped_column()
    standing: Mapped[str] = mapped_column(default=Standing.CONFIRMED)
    reason: Mapped[str] = mapped_column(default="")  #: why this standing, in German
    by_hand: Mapped[bool] = mapped_column(default=False)  #: a person has decided, so no rule and no audit changes it
    town: Mapped[Town] = relationship(back_populates="sites", init=False)


class Measure(Base):
    """One line of the town's own list of digital measures."""

    __tablename__ = "measure"
    # The history names a row by its number, which no other row may have after it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column()
    row: Mapped[int] = mapped_column()  #: line of the imported file, counted from 1
    key: Mapped[str | None] = mapped_column(default=None)  #: LeiKa key, 14 digits
    address: Mapped[str | None] = mapped_column(default=None)
    department: Mapped[str | None] = mapped_column(default=None)
    status: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[str | None] = mapped_column(default=None)  #: ISO date, as far as it could be read
    note: Mapped[str | None] = mapped_column(default=None)
    criterion: Mapped[str | None] = mapped_column(default=None)
    matched_by: Mapped[str | None] = mapped_column(default=None)  #: column, key, address, title


class Catalogue(Base):
    """A catalogue as an audit used it: the document is what reports need of it."""

    __tablename__ = "catalogue"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column()
    version: Mapped[str] = mapped_column()
    digest: Mapped[str] = mapped_column(unique=True)  #: sha256 of all its files
    document: Mapped[dict[str, Any]] = mapped_column()


class Audit(Base):
    """One dated run for one town against one catalogue."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), index=True)
    started: Mapped[datetime] = mapped_column()
    catalogue_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue.id"), default=None)
    budget: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    crawled: Mapped[datetime | None] = mapped_column(default=None)  #: when the network part ended; None: resumable
    judged: Mapped[datetime | None] = mapped_column(default=None, index=True)
    enough: Mapped[bool | None] = mapped_column(default=None)  #: could enough be read to judge at all?
    program: Mapped[str] = mapped_column(default="")  #: version of Fundstelle that judged
    archive: Mapped[str | None] = mapped_column(default=None)  #: name of the WARC file that keeps what was read
    stored: Mapped[list[dict[str, Any]]] = mapped_column(
        default_factory=list
    )  #: what of it is in the place for archives, as in crawler.archive.places.Stored; a file in the home folder is not yet
    replayed: Mapped[list[str]] = mapped_column(default_factory=list)  #: WARC files read instead of the network
    calibration: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: what reviews had taught when it was judged, as in audit.classify.calibration; None: the weights set by hand
    town: Mapped[Town] = relationship(init=False)
    catalogue: Mapped[Catalogue | None] = relationship(init=False)
    crawls: Mapped[list[Crawl]] = relationship(back_populates="audit", init=False, order_by="Crawl.id")


class Crawl(Base):
    """How one site answered in one audit."""

    __tablename__ = "crawl"
    __table_args__ = (UniqueConstraint("audit_id", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), index=True)
    end: Mapped[str] = mapped_column(default=End.OPEN)
    detail: Mapped[str] = mapped_column(default="")  #: the reason in words, German
    started: Mapped[datetime | None] = mapped_column(default=None)
    finished: Mapped[datetime | None] = mapped_column(default=None)
    pages: Mapped[int] = mapped_column(default=0)  #: answers read, whatever their status
    refused: Mapped[int] = mapped_column(default=0)  #: by robots.txt, 401, 403, 429, or by our own address rules
    failed: Mapped[int] = mapped_column(default=0)  #: timeouts, resets, 5xx, unreadable
    left_out: Mapped[int] = mapped_column(default=0)  #: known addresses that were not read
    left_out_by: Mapped[dict[str, Any]] = mapped_column(
        default_factory=dict
    )  #: the same by reason: budget, time, yield (a branch without new text), endless, stopped, fault
    program: Mapped[str] = mapped_column(default="")  #: version of Fundstelle that read the pages
    audit: Mapped[Audit] = relationship(back_populates="crawls", init=False)
    site: Mapped[Site] = relationship(init=False)


class Link(NamedTuple):
    """From a page to an address, with the words people see; a plain tuple, since a page has a hundred of them."""

    url: str  #: canonical target
    text: str
    zone: str  #: main, menu, footer


class LinkRow(Base):
    """One wording of a link within a crawl; pages name it by its number, so a menu is kept once."""

    __tablename__ = "link"

    url: Mapped[str] = mapped_column()
    text: Mapped[str] = mapped_column()
    zone: Mapped[str] = mapped_column()
    crawl_id: Mapped[int] = mapped_column(ForeignKey("crawl.id", ondelete="CASCADE"), primary_key=True, default=0)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)


class Page(Base):
    """What one address answered; also an answer that failed is a Page, with its error."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("crawl_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    url: Mapped[str] = mapped_column()  #: canonical form of the address that answered
    fetched: Mapped[datetime] = mapped_column()
    crawl_id: Mapped[int] = mapped_column(ForeignKey("crawl.id", ondelete="CASCADE"), default=0)
    status: Mapped[int] = mapped_column(default=0)  #: HTTP status; 0: no answer
    error: Mapped[str | None] = mapped_column(default=None)  #: robots, timeout, dns, too_large, private_address, ...
    content_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)  #: bytes of the body
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    headings: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: {"level": 1..6, "text"}
    main_text: Mapped[str] = mapped_column(default="")  #: one block a line
    menu_text: Mapped[str] = mapped_column(default="")
    footer_text: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None] = mapped_column(default=None)  #: de, en, ...
    charset: Mapped[str | None] = mapped_column(default=None)
    date: Mapped[str | None] = mapped_column(default=None)  #: ISO date the page gives itself
    #: {"kind", "fields", "method", "action", "asks"}; asks: sorted, of "birth", "identity", "payment", "signature", "upload"
    forms: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    keys: Mapped[list[str]] = mapped_column(default_factory=list)  #: LeiKa keys, 14 digits
    canonical: Mapped[str | None] = mapped_column(default=None)
    index: Mapped[bool] = mapped_column(default=True)  #: metas and X-Robots-Tag let the leading search engine list it
    follow: Mapped[bool] = mapped_column(default=True)
    engines: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: what is forbidden to a search engine by name: {"googlebot": {"index": False, "follow": False, "fetch": False}}
    digest: Mapped[str] = mapped_column(default="")  #: of the normalised main text; equal means mirrored
    depth: Mapped[int] = mapped_column(default=0)  #: hops of the crawl, not clicks
    in_sitemap: Mapped[bool] = mapped_column(default=False)
    redirected_from: Mapped[list[str]] = mapped_column(default_factory=list)
    etag: Mapped[str | None] = mapped_column(default=None)  #: as the server sent it, to ask whether it still holds
    last_modified: Mapped[str | None] = mapped_column(default=None)  #: the same
    unchanged: Mapped[bool] = mapped_column(default=False)  #: taken from the last audit, as the server answered 304
    rendered: Mapped[bool] = mapped_column(default=False)  #: scripts made it; read as a browser showed it
    document: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: {"pages", "read", "text", "form": fillable or print, "encrypted", "starts", "reason"}; None: it is no document
    structure: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: {"crumbs", "languages", "things", "graph", "search", "index"}, as in crawler.structure; None: it has nothing of it
    link_numbers: Mapped[list[int]] = mapped_column(default_factory=list)  #: LinkRow.number: main part, menus, footer
    links: list[Link] = field(default_factory=list)  #: not a column: filled by the extractor or by db.queries
    is_second: bool = False  #: not a column: asked for once more after a failure, so it takes the place of that

    @hybrid_property
    def content(self) -> str:
        """What tells this content from another: the digest, or of a page with too few words for one these words."""
        return self.digest or f"{self.title} {self.main_text}"

    @content.inplace.expression
    @classmethod
    def _content(cls) -> ColumnElement[str]:
        return func.coalesce(func.nullif(cls.digest, ""), cls.title + " " + cls.main_text)


class Asked(Base):
    """What a site's own search answered to one query in one audit; also a question that failed, with its error."""

    __tablename__ = "asked"
    __table_args__ = (UniqueConstraint("audit_id", "site_id", "query"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), index=True)
    query: Mapped[str] = mapped_column()  #: as it was asked, without the town's name
    url: Mapped[str] = mapped_column()  #: the address that was asked
    asked: Mapped[datetime] = mapped_column()
    status: Mapped[int] = mapped_column(default=0)  #: HTTP status of the last answer; 0: no answer
    error: Mapped[str | None] = mapped_column(default=None)  #: robots, refused, timeout, ...; None: results came
    hits: Mapped[list[str]] = mapped_column(default_factory=list)  #: canonical, in order; of CONTROL: on every page
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), default=0)
    site: Mapped[Site] = relationship(init=False)


class Listed(Base):
    """What a real search engine shows of a town for one query, or has counted of it; also a question that failed, with its error."""

    __tablename__ = "listed"
    __table_args__ = (UniqueConstraint("audit_id", "source", "query", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    source: Mapped[str] = mapped_column()  #: searxng, search-console
    query: Mapped[str] = mapped_column()  #: as it was asked, or as people typed it
    criterion: Mapped[str] = mapped_column()  #: whose researcher would type it
    asked: Mapped[datetime] = mapped_column()  #: of statistics: when they were imported
    host: Mapped[str] = mapped_column(default="")  #: that was asked; never its whole address, which may hold a password
    engines: Mapped[list[str]] = mapped_column(default_factory=list)  #: whose hits were shown
    silent: Mapped[list[str]] = mapped_column(default_factory=list)  #: engines without an answer, "google: CAPTCHA"
    error: Mapped[str | None] = mapped_column(default=None)  #: why it is not measured; None: it is
    rank: Mapped[int | None] = mapped_column(default=None)  #: of the town's first page; None: not among the first ten
    url: Mapped[str | None] = mapped_column(default=None)  #: of that page, canonical
    hits: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: the town's: {"rank", "url"}
    period: Mapped[str] = mapped_column(default="")  #: of statistics, in their own words
    impressions: Mapped[int | None] = mapped_column(default=None)
    clicks: Mapped[int | None] = mapped_column(default=None)
    position: Mapped[float | None] = mapped_column(default=None)  #: mean place of the town's best page, from 1
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), default=0)


class Evidence(Base):
    """A quote from a page which speaks for or against a criterion."""

    __tablename__ = "evidence"
    # What is doubtful is counted for all towns at once, and is a small part.
    __table_args__ = (Index("ix_evidence_band", "audit_id", "band"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    criterion: Mapped[str] = mapped_column()
    quote: Mapped[str] = mapped_column()
    signal: Mapped[str] = mapped_column()
    zone: Mapped[str] = mapped_column()
    reading: Mapped[str] = mapped_column()
    weight: Mapped[float] = mapped_column()  #: points it gives; not above 0: speaks against
    rule: Mapped[str] = mapped_column()  #: the pattern of the catalogue that matched
    url: Mapped[str] = mapped_column()
    page_type: Mapped[str] = mapped_column()
    maturity: Mapped[str] = mapped_column(default=Maturity.NONE)
    score: Mapped[float] = mapped_column(default=0.0)  #: of the whole page for this criterion, 0..1
    points: Mapped[float] = mapped_column(default=0.0)  #: the sum of weights that the score is made of
    band: Mapped[str] = mapped_column(default="")
    date: Mapped[str | None] = mapped_column(default=None)  #: of its page, ISO; of news also by its address or text
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="SET NULL"), default=None, index=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), default=0)


class Finding(Base):
    """The verdict on one criterion in one audit."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("audit_id", "criterion"),
        # Counted for all towns at once: the rows themselves are a hundred times as wide.
        Index("ix_finding_counted", "audit_id", "counts", "verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    criterion: Mapped[str] = mapped_column()
    area: Mapped[str] = mapped_column()
    aspect: Mapped[str] = mapped_column()
    verdict: Mapped[str] = mapped_column()
    maturity: Mapped[str] = mapped_column(default=Maturity.NONE)
    score: Mapped[float] = mapped_column(default=0.0)  #: of the best page, 0..1
    counts: Mapped[bool] = mapped_column(default=True)  #: is this town responsible for it?
    best_url: Mapped[str | None] = mapped_column(default=None)
    clicks: Mapped[int | None] = mapped_column(default=None)  #: from the nearest front door; None: no way
    path: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: {"url", "text"}, front door first
    rank: Mapped[int | None] = mapped_column(default=None)  #: place in a search, from 1; None: not in the first 50
    query: Mapped[str] = mapped_column(default="")
    open_to_search: Mapped[bool | None] = mapped_column(default=None)
    site_search: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: in the search of one of the town's sites: {"site": host, "query", "rank": from 1, or None if not among the first ten, "url"}; None: not measured
    chance: Mapped[float | None] = mapped_column(default=None)  #: to be found, 0..1; None: there is nothing to find
    routes: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: {"search": {"chance", "title"}, "browse": {"chance", "flow", "lost"}, "site", "places": addresses that show it}, as in audit.findability
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(
        default_factory=list
    )  #: {"code", "text"}, and of a cause {"who", "where", ...} as in audit.findability.causes
    against: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: {"url", "text", "reading"}
    advice: Mapped[str] = mapped_column(default="")
    document: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: the strategy that is shown, as in audit.classify.strategies; None: there is none, or the criterion is no strategy
    measures: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: {"title", "key", "address", "row"}
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), default=0)


class Gap(Base):
    """The difference between the town's list and a finding, worded for the reader as it was issued."""

    __tablename__ = "gap"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column()
    wording: Mapped[str] = mapped_column()
    criterion: Mapped[str | None] = mapped_column(default=None)  #: None: the measure belongs to no criterion
    measure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)  #: if no criterion
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), default=0, index=True)


class Proposal(Base):
    """One change that would make something findable."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    place: Mapped[int] = mapped_column()  #: order of doing, from 1
    change: Mapped[str] = mapped_column()  #: one German sentence: what to do
    where: Mapped[str] = mapped_column()  #: address or place
    effect: Mapped[str] = mapped_column()  #: klein, mittel, groß
    effort: Mapped[str] = mapped_column()
    role: Mapped[str] = mapped_column()  #: who can do it
    criteria: Mapped[list[str]] = mapped_column(default_factory=list)  #: what it would improve
    changes: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: as in audit.proposals.changes
    before: Mapped[dict[str, Any]] = mapped_column(
        default_factory=dict
    )  #: chance to be found of each of its criteria, 0..1
    after: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  #: the same with this change, in simulation
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), default=0, index=True)


class Review(Base):
    """A person's word on what is said of a criterion on a page, or in all; outlives judging again and later audits."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), index=True)
    criterion: Mapped[str] = mapped_column()
    decision: Mapped[str] = mapped_column()  #: confirm, reject, ignore
    reason: Mapped[str] = mapped_column()  #: a word of Why
    made: Mapped[datetime] = mapped_column()
    person: Mapped[str] = mapped_column(default="")  #: the name as it was then
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), default=None, index=True
    )  #: None: said on the command line, or at a desk without sign-in
    whole: Mapped[bool] = mapped_column(default=False)  #: on the criterion in all; then ``url`` is its best page
    url: Mapped[str | None] = mapped_column(default=None)  #: canonical; None: there was no page
    digest: Mapped[str | None] = mapped_column(default=None)  #: Page.content then; on another the word is outdated
    expires: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn: Mapped[datetime | None] = mapped_column(default=None)
    # What was said at the time, so that it can be learned from when the rows it was read from are long gone.
    verdict: Mapped[str] = mapped_column(default="")
    band: Mapped[str] = mapped_column(default="")
    score: Mapped[float | None] = mapped_column(default=None)  #: None: nothing had been read there for the criterion
    points: Mapped[float | None] = mapped_column(default=None)  #: Evidence.points; None likewise
    rules: Mapped[list[str]] = mapped_column(default_factory=list)  #: patterns of the catalogue that spoke for it
    drawn: Mapped[bool] = mapped_column(default=False)  #: by chance, to measure with, and not as it seemed doubtful
    catalogue: Mapped[str] = mapped_column(default="")  #: its digest
    program: Mapped[str] = mapped_column(default="")  #: version of Fundstelle


# At the end, since the desk knows these nouns; so that its tables are known, to which a review refers.
from db import desk  # noqa: E402, F401
