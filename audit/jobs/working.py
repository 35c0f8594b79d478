"""
A worker: a process that takes orders out of the queue, starts what schedules want, and looks after the orders of dead workers.

Does not do the orders (``doing``) and does not keep the queue (``durable``). Any number of workers may run; each has a name that
no other has as long as it lives.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, func, select

from audit.jobs import notices, orders, presence, schedules
from audit.jobs.doing import HOST_PATIENCE
from audit.jobs.orders import Handed, Order
from audit.jobs.pulse import Desk
from audit.run.crawling import Reading
from crawler.child import until_end
from db import leases, logs
from db.errors import LostError, StoreError
from db.session import opened, translated
from db.terms import JobState

if TYPE_CHECKING:
    from audit.jobs.durable import Queue

TICK = 0.5
"""Seconds between two looks at the book of orders."""

RESCUE = 2.0
"""Seconds between two looks for dead workers; who is dead at two is dead."""

FIRE = 5.0
"""Seconds between two looks at the schedules."""

SHOW = 10.0
"""Seconds between two signs of life."""

RECONCILE = 60.0
"""Seconds after which every open order is compared with the queue again, and our clock with the database's."""

CLEAN = 3600.0
"""Seconds between two looks for what the queue no longer has to remember."""

AT_HAND = 100
"""Orders that are in the queue at most, so that ten thousand that wait cost nothing."""

GRACE = 12.0
"""Seconds in which what is being read may be stored when the worker shall stop."""

LOST = 70
"""Exit code of a worker that can no longer prove it is alive."""

logger = logging.getLogger(__name__)


def work(
    engine: Engine,
    *,
    at_once: int = 1,
    no_delay: bool = False,
    reports: Path | None = None,
    address: str = "",
    began: Callable[[str], None] = lambda _name: None,
    is_child: bool = False,
) -> None:
    """
    Work until SIGTERM or Ctrl-C, or as a child until standard input ends; then leave the process.

    ``at_once`` audits are done side by side; ``no_delay`` is for servers on loopback; ``reports`` is a folder that gets the report
    of each audit, ``address`` that of the desk, for mails; ``began`` is told the name of the worker.
    """
    # Loaded only here: it takes longer to load than most commands take to run.
    from audit.jobs.durable import Queue  # noqa: PLC0415

    clock, names = Clock(engine), leases.of(engine)
    desk = Desk(
        engine,
        Reading(no_delay=no_delay, patience=HOST_PATIENCE),
        clock=clock,
        name=_name(names),
        leases=names,
        reports=reports,
        give_up=_give_up,
    )
    _listen(desk.stopping, is_child=is_child)
    logs.always(worker=desk.name)
    queue = Queue(desk, name=desk.name, at_once=at_once)
    queue.launch()
    presence.show(engine, desk.name, now=datetime.now(UTC), begins=True)
    began(desk.name)
    logger.info("Worker begins")
    threading.Thread(target=_post, args=(desk, address), daemon=True).start()
    _Round(desk, queue, clock).go()
    end = time.monotonic() + GRACE
    while desk.at_work and time.monotonic() < end:
        time.sleep(0.05)
    logger.info("Worker ends")
    presence.leave(engine, desk.name)
    # Nothing may be written down any more: what is open is what the next worker takes up.
    sys.stderr.flush()
    os._exit(0)


class Clock:
    """What time it is for all who work with a database: its server's time, since machines differ."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ahead = timedelta()
        self.set()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self) -> None:
        """Compare our clock with the server's; a file has only ours."""
        if self._engine.dialect.name == "sqlite":
            return
        with translated(self._engine), self._engine.connect() as connection:
            before = datetime.now(UTC)
            self._ahead = connection.execute(select(func.clock_timestamp())).scalar_one() - before


class _Round:
    """What a worker looks after beside its orders."""

    def __init__(self, desk: Desk, queue: Queue, clock: Clock) -> None:
        self.desk, self.queue, self.clock = desk, queue, clock
        self._handed: set[Order] = set()
        self._others: set[Order] = set()
        self._last: dict[Callable[[], None], float] = {}

    def go(self) -> None:
        while not self.desk.stopping.is_set():
            try:
                self._tick()
            except StoreError as fault:
                logger.warning("%s", fault)
            except Exception:
                # Whatever it is, the orders that are being done must go on, and the next look may be better.
                logger.exception("The round of the worker")
            self.desk.stopping.wait(TICK)

    def _tick(self) -> None:
        assert self.desk.leases is not None
        try:
            if not self.desk.leases.is_proven():
                return
        except LostError as fault:
            logger.warning("%s", fault)
            _give_up()
        self._every(SHOW, self._show)
        self._every(RECONCILE, self._reconcile)
        self._every(FIRE, self._fire)
        self._hand_over()
        self._every(RESCUE, self._rescue)
        self._every(CLEAN, self._clean)

    def _every(self, seconds: float, look: Callable[[], None]) -> None:
        now = time.monotonic()
        if now - self._last.get(look, -seconds) >= seconds:
            look()
            self._last[look] = now

    def _show(self) -> None:
        presence.show(self.desk.engine, self.desk.name, now=datetime.now(UTC))

    def _reconcile(self) -> None:
        self._handed.clear()
        self.clock.set()

    def _fire(self) -> None:
        schedules.fire(self.desk.engine, now=self.desk.clock())

    def _rescue(self) -> None:
        self.queue.rescue(self.desk.is_free)
        self._others.clear()

    def _clean(self) -> None:
        self.queue.clean(now=self.desk.clock())

    def _hand_over(self) -> None:
        now = self.desk.clock()
        with opened(self.desk.engine) as session:
            due = orders.due(session, now=now, most=AT_HAND)
        known = {Order(job.audit_id, job.due): job for job in due}
        # What was held back is handed over anew when its turn comes again.
        self._handed &= known.keys()
        for one, job in known.items():
            if one in self._handed | self._others or one.audit_id in self.desk.at_work:
                continue
            if job.state == JobState.RUNNING and not self._is_dead(job.worker):
                # It may do so under an older version, whose queue is another.
                self._others.add(one)
                continue
            match self.queue.hand_over(one, town=job.town_id, priority=job.priority):
                case Handed.THERE:
                    self._handed.add(one)
                case Handed.GONE:
                    orders.put_off(self.desk.engine, one._replace(epoch=job.epoch), until=now)

    def _is_dead(self, worker: str) -> bool:
        return worker in {"", self.desk.name} or self.desk.is_free(worker)


def _name(names: leases.Leases) -> str:
    """Take the first name that nobody has: after a crash the worker that follows gets the same."""
    return leases.first(names, (f"worker-{number}" for number in itertools.count(1)))


def _give_up() -> None:
    """End at once, since another process does what we did."""
    logger.warning("Another worker does what this one did; it ends.")
    sys.stderr.flush()
    os._exit(LOST)


def _post(desk: Desk, address: str) -> None:
    """Send mails beside all else: a mail server may take its time."""
    while not desk.stopping.wait(FIRE):
        try:
            notices.deliver(desk.engine, now=desk.clock(), environ=os.environ, address=address)
        except StoreError as fault:
            logger.warning("%s", fault)
        except Exception:
            logger.exception("The mails of the worker")


def _listen(stopping: threading.Event, *, is_child: bool) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    if is_child:
        threading.Thread(target=_until_parent_ends, args=(stopping,), daemon=True).start()


def _until_parent_ends(stopping: threading.Event) -> None:
    until_end()
    stopping.set()
