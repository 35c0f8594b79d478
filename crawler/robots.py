"""
robots.txt as RFC 9309 has it: read before anything else of a host, and obeyed.

Does not decide what becomes of a site whose robots.txt cannot be had; it refuses the request and the spider ends.
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import failures, faults, guard
from crawler.directives import ENGINES
from crawler.faults import Forbidden, RobotsUnreachable
from db.terms import N_

TOKEN = "Fundstelle"  # noqa: S105  the product token of RFC 9309, section 2.2.1, not a secret
NOBODY = "jemand-anders"
_HEARD = frozenset([TOKEN.lower(), *ENGINES])
_AGENT_LINE = re.compile(r"^([ \t]*user-?agent[ \t]*:[ \t]*+)([^\r\n#]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"\*(?=\s|$)|[A-Za-z_-]+")
READ = 500 * 1024  # bytes; section 2.5 asks for at least this much
REDIRECTS = 5  # section 2.3.1.2
SLOWEST = 30.0  # seconds; a longer crawl-delay would make an audit of one site last weeks


class Rules(NamedTuple):
    """What one robots.txt allows us; without a parser everything."""

    parser: Protego | None = None

    def allow(self, url: str) -> bool:
        """Tell whether we may read an address."""
        return self.parser is None or bool(self.parser.can_fetch(url, TOKEN))

    def barred(self, url: str) -> tuple[str, ...]:
        """Return the big search engines that may not read an address."""
        if self.parser is None:
            return ()
        return tuple(engine for engine in ENGINES if not self.parser.can_fetch(url, engine))

    @property
    def delay(self) -> float:
        """The seconds to wait between requests, at most ``SLOWEST``; 0 if nothing is said."""
        asked = self.parser.crawl_delay(TOKEN) if self.parser else None
        return min(max(asked or 0.0, 0.0), SLOWEST)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses of sitemaps, as they are written."""
        return list(self.parser.sitemaps) if self.parser else []


def rules(status: int, body: bytes) -> Rules:
    """
    Return what an answer for robots.txt means (RFC 9309, section 2.3.1).

    Raises:
        RobotsUnreachable: it answered 5xx, so everything is forbidden.
    """
    if status >= 500:  # noqa: PLR2004
        raise RobotsUnreachable(
            N_("robots.txt antwortet mit Status {status}; dann darf nichts gelesen werden.").format(status=status),
            cause="status",
        )
    if not 200 <= status < 300:  # noqa: PLR2004
        return Rules()
    return Rules(Protego.parse(_AGENT_LINE.sub(_token, body[:READ].decode("utf-8-sig", errors="ignore"))))


def _token(line: re.Match[str]) -> str:
    """
    Return a user-agent line with the product token alone (section 2.2.1): "Googlebot/2.1" means Googlebot.

    Names of others are blotted out, since the parser would take "Google" for "Googlebot" as well.
    """
    token = _TOKEN.match(line[2])
    name = token[0] if token else ""
    return line[1] + (name if name == "*" or name.lower() in _HEARD else NOBODY)


class RobotsMiddleware:
    """Reads the robots.txt of each host once and refuses what it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._reading: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots"):
            return
        rules = await self.rules(request.url)
        if not rules.allow(request.url):
            raise Forbidden
        if barred := rules.barred(request.url):
            request.meta["barred"] = barred

    async def rules(self, url: str) -> Rules:
        """
        Return the rules of the host of an address.

        Raises:
            RobotsUnreachable: they cannot be had.
        """
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._reading:
            self._reading[place] = asyncio.ensure_future(self._read(f"{place}/robots.txt"))
        reading = self._reading[place]
        # Several requests wait for one robots.txt; that one of them is cancelled must not cancel the reading.
        return reading.result() if reading.done() else await asyncio.shield(reading)

    async def _read(self, url: str) -> Rules:
        meta = {"is_robots": True, "redirect_ttl": REDIRECTS, "download_slot": self._slot()}
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta=meta)
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except faults.Refusal as refusal:
            raise RobotsUnreachable(failures.WORDS[refusal.error], cause=refusal.error) from refusal
        except IgnoreRequest as ignored:
            # Scrapy's word for more than five redirects (section 2.3.1.2: as if there were none) and for bombs.
            if "redirections" in str(ignored):
                return Rules()
            raise RobotsUnreachable(failures.WORDS["too_large"], cause="too_large") from ignored
        except faults.DOWNLOAD_ERRORS as fault:
            cause = guard.name(fault, url)
            raise RobotsUnreachable(f"robots.txt: {failures.WORDS[cause]}", cause=cause) from fault
        return rules(response.status, response.body)

    def _slot(self) -> str | None:
        return getattr(self.crawler.spider, "slot", None)
