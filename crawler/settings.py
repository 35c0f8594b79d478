"""
How Scrapy reads a town's sites: politely, bounded and openly.

Does not know a town; what differs between jobs (delay, log, allowed hosts) is set by ``crawler.__main__``.
"""

from __future__ import annotations

import os

import db

BOT_NAME = "fundstelle"
SPIDER_MODULES = ["crawler.spiders"]

CONTACT = "".join(sign for sign in os.environ.get("FUNDSTELLE_CONTACT", "") if " " <= sign <= "~")
# A header takes ASCII only. Without a contact given we name none: an invented address would be worse than none.
USER_AGENT = (
    f"Fundstelle/{db.__version__} ({f'+{CONTACT}; ' if CONTACT else ''}prueft die Auffindbarkeit digitaler Angebote)"
)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "de,en;q=0.5",
}

# Manners: one site is one slot, so these are per site. The delay comes from the town's budget.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # a named crawler does not pretend to be a person
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0

# Bounds: what is larger or slower is a Page with an error.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_VERIFY_CERTIFICATES = True
DNS_TIMEOUT = 15
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # not 429: who asks for fewer requests gets no more of them
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
HTTPERROR_ALLOW_ALL = True  # a 404 is a Page too

# Cost: Scrapy 2.19 starts so many tasks for each answer, and an answer is one Page.
CONCURRENT_ITEMS = 1
LOG_LEVEL = "INFO"
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"

ALLOWED_PRIVATE: list[str] = []
"""Hosts in private networks that may be read all the same: a server on loopback in tests."""

ARCHIVE = ""
"""The WARC file that keeps what is read; empty: nothing is kept."""

BROWSER = ""
"""The Chromium that shows pages which scripts make; empty: they stay unread."""

REPLAY: list[str] = []
"""WARC files that are read instead of the network."""

DOWNLOADER_MIDDLEWARES = {
    "crawler.guard.GuardMiddleware": 10,
    "crawler.robots.RobotsMiddleware": 100,
    "crawler.revalidation.RevalidationMiddleware": 110,
    # Nearer to us than those that repeat (550) and unpack (590).
    "crawler.archive.middleware.KeepMiddleware": 950,
    "crawler.archive.middleware.ReplayMiddleware": 960,
    "crawler.documents.middleware.DocumentMiddleware": 200,
    # The spider knows its host, and robots.txt is read by ours.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    # Requests come from our own frontier, which knows depth and length.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
# Those of Scrapy that we use. What is only switched off is loaded all the same, and its remote control takes as long as all else.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {"crawler.extensions.CrawlRecord": 500}
ITEM_PIPELINES = {"crawler.pipelines.StorePages": 500}
