"""
Towns behind a gate, real workers that can be killed, and what became of an audit.

Does not test anything.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, func, select

from audit.inventory.profile import Profile
from audit.jobs.working import LOST
from audit.run.opening import save_town
from crawler.nursery import Child, name_of
from db.desk import Job
from db.errors import StoreError
from db.models import Audit, Crawl, Finding, Page
from db.session import opened
from tests.audit.jobs import forked
from tests.crawler.torture import Answer, TortureServer, text

Found = TypeVar("Found")
PAGES = 12
PATIENCE = 120.0
"""Seconds after which a test gives up; nothing is measured by them."""


@dataclass
class Workers:
    """Real worker processes, all ended with the test."""

    running: list[Child] = field(default_factory=list)

    def start(
        self,
        *words: str,
        network: str = "",
        version: str | None = None,
        behind: timedelta = timedelta(),
        environ: Mapping[str, str] | None = None,
    ) -> Child:
        """Start one, perhaps in a ``network`` namespace, of an older ``version`` of the jobs, or with a clock that is ``behind``."""
        wishes = {"network": network, "version": version, "behind": behind.total_seconds()}
        child = forked.begin(*words, **wishes, environ=environ)  # type: ignore[arg-type]
        self.running.append(child)
        return child

    @staticmethod
    def kill(child: Child) -> None:
        child.kill()
        child.wait()

    def kill_all(self) -> None:
        """Leave none of them."""
        for child in self.running:
            self.kill(child)
            child.stdin.close()
            child.stdout.close()

    def end(self) -> None:
        """Close what they listen to, so that each ends by itself, and see that it does."""
        for child in self.running:
            child.stdin.close()
        codes = [child.wait(PATIENCE) for child in self.running]
        for child in self.running:
            child.stdout.close()
        assert set(codes) <= {0, -9, LOST}


@dataclass
class Gate:
    """Towns of a dozen pages, those behind the gate answered only when it is opened, and towns without end."""

    server: TortureServer
    opening: threading.Event = field(default_factory=threading.Event)

    def town(self, engine: Engine, key: str, *, behind: bool, shares: Sequence[str] = ()) -> str:
        """Make a town and return the host of its site; it ``shares`` hosts of other towns."""
        host = f"www.{key}.example"
        paths = [f"/seite-{number}" for number in range(PAGES)]
        links = "".join(f'<a href="{path}">{path}</a> ' for path in paths)
        self.server.answers[host, "/robots.txt"] = text("", 404)
        for number, path in enumerate(["/", *paths]):
            body = f"<!doctype html><html lang=de><title>{key} {path}</title><main><h1>Handyparken {path}</h1><p>Den Parkschein können Sie in {key} mit dem Handy bezahlen, online buchen, Seite {path}.</p>{links}</main>"
            answer = Answer(body.encode())
            waits = behind and number > PAGES // 2
            self.server.answers[host, path] = self._waiting(answer) if waits else answer
        self._save(engine, key, pages=50, shares=shares)
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

    def _save(self, engine: Engine, key: str, *, pages: int, shares: Sequence[str] = ()) -> None:
        hosts = {f"www.{key}.example": "city", **dict.fromkeys(shares, "portal")}
        profile = Profile.model_validate(
            {
                "key": key,
                "name": key.title(),
                "sites": [{"url": f"http://{host}/", "role": role} for host, role in hosts.items()],
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


def job(engine: Engine, audit: int) -> Job:
    """An order as it is now."""
    with opened(engine) as session:
        return session.get_one(Job, audit)


def until(is_so: Callable[[], Found]) -> Found:
    """Wait for something that must come, and return it; a database may be away meanwhile."""
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(StoreError):
            if found := is_so():
                return found
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def now() -> datetime:
    return datetime.now(UTC)


def stored(engine: Engine, audit: int) -> int:
    """Pages of an audit so far."""
    with opened(engine) as session:
        wanted = select(func.count()).select_from(Page).join(Crawl, Page.crawl_id == Crawl.id)
        return session.scalar(wanted.where(Crawl.audit_id == audit)) or 0


def result(engine: Engine, audit: int) -> tuple[list[tuple[str, int, str]], list[tuple[str | None, str, float]]]:
    """All pages and all verdicts of an audit."""
    with opened(engine) as session:
        pages = select(Page.url, Page.status, Page.main_text).join(Crawl, Page.crawl_id == Crawl.id)
        verdicts = select(Finding.criterion, Finding.verdict, Finding.score).where(Finding.audit_id == audit)
        return (
            sorted(tuple(row) for row in session.execute(pages.where(Crawl.audit_id == audit))),
            sorted(tuple(row) for row in session.execute(verdicts)),
        )


def is_read(engine: Engine, audit: int) -> bool:
    """Are all sites of an audit read?"""
    with opened(engine) as session:
        return session.get_one(Audit, audit).crawled is not None


def caught(process: int, *, of: str) -> int:
    """Wait for such a child of a process, let it stand still, and return its number."""
    end = time.monotonic() + PATIENCE
    while not (found := children(process, of=of)):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)
    os.kill(found[0], signal.SIGSTOP)
    return found[0]


def children(process: int, *, of: str) -> list[int]:
    """The processes that a process has begun for this module of ours."""
    return [
        number
        for nursery in _children(process)
        for number in _children(nursery)
        if _told(number, "comm").strip() == name_of(of)
    ]


def _children(process: int) -> list[int]:
    files = Path(f"/proc/{process}/task").glob("*/children")
    with suppress(OSError):
        return [int(number) for file in files for number in file.read_text().split()]
    return []


def _told(process: int, what: str) -> str:
    try:
        return Path(f"/proc/{process}/{what}").read_text()
    except OSError:
        return ""
