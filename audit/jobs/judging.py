"""
``python -m audit.jobs.judging``: the process that judges one audit for a worker.

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
from datetime import datetime
from typing import Any

from sqlalchemy.orm import configure_mappers

from audit import catalogue, classify
from audit.jobs import orders
from audit.jobs.orders import Order
from audit.run import judge
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
    logs.begin(audit=job["audit"], town=job["town"])
    threading.Thread(target=_watch, daemon=True).start()
    try:
        _judge(job)
    except LostError:
        child.post({"event": "lost"})
    except FundstelleError as fault:
        kind = "input" if isinstance(fault, InputError) else "store" if isinstance(fault, StoreError) else "other"
        child.post({"event": "fault", "kind": kind, "text": str(fault)})
    return 0


def get_ready(name: str) -> None:
    """Compile a catalogue that comes with the program, as others may be written anew at any time; and put together what asks the database."""
    configure_mappers()
    if name in catalogue.names():
        classify.get_ready(catalogue.load(name))


def _judge(job: dict[str, Any]) -> None:
    one = Order(job["audit"], datetime.fromisoformat(job["due"]), job["epoch"])
    judge(
        connect(job["database"]),
        one.audit_id,
        catalogue.load(job["catalogue"]),
        now=datetime.fromisoformat(job["now"]),
        report=_told("judging"),
        tried=_told("trying"),
        hold=lambda session: orders.hold(session, one),
    )


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
