"""
One order as a worker does it: read, judge, and say how it went.

Does not know the queue it came from. What is done twice after a crash is done once in effect: the reading goes on where it
stopped, and a judging takes the place of the one before.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import joinedload

from audit import catalogue
from audit.jobs import orders
from audit.jobs.orders import Order
from audit.jobs.progress import EMPTY, Progress, forget_speed
from audit.run import Reading, crawl
from audit.run import judge as judge_pages
from db import logs
from db.desk import Job
from db.errors import FundstelleError, InputError, StoreError
from db.session import opened
from db.terms import N_, JobState

TRIES = 3
"""So often an audit is begun before it is given up; a town that kills its workers must not do so for ever."""

PAUSES = (timedelta(seconds=30), timedelta(minutes=5))
"""Before the second and the third try."""

BEAT = 1.0
"""Seconds between two looks whether the order still holds; as often it is written how far it is."""

PATIENCE = 60.0
"""Seconds in which a database may come back before a worker gives up what it does."""

DONE, CANCELLED = "done", "cancelled"
KILLED = N_("Der Arbeitsprozess wurde mitten in der Prüfung beendet.")
STOPPED = N_("Das Lesen wurde unterbrochen.")
UNEXPECTED = N_("Unerwarteter Fehler im Programm ({kind}).")

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class CalledOffError(Exception):
    """Somebody called the order off, or the worker shall stop."""


@dataclass
class Desk:
    """
    What a worker needs for its work.

    Attributes:
        engine: The database.
        reading: How sites are read.
        clock: What time it is.
        stopping: Is set when the worker shall stop; what it does is then taken up by another.
        at_work: How many orders are being done.
    """

    engine: Engine
    reading: Reading
    clock: Callable[[], datetime]
    stopping: threading.Event = field(default_factory=threading.Event)
    at_work: set[int] = field(default_factory=set)


class Pulse:
    """Writes every second how far an order is, and learns whether it was called off."""

    def __init__(self, desk: Desk, one: Order, document: dict[str, object]) -> None:
        self.desk, self.one = desk, one
        self.progress = Progress(document, clock=desk.clock)
        self.is_called_off = False
        self._over = threading.Event()
        self._written: object = None

    def is_over(self) -> bool:
        """Shall the work stop?"""
        return self.is_called_off or self.desk.stopping.is_set()

    def check(self) -> None:
        """Raise CalledOffError if the work shall stop."""
        if self.is_over():
            raise CalledOffError

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
            self.is_called_off = orders.beat(self.desk.engine, self.one, self.progress.document())


def begin(desk: Desk, one: Order) -> bool:
    """Count a try; False: nothing is to be done, since it was called off, has ended, or was tried too often."""
    job = patiently(lambda: orders.begin(desk.engine, one, now=desk.clock()))
    if job is None:
        return False
    if job.cancelled is not None:
        settle(desk, one, CANCELLED)
        return False
    if job.tries > TRIES:
        _end(desk, one, JobState.FAILED, reason=job.reason or KILLED)
        return False
    return True


def read(desk: Desk, one: Order) -> str:
    """Read the sites; return DONE, CANCELLED or, in German, what went wrong."""

    def work(pulse: Pulse, job: Job) -> None:
        pulse.progress.say("begun" if job.tries == 1 else "continued")
        pulse.progress.enter("reading")
        crawl(
            desk.engine,
            one.audit_id,
            catalogue=catalogue.load(job.catalogue),
            reading=desk.reading,
            report=pulse.progress.read,
            clock=desk.clock,
            stopped=pulse.is_over,
        )

    return _worked(desk, one, work)


def judge(desk: Desk, one: Order) -> str:
    """Judge the pages; return the same as ``read``."""

    def work(pulse: Pulse, job: Job) -> None:
        def told(phase: str) -> Callable[[int, int], None]:
            def tell(done: int, total: int) -> None:
                pulse.check()
                pulse.progress.enter(phase)
                pulse.progress.count(done, total)

            return tell

        pulse.progress.say("judging")
        pulse.progress.enter("judging")
        rules = catalogue.load(job.catalogue)
        judge_pages(desk.engine, one.audit_id, rules, now=desk.clock(), report=told("judging"), tried=told("trying"))

    return _worked(desk, one, work)


def settle(desk: Desk, one: Order, outcome: str) -> None:
    """Write how a try went: it is done, called off, tried again later, or given up with its reason."""
    job = patiently(lambda: _job(desk, one))
    told = {"audit": one.audit_id, "town": job.town.key, "try": job.tries}
    logger.log(logging.INFO if outcome in {DONE, CANCELLED} else logging.WARNING, outcome, extra={"facts": told})
    if outcome == DONE:
        _end(desk, one, JobState.DONE)
    elif outcome == CANCELLED or job.cancelled is not None:
        _end(desk, one, JobState.CANCELLED)
    elif job.tries >= TRIES or outcome.startswith("!"):
        _end(desk, one, JobState.FAILED, reason=outcome.removeprefix("!"))
    else:
        until = desk.clock() + PAUSES[min(job.tries, len(PAUSES)) - 1]
        _say(desk, one, "again", reason=outcome)
        patiently(lambda: orders.put_off(desk.engine, one, until=until, reason=outcome))


def _worked(desk: Desk, one: Order, work: Callable[[Pulse, Job], None]) -> str:
    """Do a part of an order; a fault that will not go away by itself begins with an exclamation mark."""
    job = patiently(lambda: _job(desk, one))
    pulse = Pulse(desk, one, forget_speed({**EMPTY, **job.progress}))
    desk.at_work.add(one.audit_id)
    try:
        with logs.about(audit=one.audit_id, town=job.town.key), pulse.beating():
            work(pulse, job)
    except (CalledOffError, KeyboardInterrupt):
        if not pulse.is_called_off and desk.stopping.is_set():
            _stand_still(desk, one)
        return CANCELLED if pulse.is_called_off else STOPPED
    except InputError as fault:
        return f"!{fault}"
    except FundstelleError as fault:
        # Behind the first line stands the log, which is kept where it is.
        return fault.message.splitlines()[0]
    except Exception as fault:
        logger.exception("Fault in the program", extra={"facts": {"audit": one.audit_id, "town": job.town.key}})
        return UNEXPECTED.format(kind=type(fault).__name__)
    finally:
        desk.at_work.discard(one.audit_id)
    return DONE


def _stand_still(desk: Desk, one: Order) -> None:
    """Wait for the end of the process, so that the queue learns nothing and hands the order on when it is gone."""
    with suppress(StoreError):
        orders.interrupted(desk.engine, one)
    desk.at_work.discard(one.audit_id)
    threading.Event().wait()


def _end(desk: Desk, one: Order, state: JobState, *, reason: str = "") -> None:
    _say(desk, one, str(state), reason=reason)
    patiently(lambda: orders.end(desk.engine, one, state=state, now=desk.clock(), reason=reason))


def _say(desk: Desk, one: Order, code: str, *, reason: str) -> None:
    job = patiently(lambda: _job(desk, one))
    progress = Progress(job.progress, clock=desk.clock)
    progress.say(code, reason=reason)
    progress.enter("over")
    patiently(lambda: orders.beat(desk.engine, one, progress.document()))


def _job(desk: Desk, one: Order) -> Job:
    with opened(desk.engine) as session:
        return session.get_one(Job, one.audit_id, options=[joinedload(Job.town)])


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
