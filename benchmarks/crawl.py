"""
What a page costs: the full pipeline against other crawlers on the same site in the same run.

Does not time by the clock: CPU seconds of the crawling process, start-up taken off by a second, short run; the pipeline
and the bare spider in turns. Prints a table and writes ``build/bench.json``.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.models import Audit, Crawl, Site, Town
from db.queries import page_count
from db.session import open_engine, opened

PAGES = 2000
ADVERTOOLS_PAGES = 300
"""advertools is about thirty times slower; its cost per page does not change with their number."""

WARM_UP = 50
ROUNDS = 3
"""What a busy neighbour adds is never negative, so the least of several runs is nearest to the cost."""

OUT = Path("build/bench.json")


def main() -> int:
    """Measure, print, write; the exit code says whether all bars were met."""
    with serving(PAGES) as url:
        rounds = [
            (
                per_page(lambda pages: pipeline(url, pages), PAGES),
                per_page(lambda pages: peer("bare", url, pages), PAGES),
            )
            for _ in range(ROUNDS)
        ]
        ours, bare = (min(round_) for round_ in zip(*rounds, strict=True))
        extractor = per_page(lambda pages: peer("extractor", url, pages), PAGES // 4)
        advertools = per_page(lambda pages: peer("advertools", url, pages), ADVERTOOLS_PAGES)
    rows = [
        row("pipeline_cpu", ours, "ms/page", None, n=PAGES, note="fetch, extract, store in SQLite"),
        row("bare_cpu", bare, "ms/page", None, n=PAGES, note="tuned Scrapy spider that only follows links"),
        row("extractor_cpu", extractor, "ms/page", None, n=PAGES // 4, note="Scrapy spider with LinkExtractor"),
        row("advertools_cpu", advertools, "ms/page", None, n=ADVERTOOLS_PAGES, note="advertools.crawl"),
        row("pipeline_to_bare", ours / bare, "ratio", ("<=", 2.5), n=PAGES, note="full pipeline to bare spider"),
        row(
            "extractor_to_pipeline",
            extractor / ours,
            "ratio",
            None,
            n=PAGES // 4,
            note="LinkExtractor spider to full pipeline",
        ),
        row(
            "advertools_to_pipeline",
            advertools / ours,
            "ratio",
            (">=", 8),
            n=ADVERTOOLS_PAGES,
            note="advertools to full pipeline",
        ),
    ]
    for each in rows:
        bar = "" if each["bar"] is None else f"{each['bar']:>8}  {'met' if each['met'] else 'MISSED'}"
        print(f"{each['name']:26}{each['value']:9.2f} {each['unit']:8}{bar:18} n={each['n']}  {each['note']}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return 0 if all(each["met"] is not False for each in rows) else 1


def row(name: str, value: float, unit: str, bar: tuple[str, float] | None, *, n: int, note: str) -> dict[str, Any]:
    """Return one figure; ``met`` is computed from the bar."""
    met = None if bar is None else value <= bar[1] if bar[0] == "<=" else value >= bar[1]
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "bar": bar and f"{bar[0]}{bar[1]}",
        "met": met,
        "n": n,
        "note": note,
    }


def per_page(run: Callable[[int], int], pages: int) -> float:
    """Return CPU milliseconds a page: a long run less a short one, over the pages between."""
    (few, short), (many, long) = spent(lambda: run(WARM_UP)), spent(lambda: run(pages))
    return (long - short) / (many - few) * 1000


def spent(run: Callable[[], int]) -> tuple[int, float]:
    """Return the pages of a run and the CPU seconds of its processes, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pages = run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return pages, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def pipeline(url: str, pages: int) -> int:
    """Crawl with everything Fundstelle does to a page, into a new database; return the pages stored."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/bench.db")
        host = url.split("/")[2]
        with opened(engine) as session:
            town = Town(key="bench", name="Beispiel", sites=[Site(url=url, host=host, role="city")])
            session.add(town)
            session.flush()
            audit = Audit(town_id=town.id, started=datetime.now(UTC))
            session.add(audit)
            session.flush()
            session.add(Crawl(audit_id=audit.id, site_id=town.sites[0].id))
            number = audit.id
        job = {
            "database": str(engine.url),
            "audit": number,
            "hints": [],
            "no_delay": True,
            "allowed_private": [host],
            "budget": {"pages_per_site": pages, "seconds_per_site": 600, "delay_seconds": 0},
            "log": f"{folder}/log",
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "crawler"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        assert child.stdin is not None
        print(json.dumps(job), file=child.stdin, flush=True)
        assert child.wait(timeout=600) == 0, Path(f"{folder}/log").read_text(encoding="utf-8")[-2000:]
        with opened(engine) as session:
            stored = page_count(session, number)
        engine.dispose()
        return stored


def peer(name: str, url: str, pages: int) -> int:
    """Run another crawler over so many pages, in a folder of its own, where no scrapy.cfg of ours changes its settings."""
    root = str(Path(__file__).parents[1])
    # advertools starts the scrapy command by its name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = [sys.executable, "-m", "benchmarks.peers", name, url, str(pages)]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PATH": path, "PYTHONPATH": root}
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, timeout=1200, env=env, cwd=folder)
    return pages


@contextmanager
def serving(pages: int) -> Iterator[str]:
    """Serve the generated site from another process and give its address."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(pages)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    os.environ["NO_PROXY"] = "127.0.0.1"
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/"
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
