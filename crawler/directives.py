"""
What a page and its server tell search engines: robots metas and X-Robots-Tag headers, for all and for the big ones by name.

Does not obey them and does not read robots.txt (``crawler.robots`` does); it only notes what an engine may list.
Source: Google Search Central, "Robots meta tag, data-nosnippet, and X-Robots-Tag specifications".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ENGINES = ("googlebot", "bingbot")
LEADING = "googlebot"
"""Nine of ten searches in Germany are made there, so what it may list decides what is found."""

_ALL = "*"
_WITH_VALUE = frozenset(["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"])
_AGENT = re.compile(r"\s*([\w.*-]+)\s*:")
_WORD = re.compile(r"[\w-]+")
_LIMIT = re.compile(
    r"max-[a-z-]+\s*:[^,;]*"
)  # how much of the page a result may show; "none" there is no "none" at all
# A date can have a comma behind the day of the week.
_EXPIRES = re.compile(r"unavailable_after\s*:\s*((?:[a-z]{3,9},\s*)?[^,;]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Robots:
    """
    What search engines may do with a page.

    Attributes:
        index: May the leading engine list it?
        follow: May it follow the links?
        engines: What is forbidden to an engine by name and not to all: ``{"bingbot": {"index": False}}``.
    """

    index: bool = True
    follow: bool = True
    engines: dict[str, dict[str, bool]] = field(default_factory=dict)


def read(metas: Iterable[tuple[str, str]], headers: Iterable[str], *, now: datetime) -> Robots:
    """
    Return what search engines may do with a page.

    Args:
        metas: Names in lower case, and contents.
        headers: Each X-Robots-Tag header; an agent's name may stand before its directives and holds to the end of it or
            to the next name.
        now: After an ``unavailable_after`` the page is no longer to be listed.
    """
    said: dict[str, list[str]] = {}
    for name, content in metas:
        if name == "robots" or name in ENGINES:
            said.setdefault(_ALL if name == "robots" else name, []).append(content)
    for header in headers:
        for agent, directive in _addressed(header):
            said.setdefault(agent, []).append(directive)
    if not said:
        return Robots()
    for_all = _flags(said.get(_ALL, ()), now=now)
    engines = {}
    for engine in filter(said.__contains__, ENGINES):
        own = _flags(said[engine], now=now)
        if barred := {name: False for name, may in for_all.items() if may and not own[name]}:
            engines[engine] = barred
    return Robots(**{**for_all, **engines.get(LEADING, {})}, engines=engines)


def _flags(directives: Iterable[str], *, now: datetime) -> dict[str, bool]:
    text = ",".join(directives).lower()
    words = set(_WORD.findall(_LIMIT.sub("", _EXPIRES.sub("", text))))
    is_gone = any(_is_past(date, now=now) for date in _EXPIRES.findall(text))
    return {"index": not words & {"noindex", "none"} and not is_gone, "follow": not words & {"nofollow", "none"}}


def _addressed(header: str) -> Iterator[tuple[str, str]]:
    """Yield the agent, and one directive for it."""
    agent = _ALL
    for part in header.split(","):
        named = _AGENT.match(part)
        if named and named[1].lower() not in _WITH_VALUE:
            agent, part = named[1].lower(), part[named.end() :]  # noqa: PLW2901 - the agent is no directive
        yield agent, part


def _is_past(date: str, *, now: datetime) -> bool:
    """Tell whether a date is over; what is no date is not."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(date.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)) < now
    return False
