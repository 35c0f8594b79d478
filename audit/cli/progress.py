"""
What is shown while something takes long.

Does not compute: it draws the events of a crawl and of judging on stderr, as bars in a terminal and else as plain lines.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from db.terms import End

PLAIN_EVERY = 10.0
"""Seconds between two plain lines about one site."""

ENDS = {
    End.FINISHED: "ganz gelesen",
    End.BUDGET_PAGES: "Seitenlimit erreicht",
    End.BUDGET_TIME: "Zeitlimit erreicht",
    End.ROBOTS_UNREACHABLE: "robots.txt nicht erreichbar, nicht gelesen",
    End.ROBOTS_DISALLOW: "durch robots.txt verboten",
    End.REFUSED: "Zugang verweigert",
    End.UNREACHABLE: "nicht erreichbar",
    End.NEEDS_RENDERING: "nur mit Skripten lesbar",
    End.FAULT: "Fehler beim Lesen",
    End.OPEN: "unterbrochen",
}


Report = Callable[[int, int], None]
"""Called with how much is done and how much there is in all."""


class CrawlProgress:
    """A bar for each site with pages, rate and time left; use it as a context and give its ``report`` to the crawl."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, tuple[float, int]] = {}
        self._told: dict[str, float] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def report(self, event: dict[str, Any]) -> None:
        """Show one event of ``crawler.process``."""
        if event["event"] == "progress":
            self._progress(event["site"], pages=event["pages"], waiting=event["waiting"], budget=event["budget"])
        elif event["event"] == "asked":
            self._asked(event["site"], asked=event["asked"], total=event["of"])
        elif event["event"] == "ended":
            self._end(event)
        elif event["event"] == "unstored":
            said = f"Das Archiv bleibt vorerst auf diesem Rechner. {event['reason']}"
            self._console.print(said, highlight=False, markup=False, soft_wrap=True)

    def _progress(self, site: str, *, pages: int, waiting: int, budget: int) -> None:
        now = time.monotonic()
        began, first = self._began.setdefault(site, (now, pages))
        rate = f"{(pages - first) / (now - began):.1f}/s" if now > began else ""
        total = min(pages + waiting, budget)
        if self._console.is_terminal:
            task = self._tasks.get(site)
            if task is None:
                task = self._tasks[site] = self._bars.add_task(site, total=total, rate="")
            self._bars.update(task, completed=pages, total=total, rate=rate)
        elif now - self._told.get(site, began) >= PLAIN_EVERY:
            self._told[site] = now
            print(f"{site}: {pages} von etwa {total} Seiten gelesen, {rate}", file=sys.stderr)

    def _asked(self, site: str, *, asked: int, total: int) -> None:
        name = f"{site}: Suche der Website befragen"
        if self._console.is_terminal:
            task = self._tasks.get(name)
            if task is None:
                task = self._tasks[name] = self._bars.add_task(name, total=total, rate="")
            self._bars.update(task, completed=asked, total=total)
        elif asked == total:
            print(f"{name}: {asked} Fragen", file=sys.stderr)

    def _end(self, event: dict[str, Any]) -> None:
        words = ENDS.get(event["end"], event["end"])
        detail = event.get("detail", "").removeprefix(f"{event['site']}: ")
        detail = f" ({detail})" if detail and event["end"] != End.FINISHED else ""
        self._console.print(
            f"{event['site']}: {event['pages']} Seiten, {words}{detail}", highlight=False, markup=False, soft_wrap=True
        )
        if event["site"] in self._tasks:
            self._bars.update(self._tasks[event["site"]], completed=event["pages"], total=event["pages"])


def judging() -> AbstractContextManager[Report]:
    """Give a function that shows how many pages have been judged."""
    return _counting("Seiten beurteilen")


def trying() -> AbstractContextManager[Report]:
    """Give a function that shows how many changes have been tried for the proposals."""
    return _counting("Vorschläge erproben")


def asking() -> AbstractContextManager[Report]:
    """Give a function that shows how many questions have been asked."""
    return _counting("Suche befragen")


def looking() -> AbstractContextManager[Report]:
    """Give a function that shows how many links have been tried."""
    return _counting("Links prüfen")


def writing() -> AbstractContextManager[Report]:
    """Give a function that shows how many audits have been written down."""
    return _counting("Prüfungen schreiben")


def saving() -> AbstractContextManager[Report]:
    """Give a function that shows how many rows have been saved."""
    return _counting("Zeilen sichern")


def restoring() -> AbstractContextManager[Report]:
    """Give a function that shows how many rows have been written and read back."""
    return _counting("Zeilen einspielen und vergleichen")


def moving() -> AbstractContextManager[Report]:
    """Give a function that shows how many rows have been copied and read back."""
    return _counting("Zeilen umziehen und vergleichen")


def verifying() -> AbstractContextManager[Report]:
    """Give a function that shows how many archives have been read."""
    return _counting("Archive lesen")


def pruning() -> AbstractContextManager[Report]:
    """Give a function that shows how many audits have gone."""
    return _counting("Prüfungen löschen")


@contextmanager
def _counting(words: str) -> Iterator[Report]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    bars = Progress(
        TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
    )
    task = bars.add_task("", total=None)

    def report(done: int, total: int) -> None:
        bars.start()  # with the first step, so that one bar follows the other
        bars.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        bars.stop()
