"""Of a strategy only what a sentence of its page says: title, adoption, validity, state, each with its quote."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.classify.strategies import document
from db.models import Evidence, Link, Page
from db.terms import PageType, Reading, Signal, Zone
from tests.audit.classify.made import HOME, NOW, page

TODAY = date(2026, 11, 25)
NAME = "Digitalstrategie"


def says(where: Page, quote: str, zone: Zone = Zone.MAIN, *, reading: Reading = Reading.STATEMENT) -> Evidence:
    return Evidence(
        criterion="digitalstrategie",
        quote=quote,
        signal=Signal.PRODUCT,
        zone=zone,
        reading=reading,
        weight=2.0,
        rule=NAME,
        url=where.url,
        page_type=PageType.SERVICE,
    )


def told(text: str, *, title: str = NAME, papers: tuple[Page, ...] = (), **values: Any) -> dict[str, Any]:
    """What a page under that title is told to say."""
    where = page(text, title=title, **values)
    found = document(where, [says(where, title, Zone.TITLE)], papers={one.url: one for one in papers}, today=TODAY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "iso", "words"),
    [
        ("Die Digitalstrategie wurde am 12. März 2024 beschlossen.", "2024-03-12", "am 12. März 2024"),
        ("Die Digitalstrategie wurde am 12.03.2024 verabschiedet.", "2024-03-12", "am 12.03.2024"),
        ("Im März 2024 wurde die Digitalstrategie angenommen.", "2024-03", "im März 2024"),
        ("Die Digitalstrategie wurde im 2. Quartal 2024 beschlossen.", "2024-04", "im 2. Quartal 2024"),
        ("Die Digitalstrategie wurde im Sommer 2023 gebilligt.", "2023", "im Sommer 2023"),
        ("Die Digitalstrategie wurde Ende 2023 gebilligt.", "2023", "Ende 2023"),
        ("Die Digitalstrategie wurde 2021 beschlossen.", "2021", "2021"),
        ("Beschlossene Digitalstrategie (Beschluss 87/2023)", "2023", "2023"),
    ],
)
def test_the_day_of_adoption_is_read_in_all_forms(text: str, iso: str, words: str) -> None:
    """As precise as the page has it, and worded as there."""
    found = told(text)
    assert (found["adopted"], found["state"]) == (iso, "adopted")
    assert found["line"] == f"„Digitalstrategie“, beschlossen {words}"
    assert found["quotes"][0] == {"fact": "adopted", "text": text, "url": found["url"]}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("vom Rat", "Rat"),
        ("vom Stadtrat", "Stadtrat"),
        ("mit den Stimmen des Gemeinderates", "Gemeinderat"),
        ("von der Bürgerschaft", "Bürgerschaft"),
        ("vom Schulausschuss", "Schulausschuss"),
        ("nach langem Rat der Fachleute", None),
        ("einstimmig", None),
    ],
)
def test_who_adopted_it_is_a_body_of_the_sentence(body: str, name: str | None) -> None:
    """Its name stands in the line without an ending."""
    assert told(f"Die Digitalstrategie wurde am 12. März 2024 {body} beschlossen.")["by"] == name


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Die Digitalstrategie 2024 bis 2030 liegt vor.", (2024, 2030)),
        ("Die Digitalstrategie 2024–2029 liegt vor.", (2024, 2029)),
        ("Die Digitalstrategie bis 2030 liegt vor.", (None, 2030)),
        ("Die Digitalstrategie gilt bis Ende 2031.", (None, 2031)),
        ("Die Digitalstrategie hat eine Laufzeit von 2025 bis 2028.", (2025, 2028)),
        ("Mit der Digitalstrategie sollen die Emissionen bis 2035 sinken.", (None, None)),
        ("Es gilt, bis 2030 alle Ziele der Digitalstrategie zu erreichen.", (None, None)),
        ("Die Digitalstrategie nennt 31 Maßnahmen bis 2027.", (None, None)),
    ],
)
def test_a_period_is_what_the_page_calls_one(text: str, period: tuple[int | None, int | None]) -> None:
    """An aim for a year is not how long the paper holds."""
    found = told(text)
    assert (found["valid_from"], found["valid_to"]) == period


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Die Digitalstrategie 2018 bis 2023 wurde 2018 beschlossen.", "expired"),
        ("Die Digitalstrategie gilt bis 2026.", None),
        ("Der Entwurf der Digitalstrategie liegt vor.", "draft"),
        ("Die Digitalstrategie soll am 3. Mai 2026 beschlossen werden.", "draft"),
        ("Der Rat hat am 3. Mai 2026 den Entwurf der Digitalstrategie gebilligt.", "draft"),
        ("Die Digitalstrategie wurde am 3. Mai 2021 nicht beschlossen.", None),
        ("Die Digitalstrategie wird am 3. Mai 2027 beschlossen.", None),
        ("Die Digitalstrategie wurde 2019 beschlossen.\nDie Digitalstrategie wird derzeit überarbeitet.", "revising"),
        ("Die Digitalstrategie liegt vor.\nDer Rat hat am 3. Mai 2024 den Bebauungsplan beschlossen.", None),
        ("Die Digitalstrategie liegt vor.\nAm 3. Mai 2024 hat der Rat den Bau der Halle beschlossen.", None),
        ("Die Digitalstrategie liegt vor.\nSie wurde am 3. Mai 2024 vom Rat beschlossen.", "adopted"),
    ],
)
def test_the_state_is_that_of_this_very_paper(text: str, state: str | None) -> None:
    """What was decided of other things, is only planned or lies ahead is not its adoption."""
    assert told(text)["state"] == state


def test_a_paper_and_the_one_before_it_are_not_mixed_up() -> None:
    """Only the latest period and adoption hold; an earlier one would call the new paper expired."""
    text = "Die Digitalstrategie 2018 bis 2023 wurde 2018 beschlossen.\nDie Digitalstrategie 2024 bis 2030 wurde am 12. März 2024 beschlossen."
    found = told(text, title="Digitalstrategie 2018 bis 2023")
    assert found["line"] == "„Digitalstrategie“, beschlossen am 12. März 2024, gilt 2024 bis 2030"
    assert found["state"] == "adopted"


def test_a_year_at_the_end_of_a_name_is_a_horizon_or_the_year_it_was_made() -> None:
    """Which of both, the adoption tells; without one a year ahead can only be the horizon."""
    ahead = told("Die Digitalstrategie wurde am 12. März 2024 beschlossen.", title="Digitalstrategie Musterhafen 2030")
    assert ahead["line"] == "„Digitalstrategie Musterhafen 2030“, beschlossen am 12. März 2024, gilt bis 2030"
    made = told("Die Digitalstrategie liegt vor.", title="Digitalstrategie 2021")
    assert (made["date"], made["valid_to"], made["line"]) == ("2021", None, "„Digitalstrategie 2021“, Stand 2021")
    assert told("Die Digitalstrategie liegt seit März 2020 vor.")["line"] == "„Digitalstrategie“, Stand März 2020"


def test_the_linked_document_says_what_the_page_leaves_out() -> None:
    """Its short lines mean itself; a document of another name is left alone."""
    own = Page(url=f"{HOME}/ds.pdf", fetched=NOW, title="Digitalstrategie 2024 bis 2030", document={"pages": 40})
    own.main_text = "Beschlossen vom Rat am 12. März 2024"
    other = Page(url=f"{HOME}/plan.pdf", fetched=NOW, title="Klimakonzept", main_text="Beschlossen 2019")
    links = [Link(other.url, "Klimakonzept (PDF)", "main"), Link(own.url, "Zum Herunterladen (PDF)", "main")]
    found = told("Hier finden Sie unsere Digitalstrategie.", papers=(own, other), links=links)
    assert found["line"] == "„Digitalstrategie 2024 bis 2030“, beschlossen am 12. März 2024 (Rat), gilt 2024 bis 2030"
    assert {quote["url"] for quote in found["quotes"]} == {own.url}


def test_only_the_part_under_its_heading_speaks_of_it() -> None:
    """A page of several concepts does not mix them up."""
    where = page(
        "Klimakonzept\nEs wurde 2019 beschlossen.\nDigitalstrategie\nSie gilt bis 2031.\nRadkonzept\nEs wurde 2020 beschlossen.",
        title="Konzepte",
        headings=[{"level": 2, "text": text} for text in ("Klimakonzept", "Digitalstrategie", "Radkonzept")],
    )
    found = document(where, [says(where, NAME, Zone.HEADING)], papers={}, today=TODAY)
    assert found is not None
    assert found["line"] == "„Digitalstrategie“, gilt bis 2031"


@pytest.mark.parametrize(
    "one", [says(page(path="/andere"), NAME), says(page(), NAME, reading=Reading.MOTION), says(page(), "Stabsstelle")]
)
def test_without_a_paper_that_is_stated_there_is_none(one: Evidence) -> None:
    """A motion, another page and an office are no document."""
    assert document(page(), [one], papers={}, today=TODAY) is None
