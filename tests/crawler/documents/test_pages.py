"""How a Document becomes a Page: title, date, language, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.documents import Document, media_of
from crawler.documents.pages import title
from crawler.extract import extract
from db.models import Page
from tests.crawler.documents import made

FETCHED = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://a.example/files/Plan_2021.pdf"


def page(document: Document | None, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return extract(URL, b"%PDF-1.7", content_type="application/pdf", headers=named, fetched=FETCHED, document=document)


@pytest.mark.parametrize(
    ("said", "heading", "shown"),
    [
        ("Klimaschutzkonzept 2021", "Anders", "Klimaschutzkonzept 2021"),
        ("Microsoft Word - Satzung_neu.doc", "Hundesteuersatzung", "Hundesteuersatzung"),
        ("Microsoft Word - Satzung_neu.doc", "", "Name der Datei"),
        ("PowerPoint-Präsentation", "Leitbild der Stadt", "Leitbild der Stadt"),
        ("Dokument1", "", "Name der Datei"),
        ("untitled", "", "Name der Datei"),
        ("", "", "Name der Datei"),
        ("VO_2023_114", "", "Name der Datei"),
        ("C:\\Users\\x\\plan.indd", "", "Name der Datei"),
        ("20210304", "Amtsblatt Nr. 3", "Amtsblatt Nr. 3"),
        ("Amtsblatt 04/2021", "Inhalt", "Amtsblatt 04/2021"),
        ("Antrag auf Wohngeld.pdf", "", "Name der Datei"),
        ("Formular 3", "", "Name der Datei"),
        ("Formular zur Anmeldung", "", "Formular zur Anmeldung"),
    ],
)
def test_a_title_looks_like_one(said: str, heading: str, shown: str) -> None:
    """What programs write by themselves is no title; then the largest words or the name of the file are."""
    assert title(Document(title=said, heading=heading), name="Name der Datei") == shown


def test_without_any_name_the_title_is_what_there_is() -> None:
    """A file name in the properties is better than nothing."""
    assert title(Document(title="Microsoft Word - Satzung"), name="") == "Satzung"
    assert title(Document(title="1"), name="") == "1"


@pytest.mark.parametrize(
    ("document", "sent", "date"),
    [
        (Document(text="Konzept\nStand: 05.03.2021", created="20220101"), "", "2021-03-05"),
        (Document(text="Konzept", created="20220101", modified="20230101"), "", "2022-01-01"),
        (Document(created="16010101", modified="2023-01-01T00:00:00Z"), "", "2023-01-01"),
        (Document(created="20300101"), "Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05"),
        (None, "Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05"),
        (Document(), "gestern", None),
    ],
)
def test_date_in_the_text_comes_first(document: Document | None, sent: str, date: str | None) -> None:
    """Then the day it was made, changed, and last what the server says; never one in the future."""
    assert page(document, last_modified=sent).date == date


def test_text_fills_the_page() -> None:
    """Main text, digest, language, heading and service keys are those of the text."""
    text = "Antrag\nDie Stadt und das Amt sind für die Bürger da, wenn sie etwas brauchen, und zwar nicht nur am Montag.\nLeiKa 99107023017000"
    found = page(Document(text=text, heading="Antrag", pages=3, read=3, has_text=True, form="print", starts=[0, 1, 2]))
    assert (found.main_text, found.title, found.language) == (text, "Antrag", "de")
    assert found.digest
    assert found.headings == [{"level": 1, "text": "Antrag"}]
    assert found.keys == ["99107023017000"]
    assert found.document == {
        "pages": 3,
        "read": 3,
        "text": True,
        "form": "print",
        "encrypted": False,
        "starts": [0, 1, 2],
    }
    assert page(Document(text=text, language="en-GB")).language == "en"


def test_a_document_that_could_not_be_read_keeps_its_name_and_reason() -> None:
    """It is an error of the page, so nothing is judged by it; one that is only locked is none."""
    found = page(Document(reason="crash"))
    assert (found.error, found.title, found.size, found.content_type) == (
        "unreadable",
        "Plan 2021",
        8,
        "application/pdf",
    )
    assert found.document is not None
    assert found.document["reason"] == "crash"
    found = page(Document(encrypted=True))
    assert (found.error, found.title, found.main_text) == (None, "Plan 2021", "")


def test_only_documents_have_facts() -> None:
    """A page of HTML has none, a document nobody opened has empty ones."""
    assert extract(URL, b"<p>x", fetched=FETCHED).document is None
    assert page(None).document == {
        "pages": None,
        "read": 0,
        "text": None,
        "form": None,
        "encrypted": False,
        "starts": [],
    }


@pytest.mark.parametrize(
    ("body", "content_type", "url", "media"),
    [
        (b"%PDF-1.7", "", URL, "application/pdf"),
        (b"junk %PDF-1.7", "application/octet-stream", URL, "application/pdf"),
        (b"<html>%PDF-1.7", "text/html", URL, ""),
        (b"<html><p>Fehler", "text/html", URL, ""),
        (b"<html><p>Fehler", "application/pdf; x=y", URL, "application/pdf"),
        (made.office(a="b"), "application/zip", "http://a.example/b.zip", ""),
        (
            made.office(a="b"),
            "application/octet-stream",
            "http://a.example/b.odt",
            "application/vnd.oasis.opendocument.text",
        ),
        (b"\xd0\xcf\x11\xe0", "application/msword", "http://a.example/b.doc", ""),
        (b"", "application/pdf", URL, "application/pdf"),
        (b"x" * 1024 + b"%PDF-1.7", "application/octet-stream", URL, ""),
    ],
)
def test_only_what_can_be_opened_is_opened(body: bytes, content_type: str, url: str, media: str) -> None:
    """The first bytes decide, and of a zip its name; an error page named .pdf is none unless the server insists on it."""
    assert media_of(body, content_type, url=url) == media
