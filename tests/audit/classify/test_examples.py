"""The examples of the catalogue are its tests."""

from __future__ import annotations

from audit import catalogue as catalogues
from audit.catalogue import Example, Examples
from audit.classify.examples import failures
from tests.audit.classify.made import PARKING, catalogue


def test_every_example_of_the_catalogue_reads_as_its_author_meant() -> None:
    """What should count counts, what should not does not."""
    assert [str(failure) for failure in failures(catalogues.load())] == []


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
