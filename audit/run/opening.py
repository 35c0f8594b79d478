"""
Begin an audit, or take up one that was interrupted.

Does not fetch anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.inventory.profile import Profile
from db import queries
from db.models import Audit, Crawl, Site, Town
from db.session import opened
from db.terms import Standing


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
        if site.standing == Standing.CONFIRMED and site.host not in named:
            site.standing, site.reason = Standing.PROPOSED, "Steht nicht mehr im Profil der Stadt."
    session.flush()
    return town
