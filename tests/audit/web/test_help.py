"""Help for everybody, also before signing in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields

import pytest
from sqlalchemy import Engine

from audit.web.help_pages import PAGES
from audit.web.settings import OPERATOR, Operator, surroundings
from db.errors import InputError
from db.terms import PersonRole
from reports import words
from tests.audit.web.conftest import Clock, serving
from tests.audit.web.visitor import Visitor

NAMED = Operator("Stadt Musterhafen", "hilfe@musterhafen.example", "0123 456", "Schlichtungsstelle <b>", "1. Mai 2026")


def test_anybody_reads_the_help(desk: str) -> None:
    """Each page is reached from the first, the statement from every page of the desk."""
    visitor = Visitor(desk)
    first = visitor.open("/hilfe").text
    for path in PAGES:
        assert visitor.open(path).status == 200
        assert f'href="{path}"' in first
    assert 'href="/hilfe/barrierefreiheit"' in visitor.open("/anmelden").text
    assert 'href="/hilfe/barrierefreiheit"' in visitor.open("/nirgends").text


def test_the_words_of_the_reports_are_explained(alone: Visitor) -> None:
    """All verdicts and all gaps, in the words that the reports use."""
    text = alone.open("/hilfe/begriffe").text
    for name in [*words.VERDICTS.values(), *words.GAPS.values(), "Chance", "Abdeckung"]:
        assert name in text


def test_blanks_are_shown_and_named_to_who_can_fill_them(alone: Visitor, enter: Callable[..., Visitor]) -> None:
    """Others see the blank, but not how it is filled."""
    text = alone.open("/hilfe/barrierefreiheit").text
    assert "[Name der öffentlichen Stelle]" in text
    assert all(variable in text for variable in OPERATOR.values())
    assert "FUNDSTELLE_" not in enter(PersonRole.EDITOR).open("/hilfe/barrierefreiheit").text


def test_the_operator_is_named(engine: Engine, clock: Clock) -> None:
    """As the environment says, and as text."""
    with serving(engine, clock, sign_in=False, operator=NAMED) as address:
        visitor = Visitor(address)
        statement, contact = visitor.open("/hilfe/barrierefreiheit").text, visitor.open("/hilfe/kontakt").text
    assert "[" not in re.sub(r"<[^>]+>", "", statement)
    assert "FUNDSTELLE_" not in statement
    assert "Schlichtungsstelle &lt;b&gt;" in statement
    assert "hilfe@musterhafen.example" in contact


def test_the_environment_says_who_runs_the_desk() -> None:
    """Every blank has a variable; a wrong mail server is said at the start."""
    assert set(OPERATOR) == {field.name for field in fields(Operator)}
    around = surroundings({"FUNDSTELLE_OPERATOR": " Stadt Musterhafen "})
    assert around == {"accounts": None, "post": None, "operator": Operator(name="Stadt Musterhafen"), "origins": ()}
    with pytest.raises(InputError):
        surroundings({"SMTP_URL": "mail.musterhafen.example"})
