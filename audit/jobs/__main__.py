"""
``python -m audit.jobs``: the worker that ``fundstelle serve`` starts as its child.

Does not outlive its parent: the end of standard input is the sign to stop.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from audit.jobs.working import work
from db import logs
from db.errors import FundstelleError
from db.schema import open_engine

if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--jobs", type=int, default=1)
    words.add_argument("--reports", type=Path)
    words.add_argument("--address", default="")
    given = words.parse_args()
    try:
        logs.begin()
        work(open_engine(), at_once=given.jobs, reports=given.reports, address=given.address, is_child=True)
    except FundstelleError as fault:
        sys.exit(f"Fehler: {fault}")
