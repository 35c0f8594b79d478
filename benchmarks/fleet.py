"""
Many towns in one run: what a second worker gains, what the engine costs, and what grows with the number of towns.

Does not measure the network: the towns lie on loopback, a site of 60 generated pages at each address. Workers are processes, and so is
each audit that runs without them. ``python -m benchmarks.fleet --towns 40`` is a quick look.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from audit import catalogue
from audit.inventory.profile import Profile
from audit.jobs import fleet
from audit.run.crawling import Reading, crawl
from audit.run.judging import judge, silent
from benchmarks.figures import Row, publish, row
from benchmarks.runs import serving
from db.desk import Job
from db.models import Audit, Page
from db.schema import open_engine
from db.session import opened
from db.terms import JobState
from tests.conftest import postgres_bin, postgres_server

TOWNS, PAGES = 417, 60
PART = 4
"""Such a part of the towns is done by one worker, and by plain processes: their rate is what is compared."""

FEWEST = 8
AT_ONCE = 2
LEFT_BEHIND = 3.0
"""Seconds in which what a worker leaves behind has ended."""

PR_SET_CHILD_SUBREAPER = 36
OUT = Path("build/bench-fleet.json")


@dataclass
class Run:
    """What one run of workers took; a sample is (ended audits, megabytes of each worker, bytes of the database)."""

    seconds: float = 0.0
    cpu: float = 0.0  #: seconds of CPU of the workers and all their children
    samples: list[tuple[int, list[float], int]] = field(default_factory=list)
    towns: list[float] = field(default_factory=list)  #: seconds of each audit, in the order of their ends
    failed: int = 0
    pages: int = 0


def main(words: Sequence[str]) -> int:
    """Measure, print, write; the exit code says whether all bars were met."""
    if words[:1] == ["one"]:
        alone(words[1], int(words[2]))
        return 0
    parser = argparse.ArgumentParser(prog="benchmarks.fleet")
    parser.add_argument("--towns", type=int, default=TOWNS)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args(words)
    rows: list[Row] = []
    _adopt()
    with serving(PAGES, "0.0.0.0") as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        if given.only != "postgresql":
            rows += measured("sqlite", given.towns, port, lambda folder, name: f"sqlite:///{folder / name}.db")
        if given.only != "sqlite" and postgres_bin() is not None:
            with postgres_server() as database:
                rows += measured("postgresql", given.towns, port, lambda _folder, name: database(name))
    print(f"Load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    return publish(rows, OUT)


def measured(kind: str, towns: int, port: int, place: object) -> list[Row]:
    """Return the figures of one kind of database."""
    part = max(FEWEST, towns // PART)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FUNDSTELLE_HOME"] = name
        plain, plain_cpu = processes(place(folder, "plain"), part, port)  # type: ignore[operator]
        one = worked(place(folder, "one"), part, port, workers=1)  # type: ignore[operator]
        short = worked(place(folder, "short"), part, port, workers=AT_ONCE)  # type: ignore[operator]
        all_of = worked(place(folder, "two"), towns, port, workers=AT_ONCE)  # type: ignore[operator]
    tenth = max(2, towns // 10)
    first, last = all_of.samples[: _until(all_of, tenth)], all_of.samples[_until(all_of, towns - tenth) :]
    notes = {"n": towns, "note": kind}
    assert not one.failed + short.failed + all_of.failed, "audits failed"
    return [
        row(f"{kind}_workers", one.seconds / short.seconds, "ratio", (">=", 1.7), n=part, note="two workers to one"),
        row(f"{kind}_overhead", (short.seconds / plain - 1) * 100, "%", ("<=", 10), n=part, note="over plain processes"),
        row(f"{kind}_overhead_cpu", (short.cpu / plain_cpu - 1) * 100, "%", ("<=", 10), n=part, note="the same in CPU seconds"),
        row(f"{kind}_cpu", short.cpu / part, "s/town", None, n=part, note="CPU of a town, workers and children"),
        row(f"{kind}_memory", _growth(_memory(first), _memory(last)), "%", ("<=", 10), n=towns, note="of a worker, last tenth"),
        row(f"{kind}_size", _growth(_size(first), _size(last)), "%", ("<=", 10), n=towns, note="bytes a town, last tenth"),
        row(f"{kind}_time", _growth(_median(all_of.towns[:tenth]), _median(all_of.towns[-tenth:])), "%", ("<=", 10), n=towns, note="of a town, last tenth"),
        row(f"{kind}_plain", plain / part, "s/town", None, n=part, note="two plain processes beside each other"),
        row(f"{kind}_one", one.seconds / part, "s/town", None, n=part, note="one worker"),
        row(f"{kind}_gap", (one.seconds - sum(one.towns)) / (part - 1), "s", None, n=part, note="between two audits of one worker"),
        row(f"{kind}_two", all_of.seconds / towns, "s/town", None, **notes),
        row(f"{kind}_pages", all_of.pages / all_of.seconds, "pages/s", None, **notes),
        row(f"{kind}_peak", max(max(some) for _, some, _ in all_of.samples), "MB", None, n=towns, note="a worker without its child"),
        row(f"{kind}_bytes", all_of.samples[-1][2] / max(1, all_of.pages) / 1000, "kB/page", None, **notes),
    ]  # fmt: skip


def processes(url: str, count: int, port: int) -> tuple[float, float]:
    """Return the seconds and those of CPU that so many audits take, each in a process of its own, two beside each other."""
    audits = ordered(url, count, port)

    def run(number: int) -> None:
        subprocess.run([sys.executable, "-m", "benchmarks.fleet", "one", url, str(number)], check=True)

    start, cpu = time.monotonic(), _children()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(run, audits))
    return time.monotonic() - start, _children() - cpu


def alone(url: str, audit: int) -> None:
    """Do one audit as a script would that knows nothing of workers."""
    engine, rules = open_engine(url), catalogue.load()
    clock = datetime.now
    reading = Reading(no_delay=True)
    crawl(engine, audit, catalogue=rules, reading=reading, report=lambda _event: None, clock=lambda: clock(UTC))
    judge(engine, audit, rules, now=clock(UTC), report=silent)


def worked(url: str, count: int, port: int, *, workers: int) -> Run:
    """Let workers do so many audits, and watch them."""
    ordered(url, count, port)
    engine, made = open_engine(url), Run()
    cpu = _children()
    with running(url, workers) as processes:
        while (ended := _ended(engine)) < count:
            made.samples.append((ended, [_megabytes(one.pid) for one in processes], _bytes(engine)))
            assert all(one.poll() is None for one in processes), "a worker has ended"
            time.sleep(0.5)
        made.samples.append((ended, [_megabytes(one.pid) for one in processes], _bytes(engine)))
    made.cpu = _children() - cpu
    with opened(engine) as session:
        first, last = session.execute(select(func.min(Job.begun), func.max(Job.ended))).one()
        # Workers are started once and not for each round.
        made.seconds = (last - first).total_seconds()
        took = session.execute(select(Job.begun, Job.ended).order_by(Job.ended))
        made.towns = [(end - begin).total_seconds() for begin, end in took if begin and end]
        made.failed = session.scalar(select(func.count()).select_from(Job).where(Job.state != JobState.DONE)) or 0
        made.pages = session.scalar(select(func.count(Page.id))) or 0
    engine.dispose()
    return made


def ordered(url: str, count: int, port: int) -> list[int]:
    """Write so many towns, each a site of its own, order an audit of each, and return their numbers."""
    engine = open_engine(url)
    with opened(engine) as session:
        session.add_all(_town(number, port).town() for number in range(count))
    fleet.start(engine, now=datetime.now(UTC))
    with opened(engine) as session:
        numbers = list(session.scalars(select(Audit.id).order_by(Audit.id)))
    engine.dispose()
    return numbers


@contextmanager
def running(url: str, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run workers, and end them."""
    program = Path(sys.executable).parent / "fundstelle"
    given = {**os.environ, "DATABASE_URL": url}
    command = [str(program), "worker", "--no-delay"]
    processes = [subprocess.Popen(command, env=given, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield processes
    finally:
        for one in processes:
            one.terminate()
        for one in processes:
            one.wait(30)
        _reap()


def _town(number: int, port: int) -> Profile:
    site = {"url": f"http://127.0.{1 + number // 250}.{1 + number % 250}:{port}/", "role": "city"}
    budget = {"pages_per_site": PAGES, "seconds_per_site": 600, "delay_seconds": 0}
    return Profile.model_validate({"key": f"ort-{number}", "name": f"Ort {number}", "sites": [site], "budget": budget})


def _children() -> float:
    """Return the seconds of CPU of all processes that have ended below this one."""
    told = os.times()
    return told.children_user + told.children_system


def _adopt() -> None:
    """Become the parent of what workers leave behind, so that its CPU is counted; Linux only."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    """Wait for what ended workers have left: the nurseries of their children."""
    end = time.monotonic() + LEFT_BEHIND
    while time.monotonic() < end:
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.05)


def _ended(engine: Engine) -> int:
    with opened(engine) as session:
        return session.scalar(select(func.count()).select_from(Job).where(Job.ended.is_not(None))) or 0


def _bytes(engine: Engine) -> int:
    """Return the bytes that the database takes, what is free in it left out."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        pages, free, size = (
            connection.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "freelist_count", "page_size")
        )
        return (int(pages) - int(free)) * int(size)


def _megabytes(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(told.split("VmRSS:")[1].split()[0]) / 1024


def _until(run: Run, ended: int) -> int:
    """Return the place of the first sample at which so many audits had ended."""
    return next(place for place, sample in enumerate(run.samples) if sample[0] >= ended)


def _memory(samples: Sequence[tuple[int, list[float], int]]) -> float:
    """Return the most that a worker took in these samples, the median of all."""
    return _median([max(some) for _, some, _ in samples])


def _size(samples: Sequence[tuple[int, list[float], int]]) -> float:
    """Return the bytes that each town added."""
    return (samples[-1][2] - samples[0][2]) / max(1, samples[-1][0] - samples[0][0])


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def _growth(first: float, last: float) -> float:
    return (last / first - 1) * 100 if first else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
