"""
How fast the desk is for many readers while an audit writes, and how much memory it takes, on SQLite and PostgreSQL.

Does not measure browsers. Server, readers and the audit that writes are three processes; a report is also timed when it is made for
the first time, as it is kept afterwards (``audit.web.kept``).
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from sqlalchemy import Engine, func, insert, select, update

from audit.web import signing
from benchmarks import many
from benchmarks.figures import Row, publish, row
from benchmarks.readers import Reader, Times, follow, read
from benchmarks.reports import table_of
from db.desk import ApiKey, Job, Person, Visit
from db.models import Audit, Crawl, Finding, Page, Town
from db.schema import open_engine
from db.session import opened
from db.store import PageStore
from db.terms import JobState, PersonRole
from tests.conftest import postgres_bin, postgres_server
from tests.towns.demo import audit, serving

READERS, SECONDS, WARM = 20, 20, 15
READ = 40
"""Towns whose reports are read; each reader has some of its own."""

STREAMS = 50
COLD = 12
PAUSE, PAGES = 0.5, 25
"""The audit writes so many pages, so often: a few sites read at once with a pause."""

JUDGED = 10.0
"""Seconds after which an audit is judged, and with it everything that shows it is made anew."""

OUT = Path("build/bench-desk.json")
BAR, MOST = ("<=", 150.0), ("<=", 250.0)


def main(arguments: Sequence[str]) -> int:
    """Measure on both databases or the one that is named, print, write; or (``write URL``) be the audit that writes."""
    if arguments[:1] == ["write"]:
        writes(arguments[1])
        return 0
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        source = _real(Path(folder))
        if "postgres" not in arguments:
            rows += measured("sqlite", source, f"sqlite:///{folder}/many.db")
        if "sqlite" not in arguments and postgres_bin() is not None:
            with postgres_server() as new_database:
                rows += measured("postgres", source, new_database("desk"))
    return publish(rows, OUT)


def _real(folder: Path) -> Engine:
    with serving(folder):
        audit("musterhafen")
        return open_engine(os.environ["DATABASE_URL"])


def measured(name: str, source: Engine, url: str) -> list[Row]:
    """Return the figures on one database."""
    engine = open_engine(url)
    start = time.monotonic()
    findings = many.fill(source, engine)
    print(f"{name}: {findings} findings written in {time.monotonic() - start:.0f} s", file=sys.stderr)
    cookie, secrets, number = _prepared(engine)
    with closing(_Desk(url)) as desk:
        cold = [desk.timed(f"/pruefungen/{one}", cookie) for one in _latest(engine)[-COLD:]]
        first = desk.timed("/", cookie)
        readers = _readers(engine, cookie, secrets)
        with _writing(url):
            read(desk.address, readers, seconds=WARM)
            times = read(desk.address, readers, seconds=SECONDS)
            followed = asyncio.run(_followed(desk.address, number, cookie))
            memory = desk.memory()
        found = _rows(name, times, memory)
    engine.dispose()
    note = f"{name}, sequential, while nothing writes"
    return [
        *found,
        row(f"{name}_overview_first", first, "ms", None, n=1, note=f"{name}, the first question to a new desk"),
        row(f"{name}_report_first", statistics.median(cold), "ms", None, n=COLD, note=note),
        row(f"{name}_streams", followed, "ms", BAR, n=20, note=f"p95 of the overview beside {STREAMS} open streams"),
    ]


def _rows(name: str, times: Times, memory: float) -> list[Row]:
    note = f"{name}: p95, {READERS} readers without a pause, an audit writes; {times.failed} failed"
    timed = [
        row(f"{name}_{kind}", times.percentile(kind, 0.95), "ms", BAR, n=len(times.seconds[kind]), note=note)
        for kind in ("overview", "report", "api")
    ]
    asked = sum(map(len, times.seconds.values())) / SECONDS
    return [
        *timed,
        row(f"{name}_failed", times.failed, "", ("<=", 0), n=len(times.seconds["api"]), note="answers that are no 200"),
        row(f"{name}_asked", asked, "/s", None, n=READERS, note="answers a second, all kinds"),
        row(f"{name}_memory", memory, "MB", MOST, n=1, note="of the server after all that, with open streams"),
    ]


class _Desk:
    """The desk as the command opens it, without a worker of its own."""

    def __init__(self, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        program = Path(sys.executable).parent / "fundstelle"
        command = [str(program), "serve", "--port", str(port), "--sign-in", "--no-worker"]
        given = {**os.environ, "DATABASE_URL": url}
        self.process = subprocess.Popen(command, env=given, stderr=subprocess.DEVNULL)
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("The desk has not opened.")

    def timed(self, path: str, cookie: str) -> float:
        """Return the milliseconds of one answer."""
        start = time.perf_counter()
        with urlopen(Request(self.address + path, headers={"Cookie": cookie}), timeout=60) as answer:
            answer.read()
        return (time.perf_counter() - start) * 1000

    def memory(self) -> float:
        """Return the megabytes of the process that lie in memory."""
        told = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(told.split("VmRSS:")[1].split()[0]) / 1024

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def _prepared(engine: Engine) -> tuple[str, list[str], int]:
    """Write who reads, and the audit that runs; return a cookie, keys, and its number."""
    now = datetime.now(UTC)
    # A key may be used so often a minute, and these readers never pause.
    secrets = [f"fst_{number}" for number in range(READERS * 20)]
    with opened(engine) as session:
        person = Person(email="a@stadt.example", name="A", role=PersonRole.ADMIN, made=now)
        session.add(person)
        session.flush()
        ends = {"expires": now + timedelta(hours=2), "person_id": person.id}
        session.add(Visit(digest=signing.digest("bench"), begun=now, seen=now, **ends))
        session.add_all(ApiKey(digest=signing.digest(one), name=one, made=now, used=now, **ends) for one in secrets)
        town = session.scalars(select(Town).order_by(Town.id)).first()
        assert town is not None
        running = Audit(town_id=town.id, started=now)
        session.add(running)
        session.flush()
        session.add(Crawl(audit_id=running.id, site_id=town.sites[0].id))
        session.add(Job(audit_id=running.id, town_id=town.id, asked=now, due=now, state=JobState.RUNNING, begun=now))
        return "fundstelle=bench; fundstelle-form=bench", secrets, running.id


def _latest(engine: Engine) -> list[int]:
    """Return the latest judged audit of each town."""
    wanted = select(func.max(Audit.id)).where(Audit.judged.is_not(None)).group_by(Audit.town_id)
    with opened(engine) as session:
        return sorted(session.scalars(wanted))


def _readers(engine: Engine, cookie: str, secrets: list[str]) -> list[Reader]:
    reports = _latest(engine)[:READ]
    return [_reader(reports[place::READERS], cookie, secrets[place::READERS]) for place in range(READERS)]


def _reader(reports: list[int], cookie: str, secrets: list[str]) -> Reader:
    signed = {"Cookie": cookie}
    asks: list[tuple[str, str, dict[str, str]]] = []
    for place, secret in enumerate(secrets):
        number, key = reports[place % len(reports)], {"Authorization": f"Bearer {secret}"}
        paths = (f"/api/v1/pruefungen/{number}", "/api/v1/orte?anzahl=50", f"/api/v1/pruefungen/{number}/befunde")
        asks += [
            ("overview", "/", signed),
            ("report", f"/pruefungen/{number}", signed),
            ("api", paths[place % len(paths)], key),
        ]
    return Reader(asks)


async def _followed(address: str, number: int, cookie: str) -> float:
    """Open streams, then ask for the overview; return the p95 of its milliseconds."""
    signed = {"Cookie": cookie}
    streams = await asyncio.gather(
        *(follow(address, f"/pruefungen/{number}/ereignisse", signed) for _ in range(STREAMS))
    )
    times = await asyncio.to_thread(read, address, [Reader([("overview", "/", signed)])], seconds=5)
    for stream in streams:
        stream.close()
    return times.percentile("overview", 0.95)


@contextmanager
def _writing(url: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.desk", "write", url])
    try:
        yield
        assert process.poll() is None, "the audit that writes has ended"
    finally:
        process.terminate()
        process.wait(30)


def writes(url: str) -> None:
    """Write pages as an audit does, and now and then let one be judged, until somebody ends this process."""
    engine = open_engine(url)
    now = datetime.now(UTC)
    with opened(engine) as session:
        crawl = session.scalars(select(Crawl.id).order_by(Crawl.id.desc())).first()
        town = session.scalars(select(Town.id).order_by(Town.id.desc())).first()
        sample = dict(session.execute(select(table_of(Finding)).limit(1)).mappings().one())
        assert crawl is not None
        assert town is not None
    store = PageStore(engine, crawl)
    written, due = 0, time.monotonic() + JUDGED
    while True:
        told = {"fetched": now, "crawl_id": crawl, "status": 200, "main_text": "Wort für Wort " * 400}
        store.write([Page(url=f"http://x.example/{number}", **told) for number in range(written, written + PAGES)])
        written += PAGES
        if time.monotonic() > due:
            due += JUDGED
            _judged(engine, town, sample)
        time.sleep(PAUSE)


def _judged(engine: Engine, town: int, sample: dict[str, object]) -> None:
    now = datetime.now(UTC)
    with opened(engine) as session:
        base = session.scalars(select(Audit).where(Audit.town_id == town).order_by(Audit.id)).first()
        assert base is not None
        one = Audit(town_id=town, started=now, catalogue_id=base.catalogue_id, crawled=now, enough=True)
        session.add(one)
        session.flush()
        without = {name: value for name, value in sample.items() if name != "id"}
        rows = [{**without, "audit_id": one.id, "criterion": f"c-{number}"} for number in range(125)]
        session.execute(insert(Finding), rows)
        session.execute(update(Audit).where(Audit.id == one.id).values(judged=now))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
