"""
One written form for each address, so that a page is read and counted once.

Does not fetch and does not judge whose an address is. What is safe to unify beyond w3lib's canonical form (RFC 3986,
section 6) is only what German town sites are known to multiply pages with: sessions, tracking, views for printing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from w3lib.url import canonicalize_url

from crawler.hosts import is_private_host, registrable

__all__ = ["canonical", "host_of", "is_private_host", "is_web", "registrable", "target"]

MAX_LENGTH = 4_000
"""Longer addresses are no pages; servers refuse them and they would fill the caches."""

# Already canonical, as most addresses are: nothing here that any rule below could change.
_PLAIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}/[A-Za-z0-9/_.~-]*")
_AUTHORITY = re.compile(
    r"https?://((?:[^\s/?#@:\[\]\\]+|\[[0-9a-f:.]+\])(?::(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-5][0-9]{3}))?)/"
)

_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid|session_id|sid)=[^/?#;]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ROUNDS = 5  # each round can uncover what an encoding had hidden; real addresses need one

_TRACKING = re.compile(r"(?:utm|mtm|pk|piwik|matomo|hsa|etcc|wt)_.+|_hs[a-z]{2,3}|__hs[a-z]{2}")
_NEVER = frozenset(
    [
        *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid"),
        *("mc_cid", "mc_eid", "_ga", "_gl", "srsltid"),
        *("phpsessid", "jsessionid", "sessionid", "session_id", "cfid", "cftoken", "oscsid", "zenid", "xtcsid"),
        *("textonly", "nurtext", "nur_text", "contrast", "kontrast", "highcontrast", "fontsize", "schriftgroesse"),
        *("druckansicht", "druckversion", "printview", "printversion", "print_view"),
    ]
)
_VIEW_NAMES = frozenset(["print", "druck", "drucken", "printable", "printmode", "printer"])
_ON = frozenset(["", "0", "1", "true", "false", "yes", "on", "ja", "print"])
_MODE_NAMES = frozenset(["view", "mode", "layout", "format", "template", "tmpl", "style", "ansicht"])
_MODES = frozenset(["print", "druck", "druckansicht", "drucken", "textonly", "nurtext", "kontrast", "contrast"])
_TYPO3_PRINT = "type=98"
_JOOMLA_BARE = "tmpl=component"
_SHORT_NUMBER = re.compile(r"\d{1,8}")


def canonical(url: str) -> str:
    """
    Return the one form of an http or https address; idempotent, never raises.

    Scheme and host in lower case and punycode, without default port, trailing dot, user information and fragment; path
    with its dot segments resolved and its percent-encoding normalised; query sorted, without sessions, tracking and
    views for printing. What is no web address comes back stripped and otherwise as it was.
    """
    if _is_plain(url):
        return url
    return _unified(url) if len(url) <= MAX_LENGTH else url.strip()


def target(href: str, base: str) -> str | None:
    """Return the canonical address a link on the page ``base`` leads to, or None if it leads to no page."""
    if len(href) > MAX_LENGTH:
        return None
    if href[:1] == "/" and href[1:2] not in ("/", "\\"):
        # Links from the root mean the same on every page of a host, so the cache may forget the page.
        base = base[: base.find("/", 8)]
    return _joined(href, base)


def origin(url: str) -> str:
    """Return scheme and host of a canonical address, as the address of its root."""
    return url[: url.find("/", 8) + 1]


def is_web(url: str) -> bool:
    """Tell whether it is an http or https address with a host."""
    return host_of(url) != ""


def host_of(url: str) -> str:
    """Return the host in lower case, with its port unless that is the default one; "" if it is no web address."""
    match = _AUTHORITY.match(canonical(url))
    return match[1] if match else ""


@lru_cache(maxsize=32_768)
def _joined(href: str, base: str) -> str | None:
    href = href.strip()
    if not href or href[0] == "#":
        return None
    simple = base + href if href[0] == "/" and "/" not in base[8:] else href
    if _is_plain(simple):
        return simple
    try:
        url = canonical(urljoin(base, _slashed(href)))
    except ValueError:
        return None
    return url if is_web(url) else None


def _is_plain(url: str) -> bool:
    return _PLAIN.fullmatch(url) is not None and "/." not in url


@lru_cache(maxsize=32_768)
def _unified(url: str) -> str:
    text = _slashed(re.sub(r"[\t\r\n]", "", url).strip("\x00\x1f "))
    if not text[:8].lower().startswith(("http://", "https://")):
        return text
    try:
        for _ in range(_ROUNDS):
            text, earlier = _step(text), text
            if text == earlier:
                break
    except ValueError:
        return url.strip()
    return text


def _slashed(url: str) -> str:
    """Browsers read a backslash before the query as a slash (WHATWG URL, section 4.4)."""
    head, mark, tail = url.partition("?")
    return head.replace("\\", "/") + mark + tail if "\\" in head else url


def _step(url: str) -> str:
    parts = urlsplit(canonicalize_url(url))
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError(url)
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    path = _SESSION_IN_PATH.sub("", parts.path) if ";" in parts.path else parts.path
    query = "&".join(part for part in parts.query.split("&") if part and not _idle(part))
    return f"{parts.scheme}://{host}{path or '/'}" + (f"?{query}" if query else "")


def _idle(parameter: str) -> bool:
    """Tell whether a parameter changes nothing of what the page says."""
    name, _, value = parameter.lower().partition("=")
    if name in _NEVER or name.startswith("aspsessionid") or _TRACKING.fullmatch(name):
        return True
    if name == "sid":
        # A short number is a content id of some systems, anything else a session.
        return _SHORT_NUMBER.fullmatch(value) is None
    if name in _VIEW_NAMES:
        return value in _ON
    return (name in _MODE_NAMES and value in _MODES) or parameter in {_TYPO3_PRINT, _JOOMLA_BARE}
