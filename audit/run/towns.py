"""
What people say of a town at the desk: take it up, change what is known of it, say whose a site is.

Does not read profiles and does not fetch. What two people want at once, ``mark`` tells: each form carries that of what it showed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from audit.inventory.profile import Profile
from audit.run.opening import decide, named, save_town
from crawler.addresses import is_private_host
from db import queries
from db.errors import InputError, NotFoundError
from db.models import Site, Town

FACTS = ("name", "state", "ars", "population", "competences", "aliases", "neighbours", "budget")
"""What a person can change of a town; its key stays, and its sites have a screen of their own."""


def found(session: Session, key: str) -> Town:
    """Return the town of that key with its sites; raise NotFoundError."""
    town = queries.town(session, key)
    if town is None:
        raise NotFoundError("Diesen Ort gibt es hier nicht.", remedy="Unter „Orte“ stehen alle, die aufgenommen sind.")
    return town


def hold(session: Session, key: str) -> Town:
    """Return the town of that key, and let nobody else change it until the session ends; raise NotFoundError."""
    # A writing statement first: SQLite would otherwise let two read the same before either writes.
    session.execute(update(Town).where(Town.key == key).values(key=Town.key))
    return found(session, key)


def take_up(session: Session, profile: Profile) -> tuple[Town, bool]:
    """
    Write a town; return it, and whether it is new. One that is known stays as it is.

    Raises:
        InputError: Another town has its key, or a site of it lies inside a network.
    """
    town = queries.town(session, profile.key)
    if town is None:
        refuse_private(named(door.url)[1] for door in profile.sites)
        return save_town(session, profile), True
    hosts = {site.host for site in town.sites}
    if not any(named(door.url)[1] in hosts for door in profile.sites):
        raise InputError(
            f"Das Kürzel „{profile.key}“ hat schon ein anderer Ort: {town.name}.",
            remedy="Nehmen Sie ihn mit einer Profildatei auf, in der ein anderes Kürzel steht.",
        )
    return town, False


def facts(town: Town) -> dict[str, Any]:
    """Return what is known of a town and can be changed."""
    return {name: getattr(town, name) for name in FACTS}


def change(town: Town, given: Mapping[str, Any]) -> list[str]:
    """
    Change what is known of a town, checked as in a profile; return the names of what has changed.

    Raises:
        pydantic.ValidationError: A value is wrong; nothing was changed.
    """
    doors = [{"url": site.url, "role": site.role} for site in town.sites if site.standing in queries.READ]
    wanted = Profile.model_validate({**given, "key": town.key, "sites": doors}).town()
    changed = [name for name in FACTS if getattr(town, name) != getattr(wanted, name)]
    for name in changed:
        setattr(town, name, getattr(wanted, name))
    return changed


def site(town: Town, text: str) -> Site | None:
    """Return the town's site of the host that a text means; None: it has none such. Raise InputError if it is no host."""
    host = named(text)[1]
    return next((one for one in town.sites if one.host == host), None)


def say(town: Town, text: str, *, is_own: bool, role: str | None, now: datetime) -> Site:
    """Take down what a person says of a host, as ``decide`` does; nobody sends the crawler into a network from a browser."""
    if is_own:
        refuse_private([named(text)[1]])
    return decide(town, text, is_own=is_own, role=role, now=now)


def mark(known: Town | Site | None) -> str:
    """Return a word that changes with what a person can change of a town or a site; empty: there is none yet."""
    if known is None:
        return ""
    told = facts(known) if isinstance(known, Town) else [known.url, known.role, known.standing, known.by_hand]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def refuse_private(hosts: Iterable[str]) -> None:
    """Raise InputError if one of the hosts lies inside a network, as far as its name tells."""
    for host in hosts:
        if is_private_host(host):
            raise inside(host)


def inside(host: str) -> InputError:
    """Return what is told of a host that lies inside a network."""
    return InputError(
        f"{host} ist aus dem öffentlichen Netz nicht zu erreichen.",
        remedy="Was in einem Netz für sich steht, nimmt nur „fundstelle town add“ auf.",
    )
