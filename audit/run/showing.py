"""
What a page of the desk needs of an audit beside its report: the audits around it, what became of a criterion, and what was said of it.

Writes nothing and words nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.catalogue.files import DEFAULT, used_by
from audit.proposals.remedies import slug
from audit.run import comparing
from audit.run.compared import Json
from db.models import Audit, Catalogue, Crawl, Evidence, Finding, Page, Review
from db.overview import lines
from reports.findings import iso

_RULES = select(Catalogue.id, Catalogue.name, Catalogue.version)


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far a comparison is: who waits for a page sees that it is not there yet."""


def since(engine: Engine, audit_id: int) -> Json:
    """Return what changed since the audit before, as ``comparing.since`` does."""
    return comparing.since(engine, audit_id, rules=used_by, report=silent)


def stem_of(document: Json) -> str:
    """Return how the files of an audit's report begin: town, day, number, and the catalogue if it is not the usual one."""
    name = document["catalogue"]["name"]
    by = "" if name == DEFAULT else f"-{name}"
    part = f"-{slug(document['view'])}" if "view" in document else ""
    return f"{document['town']}-{document['started'][:10]}-{document['audit']}{by}{part}"


def newer(session: Session, audit: Audit) -> Audit | None:
    """Return the latest judged audit of the town if it is another than this."""
    wanted = select(Audit).where(Audit.town_id == audit.town_id, Audit.judged.is_not(None))
    found = session.scalar(wanted.order_by(Audit.started.desc(), Audit.id.desc()).limit(1))
    return found if found is not None and found.started > audit.started else None


def history(session: Session, audit: Audit, criterion: str) -> list[Json]:
    """Return what each judged audit of the town said of a criterion, the latest first."""
    told = (Finding.verdict, Finding.chance, Finding.maturity, Finding.best_url)
    rows = session.execute(
        select(Audit.id, Audit.started, Audit.program, Catalogue.name, Catalogue.version, *told)
        .join(Finding, Finding.audit_id == Audit.id)
        .join(Catalogue, Catalogue.id == Audit.catalogue_id)
        .where(Audit.town_id == audit.town_id, Finding.criterion == criterion)
        .order_by(Audit.started.desc(), Audit.id.desc())
    )
    return [{**row._mapping, "started": iso(row.started)} for row in rows]  # noqa: SLF001 public, whatever its name


def reviews(session: Session, audit: Audit, criterion: str) -> list[Json]:
    """Return what people have said of a criterion in this town, the latest first; also what was withdrawn or has expired."""
    names = ("id", "decision", "reason", "person", "url", "whole", "made", "expires", "withdrawn")
    wanted = select(Review).where(Review.town_id == audit.town_id, Review.criterion == criterion)
    rows = session.scalars(wanted.order_by(Review.made.desc(), Review.id.desc()))
    return [{name: _plain(getattr(row, name)) for name in names} for row in rows]


def pages(session: Session, audit: Audit, urls: Collection[str]) -> dict[str, int]:
    """Return the numbers of those of the pages that the audit has read, by address."""
    wanted = select(Page.url, Page.id).join(Crawl, Crawl.id == Page.crawl_id)
    read = wanted.where(Crawl.audit_id == audit.id, Page.url.in_(urls), Page.error.is_(None))
    return {url: number for url, number in session.execute(read.order_by(Page.id))}  # noqa: C416 rows are no tuples for mypy


def quoted(session: Session, audit: Audit, page: int) -> list[str]:
    """Return the criteria for which a page of an audit was quoted."""
    wanted = select(Evidence.criterion).where(
        Evidence.audit_id == audit.id, Evidence.page_id == page, Evidence.weight > 0
    )
    return list(session.scalars(wanted.distinct().order_by(Evidence.criterion)))


def latest(session: Session) -> list[Json]:
    """Return the latest judged audit of each town, by the town's name, with its numbers and the rules it was judged by."""
    rules = {one: f"{name} {version}" for one, name, version in session.execute(_RULES)}
    return [
        {
            "town": line.key,
            "name": line.name,
            **line.latest._asdict(),
            "started": iso(line.latest.started),
            "rules": rules.get(line.latest.catalogue, ""),
        }
        for line in lines(session)
        if line.latest is not None
    ]


def _plain(value: Any) -> Any:
    return iso(value) if hasattr(value, "isoformat") else value
