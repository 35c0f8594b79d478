"""What is asked first, and what is drawn by chance."""

from __future__ import annotations

from typing import Any

from audit import reviews
from audit.reviews.effect import OUTDATED
from audit.reviews.holding import Said
from audit.reviews.queue import DRAWN, EVERY, Doubt, Look, following, is_drawn, queue
from db.models import Evidence, Finding
from db.terms import Band, Decision, Maturity, PageType, Reading, Signal, Verdict, Zone
from tests.audit.nouns import HOME, NOW, finding
from tests.audit.reviews.said import TARGET, word

MANY = [f"{HOME}{number}" for number in range(400)]


def proof(
    url: str, *, key: str = "handyparken", band: str = Band.REVIEW, score: float = 0.6, **values: Any
) -> Evidence:
    given = {
        "signal": Signal.PRODUCT,
        "zone": Zone.MAIN,
        "reading": Reading.STATEMENT,
        "weight": 1.0,
        "rule": "handyparken",
    }
    kinds = {"page_type": PageType.SERVICE, "maturity": Maturity.LIVE, "quote": f"Zitat von {url}"}
    return Evidence(criterion=key, url=url, band=band, score=score, **{**given, **kinds, **values})


def ask(findings: list[Finding], evidence: list[Evidence], said: dict[str, Said] | None = None) -> list[Look]:
    return queue(findings, evidence, said=said or {}, audit=1)


def test_what_a_verdict_hangs_on_comes_first() -> None:
    """What counts before what does not, what hangs before what is sure anyway, a cell before none, few pages before many."""
    findings = [
        finding(Verdict.FINDABLE, "sure"),
        finding(Verdict.FINDABLE, "county", counts=False),
        finding(Verdict.BURIED, "buried"),
        finding(Verdict.FINDABLE, "two"),
        finding(Verdict.FINDABLE, "one"),
    ]
    evidence = [proof(f"{HOME}{one.criterion}", key=one.criterion) for one in findings]
    evidence += [proof(f"{HOME}b", key="two", score=0.55), proof(f"{HOME}c", key="sure", band=Band.AUTOMATIC)]
    asked = [one for one in ask(findings, evidence) if not one.drawn]
    assert [one.criterion for one in asked] == ["one", "two", "two", "buried", "sure", "county"]
    assert [one.score for one in asked if one.criterion == "two"] == [0.55, 0.6]
    assert [one.hangs for one in asked] == [True, True, True, True, False, True]


def test_a_page_that_is_answered_is_not_asked_again() -> None:
    """Neither one with a word of its own, nor the best page of a finding with a word in all, nor any of one put aside."""
    evidence = [proof(TARGET), proof(f"{HOME}b")]
    for one in (word("confirm"), word("confirm", whole=True)):
        said = reviews.said([one], {TARGET: "a"})
        assert [look.url for look in ask([finding(Verdict.FINDABLE)], evidence, said)] == [f"{HOME}b"]
    aside = reviews.said([word("ignore", whole=True)], {})
    assert ask([finding(Verdict.FINDABLE)], evidence, aside) == []


def test_what_changed_after_a_word_comes_before_all() -> None:
    """Also where the page says nothing of the thing any more, and where only the best page is another."""
    evidence = [proof(f"{HOME}b"), proof(f"{HOME}c", score=0.51)]
    said = reviews.said([word("reject")], {TARGET: "new"})
    first = ask([finding(Verdict.FINDABLE)], evidence, said)[0]
    assert (first.url, first.outdated, first.quote) == (TARGET, True, "")
    moved = finding(Verdict.FINDABLE, best_url=f"{HOME}b", reasons=[{"code": OUTDATED, "text": ""}])
    assert ask([moved], evidence)[0].url == f"{HOME}b"
    whole = reviews.said([word("confirm", f"{HOME}b", whole=True)], {f"{HOME}b": "a"})
    assert ask([moved], evidence, whole)[0].outdated


def test_every_fifth_is_drawn_from_what_was_sure_or_discarded() -> None:
    """The share is a fifth of them, the same for whoever asks, and never a page that is asked about anyway."""
    bands = [Band.REVIEW, Band.AUTOMATIC, ""]
    evidence = [proof(url, band=bands[place % 3]) for place, url in enumerate(MANY)]
    looks = ask([finding(Verdict.FINDABLE)], evidence)
    drawn = [one for one in looks if one.drawn]
    assert [place for place, one in enumerate(looks, 1) if one.drawn][:6] == [EVERY * number for number in range(1, 7)]
    assert {one.band for one in drawn} == {Band.AUTOMATIC, ""}
    pool = len([one for one in evidence if one.band != Band.REVIEW])
    assert abs(len(drawn) / pool - DRAWN) < 0.06
    assert looks == ask([finding(Verdict.FINDABLE)], evidence[::-1])
    assert [is_drawn(1, "a", url, band="") for url in MANY] != [is_drawn(2, "a", url, band="") for url in MANY]
    assert len(looks) == len(drawn) + len(evidence) - pool


def test_a_drawn_page_leaves_the_queue_and_no_other_takes_its_place() -> None:
    """Otherwise what is drawn would depend on who has looked before."""
    evidence = [proof(url, band=Band.AUTOMATIC) for url in MANY]
    before = ask([finding(Verdict.FINDABLE)], evidence)
    words = [word("confirm", before[0].url, made=NOW)]
    assert ask([finding(Verdict.FINDABLE)], evidence, reviews.said(words, {before[0].url: "a"})) == before[1:]
    changed = ask([finding(Verdict.FINDABLE)], evidence, reviews.said(words, {before[0].url: "b"}))
    assert [one.url for one in changed] == [one.url for one in before]


def test_after_an_answer_comes_what_stood_behind_it() -> None:
    """What was passed over stays behind; at the end of the list its beginning comes again, and what was answered never."""
    evidence = [proof(f"{HOME}{number}", score=number / 10) for number in range(1, 5)]
    before = ask([finding(Verdict.FINDABLE)], evidence)
    urls = [one.url for one in before]
    after = [before[3], before[0], before[2]]

    def on(url: str | None, left: list[Look]) -> str | None:
        found = following(before, left, criterion="handyparken", url=url)
        return found.url if found else None

    assert on(urls[1], after) == urls[2]
    assert on(urls[3], before) == urls[0]
    assert on(None, after) == urls[3]
    assert on("elsewhere", after) == urls[3]
    assert on(urls[1], [before[1]]) is None


def test_each_page_says_why_it_is_to_be_looked_at() -> None:
    """What has changed before what was drawn, what hangs before what only leans."""
    (alone,) = ask([finding(Verdict.FINDABLE)], [proof(HOME)])
    assert alone.doubt == Doubt.HANGS
    assert {one.doubt for one in ask([finding(Verdict.FINDABLE)], [proof(HOME), proof(f"{HOME}b")])} == {
        Doubt.HANGS_ON_SOME
    }
    sure = [proof(url, band=Band.AUTOMATIC) for url in MANY]
    assert {one.doubt for one in ask([finding(Verdict.FINDABLE)], [*sure, proof(HOME)])} == {
        Doubt.DRAWN_SURE,
        Doubt.LEANING,
    }
    assert {one.doubt for one in ask([finding(Verdict.ABSENT)], [proof(url, band="") for url in MANY])} == {
        Doubt.DRAWN_OUT
    }
    changed = {"handyparken": Said(outdated=[word(Decision.REJECT, HOME)])}
    assert ask([finding(Verdict.FINDABLE)], [proof(HOME)], changed)[0].doubt == Doubt.OUTDATED
