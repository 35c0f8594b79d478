"""What is read in a PDF: its text by pages, what it says of itself, and whether it is to be filled in."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import pytest
from pypdf.generic import NameObject
from reportlab.pdfgen.canvas import Canvas

from crawler.documents import MAX_PAGES, MAX_TEXT, Document, pdf
from tests.crawler.documents.made import (
    drawn,
    in_columns,
    locked,
    many_pages,
    painted,
    raw,
    scanned,
    set_in_type,
    stream,
)
from tests.towns.pdf import printed

SENTENCE = "Die Förderung der Straßenbäume in der Größe von 30 Metern übernimmt das Grünflächenamt für alle Bürgerinnen und Bürger der Stadt."


def read(body: bytes) -> Document:
    return Document(**pdf.read(body))


def test_text_keeps_its_umlauts_and_whole_sentences() -> None:
    """A sentence printed over several lines is one block; a heading is another."""
    found = read(set_in_type(("Title", "Grünkonzept"), ("BodyText", SENTENCE), ("BodyText", "Ende."), language="de-DE"))
    assert found.text == f"Grünkonzept\n{SENTENCE}\nEnde."
    assert (found.heading, found.language, found.pages, found.read) == ("Grünkonzept", "de-DE", 1, 1)
    assert (found.has_text, found.form, found.encrypted, found.reason) == (True, None, False, None)


def test_each_page_says_where_it_begins() -> None:
    """``starts`` are the numbers of the first lines; an empty page begins where the next one does."""
    found = read(drawn(["Eins", "Zwei"], [], ["Drei"]))
    assert (found.text, found.starts, found.pages, found.read) == ("Eins\nZwei\nDrei", [0, 2, 2], 3, 3)


def test_columns_are_read_one_after_the_other() -> None:
    """No line of the left column runs on into the right one."""
    right = SENTENCE.replace("Straßenbäume", "Sportplätze")
    left = " ".join([SENTENCE] * 4)
    assert read(in_columns(left, right)).text.split("\n") == [left, right]


def test_broken_words_are_put_together() -> None:
    """A hyphen at the end of a line goes, unless it belongs to the words."""
    lines = ["Alle Verwaltungs-", "dienste der Smart-", "City sowie Strom-", "und Gas sind da."]
    assert read(drawn(lines)).text == "Alle Verwaltungsdienste der Smart-City sowie Strom- und Gas sind da."


def test_running_heads_are_said_once() -> None:
    """What stands at the edge of most pages stays on the first; page numbers count as the same."""
    found = read(drawn(*([f"Haushalt {year}", "Stadt Musterhafen", "Seite 1 von 5"] for year in range(5))))
    assert found.text.split("\n") == ["Haushalt 0", "Stadt Musterhafen", "Seite 1 von 5"]
    found = read(drawn(*(["Haushalt", *(f"Amt {sign}" for sign in "abcdefg"), f"Seite {page}"] for page in range(4))))
    assert (found.text.count("Haushalt"), found.text.count("Seite"), found.text.count("Amt d")) == (1, 1, 4)


def test_properties_are_told() -> None:
    """Title and dates are those of the file."""
    made = read(drawn(["Text"], title="Überschrift – neu"))
    assert made.title == "Überschrift – neu"
    assert len(made.created) == len(made.modified) == 8
    assert read(printed("Titel (zwei)", "Text")).created == ""


def _fields(canvas: Canvas) -> None:
    canvas.drawString(50, 600, "Name")
    canvas.acroForm.textfield(name="name", x=100, y=600, width=200, height=20)


def test_fields_make_a_form_to_fill_in_on_the_screen() -> None:
    """A text field is enough, on whatever page."""
    assert read(drawn(["Antrag"], [], draw=_fields)).form == "fillable"


def test_a_place_for_a_signature_is_no_form() -> None:
    """Signed decrees have one; nothing is to be filled in."""
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(drawn(["Bescheid"], draw=_fields)))
    field = writer.pages[0]["/Annots"][0].get_object()  # type: ignore[index]
    field[NameObject("/FT")] = NameObject("/Sig")
    signed = io.BytesIO()
    writer.write(signed)
    assert read(signed.getvalue()).form is None


def test_a_form_for_one_program_only_says_nothing_but_is_a_form() -> None:
    """XFA shows a notice in all other programs, which is not the text of the document."""
    body = raw(
        b"<< /Type /Catalog /Pages 2 0 R /NeedsRendering true /AcroForm << /Fields [] /XFA 6 0 R >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        stream(b"BT /F 12 Tf 50 700 Td (Please wait... If this message is not eventually replaced) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>"),
    )
    found = read(body)
    assert (found.form, found.text, found.starts) == ("fillable", "", [0])


def test_lines_to_write_on_make_a_form_to_print() -> None:
    """A form on paper has no fields, but gaps and a place for the signature."""
    found = read(printed("Antrag", "Name: __________\nStraße: __________\nOrt, Datum, Unterschrift: __________"))
    assert found.form == "print"
    assert found.text.split("\n")[1] == "Name: __________"


@pytest.mark.parametrize("stamp", ["", "Anlage 3 zu VO/2024/7"])
def test_scanned_pages_have_no_text_layer(stamp: str) -> None:
    """Pictures of pages are named as such, also with a stamp on them."""
    found = read(scanned(stamp))
    assert (found.has_text, found.pages) == (False, 2)
    assert found.text == f"{stamp}\n{stamp}".strip()


def test_a_password_is_respected() -> None:
    """What only its readers may open is named; what only its owner may change is read."""
    body = drawn(["Geheim"])
    assert read(locked(body, user="wort")) == Document(encrypted=True)
    assert read(locked(body, user="")).text == "Geheim"


def test_long_documents_are_read_in_part() -> None:
    """The first 200 pages are read, the rest is counted; the text ends at its limit."""
    found = read(many_pages(1000))
    assert (found.pages, found.read, len(found.starts)) == (1000, MAX_PAGES, MAX_PAGES)
    found = read(drawn(*(["wort " * 300] for _ in range(180)), ["ende"]))
    assert len(found.text) == MAX_TEXT
    assert found.read == MAX_TEXT // 1500
    assert "ende" not in found.text


@pytest.mark.parametrize("junk", [b"\n", b"<!-- Server -->" * 50, b"HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n"])
def test_what_slipped_in_front_is_passed_over(junk: bytes) -> None:
    """Some servers put something before the file."""
    assert read(junk + drawn(["Da"])).text == "Da"


def test_a_lost_table_is_rebuilt() -> None:
    """A file cut off behind its last object is read all the same."""
    body = drawn(["Da"])
    assert read(body[: body.rindex(b"xref")] + b"trailer << /Root 3 0 R >>").text == "Da"
    assert read(painted(b"BT /F 12 Tf 50 700 Td (Da) Tj ET")).text == "Da"


def test_a_broken_page_does_not_hide_the_others() -> None:
    """A page that cannot be opened is empty, and keeps its number."""
    body = raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [6 0 R 3 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        stream(b"BT /F 12 Tf 50 700 Td (Da) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"[ nothing ]",
    )
    found = read(body)
    assert (found.text, found.starts, found.pages) == ("Da", [0, 0], 2)


def test_pypdf_reads_the_same() -> None:
    """What pdfium does not open is read by pypdf: text, pages, properties, fields, passwords."""
    body = drawn(["Größe der Stadt"], ["Zwei"], draw=_fields, title="Plan")
    found = pdf._by_pypdf(body, until=float("inf"))
    assert found is not None
    assert [[line.text for line in sheet.lines] for sheet in found.sheets] == [["Größe der Stadt"], ["Zwei", "Name"]]
    assert (found.pages, found.has_fields, found.properties["title"]) == (2, True, "Plan")
    assert pdf._by_pypdf(locked(body, user="wort"), until=float("inf")) is None


def test_pypdf_is_asked_where_pdfium_gives_up() -> None:
    """Some damaged files are nothing to pdfium: here a text has lost its end."""
    body = drawn(["Da"])
    start, end = body.index(b") /Creator"), body.index(b"/Producer")
    damaged = body[:start] + body[end:]
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(damaged)
    assert read(damaged).text == "Da"
