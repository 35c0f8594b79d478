"""The catalogue is checked when it is read, and says file, line and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from audit import catalogue
from audit.cli import run
from db.errors import CatalogueError


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


def test_any_change_of_a_file_changes_the_digest(copy: Path) -> None:
    """An audit can say by which rules it judged."""
    before = catalogue.load("haselhorst", folder=copy.parent).digest
    change(copy / "bildung.yaml", "  advice: ", "  advice:  ")
    assert catalogue.load("haselhorst", folder=copy.parent).digest != before


def test_hints_are_plain_words() -> None:
    """The crawler gets words it can look for in links, and no patterns."""
    hints = catalogue.load().hints()
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
