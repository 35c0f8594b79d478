"""The town's own list from the command line: what an import keeps, and that it is remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit.cli import run
from db import queries
from db.desk import MeasureEdit
from db.models import Measure
from db.session import opened
from tests.audit import stored


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of the town „Ort“, which has one measure already."""
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    monkeypatch.chdir(tmp_path)
    number = stored.town(engine)
    with opened(engine) as session:
        old = Measure(town_id=number, title="Handyparken", row=2, note="mit App", criterion=None, matched_by="column")
        session.add_all([old, Measure(town_id=number, title="Fällt weg", row=3)])
    return tmp_path


def test_an_import_keeps_lines_and_remembers_what_it_changed(
    folder: Path, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same measure stays the same line, with what the file has no column for; importing twice changes nothing."""
    (folder / "liste.csv").write_text("Maßnahme;Status\nNeu;geplant\nHandyparken;in Betrieb\n", encoding="utf-8")
    for replaced in (2, 2):
        assert run(["measures", "import", "ort", "liste.csv", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["replaced"] == replaced
    with opened(engine) as session:
        known = queries.measures(session, 1)
        assert [(one.title, one.row, one.id) for one in known] == [("Neu", 2, 3), ("Handyparken", 3, 1)]
        assert (known[1].status, known[1].note, known[1].criterion) == ("in Betrieb", "mit App", None)
        edits = session.scalars(select(MeasureEdit).order_by(MeasureEdit.id)).all()
        assert [(one.measure, one.before is None, one.after is None) for one in edits] == [
            (2, False, True),
            (1, False, False),
            (3, True, False),
        ]
        assert {one.who for one in edits} == {""}
