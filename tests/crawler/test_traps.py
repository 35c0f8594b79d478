"""
Guards that what never ends takes little of the budget, over real HTTP, by the server's own log.

Does not look into the spider; what it was asked and what stands in the row is what counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.__main__ import AT_ONCE_ON_LOOPBACK
from crawler.branches import TRIED, WINDOW
from crawler.frontier import PROBE
from db.store import PageStore
from db.terms import End
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, page, text

HOST = "www.fallen.example"
STORIES, ECHOES = 150, 60
BESIDE = {"/robots.txt", "/sitemap.xml"}
IN_FLIGHT = 16
"""Requests that may be under way when a branch turns out to be barren."""

MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
FILTERS = "alter bezirk farbe groesse kosten thema zeit zimmer".split()
FOOTER = "Die Stadtverwaltung ist von Montag bis Freitag zu den üblichen Zeiten erreichbar."


def told(number: int) -> str:
    """A text that no other number has, in words, as new news are."""
    letters = str(number).translate(str.maketrans("0123456789", "abcdefghij"))
    return f"{FOOTER}\n" + " ".join(
        f"{letters}{place}" for place in "Hafen Markt Schule Museum Brücke Garten Turm".split()
    )


def calendar(path: str) -> Answer:
    """A month, with the way to the months beside it."""
    year, month = map(int, re.findall(r"\d+", path))
    steps = (divmod(year * 12 + month - 1 + step, 12) for step in (-1, 1))
    return page(
        f"{MONTHS[month - 1]} {year}",
        *(f"/kalender?monat={there}-{number + 1:02}" for there, number in steps),
        text=f"In diesem Monat liegen keine Termine vor. {FOOTER}",
    )


def shelf(path: str) -> Answer:
    """A list that can be filtered by everything at once and shows the same things every time."""
    chosen = set(re.findall(r"(\w+)=1", path))
    wanted = {name: sorted(chosen ^ {name}) for name in FILTERS}
    links = (
        f'<li><a href="/liste?{"&".join(f"{each}=1" for each in names)}">{name}</a>' for name, names in wanted.items()
    )
    return Answer(
        f"<title>Liste</title><main><p>Drei Einträge passen. {FOOTER}</p><ul>{''.join(links)}</ul></main>".encode()
    )


def build(server: TortureServer) -> None:
    """A site in which every trap begins at the front door."""

    def answer(_: str, path: str) -> Answer:
        name, _, number = path.partition("-")
        if path.startswith("/kalender"):
            return calendar(path)
        if path.startswith("/liste"):
            return shelf(path)
        if path.startswith("/blaettern"):
            place = int(path.rpartition("=")[2])
            return page("Einträge", f"/blaettern?page={place + 1}", text=f"Hier endet die Liste der Einträge. {FOOTER}")
        if name == "/echo/text":
            return page("Echo", f"/echo/text-{(int(number) + 1) % ECHOES}", text=f"Immer dasselbe Lied. {FOOTER}")
        if name == "/chronik/blatt" and int(number) < STORIES:
            return page(f"Blatt {number}", text=told(int(number)))
        return Answer(b"<title>Fehler 404</title>", 404)

    server.answers[HOST, "*"] = answer
    server.answers[HOST, "/robots.txt"] = server.answers[HOST, "/sitemap.xml"] = text("", 404)
    server.answers[HOST, "/"] = page(
        "Start",
        *("/kalender?monat=2026-11", "/liste?thema=1", "/blaettern?page=1"),
        *(f"/echo/text-{number}" for number in range(ECHOES)),
        *(f"/chronik/blatt-{number}" for number in range(STORIES)),
    )


def branches(server: TortureServer) -> Counter[str]:
    """Return how often each part of the site was asked."""
    return Counter(re.split(r"[?/-]", path[1:])[0] for path in server.asked(HOST) if path not in BESIDE)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Job, TortureServer]]:
    """The site, read until there is nothing left to read."""
    with pytest.MonkeyPatch.context() as patch, TortureServer() as server:
        build(server)
        patch.setenv("HTTP_PROXY", server.proxy)
        job = open_job(tmp_path_factory.mktemp("traps"), HOST)
        job.run()
        yield job, server
        job.engine.dispose()


def test_what_never_ends_is_given_up(read: tuple[Job, TortureServer]) -> None:
    """Calendar, filters and paging are tried and left; the reading comes to its end."""
    job, server = read
    assert job.crawl(HOST).end == End.FINISHED
    asked = branches(server)
    for trap in ("kalender", "liste", "blaettern"):
        assert WINDOW <= asked[trap] <= TRIED + IN_FLIGHT, trap


def test_a_branch_that_goes_on_telling_is_read_to_its_end(read: tuple[Job, TortureServer]) -> None:
    """However long it is."""
    assert branches(read[1])["chronik"] == STORIES


def test_what_only_repeats_comes_last(read: tuple[Job, TortureServer]) -> None:
    """It is read too, since the budget allows it; but for a probe now and then, after all that tells something."""
    asked = [path for path in read[1].asked(HOST) if path not in BESIDE]
    assert branches(read[1])["echo"] == ECHOES
    told_last = asked.index(f"/chronik/blatt-{STORIES - 1}")
    late = sum(path.startswith("/echo/") for path in asked[told_last:])
    # Requests sent at once reach the server in any order, so some that were sent behind the last story are noted before it.
    overtaken = AT_ONCE_ON_LOOPBACK - 1
    assert late >= ECHOES - WINDOW - IN_FLIGHT - told_last // PROBE - overtaken


def test_what_was_left_out_is_counted_by_reason(read: tuple[Job, TortureServer]) -> None:
    """Each trap leaves at least its next step, and the total is the sum of the reasons."""
    crawl = read[0].crawl(HOST)
    assert set(crawl.left_out_by) == {"endless"}
    assert crawl.left_out == sum(crawl.left_out_by.values()) >= 3
    assert "gleichartige Adressen" in crawl.detail


def test_a_calendar_of_far_years_is_not_entered(server: TortureServer, tmp_path: Path) -> None:
    """Whatever stands there has not been written yet."""
    far = ("/kalender?monat=2999-01", "/termine/2999/01/", "/kalender?jahr=1066")
    server.answers.update({(HOST, "/robots.txt"): text("", 404), (HOST, "/"): page("Start", *far, "/amt")})
    job = open_job(tmp_path, HOST)
    job.run()
    assert not set(far) & set(server.asked(HOST))
    assert "/amt" in server.asked(HOST)
    assert job.crawl(HOST).left_out_by == {"endless": 3}
    job.engine.dispose()


def test_a_spent_budget_is_the_reason_for_the_rest(server: TortureServer, tmp_path: Path) -> None:
    """What the pages did not suffice for is told apart from what would only have repeated."""
    build(server)
    job = open_job(tmp_path, HOST)
    job.run(budget={"pages_per_site": 120})
    crawl = job.crawl(HOST)
    assert crawl.end == End.BUDGET_PAGES
    assert set(crawl.left_out_by) >= {"budget", "yield"}
    assert sum(crawl.left_out_by.values()) == crawl.left_out
    job.engine.dispose()


def test_what_a_branch_brought_survives_a_restart(server: TortureServer, tmp_path: Path) -> None:
    """A reading that goes on later does not try the traps anew."""
    build(server)
    job = open_job(tmp_path, HOST)
    job.run(budget={"pages_per_site": 200})
    before = branches(server)
    PageStore(job.engine, job.crawl(HOST).id).note(end=End.OPEN)
    server.log.clear()
    job.run()
    after = branches(server)
    for trap in ("kalender", "liste", "blaettern"):
        assert before[trap] + after[trap] <= TRIED + IN_FLIGHT, trap
    assert before["chronik"] + after["chronik"] == STORIES
    job.engine.dispose()
