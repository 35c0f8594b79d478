"""Documents met in a crawl, over real HTTP: what is stored of each."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.models import Page
from db.terms import End
from tests.crawler.conftest import Job, open_job
from tests.crawler.documents import made
from tests.crawler.documents.test_office import CORE
from tests.crawler.torture import Answer, TortureServer, page, text

HOST = "www.musterhafen.example"
PDF = "application/pdf"
ANTRAG = made.drawn(["Antrag auf Wohngeld", "Name: __________"], ["Straße: __________", "Ort, Datum, Unterschrift"])
FILES = {
    "/antrag.pdf": Answer(ANTRAG, type=PDF),
    "/gepackt.pdf": Answer(gzip.compress(ANTRAG), type=PDF, headers={"Content-Encoding": "gzip"}),
    "/ohne-typ": Answer(ANTRAG, type="application/octet-stream"),
    "/bombe.pdf": Answer(made.painted(bytes(500_000_000)), type=PDF),
    "/kaputt.pdf": Answer(ANTRAG[:300], type=PDF),
    "/leer.pdf": Answer(b"", type=PDF),
    "/seite.pdf": page("Anmeldung"),
    "/als-pdf.pdf": Answer(b"<!doctype html><title>Fehler</title>", type=PDF),
    "/geheim.pdf": Answer(made.locked(ANTRAG, user="wort"), type=PDF),
    "/scan.pdf": Answer(made.scanned(), type=PDF),
    "/weg.pdf": Answer(ANTRAG, status=404, type=PDF),
    "/bericht.docx": Answer(made.office(docProps__core_xml=CORE), type="application/octet-stream"),
    "/alt.doc": Answer(
        b"\xd0\xcf\x11\xe0" * 9, type="application/msword", headers={"Last-Modified": "Tue, 05 Mar 2019 10:00:00 GMT"}
    ),
}


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """The crawl of a site with these files."""
    with TortureServer() as server, pytest.MonkeyPatch.context() as patch:
        server.answers[HOST, "/robots.txt"] = text("", 404)
        server.answers[HOST, "/"] = page("Start", *FILES, "/danach")
        server.answers[HOST, "/danach"] = page("Danach")
        server.answers.update({(HOST, path): answer for path, answer in FILES.items()})
        patch.setenv("HTTP_PROXY", server.proxy)
        patch.delenv("http_proxy", raising=False)
        patch.setenv("NO_PROXY", ".invalid")
        job = open_job(tmp_path_factory.mktemp("documents"), HOST)
        job.run()
        yield job
        job.engine.dispose()


def stored(job: Job, path: str) -> Page:
    return job.page(HOST, path)


def test_no_document_stops_the_crawl(job: Job) -> None:
    """Every file is a Page, and the crawl ended because all was read."""
    assert job.crawl(HOST).end == End.FINISHED
    assert {url.removeprefix(f"http://{HOST}") for url in (each.url for each in job.pages(HOST))} >= {*FILES, "/danach"}
    assert "Traceback" not in job.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/antrag.pdf", "/gepackt.pdf", "/ohne-typ"])
def test_text_and_facts_are_stored(job: Job, path: str) -> None:
    """Unpacked or not, with its type or without: text, pages and kind of form come into the row."""
    found = stored(job, path)
    assert found.main_text.split("\n")[::3] == ["Antrag auf Wohngeld", "Ort, Datum, Unterschrift"]
    assert found.document == {
        "pages": 2,
        "read": 2,
        "text": True,
        "form": "print",
        "encrypted": False,
        "starts": [0, 2],
    }
    assert (found.content_type, found.error, found.size) == (PDF, None, len(ANTRAG))


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        ("/bombe.pdf", {"crash", "memory"}),
        ("/kaputt.pdf", {"damaged"}),
        ("/leer.pdf", {"damaged"}),
        ("/als-pdf.pdf", {"damaged"}),
    ],
)
def test_what_cannot_be_read_says_why(job: Job, path: str, reasons: set[str]) -> None:
    """It keeps its name and size, and is an error."""
    found = stored(job, path)
    assert found.document is not None
    assert (found.error, found.title, found.size) == (
        "unreadable",
        path[1:-4].replace("-", " "),
        len(bytes(FILES[path].body)),
    )
    assert found.document["reason"] in reasons


def test_what_may_not_be_read_is_named(job: Job) -> None:
    """Locked and scanned documents are answers without text, and say so; an error page is not opened."""
    locked, scan, gone = (stored(job, path) for path in ("/geheim.pdf", "/scan.pdf", "/weg.pdf"))
    assert locked.document is not None
    assert scan.document is not None
    assert (locked.error, locked.document["encrypted"]) == (None, True)
    assert (scan.error, scan.document["text"], scan.document["pages"]) == (None, False, 2)
    assert (gone.status, gone.main_text) == (404, "")


def test_a_page_named_pdf_is_a_page(job: Job) -> None:
    """The bytes decide."""
    found = stored(job, "/seite.pdf")
    assert (found.content_type, found.title, found.document) == ("text/html", "Anmeldung", None)


def test_office_files_have_name_size_and_date(job: Job) -> None:
    """Title and date are its own; of old files only what the server says."""
    new, old = stored(job, "/bericht.docx"), stored(job, "/alt.doc")
    assert (new.title, new.date, new.language, new.error) == ("Bericht & Plan", "2023-04-05", "de", None)
    assert (old.title, old.date, old.size, old.error) == ("alt", "2019-03-05", 36, None)


def test_no_reader_is_left(job: Job) -> None:
    """With the crawl its readers end; one that is left would have lost its parent, which is a Python."""
    assert job.pages(HOST)
    readers = [place.parent for place in Path("/proc").glob("[0-9]*/cmdline") if b"crawler.documents" in told(place)]
    assert not [place for place in readers if b"python" not in told(Path("/proc") / parent(place) / "cmdline")]


def parent(place: Path) -> str:
    """Return the number of a process's parent; its own if it is gone."""
    words = told(place / "stat").rpartition(b")")[2].split()
    return words[1].decode() if words else place.name


def told(place: Path) -> bytes:
    """Return what a file of /proc says; nothing if the process is gone or not ours."""
    try:
        return place.read_bytes()
    except OSError:
        return b""
