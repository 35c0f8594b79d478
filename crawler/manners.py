"""
How long we wait between two requests to one site, once there is a reason to wait longer.

Does not know the reasons; the spiders do. What a town's budget asks for is set by ``crawler.__main__``.
"""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle

SLOWEST = 30.0  # seconds


def slow(crawler: Crawler, slot: str, *, delay: float) -> None:
    """Wait at least so many seconds, at most ``SLOWEST``, between requests of a slot from now on."""
    delay = min(delay, SLOWEST)
    downloader = crawler.engine.downloader
    downloader.per_slot_settings[slot] = {"delay": delay}
    if known := downloader.slots.get(slot):
        known.delay = max(known.delay, delay)
    if throttle := crawler.get_extension(AutoThrottle):
        throttle.mindelay = max(throttle.mindelay, delay)
