"""The catalogue at the desk: read, searched, and a change proposed as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import yaml
from sqlalchemy import Engine

from audit import catalogue
from audit.classify import amendment
from audit.classify.amendment import Proposer
from audit.web.amendments import EXAMPLES, given, typed
from audit.web.catalogues import rules
from db.models import Audit, Evidence, Finding
from db.session import opened
from db.terms import PersonRole
from tests.audit.classify import made
from tests.audit.web.visitor import Answer, Visitor

PARKING = "/katalog/haselhorst/handyparken"


def found(engine: Engine) -> None:
    """Let Musterhafen's audit have found parking by phone."""
    with opened(engine) as session:
        number = session.query(Audit).one().id
        url = "http://www.musterhafen.example/parken"
        told = {
            "signal": "product",
            "zone": "main",
            "reading": "statement",
            "rule": "handyparken",
            "page_type": "service",
        }
        session.add(
            Finding(
                audit_id=number, criterion="handyparken", area="mobilitaet", aspect="implementation", verdict="FINDABLE"
            )
        )
        session.add(
            Evidence(
                audit_id=number, criterion="handyparken", quote="Handyparken <b>geht</b>", weight=2.4, url=url, **told
            )
        )
        session.add(
            Evidence(audit_id=number, criterion="handyparken", quote="gibt es nicht", weight=-1, url=url, **told)
        )


def proposed(visitor: Visitor, **values: str) -> Answer:
    one = rules("haselhorst").criteria["handyparken"]
    if not visitor.token:
        visitor.open(f"{PARKING}/aendern")
    return visitor.send(f"{PARKING}/aendern", **{**typed(one), **dict.fromkeys(EXAMPLES, ""), "reason": "", **values})


def test_every_catalogue_can_be_read(quiet: tuple[Visitor, Engine]) -> None:
    """Also a view, with its own names and a way to where its criteria are kept."""
    text = quiet[0].open("/katalog").text
    for name in catalogue.names():
        assert f'href="/katalog/{name}"' in text
    assert quiet[0].open("/katalog/losi").status == 200
    key = next(iter(rules("bitkom").labels))
    assert f'href="/katalog/haselhorst/{key}/aendern"' in quiet[0].open(f"/katalog/bitkom/{key}").text
    for answer in (quiet[0].open(f"/katalog/bitkom/{key}/aendern"), quiet[0].send(f"/katalog/bitkom/{key}/aendern")):
        assert answer.there == f"/katalog/haselhorst/{key}/aendern"


@pytest.mark.parametrize(
    ("query", "is_shown", "is_hidden"),
    [
        ("suche=handy+PARK", "handyparken", "hundesteuer"),
        ("suche=hundesteuer&bereich=verwaltung", "hundesteuer", "handyparken"),
        ("bereich=mobilitaet", "handyparken", "hundesteuer"),
        ("bereich=nirgends", "Dazu gibt es kein Kriterium", "handyparken"),
        ("suche=%3Cscript%3E", "Dazu gibt es kein Kriterium", "<script>"),
    ],
)
def test_criteria_are_searched_by_their_words(
    quiet: tuple[Visitor, Engine], query: str, is_shown: str, is_hidden: str
) -> None:
    """All words must be there; the address keeps what was looked for."""
    text = quiet[0].open(f"/katalog/haselhorst?{query}").text
    assert is_shown in text
    assert is_hidden not in text


@pytest.mark.parametrize(
    "path",
    [
        "/katalog/nirgends",
        "/katalog/..",
        "/katalog/%2e%2e%2fhaselhorst",
        "/katalog/haselhorst/nirgends",
        f"{PARKING}x/aendern",
    ],
)
def test_only_what_comes_with_the_program_is_a_catalogue(quiet: tuple[Visitor, Engine], path: str) -> None:
    """No name leads to another folder."""
    assert quiet[0].open(path).status == 404


def test_a_criterion_shows_what_was_found_of_it(at_hafen: Visitor, hafen: Engine) -> None:
    """In each town the verdict, quotes that speak for it, and the way to the finding; the quote is only text."""
    found(hafen)
    text = at_hafen.open(PARKING).text
    assert 'href="/pruefungen/1/befunde/handyparken"' in text
    assert "Gut auffindbar" in text
    assert "Handyparken &lt;b&gt;geht&lt;/b&gt;" in text
    assert "gibt es nicht" not in text
    assert at_hafen.open(f"{PARKING}?seite=99999999999").status == 200


def test_a_criterion_is_read_in_english_too(quiet: tuple[Visitor, Engine]) -> None:
    """As far as the catalogue is translated."""
    visitor = Visitor(quiet[0].address, {"fundstelle-sprache": "en"})
    assert "Parking by mobile phone" in visitor.open(PARKING).text


def test_a_proposal_is_a_file_and_changes_nothing(enter: Callable[..., Visitor]) -> None:
    """With who, when and why; the file holds the criterion as the catalogue wants it."""
    before = rules("haselhorst")
    example = {
        "yes_title": "Parken",
        "yes_text": "Ab sofort können Sie Handyparken nutzen und den Parkschein per App online bezahlen.",
    }
    answer = proposed(
        enter(PersonRole.EDITOR), question="Kann ich per App parken?", reason="klarer\r\n- id: x", **example
    )
    assert answer.status == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="handyparken.yaml"'
    assert "# Von: Editor, 01.12.2026" in answer.text
    assert "\n- id: x" not in answer.text
    (written,) = yaml.safe_load(answer.text)
    new = catalogue.Criterion.model_validate(written)
    assert new.question == "Kann ich per App parken?"
    assert new.examples.yes[:-1] == before.criteria["handyparken"].examples.yes
    assert new.examples.yes[-1].title == "Parken"
    assert catalogue.load().digest == before.digest


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Sie haben nichts geändert."),
        ({"question": " "}, "„Frage“ ist leer."),
        ({"queries": ""}, "„Suchfragen“ ist leer."),
        ({"product": "Handyparken"}, "Hier fehlt das Gewicht"),
        ({"product": "Handyparken: 9"}, "ist zu groß"),
        ({"product": "Handyparken: nan"}, 'class="fault"'),
        ({"product": "a: 1\na: 2"}, "steht zweimal"),
        ({"object": "*"}, 'class="fault"'),
        ({"object": "und"}, "So würde der Katalog nicht mehr stimmen"),
        ({"no_text": "Handyparken: Parkschein per App online bezahlen, ab sofort."}, "soll nicht zählen, zählt aber"),
        ({"yes_text": "Der Bürgermeister begrüßt Gäste."}, "soll zählen, zählt aber nicht"),
        ({"advice": "x" * 4000}, "Das ist zu lang."),
        ({"object": "x" * 400}, "Eine Zeile ist zu lang."),
    ],
)
def test_what_would_break_the_catalogue_is_no_file(
    quiet: tuple[Visitor, Engine], values: dict[str, str], words: str
) -> None:
    """The error says why, and what was typed stays."""
    answer = proposed(quiet[0], reason="weil es so ist", **values)
    assert answer.status == 400
    assert words in answer.text
    assert "weil es so ist" in answer.text


def test_a_reader_is_not_asked_for_proposals(enter: Callable[..., Visitor]) -> None:
    """The button is not there, and the door is closed."""
    visitor = enter(PersonRole.READER)
    assert "Änderung vorschlagen" not in visitor.open(PARKING).text
    assert proposed(visitor).status == 403


def test_a_form_that_comes_back_as_it_was_changes_no_criterion() -> None:
    """Of all criteria: nothing of a catalogue is lost on its way through the form."""
    for one in rules("haselhorst").criteria.values():
        values, fault = given(typed(one))
        assert not fault
        assert amendment.amended(one, values, yes={}, no={}) == one


def test_the_file_can_be_read_again() -> None:
    """Whatever stands in the patterns."""
    small = made.catalogue()
    new = small.criteria["handyparken"].model_copy(update={"object": ["=App", "- x", "#y", "ja: nein", "* Z"]})
    text = amendment.written(small, new, by=Proposer("", date(2026, 12, 1), "a\u2028- id: b"))
    (written,) = yaml.safe_load(text)
    assert catalogue.Criterion.model_validate(written) == new
