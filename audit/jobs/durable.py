"""
The engine that spreads orders over the workers and takes them up again after a crash: DBOS Transact.

The only module that knows its name, loaded by workers only. Does not keep what people see; that is the book of orders, from
which everything here could be made anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, error
from sqlalchemy import Engine

from audit.jobs import doing
from audit.jobs.doing import Desk
from audit.jobs.orders import Handed, Order

VERSION = "1"
"""
Of the steps below. Whoever changes them raises it: what was handed over under the old one is then handed over anew, since the
version is part of each name, and goes on from what the database holds. Old workers are stopped before new ones start.
"""

QUEUE = "audits"
POLL = 0.5
"""Seconds between two looks into the queue."""

ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def address(engine: Engine) -> str:
    """Return where the engine keeps its own tables: a file beside ours, or a schema beside ours in PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return engine.url.render_as_string(hide_password=False)
    ours = Path(str(engine.url.database))
    return f"sqlite:///{ours.with_name('jobs.db' if ours.stem == 'fundstelle' else f'{ours.stem}-jobs.db')}"


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
        self._run = _workflow(desk)

    def launch(self) -> None:
        """Begin to take orders; those that the last bearer of our name had begun come first."""
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=self._at_once, polling_interval_sec=POLL)

    def hand_over(self, one: Order, *, town: int) -> Handed:
        """Put an order into the queue, once however often and by whomever."""
        name = f"{VERSION}-{one.audit_id}-{one.due.isoformat()}"
        with SetWorkflowID(name), SetEnqueueOptions(deduplication_id=str(town)):
            try:
                handle = DBOS.enqueue_workflow(QUEUE, self._run, one.audit_id, one.due.isoformat())
            except error.DBOSQueueDeduplicatedError:
                return Handed.LATER
        return Handed.GONE if handle.get_status().status in ENDED else Handed.THERE

    def rescue(self, is_dead: Callable[[str], bool]) -> None:
        """Put back what workers had begun that are dead."""
        begun = DBOS.list_workflows(status="PENDING", app_version=VERSION, load_input=False, load_output=False)
        owners = {one.executor_id for one in begun if one.executor_id} - {self._name}
        dead = {owner for owner in owners if is_dead(owner)}
        for one in begun:
            if one.executor_id in dead:
                DBOS.resume_workflow(one.workflow_id, queue_name=QUEUE)


def _workflow(desk: Desk) -> Callable[[int, str], None]:
    """Return what is done with an order; its steps are done again if a crash keeps us from noting their end."""

    @DBOS.step(name="read")
    def read(audit_id: int, due: str) -> str:
        return doing.read(desk, _order(audit_id, due))

    @DBOS.step(name="judge")
    def judge(audit_id: int, due: str) -> str:
        return doing.judge(desk, _order(audit_id, due))

    @DBOS.workflow(name="audit", max_recovery_attempts=None)
    def run(audit_id: int, due: str) -> None:
        one = _order(audit_id, due)
        # Not a step: it shall count each time.
        if not doing.begin(desk, one):
            return
        outcome = read(audit_id, due)
        if outcome == doing.DONE:
            outcome = judge(audit_id, due)
        doing.settle(desk, one, outcome)

    return run


def _order(audit_id: int, due: str) -> Order:
    return Order(audit_id, datetime.fromisoformat(due))
