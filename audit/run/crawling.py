"""
Read a town's landscape: the sites of the profile, then those that turn out to be the town's own; then ask their searches.

Does not fetch by itself (``crawler.process`` does, in a child process) and does not judge. Each step can be repeated, so
an interrupted audit goes through the same steps again and finds most of their work done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from audit.catalogue import Catalogue
from audit.run import asking, storing
from audit.run.storing import archives
from crawler import process
from crawler.satellites import LinkSeen, Survey, survey
from db import queries
from db.errors import NotInstalledError, PlaceError
from db.models import Audit, Crawl, Site, Town
from db.session import home, opened
from db.terms import End, Standing

PROBED = 15
"""Hosts of unclear ownership whose front door and imprint are looked at."""

PROBE_PAGES = 4
"""Pages of such a host: the front door, the imprint and what comes between."""

PROBE_SECONDS = 180
"""Time for such a look; a slow stranger must not hold up the audit."""

SPENT = {End.BUDGET_PAGES, End.BUDGET_TIME}

KEPT_FOREIGN = 100
"""Foreign hosts that are listed; the most linked ones."""

Report = Callable[[dict[str, Any]], None]
Fetch = Callable[..., None]
"""``crawler.process.crawl`` that knows already when it shall stop."""


@dataclass(frozen=True)
class Reading:
    """
    How an audit is read.

    Attributes:
        no_delay: Without waiting between requests: for servers on loopback.
        revalidate: A page that has not changed since the last audit, as its server says, is taken from there.
        keep: Every answer goes into the archive of the audit.
        browser: Pages that scripts make are shown in an installed Chromium, if there is one.
        replay: WARC files that are read instead of the network.
        patience: Seconds to wait, when all else is read, for hosts that other audits read; None: for ever.
    """

    no_delay: bool = False
    revalidate: bool = True
    keep: bool = True
    browser: bool = True
    replay: Sequence[Path] = ()
    patience: float | None = None


def crawl(
    engine: Engine,
    audit_id: int,
    *,
    catalogue: Catalogue,
    reading: Reading,
    report: Report,
    clock: Callable[[], datetime],
    stopped: Callable[[], bool] = process.never,
    epoch: int | None = None,
) -> None:
    """
    Read all sites of the audit that are not yet read, and ask their searches; an audit that was read before is left as it is.

    ``epoch`` is that of the order that is done, if it is done by one: once another process has begun it, nothing is stored.

    Raises:
        KeyboardInterrupt: ``stopped`` said so; the rest can be read later.
        HostBusyError: other audits read the last hosts; the rest can be read later.
    """
    fetch = partial(process.crawl, stopped=stopped)
    with opened(engine) as session:
        if queries.audit(session, str(audit_id)).crawled is not None:
            return
        _drop_probes(session, audit_id)
        job = {**_job(engine, session, audit_id, hints=catalogue.hints(), reading=reading), "epoch": epoch}
    _read(engine, job, report=report, fetch=fetch)
    if _add_probes(engine, audit_id):
        short = {
            "pages_per_site": PROBE_PAGES,
            "seconds_per_site": min(PROBE_SECONDS, job["budget"]["seconds_per_site"]),
        }
        _read(engine, {**job, "budget": {**job["budget"], **short}}, report=_silent, fetch=fetch)
    _settle(engine, audit_id)
    _read(engine, job, report=report, fetch=fetch)
    with opened(engine) as session:
        audit = queries.audit(session, str(audit_id))
        searches = asking.searches(session, audit, criteria=list(catalogue.criteria.values()))
    if searches:
        fetch({**job, "searches": searches, "browser": False}, report=report)
    with opened(engine) as session:
        session.execute(update(Audit).where(Audit.id == audit_id).values(crawled=clock()))
    _store(engine, report=report)


def _store(engine: Engine, *, report: Report) -> None:
    """Bring what is finished to its place; if that fails the audit goes on, and the next one or somebody tries again."""
    try:
        for _ in storing.push(engine):
            pass
    except (PlaceError, NotInstalledError) as fault:
        report({"event": "unstored", "reason": str(fault)})


def _job(engine: Engine, session: Session, audit_id: int, *, hints: Sequence[str], reading: Reading) -> dict[str, Any]:
    audit = queries.audit(session, str(audit_id))
    log = home() / "logs" / f"audit-{audit_id}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    return {
        "database": engine.url.render_as_string(hide_password=False),
        "audit": audit_id,
        "town": audit.town.key,
        "hints": list(hints),
        "no_delay": reading.no_delay or bool(reading.replay),
        "revalidate": reading.revalidate and not reading.replay,
        "replay": [str(path) for path in reading.replay],
        "archive": str(_archive(audit)) if reading.keep and not reading.replay else "",
        # Whoever writes a private address into the profile means it; a page that leads to one does not.
        "allowed_private": [site.host for site in audit.town.sites if site.standing == Standing.CONFIRMED],
        "browser": reading.browser,
        "patience": reading.patience,
        "budget": audit.budget,
        "log": str(log),
    }


def _archive(audit: Audit) -> Path:
    """Return the file that keeps what an audit reads, and note its name."""
    if audit.archive is None:
        audit.archive = f"{audit.town.key}-{audit.id}-{audit.started:%Y-%m-%d}.warc.gz"
    return archives() / audit.archive


def _read(engine: Engine, job: Mapping[str, Any], *, report: Report, fetch: Fetch) -> None:
    """Run the crawling process if anything is open."""
    with opened(engine) as session:
        waiting = session.scalar(select(Crawl.id).where(Crawl.audit_id == job["audit"], Crawl.end == End.OPEN).limit(1))
    if waiting is not None:
        fetch(job, report=report)


def _silent(_event: dict[str, Any]) -> None:
    """Say nothing about a look at four pages."""


def _drop_probes(session: Session, audit_id: int) -> None:
    """Forget the looks at sites that are not the town's own which saw nothing or never ended."""
    strangers = select(Site.id).where(Site.standing.not_in(queries.READ))
    dropped = delete(Crawl).where(Crawl.audit_id == audit_id, Crawl.site_id.in_(strangers))
    session.execute(dropped.where((Crawl.end == End.OPEN) | (Crawl.pages == 0)))


def _add_probes(engine: Engine, audit_id: int) -> bool:
    """Open a short look at each host of unclear ownership; True if there is any."""
    with opened(engine) as session:
        town = queries.audit(session, str(audit_id)).town
        for one in _survey(session, audit_id, town):
            _save(town, one)
        session.flush()
        unclear = [site for site in town.sites if site.standing == Standing.PROPOSED][:PROBED]
        looked = {crawl.site_id for crawl in queries.crawls(session, audit_id)}
        fresh = [site for site in unclear if site.id not in looked]
        session.add_all(Crawl(audit_id=audit_id, site_id=site.id) for site in fresh)
        return bool(fresh)


def _settle(engine: Engine, audit_id: int) -> None:
    """Class the landscape with the imprints at hand, and open a crawl for each own site that has none."""
    with opened(engine) as session:
        town = queries.audit(session, str(audit_id)).town
        for one in _survey(session, audit_id, town):
            _save(town, one)
        session.flush()
        _drop_probes(session, audit_id)
        crawls = {crawl.site_id: crawl for crawl in queries.crawls(session, audit_id)}
        for site in town.sites:
            if site.standing != Standing.OWN:
                continue
            if site.id not in crawls:
                session.add(Crawl(audit_id=audit_id, site_id=site.id))
            elif crawls[site.id].pages <= PROBE_PAGES and crawls[site.id].end in SPENT:
                crawls[site.id].end = End.OPEN


def _survey(session: Session, audit_id: int, town: Town) -> list[Survey]:
    """Return what each linked host is; only the town's own sites speak, and only foreign hosts that matter are kept."""
    own = [
        Site(url=site.url, host=site.host, role=site.role, standing=site.standing)
        for site in town.sites
        if site.standing in queries.READ
    ]
    speaker = Town(key=town.key, name=town.name, aliases=town.aliases, neighbours=town.neighbours, sites=own)
    links = [LinkSeen(host, url, text, zone, 1) for host, url, text, zone in queries.links_out(session, audit_id)]
    found = survey(town=speaker, links=links, imprints=queries.imprints(session, audit_id))
    strangers = [one for one in found if one.standing == Standing.FOREIGN]
    return [one for one in found if one.standing != Standing.FOREIGN] + strangers[:KEPT_FOREIGN]


def _save(town: Town, one: Survey) -> None:
    known = {site.host: site for site in town.sites}
    site = known.get(one.host)
    if site is None:
        town.sites.append(Site(url=one.url, host=one.host, role=one.role, standing=one.standing, reason=one.reason))
    elif site.standing not in queries.READ and not site.by_hand:
        site.url, site.role, site.standing, site.reason = one.url, one.role, one.standing, one.reason
