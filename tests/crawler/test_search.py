"""
Guards how the search of a site is asked, over real HTTP: what counts as a hit, what ends the asking, and that nothing is asked twice.

Does not look into the spider: it reads what the crawling process stored and what the server was asked for.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session

from crawler import process
from crawler.spiders.search import FAILURES, FRAME, MOST
from db import queries
from db.models import Asked, Crawl
from db.terms import CONTROL
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, moved, text

HOST = "such.example"
ALLOWED = text("User-agent: *\nDisallow: /intern")


def results(*hits: str, more: Iterable[str] = ()) -> Answer:
    """Return a page of results as many are: the hits, the way on, filters, and a teaser that is always there."""
    items = "".join(f'<li><a href="{url}">Treffer {url}</a></li>' for url in hits)
    steps = "".join(f'<a href="{url}">weiter</a>' for url in more)
    teaser = '<h2>Beliebt</h2><a href="/termin">Termin buchen</a> <a href="/presse">Presse</a>'
    html = f"<!doctype html><html lang=de><title>Suche</title><body><nav><a href='/menue'>Menü</a></nav><main><h1>Suche</h1><p>Sie haben etwas gesucht.</p><ol>{items}</ol>{steps}{teaser}</main></body></html>"
    return Answer(html.encode())


def offer(server: TortureServer, told: Callable[[str], Answer], *, robots: Answer = ALLOWED) -> None:
    """Let the host have a search that says to each words what it is told."""

    def answer(_: str, path: str) -> Answer:
        return told(parse_qs(urlsplit(path).query).get("q", [""])[0]) if path.startswith("/suche?") else results()

    server.answers[HOST, "*"] = answer
    server.answers[HOST, "/robots.txt"] = robots


def site_of(job: Job, host: str = HOST) -> int:
    return job.crawl(host).site_id


def ask(job: Job, *words: str, url: str = f"http://{HOST}/suche?q={{query}}", **changes: Any) -> dict[str, Asked]:
    """Ask the site's search, and return what was stored, by query."""
    search = {"site": site_of(job), "url": url, "door": f"http://{HOST}/", "queries": list(words)}
    search |= {"charset": changes.pop("charset", "utf-8")}
    job.run(searches=[search], **changes)
    return stored(job)


def stored(job: Job) -> dict[str, Asked]:
    with Session(job.engine) as session:
        rows = queries.asked(session, job.audit)
        session.expunge_all()
    assert len({row.query for row in rows}) == len(rows)
    return {row.query: row for row in rows}


def asked(server: TortureServer) -> list[str]:
    """Return the words the search was asked, in order."""
    return [parse_qs(urlsplit(path).query)["q"][0] for path in server.asked(HOST) if path.startswith("/suche?")]


@pytest.fixture
def job(tmp_path: Path) -> Iterable[Job]:
    job = open_job(tmp_path, HOST)
    yield job
    job.engine.dispose()


def paths(row: Asked) -> list[str]:
    return [url.removeprefix(f"http://{HOST}") for url in row.hits]


def test_hits_are_what_only_this_question_shows(server: TortureServer, job: Job) -> None:
    """Neither the teaser nor the menu, nor the way to more results or to another search; each once, ten at most."""
    many = [f"/seite-{n}" for n in range(15)]
    shown = {
        "ausweis": results(
            "/ausweis", "/gebuehren", "/ausweis#oben", more=("/suche?q=ausweis&seite=2", "/archiv?q=ausweis")
        ),
        "termin": results("/termin", "/presse/2026"),
        "alles": results(*many),
    }
    offer(server, lambda words: shown.get(words, results()))
    rows = ask(job, "ausweis", "termin", "alles", "nichts")
    assert paths(rows["ausweis"]) == ["/ausweis", "/gebuehren"]
    # It also stands in the teaser, but not with these words.
    assert paths(rows["termin"]) == ["/termin", "/presse/2026"]
    assert paths(rows["alles"]) == many[:MOST]
    assert paths(rows["nichts"]) == []
    assert paths(rows[CONTROL]) == ["/termin", "/presse"]
    assert {(row.status, row.error) for row in rows.values()} == {(200, None)}
    assert asked(server) == [CONTROL, "ausweis", "termin", "alles", "nichts"]
    assert [event["asked"] for event in job.events] == [1, 2, 3, 4]
    assert {(event["event"], event["site"], event["of"]) for event in job.events} == {("asked", HOST, 4)}


def test_words_are_sent_in_the_charset_of_the_page(server: TortureServer, job: Job) -> None:
    """An old system would look for other letters, and find nothing."""
    offer(server, lambda _: results())
    ask(job, "müll & abfuhr", charset="iso-8859-1")
    assert server.asked(HOST)[-1] == "/suche?q=m%FCll+%26+abfuhr"
    ask(job, "müll & abfuhr", charset="kein-zeichensatz")
    assert server.asked(HOST)[-1] == "/suche?q=m%C3%BCll+%26+abfuhr"


def test_a_forbidden_search_is_not_asked(server: TortureServer, job: Job) -> None:
    """robots.txt holds for a search as for any page; that it forbids is kept, and nothing else."""
    offer(server, lambda _: results("/ausweis"), robots=text("User-agent: *\nDisallow: /suche"))
    rows = ask(job, "ausweis", "termin")
    assert [(row.query, row.error, row.status) for row in rows.values()] == [(CONTROL, "robots", 0)]
    assert server.asked(HOST) == ["/robots.txt"]
    ask(job, "ausweis", "termin")
    assert server.asked(HOST) == ["/robots.txt"]


def test_a_search_that_leads_straight_to_a_page_has_one_hit(server: TortureServer, job: Job) -> None:
    """Where the control word ends is the page of results; whoever ends elsewhere has found that page."""
    server.answers[HOST, "/ausweis"] = results("/andere")
    shown = {"ausweis": moved("/weiter"), "termin": moved("/treffer?q=termin"), "fort": moved("http://fremd.example/")}
    server.answers[HOST, "/weiter"] = moved("/ausweis")
    server.answers[HOST, "/treffer?q=termin"] = results("/termin-neu")
    offer(server, lambda words: shown.get(words, moved(f"/treffer?q={words}")))
    rows = ask(job, "ausweis", "termin", "fort")
    assert paths(rows["ausweis"]) == ["/ausweis"]
    assert paths(rows["termin"]) == ["/termin-neu"]
    assert (rows["fort"].error, rows["fort"].hits) == ("redirect_elsewhere", [])
    assert server.asked("fremd.example") == []


def test_redirects_are_followed_to_an_end_and_never_into_a_private_network(server: TortureServer, job: Job) -> None:
    """Five steps are enough for any search."""
    offer(
        server,
        lambda words: (
            moved("http://127.0.0.1/geheim")
            if words == "privat"
            else moved("/suche?q=kreis")
            if words != CONTROL
            else results()
        ),
    )
    rows = ask(job, "privat", "kreis")
    assert (rows["privat"].error, rows["kreis"].error) == ("redirect_elsewhere", "redirect_loop")
    assert asked(server).count("kreis") == 6
    assert not server.asked("127.0.0.1")


@pytest.mark.parametrize("status", [403, 429])
def test_one_refusal_ends_the_asking(server: TortureServer, job: Job, status: int) -> None:
    """Who refuses one question gets no more; what was not asked is not there, also the next time."""
    offer(server, lambda words: Answer(b"genug", status) if words == "termin" else results("/ausweis"))
    rows = ask(job, "ausweis", "termin", "hund")
    assert [(row.query, row.error) for row in rows.values()] == [
        (CONTROL, None),
        ("ausweis", None),
        ("termin", "refused"),
    ]
    ask(job, "hund")
    assert asked(server) == [CONTROL, "ausweis", "termin"]


def test_three_failures_in_a_row_end_the_asking(server: TortureServer, job: Job) -> None:
    """A search that fails now and then goes on, one that is down is left alone."""
    down = {"a", "b", "d", "e", "f"}
    offer(server, lambda words: Answer(b"kaputt", 404) if words in down else results("/ausweis"))
    rows = ask(job, *"abcdefg")
    assert [row.error for row in rows.values()] == [None, "status", "status", None, *["status"] * FAILURES]
    assert asked(server)[-1] == "f"


def test_without_the_frame_nothing_is_asked(server: TortureServer, job: Job) -> None:
    """Nobody could tell what is a hit."""
    offer(server, lambda words: Answer(b"kaputt", 404) if words == CONTROL else results("/ausweis"))
    rows = ask(job, "ausweis")
    assert [(row.query, row.error) for row in rows.values()] == [(CONTROL, "status")]


def test_asking_ends_with_its_time(server: TortureServer, job: Job) -> None:
    """The budget of the reading bounds the asking too."""
    offer(server, lambda _: results("/ausweis"))
    assert list(ask(job, "ausweis", budget={"seconds_per_site": 0})) == [CONTROL]


def test_an_interrupted_asking_goes_on_where_it_was(server: TortureServer, job: Job) -> None:
    """What is answered is stored one by one and not asked again; only the control word is, for the frame."""
    offer(server, lambda words: results(f"/{words}"))
    words = [f"wort-{n}" for n in range(200)]

    def report(event: dict[str, Any]) -> None:
        job.events.append(event)
        if event["asked"] == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    search = {"site": site_of(job), "url": f"http://{HOST}/suche?q={{query}}", "door": f"http://{HOST}/"}
    with pytest.raises(KeyboardInterrupt):
        process.crawl(job.plan(searches=[{**search, "queries": words}]), report=report)
    before = stored(job)
    assert 3 <= len(before) < len(words)
    ended = len(server.log)
    rows = ask(job, *[word for word in words if word not in before])
    assert set(rows) == {CONTROL, *words}
    assert all(paths(rows[word]) == [f"/{word}"] for word in words)
    again = [parse_qs(urlsplit(path).query)["q"][0] for _, path in server.log[ended:] if path.startswith("/suche?")]
    assert set(again) & set(before) == {CONTROL}


def test_the_archive_answers_as_the_site_did(server: TortureServer, job: Job, tmp_path: Path) -> None:
    """Row by row, without a request; what the archive does not have is an error and no empty answer."""
    shown = {"ausweis": results("/ausweis"), "termin": moved("/termin"), "hund": Answer(b"kaputt", 404)}
    offer(server, lambda words: shown.get(words, results()))
    place = str(tmp_path / "ort.warc.gz")
    live = ask(job, "ausweis", "termin", "hund", archive=place)
    sent = len(server.log)
    again = open_job(tmp_path / "again", HOST)
    told = ask(again, "ausweis", "termin", "hund", "neu", replay=[place])
    assert len(server.log) == sent
    assert (told.pop("neu").error, len(told)) == ("not_archived", 4)
    assert [said(row) for row in told.values()] == [said(row) for row in live.values()]
    again.engine.dispose()


def said(row: Asked) -> tuple[Any, ...]:
    return row.query, row.url, row.asked, row.status, row.error, row.hits


def test_a_hostile_page_of_results_is_bounded(server: TortureServer, job: Job) -> None:
    """Ten thousand links are ten hits, and nothing of a private network is taken for one or asked."""
    private = (
        "http://127.0.0.1/a",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://intranet/",
        "javascript:x",
    )
    flood = results(*private, *[f"/flut-{n}" for n in range(10_000)])
    offer(server, lambda words: flood if words == "flut" else results(*[f"/rahmen-{n}" for n in range(10_000)]))
    rows = ask(job, "flut")
    assert paths(rows["flut"]) == [f"/flut-{n}" for n in range(MOST)]
    assert len(rows[CONTROL].hits) == FRAME
    assert {host for host, _ in server.log} == {HOST}


def test_asking_leaves_what_was_read_alone(server: TortureServer, job: Job) -> None:
    """A job with questions reads no page, also if a crawl is open."""
    offer(server, lambda _: results("/ausweis"))
    ask(job, "ausweis")
    with Session(job.engine) as session:
        assert session.query(Crawl).filter_by(audit_id=job.audit, end="open").count() == 1
    assert job.pages(HOST) == []
    assert set(server.asked(HOST)) == {"/robots.txt", f"/suche?q={CONTROL}", "/suche?q=ausweis"}
