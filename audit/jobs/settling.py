"""
Judge towns anew after people have spoken: once for all who spoke meanwhile, and not in the process that answers them.

Does not judge; ``audit.jobs.judging`` does, as a child process. What is judged when stands in ``audit.run.deciding``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from audit.catalogue.files import source_of
from audit.jobs.judging import fault_of
from audit.run import deciding
from crawler import process
from db.errors import CrawlError, FundstelleError
from db.session import opened

AT_ONCE = 2
"""Towns that one desk judges side by side."""

LONGEST = 600.0
"""Seconds after which a judging is given up; the words then wait, and their pages say so."""

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Judge = Callable[[Engine, str, Clock], None]
"""Judges the town of a key in a database until no word waits; raises FundstelleError."""


def in_child(engine: Engine, key: str, clock: Clock) -> None:
    """Judge a town in a process of its own; raise what that says."""
    with opened(engine) as session:
        rules = source_of(deciding.latest(session, key))
    last: dict[str, Any] = {}

    def report(event: dict[str, Any]) -> None:
        last.clear()
        last.update(event)

    end = time.monotonic() + LONGEST
    job = {"database": engine.url.render_as_string(hide_password=False), "town": key, "now": clock().isoformat()}
    try:
        process.run(
            "audit.jobs.judging",
            job,
            report=report,
            stopped=lambda: time.monotonic() > end,
            name="beurteilende",
            ahead=rules,
        )
    except CrawlError as broken:
        # Behind its first line stands the log of the process, and nobody goes on where it stopped.
        raise FundstelleError(broken.message.splitlines()[0]) from broken
    if (fault := fault_of(last)) is not None:
        raise fault


class _Turn:
    """One judging that people wait for."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.fault: FundstelleError | None = None


class Settler:
    """Judges towns, each one after the other; whoever asks while one is judged waits for the next time."""

    def __init__(self, judge: Judge = in_child) -> None:
        self._judge = judge
        self._lock = threading.Lock()
        self._places = threading.Semaphore(AT_ONCE)
        self._going: set[str] = set()
        self._next: dict[str, _Turn] = {}

    def settle(self, engine: Engine, key: str, *, clock: Clock, patience: float) -> bool:
        """Let a town be judged, and return whether that is over after so many seconds; raise FundstelleError if it failed by then."""
        with self._lock:
            turn = self._next.setdefault(key, _Turn())
            if key not in self._going:
                self._going.add(key)
                threading.Thread(target=self._run, args=(engine, key, clock), daemon=True).start()
        is_over = turn.over.wait(patience)
        if turn.fault is not None:
            raise turn.fault
        return is_over

    def is_going(self, key: str) -> bool:
        """Is the town being judged, or about to be?"""
        with self._lock:
            return key in self._going

    def _run(self, engine: Engine, key: str, clock: Clock) -> None:
        with self._places:
            while (turn := self._taken(key)) is not None:
                try:
                    self._judge(engine, key, clock)
                except FundstelleError as fault:
                    turn.fault = fault
                    logger.warning("%s", fault.__cause__ or fault, extra={"facts": {"town": key}})
                except (Exception, KeyboardInterrupt):
                    logger.exception("Judging anew failed", extra={"facts": {"town": key}})
                turn.over.set()

    def _taken(self, key: str) -> _Turn | None:
        """Return for whom to judge next; whoever comes from now on waits for the one after."""
        with self._lock:
            turn = self._next.pop(key, None)
            if turn is None:
                self._going.discard(key)
            return turn
