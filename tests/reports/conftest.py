"""
A database with two invented towns, and a browser to read their reports in.

Does not test anything. What the towns have stands in ``tests/reports/towns.py``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tests.reports.towns import Written, both

AXE = Path(__file__).parents[1] / "vendor" / "axe-4.14.1" / "axe.min.js"


@pytest.fixture(scope="session")
def original() -> Iterator[Engine]:
    """Both towns, written once; tests get copies."""
    engine = both()
    yield engine
    engine.dispose()


@contextmanager
def copied(original: Engine) -> Iterator[Session]:
    """A session on a copy of the two towns, to be changed at will."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with original.connect() as source, engine.connect() as target:
        source.connection.driver_connection.backup(target.connection.driver_connection)  # type: ignore[union-attr]
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def session(original: Engine) -> Iterator[Session]:
    """A database with the two towns."""
    with copied(original) as opened:
        yield opened


@pytest.fixture
def musterhafen(session: Session) -> Written:
    """A town with 47 findings of all verdicts."""
    return Written.of(session, "musterhafen")


@pytest.fixture
def nachbarau(session: Session) -> Written:
    """A town that is ahead of Musterhafen in some things, judged by the same catalogue."""
    return Written.of(session, "nachbarau")


@pytest.fixture(scope="session")
def printed(original: Engine) -> str:
    """The documents of both towns as JSON."""
    with copied(original) as opened:
        return json.dumps([Written.of(opened, key).document() for key in ("musterhafen", "nachbarau")])


@pytest.fixture
def docs(printed: str) -> list[dict[str, Any]]:
    """The documents of both towns, Musterhafen first."""
    found: list[dict[str, Any]] = json.loads(printed)
    return found


@pytest.fixture
def doc(docs: list[dict[str, Any]]) -> dict[str, Any]:
    """The document of Musterhafen."""
    return docs[0]


@pytest.fixture
def nothing(doc: dict[str, Any]) -> dict[str, Any]:
    """The document of an audit that could read no page and found nothing to compare."""
    none = {"found": 0, "of": 0, "unchecked": 0, "buried": 0, "absent": 0}
    areas = [{"id": area["id"], "strategy": none, "implementation": none, **none} for area in doc["areas"]]
    return doc | {
        "coverage": doc["coverage"] | {"sites": [], "enough": False},
        "score": {"areas": areas, **none},
        "counts": dict.fromkeys(doc["counts"], 0),
        **{name: [] for name in ("findings", "proposals", "gaps", "landscape", "inventory")},
    }


# A browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    One Chromium for the tests of a module; it may not call anybody.

    Not for the whole session: while it is open its event loop counts as running, and tests of other rooms need their own.
    """
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("kein Chromium installiert")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=found, args=[*quiet, "--disable-component-update", "--disable-sync"]
        )
        yield opened
        opened.close()


class Reader:
    """A person reading a file in the browser; remembers what the page asked for and complained about."""

    def __init__(self, browser: Browser, file: Path) -> None:
        self.browser = browser
        self.file = file
        self.requests: list[str] = []
        self.messages: list[str] = []

    def open(self, *, width: int) -> Page:
        """Open the file in a window of that width."""
        page = self.browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.on("request", self._note_request)
        page.on("console", self._note_message)
        page.on("pageerror", lambda fault: self.messages.append(str(fault)))
        page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        page.goto(self.file.as_uri())
        return page

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        self.messages.append(message.text)

    @staticmethod
    def violations(page: Page, *, only: str | None = None) -> list[str]:
        """What axe finds wrong, one line each: by all rules of WCAG 2.2 AA and its best practices, or by one rule."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        chosen = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": tags}
        # Only violations are reported in full: describing thousands of passed elements takes longer than the checks. There are no
        # sounds and videos, for which alone styles would be fetched again, and what is in a frame is a page of others.
        options = {"runOnly": chosen, "resultTypes": ["violations"], "preload": False, "iframes": False}
        found = page.evaluate("options => axe.run(options).then(result => result.violations)", options)
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

    @staticmethod
    def sticks_out(page: Page) -> int:
        """By how many pixels the page is wider than the window."""
        return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """A reader of ``report.html`` in the test's folder; closes what was opened."""
    made = Reader(browser, tmp_path / "report.html")
    yield made
    for context in browser.contexts:
        context.close()
