"""
What the processes share that ``crawler.process`` starts: the job they get, the events they tell, the end of their parent.

Does not do any job.
"""

from __future__ import annotations

import json
import os
from typing import Any


def job() -> dict[str, Any]:
    """Return the job of the first line of standard input, read raw, so that nothing is swallowed that ``until_end`` waits for."""
    read = bytearray()
    while not read.endswith(b"\n") and (more := os.read(0, 1)):
        read += more
    found: dict[str, Any] = json.loads(read)
    return found


def post(event: dict[str, Any]) -> None:
    """Print one event for the parent process."""
    print(json.dumps(event, ensure_ascii=False), flush=True)


def until_end() -> None:
    """Wait until the parent closes our standard input or dies."""
    # Raw reads: a thread in a buffered read would hold its lock when the interpreter ends.
    while os.read(0, 1024):
        pass
