"""A part of the report says what belongs to those it is for, and counts nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from db.errors import InputError
from reports import csvs, gap_report, views
from reports.offers import AUDIENCES
from tests.reports import changed


def test_departments_share_the_report_out(doc: dict[str, Any]) -> None:
    """Each finding stands in the part of one department, and the counts of all parts are those of the whole."""
    for number, entry in enumerate(doc["findings"]):
        entry["department"] = ["Amt für Verkehr", "Hauptamt", "Hauptamt und Kasse"][number % 3]
    parts = [views.for_department(doc, name) for name in views.departments(doc)]
    told = [entry["criterion"] for part in parts for entry in part["findings"]]
    assert Counter(told) == Counter(entry["criterion"] for entry in doc["findings"])
    for name in ("found", "of", "unchecked"):
        assert sum(part["score"][name] for part in parts) == doc["score"][name]
    assert sum((Counter(part["counts"]) for part in parts), Counter()) == Counter(doc["counts"])
    assert sum((Counter(part["gap_counts"]) for part in parts), Counter()) == Counter(doc["gap_counts"])
    assert sum(part["measures"] for part in parts) == doc["measures"]
    assert all(0 < len(part["areas"]) <= len(doc["areas"]) for part in parts)


def test_a_department_is_found_by_part_of_its_name(doc: dict[str, Any]) -> None:
    """If it is that of one alone; the whole name always is enough."""
    for number, entry in enumerate(doc["findings"]):
        entry["department"] = ["Amt für Verkehr", "Hauptamt", "Hauptamt und Kasse"][number % 3]
    assert views.for_department(doc, "verkehr")["view"] == "Amt für Verkehr"
    assert views.for_department(doc, "hauptamt")["view"] == "Hauptamt"
    with pytest.raises(InputError, match="passt auf mehrere Stellen: Hauptamt, Hauptamt und Kasse"):
        views.for_department(doc, "haupt")
    with pytest.raises(InputError, match="„Zoo“ gibt es nicht"):
        views.for_department(doc, "Zoo")


def test_parts_can_be_narrowed_again_and_say_so(doc: dict[str, Any]) -> None:
    """An area for an audience; the page names both, and other areas are gone from its matrix."""
    area = doc["areas"][1]
    for number, entry in enumerate(doc["findings"]):
        entry["audience"] = ["guests"] if number % 2 else ["citizens", "business"]
    part = views.for_audience(views.for_area(doc, area["id"]), "guests")
    assert part["view"] == f"{area['name']}, {AUDIENCES['guests']}"
    assert part["findings"]
    assert {(entry["area"], *entry["audience"]) for entry in part["findings"]} == {(area["id"], "guests")}
    page = gap_report.html(part)
    assert f"<strong>{area['name'].replace('&', '&amp;')}, Gäste</strong>" in page
    assert f'id="k-{doc["findings"][0]["criterion"]}"' in gap_report.html(doc)
    assert f'id="k-{doc["findings"][0]["criterion"]}"' not in page
    assert "view" not in doc
    assert csvs.files(part, "teil")


def test_only_what_the_town_lists(doc: dict[str, Any]) -> None:
    """Findings with a measure, and measures that belong to no criterion."""
    part = views.listed(doc)
    assert part["findings"] == [entry for entry in doc["findings"] if entry["measures"]]
    assert part["measures"] == doc["measures"]
    assert sum(part["gap_counts"].values()) > 0


def test_proposals_that_help_others_are_left_out(doc: dict[str, Any]) -> None:
    """A step stays if it helps anything of the part."""
    kept = doc["proposals"][0]["criteria"][0]
    part = views.narrowed(doc, label="eines", keep=lambda entry: entry["criterion"] == kept)
    expected = [proposal for proposal in doc["proposals"] if kept in proposal["criteria"]]
    assert part["proposals"] == expected
    assert len(expected) < len(doc["proposals"])


def test_a_part_without_anything_is_refused(doc: dict[str, Any]) -> None:
    """An empty report would look like a good one."""
    for entry in doc["findings"]:
        entry["measures"] = []
    with pytest.raises(InputError, match="nichts, was dazu gehört"):
        views.listed(doc)
    with pytest.raises(InputError, match="Einen Bereich „kochen“ gibt es nicht"):
        views.for_area(doc, "kochen")


def test_a_part_that_does_not_count_is_no_failed_reading(doc: dict[str, Any]) -> None:
    """Nobody is told that too little was read where the county is responsible."""
    first = doc["findings"][0]
    first["counts"] = False
    part = views.narrowed(doc, label="eines", keep=lambda entry: entry is first)
    page = gap_report.html(part)
    assert "Hier zählt nichts im Ergebnis." in page
    assert "zu wenig lesen" not in page


def since(verdicts: dict[str, str], **values: Any) -> dict[str, Any]:
    """What ``audit.run.comparing.since`` returns."""
    return changed.document() | {"verdicts": verdicts, **values}


def test_only_what_has_another_verdict_than_before(doc: dict[str, Any]) -> None:
    """Each with what it was, where the change comes from and what explains it; a criterion that is new has not changed."""
    old = {entry["criterion"]: entry["verdict"] for entry in doc["findings"][1:] if entry["criterion"]}
    row = changed.change("strategie-2", "ABSENT", "BURIED", kind="new", cause="site", code="page_came")
    part = views.changed(doc, since(old | {"strategie-2": "ABSENT"}, changes=[row]))
    (one,) = part["findings"]
    assert part["view"] == "Änderungen seit 1. März 2026"
    assert (one["criterion"], one["verdict"]) == ("strategie-2", "BURIED")
    assert {key: one["before"][key] for key in ("audit", "verdict", "cause", "turn")} == {
        "audit": 3,
        "verdict": "ABSENT",
        "cause": "site",
        "turn": "Neu zu finden. Die Website hat sich geändert.",
    }
    assert one["before"]["facts"][0]["text"] == "Die Seite gibt es seitdem neu."
    assert "before" not in doc["findings"][1]
    assert part["score"]["of"] == 1
    page = gap_report.html(part)
    assert "Der Katalog hat eine andere Fassung" in page
    assert "Vorher" in csvs.files(part, "teil")["teil-befunde.csv"].decode()
    assert "Vorher" not in csvs.files(doc, "ganz")["ganz-befunde.csv"].decode().splitlines()[0]


def test_where_audits_cannot_be_compared_there_is_no_cause(doc: dict[str, Any]) -> None:
    """The stored verdicts still differ, and the page says why nobody knows the reason."""
    told = since({"strategie-2": "ABSENT"}, changes=[], comparable=False, reason={"code": "pages_gone", "audit": 3})
    part = views.changed(doc, told)
    assert (part["findings"][0]["before"]["cause"], part["findings"][0]["before"]["turn"]) == (None, "")
    assert "Die gelesenen Seiten der Prüfung 3 sind nicht mehr gespeichert." in gap_report.html(part)


def test_nothing_changed_is_refused(doc: dict[str, Any]) -> None:
    """An empty report would look like a good one."""
    with pytest.raises(InputError, match=r"Änderungen seit 1\. März 2026"):
        views.changed(
            doc, since({entry["criterion"]: entry["verdict"] for entry in doc["findings"] if entry["criterion"]})
        )
