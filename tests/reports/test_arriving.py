"""How many of a hundred arrive, where the others get lost and what each step brings, as a reader of the gap report meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from audit import reasons
from audit.cli.texts import summary
from db.terms import FINDABLE_FROM
from reports.words import MENDERS, NOT_COUNTED
from tests.reports.test_gap_report import finding, text, tree


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.004, "kommt niemand an."), (0.01, "kommt 1 an."), (0.256, "kommen 26 an."), (1.0, "kommen 100 an.")],
)
def test_a_finding_tells_how_many_of_a_hundred_arrive(doc: dict[str, Any], chance: float, words: str) -> None:
    """Numbers of people are understood at once; both ways stand beside."""
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-2")
    entry["chance"] = chance
    told = text(finding(doc, "strategie-2").css_first(".arrivals"))
    assert told.startswith(f"Von 100, die suchen, {words}")
    assert re.search(r"Suchmaschine ?50 von 100 ?Website ?2 von 100", told)
    assert finding(doc, "strategie-3").css_first(".arrivals") is None


def test_where_most_lose_the_way_is_told_once(doc: dict[str, Any]) -> None:
    """Only where fewer than half arrive by links, and not beside a reason that says the same."""
    lost = "am häufigsten hier verloren: www.musterhafen.example (bei 93 von 100 Versuchen). Weiter führt dort der Link „Rathaus“, einer von 23."
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-2")
    assert lost in text(finding(doc, "strategie-2"))
    assert "verloren" not in text(finding(doc, "strategie-1"))
    entry["reasons"][0]["code"] = "link_wording"
    assert "verloren" not in text(finding(doc, "strategie-2"))


def test_a_reason_names_who_can_mend_it_and_what_does_not_count(doc: dict[str, Any]) -> None:
    """A reader knows whom to ask, and why a thing that many find is no success."""
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-2")
    assert "entfernt. Das kann ändern: Online-Redaktion." in text(finding(doc, "strategie-2"))
    assert "zählt aber nicht" not in text(finding(doc, "strategie-2"))
    entry["reasons"] = [{"code": "form_only", "text": "Siehe http://www.musterhafen.example/a/."}]
    words = text(finding(doc, "strategie-2"))
    assert "Was sie finden, zählt aber nicht." in words
    assert "Siehe www.musterhafen.example/a" in words
    assert "Das kann ändern" not in words


def test_reports_know_all_causes_and_limits_of_the_judge() -> None:
    """Reports may not look into the audit, so their words must follow it."""
    assert MENDERS.keys() == reasons.WHO.keys()
    assert reasons.LIMITS.keys() == NOT_COUNTED


def test_a_step_says_what_it_brings_and_in_which_words(doc: dict[str, Any]) -> None:
    """What is to be copied stands apart, whole; what concerns many pages is counted."""
    steps = tree(doc).css(".step")
    told = [text(step) for step in steps]
    assert "Damit wird 1 Angebot gut auffindbar: Ansprechpartner für Digitales: 10 →" in told[0]
    assert "98 von 100" in told[0]
    copied = [[text(code) for code in step.css(".copy")] for step in steps]
    assert copied[0] == ["Bewohnerparkausweis online", "http://www.musterhafen.example/parken/"]
    assert "Alter Linktext„hier“" in told[1]
    assert copied[2] == []
    assert "Ebenso auf 2 weiteren Seiten." in told[2]
    assert copied[3][1:4] == ["Wärmeplanung", "Der Plan gilt.", "Er ist online."]
    assert "Damit kommen mehr an:" in told[4]
    doc["proposals"][1]["found"] = 1
    part = text(tree(doc).css(".step")[1])
    assert "Damit kommen mehr an, und es wird 1 Angebot gut auffindbar:" in part
    assert "und 1 weiteres" in told[4]
    assert steps[5].css_first("details") is None
    assert "Hilft bei:" in told[5]


def test_method_tells_the_model_and_its_threshold(doc: dict[str, Any]) -> None:
    """A number of people is no count of visitors."""
    part = text(tree(doc).css_first(".method"))
    assert "50 beginnen mit einer Suchmaschine, 50 auf der Website" in part
    assert f"Ab {round(100 * FINDABLE_FROM)} von 100 heißt ein Angebot gut auffindbar" in part
    assert "keine Zählung von Besuchern" in part


def test_the_terminal_tells_what_each_step_brings_on_its_line(doc: dict[str, Any]) -> None:
    """One line for each step, with the criterion that gains most."""
    lines = summary(doc).splitlines()
    first = lines.index("Zuerst:") + 1
    assert lines[first].endswith("auf der Startseite. (Ansprechpartner für Digitales: 10 → 98 von 100)")
    assert lines[first + 1].endswith("(Bürgerhaushalt online: 10 → 98 von 100; 1 weitere)")
    assert len(lines) == first + 5
