"""Reports in English: nothing of ours is left in German, what is German says so, and nothing on a page comes alive."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from babel.messages import frontend
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from selectolax.lexbor import LexborHTMLParser

from reports import (
    changes,
    comparison,
    comparison_tables,
    csvs,
    gap_report,
    language,
    render,
    stored,
    trend,
    views,
    xlsx,
)
from tests.reports import changed
from tests.reports.conftest import Reader
from tests.reports.test_browser import RANKS, SINCE, excerpt
from tests.reports.test_hostile import ATTACKS

ROOT = Path(__file__).parents[2]
GAP = re.compile(r"%\(\w+\)s|\{\w+\}")
TELLING = 12
"""Letters from which a piece of German cannot stand in an English sentence by chance."""


@cache
def said() -> tuple[set[str], Catalog]:
    """The files with texts for readers, and the texts, extracted as „make messages“ does it."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    keywords = frontend.parse_keywords(re.findall(r"--keyword (\S+)", recipe))
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = frontend.parse_mapping_cfg(mapping)
    files, found = set(), Catalog()
    for file, _line, text, _comments, _context in extract_from_dir(
        ROOT, methods, options, keywords=keywords, directory_filter=lambda folder: not folder.startswith((".", "_"))
    ):
        files.add(file)
        found.add(text)
    return files, found


@cache
def translated() -> Catalog:
    with (language.HERE / "en.po").open("rb") as lines:
        return read_po(lines, locale="en", abort_invalid=True)


def both(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Each German text with its English one; of texts for one and many both."""
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            yield message.id, message.string
        elif message.id:
            yield from zip(message.id, message.string, strict=True)


def test_every_text_is_translated() -> None:
    """None is missing, none is a guess, none is left over, and no file was passed over."""
    files, found = said()
    assert {"reports/templates/gap_report.html.j2", "reports/templates/trend.html.j2", "audit/reasons.py"} <= files
    keys = {message.id if isinstance(message.id, str) else message.id[0] for message in found if message.id}
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in translated() if message.id}
    assert sorted(keys - known) == []
    assert sorted(known - keys) == []
    assert [german for german, english in both(translated()) if not english.strip()] == []
    assert [message.id for message in translated() if message.id and message.fuzzy] == []
    assert not translated().obsolete


def test_translations_have_the_same_gaps() -> None:
    """A gap that is missing would hide a fact, one too many would stop the report, a per cent sign less would as well."""
    for german, english in both(translated()):
        assert sorted(set(GAP.findall(german))) == sorted(set(GAP.findall(english))), german
        assert german.count("%") == english.count("%"), german


def pieces() -> set[str]:
    """What stands between the gaps of the German texts, as long as it tells."""
    english = "\n".join(text for _, text in both(translated()))
    found = {piece.strip() for german, _ in both(translated()) for piece in GAP.split(german)}
    return {piece for piece in found if len(piece) > TELLING and piece not in english}


def in_german(html: str) -> list[str]:
    """The German that a page says of its own without telling so."""
    tree = LexborHTMLParser(html)
    for node in tree.css("[lang=de], style"):
        node.decompose()
    labels = [value for node in tree.css("[aria-label]") if (value := node.attributes["aria-label"])]
    text = " ".join("\n".join([tree.html or "", *labels]).split())
    return sorted(piece for piece in pieces() if piece in text)


@pytest.fixture
def in_english() -> Iterator[None]:
    with language.speaking("en"):
        yield


@pytest.mark.usefixtures("in_english")
def test_a_page_says_nothing_in_german_without_telling_so(docs: list[dict[str, Any]], nothing: dict[str, Any]) -> None:
    """Gap report, also of an audit that read nothing, changes, trend, comparison: one language, with its dates and numbers."""
    doc, unread = docs[0], docs[1] | {"coverage": docs[1]["coverage"] | {"enough": False}}
    pages = [
        gap_report.html(doc),
        gap_report.html(nothing),
        changes.html(changed.document()),
        trend.html(changed.trend()),
    ]
    pages += [
        gap_report.html(views.changed(doc, SINCE)),
        comparison.html(docs),
        comparison.html(docs, ranks=RANKS),
        comparison.html([docs[0], unread]),
    ]
    for html in pages:
        assert '<html lang="en">' in html
        assert in_german(html) == []
    assert "25 November 2026" in pages[0]
    assert "1,876 pages in all" in pages[0].replace("\xa0", " ")
    assert "1 March 2026" in pages[2]


@pytest.mark.usefixtures("in_english")
def test_what_comes_from_the_town_says_that_it_is_german(doc: dict[str, Any]) -> None:
    """Quotes, titles and the catalogue's texts, so that a voice reads them as German."""
    tree = LexborHTMLParser(gap_report.html(doc))
    assert {
        node.attributes.get("lang") for node in tree.css("blockquote bdi, .areas .finding h4, .question, .measure bdi")
    } == {"de"}
    with language.speaking("de"):
        assert 'lang="de"' not in gap_report.html(doc).replace('<html lang="de">', "")


@pytest.mark.usefixtures("in_english")
def test_tables_are_english_but_for_what_the_town_says(docs: list[dict[str, Any]]) -> None:
    """Sheets, heads and fixed words; the identifiers that people choose from are still offered."""
    doc = docs[0]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.workbook(doc)))
    assert book.sheetnames == ["Overview", "Findings", "Suggestions", "Gaps", "Evidence", "Websites", "Measures"]
    heads = [str(cell.value) for sheet in book for cell in sheet[1]]
    assert all(head[0].isupper() and head not in pieces() for head in heads)
    assert {row[3].value for row in book["Findings"].iter_rows(min_row=2)} == {
        "Findable", "Hard to find", "Nothing found", "Could not be checked",
    }  # fmt: skip
    (offered,) = book["Measures"].data_validations.dataValidation
    assert str(offered.formula1).startswith("'Findings'!$U$2")
    tables = comparison_tables.read(comparison.figures(docs, ranks=RANKS))
    assert [table.sheet for table in tables] == ["Towns", "Areas", "Criteria", "Places"]
    assert not {cell for table in tables for row in table.rows for cell in row} & pieces()
    assert b'"name": "Service key"' in csvs.files(doc, "x")["datapackage.json"]


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("attack", ["<b>%(town)s {town} %s</b>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_a_hostile_name_stays_text_in_a_translated_sentence(doc: dict[str, Any], attack: str) -> None:
    """Values go into a translation by name and are escaped there, whatever they look like."""
    html = gap_report.html(doc | {"town_name": attack})
    heading = LexborHTMLParser(html).css_first("h1")
    assert heading is not None
    assert heading.text() == f"What can be found online about {attack}"
    assert not heading.css("*:not(h1)")


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_page_stays_text_in_a_stored_sentence(attack: str) -> None:
    """What is read back by a template is escaped and marked, also where it imitates the template."""
    title = render.clean(f"{attack}“ durch „{attack}")[:300]
    text = f"Ersetzen Sie auf der Startseite das Linkwort „{title}“ durch „hier“."
    tree = LexborHTMLParser(str(render.said(text)))
    assert tree.body is not None
    assert {node.tag for node in tree.body.css("*")} <= {"body", "bdi"}
    assert tree.body.text().startswith("On the home page, replace the link text “")


@pytest.mark.usefixtures("in_english")
def test_what_nobody_knows_stays_german_and_says_so() -> None:
    """A sentence of an earlier version is better than none."""
    assert str(render.said("So <sagte> man früher.")) == '<bdi lang="de">So &lt;sagte&gt; man früher.</bdi>'


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Ganz gelesen.", "Read completely."),
        ("www.ort.example: nur 300 Seiten gelesen; 5 verweigert, 3 ohne Antwort",
         "www.ort.example: only 300 pages read; 5 refused, 3 without an answer"),
        ("Vollständig gelesen. 12 gleichartige Adressen (Kalender, Filter) wurden ausgelassen. 3 Antworten hat ein Fehler im Programm verhindert.",
         "Read in full. 12 addresses of one kind (calendars, filters) were left out. 3 answers were prevented by an error in the program."),
        ("Zurückgestellt bis zum 31.12.2026: wird gerade bearbeitet.", "Put aside until 31 December 2026: is being worked on."),
        ("„Plan“ galt bis 2020. Die Seite sagt, dass daran gearbeitet wird.",
         "“Plan” was valid until 2020. The page says that this is being worked on."),
        ("Titel und Überschrift nennen nur einen Namen („Rathaus“), den nur findet, wer ihn kennt.",
         "Title and heading give only a name (“Rathaus”), found only by those who know it."),
        ("Zugang verweigert", "Zugang verweigert"),
    ],
)  # fmt: skip
def test_stored_sentences_are_read_back(german: str, english: str) -> None:
    """With numbers, dates and further sentences in them; the words of a page are never translated, even if we use the same."""
    assert stored.told(german) == english


@pytest.mark.browser
def test_everybody_can_read_it_in_english(reader: Reader, doc: dict[str, Any]) -> None:
    """No violation of WCAG 2.2 AA, no sideways scrolling, nothing asked for and nothing complained about."""
    with language.speaking("en"):
        reader.file.write_text(gap_report.html(excerpt(doc)), encoding="utf-8")
    page = reader.open(width=1280)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert reader.violations(page) == []
        assert reader.sticks_out(page) <= 0
    assert reader.messages == []
    assert reader.requests == [reader.file.as_uri()]
