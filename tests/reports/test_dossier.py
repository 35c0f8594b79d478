"""The dossier: what is answered with which proof, and its files, opened by other programs."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Engine

from db.errors import InputError
from reports import bundle, dossier, rankings, render
from tests.reports.conftest import Reader, copied
from tests.reports.test_hostile import spoil
from tests.reports.towns import STARTED, Written

HOME = "http://www.musterhafen.example"
SHA = "ab" * 32
KEPT = {"fetched": "2026-11-25T12:31:00+00:00", "confirmed": None, "sha256": SHA, "size": 9, "offset": 281}
CAPTURE = KEPT | {"rendered": False, "why": None}
LOST = CAPTURE | {"sha256": None, "size": None, "offset": None, "why": "no_archive"}

Doc = dict[str, Any]


def made(doc: Doc, name: str = "haselhorst", *, lost: bool = False, **values: Any) -> Doc:
    """The dossier of a document, as if it had been judged by the catalogue of that ranking."""
    rows = dossier.answers(doc)
    captures = dict.fromkeys(dossier.addresses(rows), LOST if lost else CAPTURE)
    since = {row["key"]: "2026-05-02T08:00:00+00:00" for row in rows}
    ranking = rankings.ranking(name)
    return dossier.dossier(doc, rows, ranking=ranking, captures=captures, since=since, **values)


def finding(doc: Doc, verdict: str, **values: Any) -> Doc:
    """The document with one finding of that verdict."""
    found = next(entry for entry in doc["findings"] if entry["verdict"] == verdict and entry["criterion"])
    return doc | {"findings": [found | values]}


def answer(doc: Doc, verdict: str, *, rejected: Any = (), **values: Any) -> Doc:
    (row,) = dossier.answers(finding(doc, verdict, **values), rejected=rejected)
    return row


def because(code: str) -> dict[str, Any]:
    return {"reasons": [{"code": code, "text": f"Grund {code}."}]}


@pytest.mark.parametrize(
    ("verdict", "values", "said"),
    [
        ("FINDABLE", {}, "yes"),
        ("FINDABLE", because("expired"), "yes"),
        ("BURIED", {}, "hard"),
        ("BURIED", because("news_only"), "hard"),
        ("BURIED", because("form_only"), "no"),
        ("BURIED", because("archive_only"), "no"),
        ("BURIED", {**because("third_party_only"), "best_url": "http://fremd.example/"}, "no"),
        ("FINDABLE", {"best_url": "http://www.landesportal.example/dienst"}, "no"),
        ("FINDABLE", {"best_url": "http://www.musterhafen-tourismus.example/"}, "no"),
        ("FINDABLE", {"best_url": "javascript:alert(1)"}, "open"),
        ("FINDABLE", {"best_url": None}, "open"),
        ("ABSENT", {}, "no"),
        ("UNKNOWN", {}, "open"),
        ("UNKNOWN", {"best_url": f"{HOME}/vielleicht"}, "open"),
    ],
)
def test_yes_needs_a_proof_that_counts(doc: Doc, verdict: str, values: Doc, said: str) -> None:
    """On a site of the town, of the thing itself; what nobody could look at is never a no."""
    row = answer(doc, verdict, **values)
    assert row["answer"] == said
    assert (row["proof"] is not None) == (said in {"yes", "hard"})
    if "reasons" in values:
        assert values["reasons"][0]["text"] in row["remark"]


def test_rejected_evidence_is_never_shown(doc: Doc) -> None:
    """Neither as the proof nor as a quote; then nothing is known until somebody judges anew."""
    entry = finding(doc, "FINDABLE")["findings"][0]
    key, url = entry["criterion"], entry["best_url"]
    for rejected in ([(key, url)], [(key, None)]):
        row = answer(doc, "FINDABLE", rejected=rejected)
        assert (row["answer"], row["proof"]) == ("open", None)
        assert "abgelehnt" in row["remark"]
    assert answer(doc, "FINDABLE", rejected=[("anderes", url), (key, f"{url}/anders")])["answer"] == "yes"


@pytest.mark.parametrize(
    ("competence", "signal", "said"), [("state", "link", "hard"), ("county", "link", "hard"), ("town", "link", "no"), ("state", "pair", "no")]
)  # fmt: skip
def test_a_link_proves_what_county_or_state_run(doc: Doc, competence: str, signal: str, said: str) -> None:
    """If it stands on a page of the town; the page that has it is the proof."""
    quote = {"url": f"{HOME}/dienste", "text": "Zum Portal", "signal": signal}
    elsewhere = {"url": "http://fremd.example/", "text": "Dort", "signal": "link"}
    values = {"best_url": elsewhere["url"], "quotes": [elsewhere, quote], "competence": competence}
    row = answer(doc, "BURIED", **because("third_party_only"), **values)
    assert row["answer"] == said
    assert row["proof"] is None or row["proof"]["url"] == quote["url"]
    assert row["proof"] is None or row["proof"]["quote"] == "Zum Portal"


def test_a_rejected_link_proves_nothing(doc: Doc) -> None:
    """A person has looked at the page and says that it is not there."""
    quote = {"url": f"{HOME}/dienste", "text": "Zum Portal", "signal": "link", "zone": "anchor"}
    values = {"best_url": "http://fremd.example/", "quotes": [quote], "competence": "state", "criterion": "portal"}
    assert answer(doc, "BURIED", **values)["answer"] == "hard"
    assert answer(doc, "BURIED", rejected=[("portal", quote["url"])], **values)["answer"] == "no"


def test_the_quote_stands_on_the_page_that_is_named(doc: Doc) -> None:
    """Words of another page are not put beside its address; of its own a sentence comes before a title."""
    other = {"url": f"{HOME}/anders", "text": "Anderswo", "signal": "pair", "zone": "main"}
    row = answer(doc, "FINDABLE", quotes=[other])
    assert (row["answer"], row["proof"]["quote"]) == ("yes", "")
    best = finding(doc, "FINDABLE")["findings"][0]["best_url"]
    told = [{**other, "url": best, "zone": zone, "text": zone} for zone in ("title", "heading", "main")]
    assert answer(doc, "FINDABLE", quotes=[other, *told])["proof"]["quote"] == "main"
    assert answer(doc, "FINDABLE", quotes=[other, *told[:2]])["proof"]["quote"] == "title"


@pytest.mark.parametrize(
    ("values", "name", "message", "remedy"),
    [
        ({}, "bitkom", "Katalog „haselhorst“", "fundstelle judge 1 --catalogue bitkom“"),
        ({"catalogue": {"name": "buergerservice"}}, None, "so heißt keine Rangliste", "judge 1 --catalogue haselhorst"),
        ({"catalogue": {"name": "losi"}}, "haselhorst", "Katalog „losi“", "--catalogue haselhorst"),
    ],
)
def test_another_ranking_needs_another_judging(
    doc: Doc, values: Doc, name: str | None, message: str, remedy: str
) -> None:
    """It is refused with the command that helps."""
    with pytest.raises(InputError) as refused:
        dossier.chosen(doc | values, name)
    assert message in refused.value.message
    assert remedy in refused.value.remedy


def test_too_little_read_makes_no_dossier(doc: Doc, nothing: Doc) -> None:
    """A list of "not looked at" would pass for an answer."""
    assert dossier.chosen(doc).id == dossier.chosen(doc, "haselhorst").id == "haselhorst"
    with pytest.raises(InputError, match="zu wenig gelesen"):
        dossier.chosen(nothing)


@pytest.mark.parametrize(
    ("started", "first", "running"), [("2026-11-25", "2027-04", False), ("2027-03-31", "2027-04", False), ("2027-04-01", "2027-04", True), ("2027-09-01", "2028-04", False)]
)  # fmt: skip
def test_it_says_how_it_stands_to_the_survey(doc: Doc, started: str, first: str, running: bool) -> None:  # noqa: FBT001
    """Before it begins it is the state at its beginning; while it runs it is said not to be."""
    text = dossier.html(made(doc | {"started": f"{started}T12:00:00+00:00"}))
    assert render.day(first) in text
    assert ("Stand zum Beginn der Erhebung" in text) is not running


def test_frozen_names_its_day(doc: Doc) -> None:
    """A draft does not claim to be one, and has no other date than the audit's."""
    frozen = made(doc, frozen=date(2026, 12, 1))
    assert "Eingefroren am 1. Dezember 2026" in dossier.html(frozen)
    assert "Eingefroren am 1. Dezember 2026" in bundle.files(frozen, records=b"")["README.txt"].decode()
    assert "Eingefroren" not in dossier.html(made(doc))


def cells(data: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data))["Antworten"].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("name", "heads", "said"),
    [
        ("haselhorst", ["Bereich", "Teil", "Kriterium", "Antwort"], {"ja", "ja, aber schwer zu finden", "nein", "nicht geprüft"}),
        ("bitkom", ["Bereich", "Parameter", "Antwort", "Quelle", "Zitat", "Abgerufen am"], {"ja", "nein", "nicht geprüft"}),
        ("losi", ["Gruppe", "Indikator", "Antwort", "Wert"], {"ja", "nein", "nicht geprüft"}),
    ],
)  # fmt: skip
def test_the_workbook_is_the_questionnaire_of_its_ranking(
    doc: Doc, name: str, heads: list[str], said: set[str]
) -> None:
    """A row for each question; proof stands with every yes and only there; the CSV file says the same."""
    told = made(doc, name)
    head, *rows = cells(bundle.workbook(told))
    assert list(head[: len(heads)]) == heads
    assert len(rows) == len(told["rows"]) == 47
    at = {word: place for place, word in enumerate(head)}
    assert {row[at["Antwort"]] for row in rows} == said
    for row in rows:
        is_yes = row[at["Antwort"]].startswith("ja")
        assert all((row[at[word]] is not None) == is_yes for word in ("Quelle", "Zitat", "Abgerufen am", "SHA-256"))
        if name == "losi":
            assert row[at["Wert"]] == {"ja": 1, "nein": 0, "nicht geprüft": None}[row[at["Antwort"]]]
    hints = [row[at["Hinweis für Sie"]] or "" for row in rows]
    assert sum("ja, aber schwer zu finden" in hint for hint in hints) == told["counts"]["hard"] > 0
    read = list(csv.reader(io.StringIO(bundle.csv(told).decode("utf-8-sig")), delimiter=";"))
    assert [row[at["Antwort"]] for row in read[1:]] == [row[at["Antwort"]] for row in rows]


def test_nothing_in_the_workbook_is_alive_but_links(doc: Doc) -> None:
    """Text that looks like a formula stays text; addresses can be clicked."""
    spoiled = [entry | {"name": "=1+1", "quotes": [quote | {"text": '=HYPERLINK("x")'} for quote in entry["quotes"]]} for entry in doc["findings"]]  # fmt: skip
    data = bundle.workbook(made(doc | {"findings": spoiled}))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Antworten"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    links = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) == len(dossier.addresses(dossier.answers(doc)))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_the_letter_tells_only_what_is_sure(doc: Doc) -> None:
    """Neither hard to find nor unsure nor another's task; no place in a ranking, nobody accused; the sender is left blank."""
    told = made(doc)
    sure = [row for row in told["rows"] if row["is_sure"]]
    said = bundle.letter(told)
    assert 0 < len(sure) < told["counts"]["yes"] + 1
    assert re.findall(r"^- (.*)$", said, re.MULTILINE) == [row["name"] for row in sure]
    assert all(f"\n  {row['proof']['url']}\n  dort von uns gesehen seit 2. Mai 2026\n" in said for row in sure)
    assert said.count("____________________") >= 3
    assert not re.search("Platz|Rang |falsch|Fehler|übersehen|versäumt", said)
    names = {row["key"]: f"deutsch {row['name']}" for row in told["rows"]}
    again = made(doc, german=names)
    assert f"\n- deutsch {sure[0]['name']}\n" in bundle.letter(again)
    unsure = [entry | because("unsure") for entry in doc["findings"]]
    assert bundle.letter(made(doc | {"findings": unsure})) == ""
    assert bundle.LETTER not in bundle.files(made(doc | {"findings": unsure}), records=b"")


@pytest.mark.parametrize("name", ["haselhorst", "bitkom", "losi"])
def test_the_package_is_whole_and_always_the_same(doc: Doc, name: str) -> None:
    """Its sums are those of its files, its times those of the audit, and the same dossier makes the same bytes."""
    told = made(doc, name)
    data = bundle.package(told, records=b"WARC")
    assert data == bundle.package(made(doc, name), records=b"WARC")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert parts.testzip() is None
        assert {entry.date_time for entry in parts.infolist()} == {STARTED.timetuple()[:6]}
        sums = dict(line.split("  ")[::-1] for line in parts.read("SHA256SUMS").decode().splitlines())
        assert sums == {n: hashlib.sha256(parts.read(n)).hexdigest() for n in parts.namelist() if n != "SHA256SUMS"}
        assert parts.read("belege.warc.gz") == b"WARC"
        readme = parts.read("README.txt").decode()
    assert all(name in readme for name in sums if name != "README.txt")
    assert "warcio extract --payload belege.warc.gz BYTE | sha256sum" in readme


def test_without_records_the_package_says_why(doc: Doc) -> None:
    """Nothing claims a hash or an archive that is not there."""
    told = made(doc, lost=True)
    files = bundle.files(told, records=b"")
    assert "belege.warc.gz" not in files
    readme = files["README.txt"].decode()
    assert "OHNE ARCHIV" in readme
    assert "Die Prüfung hat kein Archiv" in readme
    assert "warcio" not in readme
    page = files["dossier.html"].decode()
    assert "SHA-256 <code" not in page
    assert "Nicht archiviert. Die Prüfung hat kein Archiv" in page


def test_a_catalogue_without_questions_makes_an_empty_dossier(doc: Doc) -> None:
    """It opens, says so, and has no letter."""
    told = made(doc | {"findings": []})
    files = bundle.files(told, records=b"")
    assert "Der Katalog stellt keine Fragen." in files["dossier.html"].decode()
    assert cells(files["dossier.xlsx"])[1][0] == "Keine Fragen."
    assert bundle.LETTER not in files
    assert "es gibt keinen Beleg" in files["README.txt"].decode()


@pytest.fixture(scope="module")
def hostile(original: Engine) -> Doc:
    """The dossier of a town of which nothing can be trusted, with proofs all the same."""
    with copied(original) as session:
        assert spoil(session) > 3000
        doc = Written.of(session, "musterhafen").document()
    for entry in doc["findings"]:
        if entry["verdict"] in {"FINDABLE", "BURIED"} and entry["criterion"]:
            entry["best_url"] = f"{HOME}/seite"
            entry["quotes"] = [quote | {"url": entry["best_url"]} for quote in entry["quotes"]]
            entry["reasons"] = [reason | {"code": "x"} for reason in entry["reasons"]]
    return made(doc | {"started": STARTED.isoformat(), "finished": STARTED.isoformat()})


def test_a_hostile_town_cannot_act(hostile: Doc) -> None:
    """Its texts stay texts on one line, in the page, the tables and the letter."""
    assert hostile["proven"] > 10
    files = bundle.files(hostile, records=b"")
    page = LexborHTMLParser(files["dossier.html"].decode())
    assert not page.css("script, img, iframe, object, link, form, base, style ~ style, [style], [src]")
    assert all(
        render.is_address(node.attributes["href"]) or node.attributes["href"].startswith("#") for node in page.css("a")
    )
    sheet = openpyxl.load_workbook(io.BytesIO(files["dossier.xlsx"]))["Antworten"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    for name in (bundle.LETTER, "README.txt", "dossier.html"):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", files[name].decode())
    own = re.compile(r"^(- |  http|  dort|  zuletzt)")
    lines = files[bundle.LETTER].decode().split("steht mit Stand")[1].split("\nZitate")[0].splitlines()[1:]
    assert all(own.match(line) for line in lines if line)


@pytest.mark.browser
def test_everybody_can_read_it(reader: Reader, doc: Doc) -> None:
    """No violation of WCAG 2.2 AA on a desk and a small telephone, light or dark; nothing asked for; no sideways scrolling."""
    few = [entry for entry in doc["findings"] if entry["area"] in {"mobilitaet", "gesundheit"}]
    told = made(doc | {"findings": few}, "losi", frozen=date(2026, 12, 1))
    reader.file.write_text(dossier.html(told), encoding="utf-8")
    page = reader.open(width=1280)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert reader.violations(page) == []
        assert reader.sticks_out(page) <= 0
    page.emulate_media(color_scheme="dark")
    assert reader.violations(page, only="color-contrast") == []
    page.emulate_media(media="print")
    assert page.locator(".dossier code.hash").first.is_visible()
    assert (reader.messages, reader.requests) == ([], [reader.file.as_uri()])


@pytest.mark.browser
def test_a_hostile_town_keeps_its_width(reader: Reader, hostile: Doc) -> None:
    """Long words and addresses break, and nothing runs."""
    reader.file.write_text(dossier.html(hostile), encoding="utf-8")
    page = reader.open(width=320)
    assert reader.sticks_out(page) <= 0
    assert (reader.messages, reader.requests) == ([], [reader.file.as_uri()])
