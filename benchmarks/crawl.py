"""
What a page costs: the full pipeline against other crawlers on the same site in the same run.

Costs are CPU seconds of the crawling process, start-up taken off by a second, short run; the pipeline and the bare
spider in turns. Only what two processes gain over one is taken from the clock, as nothing else can show it.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import findability, focus, reports
from benchmarks.figures import Row, publish, row
from benchmarks.generator import page
from benchmarks.runs import Cost, counted, peer, pipeline, serving
from crawler.extract import extract

SITE, PAGES = 2000, 1000
FEWER = 500
"""For the slow ones, whose cost a page does not change with their number."""

COUNTED = 250
"""A counted run takes fifty times as long; what it counts is exact."""

MANY, MOST = 5000, 20_000
WARM_UP = 50
ROUNDS = 6
"""What a busy neighbour adds is never negative, so the least of several short runs is nearest to the cost."""

OUT = Path("build/bench.json")


def main() -> int:
    """Measure, print, write; the exit code says whether all bars were met."""
    with serving(SITE) as url:
        rows = [*costs(url), *instructions(url), *extraction(), *processes(url)]
    with serving(MOST) as url:
        rows += memory(url)
    rows += [*focus.rows(), *findability.rows(), *reports.rows()]
    return publish(rows, OUT)


def costs(url: str) -> list[Row]:
    """Return CPU milliseconds a page of ours and of peers, and their ratios."""
    ways = (pipeline, partial(pipeline, archive=False), partial(peer, "bare"))
    rounds = [[_per_page(way, url, PAGES) for way in ways] for _ in range(ROUNDS)]
    ours, unkept, bare = (min(each) for each in zip(*rounds, strict=True))
    slow = {name: _per_page(partial(peer, name), url, FEWER) for name in ("extractor", "crawlee", "advertools")}
    return [
        row("pipeline_cpu", ours, "ms/page", None, n=PAGES, note="fetch, extract, store in SQLite, keep in WARC"),
        row("unkept_cpu", unkept, "ms/page", None, n=PAGES, note="the same without WARC"),
        row("bare_cpu", bare, "ms/page", None, n=PAGES, note="tuned Scrapy spider that only follows links"),
        row("extractor_cpu", slow["extractor"], "ms/page", None, n=FEWER, note="Scrapy spider with LinkExtractor"),
        row("crawlee_cpu", slow["crawlee"], "ms/page", None, n=FEWER, note="crawlee.ParselCrawler"),
        row("advertools_cpu", slow["advertools"], "ms/page", None, n=FEWER, note="advertools.crawl"),
        row("pipeline_to_bare", ours / bare, "ratio", ("<=", 2.0), n=PAGES, note="full pipeline to bare spider"),
        _times("extractor", slow["extractor"] / ours, 4, "LinkExtractor spider"),
        _times("crawlee", slow["crawlee"] / ours, 3, "crawlee's Parsel crawler"),
        _times("advertools", slow["advertools"] / ours, 10, "advertools"),
    ]


def instructions(url: str) -> list[Row]:
    """Return the same ratio in instructions of the processor, if there is valgrind to count them; the system's own work is left out."""
    if shutil.which("valgrind") is None:
        print("Instructions are not counted, for valgrind is not installed.")
        return []
    ours, bare = (_instructions(way, url) for way in (pipeline, partial(peer, "bare")))
    return [
        row("pipeline_instructions", ours, "M/page", None, n=COUNTED, note="of the pipeline with WARC"),
        row("bare_instructions", bare, "M/page", None, n=COUNTED, note="of the bare spider"),
        row("instructions_to_bare", ours / bare, "ratio", None, n=COUNTED, note="full pipeline to bare spider"),
    ]


def extraction() -> list[Row]:
    """Return what reading a page costs without fetching and storing it."""
    bodies = [(f"http://127.0.0.1/seite/{number}.html", page(number, SITE)) for number in range(FEWER)]
    size = sum(len(body) for _, body in bodies) / len(bodies) / 1000
    spent = min(_read(bodies) for _ in range(ROUNDS + 1)) / len(bodies) * 1000
    return [row("extraction_cpu", spent, "ms/page", ("<=", 1.0), n=FEWER, note=f"extract() of {size:.0f} kB")]


def processes(url: str) -> list[Row]:
    """Return how much more two processes read in the same time than one."""
    one = _clocked(url, 1)
    two = _clocked(url, 2)
    return [row("two_processes", 2 * one / two, "ratio", (">=", 1.7), n=PAGES, note="pages in the same time, 2 to 1")]


def memory(url: str) -> list[Row]:
    """Return the peak of memory of long crawls, and how it grows."""
    many, most = pipeline(url, MANY).peak, pipeline(url, MOST).peak
    return [
        row("peak_memory", most, "MB", ("<=", 300), n=MOST, note="of the crawling process"),
        row("memory_growth", (most / many - 1) * 100, "%", ("<=", 15), n=MOST, note=f"from {MANY} to {MOST} pages"),
    ]


def _times(name: str, ratio: float, bar: float, note: str) -> Row:
    return row(f"{name}_to_pipeline", ratio, "ratio", (">=", bar), n=FEWER, note=f"{note} to full pipeline")


def _per_page(run: Callable[[str, int], Cost], url: str, pages: int) -> float:
    """Return CPU milliseconds a page: a long run less a short one, over the pages between."""
    short, long = run(url, WARM_UP), run(url, pages)
    return (long.seconds - short.seconds) / (long.pages - short.pages) * 1000


def _instructions(run: Callable[..., Cost], url: str) -> float:
    """Return millions of instructions a page, as ``_per_page`` does."""
    (few, short), (many, long) = (counted(run, url, pages) for pages in (WARM_UP, COUNTED))
    return (long - short) / (many - few) / 1_000_000


def _read(bodies: list[tuple[str, bytes]]) -> float:
    start, now = time.process_time(), datetime.now(UTC)
    for url, body in bodies:
        extract(url, body, content_type="text/html; charset=utf-8", fetched=now)
    return time.process_time() - start


def _clocked(url: str, at_once: int) -> float:
    """Return the seconds that so many crawls beside each other take."""
    start = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda _: pipeline(url, PAGES), range(at_once)))
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
