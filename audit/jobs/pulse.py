"""
What a worker needs for its work, and the beat by which an order shows that it is alive and learns whether it is still to be done.

Does not do orders; ``doing`` does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from audit.jobs import orders
from audit.jobs.orders import Hold, Order
from audit.jobs.progress import Progress
from audit.run.crawling import Reading
from db import leases
from db.errors import LostError, StoreError
from db.leases import Leases

BEAT = 1.0
"""Seconds between two looks whether the order still holds; as often it is written how far it is."""

PATIENCE = 60.0
"""Seconds in which a database may come back before a worker gives up what it does."""

SILENCE = 20 * 60.0
"""Seconds without any news from who reads or judges, after which it counts as hung; a server may ask for five minutes of rest."""

LONGEST = 24 * 3600.0
"""Seconds that one part may take at most."""

Answer = TypeVar("Answer")


def give_up() -> None:
    """Raise LostError."""
    raise LostError("Die Prüfung erledigt jetzt ein anderer Arbeitsprozess.")


@dataclass
class Desk:
    """
    What a worker needs for its work.

    Attributes:
        engine: The database.
        reading: How sites are read.
        clock: What time it is.
        name: Of the worker.
        leases: The names that it holds, and those of others that it can ask for.
        reports: Folder that gets the report of each audit that is done, if there is one.
        silence: Seconds as ``SILENCE``.
        give_up: Ends the process, since another does its work.
        stopping: Is set when the worker shall stop; what it does is then taken up by another.
        at_work: How many orders are being done.
    """

    engine: Engine
    reading: Reading
    clock: Callable[[], datetime]
    name: str = ""
    leases: Leases | None = None
    reports: Path | None = None
    silence: float = SILENCE
    give_up: Callable[[], None] = give_up
    stopping: threading.Event = field(default_factory=threading.Event)
    at_work: set[int] = field(default_factory=set)

    def is_free(self, name: str) -> bool:
        """Does nobody hold this name?"""
        return self.leases is None or leases.is_free(self.leases, name)


class Pulse:
    """Writes every second how far an order is, and learns whether it is still to be done."""

    def __init__(self, desk: Desk, one: Order, document: dict[str, object]) -> None:
        self.desk, self.one = desk, one
        self.progress = Progress(document, clock=desk.clock)
        self.hold = Hold.OURS
        self._began = self._heard = time.monotonic()
        self._over = threading.Event()

    def hear(self) -> None:
        """Note that there was news."""
        self._heard = time.monotonic()

    def is_hung(self) -> bool:
        """Was there no news for too long?"""
        now = time.monotonic()
        return now - self._heard > self.desk.silence or now - self._began > LONGEST

    def is_over(self) -> bool:
        """Shall the work stop?"""
        return self.hold != Hold.OURS or self.desk.stopping.is_set() or self.is_hung()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat while the work goes on, and once more at its end."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._beat()

    def _run(self) -> None:
        self._beat()
        while not self._over.wait(BEAT):
            self._beat()

    def _beat(self) -> None:
        # A database that is away for a while must not end what can go on without it.
        with suppress(StoreError):
            self.hold = orders.beat(self.desk.engine, self.one, self.progress.document())


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask the database, and again for a minute if it is away."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except StoreError:
            if time.monotonic() >= end:
                raise
            time.sleep(BEAT)
