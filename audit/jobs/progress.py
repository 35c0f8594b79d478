"""
How far an audit is, as a document: its phase, each site's pages, what happened so far, and how long it may still take.

Does not write it and does not word it. Events come in as ``crawler.process`` and ``audit.run.judging`` tell them.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

EMPTY: dict[str, Any] = {"phase": "waiting", "sites": {}, "said": [], "busy": []}
"""
Before anything has happened.

``said``: [moment, code, values] each; ``sites``: by host; ``busy``: hosts that another audit reads, which are waited for.
"""

KEPT = 200
"""Lines that are kept of what happened; a town has some dozen sites."""

SURE = 20.0
"""Seconds that a site must have been read before its speed says anything."""

logger = logging.getLogger(__name__)


class Left(NamedTuple):
    """Minutes that the reading may still take; ``is_least``: the site is not known whole, it will be more."""

    minutes: int
    is_least: bool


class Progress:
    """Takes events from one thread and gives the document to another."""

    def __init__(self, document: dict[str, Any], *, clock: Callable[[], datetime]) -> None:
        self._document = copy.deepcopy({**EMPTY, **document})
        self._clock = clock
        self._lock = threading.Lock()

    def document(self) -> dict[str, Any]:
        """Return a copy of the document as it is now."""
        with self._lock:
            return copy.deepcopy(self._document)

    def say(self, code: str, **values: Any) -> None:
        """Note that something happened."""
        with self._lock:
            self._document["said"] = [*self._document["said"], [self._clock().isoformat(), code, values]][-KEPT:]

    def enter(self, phase: str) -> None:
        """Note what is being done: reading, busy (waiting for a host), asking, judging, trying."""
        with self._lock:
            if self._document["phase"] != phase:
                self._document |= {"phase": phase, "done": 0, "total": 0}

    def read(self, event: dict[str, Any]) -> None:
        """Take an event of the reading."""
        kind, host = event["event"], event.get("site", "")
        if kind == "progress":
            self._reading(host, pages=event["pages"], waiting=event["waiting"], budget=event["budget"])
        elif kind == "ended":
            self._site(host, pages=event["pages"], end=event["end"])
            self.say("site_ended", site=host, pages=event["pages"], end=event["end"])
        elif kind == "busy":
            self._busy(host)
        elif kind == "asked":
            self.enter("asking")
            self.count(event["asked"], event["of"])
        elif kind == "unstored":
            logger.warning("The archive stays on this machine: %s", event["reason"])

    def count(self, done: int, total: int) -> None:
        """Take how much of the present phase is done."""
        with self._lock:
            self._document |= {"done": done, "total": total}

    def _busy(self, host: str) -> None:
        said = self.document()["said"]
        if not said or said[-1][1:] != ["host_busy", {"site": host}]:
            self.say("host_busy", site=host)

    def _reading(self, host: str, *, pages: int, waiting: int, budget: int) -> None:
        known = self._document["sites"].get(host)
        if known is None or known.get("end"):
            self.say("site_begun", site=host)
            self._site(host, since=self._clock().isoformat(), first=pages)
        self._site(host, pages=pages, known=min(pages + waiting, budget), budget=budget, end=None)

    def _site(self, host: str, **values: Any) -> None:
        with self._lock:
            self._document["sites"].setdefault(host, {}).update(values)


def forget_speed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without what was measured before a break; what was read remains."""
    sites = {
        host: {**site, "end": site.get("end"), "since": None, "first": None} for host, site in document["sites"].items()
    }
    return {**document, "sites": sites}


def left(document: dict[str, Any], *, now: datetime, seconds_per_site: float) -> Left | None:
    """
    Return how long the reading may still take at the speed so far, at most what the budget of time allows.

    None: nothing is being read, or not long enough to know. Sites are read side by side, so the slowest counts.
    """
    told = [_left(site, now=now, most=seconds_per_site) for site in document["sites"].values() if not site.get("end")]
    if document["phase"] != "reading" or not told or None in told:
        return None
    longest = max(one for one in told if one is not None)
    return Left(max(1, round(longest[0].total_seconds() / 60)), is_least=longest[1])


def _left(site: dict[str, Any], *, now: datetime, most: float) -> tuple[timedelta, bool] | None:
    if not site.get("since"):
        return None
    passed = (now - datetime.fromisoformat(site["since"])).total_seconds()
    read = site["pages"] - site["first"]
    if passed < SURE or read <= 0:
        return None
    seconds = (site["known"] - site["pages"]) * passed / read
    # Behind the pages that are known there may be others, until the budget is used up.
    is_whole = site["known"] >= site["budget"] or seconds > most - passed
    return timedelta(seconds=max(0.0, min(seconds, most - passed))), not is_whole
