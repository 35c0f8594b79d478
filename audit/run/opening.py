"""
Begin an audit, or take up one that was interrupted; keep what is said of a town's sites.

Does not fetch anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.inventory.profile import Profile
from crawler.addresses import canonical, host_of, is_web
from db import queries
from db.errors import InputError
from db.models import Audit, Crawl, Site, Town
from db.session import opened
from db.terms import Role, Standing

LONGEST = 2_000
"""Characters of the address of a front door."""

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+(?::[0-9]+)?")


@dataclass(frozen=True)
class Opened:
    """An audit that is ready to be crawled; ``resumed`` tells whether it had begun before."""

    audit_id: int
    town: str
    resumed: bool


def open_audit(
    engine: Engine,
    profile: Profile,
    *,
    now: datetime,
    pages: int | None = None,
    fresh: bool = False,
    replayed: Sequence[str] = (),
) -> Opened:
    """
    Write the town and a new audit, or return the town's interrupted one.

    ``pages`` overrides the profile's budget per site; ``fresh`` leaves an interrupted audit alone and begins anew;
    ``replayed`` names the archives that will be read instead of the network.
    """
    with opened(engine) as session:
        town = save_town(session, profile)
        return begin(session, town, now=now, pages=pages, fresh=fresh, replayed=replayed)


def begin(
    session: Session,
    town: Town,
    *,
    now: datetime,
    pages: int | None = None,
    fresh: bool = False,
    replayed: Sequence[str] = (),
) -> Opened:
    """Do what ``open_audit`` does, within a transaction and for a town that is written already."""
    found = None if fresh or replayed else queries.unfinished(session, town.id)
    if found is not None:
        return Opened(audit_id=found.id, town=town.name, resumed=True)
    budget: dict[str, Any] = dict(town.budget)
    if pages is not None:
        budget["pages_per_site"] = pages
    audit = Audit(town_id=town.id, started=now, budget=budget, replayed=list(replayed))
    session.add(audit)
    session.flush()
    session.add_all(
        Crawl(audit_id=audit.id, site_id=site.id) for site in town.sites if site.standing == Standing.CONFIRMED
    )
    return Opened(audit_id=audit.id, town=town.name, resumed=False)


def begin_all(session: Session, towns: Collection[int], *, now: datetime) -> dict[int, int]:
    """Do what ``begin`` does, for many towns in a few statements; return the audits by town. One without a website gets none."""
    sites: defaultdict[int, list[int]] = defaultdict(list)
    wanted = select(Site.town_id, Site.id).where(Site.town_id.in_(towns), Site.standing == Standing.CONFIRMED)
    for town_id, site_id in session.execute(wanted.order_by(Site.id)):
        sites[town_id].append(site_id)
    found = queries.unfinished_of(session, sites)
    budgets = select(Town.id, Town.budget).where(Town.id.in_(sites.keys() - found)).order_by(Town.id)
    audits = [Audit(town_id=number, started=now, budget=dict(budget)) for number, budget in session.execute(budgets)]
    session.add_all(audits)
    session.flush()
    session.add_all(Crawl(audit_id=one.id, site_id=site) for one in audits for site in sites[one.town_id])
    return found | {one.town_id: one.id for one in audits}


def save_town(session: Session, profile: Profile) -> Town:
    """Write what the profile says of a town; sites found by following links are kept."""
    wanted = profile.town()
    town = queries.town(session, profile.key)
    if town is None:
        session.add(wanted)
        session.flush()
        return wanted
    for name in ("name", "ars", "state", "competences", "population", "aliases", "neighbours", "budget"):
        setattr(town, name, getattr(wanted, name))
    known = {site.host: site for site in town.sites}
    for site in wanted.sites:
        if site.host in known:
            known[site.host].url, known[site.host].role = site.url, site.role
            known[site.host].standing, known[site.host].reason = Standing.CONFIRMED, site.reason
        else:
            town.sites.append(
                Site(url=site.url, host=site.host, role=site.role, standing=site.standing, reason=site.reason)
            )
    named = {site.host for site in wanted.sites}
    for site in town.sites:
        if site.standing == Standing.CONFIRMED and site.host not in named and not site.by_hand:
            site.standing, site.reason = Standing.PROPOSED, "Steht nicht mehr im Profil der Stadt."
    session.flush()
    return town


def decide(town: Town, host: str, *, is_own: bool, role: str | None = None, now: datetime) -> Site:
    """
    Take down what a person says of a host, known or not; later audits keep to it.

    Raises:
        InputError: If that is no host, or the town would be left without a site.
    """
    url, name = named(host)
    site = next((site for site in town.sites if site.host == name), None)
    if not is_own and not any(site.host != name and site.standing in queries.READ for site in town.sites):
        raise InputError(f"{name} ist die einzige Website von {town.name}.", remedy="Bestätigen Sie erst eine andere.")
    if site is None:
        site = Site(url=url, host=name, role=role or Role.OTHER)
        town.sites.append(site)
    site.role = role or site.role
    site.standing = Standing.CONFIRMED if is_own else Standing.FOREIGN
    site.reason = f"Von Hand {'bestätigt' if is_own else 'abgelehnt'} am {now:%d.%m.%Y}."
    site.by_hand = True
    return site


def named(text: str) -> tuple[str, str]:
    """Return the front door and the host that a person means by a host or an address; raise InputError if it is none."""
    url = canonical(text if "://" in text else f"https://{text}/")
    name = host_of(url)
    if not _HOST.fullmatch(name) or "@" in text or len(url) > LONGEST or not is_web(url):
        raise InputError(f"„{text[:LONGEST]}“ ist keine Website.", remedy="Beispiel: service.musterstadt.de")
    return url, name
