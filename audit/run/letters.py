"""
The letter to the people who run a town's sites: which sites it is about, and what the last audit met there.

Does not word it (``reports.letter``) and does not send it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from typing import Any

from audit.inventory.profile import Budget
from crawler import settings
from db import queries
from db.errors import InputError
from db.models import Audit, Crawl, Town
from db.terms import End
from reports import letter as wording

SHUT = {End.REFUSED, End.ROBOTS_DISALLOW, End.ROBOTS_UNREACHABLE, End.UNREACHABLE}
"""Ends of a crawl that the people who run the site can change."""


def letter(town: Town, last: Audit | None, *, hosts: Sequence[str] = (), addresses: Sequence[str] = ()) -> str:
    """
    Return the letter about these hosts; else about those the last audit could not read, or all.

    Raises:
        InputError: A host is none of the town's.
    """
    crawls = {crawl.site.host: crawl for crawl in last.crawls} if last else {}
    known = [site.host for site in town.sites if site.standing in queries.READ]
    unknown = [host for host in hosts if host not in known]
    if unknown:
        raise InputError(
            f"Die Website „{unknown[0]}“ gehört nicht zu {town.name}.",
            remedy=f"Bekannt sind: {', '.join(known)}",
        )
    about = [host for host in known if host in (hosts or shut(town, last) or known)]
    budget = Budget.model_validate(town.budget)
    sender = wording.Sender(
        agent=settings.USER_AGENT,
        addresses=addresses,
        contact=settings.CONTACT,
        pages=budget.pages_per_site,
        delay=budget.delay_seconds,
    )
    sites = [_reason(host, crawls.get(host)) for host in about]
    return wording.text(town.name, sites, sender=sender, started=last.started.isoformat() if last else None)


def shut(town: Town, last: Audit | None) -> list[str]:
    """Return the town's hosts that an audit could not read, or not all of."""
    crawls = {crawl.site.host: crawl for crawl in last.crawls} if last else {}
    known = [site.host for site in town.sites if site.standing in queries.READ]
    return [host for host in known if host in crawls and (crawls[host].end in SHUT or crawls[host].refused)]


def networks() -> list[str]:
    """Return the networks that this machine reads from, as ``FUNDSTELLE_ADDRESSES`` names them."""
    found = os.environ.get("FUNDSTELLE_ADDRESSES", "").split()
    check(found)
    return found


def check(addresses: Iterable[str]) -> None:
    """Refuse what is no network."""
    for address in addresses:
        try:
            ip_network(address, strict=False)
        except ValueError:
            raise InputError(
                f"„{address}“ ist keine Adresse und kein Netz.", remedy="Beispiel: --address 192.0.2.0/28"
            ) from None


def _reason(host: str, crawl: Crawl | None) -> dict[str, Any]:
    """Return what the last audit met at a site, as the letter wants it."""
    end = crawl.end if crawl else None
    reason = ""
    if crawl is not None and end in SHUT:
        reason = crawl.detail.removeprefix(f"{host}: ")
    elif crawl is not None and crawl.refused:
        reason = f"{crawl.refused} Seiten wurden uns verweigert."
    return {
        "host": host,
        "reason": reason,
        "robots": end == End.ROBOTS_DISALLOW,
        "unreachable": end == End.ROBOTS_UNREACHABLE,
    }
