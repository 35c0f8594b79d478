"""
A town that is audited again and again, each time with other pages, into a small database.

Does not test anything. Pages are written as what they say: ``{"/parken": Said("Handyparken in Ort", TEXT)}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from audit import catalogue
from audit.run.judging import judge
from db.models import Audit, Crawl, Link, Page, Site, Town
from db.session import opened
from db.store import PageStore
from db.terms import End, Role, Standing
from tests.audit.nouns import HOME, NOW

TEXT = "Mit dem Handyparken können Sie ab sofort Ihren Parkschein in Ort bezahlen."
ROOT = HOME.removesuffix("/")


@dataclass(frozen=True)
class Said:
    """What a page says, the links on it as ``{address: words}``, and how it answered."""

    title: str
    text: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)

    def page(self, url: str) -> Page:
        links = [Link(url=f"{ROOT}{path}", text=words, zone="main") for path, words in self.links.items()]
        given: dict[str, Any] = {"status": 200, "language": "de", "content_type": "text/html", "links": links}
        return Page(url=url, fetched=NOW, title=self.title, main_text=self.text, **{**given, **self.answer})


START = Said("Start", "Willkommen", {"/parken": "Handyparken"})
PARKING = Said("Handyparken in Ort", TEXT)
WITH = {"/": START, "/parken": PARKING}
"""The town shows it; WITHOUT it does not, and no link leads there."""
WITHOUT = {"/": Said("Start", "Willkommen")}


def read(engine: Engine, said: Mapping[str, Said], /, *, key: str = "ort", **values: Any) -> int:
    """
    Write the next audit of a town, a week after the last, unjudged; return its number.

    ``values`` are those of its Crawl, or ``budget`` of the audit.
    """
    budget = values.pop("budget", {})
    with opened(engine) as session:
        town = session.query(Town).filter_by(key=key).one_or_none()
        if town is None:
            site = Site(host="www.ort.example", url=HOME, role=Role.CITY, standing=Standing.CONFIRMED)
            town = Town(key=key, name=key.title(), sites=[site])
            session.add(town)
            session.flush()
        weeks = session.query(Audit).count()
        began = NOW + timedelta(weeks=weeks)
        audit = Audit(town_id=town.id, started=began, crawled=began, budget=budget)
        session.add(audit)
        session.flush()
        crawl = Crawl(
            audit_id=audit.id, site_id=town.sites[0].id, **{"end": End.FINISHED, "pages": len(said), **values}
        )
        session.add(crawl)
        session.flush()
        audit_id, crawl_id = audit.id, crawl.id
    PageStore(engine, crawl_id).write([one.page(f"{ROOT}{path}") for path, one in said.items()])
    return audit_id


def judged(engine: Engine, audit_id: int, rules: Path, *, days: int = 1) -> int:
    """Judge an audit by the catalogue in a folder, some days after it began; return its number."""
    with opened(engine) as session:
        audit = session.get(Audit, audit_id)
        assert audit is not None
        now = audit.started + timedelta(days=days)
    judge(engine, audit_id, catalogue.load(rules), now=now, report=lambda *_: None)
    return audit_id
