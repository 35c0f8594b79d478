"""What people's words say of the classifier, counted by hand."""

from __future__ import annotations

import pytest

from audit.reviews.tally import CHOSEN, FAULTS, labels, report, samples
from db.models import Review
from db.terms import WHY, Band, Decision, Verdict, Why
from tests.audit.nouns import HOME
from tests.audit.reviews.said import TARGET, word

PAGES = [f"{HOME}{number}" for number in range(12)]


def test_a_label_is_the_last_word_on_a_content() -> None:
    """A page that says something new is another case; one that is put aside is none."""
    told = [
        word("reject"),
        word("confirm", minutes=1),
        word("reject", digest="b", minutes=2),
        word("confirm", PAGES[0]),
        word("ignore", PAGES[0], minutes=1),
    ]
    assert labels(told) == [told[1], told[2]]


def test_a_word_on_the_finding_in_all_is_one_on_its_best_page() -> None:
    """Only where it was said to show the thing; that nothing was found is no fault of a page."""
    shown = word("reject", whole=True)
    nothing = word("confirm", PAGES[0], whole=True, verdict=Verdict.ABSENT)
    nowhere = word("confirm", None, digest=None, whole=True, verdict=Verdict.ABSENT)
    assert labels([shown, nothing, nowhere]) == [shown]


def test_an_ignored_finding_does_not_hide_what_was_said_of_its_page() -> None:
    """To put a finding aside says nothing of the page."""
    said, aside = word("confirm"), word("ignore", minutes=1, whole=True)
    assert labels([said, aside]) == [said]


@pytest.mark.parametrize(
    ("one", "present", "weights"),
    [
        (word("confirm", points=1.5, band=Band.REVIEW), {}, [1.0]),
        (word("reject", points=1.5, band=Band.AUTOMATIC), {}, [CHOSEN]),
        (word("reject", points=1.5, band=Band.AUTOMATIC, drawn=True), {}, [1.0]),
        (word("reject", points=1.5, reason=Why.OUTDATED), {}, []),
        (word("reject", points=None), {}, []),
        (word("reject", points=1.5), {(1, TARGET): "b"}, []),
        (word("reject", points=1.5, drawn=True), {(1, TARGET): "a"}, [1.0]),
        (word("reject", points=1.5, drawn=True), {(2, TARGET): "b"}, [1.0]),
    ],
    ids=["asked", "unasked", "drawn", "page too old", "not read", "changed", "the same", "another town's page"],
)
def test_what_is_learned_from_and_how_much(
    one: Review, present: dict[tuple[int, str], str], weights: list[float]
) -> None:
    """Unasked words on sure pages are mostly complaints; what changed or was never read teaches nothing."""
    found = samples([one], present)
    assert [sample.weight for sample in found] == weights
    assert all(sample.right is (one.decision == Decision.CONFIRM) and sample.points == 1.5 for sample in found)


def test_every_reason_to_reject_tells_what_was_wrong() -> None:
    """A reason without a fault would break the report."""
    assert set(FAULTS) == set(WHY[Decision.REJECT])


def test_the_report_counts_by_criterion_pattern_and_band() -> None:
    """Three of four drawn automatic ones are right; of the patterns one was only rejected."""
    sure = {"band": Band.AUTOMATIC, "drawn": True, "rules": ["handyparken"]}
    told = [word("confirm", PAGES[place], **sure) for place in range(3)]
    told += [word("reject", PAGES[3], **{**sure, "rules": ["handyparken", "parken"]}, reason=Why.ONLY_PLANNED)]
    told += [word("reject", PAGES[4], **sure, reason=Why.OUTDATED), word("reject", PAGES[5], drawn=True)]
    told += [word("confirm", PAGES[6], band=Band.REVIEW, criterion="chatbot", rules=["chatbot"])]
    found = report(told)
    assert (found["n"], found["confirmed"], found["rejected"]) == (7, 4, 3)
    assert found["criteria"][0] == {
        "criterion": "handyparken",
        "confirmed": 3,
        "rejected": 3,
        "faults": {"reading": 1, "page": 1, "topic": 1},
    }
    assert [(row["rule"], row["confirmed"], row["rejected"], row["earns_nothing"]) for row in found["rules"]] == [
        ("handyparken", 3, 1, False),
        ("parken", 0, 1, True),
        ("chatbot", 1, 0, False),
    ]
    # Wilson's interval of 3 of 4 at 95 %: (0.75 + 0.480 ± 1.96 * sqrt(0.046875 + 0.060025)) / 1.9604
    assert found["drawn"]["automatic"] == {"n": 4, "right": 3, "share": 0.75, "interval": [0.301, 0.954]}
    assert found["drawn"]["discarded"]["right"] == found["drawn"]["discarded"]["n"] == 1


def test_a_report_on_nothing_says_so() -> None:
    """No share of no cases."""
    assert report([])["drawn"]["automatic"] == {"n": 0, "right": 0, "share": None, "interval": None}
