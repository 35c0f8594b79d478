"""The commands for many towns: what they say and refuse, and the matrix of all towns as a file."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from audit.cli import run
from db.schema import _script, open_engine
from reports.matrix import HEADS, WRITERS
from tests.reports.conftest import original  # noqa: F401 a fixture


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without towns."""
    file = tmp_path_factory.mktemp("verbund") / "verbund.db"
    open_engine(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(autouse=True)
def _here(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(empty, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'verbund.db'}")
    Path("gut.csv").write_text("Stadt;Website;Land\nAach;aach.example;BW\nBonn;bonn.example;NW\n", encoding="utf-8")
    Path("falsch.csv").write_text("Stadt;Website\nGut;gut.example\n;ort.example\nOrt;???!\n", encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["fleet", *words]) == 0
    return capsys.readouterr().out


def test_from_a_list_to_a_round(capsys: pytest.CaptureFixture[str]) -> None:
    """Taken up, started, held, let go, told; and told again as JSON."""
    assert "Es hat noch keine Runde begonnen" in said(capsys, "status")
    assert "Aufgenommen würden 2" in said(capsys, "import", "gut.csv", "--dry-run")
    assert "Aufgenommen: 2" in said(capsys, "import", "gut.csv")
    assert "Aufgenommen: 0\xa0Orte; schon bekannt und unverändert: 2." in said(capsys, "import", "gut.csv")
    assert "Angemeldet: 1" in said(capsys, "start", "--only", "nordrhein-westfalen")
    assert "Angemeldet: 1" in said(capsys, "start", "--only", "gut.csv")
    assert "Angehalten" in said(capsys, "pause")
    assert "wartet: 2" in said(capsys, "status")
    assert "Es geht weiter" in said(capsys, "resume")
    assert json.loads(said(capsys, "status", "--json"))["towns"] == 2
    assert "Noch einmal angemeldet: 0" in said(capsys, "retry")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("import nirgends.csv", "Die Datei gibt es nicht."),
        ("import falsch.csv", "falsch.csv, Zeile 3: Der Name des Ortes fehlt."),
        ("import falsch.csv --dry-run", "2\xa0Zeilen sind falsch; es wurde nichts aufgenommen."),
        ("start", "Es gibt keinen Ort, der sich prüfen lässt."),
        ("start --only Atlantis", "Ein Land „Atlantis“ gibt es nicht."),
        ("start --only gut.csv", "gut.csv, Zeile 2: Aach ist nicht aufgenommen."),
        ("start --rules nirgends", "Den Katalog „nirgends“ gibt es nicht."),
        ("retry --kind weg", "Möglich sind: unreachable"),
        ("retry --kind", "ein Wert"),
        ("retry alles", "zu viele Angaben"),
        ("pause jetzt", "zu viele Angaben"),
        ("status --json ja", "zu viele Angaben"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    """With what to do now."""
    assert run(["fleet", *words.split()]) == 2
    assert told in capsys.readouterr().err
    assert "keine Runde" in said(capsys, "status")
    assert "Noch einmal angemeldet: 0" in said(capsys, "retry")


def test_the_matrix_is_written_in_all_forms(
    original: Engine,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A line for each town with its possible places and each verdict; no file of another kind, and none half-written."""
    with original.connect() as source, sqlite3.connect("verbund.db") as target:
        source.connection.driver_connection.backup(target)  # type: ignore[union-attr]
    with sqlite3.connect("verbund.db") as known:
        known.execute("CREATE TABLE alembic_version (version_num TEXT)")
        known.execute("INSERT INTO alembic_version VALUES (?)", (_script().get_current_head(),))
        known.execute("UPDATE town SET name = '=1+1' WHERE key = 'nachbarau'")
    for ending in WRITERS:
        assert said(capsys, "matrix", "--out", f"orte{ending}") == f"orte{ending}\n"
    (head, *lines) = csv.reader(Path("orte.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert [line[0] for line in lines] == ["'=1+1", "Musterhafen"]
    assert [line[3:5] for line in lines] == [["1", "2"], ["1", "2"]]
    assert len(head) == len(HEADS) + 47
    assert {*lines[0][len(HEADS) :], *lines[1][len(HEADS) :]} <= {"gut", "schwer", "nichts", "?", "–"}
    sheet = load_workbook("orte.xlsx").active
    assert sheet is not None
    told = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [row[1:] for row in told] == [line[1:] for line in lines]
    page = Path("orte.html").read_text(encoding="utf-8")
    assert page.count('<th scope="row">') == 2
    assert page.count("<td>") == sum(len(line) - 1 for line in lines)
    for wrong in ("orte.pdf", "orte", "."):
        assert run(["fleet", "matrix", "--out", wrong]) == 2
    Path("ordner.csv").mkdir()
    assert run(["fleet", "matrix", "--out", "ordner.csv"]) == 2
    assert not list(Path().glob(".*.part"))
