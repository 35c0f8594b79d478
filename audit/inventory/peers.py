"""
Which towns are alike: of the same kind, of about the same size, those of the same Land first.

Does not know audits and does not look anything up: what a profile does not say is neither for nor against a town.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from audit.inventory.profile import STATES, Profile
from db.errors import InputError

FACTOR = 2.0
"""A town of half the people or twice as many is still a peer."""

KINDS = {
    "kreisfrei": "kreisfrei",
    "kreisstadt": "Kreisstadt",
    "kreisangehoerig": "kreisangehörig",
}
"""What a town is responsible for, the more telling word first: a county seat belongs to a county too."""

FIELDS = {
    "population": ("Einwohnerzahl", "population: 59000"),
    "state": ("Land", "state: MV"),
    "kind": ("Zuständigkeit", "competences: [kreisangehoerig]"),
}
"""The name of each fact, and the line of a profile that states it."""


@dataclass(frozen=True)
class Peer:
    """A town that is like another; ``why`` and ``unknown`` are short German phrases."""

    profile: Profile
    why: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def kind(profile: Profile) -> str | None:
    """Return what a town is responsible for; None if its profile does not say so."""
    return next((one for one in KINDS if one in profile.competences), None)


def missing(profile: Profile) -> list[str]:
    """Return which of ``FIELDS`` the profile does not state."""
    told = {"population": profile.population, "state": profile.state, "kind": kind(profile)}
    return [name for name, value in told.items() if value is None]


def remedy(profile: Profile) -> str:
    """Return in German where to enter what is missing; empty if nothing is."""
    lines = [f"„{FIELDS[name][1]}“" for name in missing(profile)]
    if not lines:
        return ""
    return (
        f"Tragen Sie in der Profil-Datei von {profile.name} ein, zum Beispiel {', '.join(lines)}, und nehmen Sie sie mit"
        " „fundstelle town add DATEI“ auf."
    )


def peers(own: Profile, others: Iterable[Profile]) -> list[Peer]:
    """
    Return the towns that are alike, those of the same Land first, then those nearest in population.

    Raises:
        InputError: the profile states neither the kind of the town nor its population.
    """
    if {"population", "kind"} <= set(missing(own)):
        raise InputError(
            f"Wer {own.name} ähnlich ist, lässt sich nicht sagen: Einwohnerzahl und Zuständigkeit sind nicht bekannt.",
            remedy=remedy(own),
        )
    found = [_peer(own, other) for other in others if other.key != own.key]
    return sorted(filter(None, found), key=lambda peer: _distance(own, peer.profile))


def _peer(own: Profile, other: Profile) -> Peer | None:
    """Return the town with what is alike; None if kind or size differ, or neither is known of both."""
    ratio, kinds = _ratio(own, other), (kind(own), kind(other))
    if (ratio or 1) > FACTOR or (None not in kinds and kinds[0] != kinds[1]):
        return None
    peer = Peer(other)
    if kinds[0] is not None and kinds[0] == kinds[1]:
        peer.why.append(f"auch {KINDS[kinds[0]]}")
    if ratio is not None:
        peer.why.append("ähnlich viele Menschen")
    if not peer.why:
        return None
    if other.state is not None and own.state == other.state:
        peer.why.append(f"im selben Land ({STATES[other.state]})")
    peer.unknown.extend(FIELDS[name][0] for name in FIELDS if name in {*missing(own), *missing(other)})
    return peer


def _ratio(own: Profile, other: Profile) -> float | None:
    """Return how many times more people the larger town has; None if it is not known of both."""
    if own.population is None or other.population is None:
        return None
    return max(own.population, other.population) / min(own.population, other.population)


def _distance(own: Profile, other: Profile) -> tuple[bool, bool, float, str]:
    ratio = _ratio(own, other)
    return (own.state is None or own.state != other.state, ratio is None, ratio or 0.0, other.name)
