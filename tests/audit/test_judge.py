"""The four verdicts, and what decides between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest

from audit import coverage
from audit.classify.second import Opinion
from audit.judge import Judged, Seen, doubtful, judge
from db.models import Crawl, Page
from db.terms import Band, End, Maturity, PageType, Reading, Verdict, Zone
from tests.audit.nouns import HOME, NOW, crawl, criterion, finder, page, seen

TARGET = f"{HOME}parken"
OTHERS = [
    page(f"{HOME}{number}", title=f"Anderes {number}", main_text="Etwas ganz anderes steht hier.")
    for number in range(20)
]


def verdict_on(
    *shown: Seen,
    door: Page | None = None,
    crawls: list[Crawl] | None = None,
    shells: Sequence[Page] = (),
    papers: Sequence[Page] = (),
    **values: Any,
) -> Judged:
    home = door or page(HOME, (TARGET, "Handyparken"), title="Startseite", main_text="Willkommen")
    pages = [home, *OTHERS, *(one.page for one in shown if one.ours)]
    return judge(
        criterion(**values),
        list(shown),
        area="mobilitaet",
        finder=finder(pages),
        coverage=coverage.measure(crawls or [crawl()]),
        counts=True,
        today=NOW.date(),
        shells=shells,
        papers={one.url: one for one in papers},
    )


def codes(judged: Judged) -> list[str]:
    return [reason["code"] for reason in judged.finding.reasons]


def test_a_standing_page_near_the_front_door_is_findable() -> None:
    """One click, first in the search: nothing is in the way."""
    judged = verdict_on(seen(page(TARGET)))
    assert judged.finding.verdict == Verdict.FINDABLE
    assert (judged.finding.clicks, judged.finding.rank, judged.finding.query) == (1, 1, "Ort handyparken")
    assert judged.finding.path == [{"url": HOME, "text": "Startseite"}, {"url": TARGET, "text": "Handyparken"}]
    assert codes(judged) == []
    assert judged.evidence[0].quote == f"Zitat von {TARGET}"


@pytest.mark.parametrize(
    ("hidden", "code"),
    [
        (seen(page(TARGET, index=False)), "noindex"),
        (seen(page(f"{HOME}waise")), "orphan"),
        (seen(page(TARGET), page_type=PageType.NEWS), "news_only"),
    ],
)
def test_what_few_people_find_is_buried(hidden: Seen, code: str) -> None:
    """It is online, but the reason stands in the way."""
    judged = verdict_on(hidden)
    assert judged.finding.verdict == Verdict.BURIED
    assert code in codes(judged)


def test_a_page_that_knows_only_its_brand_is_buried() -> None:
    """Who types the plain word does not find a page that never says it."""
    brand = seen(page(TARGET, title="PARCO-Zone", main_text="PARCO in allen Zonen"))
    judged = verdict_on(brand, door=page(HOME, (TARGET, "PARCO"), title="Startseite", main_text="Willkommen"))
    assert judged.finding.verdict == Verdict.BURIED
    assert codes(judged) == ["brand_only"]


def test_a_link_that_says_hier_buries_what_search_engines_may_not_list() -> None:
    """With the mute link half of the people get through, and no search helps."""
    judged = verdict_on(seen(page(TARGET, index=False)), door=page(HOME, (TARGET, "hier"), title="Start"))
    assert judged.finding.verdict == Verdict.BURIED
    assert codes(judged) == ["noindex", "mute_link"]


def test_a_form_to_print_does_not_count_for_a_transaction() -> None:
    """Where something online is looked for, a PDF to print is BURIED, with the reason."""
    judged = verdict_on(seen(page(TARGET), maturity=Maturity.FORM, band=None), kind="transaction", enough="online")
    assert judged.finding.verdict == Verdict.BURIED
    assert codes(judged) == ["form_only"]
    assert judged.finding.maturity == Maturity.FORM


def test_a_council_paper_that_states_it_is_buried_and_a_motion_is_nothing() -> None:
    """A report to the council proves existence; a wish, a plan or a question does not."""
    paper = seen(page(TARGET), page_type=PageType.COUNCIL, band=None)
    motion = seen(page(TARGET), page_type=PageType.COUNCIL, band=None, reading=Reading.MOTION, weight=0.0)
    assert verdict_on(paper).finding.verdict == Verdict.BURIED
    assert codes(verdict_on(paper)) == ["council_only"]
    assert verdict_on(motion).finding.verdict == Verdict.ABSENT
    assert verdict_on(motion).finding.against[0]["reading"] == Reading.MOTION


@pytest.mark.parametrize("page_type", [PageType.JOB, PageType.TENDER, PageType.LEGAL, PageType.PARTY, PageType.VENDOR])
def test_pages_that_only_hint_prove_nothing(page_type: PageType) -> None:
    """Whatever a job advertisement says, the service is not shown by it."""
    assert verdict_on(seen(page(TARGET), page_type=page_type)).finding.verdict == Verdict.ABSENT


def test_an_archive_of_weak_pages_proves_nothing() -> None:
    """A thousand pages below the review band do not add up."""
    weak = [seen(page(f"{HOME}w{number}"), band=None, score=0.49, maturity=Maturity.INFO) for number in range(200)]
    judged = verdict_on(*weak)
    assert judged.finding.verdict == Verdict.ABSENT
    assert codes(judged) == ["info_only"]


def test_a_plan_is_absent_and_says_so() -> None:
    """What is only announced is not offered."""
    judged = verdict_on(seen(page(TARGET), maturity=Maturity.PLAN, band=None, reading=Reading.PLAN, weight=-0.5))
    assert judged.finding.verdict == Verdict.ABSENT
    assert judged.finding.maturity == Maturity.PLAN
    assert codes(judged) == ["plan_only"]


@pytest.mark.parametrize(
    "end", [End.REFUSED, End.UNREACHABLE, End.ROBOTS_UNREACHABLE, End.ROBOTS_DISALLOW, End.OPEN, End.FAULT]
)
def test_nothing_found_on_a_town_that_could_not_be_read_is_unknown(end: End) -> None:
    """We could not look is never: it is not there."""
    judged = verdict_on(crawls=[crawl(end=end, pages=0)])
    assert judged.finding.verdict == Verdict.UNKNOWN
    assert codes(judged) == ["not_read"]


def test_only_sites_where_it_would_stand_make_it_unknown() -> None:
    """A refused library hides what libraries offer, and nothing else."""
    crawls = [crawl(), crawl("library", host="buecherei.ort.example", end=End.REFUSED, pages=0)]
    assert verdict_on(crawls=crawls, roles=["library", "city"]).finding.verdict == Verdict.UNKNOWN
    assert verdict_on(crawls=crawls, roles=["city", "portal"]).finding.verdict == Verdict.ABSENT


def test_what_was_found_counts_although_not_all_was_read() -> None:
    """Unread sites cannot take away what was seen."""
    judged = verdict_on(seen(page(TARGET)), crawls=[crawl(pages=10, left_out=500, end=End.BUDGET_PAGES)])
    assert judged.finding.verdict == Verdict.FINDABLE


def test_an_unsure_page_is_marked_for_review() -> None:
    """The review band counts, and the reader is asked to look."""
    assert codes(verdict_on(seen(page(TARGET), band=Band.REVIEW, score=0.6))) == ["unsure"]


def test_a_second_reader_puts_a_page_before_others_for_review_and_no_further() -> None:
    """A yes confirms nothing: the page stays for review, and behind one that is sure; a no moves nothing."""

    def doubted(name: str, score: float, says: Literal["yes", "no", "unsure"]) -> Seen:
        shown = seen(page(f"{HOME}{name}"), band=Band.REVIEW, score=score)
        return replace(shown, opinion=Opinion(says, "", ""))

    others = [doubted("a", 0.9, "no"), doubted("b", 0.8, "unsure"), doubted("c", 0.75, "no")]
    agreed = verdict_on(*others, doubted("d", 0.7, "yes"))
    assert [item.url[-1] for item in agreed.evidence] == ["d", "a", "b"]
    assert "unsure" in codes(agreed)
    assert [item.url[-1] for item in verdict_on(*others).evidence] == ["a", "b", "c"]
    sure = seen(page(f"{HOME}sicher"), score=0.95)
    assert verdict_on(*others, doubted("d", 0.7, "yes"), sure).evidence[0].url == f"{HOME}sicher"


def test_a_second_reader_is_asked_only_where_no_page_is_sure() -> None:
    """About the best few pages for review that would count."""
    many = [seen(page(f"{HOME}{number}"), band=Band.REVIEW, score=0.5 + number / 100) for number in range(9)]
    vague = seen(page(f"{HOME}vage"), band=Band.REVIEW, score=0.9, maturity=Maturity.INFO)
    lost = seen(page(f"{HOME}weg"), band=None, score=0.9)
    assert [one.page.url for one in doubtful(criterion(), [*many, vague, lost])] == [
        f"{HOME}{n}" for n in (8, 7, 6, 5, 4, 3)
    ]
    assert doubtful(criterion(), [*many, seen(page(f"{HOME}sicher"), score=0.95)]) == []


def test_the_verdict_does_not_depend_on_the_order_of_pages() -> None:
    """Shuffled pages give the same page, rank and way."""
    shown = [seen(page(f"{HOME}a{number}"), score=0.9) for number in range(5)]
    there, back = verdict_on(*shown), verdict_on(*reversed(shown))
    assert (there.finding.best_url, there.finding.rank) == (back.finding.best_url, back.finding.rank)


def test_what_may_stand_on_an_unread_shell_is_unknown() -> None:
    """A page that only scripts make proves nothing, and keeps everything from being called absent."""
    shell = page(TARGET, error="needs_rendering", main_text="")
    judged = verdict_on(shells=[shell])
    assert judged.finding.verdict == Verdict.UNKNOWN
    assert codes(judged) == ["needs_rendering"]
    assert TARGET in judged.finding.reasons[0]["text"]
    assert verdict_on().finding.verdict == Verdict.ABSENT
    assert verdict_on(seen(page(f"{HOME}da")), shells=[shell]).finding.verdict == Verdict.BURIED


@pytest.mark.parametrize(
    ("score", "reading", "said"),
    [
        (0.3, Reading.STATEMENT, ["info_only"]),
        (0.1, Reading.STATEMENT, []),
        (0.001, Reading.NEGATION, ["info_only"]),
    ],
)
def test_a_page_that_shares_only_words_says_nothing_of_the_thing(
    score: float, reading: Reading, said: list[str]
) -> None:
    """A faint statement is no information; a denial speaks of the thing however low its score."""
    weak = seen(page(TARGET), band=None, score=score, maturity=Maturity.INFO, reading=reading)
    assert codes(verdict_on(weak)) == said


OLD = f"{HOME}archiv/2020/08/parken"


@pytest.mark.parametrize(
    ("old", "page_type", "told"),
    [
        (page(f"{HOME}news", date="2020-08-31"), PageType.NEWS, ["news_only", "outdated"]),
        (page(f"{HOME}news", date="2026-08-31"), PageType.NEWS, ["news_only"]),
        (page(f"{HOME}news"), PageType.NEWS, ["news_only"]),
        (page(TARGET, main_text="Handyparken\nStand: 2017"), PageType.SERVICE, ["outdated"]),
        (page(TARGET, date="2015-01-01"), PageType.SERVICE, []),
    ],
)
def test_an_old_proof_says_so(old: Page, page_type: PageType, told: list[str]) -> None:
    """A standing page is found still; what it was first published on is nobody's reproach."""
    home = page(HOME, (old.url, "Handyparken"), title="Start", main_text="Willkommen")
    judged = verdict_on(seen(old, page_type=page_type), door=home)
    assert codes(judged) == told
    assert judged.finding.verdict == (Verdict.BURIED if "news_only" in told else Verdict.FINDABLE)
    assert ("neuen Stand" in judged.finding.advice) is (told == ["outdated"])


def test_old_news_are_never_sure() -> None:
    """People are asked whether it still holds; fresh news keep their band."""
    for day, band in (("2020-08-31", Band.REVIEW), ("2026-08-31", Band.AUTOMATIC)):
        shown = seen(page(TARGET, date=day), page_type=PageType.NEWS)
        shown.reading.evidence[0].band = Band.AUTOMATIC
        assert [item.band for item in verdict_on(shown).evidence] == [band]


def test_a_fresh_page_is_shown_before_an_old_one_that_says_more() -> None:
    """The best proof is one that a reader need not doubt."""
    shown = [seen(page(TARGET, date="2019-01-01"), page_type=PageType.NEWS, score=0.99)]
    shown.append(seen(page(f"{HOME}neu", date="2026-01-01"), page_type=PageType.NEWS, score=0.93))
    assert "outdated" not in codes(verdict_on(*shown))


@pytest.mark.parametrize("page_type", [PageType.SERVICE, PageType.NEWS])
def test_what_stands_only_in_the_archive_is_buried(page_type: PageType) -> None:
    """It was shown once; a page outside of the archive makes it findable again."""
    home = page(HOME, (OLD, "Handyparken"), (TARGET, "Handyparken"), title="Start", main_text="Willkommen")
    judged = verdict_on(seen(page(OLD, date="2020-08-31"), page_type=page_type), door=home)
    assert judged.finding.verdict == Verdict.BURIED
    assert codes(judged)[0] == "archive_only"
    assert "aus dem Archiv" in judged.finding.advice
    both = verdict_on(seen(page(OLD), page_type=page_type), seen(page(TARGET), score=0.8), door=home)
    assert (both.finding.verdict, both.finding.best_url) == (Verdict.FINDABLE, TARGET)


def test_an_old_gazette_that_names_it_is_an_archive() -> None:
    """An issue of this year is a bylaw like any other, and proves nothing."""
    for day, verdict in (("2019-05-01", Verdict.BURIED), ("2026-05-01", Verdict.ABSENT)):
        issue = page(TARGET, title="Amtsblatt", date=day, content_type="application/pdf")
        judged = verdict_on(seen(issue, page_type=PageType.LEGAL, band=None))
        assert judged.finding.verdict == verdict
        assert (codes(judged)[:1] == ["archive_only"]) is (verdict == Verdict.BURIED)


def stranger(page_type: PageType = PageType.PRESS, **values: Any) -> Seen:
    """A page that is not the town's."""
    told = seen(page("http://www.anbieter.example/ort"), page_type=page_type, band=None, score=0.1, **values)
    return replace(told, ours=False)


@pytest.mark.parametrize("page_type", [PageType.PRESS, PageType.VENDOR, PageType.SERVICE])
def test_what_only_others_tell_is_buried(page_type: PageType) -> None:
    """Their page is named, its way and rank are theirs to care for, and the town is told to write of it."""
    judged = verdict_on(stranger(page_type))
    assert (judged.finding.verdict, judged.finding.maturity) == (Verdict.BURIED, Maturity.LIVE)
    assert codes(judged) == ["third_party_only"]
    assert (judged.finding.best_url, judged.finding.path) == ("http://www.anbieter.example/ort", [])
    assert "eigenen Seite" in judged.finding.advice


def test_others_prove_nothing_where_the_town_speaks_or_was_not_read() -> None:
    """A town's own page is shown before any stranger's; and who could not look cannot say that the town is silent."""
    own = verdict_on(stranger(), seen(page(TARGET)))
    assert (own.finding.verdict, own.finding.best_url) == (Verdict.FINDABLE, TARGET)
    assert verdict_on(stranger(), crawls=[crawl(end=End.REFUSED, pages=0)]).finding.verdict == Verdict.UNKNOWN


@pytest.mark.parametrize("hint", [stranger(PageType.PARTY), stranger(PageType.JOB), stranger(reading=Reading.PLAN)])
def test_what_strangers_want_or_expect_is_no_trace(hint: Seen) -> None:
    """A party's wish and an announcement prove nothing, wherever they stand."""
    assert verdict_on(hint).finding.verdict == Verdict.ABSENT


STRATEGY = {"name": "Parkkonzept", "kind": "strategy", "aspect": "strategy", "enough": "strategy"}


@pytest.mark.parametrize(("years", "told"), [("2018 bis 2023", ["expired"]), ("2024 bis 2030", [])])
def test_an_expired_strategy_is_found_and_told_to_be_expired(years: str, told: list[str]) -> None:
    """It is there; what follows it is asked for."""
    shown = seen(page(TARGET, title="Parkkonzept"), maturity=Maturity.STRATEGY)
    shown.reading.evidence[0].quote = f"Das Parkkonzept {years} wurde am 12. März 2018 vom Rat beschlossen."
    judged = verdict_on(shown, **STRATEGY)
    assert judged.finding.verdict == Verdict.FINDABLE
    assert codes(judged) == told
    assert ("Fortschreibung" in judged.finding.advice) is bool(told)
    assert judged.finding.document is not None
    assert judged.finding.document["valid_to"] == int(years[-4:])


def test_an_expired_strategy_that_is_worked_on_says_so() -> None:
    """Whoever is at it already is not told that nothing follows."""
    text = "Das Parkkonzept 2018 bis 2023 liegt vor.\nDas Parkkonzept wird derzeit überarbeitet."
    shown = seen(page(TARGET, title="Parkkonzept", main_text=text), maturity=Maturity.STRATEGY)
    shown.reading.evidence[0].quote, shown.reading.evidence[0].zone = "Parkkonzept", Zone.TITLE
    (reason,) = verdict_on(shown, **STRATEGY).finding.reasons
    assert reason == {
        "code": "expired",
        "text": "„Parkkonzept“ galt bis 2023. Die Seite sagt, dass daran gearbeitet wird.",
    }


def test_only_a_strategy_has_a_document() -> None:
    """The word "Konzept" on a page of a service makes no document of it."""
    shown = seen(page(TARGET, title="Parkkonzept"))
    shown.reading.evidence[0].quote = "Das Parkkonzept wurde 2018 beschlossen."
    assert verdict_on(shown).finding.document is None
