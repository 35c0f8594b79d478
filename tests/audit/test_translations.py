"""A catalogue in another language: complete, held against the German, and no part of the rules."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from audit import catalogue
from audit.catalogue import translations
from audit.cli import run
from db.errors import CatalogueError
from reports.language import LOCALES
from tests.audit import written

FILE = "en.yaml"


def told(place: Path, **changed: Any) -> dict[str, Any]:
    """Everything in a catalogue in something like English, with marks of today; ``changed`` replaces whole parts."""
    rules = catalogue.load(place)
    marks = translations.marks(rules)
    values: dict[str, Any] = {"title": {"of": marks["title"][""], "name": "The ground"}}
    for part in ("areas", "names"):
        values[part] = {key: {"of": of, "name": f"{key} in English"} for key, of in marks[part].items()}
    values["criteria"] = {
        key: {
            "of": of,
            **{name: f"{name} of {key}" for name in ("name", "question", "definition", "advice", "department")},
            "counts": [f"proof {one}" for one in rules.criteria[key].counts],
            "counts_not": [f"no proof {one}" for one in rules.criteria[key].counts_not],
        }
        for key, of in marks["criteria"].items()
    }
    return values | changed


def write(place: Path, values: dict[str, Any]) -> Path:
    """Put a translation beside a catalogue."""
    file = place / FILE
    file.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def line(file: Path, words: str) -> int:
    """The first line, from 1, that begins with these words."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.strip().startswith(words))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of a catalogue of two criteria, handyparken and hundesteuer."""
    return written.base(tmp_path)


@pytest.mark.parametrize("name", catalogue.names())
def test_the_shipped_catalogues_are_whole_in_english(name: str) -> None:
    """Nothing is missing or older than the German, and the words that advice wants on a page are the same German words."""
    rules = catalogue.load(name)
    assert translations.lacks(rules, "en") == []
    english = rules.translations["en"]
    for key, one in rules.criteria.items():
        said = english.criteria[key]
        wanted = re.findall("„([^“]*)“", one.advice)
        assert sorted(re.findall("“([^”]*)”", said.advice)) == sorted(wanted), key
        assert (len(said.counts), len(said.counts_not)) == (len(one.counts), len(one.counts_not)), key
        assert not re.search("[„‚{}]", f"{said.name} {said.question} {said.definition} {said.advice}"), key


def test_every_language_of_reports_is_one_of_catalogues() -> None:
    """A report in a language may not lack the names of its criteria."""
    assert {"de", *translations.LANGUAGES} == set(LOCALES)


def test_a_translation_is_carried_and_no_part_of_the_rules(place: Path) -> None:
    """An audit may not count as judged by other rules because somebody mended an English word."""
    bare = catalogue.load(place)
    write(place, told(place))
    english = catalogue.load(place)
    assert english.digest == bare.digest
    assert bare.document()["translations"] == {}
    assert english.document() | {"translations": {}} == bare.document()
    found = english.document()["translations"]["en"]
    assert (found["title"], found["areas"]) == ("The ground", {"alles": "alles in English"})
    assert found["criteria"]["handyparken"]["question"] == "question of handyparken"
    assert "of" not in found["criteria"]["handyparken"]


@pytest.mark.parametrize(
    ("part", "key", "said"),
    [("areas", "nirgends", "areas"), ("names", "handyparken", "names"), ("criteria", "kochen", "criteria")],
)
def test_what_the_catalogue_lacks_cannot_be_translated(place: Path, part: str, key: str, said: str) -> None:
    """A misspelt id is named with file and line; taken criteria have a part of their own, which a base does not have."""
    values = told(place)
    one = next(iter(values["criteria"].values())) if part == "criteria" else values["title"]
    values[part][key] = one
    file = write(place, values | {"criteria": {key: one}} if part == "criteria" else values | {"criteria": {}})
    with pytest.raises(CatalogueError, match=f"„{key}“ ist unter „{said}“ nicht bekannt") as caught:
        catalogue.load(place)
    assert (caught.value.file, caught.value.line) == (file, line(file, f"{key}:"))
    assert "names" in caught.value.remedy


@pytest.mark.parametrize(
    ("change", "said", "at"),
    [
        ({"advice": None}, "„advice“ fehlt", "hundesteuer:"),
        ({"advice": ""}, "„advice“ ist leer", "advice:"),
        ({"queries": ["{town} dog"]}, "„queries“ ist hier nicht bekannt", "queries:"),
        ({"of": "gestern"}, "„of“ hat nicht die erwartete Form", "of: gestern"),
        ({"counts": ["one", "two", "three"]}, "„counts“ von „hundesteuer“ hat nicht so viele", "hundesteuer:"),
    ],
)
def test_a_slip_names_file_and_line(place: Path, change: dict[str, Any], said: str, at: str) -> None:
    """A text too few, one too many, or a proof left out is found where it is."""
    values = told(place)
    entry = values["criteria"]["hundesteuer"] | change
    file = write(place, {"criteria": {"hundesteuer": {name: text for name, text in entry.items() if text is not None}}})
    with pytest.raises(CatalogueError, match=said) as caught:
        catalogue.load(place)
    assert (caught.value.file, caught.value.line) == (file, line(file, at))


def test_check_tells_what_is_missing_or_older_with_the_mark_to_enter(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who changes the German sees that the English is old; with the new mark in the file it is whole again."""
    values = told(place)
    dog = values["criteria"].pop("hundesteuer")
    write(place, values)
    file = place / "alles.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  question: ", "  question: Neu, ", 1), encoding="utf-8")
    assert run(["criteria", "check", str(place)]) == 0
    out = capsys.readouterr().out
    old, missing = translations.lacks(catalogue.load(place), "en")
    assert (old.key, old.is_old, missing.key, missing.is_old) == ("handyparken", True, "hundesteuer", False)
    assert "en.yaml: unvollständig (2)" in out
    assert f'criteria, handyparken (veraltet): of: "{old.of}"' in out
    assert f'criteria, hundesteuer (fehlt): of: "{missing.of}"' in out
    values["criteria"]["handyparken"]["of"] = old.of
    write(place, values | {"criteria": values["criteria"] | {"hundesteuer": dog}})
    assert run(["criteria", "check", str(place)]) == 0
    assert "en.yaml: vollständig" in capsys.readouterr().out
    assert run(["criteria", "check", str(place), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["translations"] == {"en": []}


def test_proofs_may_be_out_of_step_while_the_german_is_newer(place: Path) -> None:
    """Who adds a proof to the German can go on working; the English is only old."""
    values = told(place)
    values["criteria"]["handyparken"] |= {"of": "00000000", "counts": ["a", "b", "c", "d"]}
    write(place, values)
    assert [one.key for one in translations.lacks(catalogue.load(place), "en")] == ["handyparken"]


def test_a_view_has_its_own_names_and_the_texts_of_its_base(place: Path) -> None:
    """What the base says in English need not be said again; an English name of the base never replaces a view's German one."""
    write(place, told(place))
    view = written.view(place.parent)
    found = catalogue.load(view).document()["translations"]["en"]
    assert "name" not in found["criteria"]["hundesteuer"]
    assert found["criteria"]["hundesteuer"]["advice"] == "advice of hundesteuer"
    write(view, told(view))
    rules = catalogue.load(view)
    found = rules.document()["translations"]["en"]["criteria"]["hundesteuer"]
    assert (found["name"], found["advice"]) == ("hundesteuer in English", "advice of hundesteuer")
    assert translations.lacks(rules, "en") == []
