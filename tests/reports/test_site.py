"""The pages of a share: everything can be reached, nothing is fetched, and what persons said stays in the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

from audit.gaps import IGNORED
from audit.reviews import effect
from reports import site
from reports.comparison import MOST
from reports.site import Shown, comparisons, public
from tests.reports import changed
from tests.reports.conftest import Reader
from tests.reports.test_hostile import ATTACKS

Json = dict[str, Any]
TINY = 3
"""Findings that are kept of each document: enough for every part of a page."""


def small(doc: Json, **values: Any) -> Json:
    """The same document with few findings, so that a browser need not draw thousands of lines."""
    kept = [entry for entry in doc["findings"] if entry["area"] == "gesundheit"][:TINY]
    none: list[Any] = []
    return public({**doc, "findings": kept, "gaps": none, "proposals": doc["proposals"][:1], **values})


def musterhafen(doc: Json, **values: Any) -> Shown:
    """A town with five audits: other rules between the second and the third, too little read in the fourth."""
    told = {**changed.trend(), **values}
    documents = [
        small(doc, audit=side["audit"], started=side["started"], coverage=doc["coverage"] | {"enough": side["enough"]})
        for side in reversed(told["audits"])
    ]
    return Shown("musterhafen", told["town_name"], trend=told, documents=documents)


def nachbarau(doc: Json, **values: Any) -> Shown:
    """A town with one audit and a hostile name, with tables beside its report."""
    told = {**changed.trend(), "town": "nachbarau", "steps": [], "audits": changed.trend()["audits"][:1], **values}
    document = small(doc, town_name=told["town_name"], audit=told["audits"][0]["audit"])
    return Shown(
        "nachbarau", told["town_name"], trend=told, documents=[document], files={document["audit"]: ["a-b.csv"]}
    )


def pages(*towns: Shown) -> dict[str, str]:
    """The pages of a share by name."""
    made: dict[str, str] = {}
    for one in towns:
        made |= dict(site.town(one))
        made |= {f"{site.folder(doc)}/{name}": "" for doc in one.documents for name in one.files.get(doc["audit"], [])}
    compared = list(comparisons([one.documents[0] for one in towns if one.documents]))
    made |= {one.name: one.html for one in compared}
    return made | {"index.html": site.index([site.line(one) for one in towns], compared, program="0.1.0")}


@pytest.fixture
def share(docs: list[Json]) -> dict[str, str]:
    """A share of three towns, one of them without an audit."""
    return pages(
        musterhafen(docs[0]), nachbarau(docs[1], town_name=ATTACKS[1]), Shown("neu", "</td><script>alert(1)</script>")
    )


def links(html: str) -> Iterator[str]:
    for node in LexborHTMLParser(html).css("[href], [src]"):
        yield str(node.attributes.get("href") or node.attributes.get("src"))


def test_every_page_can_be_reached(share: dict[str, str]) -> None:
    """From the first one, by relative links alone; each of them leads to a page or to a place within the same one."""
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for link in links(share[name]):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in {"http", "https"}
            elif parts.path:
                assert not link.startswith("/")
                waiting.append(unquote(urljoin(f"http://x/{name}", link)).removeprefix("http://x/"))
            else:
                assert f'id="{parts.fragment}"' in share[name]
    assert seen == set(share)


def test_nothing_can_act_or_be_listed(share: dict[str, str]) -> None:
    """No script, no form, no frame; a policy that forbids all but our own style, and a word to search engines."""
    for html in filter(None, share.values()):
        tree = LexborHTMLParser(html)
        assert not tree.css("script, img, iframe, form, object, embed, link")
        assert "default-src &#39;none&#39;; style-src &#39;sha256-" in html
        assert '<meta name="robots" content="noindex">' in html


def test_the_first_page_says_where_each_town_stands(share: dict[str, str]) -> None:
    """Counts, day and coverage of its latest audit; too little read and none at all are told apart from nought."""
    tree = LexborHTMLParser(share["index.html"])
    rows = [" ".join(row.text(separator=" ").split()).replace("\u00a0", " ") for row in tree.css("tbody tr")]
    assert rows[0].startswith(
        "Musterhafen 5 Prüfungen Gut auffindbar 19 von 45 Geprüft am 1. November 2026 Gelesen 3 von 4 Websites gelesen"
    )
    assert rows[2].endswith("noch nicht geprüft")
    assert "vergleich-haselhorst.html" in set(links(share["index.html"]))


def test_a_town_has_its_audits_newest_first(share: dict[str, str]) -> None:
    """Each with its report and what changed; too little read has no number, and a break says why."""
    html = share["musterhafen/index.html"]
    rows = [" ".join(row.text(separator=" ").split()) for row in LexborHTMLParser(html).css("tbody tr")]
    assert [re.search(r"Prüfung (\d+)", row)[1] for row in rows] == ["11", "9", "6", "3", "1"]  # type: ignore[index]
    assert "zu wenig gelesen" in rows[1]
    assert "Anders gemessen: Je Website durften nicht gleich viele Seiten gelesen werden" in rows[2]
    assert "Hier steht keine frühere." in rows[4]
    assert '<svg class="trend"' in html
    assert "musterhafen/1/aenderungen.html" not in share


def test_audits_that_cannot_be_compared_have_no_page_of_changes(doc: Json) -> None:
    """That is said, without a command that a reader cannot call."""
    told = changed.trend()
    told["steps"][-1] |= {"comparable": False, "reason": {"code": "rules_gone", "audit": 11}, "changes": []}
    made = pages(musterhafen(doc, steps=told["steps"]))
    assert "musterhafen/11/aenderungen.html" not in made
    assert "Nicht vergleichbar mit der Prüfung davor." in made["musterhafen/index.html"]
    assert "fundstelle judge" not in made["musterhafen/index.html"]


def test_words_of_persons_stay_in_the_house(doc: Json) -> None:
    """Every code in which they stand is known; that a person is the cause of a change is still told."""
    words = {effect.CONFIRMED, effect.REJECTED, effect.WAITING, effect.OUTDATED, IGNORED}
    assert words == site.PERSONAL
    doc["findings"][0]["reasons"] = [{"code": code, "text": f"INTERN {code}"} for code in words]
    doc["findings"][0]["reasons"].append({"code": "far", "text": "Fünf Klicks"})
    assert [reason["text"] for reason in public(doc)["findings"][0]["reasons"]] == ["Fünf Klicks"]
    assert public(doc)["inventory"] == []
    assert doc["inventory"]
    made = pages(musterhafen(doc))["musterhafen/11/aenderungen.html"]
    assert "Eine Person hat entschieden" in made
    assert "Bestätigt." not in made


def test_only_towns_by_the_same_rules_are_compared(docs: list[Json]) -> None:
    """One page for each catalogue, the newer version with the plain name; a town alone has none, and twelve are the most."""

    def of(number: int, digest: str, started: str = "2026-11-01", name: str = "haselhorst") -> Json:
        used = {"name": name, "version": "1", "digest": digest}
        return small(docs[0], town=f"ort{number}", town_name=f"Ort {number}", catalogue=used, started=started)

    old = [of(number, "aa" * 32, "2025-01-01") for number in range(2)]
    new = [of(number, "bb" * 32) for number in range(2, 4 + MOST)]
    other = [of(90, "cc" * 32, name="../Andere Sicht"), of(91, "cc" * 32, name="../Andere Sicht"), of(99, "dd" * 32)]
    found = {one.name: (len(one.towns), one.left_out) for one in comparisons([*old, *other, *new])}
    assert found == {
        "vergleich-andere-sicht.html": (2, 0),
        "vergleich-haselhorst.html": (MOST, 2),
        "vergleich-haselhorst-aaaaaaaa.html": (2, 0),
    }


@pytest.mark.browser
def test_it_works_at_any_place(share: dict[str, str], browser: Browser, tmp_path: Path) -> None:
    """Below a part of an address, page after page: all answer, nothing is asked elsewhere, nothing is complained about."""
    for name, html in share.items():
        file = tmp_path / "amt" / "freigabe" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, encoding="utf-8")
    asked: list[str] = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the library calls it so
            asked.append(format % args)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}/amt/freigabe/"
    reader = Reader(browser, tmp_path / "amt" / "freigabe" / "index.html")
    page = reader.open(width=1280)
    try:
        for name in (name for name in share if name.endswith(".html")):
            answer = page.goto(f"{root}{name}")
            assert answer is not None
            assert answer.status == 200
    finally:
        server.shutdown()
        server.server_close()
    assert reader.messages == []
    assert all(url.startswith((root, reader.file.as_uri())) for url in reader.requests)
    assert len(reader.requests) == 1 + sum(name.endswith(".html") for name in share)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "musterhafen/index.html"])
def test_everybody_can_read_it(share: dict[str, str], reader: Reader, name: str) -> None:
    """No violation of WCAG 2.2 AA from a disk, at any width, light or dark; no sideways scrolling."""
    reader.file.write_text(share[name], encoding="utf-8")
    page = reader.open(width=1280)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        assert reader.violations(page) == []
        assert reader.sticks_out(page) <= 0
        page.emulate_media(color_scheme="dark")
        assert reader.violations(page, only="color-contrast") == []
    assert reader.messages == []
    assert reader.requests == [reader.file.as_uri()]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_name_can_act(docs: list[Json], attack: str) -> None:
    """Names of towns and catalogues stand in titles, trails and lists, and stay words."""
    doc = docs[1] | {"catalogue_title": attack}
    made = pages(nachbarau(doc, town_name=attack), Shown("neu", attack))
    assert sorted(made) == ["index.html", "nachbarau/1/a-b.csv", "nachbarau/1/bericht.html", "nachbarau/index.html"]
    for html in filter(None, made.values()):
        tree = LexborHTMLParser(html)
        assert not tree.css("script, img, [onload], [onerror], [onmouseover]")
        assert all(urlsplit(link).scheme in {"", "http", "https"} for link in links(html))
