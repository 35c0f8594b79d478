"""
What a sitemap says: addresses of pages, or of further sitemaps.

Does not fetch; the spider does, and is asked for one file after the other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import islice
from typing import NamedTuple

from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

MOST_FILES = 20
MOST_ADDRESSES = 50_000  # what the protocol allows in one file
DEEPEST = 2  # an index may name sitemaps, not indexes of indexes
LARGEST = 50_000_000  # bytes unpacked, the limit of the protocol
GZIP = b"\x1f\x8b"


class Listing(NamedTuple):
    """The addresses of one sitemap, and whether they are sitemaps themselves."""

    is_index: bool
    addresses: list[str]


NOTHING = Listing(is_index=False, addresses=[])


def read(body: bytes) -> Listing:
    """Return what a sitemap lists; nothing if it is none, is broken or too large to unpack."""
    if body.startswith(GZIP):
        try:
            body = gunzip(body, max_size=LARGEST)
        except (OSError, EOFError, ValueError):
            return NOTHING
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Listing(is_index=False, addresses=_lines(body))
    try:
        sitemap = Sitemap(body)
        found = [entry["loc"] for entry in islice(sitemap, MOST_ADDRESSES) if entry.get("loc")]
    except (SyntaxError, StopIteration):  # lxml says SyntaxError
        return NOTHING
    if sitemap.type not in {"urlset", "sitemapindex"}:
        return NOTHING
    return Listing(is_index=sitemap.type == "sitemapindex", addresses=found)


def _lines(body: bytes) -> list[str]:
    """Return the addresses of a sitemap in plain text, one a line."""
    lines = body.decode("utf-8-sig", errors="replace").splitlines()[:MOST_ADDRESSES]
    return [line.strip() for line in lines if line.strip().startswith(("http://", "https://"))]


async def walk(
    named: Iterable[str], *, fetch: Callable[[str], Awaitable[bytes]], inside: Callable[[str, str], str]
) -> AsyncIterator[str]:
    """
    Give the addresses of pages that these sitemaps, and the sitemaps they name, list.

    Args:
        named: Addresses of sitemaps.
        fetch: Returns the body of one; nothing if it cannot be had.
        inside: Returns the canonical form of a reference on a page if it is of the site; nothing otherwise.
    """
    queue = deque((url, 1) for url in dict.fromkeys(named))
    asked: set[str] = set()
    count = 0
    while queue and len(asked) < MOST_FILES and count < MOST_ADDRESSES:
        base, depth = queue.popleft()
        if base in asked:
            continue
        asked.add(base)
        # Fifty thousand addresses take a second to parse.
        listing = await asyncio.to_thread(read, await fetch(base))
        found = [url for each in listing.addresses if (url := inside(base, each))]
        if listing.is_index:
            queue.extend((url, depth + 1) for url in found if depth < DEEPEST)
            continue
        for url in found[: MOST_ADDRESSES - count]:
            count += 1
            yield url
