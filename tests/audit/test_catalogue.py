"""The catalogue is checked when it is read, and says file, line and remedy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import yaml

from audit import catalogue
from audit.catalogue import Criterion, Kind, differences, skeleton
from audit.catalogue.differences import Change, ListChange
from audit.cli import run
from db.errors import CatalogueError
from tests.audit import written
from tests.audit.classify import made


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped catalogue that a test may break."""
    return Path(shutil.copytree(catalogue.FOLDER / "haselhorst", tmp_path / "haselhorst"))


def change(file: Path, old: str, new: str) -> int:
    """Replace the first of these words and return their line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("mobilitaet.yaml", "  kind: offer", "  kind: ofer", "unbekannten Wert"),
        ("mobilitaet.yaml", "  question: ", "  qestion: ", "qestion"),
        ("mobilitaet.yaml", "  aspect: implementation", "  aspect: implementation\n  aspect: strategy", "zweimal"),
        ("mobilitaet.yaml", "- id: handyparken", "- id: Handy parken", "id"),
        ("mobilitaet.yaml", "- id: handyparken", "- id: carsharing", "zweimal"),
        ("mobilitaet.yaml", 'version: "2026.11"', 'version: "2025.01"', "passt nicht"),
        ("mobilitaet.yaml", "criteria:", "criteria: [", "kein gültiges YAML"),
        ("catalogue.yaml", "- {id: mobilitaet, ", "- {id: kochen, ", "gibt es nicht"),
    ],
)
def test_a_broken_catalogue_names_file_and_remedy(copy: Path, file: str, old: str, new: str, told: str) -> None:
    """An editor's slip is found where it is."""
    change(copy / file, old, new)
    with pytest.raises(CatalogueError) as caught:
        catalogue.load("haselhorst", folder=copy.parent)
    assert told in str(caught.value)
    assert caught.value.file is not None


def test_the_line_is_that_of_the_slip(copy: Path) -> None:
    """The number counts from 1, as editors do."""
    line = change(copy / "verwaltung.yaml", "  enough: online", "  enough: soon")
    with pytest.raises(CatalogueError) as caught:
        catalogue.load("haselhorst", folder=copy.parent)
    assert caught.value.line == line
    assert "online" in caught.value.remedy


def test_checking_a_broken_folder_ends_with_bad_input(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``criteria check`` exits with 2 and prints the place."""
    change(copy / "bildung.yaml", "  advice: ", "  advise: ")
    assert run(["criteria", "check", str(copy)]) == 2
    assert "bildung.yaml, Zeile" in capsys.readouterr().err


def test_the_shipped_catalogue_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten areas, 125 criteria, each with a strategy or implementation aspect and examples that are judged right."""
    rules = catalogue.load()
    assert len(rules.areas) == 10
    assert len(rules.criteria) == 125
    assert all(one.examples.yes and one.examples.no for one in rules.criteria.values())
    assert all("{town}" in query for one in rules.criteria.values() for query in one.queries)
    assert run(["criteria", "check"]) == 0
    assert "125 Kriterien" in capsys.readouterr().out


def test_each_criterion_says_where_people_look_for_it() -> None:
    """Four to twenty words of menus, none twice and none the name of the thing, which is known already."""
    for one in catalogue.load().criteria.values():
        words = [word.lower() for word in one.under]
        assert 4 <= len(words) <= 20, one.id
        assert len(set(words)) == len(words), one.id
        assert one.name.lower() not in words, one.id


def test_any_change_of_a_file_changes_the_digest(tmp_path: Path) -> None:
    """An audit can say by which rules it judged."""
    place = written.base(tmp_path)
    before = catalogue.load(place).digest
    change(place / "alles.yaml", "  advice: ", "  advice:  ")
    assert catalogue.load(place).digest != before


def test_hints_are_plain_words() -> None:
    """The crawler gets words it can look for in links, and no patterns."""
    hints = made.catalogue().hints()
    assert "handyparken" in hints
    assert not any(sign in hint for hint in hints for sign in "*=")


def tiny(folder: Path) -> Path:
    """A catalogue without a single criterion, quick to read."""
    (folder / "klein").mkdir()
    (folder / "klein" / "catalogue.yaml").write_text(
        'version: "1"\nname: klein\ntitle: Klein\nareas: [{id: a, name: A, name_en: A}]\nsets: {}\n', encoding="utf-8"
    )
    (folder / "klein" / "a.yaml").write_text('version: "1"\narea: a\ncriteria: []\n', encoding="utf-8")
    return folder / "klein"


def test_the_measured_accuracy_is_carried_and_no_part_of_the_rules(tmp_path: Path) -> None:
    """Reports print it; to measure the same rules anew must not make them others. Without the file it is not measured."""
    place = tiny(tmp_path)
    bare = catalogue.load("klein", folder=tmp_path)
    assert bare.document()["accuracy"] is None
    shutil.copy(catalogue.FOLDER / "haselhorst" / catalogue.ACCURACY, place)
    measured = catalogue.load("klein", folder=tmp_path)
    assert measured.document()["accuracy"]["towns"] == 14
    assert measured.digest == bare.digest


def test_a_broken_accuracy_names_file_and_line(tmp_path: Path) -> None:
    """It is read like any other file of the catalogue."""
    place = tiny(tmp_path)
    shutil.copy(catalogue.FOLDER / "haselhorst" / catalogue.ACCURACY, place)
    line = change(place / catalogue.ACCURACY, "towns: 14", "towns: viele")
    with pytest.raises(CatalogueError) as caught:
        catalogue.load("klein", folder=tmp_path)
    assert (caught.value.file, caught.value.line) == (place / catalogue.ACCURACY, line)


def test_a_difference_tells_each_change_of_each_criterion() -> None:
    """What came, what went, and of weights the old and the new."""
    old = made.catalogue(made.PARKING, made.TAX)
    parking = made.PARKING.model_copy(
        update={"product": {"handyparken": 2.0, "parken per app": 2.2}, "question": "Neu?"}
    )
    new = made.catalogue(parking, made.METER)
    found = differences.compare(old, new)
    assert (found.head, found.added, found.removed) == ([], ["zaehler"], ["hundesteuer"])
    assert found.changed == {
        "handyparken": [
            Change("question", "Gibt es das?", "Neu?"),
            ListChange("product", ["parken per app"], ["parkschein * handy"], {"handyparken": (2.4, 2.0)}),
        ]
    }
    assert differences.compare(old, old).is_empty


def test_a_difference_tells_what_all_criteria_share() -> None:
    """A new version, another title, other shared words."""
    old = made.catalogue(made.TAX)
    new = replace(old, version="2", sets=old.sets | {"live": ["in Betrieb"]})
    assert differences.compare(old, new).head == [
        Change("version", "1", "2"),
        ListChange("sets: live", [], ["angeschlossen"], {}),
    ]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_skeleton_becomes_a_criterion_when_it_is_filled_in(kind: Kind) -> None:
    """Every field is there in its place; only the words are missing."""
    text = skeleton.skeleton(made.catalogue(), "fahrradbox", area="alles", kind=kind, name='Box "A": mieten')
    ((values,), empty) = yaml.safe_load(text), {"name_en", "question", "definition", "advice", "department"}
    assert {key for key, value in values.items() if value == ""} == empty
    assert set(values) == set(Criterion.model_fields) - {"mapping", "sources"}
    filled = values | dict.fromkeys(empty, "Text") | {"examples": {}}
    made_of_it = Criterion.model_validate(filled)
    assert (made_of_it.name, made_of_it.kind, made_of_it.enough) == ('Box "A": mieten', kind, made_of_it.full)


@pytest.mark.parametrize(
    ("key", "area", "name", "told"),
    [
        ("handyparken", "alles", "x", "gibt es schon im Bereich „alles“"),
        ("Fahrrad", "alles", "x", "ist keine Kennung"),
        ("fahrrad-", "alles", "x", "ist keine Kennung"),
        ("fahrradbox", "alle", "x", "Meinten Sie „alles“"),
        ("fahrradbox", "alles", " ", "Der Name fehlt"),
    ],
)
def test_a_skeleton_with_a_wrong_id_area_or_name_is_refused(key: str, area: str, name: str, told: str) -> None:
    """What is pasted must be readable."""
    with pytest.raises(CatalogueError) as caught:
        skeleton.skeleton(made.catalogue(), key, area=area, kind="offer", name=name)
    assert told in str(caught.value)
