"""
Towns behind a gate, a place for their data, and real workers that can be killed.

Does not test anything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.inventory.profile import Profile
from audit.jobs.keeping import ROOT
from audit.run.opening import save_town
from db.desk import Job
from db.schema import open_engine
from db.session import opened
from tests.audit.written import base
from tests.crawler.torture import Answer, TortureServer, text

PAGES = 12
PATIENCE = 120.0
"""Seconds after which a test gives up; nothing is measured by them."""


@dataclass
class Workers:
    """Real worker processes, all ended with the test."""

    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "audit.jobs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        self.running.append(child)
        return child

    @staticmethod
    def kill(child: subprocess.Popen[bytes]) -> None:
        child.kill()
        child.wait()

    def end(self) -> None:
        """Close what they listen to, so that each ends by itself, and see that it does."""
        for child in self.running:
            assert child.stdin is not None
            child.stdin.close()
        codes = [child.wait(PATIENCE) for child in self.running]
        assert set(codes) <= {0, -9}


@dataclass
class Gate:
    """Towns of a dozen pages, those behind the gate answered only when it is opened, and towns without end."""

    server: TortureServer
    opening: threading.Event = field(default_factory=threading.Event)

    def town(self, engine: Engine, key: str, *, behind: bool) -> str:
        """Make a town and return the host of its site."""
        host = f"www.{key}.example"
        paths = [f"/seite-{number}" for number in range(PAGES)]
        links = "".join(f'<a href="{path}">{path}</a> ' for path in paths)
        self.server.answers[host, "/robots.txt"] = text("", 404)
        for number, path in enumerate(["/", *paths]):
            body = f"<!doctype html><html lang=de><title>{key} {path}</title><main><h1>Handyparken {path}</h1><p>Den Parkschein können Sie in {key} mit dem Handy bezahlen, online buchen, Seite {path}.</p>{links}</main>"
            answer = Answer(body.encode())
            waits = behind and number > PAGES // 2
            self.server.answers[host, path] = self._waiting(answer) if waits else answer
        self._save(engine, key, pages=50)
        return host

    def endless(self, engine: Engine, key: str) -> None:
        """Make a town whose pages lead to ever more pages, slowly, but never so slow that a stop would have to wait."""

        def answer(_host: str, path: str) -> Answer:
            time.sleep(0.3)
            last = path.rpartition("-")[2]
            number = int(last) if last.isdecimal() else 0
            links = "".join(f'<a href="/seite-{9 * number + more}">Mehr</a> ' for more in range(1, 10))
            return Answer(f"<!doctype html><title>{path}</title><main><h1>{path}</h1>{links}</main>".encode())

        host = f"www.{key}.example"
        self.server.answers[host, "/robots.txt"] = text("", 404)
        self.server.answers[host, "*"] = answer
        self._save(engine, key, pages=5000)

    def _save(self, engine: Engine, key: str, *, pages: int) -> None:
        profile = Profile.model_validate(
            {
                "key": key,
                "name": key.title(),
                "sites": [{"url": f"http://www.{key}.example/", "role": "city"}],
                "budget": {"pages_per_site": pages, "seconds_per_site": 120, "delay_seconds": 0},
            }
        )
        with opened(engine) as session:
            save_town(session, profile)

    def _waiting(self, answer: Answer) -> Callable[[str, str], Answer]:
        def wait(_host: str, _path: str) -> Answer:
            self.opening.wait(PATIENCE)
            return answer

        return wait


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Gate]:
    """The towns, reached by every process that starts while the test runs."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    with TortureServer() as server:
        monkeypatch.setenv("HTTP_PROXY", server.proxy)
        gate = Gate(server)
        yield gate
        gate.opening.set()


@pytest.fixture
def engine(gate: Gate) -> Iterator[Engine]:  # noqa: ARG001 the place of data comes first
    """The database that workers find by themselves."""
    engine = open_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Real workers."""
    made = Workers()
    yield made
    made.end()


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A catalogue that is quick to load."""
    return str(base(tmp_path))


def job(engine: Engine, audit: int) -> Job:
    """An order as it is now."""
    with opened(engine) as session:
        return session.get_one(Job, audit)


def until(is_so: Callable[[], object]) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def now() -> datetime:
    return datetime.now(UTC)
