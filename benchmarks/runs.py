"""
One run of a crawler over the generated site, in a process of its own, with what it cost.

Does not compare; ``benchmarks.crawl`` does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from db.models import Audit, Crawl, Page, Site, Town
from db.schema import open_engine
from db.session import opened

MEGABYTE = 1024  # of the kilobytes that Linux counts


class Cost(NamedTuple):
    """What a run took: pages, CPU seconds of its processes (user and system), and the peak of its memory in MB."""

    pages: int
    seconds: float
    peak: float


def pipeline(url: str, pages: int, *, archive: bool = True, under: Sequence[str] = ()) -> Cost:
    """Crawl with everything Fundstelle does to a page, into a new database and a new archive; ``under`` another program."""
    with tempfile.TemporaryDirectory() as folder:
        engine, (seconds, peak) = crawled(folder, [url], pages=pages, archive=archive, under=under)
        with opened(engine) as session:
            stored = session.scalar(select(func.count(Page.id))) or 0
        engine.dispose()
        return Cost(stored, seconds, peak)


def crawled(
    folder: str,
    doors: Sequence[str],
    *,
    pages: int,
    hints: Sequence[str] = (),
    archive: bool = False,
    under: Sequence[str] = (),
) -> tuple[Engine, tuple[float, float]]:
    """Crawl sites into a new database in a folder; return it with CPU seconds and the peak of memory in MB."""
    database = f"sqlite:///{folder}/bench.db"
    job = {
        "database": database,
        "audit": _audit(database, doors),
        "hints": list(hints),
        "no_delay": True,
        "allowed_private": [door.split("/")[2] for door in doors],
        "budget": {"pages_per_site": pages, "seconds_per_site": 3600, "delay_seconds": 0},
        "archive": f"{folder}/bench.warc.gz" if archive else "",
        "log": f"{folder}/log",
    }
    child = subprocess.Popen(
        [*under, sys.executable, "-m", "crawler"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert child.stdin is not None
    print(json.dumps(job), file=child.stdin, flush=True)
    cost = _ended(child, log=Path(folder, "log"))
    return open_engine(database), cost


def peer(name: str, url: str, pages: int, *, under: Sequence[str] = ()) -> Cost:
    """Run another crawler over so many pages, in a folder of its own, where no scrapy.cfg of ours changes its settings."""
    root = str(Path(__file__).parents[1])
    # advertools starts the scrapy command by its name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = [*under, sys.executable, "-m", "benchmarks.peers", name, url, str(pages)]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PATH": path, "PYTHONPATH": root}
        log = Path(folder, "log")
        with log.open("wb") as errors:
            child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors, env=env, cwd=folder)
        return Cost(pages, *_ended(child, log=log))


def counted(run: Callable[..., Cost], url: str, pages: int) -> tuple[int, int]:
    """Return pages and instructions of a run, counted by valgrind: the same however busy the machine is."""
    with tempfile.NamedTemporaryFile("r") as log:
        counting = ("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", f"--log-file={log.name}")
        cost = run(url, pages, under=("valgrind", *counting))
        found = re.search(r"I +refs: +([\d,]+)", log.read())
    assert found is not None
    return cost.pages, int(found[1].replace(",", ""))


@contextmanager
def serving(pages: int, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the generated site from another process and give its address; ``host`` 0.0.0.0: at each address of the loopback network."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(pages), host], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # or each request would look for the way out first
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/"
    finally:
        server.kill()
        server.wait()


def _audit(database: str, doors: Sequence[str]) -> int:
    """Write a town of these sites and return the number of its open audit."""
    engine = open_engine(database)
    with opened(engine) as session:
        sites = [Site(url=door, host=door.split("/")[2], role="city") for door in doors]
        town = Town(key="bench", name="Beispiel", sites=sites)
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=datetime.now(UTC))
        session.add(audit)
        session.flush()
        session.add_all(Crawl(audit_id=audit.id, site_id=site.id) for site in town.sites)
        number = audit.id
    engine.dispose()
    return number


def _ended(child: subprocess.Popen[str] | subprocess.Popen[bytes], *, log: Path) -> tuple[float, float]:
    """Wait for a process and return the CPU seconds and the peak of memory of it and its own children."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, log.read_text(encoding="utf-8", errors="replace")[-2000:]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEGABYTE
