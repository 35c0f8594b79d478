"""Pages that were read once can be judged by any catalogue."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.cli import run
from db.models import Measure
from db.session import opened
from tests.audit import stored, written
from tests.audit.nouns import HOME, NOW

TEXT = "Mit dem Handyparken können Sie ab sofort Ihren Parkschein in Ort bezahlen."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A read town of one page, whose list names a criterion by hand, and two catalogues to judge it by."""
    written.base(tmp_path)
    written.view(tmp_path, {"verkehr": {"handyparken": "Parken, smart"}})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    town_id = stored.town(engine, {"url": HOME, "title": "Handyparken in Ort", "main_text": TEXT})
    with opened(engine) as session:
        session.add(Measure(town_id=town_id, title="Hund", row=2, criterion="hundesteuer", matched_by="column"))
    return tmp_path


def judged(words: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run(["judge", *words.split(), "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_another_catalogue_replaces_the_result_until_it_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    """Areas and names are those of the catalogue; without an option the last one is used again."""
    first = judged("1 --catalogue sicht", capsys)
    assert first["catalogue"]["name"] == "sicht"
    assert first["areas"] == [{"id": "verkehr", "name": "Verkehr"}]
    (found,) = [row for row in first["findings"] if row["criterion"]]
    assert (found["criterion"], found["name"], found["verdict"]) == ("handyparken", "Parken, smart", "FINDABLE")
    assert judged("ort", capsys)["catalogue"] == first["catalogue"]
    second = judged("ort --catalogue grund", capsys)
    assert [row["criterion"] for row in second["findings"]] == ["handyparken", "hundesteuer"]


def test_reports_by_two_catalogues_do_not_replace_each_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both lie side by side, each named after its catalogue."""
    for name in ("sicht", "grund"):
        judged(f"1 --catalogue {name}", capsys)
        assert run(["report", "1", "--format", "json", "--out", str(folder / "berichte")]) == 0
        assert name in capsys.readouterr().out
    day = f"{NOW:%Y-%m-%d}"
    assert sorted(file.name for file in (folder / "berichte").iterdir()) == [
        f"ort-{day}-1-grund.json",
        f"ort-{day}-1-sicht.json",
    ]


def test_what_a_person_wrote_outlives_a_catalogue_that_lacks_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the view the measure belongs to no criterion; under the base it is where the person put it."""
    narrow = judged("1 --catalogue sicht", capsys)
    assert [row["measure"]["title"] for row in narrow["findings"] if row["criterion"] is None] == ["Hund"]
    wide = {row["criterion"]: row["measure"] for row in judged("1 --catalogue grund", capsys)["findings"]}
    assert wide["hundesteuer"]["title"] == "Hund"


def test_a_catalogue_that_is_gone_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is judged by another one in silence; found again in its new place it is remembered there."""
    before = judged("1 --catalogue grund", capsys)["catalogue"]
    shutil.move(folder / "grund", folder / "umgezogen")
    assert run(["judge", "ort"]) == 2
    assert f"{folder / 'grund'}“ gibt es nicht" in capsys.readouterr().err
    assert judged("ort --catalogue umgezogen", capsys)["catalogue"] == before
    assert judged("ort", capsys)["catalogue"] == before


@pytest.mark.parametrize("words", ["judge 1", "audit ort"])
def test_an_unknown_catalogue_is_told_before_anything_is_done(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also before a site is asked."""
    assert run([*words.split(), "--catalogue", "nirgends"]) == 2
    assert "Den Katalog „nirgends“ gibt es nicht. Vorhanden: bitkom" in capsys.readouterr().err
