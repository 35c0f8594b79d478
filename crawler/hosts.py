"""
Whose a host is by its name alone: its registrable domain, and whether it lies inside a private network.

Does not ask the name system and does not download lists: tldextract reads the suffix list it brings along.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from tldextract import TLDExtract

# Private suffixes count: two tenants of one site builder are two owners.
_SUFFIXES = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)

_PRIVATE_ENDINGS = (
    ".localhost",
    ".local",
    ".localdomain",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".private",
    ".home.arpa",
    # Public names that answer with whatever private address stands in them.
    ".nip.io",
    ".sslip.io",
    ".xip.io",
    ".localtest.me",
    ".lvh.me",
)
_IPV4_PARTS, _OCTET = 4, 256
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@lru_cache(maxsize=8_192)
def registrable(host: str) -> str:
    """
    Return the domain somebody registered: ``stralsund.de`` for ``webris.stralsund.de:8080``.

    Where the suffix is unknown, as in ``.example``, the last two labels, by the prevailing rule ``*`` of
    publicsuffix.org; an IP address, a lone label or a suffix is returned as it is.
    """
    name = bare(host)
    if ":" in name or _address(name):
        return name
    parts = _SUFFIXES(name)
    if parts.suffix:
        return parts.top_domain_under_public_suffix or name
    return ".".join(name.split(".")[-2:])


@lru_cache(maxsize=8_192)
def is_private_host(host: str) -> bool:
    """
    Tell whether this host, written in whatever way, is none of the public internet.

    Loopback, link-local, private, unspecified, multicast, reserved and metadata addresses; also as decimal, octal or
    hexadecimal IPv4, as IPv4 inside IPv6, after user information, and by name. What cannot be understood is private.
    """
    name = bare(host)
    if not name or any(character.isspace() for character in name):
        return True
    address = _address(name)
    if address is not None:
        return _inward(address)
    if _looks_numeric(name) or ":" in name:
        return True
    return "." not in name or name.endswith(_PRIVATE_ENDINGS)


def bare(host: str) -> str:
    """Return the host without user information, brackets, port, trailing dots and disguise of its letters."""
    name = unicodedata.normalize("NFKC", unquote(host)).lower().strip()
    name = name.rpartition("@")[2]
    if name.startswith("["):
        return name[1:].partition("]")[0].partition("%")[0]
    if name.count(":") == 1:
        name = name.partition(":")[0]
    return name.replace("。", ".").rstrip(".")


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if ":" in name:
        try:
            return ipaddress.IPv6Address(name.partition("%")[0])
        except ValueError:
            return None
    return _ipv4(name) if _looks_numeric(name) else None


def _looks_numeric(name: str) -> bool:
    """A last label that is a number makes the whole host an IPv4 address (WHATWG URL, section 3.5)."""
    return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", name.rpartition(".")[2]) is not None


def _ipv4(name: str) -> ipaddress.IPv4Address | None:
    """Read the one to four decimal, octal or hexadecimal parts that browsers accept."""
    parts = name.split(".")
    numbers = [_number(part) for part in parts]
    if len(parts) > _IPV4_PARTS or any(number is None for number in numbers):
        return None
    *heads, last = [number for number in numbers if number is not None]
    if any(head >= _OCTET for head in heads) or last >= _OCTET ** (_IPV4_PARTS - len(heads)):
        return None
    value = last
    for place, head in enumerate(heads):
        value += head << (8 * (_IPV4_PARTS - 1 - place))
    return ipaddress.IPv4Address(value)


def _number(part: str) -> int | None:
    base = 16 if part.startswith("0x") else 8 if part.startswith("0") and len(part) > 1 else 10
    try:
        return int(part[2:] or "0", 16) if base == 16 else int(part, base)  # noqa: PLR2004 - a base is a base
    except ValueError:
        return None


def _inward(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64 or int(address) < 2**32:
            return _inward(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped:
            return _inward(address.ipv4_mapped)
        if address.sixtofour and _inward(address.sixtofour):
            return True
    return not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified
