"""From the first start of the command to the first report, and the desk restarted on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from audit.jobs.keeping import ROOT
from tests.audit.mailbox import free_port
from tests.towns.mending import CAUSES
from tests.towns.server import TownServer
from tests.towns.site import Town

PASSWORD = "ein Satz mit Ostsee"
PATIENCE = 180_000
"""Milliseconds after which nothing more is expected; nothing is measured by them."""

EXPECTED = "net::ERR_"
"""What Chromium says while the desk is away."""


@contextmanager
def started(port: int) -> Iterator[str]:
    """Run ``fundstelle serve`` as somebody would at a terminal, and give what it says up to the line that ends its greeting."""
    desk = subprocess.Popen(
        [sys.executable, "-P", "-c", "from audit.cli import main; main()", "serve", "--sign-in", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert desk.stderr is not None
    said = ""
    with desk.stderr:
        try:
            for line in desk.stderr:
                said += line
                if "Strg+C" in line:
                    break
            yield said
        finally:
            desk.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                desk.wait(30)
            desk.kill()
            desk.wait()


@pytest.fixture
def towns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownServer]:
    """A tiny town on loopback, and a place for what is found of it."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    with TownServer(served=[Town(CAUSES / "wording")]) as server:
        monkeypatch.setenv("HTTP_PROXY", server.proxy)
        yield server


@pytest.mark.browser
def test_from_the_first_start_to_the_first_report(browser: Browser, towns: TownServer) -> None:
    """The link of the start, a town by its address, an audit by a real worker seen live, the desk restarted meanwhile, a finding and its proof."""
    page, complaints, port = browser.new_page(locale="de-DE"), list[str](), free_port()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda told: complaints.append(f"{page.url}: {told.text}"))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    with started(port) as said:
        come_in(page, re.findall(r"http://\S+/einladung/\S+", said)[0])
        take_up(page)
        page.locator("#live").get_by_text("www.silberaue.example").first.wait_for()
    with started(port) as said:
        assert "/einladung/" not in said, "there is somebody who manages it"
        # Nobody touches the page: it finds the desk again, and the audit goes on where it was.
        page.get_by_role("link", name="Zum Ergebnis").click()
        page.get_by_role("heading", name="Silberaue").first.wait_for()
        page.locator("a[href$='/befunde/hundesteuer-online']").first.click()
        page.get_by_role("link", name="in der archivierten Seite ansehen").first.click()
        assert "undesteuer" in page.frame_locator("iframe.copy-frame").locator("mark").first.inner_text()
    page.context.close()
    assert len([path for _, path, _ in towns.log if path == "/dienste/verkehrsflaechen/"]) == 1, "nothing is read twice"
    assert [line for line in complaints if EXPECTED not in line] == []


def come_in(page: Page, link: str) -> None:
    """Become the first person who manages the desk."""
    page.goto(link)
    page.get_by_label("Ihr Name").fill("Lena")
    page.get_by_label("E-Mail-Adresse").fill("lena@silberaue.example")
    page.get_by_label("Neues Passwort").fill(PASSWORD)
    page.get_by_label("Noch einmal dasselbe").fill(PASSWORD)
    page.get_by_role("button", name="Speichern und anmelden").click()


def take_up(page: Page) -> None:
    """Take up the town by its address, set a short pause between two pages, and order its audit."""
    page.get_by_role("link", name="Orte", exact=True).click()
    page.get_by_text("Mit einer Adresse oder einer Profildatei").click()
    page.get_by_label("Adresse der Website").fill("http://www.silberaue.example")
    page.get_by_role("button", name="Mit dieser Adresse aufnehmen").click()
    page.get_by_text("Der Ort ist aufgenommen.").wait_for()
    page.get_by_role("link", name="Einstellungen").click()
    page.get_by_label("Pause in Sekunden").fill("0,3")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("link", name="Silberaue").first.click()
    page.get_by_role("link", name="Jetzt prüfen").click()
    page.get_by_role("button", name="Prüfung starten").click()
