"""
A worker, or a desk with its worker, that begins as a copy of a process which has loaded what it needs: no test pays for it again.

Does what ``python -m audit.jobs`` and ``fundstelle serve`` do; others start those as they are. What it shall be stands in its
environment.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import importlib
import json
import os
import runpy
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from audit.jobs import keeping
from crawler import nursery
from crawler.nursery import Child

WISHES = "FUNDSTELLE_TEST_WORKER"
"""Holds as JSON: is it a ``desk``, ``words`` of the command, ``network`` as ``ip netns`` names it, ``version`` of the jobs, seconds ``behind``."""

WORKER = ("audit.jobs.durable", "audit.jobs.judging", "audit.jobs.working", "crawler.__main__")
DESK = (*WORKER, "audit.cli", "audit.web.app", "uvicorn")


def begin(
    *words: str,
    desk: bool = False,
    network: str = "",
    version: str | None = None,
    behind: float = 0.0,
    environ: Mapping[str, str] | None = None,
    stderr: int = 2,
) -> Child:
    """Begin one; ``stderr`` is where it complains."""
    wishes = {"desk": desk, "words": words, "network": network, "version": version, "behind": behind}
    env = {**os.environ, **(environ or {}), WISHES: json.dumps(wishes)}
    with os.fdopen(os.dup(stderr), "wb") as errors:
        return nursery.begin("tests.audit.jobs.forked", stderr=errors, env=env, ahead="desk" if desk else "")


def get_ready(ahead: str) -> None:
    """Load what it and its children need."""
    for module in DESK if ahead else WORKER:
        importlib.import_module(module)
    configure_mappers()


def main() -> int:
    """Be it."""
    wishes = json.loads(os.environ.pop(WISHES))
    if wishes["network"]:
        _enter(wishes["network"])
    _bear()
    if wishes["desk"]:
        keeping._start = lambda words: begin(*words)  # type: ignore[assignment,return-value]
        return importlib.import_module("audit.cli").run(["serve", *wishes["words"]])  # type: ignore[no-any-return]
    _disguise(version=wishes["version"], behind=wishes["behind"])
    sys.argv = ["audit.jobs", *wishes["words"]]
    runpy.run_module("audit.jobs", run_name="__main__", alter_sys=True)
    return 0


def _enter(network: str) -> None:
    with Path("/run/netns", network).open() as place:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), 0):
            raise OSError(ctypes.get_errno(), "setns")


@dataclass(frozen=True)
class _Born:
    """As much of ``subprocess.Popen`` as the nursery's parent needs."""

    pid: int

    def wait(self) -> None:
        os.waitpid(self.pid, 0)


def _bear() -> None:
    """Give this process a nursery, which it would else load anew."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        sys.argv = ["crawler.nursery", str(theirs.detach())]
        sys.exit(nursery.main())
    theirs.close()
    fixed = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
    nursery._nursery = _Born(pid), ours, fixed  # type: ignore[assignment]


def _disguise(*, version: str | None, behind: float) -> None:
    durable, working = (importlib.import_module(f"audit.jobs.{name}") for name in ("durable", "working"))
    if version is not None:
        durable.VERSION, durable.QUEUE = version, f"audits-{version}"

    class Behind(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Behind:
            return super().now(tz) - dt.timedelta(seconds=behind)

    if behind:
        working.datetime = Behind
