"""The dossier from the command line: a small town that is really read, and proof that a stranger can check."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator

from audit.cli import run
from audit.run.storing import archives
from db.models import Audit, Finding, Proposal
from db.schema import open_engine
from tests.audit.classify.made import COUNCIL, PARKING, TAX
from tests.audit.written import base
from tests.crawler.torture import Answer, TortureServer, page

HOME = "http://www.ort.example"
PARKEN = page("Handyparken in Ort", text="Mit dem Handyparken können Sie ab sofort Ihren Parkschein in Ort bezahlen.")
HUND = page("Hundesteuer in Ort", text="Die Hundesteuer können Sie in Ort online anmelden, jederzeit mit BundID.")
PATHS = {
    "/robots.txt": Answer(b"", type="text/plain"),
    "/": page("Ort", f"{HOME}/parken", f"{HOME}/hundesteuer", f"{HOME}/kopie", text="Willkommen in Ort."),
    "/parken": PARKEN,
    "/hundesteuer": Answer(gzip.compress(HUND.body, mtime=0), headers={"Content-Encoding": "gzip"}),
    "/kopie": PARKEN,
}


BODIES = {path: gzip.decompress(one.body) if one.headers else one.body for path, one in PATHS.items() if path != "/"}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of four pages that was read over HTTP, with its archive; one page is packed, one is a copy of another."""
    folder = tmp_path_factory.mktemp("read")
    profile = folder / "ort.yaml"
    town: dict[str, Any] = {"key": "ort", "name": "Ort", "sites": [{"url": f"{HOME}/", "role": "city"}]}
    profile.write_text(yaml.safe_dump(town), encoding="utf-8")
    rules = str(base(folder, PARKING, TAX, COUNCIL, name="haselhorst"))
    with pytest.MonkeyPatch.context() as patch, TortureServer() as server:
        patch.setenv("HTTP_PROXY", server.proxy)
        patch.delenv("http_proxy", raising=False)
        patch.setenv("DATABASE_URL", f"sqlite:///{folder / 'test.db'}")
        patch.setenv("FUNDSTELLE_HOME", str(folder))
        server.answers |= {("www.ort.example", path): answer for path, answer in PATHS.items()}
        assert run(["audit", str(profile), "--no-delay", "--no-browser", "--json", "--catalogue", rules]) == 0
    return folder


@pytest.fixture(autouse=True)
def folder(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the town to be changed at will."""
    shutil.copytree(kept, tmp_path / "home")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'home' / 'test.db'}")
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def changed() -> Iterator[Session]:
    """A session on the copy; what is done to it is kept when the test says so."""
    engine = open_engine()
    with Session(engine) as session:
        yield session
    engine.dispose()


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err if code else said.out


def unzipped(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The files of the package."""
    name = told("dossier ort --format zip", capsys).strip()
    with zipfile.ZipFile(name) as parts:
        parts.extractall(folder / "paket")
    return folder / "paket"


def payloads(file: Path) -> dict[int, bytes]:
    """What each record holds, by the byte at which it begins."""
    found = {}
    with file.open("rb") as records:
        iterator = ArchiveIterator(records, check_digests="raise")
        for record in iterator:
            body = record.content_stream().read()
            found[iterator.get_record_offset()] = body
    return found


def test_every_hash_is_that_of_the_record_it_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the table and on the page, computed anew from the archive in the package, which is valid by itself."""
    place = unzipped(folder, capsys)
    found = payloads(place / "belege.warc.gz")
    head, *rows = openpyxl.load_workbook(place / "dossier.xlsx")["Antworten"].iter_rows(values_only=True)
    at = {word: number for number, word in enumerate(head)}
    proven = [row for row in rows if row[at["SHA-256"]]]
    assert {row[at["Kennung"]] for row in proven} == {"handyparken", "hundesteuer"}
    shown = [node.text() for node in LexborHTMLParser((place / "dossier.html").read_text()).css("code.hash")]
    for row, hash_on_page in zip(proven, shown, strict=True):
        body = found[row[at["Byte im Archiv"]]]
        assert hashlib.sha256(body).hexdigest() == row[at["SHA-256"]] == hash_on_page
        assert body == BODIES[row[at["Quelle"]].removeprefix(HOME)]
    assert "alle Prüfsummen stimmen" in told(f"archive verify {place / 'belege.warc.gz'}", capsys)
    for line in (place / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest


def test_only_the_quoted_pages_are_handed_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the front door nor robots.txt; the moment of each is the one in the archive, to the second."""
    place = unzipped(folder, capsys)
    with (place / "belege.warc.gz").open("rb") as records:
        heads = [record.rec_headers for record in ArchiveIterator(records)]
    dates = {head.get_header("WARC-Target-URI"): head.get_header("WARC-Date") for head in heads}
    assert {url.removeprefix(HOME) for url in dates if url} <= {"/parken", "/kopie", "/hundesteuer"}
    _, *rows = openpyxl.load_workbook(place / "dossier.xlsx")["Antworten"].iter_rows(values_only=True)
    for row in (row for row in rows if row[4]):
        assert row[8].removesuffix("+00:00") == dates[row[4]][:19]


def test_the_same_audit_makes_the_same_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte, whenever it is asked for."""
    for name in ("a", "b"):
        told(f"dossier ort --out {name} --format html,xlsx,csv,txt,zip", capsys)
    names = sorted(file.name for file in (folder / "a").iterdir())
    assert len(names) == 5
    assert all((folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes() for name in names)


def test_without_its_archive_a_dossier_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], changed: Session
) -> None:
    """Whether it was pruned or is only gone: answers and quotes stay, hashes and records are not there."""
    (audit,) = changed.query(Audit)
    (archives() / audit.archive).unlink()
    place = unzipped(folder, capsys)
    assert "Im Archiv steht diese Antwort nicht" in (place / "README.txt").read_text()
    audit.archive = None
    changed.commit()
    place = unzipped(folder, capsys)
    shutil.rmtree(place)
    place = unzipped(folder, capsys)
    assert sorted(file.name for file in place.iterdir()) == ["README.txt", "SHA256SUMS", "anschreiben.txt", "dossier.csv", "dossier.html", "dossier.xlsx"]  # fmt: skip
    assert "Die Prüfung hat kein Archiv" in (place / "README.txt").read_text()
    assert "Hundesteuer können Sie in Ort online anmelden" in (place / "dossier.html").read_text()


def test_what_a_person_has_rejected_since_is_not_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither its words nor its record, also before the audit is judged anew."""
    url = f"{HOME}/hundesteuer"
    told(f"review reject ort hundesteuer --url {url} --reason only_planned --later", capsys)
    place = unzipped(folder, capsys)
    assert url not in (place / "dossier.html").read_text()
    assert BODIES["/hundesteuer"] not in payloads(place / "belege.warc.gz").values()
    line = next(line for line in (place / "dossier.csv").read_text().splitlines() if line.endswith('"hundesteuer"'))
    assert '"nicht geprüft"' in line


def test_a_frozen_dossier_is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it stays as it was, and the draft beside it may change."""
    names = told("dossier ort --frozen --format html,zip", capsys).split()
    assert all("-eingefroren-2" in name for name in names)
    assert "Eingefroren am" in (folder / names[0]).read_text()
    before = (folder / names[1]).read_bytes()
    (folder / names[0]).unlink()
    assert "wird nicht überschrieben" in told("dossier ort --frozen --format html,zip", capsys, code=2)
    assert not (folder / names[0]).exists()
    assert (folder / names[1]).read_bytes() == before
    told("dossier ort --format html", capsys)
    told("dossier ort --format html", capsys)


def test_in_english_the_letter_stays_german(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """It goes to the authors of a German study, with German dates."""
    html, letter = told("dossier ort --language en --format html,txt", capsys).split()
    assert '<html lang="en">' in (folder / html).read_text()
    assert "Sehr geehrte Damen und Herren" in (folder / letter).read_text()
    assert f"{datetime.now(UTC):%Y}, " in (folder / letter).read_text()
    assert " Uhr" in (folder / letter).read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("dossier nirgends", "Eine Prüfung „nirgends“ gibt es nicht"),
        ("dossier ort --ranking imd", "haselhorst, bitkom, losi"),
        ("dossier ort --ranking bitkom", "„fundstelle judge 1 --catalogue bitkom“"),
        ("dossier ort --format ods", "Möglich sind: html, pdf, xlsx, csv, txt, zip."),
        ("dossier ort --format ,", "Möglich sind"),
        ("calendar nirgends", "Eine Prüfung „nirgends“ gibt es nicht"),
        ("calendar --json --ics x.ics", "gehen nicht zugleich"),
        ("calendar ort x", "zu viele Angaben"),
    ],
)
def test_wrong_words_write_nothing(folder: Path, words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what would be right."""
    assert said in told(words, capsys, code=2)
    assert [file.name for file in folder.iterdir()] == ["home"]


def test_too_little_read_makes_no_file(folder: Path, capsys: pytest.CaptureFixture[str], changed: Session) -> None:
    """Nor does a letter without anything sure."""
    for finding in changed.query(Finding):
        finding.verdict = "BURIED"
    changed.commit()
    assert "nichts, was sicher genug wäre" in told("dossier ort --format txt,html", capsys, code=2)
    changed.query(Audit).one().enough = False
    changed.commit()
    assert "zu wenig gelesen" in told("dossier ort", capsys, code=2)
    assert [file.name for file in folder.iterdir()] == ["home"]


def test_the_calendar_says_what_is_still_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str], changed: Session
) -> None:
    """With the first proposal; as a list, as JSON, and as a file for calendars."""
    changed.query(Proposal).delete()
    changed.commit()
    assert "Kein Vorschlag ist offen." in told("calendar ort", capsys)
    for place, words in enumerate(("Verlinken Sie die Hundesteuer.", "Nennen Sie das Parken."), 1):
        changed.add(Proposal(audit_id=1, place=place, change=words, where=HOME, effect="groß", effort="klein", role="Online-Redaktion"))  # fmt: skip
    changed.commit()
    said = told("calendar ort", capsys)
    assert "Noch sind 2\u00a0Vorschläge offen. Zuerst: Verlinken Sie die Hundesteuer." in said
    assert "Online sein muss es bis 31. März" in said
    found = json.loads(told("calendar ort --json", capsys))
    assert [row["ranking"] for row in found["rankings"]] == ["haselhorst", "bitkom", "losi"]
    assert (found["town"]["proposals"], found["town"]["first"]["role"]) == (2, "Online-Redaktion")
    assert told("calendar ort --ics kalender.ics", capsys).strip() == "kalender.ics"
    assert "SUMMARY:Ort: Online bereit" in (folder / "kalender.ics").read_text()
    assert json.loads(told("calendar --json", capsys))["town"] is None
