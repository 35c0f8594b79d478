"""
Which towns that one knows are like another, and which of their audits can be compared with its own.

Does not compare (``reports.comparison``) and decides nobody's likeness (``audit.inventory.peers``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from audit.inventory import directory, peers
from audit.inventory.peers import Peer
from audit.inventory.profile import Profile
from db import queries
from db.models import Audit
from db.terms import N_

Json = dict[str, Any]

FEWER = N_("in Prüfung {audit} höchstens {pages} Seiten je Website gelesen, nicht {own}")


@dataclass(frozen=True)
class Group:
    """The audits of a town and of its peers, the town's own first; and who was left out, with the reason in German."""

    audits: list[Audit]
    left_out: list[Json]


def peers_of(session: Session, own: Profile) -> list[Json]:
    """Return the peers of a town as JSON values, each with its latest judged audit, or None."""
    stored = queries.towns(session)
    found = peers.peers(own, directory.profiles(stored))
    ids = {town.key: town.id for town in stored}
    return [_told(peer, _judged(session, ids.get(peer.profile.key))) for peer in found]


def group(session: Session, own: Audit, *, most: int) -> Group:
    """Return a town's audit with those of at most ``most`` peers that were made alike; of each peer the latest that was."""
    stored = queries.towns(session)
    ids = {town.key: town.id for town in stored}
    profile = directory.resolve(own.town.key, known=stored)
    audits, left_out = [own], []
    for peer in peers.peers(profile, directory.profiles(stored)):
        judged = _judged(session, ids.get(peer.profile.key))
        chosen = next((audit for audit in judged if not _obstacle(own, audit)), None)
        if chosen is None:
            reason = _obstacle(own, judged[0]) if judged else N_("noch nicht geprüft")
        else:
            reason = "" if len(audits) <= most else N_("mehr als {count} stehen nicht daneben").format(count=most)
        if reason:
            left_out.append({"town": peer.profile.key, "name": peer.profile.name, "reason": reason})
        elif chosen is not None:
            audits.append(chosen)
    return Group(audits, left_out)


def _judged(session: Session, town_id: int | None) -> list[Audit]:
    """Return the judged audits of a town, the latest first."""
    found: Iterable[Audit] = queries.audits(session, town_id) if town_id is not None else ()
    return [audit for audit in found if audit.judged is not None][::-1]


def _obstacle(own: Audit, other: Audit) -> str:
    """Return in German why two audits cannot be compared; empty if they can."""
    if own.catalogue_id != other.catalogue_id:
        return N_("Prüfung {audit} nach einer anderen Fassung des Katalogs bewertet").format(audit=other.id)
    if not other.enough:
        return N_("in Prüfung {audit} zu wenig gelesen").format(audit=other.id)
    if _pages(own) != _pages(other):
        return FEWER.format(audit=other.id, pages=_pages(other), own=_pages(own))
    return ""


def _pages(audit: Audit) -> int | None:
    pages: int | None = (audit.budget or audit.town.budget).get("pages_per_site")
    return pages


def _told(peer: Peer, judged: list[Audit]) -> Json:
    one = peer.profile
    return {
        "key": one.key,
        "name": one.name,
        "state": one.state,
        "kind": peers.kind(one),
        "population": one.population,
        "why": peer.why,
        "unknown": peer.unknown,
        "audit": _about(judged[0]) if judged else None,
    }


def _about(audit: Audit) -> Json:
    assert audit.catalogue is not None
    return {
        "audit": audit.id,
        "started": audit.started.isoformat(timespec="seconds"),
        "catalogue": {name: getattr(audit.catalogue, name) for name in ("name", "version", "digest")},
        "enough": bool(audit.enough),
    }
