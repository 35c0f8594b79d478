"""Gold sets: pages with the decisions of people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from audit import catalogue
from audit.classify.gold import UNNAMED, Decision, decisions
from audit.cli import app
from db.errors import InputError
from db.terms import Band, Maturity
from tests.audit.classify.made import SHARED

PARKING: dict[str, Any] = {
    "url": "https://www.musterhafen.example/parken",
    "town": "Musterhafen",
    "title": "Handyparken",
    "text": "Ab sofort können Sie Ihren Parkschein per Handy lösen.",
}
PLANNED = {**PARKING, "title": "Verkehr", "text": "Das Handyparken soll im kommenden Jahr eingeführt werden."}


def read(tmp_path: Path, *rows: dict[str, Any] | str) -> list[Decision]:
    return list(decisions(written(tmp_path, *rows), SHARED, catalogue.load()))


def written(tmp_path: Path, *rows: dict[str, Any] | str) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return file


def test_each_label_becomes_a_decision(tmp_path: Path) -> None:
    """Both what counts and what only seems to is compared with what the classifier says."""
    right, trap = read(
        tmp_path,
        {**PARKING, "shows": {"handyparken": "online"}},
        {**PLANNED, "shows": {}, "traps": {"handyparken": "plan"}},
    )
    assert (right.expected, right.band, right.trap) == (Maturity.ONLINE, Band.AUTOMATIC, "")
    assert (trap.expected, trap.band, trap.trap) == (None, None, "plan")


def test_what_nobody_named_counts_as_wrong(tmp_path: Path) -> None:
    """A page that fires for a criterion without a label is a false alarm, unless people were of two minds."""
    (alarm,) = read(tmp_path, {**PARKING, "shows": {}})
    assert (alarm.criterion, alarm.expected, alarm.trap) == ("handyparken", None, UNNAMED)
    assert read(tmp_path, {**PARKING, "shows": {}, "maybe": ["handyparken"]}) == []


def test_older_labels_with_one_maturity_are_understood(tmp_path: Path) -> None:
    """A criterion whose maturity does not count is a trap."""
    right, short = read(
        tmp_path,
        {**PARKING, "criteria": ["handyparken", "x-unknown"], "maturity": "online"},
        {**PLANNED, "criteria": ["handyparken"], "maturity": "plan"},
    )
    assert right.expected is Maturity.ONLINE
    assert (short.expected, short.trap) == (None, "plan_only")


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    """JSON has it unescaped, and pages have it from word processors."""
    row = {**PARKING, "text": f"Neu\u2028{PARKING['text']}", "shows": {"handyparken": "online"}}
    (found,) = read(tmp_path, json.dumps(row, ensure_ascii=False))
    assert found.band is Band.AUTOMATIC


def test_a_page_can_be_a_file(tmp_path: Path) -> None:
    """Its path counts from the folder of the list."""
    (tmp_path / "seite.html").write_text(
        f"<html lang=de><title>{PARKING['title']}</title><main><h1>Handyparken</h1><p>{PARKING['text']}</p></main></html>",
        encoding="utf-8",
    )
    row = {"url": PARKING["url"], "town": "Musterhafen", "path": "seite.html", "shows": {"handyparken": "online"}}
    (found,) = read(tmp_path, row)
    assert found.band is Band.AUTOMATIC


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{kaputt", "Zeile 1 ist kein gültiges JSON"),
        ({**PARKING}, "„shows“ oder „criteria“ fehlt"),
        ({"url": "https://a.example/", "town": "A", "shows": {}}, "„text“, „html“ oder „path“ fehlt"),
        ({**PARKING, "shows": {"handyparken": "fertig"}}, "„shows.handyparken“ fehlt oder hat die falsche Form"),
        ({**PARKING, "shows": {"erfunden": "online"}}, "„erfunden“ steht nicht im Katalog"),
        ({"url": "https://a.example/", "town": "A", "path": "weg.html", "shows": {}}, "lässt sich nicht lesen"),
    ],
)
def test_a_bad_line_ends_the_measurement(tmp_path: Path, row: dict[str, Any] | str, said: str) -> None:
    """The figures of half a set would be those of another."""
    with pytest.raises(InputError, match=said):
        read(tmp_path, row)


def test_the_command_prints_tables_and_json(tmp_path: Path) -> None:
    """People read a table, scripts read JSON; both say the same."""
    file = written(
        tmp_path,
        {**PARKING, "shows": {"handyparken": "online"}},
        {**PLANNED, "shows": {}, "traps": {"handyparken": "plan"}},
    )
    table = CliRunner().invoke(app, ["evaluate", str(file)])
    assert table.output.startswith("2 Urteile auf 1 Seiten aus 1 Orten, davon 1 zählende und 1 Fallen")
    assert "alle, automatisch" in table.output
    result = json.loads(CliRunner().invoke(app, ["evaluate", str(file), "--json"]).output)
    assert result["sets"]["all"]["automatic"]["precision"] == 1.0
    assert result["catalogue"]["digest"] == catalogue.load().digest
