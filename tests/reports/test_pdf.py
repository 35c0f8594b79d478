"""Reports as PDF: what a screen reader gets, what a reader sees, and what a hostile town cannot do; opened by two other libraries."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from sqlalchemy import Engine

from reports import dossier, gap_report, pdf, render
from reports.language import speaking
from tests.reports.conftest import copied
from tests.reports.test_dossier import SHA, made
from tests.reports.test_hostile import spoil
from tests.reports.towns import Written

pytestmark = pytest.mark.pango

Doc = dict[str, Any]
PAINT = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh", "BI", "INLINE IMAGE"}


class Printed(NamedTuple):
    """A file with its structure and the words of its pages."""

    data: bytes
    file: pikepdf.Pdf
    tree: list[Dictionary]
    pages: list[str]


def printed(data: bytes) -> Printed:
    file = pikepdf.open(io.BytesIO(data))
    with pypdfium2.PdfDocument(data) as seen:
        pages = [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in seen]
    return Printed(data, file, list(elements(file.Root.StructTreeRoot.K)), pages)


def elements(node: Any) -> Iterator[Dictionary]:
    """The structure elements below a node, in reading order."""
    for child in node if isinstance(node, Array) else [node]:
        if isinstance(child, Dictionary) and "/S" in child:
            yield child
            yield from elements(child.get("/K", Array()))


def excerpt(doc: Doc, *, each: int) -> Doc:
    """The document with the first findings of two areas: every part once."""
    areas = ("mobilitaet", "gesundheit", None)
    found = [entry for area in areas for entry in [one for one in doc["findings"] if one["area"] == area][:each]]
    keys = {entry["criterion"] for entry in found}
    return doc | {"findings": found, "gaps": [gap for gap in doc["gaps"] if gap["criterion"] in keys]}


def written(doc: Doc) -> Printed:
    return printed(pdf.report(gap_report.values(doc)))


def short(doc: Doc) -> Printed:
    return printed(pdf.summary(gap_report.values(doc), whole="musterhafen.pdf"))


@pytest.fixture(scope="module")
def town(original: Engine) -> Doc:
    with copied(original) as session:
        return excerpt(Written.of(session, "musterhafen").document(), each=5)


@pytest.fixture(scope="module")
def files(town: Doc) -> dict[str, Printed]:
    made_of = {**pdf.files(town, "musterhafen"), "dossier": pdf.dossier(dossier.values(made(town)))}
    return {name: printed(data) for name, data in made_of.items()}


@pytest.fixture(scope="module")
def hostile(original: Engine) -> dict[str, Printed]:
    """All files of a town of which nothing can be trusted."""
    with copied(original) as session:
        assert spoil(session) > 3000
        doc = excerpt(Written.of(session, "musterhafen").document(), each=3)
    made_of = {**pdf.files(doc, "musterhafen"), "hostile dossier": pdf.dossier(dossier.values(made(doc)))}
    return {name: printed(data) for name, data in made_of.items()}


@pytest.fixture(
    scope="module", params=["musterhafen.pdf", "musterhafen-kurz.pdf", "dossier", "hostile", "hostile dossier"]
)
def each(request: pytest.FixtureRequest, files: dict[str, Printed], hostile: dict[str, Printed]) -> Printed:
    if request.param in files:
        return files[request.param]
    return hostile["musterhafen.pdf" if request.param == "hostile" else request.param]


@pytest.fixture(scope="module")
def whole(files: dict[str, Printed]) -> Printed:
    return files["musterhafen.pdf"]


def test_a_screen_reader_knows_language_title_and_order(each: Printed) -> None:
    """Tagged, German, the title in the window, PDF/UA named, the tab key follows the structure."""
    root = each.file.Root
    assert root.MarkInfo.Marked
    assert root.Lang == "de"
    assert root.ViewerPreferences.DisplayDocTitle
    with each.file.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert re.match("(Lückenb|Kurzb|B)ericht |Dossier ", str(told["dc:title"]))
    assert all(page.Tabs == Name.S for page in each.file.pages)


def test_all_fonts_are_inside(each: Printed) -> None:
    """What a reader's machine has makes no difference."""
    fonts = [
        thing
        for thing in each.file.objects
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.FontDescriptor
    ]
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_every_figure_has_words(each: Printed) -> None:
    """A bar says its numbers; signs and dots are no figures, and a dossier has no other."""
    figures = [element for element in each.tree if str(element.S) == "/Figure"]
    with each.file.open_metadata() as told:
        assert figures or str(told["dc:title"]).startswith("Dossier")
    assert all(re.search(r"\. (Gut|Schwer|Nichts|Nicht) [a-z ]+: \d+", str(figure.Alt)) for figure in figures)


def test_everything_painted_is_in_the_tree_or_an_artifact(each: Printed) -> None:
    """Page numbers are not read out between two sentences; nothing else is lost."""
    for page in each.file.pages:
        inside: list[int | None] = []
        held = numbers(each, page)
        for operands, operator in pikepdf.parse_content_stream(page):  # type: ignore[misc]
            if str(operator) in {"BDC", "BMC"}:
                inside.append(int(operands[1].MCID) if str(operator) == "BDC" and "/MCID" in operands[1] else None)
                assert inside[-1] is not None or operands[0] == Name.Artifact
                assert inside[-1] is None or inside[-1] in held
            elif str(operator) == "EMC":
                inside.pop()
            assert inside or str(operator) not in PAINT


def numbers(file: Printed, page: pikepdf.Page) -> set[int]:
    """The marked sequences of a page that the tree holds; its parent tree has an element of the tree for each."""
    held = {
        int(child)
        for element in file.tree
        if "/Pg" in element and element.Pg.objgen == page.obj.objgen
        for child in element.get("/K", Array())
        if not isinstance(child, Dictionary)
    }
    alive = {element.objgen for element in file.tree}
    pairs = list(file.file.Root.StructTreeRoot.ParentTree.Nums)
    entries = next(value for key, value in zip(pairs[::2], pairs[1::2], strict=True) if key == page.StructParents)
    assert {place for place, element in enumerate(entries) if isinstance(element, Dictionary)} == held
    assert all(element.objgen in alive for element in entries if isinstance(element, Dictionary))
    return held


def test_no_element_is_empty(each: Printed) -> None:
    """A screen reader does not stop where nothing is."""
    assert [str(element.S) for element in each.tree if not len(element.get("/K", Array()))] in ([], ["/TD"])


def test_headings_leave_out_no_level(each: Printed) -> None:
    """One title, and each step down is one step."""
    levels = [int(str(element.S)[2]) for element in each.tree if re.fullmatch(r"/H[1-6]", str(element.S))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_header_cells_say_what_they_head(whole: Printed) -> None:
    """Columns and rows."""
    scopes = [
        str(given.Scope) for element in whole.tree if element.S == Name.TH for given in element.A if "/Scope" in given
    ]
    assert len(scopes) == sum(element.S == Name.TH for element in whole.tree)
    assert set(scopes) == {"/Column", "/Row"}


def links(file: Printed) -> list[Dictionary]:
    return [link for page in file.file.pages for link in page.get("/Annots", Array())]


def test_links_say_where_they_lead(whole: Printed) -> None:
    """Out of the file an address, within it the name of the place."""
    assert all(str(link.Contents) for link in links(whole))
    within = {str(link.Dest): str(link.Contents) for link in links(whole) if "/Dest" in link}
    assert within["bereich-3"] == "Mobilität"
    assert within["k-mobilitaet-3"] == "Bewohnerparkausweis online"


def test_bookmarks_name_the_parts(whole: Printed) -> None:
    """In the order of the pages, areas below."""
    with whole.file.open_outline() as outline:
        (title,) = outline.root
        assert title.title == "Was von Musterhafen online zu finden ist"
        parts = {part.title: [below.title for below in part.children] for part in title.children}
    assert [*parts][3:] == [
        "Nächste Schritte",
        "Ihr Verzeichnis und das, was online zu sehen ist",
        "Befunde im Einzelnen",
        "Diese Websites gehören zum Bild",
        "So wurde gemessen",
    ]
    assert parts["Befunde im Einzelnen"][2] == "Mobilität 2 von 4"


def test_page_one_reads_in_order(whole: Printed) -> None:
    """Result, coverage, numbers, matrix, steps; umlauts and quotation marks are text."""
    wanted = [
        "Prüfung vom 25. November 2026",
        "Was von Musterhafen online zu finden ist",
        "19 von 45 Angeboten sind online gut auffindbar.",
        "3 von 4 Websites gelesen",
        "Schwer zu finden 13",
        "Energie & Umwelt",
        "Damit fangen Sie an",
        "Verlinken Sie „Bewohnerparkausweis online“ auf der Startseite.",
        "Aufwand klein",
    ]
    places = [whole.pages[0].find(words) for words in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_a_finding_says_verdict_reason_quote_and_place(whole: Printed, town: Doc) -> None:
    """Everything that a department needs to begin."""
    words = " ".join(whole.pages)
    finding = next(entry for entry in town["findings"] if entry["verdict"] == "BURIED")
    for part in (finding["name"], "Von 100 kommen 26 an", "Der Link heißt nur „hier“.", finding["advice"]):
        assert part in words
    assert finding["quotes"][0]["text"] in words
    assert finding["best_url"] in {str(link.A.URI) for link in links(whole) if "/A" in link}


def test_the_summary_is_one_page_with_all_that_counts(files: dict[str, Printed]) -> None:
    """The sentence, four numbers, coverage, steps with effect and role, and where the rest is."""
    (page,) = files["musterhafen-kurz.pdf"].pages
    for words in (
        "19 von 45",
        "Nicht prüfbar 1",
        "Nicht alles war lesbar",
        "Wirkung groß",
        "Stadtwerke",
        "musterhafen.pdf",
    ):
        assert words in page


def test_the_summary_stays_one_page_whatever_is_long(town: Doc) -> None:
    """Fewer steps rather than a second page."""
    steps = [step | {"change": "Nennen Sie das Angebot beim Namen. " * 40} for step in town["proposals"]]
    findings = [finding | {"advice": "Legen Sie eine Seite an. " * 40} for finding in town["findings"]]
    found = short(
        town
        | {
            "proposals": steps[:3],
            "findings": findings,
            "town_name": "Bad Langenort " * 30,
            "view": "Amt für Dinge " * 30,
        }
    )
    assert len(found.pages) == 1
    assert "Nennen Sie das Angebot" in found.pages[0]
    assert "musterhafen.pdf" in found.pages[0]


def test_a_hostile_town_gets_one_page_too(hostile: dict[str, Printed]) -> None:
    """Whatever it writes into its pages."""
    assert len(hostile["musterhafen-kurz.pdf"].pages) == 1


def test_no_text_becomes_an_action(hostile: dict[str, Printed]) -> None:
    """Links lead to the web or within the file; no script, no form, no file inside."""
    for file in hostile.values():
        assert all("/Dest" in link or render.is_address(str(link.A.URI)) for link in links(file))
        for thing in file.file.objects:
            if isinstance(thing, Dictionary):
                assert not {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/EmbeddedFiles"} & set(thing.keys())
    words = " ".join(page for file in hostile.values() for page in file.pages)
    assert "<script>alert(1)</script>" in words
    assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]|x{1100}", words)


def test_the_dossier_names_proof_moment_and_hash(files: dict[str, Printed], town: Doc) -> None:
    """Beside each answer, so that paper can be checked against the package."""
    words = " ".join(files["dossier"].pages)
    (row, *_) = [row for row in made(town)["rows"] if row["proof"]]
    for told in (row["name"], row["proof"]["quote"], "Abgerufen am 25. November 2026", SHA, "ab Byte 281"):
        assert told in words


@pytest.mark.parametrize("address", ["http://127.0.0.1/x.png", "file:///etc/passwd", "data:,x", "sign:other", "sign:"])
def test_nothing_is_fetched(address: str) -> None:
    """Not even from this machine; only our own signs are answered."""
    with pytest.raises(ValueError, match="nothing is fetched"):
        pdf._signs(pdf.weasyprint())(address)


def test_nothing_found_is_a_report_too(nothing: Doc) -> None:
    """No page could be read: no number, and the reason."""
    found = written(nothing)
    assert "Noch kein Ergebnis: Wir konnten zu wenig lesen." in found.pages[0]
    assert "Zu wenig gelesen für ein Gesamtergebnis" in found.pages[0]
    assert "Für diese Prüfung gibt es keine Vorschläge." in " ".join(found.pages)


def test_too_little_read_is_said_first(town: Doc) -> None:
    """Numbers below the floor are never without the warning."""
    found = short(town | {"coverage": town["coverage"] | {"enough": False}})
    assert "Die Zahlen sind vorläufig." in found.pages[0]


def test_very_many_findings_are_told_in_brief(town: Doc, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first in full, others as a line, and the number of those that only the workbook has."""
    monkeypatch.setattr(pdf, "FULL", 2)
    monkeypatch.setattr(pdf, "BRIEF", 2)
    words = " ".join(written(town).pages)
    assert "2 weitere Befunde in Kürze" in words
    assert "1 weiterer Befund steht nur in der Arbeitsmappe" in words


def test_the_same_report_has_the_same_bytes(town: Doc, files: dict[str, Printed]) -> None:
    """A file says when it was judged, not when it was written."""
    again = pdf.summary(gap_report.values(town), whole="musterhafen.pdf")
    assert again == files["musterhafen-kurz.pdf"].data
    assert str(files["musterhafen-kurz.pdf"].file.docinfo.CreationDate).startswith("D:20261125")


def test_the_language_spoken_is_that_of_the_file(nothing: Doc) -> None:
    """A screen reader pronounces English as English."""
    with speaking("en"):
        assert short(nothing).file.Root.Lang == "en"
