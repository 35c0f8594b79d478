"""
Which protocol a website speaks whose address was given without one: https, or http where https cannot be reached.

Does not store anything. Nobody is sent into a network from here: the reading process refuses that, also for a name that points into one.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Engine

from audit.run import towns
from crawler import process
from db.errors import CrawlError

SECONDS = 15.0
"""For each of the two; who does not answer by then does not answer."""

SILENT = {"connection", "timeout", "dns"}
"""Errors after which a site counts as not reached; whoever says no was reached."""

BUDGET = {"pages_per_site": 0, "seconds_per_site": SECONDS, "delay_seconds": 0.0}


class Reached(NamedTuple):
    """
    The address with its protocol, and how it was reached.

    ``how`` is "https", "http" (https is silent), "certificate" (https answers with one that is not valid: http is not tried, for
    nobody should be led there), or "nowhere" (both are silent at present, and https it is).
    """

    url: str
    how: str


def reached(engine: Engine, url: str, *, allowed: Collection[str] = ()) -> Reached:
    """
    Return how a site is reached whose address has a guessed https.

    ``allowed``: hosts that may lie inside a network. Raises InputError for others that do, before or after asking a name server.
    """
    secure, plain = url, f"http://{url.partition('://')[2]}"
    host = urlsplit(url).netloc
    if host not in allowed:
        towns.refuse_private([host])
    error = _error(engine, secure, allowed=allowed)
    if error == "certificate":
        return Reached(secure, "certificate")
    if error not in SILENT:
        return Reached(secure, "https")
    # A name that is unknown is so for both.
    if error != "dns" and _error(engine, plain, allowed=allowed) not in {*SILENT, "certificate"}:
        return Reached(plain, "http")
    return Reached(secure, "nowhere")


def _error(engine: Engine, url: str, *, allowed: Collection[str]) -> str | None:
    """Return the word for what kept an address from being looked at, as ``crawler.failures`` has them."""
    answers: list[dict[str, Any]] = []
    end = time.monotonic() + SECONDS
    job = {
        "database": engine.url.render_as_string(hide_password=False),
        "looks": [{"urls": [url], "keep": False}],
        "allowed_private": list(allowed),
        "budget": BUDGET,
        "timeout": SECONDS / 2,
    }
    try:
        process.crawl(job, report=answers.append, stopped=lambda: time.monotonic() > end)
    except (KeyboardInterrupt, CrawlError):
        return "timeout"
    error: str | None = answers[0]["error"] if answers else "timeout"
    if error == "private_address":
        raise towns.inside(urlsplit(url).netloc)
    return error
