"""
One place for one fault: an empty database, a town behind a gate, workers, and what an undisturbed audit of it finds.

Does not do any harm; ``faults`` does.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy import Engine

from audit import jobs
from db.schema import open_engine
from db.terms import JobState
from tests.audit.jobs.scenes import PAGES, Gate, Workers, job, now, result, stored, until
from tests.audit.written import base
from tests.conftest import PostgresServer
from tests.crawler.torture import TortureServer

TOWN = "bonn"


@dataclass
class Scene:
    """
    Where a fault happens.

    Attributes:
        server: The database server; None: the database is a file.
        rules: A small catalogue.
        address: Of the database.
        away: Seconds that a database server stays away.
        heard: What those complain to who are heard.
    """

    engine: Engine
    gate: Gate
    folder: Path
    server: PostgresServer | None
    rules: str
    address: str
    away: float = 8.0
    workers: Workers = field(default_factory=Workers)
    heard: list[IO[str]] = field(default_factory=list)

    def order(self, *, key: str = TOWN, behind: bool = True) -> int:
        """Make the town and order an audit of it."""
        self.gate.town(self.engine, key, behind=behind)
        return jobs.enqueue(self.engine, key, now=now(), rules=self.rules, fresh=True).audit_id

    def half_read(self, audit: int) -> None:
        """Wait until an audit has read what is not behind the gate."""
        until(lambda: stored(self.engine, audit) >= PAGES // 2)

    def seconds(self, audit: int) -> float:
        """Wait until an audit is taken up again, and return how long that took from now."""
        began, epoch = time.monotonic(), job(self.engine, audit).epoch
        until(lambda: job(self.engine, audit).epoch > epoch)
        return time.monotonic() - began

    def finished(self, audit: int, *, state: JobState = JobState.DONE) -> None:
        """Open the gate and wait for the end of an audit."""
        self.gate.opening.set()
        until(lambda: job(self.engine, audit).ended)
        ended = job(self.engine, audit)
        assert ended.state == state, (ended.state, ended.reason)

    def is_undisturbed(self, *audits: int) -> None:
        """Hold audits of the town against one that nobody disturbs; start a worker if none is left."""
        if all(worker.poll() is not None for worker in self.workers.running):
            self.workers.start()
        fresh = jobs.enqueue(self.engine, TOWN, now=now(), rules=self.rules, fresh=True).audit_id
        self.finished(fresh)
        expected = result(self.engine, fresh)
        assert len(expected[0]) == PAGES + 1
        assert expected[1]
        for audit in audits:
            assert result(self.engine, audit) == expected, audit
        assert all(one.ended for one in jobs.jobs(self.engine)), "something is stuck"


@contextmanager
def scene(server: PostgresServer | None, name: str, *, away: float = 8.0) -> Iterator[Scene]:
    """Give a place that is gone afterwards, with all that was started there; a server that is killed there stays ``away`` for seconds."""
    folder = Path(tempfile.mkdtemp(prefix="fundstelle-chaos-"))
    address = server(name) if server is not None else f"sqlite:///{folder}/home/fundstelle.db"
    before = {key: os.environ.get(key) for key in ("FUNDSTELLE_HOME", "DATABASE_URL", "HTTP_PROXY", "http_proxy")}
    os.environ.pop("http_proxy", None)
    os.environ |= {"FUNDSTELLE_HOME": str(folder / "home"), "DATABASE_URL": address}
    with TortureServer() as torture:
        os.environ["HTTP_PROXY"] = torture.proxy
        engine = open_engine()
        made = Scene(engine, Gate(torture), folder, server, str(base(folder)), address, away)
        try:
            yield made
        finally:
            made.gate.opening.set()
            made.workers.kill_all()
            for stream in made.heard:
                stream.close()
            engine.dispose()
            _set(before)
            shutil.rmtree(folder, ignore_errors=True)


def _set(values: dict[str, str | None]) -> None:
    for key, value in values.items():
        if value is None:
            os.environ.pop(key, None)
        else:
            os.environ[key] = value


Fault = Callable[[Scene], float | None]
"""Does its harm, holds the result against an undisturbed audit, and returns the seconds until the audit was taken up again."""
