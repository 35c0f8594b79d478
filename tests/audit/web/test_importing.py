"""A list from a file: shown before it is taken over, then all of it or nothing."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, func, select

from audit.run import uploads
from db.desk import MeasureEdit
from db.models import Measure, Town
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.listing import LINE, LIST, listed, titles, town, upload
from tests.audit.web.visitor import Answer, Visitor


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files wait."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / uploads.FOLDER


@pytest.fixture
def editor(enter: Callable[..., Visitor], engine: Engine, tmp_path: Path) -> Visitor:
    """Somebody who keeps the list of a town with three measures."""
    town(engine, tmp_path, "Handyparken", "Hundesteuer online", "Ärztehaus-App")
    return enter(PersonRole.EDITOR)


def preview(editor: Visitor, *lines: str) -> tuple[str, Answer]:
    """Send lines, and return where their preview is and what it shows."""
    there = upload(editor, lines).there
    return there, editor.open(there)


def counts(answer: Answer) -> list[str]:
    """How many lines are new, changed, gone, the same."""
    return re.findall(r"<li><strong>([\d.]+)</strong>", answer.text)


def seen(answer: Answer) -> str:
    return re.findall(r'name="seen" value="([0-9a-f]+)"', answer.text)[0]


def waiting(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


LINES = (
    "Handyparken;99108026012000;;;in Betrieb;;;;",
    "Ärztehaus-App;;;;;;;;",
    "Ärztehaus-App;;;;;;;;",
    "Sitzbank melden;9.9108E+13;;;;;;;",
)


def test_nothing_is_written_before_somebody_says_so(editor: Visitor, engine: Engine, folder: Path) -> None:
    """The preview says what is new, changed, gone, twice and damaged; then all of it is taken over and remembered."""
    there, shown = preview(editor, *LINES)
    assert counts(shown) == ["1", "1", "1", "1"]
    for words in ("steht schon in Zeile 3", "9.9108E+13", "Hundesteuer online", "in Betrieb", "99108026012000"):
        assert words in shown.text
    assert titles(engine) == ["Handyparken", "Hundesteuer online", "Ärztehaus-App"]
    assert len(waiting(folder)) == 1
    kept = listed(engine)[0].id
    assert editor.send(there, seen=seen(shown)).there == f"{LIST}?gesagt=measures_imported"
    assert titles(engine) == ["Handyparken", "Ärztehaus-App", "Sitzbank melden"]
    first = listed(engine)[0]
    assert (first.id, first.key, first.status, first.criterion) == (kept, "99108026012000", "in Betrieb", "handyparken")
    assert waiting(folder) == []
    with opened(engine) as session:
        edits = session.scalars(select(MeasureEdit)).all()
        assert sorted((one.before is None, one.after is None) for one in edits) == [
            (False, False),
            (False, True),
            (True, False),
        ]
        assert {one.who for one in edits} == {"Editor"}


def test_taking_over_twice_is_once(editor: Visitor, engine: Engine) -> None:
    """The second time the file waits no more, and the list stays."""
    there, shown = preview(editor, *LINES)
    assert editor.send(there, seen=seen(shown)).status == 303
    assert editor.send(there, seen=seen(shown)).status in {404, 409}
    assert len(titles(engine)) == 3


def test_a_list_that_changed_since_is_shown_anew(editor: Visitor, engine: Engine) -> None:
    """Nobody takes over what they have not seen."""
    there, shown = preview(editor, *LINES)
    editor.send(f"{LIST}/neu", **(LINE | {"title": "Hafenrundfahrt"}))
    answer = editor.send(there, seen=seen(shown))
    assert answer.status == 409
    assert "Hafenrundfahrt" in answer.text
    assert len(titles(engine)) == 4
    assert editor.send(there, seen=seen(answer)).status == 303
    assert len(titles(engine)) == 3


def test_what_the_file_has_no_column_for_is_kept(editor: Visitor, engine: Engine) -> None:
    """Notes and a criterion by hand survive a list of titles."""
    with opened(engine) as session:
        one = session.get_one(Measure, 1)
        one.note, one.criterion, one.matched_by = "mit App", "hundesteuer", "column"
    data = "Maßnahme\r\nÄrztehaus-App\r\nHundesteuer online\r\nHandyparken".encode()
    there = upload(editor, data).there
    shown = editor.open(there)
    assert counts(shown) == ["0", "0", "0", "3"]
    editor.send(there, seen=seen(shown))
    last = listed(engine)[-1]
    assert (last.title, last.row, last.note, last.criterion) == ("Handyparken", 4, "mit App", "hundesteuer")
    with opened(engine) as session:
        assert not session.scalar(select(func.count()).select_from(MeasureEdit)), "a line that only moved is no change"


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to more than is taken."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 101_000_000)
    return file.getvalue()


def test_a_file_that_is_no_list_is_refused_with_its_line(editor: Visitor, engine: Engine, folder: Path) -> None:
    """In words, without the path of our folder; it does not wait."""
    for data, name, words in (
        (b"%PDF-1.7 ...", "liste.xlsx", "keine Tabelle"),
        (b"PK\x03\x04kaputt", "liste.xlsx", "beschädigt"),
        (b"Nr;Farbe\r\n1;rot\r\n", "liste.csv", "keine Spalte mit den Namen"),
        (b"a\x00b", "liste.csv", "Nullzeichen"),
        (b"\xff\xfe", "../../etc/passwd", "Bitte wählen Sie eine Datei|leer|beschädigt|keine Tabelle|keine Spalte"),
        (b"", "leer.csv", "Bitte wählen Sie eine Datei"),
    ):
        answer = upload(editor, data, name)
        assert answer.status == 400, name
        assert re.search(words, answer.text), (name, answer.text)
        assert "home/uploads" not in answer.text
        assert waiting(folder) == []
    assert len(titles(engine)) == 3


def test_a_bomb_is_refused(editor: Visitor) -> None:
    """By what it says of itself, before it is unpacked."""
    answer = upload(editor, bomb(), "liste.xlsx")
    assert answer.status == 400
    assert "ausgepackt zu groß" in answer.text


def test_hostile_cells_stay_text(editor: Visitor) -> None:
    """In the preview, in the list and in the history; formulas are told."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["Maßnahme", "Bemerkung"], ["<script>alert(1)</script>", '=HYPERLINK("http://x")'], ["{{ 7*7 }}", ""]):
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    there = upload(editor, file.getvalue(), "liste.xlsx").there
    shown = editor.open(there)
    editor.send(there, seen=seen(shown))
    for page in (shown, editor.open(LIST), editor.open(f"{LIST}/verlauf")):
        assert "<script>alert" not in page.text
        assert "{{ 7*7 }}" in page.text
    assert "steht eine Formel" in shown.text


def test_a_file_of_another_town_is_out_of_reach(editor: Visitor, engine: Engine) -> None:
    """Whoever knows its digest cannot take it over elsewhere; no name leads out of the folder."""
    there, shown = preview(editor, *LINES)
    with opened(engine) as session:
        session.add(Town(key="anderswo", name="Anderswo"))
    digest = there.rsplit("/", 1)[1]
    assert editor.open(f"/orte/anderswo/verzeichnis/einlesen/{digest}").status == 404
    for name in ("..%2f..%2ffundstelle.db", "x" * 64, "0" * 64, "..."):
        assert editor.open(f"{LIST}/einlesen/{name}").status == 404
        assert editor.send(f"{LIST}/einlesen/{name}", seen=seen(shown)).status == 404


def test_a_discarded_file_is_gone(editor: Visitor, folder: Path) -> None:
    """Also if it is discarded twice."""
    there, _ = preview(editor, *LINES)
    for _ in range(2):
        assert editor.send(f"{there}/verwerfen").there == LIST
    assert waiting(folder) == []


def test_files_do_not_wait_for_ever(folder: Path) -> None:
    """A day, and not more than fifty."""
    now = datetime.now(UTC)
    old = uploads.keep(b"a", "a.csv", town="ort", now=now)
    place = uploads.find(old, town="ort")
    assert place.suffix == ".csv"
    os.utime(place, (0, 0))
    for number in range(uploads.MOST + 5):
        uploads.keep(str(number).encode(), "a.csv", town="ort", now=now + timedelta(hours=1))
    assert not place.exists()
    assert len(waiting(folder)) == uploads.MOST


def test_five_thousand_lines_are_taken_over(editor: Visitor, engine: Engine) -> None:
    """In one go, and the page shows a part of them."""
    lines = [
        f"Maßnahme Nummer {number};;;;;;;;handyparken;Spalte".replace(";;;;;;;;", ";;;;;;;") for number in range(5000)
    ]
    there, shown = preview(editor, *lines)
    assert counts(shown) == ["5.000", "0", "3", "0"]
    assert editor.send(there, seen=seen(shown)).status == 303
    assert len(titles(engine)) == 5000
    assert "Maßnahme Nummer 99<" in editor.open(LIST).text
    assert "Maßnahme Nummer 4999<" in editor.open(f"{LIST}?seite=50").text
