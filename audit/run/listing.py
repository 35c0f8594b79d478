"""
Real searches beside the simulated one: ask an instance of SearXNG, or take in the statistics of Google Search Console.

Does not fetch by itself (``crawler.searxng`` does) and changes no verdict. Nothing here happens unless somebody asks for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from audit.catalogue import Catalogue
from audit.inventory.console import Counted, Statistics
from audit.run.sharing import Sharing
from crawler.addresses import host_of
from crawler.searxng import PARTIAL, Answer, SearXNG, is_over
from crawler.vendors import plain
from db import queries
from db.models import Audit, Listed
from db.session import opened
from db.terms import Source

Report = Callable[[int, int], None]
"""Called with questions asked and questions in all."""


@dataclass
class Asking:
    """
    What came of one asking.

    Attributes:
        listed: Questions for which a page of the town is among the first ten.
        unlisted: Those for which none is.
        errors: Why the others were not measured, each with how often.
        waiting: Questions of the audit that nobody has asked yet, or that were not measured.
        over: Was the asking ended before its time, because the instance refused or failed?
    """

    listed: int = 0
    unlisted: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    over: bool = False

    @property
    def asked(self) -> int:
        """How many questions were asked."""
        return self.listed + self.unlisted + self.errors.total()

    def count(self, row: Listed) -> None:
        """Count one question."""
        self.listed += row.rank is not None
        self.unlisted += row.rank is None and row.error is None
        if row.error is not None:
            self.errors[row.error] += 1


@dataclass(frozen=True)
class Taken:
    """What of statistics belongs to criteria (query and criterion each once), and which queries belong to none."""

    assigned: list[Listed]
    others: list[Counted]


def ask(
    engine: Engine,
    audit_id: int,
    catalogue: Catalogue,
    *,
    search: SearXNG,
    most: int | None = None,
    pause: Callable[[], None],
    report: Report,
    clock: Callable[[], datetime],
) -> Asking:
    """
    Ask the first query of each criterion that the town is responsible for, one after the other, and keep each answer at once.

    What this audit has measured is not asked again; ``most`` limits the questions of this run. ``pause`` is called between two.
    """
    with opened(engine) as session:
        audit = queries.audit(session, str(audit_id))
        hosts = {plain(site.host) for site in audit.town.sites if site.standing in queries.READ}
        waiting = _waiting(session, audit, catalogue)
    told, errors = Asking(waiting=len(waiting)), list[str | None]()
    chosen = list(waiting)[:most]
    for number, query in enumerate(chosen, 1):
        if number > 1:
            pause()
        rows = _rows(search.ask(query), query, criteria=waiting[query], hosts=hosts, host=search.host, now=clock())
        _keep(engine, audit_id, rows)
        told.count(rows[0])
        errors.append(rows[0].error)
        report(number, len(chosen))
        if is_over(errors):
            told.over = number < len(chosen)
            break
    told.waiting -= told.listed + told.unlisted
    return told


def take(engine: Engine, audit_id: int, catalogue: Catalogue, statistics: Statistics, *, now: datetime) -> Taken:
    """
    Keep the queries that belong to a criterion, in place of those of an earlier export.

    The others are returned and not kept: people type names and worries that are none of our business.
    """
    with opened(engine) as session:
        audit = queries.audit(session, str(audit_id))
        names = [audit.town.name, *audit.town.aliases.get(audit.town.name, ())]
        typed = [one.query for one in statistics.rows]
        sharing = Sharing(list(catalogue.criteria.values()), typed=typed, names=names)
        found = [(one, sharing.criteria(one.query)) for one in statistics.rows]
        assigned = [
            Listed(
                source=Source.CONSOLE,
                query=one.query,
                criterion=key,
                asked=now,
                period=statistics.period,
                impressions=one.impressions,
                clicks=one.clicks,
                position=one.position,
                audit_id=audit_id,
            )
            for one, keys in found
            for key in keys
        ]
        session.execute(delete(Listed).where(Listed.audit_id == audit_id, Listed.source == Source.CONSOLE))
        session.add_all(assigned)
    return Taken(assigned=assigned, others=[one for one, keys in found if not keys])


def _waiting(session: Session, audit: Audit, catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the questions that were not measured yet, each with its criteria, in the order of the catalogue."""
    known = {
        (row.query, row.criterion)
        for row in queries.listed(session, audit.id)
        if row.source == Source.SEARXNG and row.error is None
    }
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, criterion in catalogue.criteria.items():
        query = " ".join(criterion.queries[0].replace("{town}", audit.town.name).split())
        if criterion.is_of(audit.town.competences) and (query, key) not in known:
            found[query].append(key)
    return found


def _rows(
    answer: Answer, query: str, *, criteria: Sequence[str], hosts: set[str], host: str, now: datetime
) -> list[Listed]:
    """Return what an answer says of the town, once for each criterion; what is not shown by all engines is not measured."""
    places = [(rank, url) for rank, url in enumerate(answer.hits, 1) if plain(host_of(url)) in hosts]
    error = answer.error or (PARTIAL if answer.silent and not places else None)
    rank, url = places[0] if places else (None, None)
    return [
        Listed(
            source=Source.SEARXNG,
            query=query,
            criterion=key,
            asked=now,
            host=host,
            engines=answer.engines,
            silent=answer.silent,
            error=error,
            rank=rank,
            url=url,
            hits=[{"rank": rank, "url": url} for rank, url in places],
        )
        for key in criteria
    ]


def _keep(engine: Engine, audit_id: int, rows: Sequence[Listed]) -> None:
    """Keep the rows of one question, in place of what an earlier failure left."""
    with opened(engine) as session:
        for row in rows:
            row.audit_id = audit_id
            same = (Listed.source == row.source, Listed.query == row.query, Listed.criterion == row.criterion)
            session.execute(delete(Listed).where(Listed.audit_id == audit_id, *same))
        session.add_all(rows)
