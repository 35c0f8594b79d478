"""
The engine that spreads orders over the workers and takes them up again after a crash: DBOS Transact.

The only module that knows its name, loaded by workers only. Does not keep what people see; that is the book of orders, from
which everything here could be made anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, error
from sqlalchemy import Engine

from audit.jobs import doing
from audit.jobs.orders import Handed, Order
from audit.jobs.pulse import Desk
from db.session import insistent

VERSION = "2"
"""
Of the steps below. Whoever changes them raises it: what was handed over under the old one is then handed over anew, since the
version is part of each name and of the queue's, and goes on from what the database holds. What a worker of the old one is doing is left
to it as long as it lives.
"""

QUEUE = f"audits-{VERSION}"
POLL = 0.5
"""Seconds between two looks into the queue."""

KEPT = timedelta(days=7)
"""So long the engine remembers what has ended; everything that people see is in the book of orders."""

BATCH = 500
"""Rows that are cleaned away at once."""

ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def address(engine: Engine) -> str:
    """Return where the engine keeps its own tables: a file beside ours, or a schema beside ours in PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return insistent(engine.url)
    ours = Path(str(engine.url.database))
    return f"sqlite:///{ours.with_name('jobs.db' if ours.stem == 'fundstelle' else f'{ours.stem}-jobs.db')}"


def prepare(engine: Engine) -> None:
    """Make the engine's own tables or bring them up to date: for whoever may, so that workers need not."""
    DBOS.migrate(address(engine))


class Queue:
    """The queue as one worker sees it, from ``launch`` on."""

    def __init__(self, desk: Desk, *, name: str, at_once: int) -> None:
        # Nothing is reported to anybody: without a key there is no connection, and the advert is logged below WARNING.
        os.environ.pop("DBOS_CONDUCTOR_KEY", None)
        config = DBOSConfig(
            name="fundstelle",
            system_database_url=address(desk.engine),
            executor_id=name,
            application_version=VERSION,
            # The default would run code that somebody wrote into the database.
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            sys_db_pool_size=max(5, at_once + 2),
        )
        # With a handler of its own it would write past our log.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        DBOS(config=config)
        self._name = name
        self._at_once = at_once
        self._silent: set[str] = set()
        self._run = _workflow(desk)

    def launch(self) -> None:
        """Begin to take orders; those that the last bearer of our name had begun come first."""
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=self._at_once, polling_interval_sec=POLL)

    def hand_over(self, one: Order, *, town: int, priority: int) -> Handed:
        """Put an order into the queue, once however often and by whomever."""
        name = f"{VERSION}-{one.audit_id}-{one.due.isoformat()}"
        with SetWorkflowID(name), SetEnqueueOptions(deduplication_id=str(town), priority=1 + priority):
            try:
                handle = DBOS.enqueue_workflow(QUEUE, self._run, one.audit_id, one.due.isoformat())
            except error.DBOSQueueDeduplicatedError:
                return Handed.LATER
        return Handed.GONE if handle.get_status().status in ENDED else Handed.THERE

    def rescue(self, is_dead: Callable[[str], bool]) -> None:
        """Put back what workers had begun that are dead, and dead at the last look too: one may be about to take its name again."""
        begun = DBOS.list_workflows(status="PENDING", app_version=VERSION, load_input=False, load_output=False)
        owners = {one.executor_id for one in begun if one.executor_id} - {self._name}
        dead = {owner for owner in owners if is_dead(owner)}
        for one in begun:
            if one.executor_id in dead & self._silent:
                DBOS.resume_workflow(one.workflow_id, queue_name=QUEUE)
        self._silent = dead

    @staticmethod
    def clean(*, now: datetime) -> None:
        """Forget what ended long ago, and what workers of an older version left behind."""
        told = partial(DBOS.list_workflows, load_input=False, load_output=False, limit=BATCH)
        long_ago = (now - KEPT).isoformat()
        ended = told(status=[*ENDED], completed_before=long_ago)
        old = [one for one in told(end_time=long_ago) if one.app_version != VERSION]
        names = {one.workflow_id for one in [*ended, *old]}
        if names:
            DBOS.delete_workflows([*names])


def _workflow(desk: Desk) -> Callable[[int, str], None]:
    """Return what is done with an order; its steps are done again if a crash keeps us from noting their end."""

    @DBOS.step(name="read")
    def read(one: Order) -> str:
        return doing.read(desk, one)

    @DBOS.step(name="judge")
    def judge(one: Order) -> str:
        return doing.judge(desk, one)

    @DBOS.step(name="report")
    def report(one: Order) -> str:
        return doing.report(desk, one)

    @DBOS.workflow(name="audit", max_recovery_attempts=None)
    def run(audit_id: int, due: str) -> None:
        # Not a step: it shall count each time.
        one = doing.begin(desk, Order(audit_id, datetime.fromisoformat(due)))
        if one is None:
            return
        outcome = read(one)
        if outcome == doing.DONE:
            outcome = judge(one)
        reported = report(one) if outcome == doing.DONE else doing.DONE
        doing.settle(desk, one, outcome, reported=reported)

    return run
