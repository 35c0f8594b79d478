"""
A worker: a process that takes orders out of the queue, starts what schedules want, and looks after the orders of dead workers.

Does not do the orders (``doing``) and does not keep the queue (``durable``). Any number of workers may run.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from audit.jobs import leases, orders, presence, schedules
from audit.jobs.doing import Desk
from audit.jobs.leases import Lease
from audit.jobs.orders import Handed, Order
from audit.run import Reading
from db import logs
from db.errors import StoreError
from db.session import opened

if TYPE_CHECKING:
    from audit.jobs.durable import Queue

TICK = 0.5
"""Seconds between two looks at the book of orders."""

RESCUE = 3.0
"""Seconds between two looks for dead workers."""

FIRE = 5.0
"""Seconds between two looks at the schedules."""

SHOW = 10.0
"""Seconds between two signs of life."""

RECONCILE = 60.0
"""Seconds after which every open order is compared with the queue again."""

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
    began: Callable[[str], None] = lambda _name: None,
    is_child: bool = False,
) -> None:
    """
    Work until SIGTERM or Ctrl-C, or as a child until standard input ends; then leave the process.

    ``at_once`` audits are done side by side; ``no_delay`` is for servers on loopback; ``began`` is told the name of the worker.
    """
    # Loaded only here: it takes longer to load than most commands take to run.
    from audit.jobs.durable import Queue  # noqa: PLC0415

    desk = Desk(engine, Reading(no_delay=no_delay), clock=lambda: datetime.now(UTC))
    _listen(desk.stopping, is_child=is_child)
    lease = leases.first_free(engine)
    logs.always(worker=lease.name)
    queue = Queue(desk, name=lease.name, at_once=at_once)
    queue.launch()
    presence.show(engine, lease.name, now=desk.clock(), begins=True)
    began(lease.name)
    logger.info("Worker begins")
    _Round(desk, queue, lease).go()
    end = time.monotonic() + GRACE
    while desk.at_work and time.monotonic() < end:
        time.sleep(0.05)
    logger.info("Worker ends")
    presence.leave(engine, lease.name)
    # Nothing may be written down any more: what is open is what the next worker takes up.
    sys.stderr.flush()
    os._exit(0)


class _Round:
    """What a worker looks after beside its orders."""

    def __init__(self, desk: Desk, queue: Queue, lease: Lease) -> None:
        self.desk, self.queue, self.lease = desk, queue, lease
        self._handed: set[Order] = set()
        self._rescued = self._reconciled = self._fired = self._shown = -RECONCILE

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
        now = time.monotonic()
        if not self.lease.holds():
            # Others may have taken our orders up already.
            os._exit(LOST)
        if now - self._shown >= SHOW:
            presence.show(self.desk.engine, self.lease.name, now=self.desk.clock())
            self._shown = now
        if now - self._reconciled >= RECONCILE:
            self._handed.clear()
            self._reconciled = now
        if now - self._fired >= FIRE:
            schedules.fire(self.desk.engine, now=self.desk.clock())
            self._fired = now
        self._hand_over()
        if now - self._rescued >= RESCUE:
            self.queue.rescue(self._is_dead)
            self._rescued = now

    def _hand_over(self) -> None:
        now = self.desk.clock()
        with opened(self.desk.engine) as session:
            due = orders.due(session, now=now, most=AT_HAND)
        known = {Order(job.audit_id, job.due): job for job in due}
        for one, job in known.items():
            if one in self._handed or one.audit_id in self.desk.at_work:
                continue
            match self.queue.hand_over(one, town=job.town_id):
                case Handed.THERE:
                    self._handed.add(one)
                case Handed.GONE:
                    orders.put_off(self.desk.engine, one, until=now)

    def _is_dead(self, name: str) -> bool:
        lease = leases.take(self.desk.engine, name)
        if lease is None:
            return False
        lease.free()
        return True


def _listen(stopping: threading.Event, *, is_child: bool) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    if is_child:
        threading.Thread(target=_until_parent_ends, args=(stopping,), daemon=True).start()


def _until_parent_ends(stopping: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stopping.set()
