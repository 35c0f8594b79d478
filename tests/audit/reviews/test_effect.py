"""What follows from a person's word: for one page, for the criterion in all, and when it no longer holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import coverage, gaps, proposals, reviews
from audit.catalogue import Criterion
from audit.judge import Judged, Seen
from audit.judge import judge as judge_criterion
from audit.reviews.effect import CONFIRMED, OUTDATED, REJECTED, WAITING
from db.models import Review
from db.terms import WHY, Band, Decision, Maturity, PageType, Verdict
from tests.audit.nouns import HOME, NOW, crawl, criterion, finder, page, seen
from tests.audit.reviews.said import TARGET, word

OTHER = f"{HOME}parken/app"
OTHERS = [
    page(f"{HOME}{number}", title=f"Anderes {number}", main_text="Etwas ganz anderes steht hier.")
    for number in range(20)
]


def verdict_on(shown: Sequence[Seen], *words: Review, digest: str = "a", asked: Criterion | None = None) -> Judged:
    """Judge pages whose content has this digest, with what people said."""
    home = page(
        HOME, (TARGET, "Handyparken"), (OTHER, "Handyparken per App"), title="Startseite", main_text="Willkommen"
    )
    pages = [home, *OTHERS, *(one.page for one in shown)]
    wanted = asked or criterion()
    decide = partial(
        judge_criterion,
        wanted,
        area="mobilitaet",
        finder=finder(pages),
        coverage=coverage.measure([crawl()]),
        counts=True,
        today=NOW.date(),
    )
    contents = {one.page.url: digest for one in shown}
    said = reviews.said(reviews.in_force(words, now=NOW + timedelta(days=1)), contents)
    return reviews.judge(wanted, shown, said=said.get(wanted.id, reviews.Said()), decide=decide)


def codes(judged: Judged) -> list[str]:
    return [reason["code"] for reason in judged.finding.reasons]


def shape(judged: Judged) -> dict[str, Any]:
    """All that a finding says."""
    return {
        name: getattr(judged.finding, name) for name in ("verdict", "maturity", "score", "best_url", "rank", "reasons")
    }


def sure(url: str = TARGET, **values: Any) -> Seen:
    return seen(page(url), **values)


def doubtful(url: str = TARGET) -> Seen:
    return seen(page(url), band=Band.REVIEW, score=0.6)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(list(Band)), st.floats(0.5, 1.0), st.sampled_from(list(PageType)), st.sampled_from(list(Maturity))
)
def test_without_a_word_nothing_changes(band: Band, score: float, page_type: PageType, maturity: Maturity) -> None:
    """Words on other criteria and other pages are no words on this one."""
    shown = [sure(band=band, score=score, page_type=page_type, maturity=maturity)]
    elsewhere = [
        word("reject", criterion="chatbot"),
        word("reject", OTHER),
        word("ignore", None, criterion="x", whole=True),
    ]
    assert shape(verdict_on(shown, *elsewhere)) == shape(verdict_on(shown))


def test_a_rejected_page_proves_nothing_and_its_neighbour_still_does() -> None:
    """The word is on one page; the other takes its place, and the reason is told with its day and not with a name."""
    judged = verdict_on([sure(), sure(OTHER)], word("reject", person="Amt 61"))
    assert (judged.finding.verdict, judged.finding.best_url) == (Verdict.FINDABLE, OTHER)
    assert {item.url for item in judged.evidence} == {OTHER}
    (reason,) = judged.finding.reasons
    assert reason["code"] == REJECTED
    assert "25.11.2026: die Seite meint etwas anderes" in reason["text"]
    assert "Amt 61" not in reason["text"]
    alone = verdict_on([sure()], word("reject"))
    assert (alone.finding.verdict, alone.finding.best_url) == (Verdict.ABSENT, None)


def test_changed_content_frees_a_page_and_asks_for_a_new_look() -> None:
    """The word was on what stood there then."""
    judged = verdict_on([sure()], word("reject"), digest="b")
    assert judged.finding.verdict == Verdict.FINDABLE
    assert codes(judged) == [OUTDATED]
    assert TARGET in judged.finding.reasons[0]["text"]
    again = verdict_on([sure()], word("reject"), word("reject", digest="b", minutes=1), digest="b")
    assert codes(again) == [REJECTED]


def test_a_word_on_a_page_that_is_gone_is_silent() -> None:
    """There is nothing to look at anew."""
    assert codes(verdict_on([sure(OTHER)], word("reject"))) == []


def test_a_confirmed_page_is_no_longer_unsure() -> None:
    """Whether it is FINDABLE or BURIED stays with how it is found."""
    assert codes(verdict_on([doubtful()])) == ["unsure"]
    judged = verdict_on([doubtful()], word("confirm"))
    assert (judged.finding.verdict, codes(judged)) == (Verdict.FINDABLE, [CONFIRMED])
    assert judged.finding.reasons[0]["text"] == "Von einer Person bestätigt am 25.11.2026."
    likelier = seen(page(OTHER), band=Band.REVIEW, score=0.9)
    assert codes(verdict_on([doubtful(), likelier], word("confirm"))) == [CONFIRMED]
    hidden = seen(page(f"{HOME}waise"), band=Band.REVIEW, score=0.6)
    buried = verdict_on([hidden], word("confirm", f"{HOME}waise"))
    assert buried.finding.verdict == Verdict.BURIED
    assert CONFIRMED in codes(buried)


@pytest.mark.parametrize(
    ("enough", "read", "shown"),
    [
        ("live", Maturity.NONE, "live"),
        ("live", Maturity.PLAN, "live"),
        ("info", Maturity.NONE, "info"),
        ("info", Maturity.ONLINE, "online"),
    ],
)
def test_a_confirmed_page_is_as_far_as_counts_and_never_further(enough: str, read: Maturity, shown: str) -> None:
    """What was discarded becomes just enough; what was read as more stays so."""
    judged = verdict_on([sure(band=None, score=0.1, maturity=read)], word("confirm"), asked=criterion(enough=enough))
    assert (judged.finding.verdict, judged.finding.maturity) == (Verdict.FINDABLE, shown)


def test_a_page_of_a_kind_that_proves_nothing_stays_so() -> None:
    """No researcher takes a job advertisement, and the person is told."""
    judged = verdict_on([sure(page_type=PageType.JOB)], word("confirm"))
    assert judged.finding.verdict == Verdict.ABSENT
    assert "zählt trotzdem nicht" in judged.finding.reasons[-1]["text"]


def test_the_last_word_counts() -> None:
    """Of two people the later one; undoing hers brings back the earlier word."""
    first, second = word("reject", person="A"), word("confirm", minutes=5, person="B")
    assert codes(verdict_on([sure()], second, first)) == [CONFIRMED]
    second.withdrawn = NOW
    assert codes(verdict_on([sure()], second, first)) == [REJECTED]


def test_an_expired_word_is_none() -> None:
    """On the last day it holds, afterwards the earlier one does."""
    earlier, ended = word("confirm"), word("ignore", minutes=1, expires=NOW + timedelta(days=1))
    assert codes(verdict_on([sure()], earlier, ended)) == [CONFIRMED]
    ended.expires = NOW + timedelta(days=1, seconds=1)
    judged = verdict_on([sure()], earlier, ended)
    assert (judged.finding.verdict, codes(judged)) == (Verdict.ABSENT, [WAITING])


def test_a_rejected_finding_is_rejected_with_all_its_pages() -> None:
    """Whoever rejects the finding in all need not reject each page."""
    for then in (Verdict.FINDABLE, Verdict.BURIED):  # how well it is found is not what the person spoke of
        judged = verdict_on([sure(), doubtful(OTHER)], word("reject", whole=True, verdict=then))
        assert (judged.finding.verdict, codes(judged)) == (Verdict.ABSENT, [REJECTED])


@pytest.mark.parametrize(
    ("words", "digest", "code"),
    [
        ([word("reject", whole=True)], "b", OUTDATED),
        ([word("reject", OTHER, whole=True)], "a", OUTDATED),
        ([word("reject", whole=True), word("confirm", minutes=1)], "a", CONFIRMED),
        ([word("confirm", None, digest=None, whole=True, verdict=Verdict.ABSENT)], "a", OUTDATED),
        ([word("confirm", whole=True, verdict=Verdict.ABSENT)], "a", OUTDATED),
        ([word("reject", whole=True), word("confirm", whole=True, minutes=1)], "a", CONFIRMED),
        ([word("reject", whole=True), word("confirm", whole=True, digest="b", minutes=1)], "b", CONFIRMED),
        ([word("reject", whole=True), word("confirm", digest="b", minutes=1)], "b", CONFIRMED),
    ],
    ids=[
        "its page says something else",
        "it was on another best page",
        "the page was confirmed later",
        "nothing was there",
        "the page showed nothing then",
        "the last word counts",
        "somebody looked anew at all",
        "somebody looked anew at the page",
    ],
)
def test_a_word_on_the_finding_in_all_holds_while_it_is_the_same(words: list[Review], digest: str, code: str) -> None:
    """Another best page or other content is another finding; a page that somebody names later goes before."""
    judged = verdict_on([sure()], *words, digest=digest)
    assert (judged.finding.verdict, codes(judged)) == (Verdict.FINDABLE, [code])


def test_a_confirmed_finding_is_sure_and_a_confirmed_absence_says_so() -> None:
    """The word on all is a word on its best page; where there is none the verdict stands with it."""
    assert codes(verdict_on([doubtful()], word("confirm", whole=True))) == [CONFIRMED]
    nothing = word("confirm", None, digest=None, whole=True, verdict=Verdict.ABSENT)
    judged = verdict_on([], nothing)
    assert (judged.finding.verdict, codes(judged)) == (Verdict.ABSENT, [CONFIRMED])


def test_what_is_put_aside_keeps_its_verdict_and_asks_for_nothing() -> None:
    """A researcher ignores nothing, so the score stays; gap and proposals wait until the day."""
    shown = [seen(page(TARGET, index=False))]
    aside = word("ignore", TARGET, digest="other", whole=True, expires=NOW + timedelta(days=40))
    for words, expected in (([], 1), ([aside], 0)):
        judged = verdict_on(shown, *words)
        assert judged.finding.verdict == Verdict.BURIED
        assert len(gaps.compare([judged.finding], [])) == expected
        known = finder([page(HOME, (TARGET, "Handyparken")), shown[0].page])
        assert len(proposals.propose([judged.finding], {"handyparken": criterion()}, finder=known)) == expected
    assert judged.finding.reasons[-1]["text"] == "Zurückgestellt bis zum 03.01.2027: wird gerade bearbeitet."


def test_every_reason_goes_with_one_decision_and_has_its_words() -> None:
    """A word that no decision knows could not be given."""
    given = [why for known in WHY.values() for why in known]
    assert len(given) == len(set(given)) == 12
    assert set(WHY) == set(Decision)
