"""Guards that the desk shows the report, its parts and files as they are, the archived page harmlessly, and nothing of others."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from html import unescape

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from sqlalchemy import Engine, select

from db.models import Evidence, Finding, Page, Review
from db.session import opened
from db.terms import Decision, PersonRole, Why
from tests.audit.web import two
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.visitor import Visitor
from tests.reports.conftest import browser  # noqa: F401 a fixture


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Both towns as a database file."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNDSTELLE_HOME", str(folder))
        engine = two.copied(folder / "desk.db")
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def address(towns: Engine) -> Iterator[str]:
    """A desk over them."""
    with two.open_desk(towns, Clock()) as place:
        yield place


@pytest.fixture(scope="module")
def reader(towns: Engine, address: str) -> Visitor:
    """Somebody who may read."""
    return two.come(towns, address, PersonRole.READER)


@pytest.fixture(scope="module")
def numbers(towns: Engine) -> dict[str, int]:
    """The audits of the towns."""
    with opened(towns) as session:
        return {key: two.audit_of(session, key).id for key in ("musterhafen", "nachbarau")}


@pytest.fixture(scope="module")
def here(numbers: dict[str, int]) -> str:
    """Where the report of Musterhafen is."""
    return f"/pruefungen/{numbers['musterhafen']}"


def listed(visitor: Visitor, path: str) -> list[str]:
    """The criteria of the findings on a page."""
    answer = visitor.open(path)
    assert answer.status == 200, path
    return re.findall(r'<h4><a href="/pruefungen/\d+/befunde/([^"]+)"', answer.text)


def test_the_report_is_the_same_as_in_a_file(reader: Visitor, here: str) -> None:
    """The result, the steps, the gaps, the websites and the method; each finding leads to a page of its own."""
    text = reader.open(here).text
    for part in ("ergebnis", "bereiche", "schritte", "luecken", "befunde", "websites", "methode"):
        assert text.count(f'id="{part}"') == 1, part
    assert "17 von" in text or " von " in text
    assert len(listed(reader, here)) == 47


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("ergebnis=UNKNOWN", lambda one: one.verdict == "UNKNOWN"),
        ("teil=strategie", lambda one: one.area == "strategie"),
        ("stand=online", lambda one: one.maturity == "online"),
        ("ergebnis=ABSENT&teil=verwaltung", lambda one: one.verdict == "ABSENT" and one.area == "verwaltung"),
        ("ergebnis=ERFUNDEN&teil=&luecke=1", lambda _one: True),
        ("ansicht=erfunden", lambda _one: True),
    ],
)
def test_a_filter_shows_what_fits_and_its_address_keeps_it(
    reader: Visitor, here: str, towns: Engine, numbers: dict[str, int], query: str, kept: object
) -> None:
    """What is not known does not count as asked."""
    with opened(towns) as session:
        rows = session.scalars(select(Finding).where(Finding.audit_id == numbers["musterhafen"]))
        wanted = {one.criterion for one in rows if kept(one)}  # type: ignore[operator]
    assert set(listed(reader, f"{here}?{query}")) == wanted


def test_words_are_found_in_what_a_reader_sees(reader: Visitor, here: str) -> None:
    """Whatever their case; hostile ones stay words, and what was typed stays in the field."""
    name = re.search(r"<h4><a [^>]*>([^<]+)</a>", reader.open(here).text)
    assert name is not None
    assert listed(reader, f"{here}?text={name[1].split()[0].upper()}")
    answer = reader.open(f"{here}?text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in answer.text
    assert "Dazu gibt es hier keinen Befund." in answer.text
    assert reader.open(f"{here}?text={'x' * 40_000}").status == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ansicht=stelle", "Onlineredaktion"),
        ("ansicht=stelle&wahl=erfunden", "Onlineredaktion"),
        ("ansicht=bereich&wahl=verwaltung", "Nur ein Teil des Berichts"),
        ("ansicht=verzeichnis", "was in Ihrem Verzeichnis steht"),
        ("ansicht=aenderungen", "gibt es keine andere"),
        ("ansicht=zielgruppe", "nichts, was dazu gehört"),
    ],
)
def test_a_part_of_the_report_is_a_link_away(reader: Visitor, here: str, query: str, words: str) -> None:
    """A choice that is not there falls back to the first; a part without anything says so and shows the way back."""
    answer = reader.open(f"{here}?{query}")
    assert answer.status == 200
    assert words in answer.text


@pytest.mark.parametrize("kind", ["html", "xlsx", "csv", "json"])
def test_files_open(reader: Visitor, here: str, kind: str) -> None:
    """They are for keeping and never shown as a page of ours, and they hold the part that is shown."""
    answer = reader.ask(f"{here}/bericht.{kind}?ansicht=bereich&wahl=verwaltung")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', answer.headers["content-disposition"])
    if kind == "json":
        assert {one["area"] for one in json.loads(answer.body)["findings"]} == {"verwaltung"}
    elif kind == "html":
        assert b"<!DOCTYPE html>" in answer.body
    elif kind == "xlsx":
        assert "Befunde" in load_workbook(io.BytesIO(answer.body)).sheetnames
    else:
        assert any(name.endswith("-befunde.csv") for name in zipfile.ZipFile(io.BytesIO(answer.body)).namelist())


@pytest.mark.parametrize(
    "path",
    [
        "/pruefungen/99",
        "/pruefungen/musterhafen",
        "/pruefungen/-1",
        "/pruefungen/²",
        f"/pruefungen/{10**30}",
        "{here}/bericht.exe",
        "{here}/befunde/erfunden",
        "{here}/befunde/erfunden/tagebuch",
        "{here}/seiten/999999",
        "{here}/seiten/x",
        f"{{here}}/seiten/{10**30}/kopie",
        "{here}/aenderungen?mit={other}",
        "/orte/erfunden/verlauf",
    ],
)
def test_what_is_not_there_is_said_to_be_missing(
    reader: Visitor, here: str, numbers: dict[str, int], path: str
) -> None:
    """Whatever stands in the address, and also an audit of another town."""
    path = path.format(here=here, other=numbers["nachbarau"]).replace("²", "%C2%B2")
    assert reader.open(path).status == 404


def test_one_finding_tells_all_that_is_known(reader: Visitor, here: str, towns: Engine) -> None:
    """Its quotes with the words marked and a way to the archived page, its history, and what people said."""
    key, number = hostile(towns)
    with opened(towns) as session:
        audit = two.audit_of(session, "musterhafen")
        session.add(
            Review(
                town_id=audit.town_id,
                criterion=key,
                decision=Decision.CONFIRM,
                reason=Why.SEEN,
                made=NOW,
                person="Frau <b>Petersen</b>",
            )
        )
    text = reader.open(f"{here}/befunde/{key}").text
    assert "<mark>Handy</mark> <mark>parken</mark>" in text
    assert f"{here}/seiten/{number}?zitat=" in text
    assert "Frau &lt;b&gt;Petersen&lt;/b&gt;" in text
    assert "haselhorst 2026.11" in text
    assert f"/pruefliste?ort=musterhafen&amp;kriterium={key}" in text


def hostile(towns: Engine) -> tuple[str, int]:
    """The criterion that quotes the hostile page, and the number of the page."""
    with opened(towns) as session:
        page = session.scalars(select(Page).where(Page.url.endswith("parken-hafen"))).one()
        return session.scalars(select(Evidence.criterion).where(Evidence.page_id == page.id)).one(), page.id


def test_the_page_is_shown_with_where_it_came_from(reader: Visitor, here: str, towns: Engine) -> None:
    """When it was fetched, and the hash of the very bytes that are archived."""
    _, number = hostile(towns)
    answer = reader.open(f"{here}/seiten/{number}?zitat={two.QUOTE.replace(' ', '%20').replace('ö', '%C3%B6')}")
    assert "Das Zitat ist in der Kopie markiert." in answer.text
    assert sha256(two.HOSTILE.encode()).hexdigest() in answer.text
    assert "1. Dezember 2026" in answer.text
    assert re.search(r'<iframe class="copy-frame" sandbox title', answer.text)
    missing = reader.open(f"{here}/seiten/{number}?zitat=Das%20steht%20%3Cb%3Enirgends")
    assert "steht nicht im sichtbaren Text" in missing.text
    assert "Das steht &lt;b&gt;nirgends" in missing.text


def test_the_copy_is_locked_in_by_rules_of_its_own(reader: Visitor, here: str, towns: Engine) -> None:
    """No script, no connection, an origin of its own; and only elements of the list are in it."""
    _, number = hostile(towns)
    answer = reader.ask(f"{here}/seiten/{number}/kopie")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("sandbox")
    assert "allow" not in policy
    assert "unsafe" not in policy
    for word in ("evil", "onload", "onerror", "<script", "<img", "<form", "<iframe", "<svg", "<input", "href", "src="):
        assert word not in answer.text.lower().replace("&lt;img src=1 onerror=alert(1)&gt;", ""), word
    assert "Schranke am Hafen" in answer.text


def test_a_page_of_another_audit_is_not_shown(reader: Visitor, towns: Engine, numbers: dict[str, int]) -> None:
    """A number in an address is always looked up together with its audit."""
    _, number = hostile(towns)
    for end in ("", "/kopie"):
        assert reader.open(f"/pruefungen/{numbers['nachbarau']}/seiten/{number}{end}").status == 404


def test_without_an_archive_the_text_is_shown(reader: Visitor, towns: Engine, numbers: dict[str, int]) -> None:
    """And why there is no hash."""
    with opened(towns) as session:
        page = Page(
            url="http://www.nachbarau.example/nur-text",
            fetched=NOW,
            crawl_id=two.audit_of(session, "nachbarau").crawls[0].id,
            status=200,
            main_text="Eins\nZwei <b>drei</b>\nVier",
        )
        session.add(page)
        session.flush()
        path = f"/pruefungen/{numbers['nachbarau']}/seiten/{page.id}"
    answer = reader.open(f"{path}?zitat=drei")
    assert "der gelesene Text" in answer.text
    assert "Die Prüfung hat kein Archiv" in answer.text
    assert "Zwei &lt;b&gt;<mark id" in reader.open(f"{path}/kopie?zitat=drei").text


def test_of_a_document_the_page_with_the_quote_is_shown(
    reader: Visitor, towns: Engine, numbers: dict[str, int]
) -> None:
    """Its text and its number."""
    with opened(towns) as session:
        page = Page(
            url="http://www.nachbarau.example/konzept.pdf",
            fetched=NOW,
            crawl_id=two.audit_of(session, "nachbarau").crawls[0].id,
            status=200,
            main_text="Deckblatt\nInhalt\nZiele der Stadt\nAnhang",
            document={"pages": 3, "starts": [0, 2, 3], "text": True, "encrypted": False},
        )
        session.add(page)
        session.flush()
        path = f"/pruefungen/{numbers['nachbarau']}/seiten/{page.id}"
    assert "Blatt 2 des Dokuments" in reader.open(f"{path}?zitat=Ziele").text
    copy = reader.open(f"{path}/kopie?zitat=Ziele").text
    assert ">Ziele</mark> der Stadt" in copy
    assert "Deckblatt" not in copy
    assert "Anhang" not in copy


def test_towns_are_compared_by_what_stands_in_the_address(reader: Visitor) -> None:
    """The first is the own one; what cannot be compared is said above the form, which keeps what was chosen."""
    both = reader.open("/vergleich?eigene=musterhafen&ort=nachbarau").text
    assert "Musterhafen im Vergleich" in both
    assert re.search(r'value="nachbarau" checked', both)
    unknown = reader.open("/vergleich?eigene=musterhafen&ort=%3Cb%3E").text
    assert "Eine geprüfte Stadt „&lt;b&gt;“ gibt es nicht." in unknown
    many = "&".join(f"ort=o{place}" for place in range(2000))
    assert reader.open(f"/vergleich?eigene=musterhafen&{many}").status == 200
    assert "Städte vergleichen" in reader.open("/vergleich?eigene=musterhafen").text


def test_what_is_handed_on_can_be_downloaded(reader: Visitor, here: str) -> None:
    """The dossier with the records that prove it, and the kit for publishing."""
    assert "Dossier laden" in reader.open(f"{here}/weitergeben").text
    dossier = zipfile.ZipFile(io.BytesIO(reader.ask(f"{here}/dossier.zip").body))
    assert {"dossier.html", "dossier.xlsx", "README.txt", "SHA256SUMS"} <= set(dossier.namelist())
    kit = zipfile.ZipFile(io.BytesIO(reader.ask(f"{here}/veroeffentlichen.zip").body))
    assert {"digitale-angebote.html", "README.txt"} <= set(kit.namelist())


def test_the_course_of_a_town_is_shown(reader: Visitor) -> None:
    """Also with a single audit."""
    assert "Wie sich Musterhafen entwickelt" in reader.open("/orte/musterhafen/verlauf").text


@pytest.mark.browser
def test_a_hostile_page_does_nothing_in_a_browser(
    reader: Visitor,
    here: str,
    towns: Engine,
    browser: Browser,  # noqa: F811
) -> None:
    """It asks for nothing, runs nothing, goes nowhere, and the quote is to be seen, also when the copy is opened alone."""
    _, number = hostile(towns)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(
        [{"name": name, "value": value, "url": reader.address} for name, value in reader.cookies.items()]
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    try:
        page.goto(f"{reader.address}{here}/seiten/{number}?zitat={two.QUOTE}")
        inner = page.frame_locator("iframe.copy-frame")
        assert unescape("".join(inner.locator("mark").all_inner_texts())).replace("\n", " ") == two.QUOTE
        assert inner.locator("mark").first.is_visible()
        page.wait_for_timeout(200)
        assert "übernommen" not in page.title()
        page.goto(f"{reader.address}{here}/seiten/{number}/kopie?zitat={two.QUOTE}")
        page.wait_for_timeout(200)
        assert page.title() == "Archivierte Seite"
        assert said == []
        assert [url for url in asked if not url.startswith(reader.address)] == []
    finally:
        context.close()
