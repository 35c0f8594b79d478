"""
No request leaves for a private address, whoever names it: a link, a redirect, a sitemap, robots.txt or a name server.

Does not judge sites; it only keeps a hostile page from steering us into the network of the town hall.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler import addresses, faults
from crawler.faults import PrivateAddress

refused_names: set[str] = set()
"""Names whose answer was private; the network library forgets why a name failed."""


class GuardMiddleware:
    """Refuses every request that is not http(s) to a public host; first of all middlewares, so redirects pass it too."""

    def __init__(self, allowed: Collection[str]) -> None:
        self.allowed = frozenset(allowed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getlist("ALLOWED_PRIVATE"))

    def process_request(self, request: Request) -> None:
        if not self.is_allowed(request.url):
            raise PrivateAddress

    def is_allowed(self, url: str) -> bool:
        """Tell whether a request for this address may leave."""
        place = urlsplit(url).netloc
        # Programs disagree on what is the host in evil.example\\@10.0.0.1, so nothing with such signs is sent.
        if not addresses.is_web(url) or "@" in place or "\\" in place:
            return False
        host = addresses.host_of(url)
        if not self.allowed.isdisjoint([host, host.rpartition(":")[0]]):
            return True
        return not addresses.is_private_host(host) and not addresses.is_private_host(place)


class GuardedResolver(CachingThreadedResolver):
    """
    Refuses names that point into a private network.

    The connection is made to the very answer that was checked, so a name that changes its answer gains nothing.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, *, allowed: Collection[str]) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allowed = frozenset(allowed)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        allowed = {host.rpartition(":")[0] or host for host in settings.getlist("ALLOWED_PRIVATE")} | proxies()
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), settings.getfloat("DNS_TIMEOUT"), allowed=allowed)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        answer: Deferred[Any] = super().getHostByName(name, timeout)
        return answer.addCallback(self._check, name)

    def _check(self, answer: str, name: str) -> str:
        address = ip_address(answer)
        if name not in self.allowed and (address.is_multicast or not address.is_global):
            refused_names.add(name)
            raise DNSLookupError(f"{name} points to the private address {answer}")
        return answer


def name(error: BaseException, url: str) -> str:
    """Return the word for an error of a download, also when it was ours to refuse the name."""
    word = faults.name(error)
    return PrivateAddress.error if word == "dns" and urlsplit(url).hostname in refused_names else word


def proxies() -> set[str]:
    """Return the names of the outbound proxies; town halls keep them in their own network, so they are allowed."""
    return {host for url in getproxies().values() if (host := urlsplit(url if "//" in url else f"//{url}").hostname)}
