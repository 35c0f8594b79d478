"""
What is known of hosts without looking at a town: vendors and their tenants, authorities, demonstrations, everybody's.

Does not fetch and does not know any town; whose a tenant is, ``crawler.satellites`` decides. The knowledge stands in
``crawler/data/vendors.yaml``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import yaml

DATA = Path(__file__).parent / "data"
TENANT = "{tenant}"


class Tenancy(NamedTuple):
    """An address on a vendor's host: who runs it, for what, and which tenant it names, if any."""

    vendor: str
    role: str
    tenant: str | None
    front: str | None  #: address of the tenant's own part, if the tenant stands in the path


class _Pattern(NamedTuple):
    vendor: str
    role: str
    in_host: bool
    steps: tuple[str, ...]


def tenancy(url: str) -> Tenancy | None:
    """Return the vendor whose host this address is on, with the tenant it names; None if no vendor is known there."""
    host = plain(urlsplit(url).hostname or "")
    found: list[Tenancy] = []
    for domain, label in _splits(host):
        found += [seen for pattern in _patterns().get(domain, []) if (seen := _read(pattern, url, label=label))]
    return max(found, key=lambda seen: seen.tenant is not None, default=None)


def authority(host: str) -> str | None:
    """Return ``bund``, ``land`` or ``verbund`` if the host belongs to one of them."""
    levels: dict[str, list[str]] = _knowledge()["authorities"]
    return next((level for level, domains in levels.items() if _under(host, domains)), None)


def is_demo(url: str) -> bool:
    """Tell whether the address is a vendor's or agency's demonstration that only looks like a town."""
    parts = urlsplit(url)
    host = plain(parts.hostname or "")
    demos: list[str] = _knowledge()["demos"]
    if _under(host, [demo for demo in demos if "." in demo]):
        return True
    words = {*host.split(".")[:-1], *(step.lower() for step in parts.path.split("/")[:3])}
    return not words.isdisjoint(demo for demo in demos if "." not in demo)


def is_everybodys(host: str) -> bool:
    """Tell whether the host serves everybody: networks, encyclopaedias, press, shops."""
    return _under(host, _knowledge()["everybody"])


def is_shared(host: str) -> bool:
    """Tell whether several towns share the host's domain, so that the domain alone says nothing about whose it is."""
    return any(domain in _patterns() for domain, _ in _splits(plain(host))) or authority(host) is not None


def plain(host: str) -> str:
    """Return a host in lower case with its umlauts readable, without ``www.`` and without a trailing dot."""
    host = host.lower().rstrip(".")
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:
            return host
    return host.removeprefix("www.")


def _read(pattern: _Pattern, url: str, *, label: str) -> Tenancy | None:
    """Return what a pattern sees in an address; ``label`` is what stands before the pattern's domain."""
    bare = Tenancy(pattern.vendor, pattern.role, None, None)
    if pattern.in_host:
        return Tenancy(pattern.vendor, pattern.role, label or None, None)
    if not pattern.steps:
        return bare
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    wanted = len(pattern.steps)
    if label or len(steps) < wanted:
        return None if label else bare
    if any(want not in {"*", TENANT, step} for want, step in zip(pattern.steps, steps, strict=False)):
        return bare
    front = f"{parts.scheme}://{parts.netloc}/{'/'.join(steps[:wanted])}"
    return Tenancy(pattern.vendor, pattern.role, unquote(steps[wanted - 1]), front)


def _splits(host: str) -> list[tuple[str, str]]:
    """Return the host and the domains above it, each with what stands before it."""
    labels = host.split(".")
    return [(".".join(labels[cut:]), ".".join(labels[:cut])) for cut in range(len(labels))]


def _under(host: str, domains: list[str]) -> bool:
    known = set(domains)
    return any(domain in known for domain, _ in _splits(plain(host)))


@cache
def _patterns() -> dict[str, list[_Pattern]]:
    found: dict[str, list[_Pattern]] = {}
    for vendor in _knowledge()["vendors"]:
        for written in vendor["hosts"]:
            host, *steps = written.split("/")
            domain = host.removeprefix(f"{TENANT}.")
            pattern = _Pattern(vendor["name"], vendor["role"], host != domain, tuple(steps))
            found.setdefault(domain, []).append(pattern)
    return found


@cache
def _knowledge() -> dict[str, Any]:
    return read("vendors.yaml")


def read(name: str) -> dict[str, Any]:
    """Return a file of ``crawler/data``."""
    content: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return content
