"""Which patterns the examples of a catalogue hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.catalogue import Criterion, Example, Examples
from audit.classify import Classifier
from audit.classify.mutation import Mutant, idle, mutants, strongest
from audit.cli.mutation import show, show_idle
from db.errors import CatalogueError, InputError
from tests.audit.classify.made import FIBRE, PARKING, TOWN, catalogue, page

PARKED = Example(title="Innenstadt", text="Ab sofort können Sie das Handyparken nutzen.")
UNPARKED = Example(title="Innenstadt", text="Das Handyparken wird nicht angeboten.", why="verneint")


def with_examples(criterion: Criterion, *yes: Example, no: tuple[Example, ...] = (), **values: object) -> Criterion:
    return criterion.model_copy(update={"examples": Examples(yes=list(yes), no=list(no)), **values})


def tried(criterion: Criterion) -> dict[tuple[str, str], Mutant]:
    rules = catalogue(criterion)
    return {(one.field, one.pattern): one for one in mutants(rules, Classifier(rules))}


def test_a_pattern_that_an_example_needs_is_held_and_the_strongest() -> None:
    """Without it the example is judged otherwise; one that no example has changes nothing."""
    found = tried(with_examples(PARKING, PARKED, no=(UNPARKED,)))
    assert found["product", "handyparken"].held_by == ("Innenstadt",)
    assert found["product", "parkschein * handy"] == Mutant(PARKING.id, "product", "parkschein * handy", 0.0, ())
    assert strongest(found.values()).pattern == "handyparken"


def test_another_spelling_of_the_same_words_hides_a_pattern() -> None:
    """What finds the same is no proof for either."""
    twice = with_examples(PARKING, PARKED, product={"handyparken": 2.4, "Handyparkens": 2.4, "HANDYPARKEN": 2.4})
    found = tried(twice)
    assert not found["product", "handyparken"].held_by
    assert not found["product", "HANDYPARKEN"].held_by


def test_what_all_of_a_kind_share_stays() -> None:
    """A criterion that repeats a shared action does not lose it."""
    (mutant,) = (
        one
        for (field, _), one in tried(with_examples(PARKING, PARKED, action=["können Sie"])).items()
        if field == "action"
    )
    assert mutant.carried == 0.0


def test_the_only_word_of_a_condition_is_tried_on_all_examples() -> None:
    """Without it there is no such condition, and a page that lacks the word would count."""
    bare = Example(title="Schule am Markt", text="Die Schule am Markt ist angeschlossen.", why="woran?")
    found = tried(with_examples(FIBRE, no=(bare,), context=[]))
    assert found["tech", "glasfaser*"].held_by == ("Schule am Markt",)


def test_an_example_that_is_read_wrongly_holds_nothing() -> None:
    """It would be judged otherwise than meant with any pattern less."""
    wrong = with_examples(PARKING, Example(title="Handyparken", text="Das Handyparken wird nicht angeboten."))
    assert not any(one.held_by for one in tried(wrong).values())


def test_a_pattern_is_idle_that_neither_examples_nor_pages_have() -> None:
    """Examples of other criteria count, too."""
    rules = catalogue(with_examples(PARKING, PARKED), FIBRE)
    pages = [(page("Die Schulen haben Glasfaser."), TOWN)]
    found = {pattern for _, field, pattern in idle(rules, Classifier(rules), pages) if field != "context"}
    assert found == {"parkschein * handy", "parkschein*"}


def test_the_answer_is_printed_and_says_so_where_the_strongest_is_loose(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, as for an example that is judged wrongly."""
    rules = catalogue(with_examples(PARKING, PARKED))
    assert show(rules, Classifier(rules), area="", as_json=False) == 0
    assert "am stärksten: handyparken (product), gehalten von „Innenstadt“" in capsys.readouterr().out
    bare = catalogue(PARKING)
    assert show(bare, Classifier(bare), area="", as_json=True) == 2
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["held"], row["patterns"], row["loose"]["object"]) == (0, 3, ["parkschein*"])


def test_a_list_that_is_none_of_pages_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is printed of the lines before."""
    file = tmp_path / "seiten.jsonl"
    file.write_text('{"url": "https://a.example/", "town": "A", "text": "Hafen"}\n{"url": "x"}\n', encoding="utf-8")
    rules = catalogue(PARKING)
    with pytest.raises(InputError, match="Zeile 2"):
        show_idle(rules, Classifier(rules), file=file, as_json=False)
    assert capsys.readouterr().out == ""


def test_an_area_that_the_catalogue_does_not_have_is_refused() -> None:
    """The message names those it has."""
    rules = catalogue(PARKING)
    with pytest.raises(CatalogueError, match="Bereiche: alles"):
        show(rules, Classifier(rules), area="kochen", as_json=False)
