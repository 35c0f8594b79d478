"""
Guards how sites of every kind are read, over real HTTP: what is stored, what is refused, and how each one ends.

Does not look into the spider: it reads what the crawling process stored and what the server was asked for.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from db.terms import End
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, moved, page, sitemap, text
from tests.towns.pdf import printed

MUSTER = "www.musterhafen.example"
MEGABYTE = b"x" * 1024 * 1024
DOORS = {
    "robots404.example": {"/robots.txt": text("weg", 404), "/": page("Start")},
    "robots503.example": {"/robots.txt": text("kaputt", 503), "/": page("Start")},
    "robotsverbot.example": {"/robots.txt": text("User-agent: *\nDisallow: /"), "/": page("Start")},
    "robotsumzug.example": {
        "/robots.txt": moved("http://robotsumzug.example/regeln"),
        "/regeln": text("User-agent: *\nDisallow: /zu"),
        "/": page("Start", "/zu", "/auf"),
        "/zu": page("Zu"),
        "/auf": page("Auf"),
    },
    "robotsname.example": {
        "/robots.txt": text("User-agent: Googlebot\nDisallow: /akten"),
        "/": page("Start", "/akten", "/nur-bing"),
        "/akten": page("Akten"),
        "/nur-bing": Answer(page("Bing").body, headers={"X-Robots-Tag": "googlebot: noindex"}),
    },
    # Whatever is not there is answered with the same page and status 200.
    "weich.example": {
        "/robots.txt": text("", 404),
        "/sitemap.xml": text("", 404),
        "/": page("Start", "/amt", "/weg", "/alt", "/akte", "/index.html"),
        "/amt": page("Amt", text="Das Amt hat am Montag offen."),
        "/alt": moved("/"),
        "/index.html": moved("/"),
        "/akte": moved("http://konto.example/realms/amt/protocol/openid-connect/auth?client_id=akte"),
        "*": page("Willkommen", text="Viele Themen warten auf Sie."),
    },
    "huelle.example": {
        "/": Answer(
            b"<title>Portal</title><div id=root></div><noscript>Bitte aktivieren Sie JavaScript.</noscript><script src=/a.js></script>"
        )
    },
    "verkauft.example": {"/": page("verkauft.example", text="Diese Domain steht zum Verkauf.")},
    "pruefstelle.example": {"/": Answer(page("Just a moment...").body, 403)},
    "robotskreis.example": {"/robots.txt": moved("/robots.txt"), "/": page("Start")},
    "robotsprivat.example": {"/robots.txt": moved("http://10.0.0.1/robots.txt"), "/": page("Start")},
    "gesperrt.example": {"/": Answer(b"nein", 403)},
    "pruefung.example": {"/": Answer(b"<title>Warten</title>", 200, headers={"cf-mitigated": "challenge"})},
    "kaputt.example": {"/": Answer(b"Fehler", 500)},
    "umgezogen.example": {"/": moved("http://neu.example/"), "/sitemap.xml": text("", 404)},
    "satt.example": {
        "/": page("Start", *[f"/{n}" for n in range(60)]),
        "*": Answer(b"genug", 429),
        "/robots.txt": text("", 404),
        "/sitemap.xml": text("", 404),
    },
}


def muster(server: TortureServer) -> dict[str, Answer]:
    """Return a site with everything that goes wrong on real ones."""
    deep = sitemap(f"http://{MUSTER}/nur-sitemap", f"http://{MUSTER}/a", "http://127.0.0.1/geheim", "http://[kaputt/")
    return {
        "/robots.txt": text(f"User-agent: *\nDisallow: /verboten\nSitemap: http://{MUSTER}/liste.xml.gz"),
        "/liste.xml.gz": Answer(gzip.compress(bytes(deep.body)), type="application/gzip"),
        "/": page(
            "Start",
            *("/a", "/alias1", "/alias2", "/verboten", "/kreis1", "/selbst", "/fort", "/fehlt", "/fehler", "/bombe"),
            *(
                "/riese",
                "/riese-mit-laenge",
                "/programm.html",
                "/plan.pdf",
                "/bild.jpg",
                "/loch",
                "/morgen",
                "/tarnung",
            ),
            *(
                "/r-loopback",
                "/r-metadaten",
                "/r-privat",
                "/r-datei",
                "http://www.fremd.example/",
                "mailto:a@b.example",
            ),
            f"http://{MUSTER}/a#oben",
        ),
        "/a": page("A", "/b", "/a?PHPSESSID=abcdef0123456789"),
        "/b": page("B"),
        "/nur-sitemap": page("Nur in der Sitemap"),
        "/alias1": moved("/ziel", 301),
        "/alias2": moved(f"http://{MUSTER}/ziel"),
        "/ziel": page("Ziel"),
        "/verboten": page("Verboten"),
        "/kreis1": moved("/kreis2"),
        "/kreis2": moved("/kreis1"),
        "/selbst": moved("/selbst?PHPSESSID=abcdef0123456789"),
        "/selbst?PHPSESSID=abcdef0123456789": page("Selbst"),
        "/fort": moved("http://www.stadtwerke.example/"),
        "/fehler": Answer(b"<title>Fehler 500</title>", 500),
        "/bombe": Answer(gzip.compress(MEGABYTE * 30), headers={"Content-Encoding": "gzip"}),
        "/riese": Answer(tuple([MEGABYTE] * 50)),
        "/riese-mit-laenge": Answer(b"x" * (11 * 1024 * 1024)),
        "/programm.html": Answer(b"MZ\x90\x00" + bytes(range(256)) * 20),
        "/plan.pdf": Answer(printed("Bebauungsplan 7", "Markt"), type="application/pdf"),
        "/bild.jpg": Answer(b"\xff\xd8\xff", type="image/jpeg"),
        "/loch": Answer(b"abc", headers={"Content-Encoding": "gzip"}),
        "/morgen": Answer(b"<html><head><meta http-equiv=refresh content='0; url=/nach-refresh'></head></html>"),
        "/nach-refresh": page("Nach Refresh"),
        "/tarnung": moved(f"http://{MUSTER}\\@127.0.0.1/"),
        "/r-loopback": moved(f"http://{server.address}/geheim"),
        "/r-metadaten": moved("http://169.254.169.254/latest/meta-data"),
        "/r-privat": moved("http://10.0.0.1/"),
        "/r-datei": moved("file:///etc/passwd"),
    }


# A name server that answers with an address inside, as the owner of a name can make his own.
LYING = """
import socket
honest = socket.gethostbyname
socket.gethostbyname = lambda name: "127.0.0.1" if name == "www.boese.example" else honest(name)
"""


@pytest.fixture(scope="module")
def landscape(
    tmp_path_factory: pytest.TempPathFactory, untrusted: str, closed: str
) -> Iterator[tuple[Job, TortureServer]]:
    """All these sites, read at once by one process."""
    folder = tmp_path_factory.mktemp("landscape")
    (folder / "sitecustomize.py").write_text(LYING)
    with pytest.MonkeyPatch.context() as patch, TortureServer() as server:
        port = server.address.rpartition(":")[2]
        sites = {**DOORS, MUSTER: muster(server), server.address: {"/": page("Innen")}}
        server.answers.update(((host, path), said) for host, paths in sites.items() for path, said in paths.items())
        server.hung_up.add("stumm.example")
        patch.setenv("PYTHONPATH", str(folder))
        patch.setenv("HTTP_PROXY", server.proxy)
        patch.setenv("NO_PROXY", ".invalid,127.0.0.1,www.boese.example")
        hosts = [*sites, "stumm.example", "gibtsnicht.invalid", f"www.boese.example:{port}", closed]
        job = open_job(folder, *hosts, **{untrusted: f"https://{untrusted}/"})
        job.run(allowed_private=[untrusted, closed])
        yield job, server
        job.engine.dispose()


@pytest.mark.parametrize(
    ("host", "end", "words"),
    [
        (MUSTER, End.FINISHED, "Vollständig gelesen"),
        ("robots404.example", End.FINISHED, "Vollständig gelesen"),
        ("robotskreis.example", End.FINISHED, "Vollständig gelesen"),
        ("robotsumzug.example", End.FINISHED, "Vollständig gelesen"),
        ("robots503.example", End.ROBOTS_UNREACHABLE, "Status 503"),
        ("robotsprivat.example", End.REFUSED, "privaten Netz"),
        ("robotsverbot.example", End.ROBOTS_DISALLOW, "robots.txt verbietet"),
        ("gesperrt.example", End.REFUSED, "Status 403"),
        ("pruefung.example", End.REFUSED, "Mensch"),
        ("satt.example", End.REFUSED, "weist uns seit 20 Anfragen ab"),
        ("kaputt.example", End.UNREACHABLE, "Status 500"),
        ("weich.example", End.FINISHED, "Vollständig gelesen"),
        ("huelle.example", End.NEEDS_RENDERING, "leere Hülle"),
        ("verkauft.example", End.UNREACHABLE, "kein Angebot mehr"),
        ("pruefstelle.example", End.REFUSED, "Mensch"),
        ("umgezogen.example", End.UNREACHABLE, "neu.example"),
        ("stumm.example", End.UNREACHABLE, "bricht sie ab"),
        ("gibtsnicht.invalid", End.UNREACHABLE, "nicht auflösbar"),
    ],
)
def test_each_site_ends_with_its_reason(landscape: tuple[Job, TortureServer], host: str, end: End, words: str) -> None:
    """Why a site was read no further is told precisely, and no other site suffers from it."""
    crawl = landscape[0].crawl(host)
    assert crawl.end == end
    assert words in crawl.detail
    assert crawl.detail.startswith(f"{host}: ")
    assert crawl.started is not None
    assert crawl.finished is not None
    (ended,) = [each for each in landscape[0].events if each["event"] == "ended" and each["site"] == host]
    assert (ended["end"], ended["pages"], ended["detail"]) == (end, crawl.pages, crawl.detail)


def test_nothing_is_asked_where_nothing_may_be_read(landscape: tuple[Job, TortureServer]) -> None:
    """Without a readable robots.txt, or against it, not one page is requested."""
    _, server = landscape
    assert set(server.asked("robots503.example")) == {"/robots.txt"}
    assert set(server.asked("robotsprivat.example")) == {"/robots.txt"}
    assert set(server.asked("robotsverbot.example")) <= {"/robots.txt", "/sitemap.xml"}
    assert "/zu" not in server.asked("robotsumzug.example")
    assert "/auf" in server.asked("robotsumzug.example")
    assert "/verboten" not in server.asked(MUSTER)


def test_what_came_instead_of_a_page_is_named(landscape: tuple[Job, TortureServer]) -> None:
    """A notice with status 200, the way home and the way to a login are no pages; a door under another name is one way home."""
    errors = {each.url.rpartition("/")[2]: each.error for each in landscape[0].pages("weich.example")}
    assert errors == {
        "": None,
        "amt": None,
        "weg": "soft_404",
        "alt": "home",
        "index.html": "redirect",
        "akte": "login",
    }


def test_what_search_engines_may_do_is_kept_by_name(landscape: tuple[Job, TortureServer]) -> None:
    """What Google may not read or list is not found there, although we may read it."""
    pages = {each.url.rpartition("/")[2]: each for each in landscape[0].pages("robotsname.example")}
    assert pages["akten"].engines == {"googlebot": {"fetch": False}}
    assert pages["nur-bing"].engines == {"googlebot": {"index": False}}
    assert pages[""].engines is None
    assert (pages["akten"].index, pages["nur-bing"].index) == (True, False)


def test_no_private_address_is_ever_asked(landscape: tuple[Job, TortureServer]) -> None:
    """A redirect, a sitemap or a profile that leads inside is listed with its reason and never followed."""
    job, server = landscape
    port = server.address.rpartition(":")[2]
    inside = {"127.0.0.1", "169.254.169.254", "10.0.0.1", server.address, "[kaputt", f"www.boese.example:{port}"}
    assert not [host for host, _ in server.log if host in inside]
    for path in ("/r-loopback", "/r-metadaten", "/r-privat"):
        assert (job.page(MUSTER, path).error, job.page(MUSTER, path).status) == ("private_address", 302)
    assert job.page(MUSTER, "/r-datei").error == "redirect_elsewhere"
    assert job.crawl(server.address).end == End.REFUSED
    # The disguised one is read as browsers read it: the site's own, with an odd path.
    assert job.page(MUSTER, "/@127.0.0.1/").redirected_from == [f"http://{MUSTER}/tarnung"]
    assert job.crawl(MUSTER).refused == 4


def test_a_name_server_cannot_steer_us_inside(landscape: tuple[Job, TortureServer]) -> None:
    """A public name that points to loopback is refused like the address itself, and for that reason."""
    job, server = landscape
    (crawl,) = [job.crawl(host) for host in job.hosts() if host.startswith("www.boese.example")]
    assert (crawl.end, crawl.refused) == (End.REFUSED, 1)
    assert "privaten Netz" in crawl.detail
    assert not server.asked(crawl.site.host)


def test_a_bad_certificate_and_a_closed_door_are_told(
    landscape: tuple[Job, TortureServer], untrusted: str, closed: str
) -> None:
    """Certificates are verified; a site whose certificate is bad is unreachable for that reason, as is a closed port."""
    job, _ = landscape
    assert (job.crawl(untrusted).end, job.crawl(closed).end) == (End.UNREACHABLE, End.UNREACHABLE)
    assert "Zertifikat" in job.crawl(untrusted).detail
    assert "nimmt keine Verbindung an" in job.crawl(closed).detail


def test_every_answer_is_a_page(landscape: tuple[Job, TortureServer]) -> None:
    """Errors, documents and refusals are Pages with their status and their word, good pages without one."""
    job, _ = landscape
    found = {
        page.url.removeprefix(f"http://{MUSTER}"): (page.status, page.error)
        for page in job.pages(MUSTER)
        if not page.url.startswith(f"http://{MUSTER}/r-")
    }
    (alias,) = [path for path in ("/alias1", "/alias2") if path in found]
    assert found.pop(alias)[1] == "redirect"
    (turn,) = [path for path in ("/kreis1", "/kreis2") if path in found]
    assert found.pop(turn) == (302, "redirect_loop")
    assert found == {
        "/": (200, None),
        "/a": (200, None),
        "/b": (200, None),
        "/nur-sitemap": (200, None),
        "/ziel": (200, None),
        "/selbst": (200, None),
        "/verboten": (0, "robots"),
        "/fort": (302, "redirect_elsewhere"),
        "/fehlt": (404, None),
        "/@127.0.0.1/": (404, None),
        "/fehler": (500, None),
        "/bombe": (0, "too_large"),
        "/riese": (0, "too_large"),
        "/riese-mit-laenge": (0, "too_large"),
        "/programm.html": (200, "not_html"),
        "/plan.pdf": (200, None),
        "/loch": (0, "unreadable"),
        "/morgen": (200, None),
        "/nach-refresh": (200, None),
    }


def test_a_sitemap_makes_orphans_known(landscape: tuple[Job, TortureServer]) -> None:
    """A page that nothing links to is read when the sitemap names it, and is marked as named there."""
    job, _ = landscape
    assert job.page(MUSTER, "/nur-sitemap").in_sitemap
    assert job.page(MUSTER, "/a").in_sitemap
    assert not job.page(MUSTER, "/b").in_sitemap
    assert (job.page(MUSTER, "/").depth, job.page(MUSTER, "/nach-refresh").depth) == (0, 2)


def test_redirects_are_remembered_with_their_page(landscape: tuple[Job, TortureServer]) -> None:
    """The page stands under the address that answered; each other address that led to it is kept too."""
    job, _ = landscape
    goal = job.page(MUSTER, "/ziel")
    (alias,) = [page for page in job.pages(MUSTER) if page.error == "redirect"]
    names = {f"http://{MUSTER}/alias1", f"http://{MUSTER}/alias2"}
    assert {*goal.redirected_from, alias.url} == names
    assert [link.url for link in alias.links] == [goal.url]
    assert [link.url for link in job.page(MUSTER, "/fort").links] == ["http://www.stadtwerke.example/"]


def test_each_address_is_asked_once(landscape: tuple[Job, TortureServer]) -> None:
    """However often and in whatever writing an address is linked, the server is asked once; faults are asked again."""
    _, server = landscape
    again = {"/fehler", "/loch"}
    asked = [path for path in server.asked(MUSTER) if path not in again]
    assert sorted(asked) == sorted(set(asked))
    assert "/bild.jpg" not in asked
    assert server.asked(MUSTER).count("/fehler") == 4  # three times at once, once at the end


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Job, TortureServer]]:
    """Sites that are larger or slower than the job allows, read at once by one process."""

    def wide(_: str, path: str) -> Answer:
        return page(path, *[f"{path.rstrip('/')}/{n}" for n in range(10)])

    def slow(host: str, path: str) -> Answer:
        time.sleep(0.8)
        return wide(host, path)

    def hang(_: str, path: str) -> Answer:
        time.sleep(3)
        return page(path)

    with pytest.MonkeyPatch.context() as patch, TortureServer() as server:
        server.answers.update(
            {("gross.example", "*"): wide, ("langsam.example", "*"): slow, ("haengt.example", "*"): hang}
        )
        server.answers.update({("halb.example", "/"): page("Start", "/haengt"), ("halb.example", "/haengt"): hang})
        for host in ("gross.example", "langsam.example"):
            server.answers.update({(host, "/robots.txt"): text("", 404), (host, "/sitemap.xml"): text("", 404)})
        patch.setenv("HTTP_PROXY", server.proxy)
        job = open_job(tmp_path_factory.mktemp("bounded"), *dict.fromkeys(host for host, _ in server.answers))
        job.run(timeout=1, budget={"pages_per_site": 100, "seconds_per_site": 6})
        yield job, server
        job.engine.dispose()


def test_the_pages_budget_is_kept_exactly(bounded: tuple[Job, TortureServer]) -> None:
    """Not one page more than allowed is asked for, and it is known how many are left."""
    job, server = bounded
    crawl = job.crawl("gross.example")
    assert (crawl.end, crawl.pages, len(job.pages("gross.example"))) == (End.BUDGET_PAGES, 100, 100)
    assert crawl.left_out >= 800
    assert "100 Seiten" in crawl.detail
    beside = ("/robots.txt", "/sitemap.xml", "/fundstelle-gibt-es-nicht")
    asked = {path for path in server.asked("gross.example") if not path.startswith(beside)}
    assert len(asked) == 100


def test_the_time_budget_is_kept(bounded: tuple[Job, TortureServer]) -> None:
    """A slow site ends when its time is spent, with what it gave until then."""
    crawl = bounded[0].crawl("langsam.example")
    assert crawl.end == End.BUDGET_TIME
    assert "Zeitbudget" in crawl.detail
    assert 0 < crawl.pages < 100
    assert crawl.left_out > 0


def test_silence_is_no_permission(bounded: tuple[Job, TortureServer]) -> None:
    """A site whose robots.txt never comes is not read; a single page that never comes is a Page."""
    job, server = bounded
    hung = job.crawl("haengt.example")
    assert (hung.end, hung.failed) == (End.ROBOTS_UNREACHABLE, 1)
    assert "antwortet nicht in der erlaubten Zeit" in hung.detail
    assert set(server.asked("haengt.example")) == {"/robots.txt"}
    assert job.page("halb.example", "/haengt").error == "timeout"
    assert (job.crawl("halb.example").end, job.crawl("halb.example").failed) == (End.FINISHED, 1)


def test_progress_is_told_while_it_happens(bounded: tuple[Job, TortureServer]) -> None:
    """Each site tells how far it is, about twice a second at most, and once how it ended."""
    job, _ = bounded
    told = [each for each in job.events if each["event"] == "progress" and each["site"] == "langsam.example"]
    assert 2 <= len(told) <= 15
    assert {each["budget"] for each in told} == {100}
    assert [each["pages"] for each in told] == sorted(each["pages"] for each in told)
    assert all(each["waiting"] >= 0 for each in told)
    assert sorted(each["site"] for each in job.events if each["event"] == "ended") == [
        "gross.example",
        "haengt.example",
        "halb.example",
        "langsam.example",
    ]


def test_the_delay_that_robots_asks_for_is_kept(server: TortureServer, tmp_path: Path) -> None:
    """A site that asks for more time between requests than we would leave gets it, between all of them."""
    moments: list[float] = []

    def note(_: str, path: str) -> Answer:
        moments.append(time.monotonic())
        return text("User-agent: *\nCrawl-delay: 0.6") if path == "/robots.txt" else page(path, "/a", "/b")

    server.answers["langsam.example", "*"] = note
    job = open_job(tmp_path, "langsam.example")
    job.run(no_delay=False, budget={"pages_per_site": 3, "delay_seconds": 0.1})
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.5
    job.engine.dispose()


def test_what_failed_is_looked_at_once_more(server: TortureServer, tmp_path: Path) -> None:
    """At the end of the reading, once, when the server has asked for no more patience; the second answer counts."""

    def after(times: int, failure: Answer) -> Callable[[str, str], Answer]:
        def answer(host: str, path: str) -> Answer:
            return failure if server.asked(host).count(path) <= times else page(path)

        return answer

    host = "wackelig.example"
    busy = Answer(b"gleich", 429, headers={"Retry-After": "1"})
    names = ("/erholt", "/hin", "/voll", "/weg", "/gut")
    server.answers.update(
        {
            (host, "/robots.txt"): text("", 404),
            (host, "/sitemap.xml"): text("", 404),
            (host, "/"): page("Start", *names),
            # Twice it is asked again at once.
            (host, "/erholt"): after(3, Answer(b"kaputt", 503)),
            (host, "/hin"): Answer(b"kaputt", 500),
            (host, "/voll"): after(1, busy),
            (host, "/gut"): page("Gut"),
        }
    )
    job = open_job(tmp_path, host)
    job.run()
    stored = {each.url.rpartition("/")[2]: each.status for each in job.pages(host)}
    assert stored == {"": 200, "erholt": 200, "hin": 500, "voll": 200, "weg": 404, "gut": 200}
    assert len(job.pages(host)) == len(stored)
    asked = server.asked(host)
    assert [asked.count(name) for name in names] == [4, 4, 2, 1, 1]
    assert set(asked[-3:]) == {"/erholt", "/hin", "/voll"}
    crawl = job.crawl(host)
    assert (crawl.end, crawl.pages, crawl.failed, crawl.left_out) == (End.FINISHED, 6, 1, 0)
