"""
What a page may ask for while it is shown.

Does not guard addresses, which is the proxy's work: this spares the servers what no reader of text needs, and obeys robots.txt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.async_api import Request, Route

MOST = 200
"""Requests that one page may make; a page that asks for more is no page but a load on somebody's server."""

_UNREAD = frozenset({"image", "media", "font", "texttrack", "manifest", "ping", "cspviolationreport", "eventsource"})
_ANALYTICS = re.compile(
    r"//(?:[^/]*\.)?(?:google-analytics|googletagmanager|doubleclick|googlesyndication|facebook|hotjar|etracker|clarity|siteimproveanalytics"
    r"|econda-monitor|newrelic|nr-data|sentry|mouseflow|ioam|stat\w*analytics)\.[a-z]{2,6}/"
    r"|/(?:matomo|piwik|gtag|ga|analytics|etracker)(?:\.min)?\.(?:js|php)\b",
    re.IGNORECASE,
)


class Rules:
    """
    The rules for one page.

    Args:
        url: The page; its host is the one whose robots.txt we know.
        allows: Does that robots.txt allow an address?

    Attributes:
        barred: How many requests robots.txt forbade.
    """

    def __init__(self, url: str, *, allows: Callable[[str], bool]) -> None:
        self.place = urlsplit(url)[:2]
        self.allows = allows
        self.asked = self.barred = 0

    async def decide(self, route: Route, request: Request) -> None:
        """Let a request pass to the next in line, or end it."""
        if self.permits(request.url, request.resource_type):
            await route.fallback()
        else:
            await route.abort()

    def permits(self, url: str, kind: str) -> bool:
        """Tell whether a request of this kind (Playwright's ``resource_type``) may be made."""
        self.asked += 1
        parts = urlsplit(url)
        is_wanted = parts.scheme in {"http", "https"} and kind not in _UNREAD and not _ANALYTICS.search(url)
        if not is_wanted or self.asked > MOST:
            return False
        if parts[:2] == self.place and not self.allows(url):
            self.barred += 1
            return False
        return True
