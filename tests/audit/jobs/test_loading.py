"""Who pays for the engine of the jobs: workers, and nobody else."""

from __future__ import annotations

import subprocess
import sys


def test_only_workers_load_the_engine() -> None:
    """Neither the commands nor the desk do; a worker does, or this test would look for the wrong name."""
    code = "import sys, audit.cli, audit.web.app; print('dbos' in sys.modules); import audit.jobs.durable; print('dbos' in sys.modules)"
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert told.split() == ["False", "True"]
