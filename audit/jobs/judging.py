"""
``python -m audit.jobs.judging``: the process that judges one audit for a worker, or a town's latest anew for the desk.

A process of its own, so that pages on which judging hangs or dies take no worker with them, and several are judged side by side.
What it tells: ``{"event": "judged", "phase", "done", "total"}``, and ``{"event": "fault", "kind", "text"}`` or ``{"event": "lost"}``
as its last word, if it fails.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import configure_mappers

from audit import catalogue, classify
from audit.catalogue.files import used_by
from audit.jobs import orders
from audit.jobs.orders import Order
from audit.run import deciding
from audit.run.judging import judge
from crawler import child
from crawler.process import INTERRUPTED
from db import logs
from db.errors import FundstelleError, InputError, LostError, StoreError
from db.session import connect

INTERVAL = 0.5
"""Seconds between two events."""


def main() -> int:
    """Judge, and return the exit code."""
    job = child.job()
    logs.begin(audit=job.get("audit", ""), town=job["town"])
    threading.Thread(target=_watch, daemon=True).start()
    try:
        _judge(job)
    except LostError:
        child.post({"event": "lost"})
    except FundstelleError as fault:
        kind = "input" if isinstance(fault, InputError) else "store" if isinstance(fault, StoreError) else "other"
        child.post({"event": "fault", "kind": kind, "text": str(fault)})
    return 0


def fault_of(event: dict[str, Any]) -> FundstelleError | None:
    """Return what the last event of such a process says that went wrong."""
    kinds = {"input": InputError, "store": StoreError}
    return kinds.get(event["kind"], FundstelleError)(event["text"]) if event.get("event") == "fault" else None


def get_ready(name: str) -> None:
    """Compile a catalogue that comes with the program, as others may be written anew at any time; and put together what asks the database."""
    configure_mappers()
    if name in catalogue.names():
        classify.get_ready(catalogue.load(name))


def _judge(job: dict[str, Any]) -> None:
    """Do the order that is named, then what people's words ask for: also such as were said while we judged."""
    engine, clock = connect(job["database"]), _clock(datetime.fromisoformat(job["now"]))
    settle = partial(deciding.settle, engine, job["town"], clock=clock, report=_told("judging"))
    if "audit" not in job:
        settle(rules=used_by)
        return
    one = Order(job["audit"], datetime.fromisoformat(job["due"]), job["epoch"])
    rules, hold = catalogue.load(job["catalogue"]), partial(orders.hold, one=one)
    judge(engine, one.audit_id, rules, now=clock(), report=_told("judging"), tried=_told("trying"), hold=hold)
    settle(rules=lambda _audit: rules, hold=hold)


def _clock(now: datetime) -> Callable[[], datetime]:
    """Return the clock of who asked, as it goes on here."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _told(phase: str) -> Callable[[int, int], None]:
    last = [0.0]

    def tell(done: int, total: int) -> None:
        if (now := time.monotonic()) - last[0] >= INTERVAL:
            last[0] = now
            child.post({"event": "judged", "phase": phase, "done": done, "total": total})

    return tell


def _watch() -> None:
    """End with the parent; what is not committed was never written."""
    child.until_end()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
