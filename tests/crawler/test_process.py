"""
Guards that a crawl can be broken off at any moment, in any way, and goes on without losing or doubling a page.

Does not mock the process: it is started, killed and asked to stop as it is in the field.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from crawler import process
from crawler.__main__ import _by_host
from db.errors import CrawlError
from db.models import Crawl, Site
from db.terms import End
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, moved, page, sitemap, text

HOST = "eins.example"
PAGES = 300
EXPECTED = sorted(["/", *(f"/seite-{n}" for n in range(PAGES) if n % 10 != 7)])


def build(server: TortureServer) -> None:
    """A site of many pages, each slow enough that a crawl can be caught in the middle."""

    def answer(_: str, path: str) -> Answer:
        time.sleep(0.08)
        if path == "/":
            return page("Start", "/seite-0", "/seite-1")
        if not path.startswith("/seite-"):  # asked to see how a missing page looks
            return text("Nicht gefunden", 404)
        number = int(path.removeprefix("/seite-"))
        if number % 10 == 7:
            return moved(f"/seite-{number + 1}")
        nexts = (number + 1, 2 * number + 1, 2 * number + 2)
        return page(path, *(f"/seite-{following}" for following in nexts if following < PAGES))

    server.answers[HOST, "*"] = answer
    server.answers[HOST, "/robots.txt"] = text("", 404)
    server.answers[HOST, "/sitemap.xml"] = sitemap(*(f"http://{HOST}/seite-{n}" for n in range(0, PAGES, 5)))


def stored(job: Job) -> list[str]:
    return sorted(page.url.removeprefix(f"http://{HOST}") for page in job.pages(HOST) if page.error != "redirect")


def watch(job: Job, events: int) -> Any:
    """Start the crawling process and return it after so many events."""
    child = process._start("crawler.__main__", job.plan(), log=job.log)
    assert child.stdout is not None
    for _ in range(events):
        assert json.loads(child.stdout.readline())["event"] == "progress"
    return child


def kill(job: Job, *, latest: int = 3) -> None:
    """Kill the process at a random moment, after so many events at the latest."""
    child = watch(job, random.randint(1, latest))
    time.sleep(random.random() / 4)
    os.kill(child.pid, signal.SIGKILL)
    assert process._end(child) == -signal.SIGKILL


def terminate(job: Job) -> None:
    """Send the signal that systems send before they shut down to the parent."""

    def report(event: dict[str, Any]) -> None:
        job.events.append(event)
        if len(job.events) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        process.crawl(job.plan(), report=report)
    assert signal.getsignal(signal.SIGTERM) == before


def orphan(job: Job) -> None:
    """Leave the process as it is left when its parent has died."""
    child = watch(job, 1)
    child.stdin.close()
    assert child.wait(process.GRACE) == process.INTERRUPTED
    child.stdout.close()


def test_a_crawl_broken_off_in_every_way_loses_and_doubles_nothing(server: TortureServer, tmp_path: Path) -> None:
    """Killed, then interrupted, then orphaned, then let alone: each page is stored once and none is missed."""
    build(server)
    job = open_job(tmp_path, HOST)
    counts = []
    for step in (kill, terminate, orphan):
        step(job)
        crawl = job.crawl(HOST)
        assert (crawl.end, crawl.finished) == (End.OPEN, None)
        counts.append(len(job.pages(HOST)))
    assert counts == sorted(set(counts))
    assert counts[-1] < len(EXPECTED)
    assert crawl.pages == counts[-1]
    assert "kann fortgesetzt werden" in crawl.detail

    read, asked = {page.url for page in job.pages(HOST)}, len(server.log)
    job.run()
    assert job.crawl(HOST).end == End.FINISHED
    assert stored(job) == EXPECTED
    assert len(job.pages(HOST)) == job.crawl(HOST).pages
    # What was read before a clean stop is not asked again.
    assert not [path for host, path in server.log[asked:] if f"http://{host}{path}" in read]
    assert [each["site"] for each in job.events if each["event"] == "ended"].count(HOST) == 1
    job.engine.dispose()


def said(job: Job) -> list[tuple[Any, ...]]:
    """Everything of the pages that an audit reads, by address; which of two ways leads to a page first is open."""
    return sorted(
        (page.url, page.status, page.error or "", page.title, page.main_text, tuple(page.links), page.in_sitemap)
        for page in job.pages(HOST)
        if page.error != "redirect"
    )


def test_five_kills_change_nothing_that_is_stored(server: TortureServer, tmp_path: Path) -> None:
    """Killed at five random moments, a crawl ends with the same pages as one that nobody touched, and none twice."""
    build(server)
    whole, killed = (open_job(tmp_path / name, HOST) for name in ("whole", "killed"))
    whole.run()
    for _ in range(5):
        kill(killed, latest=1)
        assert (killed.crawl(HOST).end, killed.crawl(HOST).finished) == (End.OPEN, None)
    killed.run()
    assert killed.crawl(HOST).end == whole.crawl(HOST).end == End.FINISHED
    assert said(killed) == said(whole)
    assert len({page.url for page in killed.pages(HOST)}) == len(killed.pages(HOST)) == killed.crawl(HOST).pages
    for job in (whole, killed):
        job.engine.dispose()


def test_a_process_that_breaks_is_told_with_its_log(tmp_path: Path) -> None:
    """Whatever ends the child in an unknown way is an error with the last lines of the log, not a silent success."""
    job = open_job(tmp_path, HOST)
    with pytest.raises(CrawlError, match=r"abgebrochen(?s:.*)StoreError"):
        job.run(database=f"sqlite:///{tmp_path / 'test.db' / 'unmoeglich.db'}")
    assert job.crawl(HOST).end == End.OPEN
    job.engine.dispose()


def test_sites_of_one_host_are_read_one_after_the_other() -> None:
    """Two sites that differ only by www. are one server, which must not feel us twice."""
    hosts = ["www.a.example", "b.example", "a.example"]
    crawls = [Crawl(audit_id=1, site_id=number) for number, _ in enumerate(hosts)]
    for crawl, host in zip(crawls, hosts, strict=True):
        crawl.site = Site(url=f"http://{host}/", host=host, role="city")
    assert [[each.site.host for each in group] for group in _by_host(crawls)] == [
        ["www.a.example", "a.example"],
        ["b.example"],
    ]
