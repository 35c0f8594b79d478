"""The examples of the catalogue are its tests."""

from __future__ import annotations

from itertools import groupby

import pytest

from audit import catalogue as catalogues
from audit.catalogue import Catalogue, Example, Examples
from audit.classify import Classifier
from audit.classify.examples import failures
from audit.classify.mutation import mutants, strongest
from tests.audit.classify.made import PARKING, catalogue


@pytest.fixture(scope="module")
def shipped() -> tuple[Catalogue, Classifier]:
    """The catalogue that is shipped, compiled once."""
    rules = catalogues.load()
    return rules, Classifier(rules)


def test_every_example_of_the_catalogue_reads_as_its_author_meant(shipped: tuple[Catalogue, Classifier]) -> None:
    """What should count counts, what should not does not."""
    assert [str(failure) for failure in failures(*shipped)] == []


def test_the_strongest_pattern_of_every_criterion_is_held_by_an_example(shipped: tuple[Catalogue, Classifier]) -> None:
    """Whoever takes it out, or spoils it, sees an example fail."""
    rests = [strongest(group) for _, group in groupby(mutants(*shipped), key=lambda one: one.criterion)]
    assert len(rests) == len(shipped[0].criteria)
    assert [(one.criterion, one.pattern) for one in rests if not one.held_by] == []


def test_every_criterion_has_three_examples_of_each_kind(shipped: tuple[Catalogue, Classifier]) -> None:
    """Each says it in other words."""
    for criterion in shipped[0].criteria.values():
        for examples in (criterion.examples.yes, criterion.examples.no):
            assert len({one.text for one in examples}) == len(examples) >= 3, criterion.id


def test_a_wrong_example_is_reported_with_the_patterns_that_matched() -> None:
    """An editor sees which way it went wrong and why."""
    examples = Examples(
        yes=[Example(text="Wir haben einen schönen Hafen.")],
        no=[Example(title="Handyparken", text="Ab sofort können Sie das Handyparken nutzen.", why="zum Test")],
    )
    failed = failures(catalogue(PARKING.model_copy(update={"examples": examples})))
    assert [failure.expected for failure in failed] == [True, False]
    assert "kein Muster trifft" in str(failed[0])
    assert "handyparken" in str(failed[1])


def test_an_example_with_an_address_is_read_as_that_page() -> None:
    """A newspaper's page is not taken for the town's own."""
    text = "Die Stadt Anderswo hat Handyparken. Sie können es nutzen."
    press = Examples(no=[Example(title="Handyparken", text=text, url="https://www.zeitung.example/x", why="Presse")])
    assert failures(catalogue(PARKING.model_copy(update={"examples": press}))) == []
