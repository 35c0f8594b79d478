"""The smallest changes with the largest gain come first."""

from __future__ import annotations

import pytest

from audit import proposals
from db.models import Finding
from db.terms import Verdict
from tests.audit.nouns import HOME, criterion, finding

CRITERIA = {key: criterion(id=key, name=key.title()) for key in ("a", "b", "c", "d", "e")}


def buried(key: str, *codes: str, page: str = "seite", by: str = "Thema") -> Finding:
    return finding(
        Verdict.BURIED,
        key,
        best_url=f"{HOME}{page}",
        path=[{"url": HOME, "text": "Start"}, {"url": f"{HOME}{page}", "text": by}],
        query="Ort parken",
        reasons=[{"code": code, "text": code} for code in codes],
    )


def test_one_change_that_helps_three_comes_before_one_that_helps_one() -> None:
    """A noindex on a page that shows three things is lifted first."""
    made = proposals.propose([buried("d", "wording", page="x"), *(buried(key, "noindex") for key in "abc")], CRITERIA)
    assert [(one.place, one.criteria) for one in made] == [(1, ["a", "b", "c"]), (2, ["d"])]
    assert (made[0].effect, made[0].effort, made[0].role) == ("groß", "klein", "Webbetreuung")
    assert made[0].where == f"{HOME}seite"
    assert "„A“, „B“ und „C“" in made[0].change


def test_less_effort_comes_first() -> None:
    """Naming a link is quicker than making a page."""
    made = proposals.propose(
        [buried("a", "news_only", page="x"), buried("b", "mute_link", page="y", by="hier")], CRITERIA
    )
    assert [one.criteria for one in made] == [["b"], ["a"]]
    assert made[0].where == HOME
    assert "„hier“ durch „B“" in made[0].change
    assert made[1].where == ""
    assert made[1].role == "Straßenverkehrsbehörde"


def test_what_the_town_has_and_nobody_sees_is_proposed() -> None:
    """An INVISIBLE measure wants a page; a MISSING one is a project and no change of the site."""
    invisible = finding(Verdict.ABSENT, "a", measures=[{"title": "A", "key": None, "address": None, "row": 3}])
    assert [one.criteria for one in proposals.propose([invisible, finding(Verdict.ABSENT, "b")], CRITERIA)] == [["a"]]


def test_nothing_is_proposed_for_what_is_found_or_not_ours() -> None:
    """FINDABLE needs no change, and a county's page is not the town's to mend."""
    county = buried("a", "noindex")
    county.counts = False
    assert proposals.propose([finding(Verdict.FINDABLE, "b"), county], CRITERIA) == []


@pytest.mark.parametrize("code", ["council_only", "archive_only", "third_party_only"])
def test_what_does_not_count_needs_a_page_and_no_link(code: str) -> None:
    """Nobody is told to link a council paper on the home page; each missing page is a change of its own."""
    made = proposals.propose(
        [buried(key, code, "outdated", "deep", "noindex", page="vorlage") for key in "abcde"], CRITERIA
    )
    assert [one.criteria for one in made] == [["a"], ["b"], ["c"], ["d"], ["e"]]
    assert all(one.change.startswith("Legen Sie eine") and one.where == "" for one in made)


def test_many_names_are_counted() -> None:
    """A sentence names two and counts the others."""
    (made,) = proposals.propose([buried(key, "orphan") for key in "abcde"], CRITERIA)
    assert "„A“, „B“ und 3 weitere" in made.change
