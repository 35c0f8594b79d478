"""
Guards that pages which scripts make are read in a real Chromium, within the same rules as all others.

Does not reach the network: one server answers for all hosts, another one on loopback stands for the town hall's own network.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import browser
from crawler.browser import rules
from db.terms import End
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, moved, page, text

pytestmark = pytest.mark.browser

HOST = "portal.example"
WORDS = "Melden Sie Ihren Hund im Bürgerportal an und zahlen Sie die Hundesteuer gleich online."


def shell(script: str, title: str = "Portal") -> Answer:
    """An empty page that a script fills."""
    html = f"<!doctype html><html lang=de><title>{title}</title><body><noscript>Bitte aktivieren Sie JavaScript.</noscript><div id=app></div><script>{script}</script>"
    return Answer(html.encode())


def json(body: str) -> Answer:
    return Answer(body.encode(), type="application/json")


FILL = """
const app = document.getElementById('app');
fetch('/api/seite.json').then(answer => answer.json()).then(said => {
  app.innerHTML = `<main><h1>${said.title}</h1><p>${said.text}</p><a href="anmelden">Hund anmelden</a></main>`;
});
"""
SAID = json(f'{{"title": "Hundesteuer", "text": "{WORDS}"}}')


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Chromium that writes its process number into this file each time it starts."""
    place, real = tmp_path / "started", browser.chromium()
    program = tmp_path / "chromium-of-the-test"
    program.write_text(f'#!/bin/sh\necho $$ >> {place}\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv(browser.VARIABLE, str(program))
    return place


@pytest.fixture
def job(tmp_path: Path, server: TortureServer) -> Iterator[Job]:
    """A site without robots.txt."""
    server.answers[HOST, "/robots.txt"] = text("", 404)
    job = open_job(tmp_path, HOST)
    yield job
    job.engine.dispose()


def links(*paths: str) -> Answer:
    return page("Start", *(f"http://{HOST}{path}" for path in paths), text="Willkommen im Portal der Stadt. " * 20)


def test_what_scripts_fill_in_is_read_with_its_words_and_links(job: Job, server: TortureServer) -> None:
    """A front door that asks its own host for its content is a page like any other, and its links are followed."""
    server.answers[HOST, "/"] = shell(FILL)
    server.answers[HOST, "/api/seite.json"] = SAID
    server.answers[HOST, "/anmelden"] = page("Anmelden", text="Hier melden Sie an. " * 40)
    job.run(browser=True)
    door = job.page(HOST, "/")
    assert (door.error, door.rendered, door.status) == (None, True, 200)
    assert WORDS in door.main_text
    assert "JavaScript" not in door.main_text
    assert [(link.url, link.text) for link in door.links] == [(f"http://{HOST}/anmelden", "Hund anmelden")]
    assert not job.page(HOST, "/anmelden").rendered
    assert job.crawl(HOST).end == End.FINISHED
    assert "1 Seiten entstehen erst durch Skripte und wurden im Browser gelesen." in job.crawl(HOST).detail
    assert {host for host, _ in server.log} == {HOST}, "nothing of the browser's own"


def test_no_request_of_a_page_reaches_a_private_address(job: Job, server: TortureServer) -> None:
    """Whatever a script tries, by fetch, frame, image, redirect, WebSocket, worker, form or script, nothing arrives inside."""
    with TortureServer({("", "*"): text("geheim")}) as inner:
        port = inner.address.partition(":")[2]
        goals = [f"http://{name}:{port}/" for name in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433")]
        goals += ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", f"http://{HOST}/umleitung"]
        server.answers[HOST, "/umleitung"] = moved(f"http://127.0.0.1:{port}/per-umleitung")
        server.answers[HOST, "/arbeiter.js"] = Answer(
            f"fetch('http://127.0.0.1:{port}/per-arbeiter', {{mode: 'no-cors'}})".encode(), type="text/javascript"
        )
        tries = """
        const attempts = [], add = (name, values) => {
          const part = document.createElement(name); Object.assign(part, values); document.body.append(part); return part;
        };
        for (const goal of GOALS) {
          attempts.push(() => fetch(goal, {mode: 'no-cors'}).catch(() => {}), () => navigator.sendBeacon(goal), () => window.open(goal));
          for (const name of ['iframe', 'img', 'script', 'embed']) attempts.push(() => add(name, {src: goal}));
          for (const rel of ['stylesheet', 'preconnect', 'prefetch', 'preload']) attempts.push(() => add('link', {rel, href: goal, as: 'fetch'}));
          attempts.push(() => add('form', {action: goal, method: 'post', target: add('iframe', {name: 'f'}).name}).submit());
          attempts.push(() => add('a', {href: goal, ping: goal, target: '_blank'}).click());
        }
        attempts.push(
          () => new WebSocket('ws://127.0.0.1:PORT/per-socket'),
          () => new WebSocket('wss://127.0.0.1:PORT/per-socket'),
          () => new EventSource('http://127.0.0.1:PORT/per-strom'),
          () => new Worker('/arbeiter.js'),
          () => navigator.serviceWorker.register('/arbeiter.js').catch(() => {}),
          () => new WebTransport('https://127.0.0.1:PORT/per-quic').ready.catch(() => {}),
          () => {
            const peer = new RTCPeerConnection({iceServers: [{urls: 'turn:127.0.0.1:PORT?transport=tcp', username: 'a', credential: 'b'}]});
            peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
          },
        );
        let failed = 0;
        for (const attempt of attempts) try { attempt() } catch { failed += 1 }
        setTimeout(() => document.getElementById('app').innerHTML = `<main><h1>Alles versucht</h1><p>${attempts.length - failed}</p></main>`, 300);
        """
        server.answers[HOST, "/"] = shell(tries.replace("GOALS", str(goals)).replace("PORT", port))
        job.run(browser=True)
        assert inner.log == []
    title, tried = job.page(HOST, "/").main_text.split("\n")
    assert title == "Alles versucht"
    assert int(tried) > 90
    assert "/umleitung" in server.asked(HOST)
    assert {host for host, _ in server.log} == {HOST}, "nor is the administrator's proxy asked for it"


def test_a_script_that_leads_inside_leads_nowhere(job: Job, server: TortureServer) -> None:
    """A page whose script goes to an address of loopback stays unread, and the address is not asked."""
    with TortureServer({("", "*"): text("geheim")}) as inner:
        server.answers[HOST, "/"] = links("/weg", "/da")
        server.answers[HOST, "/weg"] = shell(f"location.href = 'http://{inner.address}/ziel'")
        server.answers[HOST, "/da"] = page("Da", text="Hier steht etwas. " * 40)
        job.run(browser=True)
        assert inner.log == []
    assert job.page(HOST, "/weg").error is not None
    assert job.page(HOST, "/da").error is None


def test_robots_txt_holds_for_what_a_page_asks_for(job: Job, server: TortureServer) -> None:
    """What robots.txt forbids is not asked by the page's scripts either; images and analytics are not asked at all."""
    server.answers[HOST, "/robots.txt"] = text("User-agent: *\nDisallow: /geheim/\n")
    more = "fetch('/geheim/daten.json').catch(() => {}); for (const src of ['/bild.png', '/matomo.js']) "
    more += "{ const part = document.createElement(src.endsWith('js') ? 'script' : 'img'); part.src = src; document.body.append(part) }"
    server.answers[HOST, "/"] = shell(FILL + more)
    server.answers[HOST, "/api/seite.json"] = SAID
    job.run(browser=True)
    assert WORDS in job.page(HOST, "/").main_text
    assert not {"/geheim/daten.json", "/bild.png", "/matomo.js"} & set(server.asked(HOST))


def test_a_page_that_never_rests_is_read_as_it_is(job: Job, server: TortureServer) -> None:
    """Polling for ever is cut, by time or by number, and what stands there by then is read."""
    server.answers[HOST, "/"] = shell(FILL + "setInterval(() => fetch('/api/puls'), 20)")
    server.answers[HOST, "/api/seite.json"] = SAID
    job.run(browser=True)
    assert WORDS in job.page(HOST, "/").main_text
    assert 0 < server.asked(HOST).count("/api/puls") <= rules.MOST


def test_a_page_that_takes_the_whole_machine_is_cut(job: Job, server: TortureServer) -> None:
    """Endless loops and endless documents are failures of their page alone; the others are read."""
    server.answers[HOST, "/"] = links("/schleife", "/sofort", "/endlos", "/gut")
    server.answers[HOST, "/schleife"] = shell("setTimeout(() => { while (true) {} }, 50)")
    server.answers[HOST, "/sofort"] = shell("while (true) {}")
    server.answers[HOST, "/endlos"] = shell(
        "setTimeout(() => { while (true) document.body.append('x'.repeat(1e6)) }, 9)"
    )
    server.answers[HOST, "/gut"] = page("Gut", text="Hier steht etwas. " * 40)
    job.run(browser=True, timeout=6)
    errors = {each.url.rpartition("/")[2]: each.error for each in job.pages(HOST)}
    assert errors == {"": None, "gut": None, **dict.fromkeys(["schleife", "sofort", "endlos"], "not_rendered")}
    assert job.crawl(HOST).end == End.FINISHED


def test_a_browser_that_dies_is_a_failure_of_the_page_and_starts_anew(
    job: Job, server: TortureServer, started: Path
) -> None:
    """The page that was being shown is recorded as a failure, the next ones are shown by a new browser."""
    killed = threading.Event()

    def kill(_: str, __: str) -> Answer:
        os.kill(int(started.read_text().split()[-1]), signal.SIGKILL)
        killed.set()
        return text("")

    def wait(_: str, __: str) -> Answer:
        killed.wait(60)
        return page("Danach", "/danach", text="Hier geht es weiter. " * 40)

    server.answers[HOST, "/"] = links("/toedlich", "/warten")
    server.answers[HOST, "/warten"] = wait
    server.answers[HOST, "/toedlich"] = shell("fetch('/stirb')")
    server.answers[HOST, "/stirb"] = kill
    server.answers[HOST, "/danach"] = shell(FILL)
    server.answers[HOST, "/api/seite.json"] = SAID
    job.run(browser=True)
    assert job.page(HOST, "/toedlich").error == "not_rendered"
    assert job.page(HOST, "/danach").rendered
    assert job.crawl(HOST).end == End.FINISHED


def test_only_so_many_pages_of_a_site_are_shown(job: Job, server: TortureServer) -> None:
    """What is over the budget stays a shell that was not read, and the reader is told."""
    server.answers[HOST, "/"] = links(*(f"/seite-{number}" for number in range(5)))
    server.answers[HOST, "*"] = shell(FILL)
    server.answers[HOST, "/api/seite.json"] = SAID
    server.answers[HOST, "/sitemap.xml"] = text("", 404)
    job.run(browser=True, budget={"shown_per_site": 3})
    pages = [each for each in job.pages(HOST) if "seite" in each.url]
    assert sum(each.rendered for each in pages) == 3
    assert sum(each.error == "needs_rendering" for each in pages) >= 2


@pytest.mark.parametrize("changes", [{"browser": False}, {"browser": True}], ids=["switched off", "no Chromium"])
def test_without_a_browser_a_shell_stays_a_shell(
    job: Job, server: TortureServer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, bool]
) -> None:
    """It is named as what it is, and nobody is asked twice."""
    if changes["browser"]:
        monkeypatch.setenv(browser.VARIABLE, "/nirgends/chromium")
    server.answers[HOST, "/"] = links("/huelle")
    server.answers[HOST, "/huelle"] = shell(FILL)
    job.run(**changes)
    assert job.page(HOST, "/huelle").error == "needs_rendering"
    assert server.asked(HOST).count("/huelle") == 1


def test_a_site_without_shells_costs_no_browser(
    job: Job, server: TortureServer, started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first shell Chromium is not started, and what shows pages is not even imported."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    imports = re.compile(r"\|\s+(?:scrapy_)?playwright\b")
    server.answers[HOST, "/"] = links("/da")
    server.answers[HOST, "/da"] = page("Da", text="Hier steht etwas. " * 40)
    job.run(browser=True)
    assert not imports.search(job.log.read_text())
    assert not started.exists()
    server.answers[HOST, "/da"] = shell(FILL)
    job.again().run(browser=True)
    assert imports.search(job.log.read_text())
    assert started.exists()


def test_an_archive_shows_what_the_browser_showed(tmp_path: Path, job: Job, server: TortureServer) -> None:
    """An audit from the archive needs no browser to read the same words."""
    server.answers[HOST, "/"] = shell(FILL)
    server.answers[HOST, "/api/seite.json"] = SAID
    server.answers[HOST, "/anmelden"] = page("Anmelden", text="Hier melden Sie an. " * 40)
    archive = tmp_path / "a.warc.gz"
    job.run(browser=True, archive=str(archive))
    again = job.again()
    server.answers.clear()
    again.run(replay=[str(archive)], revalidate=False)
    said = [[(each.url, each.main_text, each.rendered, each.error) for each in one.pages(HOST)] for one in (job, again)]
    assert said[0] == said[1]
    assert WORDS in said[1][0][1]


def test_a_shown_page_is_shown_again_in_the_next_audit(job: Job, server: TortureServer) -> None:
    """That its shell has not changed says nothing about what scripts put into it."""
    empty = shell(FILL)
    server.answers[HOST, "/"] = Answer(empty.body, headers={"ETag": '"huelle"'})
    server.answers[HOST, "/api/seite.json"] = json('{"title": "Alt", "text": "Noch nicht online."}')
    job.run(browser=True)
    server.answers[HOST, "/api/seite.json"] = SAID
    again = job.again()
    again.run(browser=True)
    assert WORDS in again.page(HOST, "/").main_text
