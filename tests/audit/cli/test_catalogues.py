"""The commands around catalogues, as an editor of criteria uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.cli import run
from tests.audit import written
from tests.audit.classify.made import METER, PARKING, TAX, criterion


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small catalogue and a view on it, in which the commands run."""
    written.base(tmp_path)
    written.view(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["criteria", *words.split()]) == 0
    return capsys.readouterr().out


def read(words: str, capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(told(f"{words} --json", capsys))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("list --catalogue ./nirgends", "Den Katalog „./nirgends“ gibt es nicht."),
        ("list --catalogue grund --area alle", "Meinten Sie „alles“?"),
        ("show handyparkn --catalogue grund", "Meinten Sie „handyparken“?"),
        ("show", "Es fehlt die Angabe"),
        ("check grund --catalogue sicht", "Lassen Sie eines davon weg."),
        ("check nirgends", "Den Katalog „nirgends“ gibt es nicht."),
        ("diff grund", "Es fehlt die Angabe"),
        ("diff grund nirgends", "Den Katalog „nirgends“ gibt es nicht."),
        ("new handyparken --area alles --kind offer --name X --catalogue grund", "gibt es schon"),
        ("new box --area alles --kind quatsch --name X --catalogue grund", "Möglich sind: transaction, portal"),
        ("new box --kind offer --name X --catalogue grund", "Es fehlt die Angabe"),
        ("leika nirgends.csv --catalogue grund", "nirgends.csv: Die Datei gibt es nicht."),
    ],
)
def test_wrong_words_end_in_a_clear_message(words: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one German sentence with what to do, nothing on stdout."""
    assert run(["criteria", *words.split()]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_a_list_has_the_names_of_its_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    """A view calls things as its ranking does."""
    assert "Parken, smart" in told("list --catalogue sicht", capsys)
    assert [row["name"] for row in read("list --catalogue sicht --area amt", capsys)] == ["Dienste: Hund"]
    assert "handyparken  " in told("list --catalogue grund", capsys)


def test_a_criterion_is_shown_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Kind, what is enough, and who is responsible are said and not coded."""
    text = told("show handyparken --catalogue sicht", capsys)
    for words in (
        "handyparken: Parken, smart\n",
        "Bereich: Verkehr\n",
        "Art: Angebot; ist da, wenn man es laut dem Satz nutzen kann\n",
        "Es genügt: dass es online nutzbar ist\n",
        "Zuständig: Aufgabe der Stadt\n",
        "Namen der Sache: handyparken (2,4), parkschein * handy (2,2)\n",
    ):
        assert words in text
    assert "Leistungsschlüssel" not in text
    row = read("show hundesteuer --catalogue sicht", capsys)
    assert (row["id"], row["name"], row["area"], row["leika"]) == (
        "hundesteuer",
        "Dienste: Hund",
        "amt",
        ["99102008000000"],
    )


def test_hints_do_not_make_a_catalogue_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only an example that is judged wrong ends with 2."""
    twin = criterion("parkapp", "offer", product={"handyparken": 1.0}, object=["digitaler Parkschein"])
    written.base(folder, PARKING, twin, name="mit")
    text = told("check --catalogue mit", capsys)
    assert "Katalog mit 1: 2 Kriterien, 0 Beispiele, 0 davon falsch beurteilt.\n2 Hinweise zum Nachsehen:\n" in text
    assert "besser: digitale Parkschein" in text
    hints = read("check --catalogue mit", capsys)["hints"]
    assert [hint["criteria"] for hint in hints] == [["handyparken", "parkapp"], ["parkapp"]]
    assert "Katalog sicht 7 (übernimmt aus grund): 2 Kriterien" in told("check sicht", capsys)
    wrong = METER.model_copy(update={"examples": METER.examples.model_validate({"yes": [{"text": "Ein Hafen."}]})})
    written.base(folder, wrong, name="falsch")
    assert run(["criteria", "check", "falsch"]) == 2


def test_a_difference_is_told_criterion_by_criterion(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 whether there is one or not."""
    newer = PARKING.model_copy(update={"product": {"handyparken": 2.0, "parken per app": 2.2}, "advice": "Verlinken!"})
    written.base(folder, newer, METER, name="neu", version="2")
    assert told("diff grund neu", capsys).splitlines() == [
        "grund 1 → neu 2",
        "  Name: „grund“ → „neu“",
        "  Fassung: „1“ → „2“",
        "Neu (1):",
        "  zaehler: zaehler",
        "Entfallen (1):",
        "  hundesteuer: hundesteuer",
        "Geändert (1):",
        "handyparken: handyparken",
        "  Namen der Sache, neu: parken per app",
        "  Namen der Sache, entfallen: parkschein * handy",
        "  Namen der Sache, „handyparken“: 2,4 → 2",
        "  Rat: „Legen Sie eine Seite an.“ → „Verlinken!“",
    ]
    row = read("diff grund neu", capsys)
    assert (row["old"]["version"], row["new"]["version"], row["added"]) == ("1", "2", ["zaehler"])
    assert row["changed"]["handyparken"][0]["values"] == {"handyparken": [2.4, 2.0]}
    assert told("diff grund grund", capsys) == "grund 1 → grund 1: kein Unterschied.\n"


def test_a_new_criterion_can_be_pasted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is still empty is then told with file and line."""
    text = told("new box --area alles --kind offer --name Box --catalogue grund", capsys)
    file = folder / "grund" / "alles.yaml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert run(["criteria", "check", "grund"]) == 2
    assert "alles.yaml, Zeile" in (said := capsys.readouterr().err)
    assert "„name_en“ ist leer." in said


def test_the_official_list_says_what_it_knows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Keys to doubt by criterion, proposals as lines to paste, damaged keys by row."""
    record = criterion("meldebescheinigung", "transaction", object=["meldebescheinigung"])
    written.base(folder, TAX, record, name="amt")
    (folder / "liste.csv").write_text(
        "Schluessel;Bezeichnung\n99115003012000;Meldebescheinigung Ausstellung\n9.9E+13;Hund\n", encoding="cp1252"
    )
    text = told("leika liste.csv --catalogue amt", capsys)
    assert "1 Leistungen gelesen, 1 Schlüssel sind auffällig.\n  Zeile 3: " in text
    assert "Nicht in der Liste (1):\n  hundesteuer: 99102008000000\n" in text
    assert '# meldebescheinigung: meldebescheinigung\n  leika:\n  - "99115003012000" # Meldebescheinigung' in text
    row = read("leika liste.csv --catalogue amt", capsys)
    assert row["doubts"] == [{"criterion": "hundesteuer", "key": "99102008000000", "service": None}]
    assert row["proposals"]["meldebescheinigung"][0]["service"]["row"] == 2
    assert row["notes"][0]["row"] == 3
