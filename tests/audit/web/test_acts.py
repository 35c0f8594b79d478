"""The log of who did what."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import audit.jobs
import audit.web
from audit.web import acts
from db.desk import Act
from db.models import Town
from db.session import opened
from db.terms import PersonRole
from reports import desk_words
from tests.audit.web.conftest import NOW
from tests.audit.web.visitor import Visitor

FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def admin(enter: Callable[..., Visitor], engine: Engine) -> Visitor:
    """Somebody who may read the log of three lines."""
    visitor = enter(PersonRole.ADMIN)
    with opened(engine) as session:
        town = Town(key="musterhafen", name="Musterhafen", state="MV", competences=[])
        session.add(town)
        session.flush()
        session.add(Act(at=NOW, what="share_made", who="Admin", person_id=1, town_id=town.id, about="Prüfung 1: Rat"))
        session.add(Act(at=NOW, what="person_invited", who="Admin", person_id=1, about="<script>alert(1)</script>"))
        session.add(Act(at=NOW, what="sign_in_refused", about=FORMULA))
    return visitor


def codes() -> set[str]:
    """All codes that a module of the desk, or of the jobs, writes to the log."""
    rooms = (Path(package.__file__ or "").parent for package in (audit.web, audit.jobs))
    return {code for room in rooms for file in room.rglob("*.py") for code in _written(file)}


def _written(file: Path) -> Iterator[str]:
    """The codes that a module hands to ``note``, itself or by a ``_note`` of its own that only passes them on."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    named = {
        target.id: part.value
        for part in ast.walk(module)
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    passed_on = {
        id(call) for part in ast.walk(module) if getattr(part, "name", "") == "_note" for call in ast.walk(part)
    }
    for call in ast.walk(module):
        name = getattr(call, "func", None)
        if not isinstance(call, ast.Call) or id(call) in passed_on:
            continue
        if (getattr(name, "attr", None) or getattr(name, "id", None)) not in {"note", "_note"}:
            continue
        given = [
            named.get(argument.id, argument) if isinstance(argument, ast.Name) else argument for argument in call.args
        ]
        texts = [one.value for argument in given for one in ast.walk(argument) if isinstance(one, ast.Constant)]
        told = [text for text in texts if isinstance(text, str) and text.isidentifier()]
        assert told, f"{file.name}:{call.lineno} writes a code that nobody can look up"
        yield from told


def test_every_code_has_words() -> None:
    """Else the log would show a code, and nobody could filter by it."""
    assert codes() - set(desk_words.ACTS) == set()


def test_the_latest_stands_first_and_in_words(admin: Visitor) -> None:
    """What people typed is shown as they typed it and does nothing."""
    text = admin.open("/protokoll").text
    assert text.index("Anmeldung abgewiesen</p>") < text.index("Person eingeladen</p>")
    assert "niemand angemeldet" in text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {"Prüfung 1: Rat", "&lt;script&gt;", "calc"}),
        ("?wer=1", {"Prüfung 1: Rat", "&lt;script&gt;"}),
        ("?ort=musterhafen", {"Prüfung 1: Rat"}),
        ("?was=sign_in_refused", {"calc"}),
        ("?wer=1&was=sign_in_refused", set()),
        ("?wer=999&ort=nirgends&was=nichts&vor=x", {"Prüfung 1: Rat", "&lt;script&gt;", "calc"}),
        ("?wer=%27%20OR%201=1&vor=99999999999999999999", {"Prüfung 1: Rat", "&lt;script&gt;", "calc"}),
    ],
)
def test_filters_leave_out_the_rest(admin: Visitor, query: str, seen: set[str]) -> None:
    """What a filter names and is not there counts as no filter."""
    text = admin.open(f"/protokoll{query}").text
    assert {mark for mark in ("Prüfung 1: Rat", "&lt;script&gt;", "calc") if mark in text} == seen


def test_older_lines_are_on_the_next_page(admin: Visitor, engine: Engine) -> None:
    """Each line is on one page, with the filter kept."""
    with opened(engine) as session:
        session.add_all([Act(at=NOW, what="signed_in", about=f"Zeile {number:03}") for number in range(acts.PAGE + 1)])
    first = admin.open("/protokoll?was=signed_in").text
    assert "Zeile 100" in first
    assert "Zeile 000" not in first
    older = first.partition('href="/protokoll?was=signed_in&amp;vor=')[2].partition('"')[0]
    second = admin.open(f"/protokoll?was=signed_in&vor={older}").text
    assert "Zeile 000" in second
    assert "Zeile 001" not in second
    assert "Zum Neuesten" in second


def test_the_log_is_a_file_for_excel(admin: Visitor) -> None:
    """With the same filters; a cell that a program could take for a formula is harmless."""
    answer = admin.open("/protokoll.csv?was=sign_in_refused")
    assert answer.headers["content-disposition"] == 'attachment; filename="fundstelle-protokoll-2026-12-01.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["Wann", "Wer", "Was", "Ort", "Woran"]
    assert rows[1][2:] == ["Anmeldung abgewiesen", "", f"'{FORMULA}"]
    assert len(rows) == 2


@pytest.mark.parametrize("path", ["/protokoll", "/protokoll.csv", "/leute"])
def test_the_log_is_not_for_everybody(enter: Callable[..., Visitor], path: str) -> None:
    """Nor is it in their navigation."""
    editor = enter(PersonRole.EDITOR)
    assert editor.open(path).status == 403
    assert f'href="{path}"' not in editor.open("/").text
