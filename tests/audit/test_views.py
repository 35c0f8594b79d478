"""A catalogue that takes its criteria from another is a catalogue like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit import catalogue
from audit.classify.examples import failures
from audit.classify.slips import slips
from db.errors import CatalogueError
from tests.audit import written
from tests.audit.classify.made import PARKING, SETS, TAX
from tests.audit.written import BENCH, VIEW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a catalogue that views can be based on."""
    written.base(tmp_path)
    return tmp_path


def test_a_view_orders_and_names_what_it_takes(folder: Path) -> None:
    """Areas, order and labels are its own; the criteria and the shared words are those of its base."""
    rules = catalogue.load(written.view(folder))
    assert list(rules.criteria) == ["handyparken", "hundesteuer"]
    assert rules.area_of == {"handyparken": "verkehr", "hundesteuer": "amt"}
    assert rules.criteria["handyparken"] == PARKING
    assert rules.name_of("handyparken") == "Parken, smart"
    assert (rules.base, rules.version, rules.sets) == ("grund", "7", SETS)


def test_reports_get_the_names_of_the_view(folder: Path) -> None:
    """A page or a link is better called by the thing's own name, so only what is shown is renamed."""
    document = catalogue.load(written.view(folder)).document()
    assert [(row["id"], row["name"], row["area"]) for row in document["criteria"]] == [
        ("handyparken", "Parken, smart", "verkehr"),
        ("hundesteuer", "Dienste: Hund", "amt"),
    ]
    assert document["areas"] == [
        {"id": "verkehr", "name": "Verkehr", "name_en": "verkehr"},
        {"id": "amt", "name": "Amt", "name_en": "amt"},
    ]


def test_a_view_has_criteria_of_its_own(folder: Path) -> None:
    """They stand in the file of their area, after what is taken; an area of own ones alone takes nothing."""
    place = written.view(folder, {**VIEW, "park": {}})
    written.area(place, "verkehr", BENCH)
    written.area(place, "park", BENCH.model_copy(update={"id": "papierkorb"}))
    rules = catalogue.load(place)
    assert list(rules.criteria) == ["handyparken", "sitzbank", "hundesteuer", "papierkorb"]
    assert rules.name_of("sitzbank") == BENCH.name
    assert rules.hints() == ["handyparken", "hund", "hundesteuer", "parkschein", "sitzbank", "sitzbank melden"]


def test_a_change_of_the_base_changes_the_digest(folder: Path) -> None:
    """An audit by a view was judged by the words of the base."""
    place = written.view(folder)
    before = catalogue.load(place).digest
    written.area(folder / "grund", "alles", PARKING, TAX.model_copy(update={"object": ["hund"]}), version="1")
    after = catalogue.load(place).digest
    assert before != after
    assert after != catalogue.load(folder / "grund").digest


@pytest.mark.parametrize(
    ("take", "values", "told", "line"),
    [
        (VIEW, {"base": "fehlt"}, "„fehlt“, auf den sich dieser stützt, gibt es nicht", "base:"),
        (VIEW, {"base": "andere"}, "stützt sich selbst auf einen anderen", "base:"),
        (VIEW, {"base": None}, "nicht gesagt, aus welchem Katalog", "take:"),
        (VIEW, {"sets": SETS}, "kommen vom Katalog „base“", "sets:"),
        ({"amt": {"hund": "Hund"}}, {}, "„hund“ gibt es im Katalog „grund“ nicht", "hund:"),
        ({**VIEW, "zwei": {"handyparken": "x"}}, {}, "„handyparken“ wird zweimal übernommen", "handyparken: x"),
        ({"amt": {"hundesteuer": ""}}, {}, "„hundesteuer“ ist leer", "hundesteuer:"),
        ({}, {"areas": [{"id": "leer", "name": "Leer", "name_en": "x"}]}, "Die Datei gibt es nicht", None),
    ],
)
def test_a_wrong_view_names_file_line_and_remedy(
    folder: Path, take: dict[str, Any], values: dict[str, Any], told: str, line: str | None
) -> None:
    """An editor finds the slip without asking anybody."""
    written.view(folder, name="andere")
    place = written.view(folder, take, **values)
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(place)
    assert told in caught.value.message
    assert Path(str(caught.value.file)).parent == place
    if line is not None:
        lines = (place / "catalogue.yaml").read_text(encoding="utf-8").splitlines()
        assert line in lines[(caught.value.line or 0) - 1]


def test_an_own_criterion_may_not_take_the_id_of_another(folder: Path) -> None:
    """The same id must mean the same thing in every catalogue on a base."""
    place = written.view(folder, {"amt": {"hundesteuer": "Hund"}})
    file = written.area(place, "amt", PARKING)
    with pytest.raises(CatalogueError, match="gibt es schon im Katalog „grund“") as caught:
        catalogue.load(place)
    assert (caught.value.file, caught.value.line) == (file, 4)
    assert "take" in caught.value.remedy


def test_a_name_means_the_shipped_catalogue_and_a_path_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands in a folder of that name says so with a path."""
    written.base(folder, name="bitkom")
    monkeypatch.chdir(folder)
    assert catalogue.load("./bitkom").source == str(folder / "bitkom")
    assert catalogue.load("grund").source == str(folder / "grund")
    assert catalogue.load("grund", folder=folder).title == "Der Grund"
    with pytest.raises(CatalogueError, match="Den Katalog „nichts“ gibt es nicht") as caught:
        catalogue.load("nichts")
    assert "bitkom, buergerservice, haselhorst, losi" in caught.value.remedy


@pytest.mark.parametrize(("name", "areas"), [("bitkom", 5), ("losi", 6), ("buergerservice", 9)])
def test_the_shipped_views_are_whole(name: str, areas: int) -> None:
    """What they take is named anew, what they add is fully worked: examples, queries, advice, no slip."""
    rules = catalogue.load(name)
    own = {key: one for key, one in rules.criteria.items() if key not in rules.labels}
    assert (rules.base, rules.source, len(rules.areas)) == ("haselhorst", name, areas)
    assert own
    assert all(min(len(one.examples.yes), len(one.examples.no)) >= 3 for one in own.values())
    assert all("{town}" in query for one in own.values() for query in one.queries)
    assert all(4 <= len(set(one.under)) == len(one.under) <= 20 for one in own.values())
    alone = replace(rules, criteria=own)
    assert [str(failure) for failure in failures(alone)] == []
    assert slips(replace(alone, sets={})) == []
