"""The four verdicts, and what decides between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from audit import coverage
from audit.findability import Finder
from audit.judge import Judged, Seen, judge
from db.models import Crawl, Page
from db.terms import Band, End, Maturity, PageType, Reading, Verdict
from tests.audit.nouns import HOME, crawl, criterion, page, seen

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
    **values: Any,
) -> Judged:
    home = door or page(HOME, (TARGET, "Handyparken"), title="Startseite", main_text="Willkommen")
    pages = [home, *OTHERS, *(one.page for one in shown)]
    return judge(
        criterion(**values),
        list(shown),
        area="mobilitaet",
        finder=Finder(pages, town="Ort", doors=[HOME]),
        coverage=coverage.measure(crawls or [crawl()]),
        counts=True,
        shells=shells,
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
        (seen(page(TARGET, index=False)), "closed"),
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
    assert codes(judged) == ["wording"]


def test_a_link_that_says_hier_buries_what_search_engines_may_not_list() -> None:
    """With the mute link half of the people get through, and no search helps."""
    judged = verdict_on(seen(page(TARGET, index=False)), door=page(HOME, (TARGET, "hier"), title="Start"))
    assert judged.finding.verdict == Verdict.BURIED
    assert codes(judged) == ["closed", "mute_link"]


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
