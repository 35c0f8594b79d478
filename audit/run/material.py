"""
What one judging looks at: the stored pages of an audit, and the town as the classifier and the researcher know it.

Does not judge and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from audit import reviews
from audit.catalogue import Catalogue
from audit.classify import Subject, frames_of
from audit.findability import Finder
from audit.findability.finder import SEARCHERS
from audit.reviews import Said
from db import fulltext, queries
from db.models import Asked, Audit, Crawl, Page, Town
from db.terms import Role

FRONT_DOORS = {Role.CITY: 1.0, Role.UTILITY: 0.8, Role.PORTAL: 0.8}
"""Sites at whose home page people begin, and the part of people who know them."""


@dataclass(frozen=True)
class Material:
    """
    What one judging looks at.

    ``strangers`` are pages of sites that are not the town's, or not confirmed as such; ``store`` is where it is searched.
    """

    town: Town
    day: date
    crawls: list[Crawl]
    pages: list[Page]
    strangers: list[Page]
    asked: list[Asked]
    said: dict[str, Said] = field(default_factory=dict)
    searchers: float = SEARCHERS
    store: fulltext.Maker = fulltext.InMemory


def material_of(session: Session, audit: Audit, *, now: datetime) -> Material:
    """Return what was read in an audit, and what people said of it until ``now``."""
    crawls = queries.crawls(session, audit.id)
    own = [crawl for crawl in crawls if crawl.site.standing in queries.READ]
    others = [crawl for crawl in crawls if crawl.site.standing not in queries.READ]
    pages, strangers = ([page for crawl in part for page in queries.pages(session, crawl.id)] for part in (own, others))
    contents = {page.url: page.content for page in [*pages, *strangers] if page.error is None}
    words = reviews.in_force(queries.reviews(session, audit.town_id), now=now)
    return Material(
        town=audit.town,
        day=audit.started.date(),
        crawls=own,
        pages=pages,
        strangers=strangers,
        asked=queries.asked(session, audit.id),
        said=reviews.said(words, contents),
        searchers=float(audit.budget.get("search_share", SEARCHERS)),
        store=fulltext.of(session.connection().engine),
    )


def subject_of(town: Town, pages: Iterable[Page] = ()) -> Subject:
    """Return the town as the classifier knows it: names, hosts that are its own, and what the ``pages`` of each repeat."""
    own = {site.host: site.role for site in town.sites if site.standing in queries.READ}
    frames = frames_of(page for page in pages if page.error is None)
    return Subject(name=town.name, aliases=town.aliases, hosts=own, frames=frames)


def finder_of(material: Material, catalogue: Catalogue) -> Finder:
    """Return the simulated researcher for a town, with the questions of a catalogue."""
    doors = {
        crawl.site.url: FRONT_DOORS[role] for crawl in material.crawls if (role := Role(crawl.site.role)) in FRONT_DOORS
    }
    return Finder(
        material.pages,
        town=material.town.name,
        doors=doors,
        criteria=catalogue.criteria,
        area_of=catalogue.area_of,
        asked=material.asked,
        searchers=material.searchers,
        store=material.store,
    )
