"""
``python -m audit.jobs``: the worker that ``fundstelle serve`` starts as its child.

Does not outlive its parent: the end of standard input is the sign to stop.
"""

from __future__ import annotations

import sys

from audit.jobs.working import work
from db import logs
from db.errors import FundstelleError
from db.schema import open_engine

if __name__ == "__main__":
    try:
        logs.begin()
        work(open_engine(), at_once=int(sys.argv[1]) if sys.argv[1:] else 1, is_child=True)
    except FundstelleError as fault:
        sys.exit(f"Fehler: {fault}")
