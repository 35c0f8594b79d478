"""Guards how it is told that a part of a site brings nothing new, and that it does again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.branches import MOST_BRANCHES, TRIED, WINDOW, Branches, is_far, is_filtered, is_walk, keys
from db.models import Page

HOST = "http://www.musterhafen.example"
FETCHED = datetime(2026, 11, 25, tzinfo=UTC)


def page(path: str, text: str, *, status: int = 200, error: str | None = None) -> Page:
    return Page(url=f"{HOST}{path}", fetched=FETCHED, status=status, error=error, title="Stadt", main_text=text)


def read(branches: Branches, path: str, texts: list[str]) -> bool:
    """Read pages of a branch, one for each text; tell whether one of them lifted a fence."""
    lifted = [branches.note(page(path.format(number), text)) for number, text in enumerate(texts)]
    return any(lifted)


def story(number: int) -> str:
    """A text whose words no other number has."""
    return " ".join(f"{'abcdefghij'[int(digit)] * 5}{place}" for place, digit in enumerate(f"{number:010}"))


SAME = ["Der Wochenmarkt findet jeden Freitag auf dem Alten Markt statt."] * WINDOW


def test_what_repeats_itself_is_barren_and_what_goes_on_telling_is_not() -> None:
    """The same text again and again brings nothing; other dates and numbers in it are the same text."""
    branches = Branches()
    read(branches, "/archiv/{}", SAME)
    read(
        branches,
        "/kalender?monat=2026-{}",
        [f"{number}. Termin: Sprechstunde am {number}.5." for number in range(WINDOW)],
    )
    read(branches, "/presse/{}", [story(number) for number in range(WINDOW)])
    barren = {path: branches.of(f"{HOST}{path}") for path in ("/archiv/neu-1", "/kalender?monat=2031-01", "/presse/1")}
    assert {path: branch and branch.is_barren for path, branch in barren.items()} == {
        "/archiv/neu-1": True,
        "/kalender?monat=2031-01": True,
        "/presse/1": False,
    }


def test_a_few_pages_prove_nothing() -> None:
    """Until enough of a branch was read nobody speaks for it."""
    branches = Branches()
    read(branches, "/archiv/{}", SAME[1:])
    assert branches.of(f"{HOST}/archiv/x") is None


def test_new_text_lifts_the_fence() -> None:
    """One new page may be chance, three of the latest are not."""
    branches = Branches()
    read(branches, "/archiv/{}", SAME)
    assert not read(branches, "/archiv/{}", [story(1), story(2)])
    assert read(branches, "/archiv/{}", [story(3)])
    branch = branches.of(f"{HOST}/archiv/x")
    assert branch is not None
    assert not branch.is_barren


def test_the_nearest_branch_speaks() -> None:
    """A calendar that repeats itself says nothing about the articles of the same script."""
    branches = Branches()
    read(branches, "/index.php?id={}", [story(number) for number in range(WINDOW)])
    read(branches, "/index.php?id=7&monat={}", [story(1)] * TRIED)
    article, month = (branches.of(f"{HOST}/index.php?{query}") for query in ("id=99", "id=7&monat=5"))
    assert article is not None
    assert month is not None
    assert (article.is_barren, month.is_barren) == (False, True)


def test_what_is_gone_brings_nothing_and_a_failure_says_nothing() -> None:
    """A branch of 404s is put behind; one whose server was down for a while is not."""
    branches = Branches()
    for number in range(WINDOW):
        branches.note(page(f"/alt/{number}", "", status=404))
        branches.note(page(f"/kaputt/{number}", "", status=503))
        branches.note(page(f"/zu/{number}", "", status=0, error="robots"))
    gone = branches.of(f"{HOST}/alt/x")
    assert gone is not None
    assert gone.is_barren
    assert branches.of(f"{HOST}/kaputt/x") is None
    assert branches.of(f"{HOST}/zu/x") is None


def test_memory_is_bounded() -> None:
    """A site that invents folders and lines for ever costs no more than a large one."""
    branches = Branches()
    letters = str.maketrans("0123456789", "abcdefghij")
    for number in range(MOST_BRANCHES + 100):
        branches.note(
            page(
                f"/{number}/".translate(letters) + "x",
                "\n".join(f"{number}-{line}".translate(letters) for line in range(30)),
            )
        )
    assert len(branches._branches) == MOST_BRANCHES
    assert len(branches._lines) + len(branches._older) < 110_000


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/", ("/",)),
        ("/amt/pass", ("/amt/",)),
        ("/presse/2024/05/fest", ("/presse/#/#/",)),
        ("/kalender/2031/07/", ("/kalender/#/#", "/kalender/#/")),
        ("/vo020.asp?VOLFDNR=17", ("/vo#.asp?VOLFDNR", "/vo#.asp?")),
        ("/a/b/c/d/e/f/g", ("/a/b/c/d/",)),
    ],
)
def test_a_branch_is_what_addresses_of_one_kind_share(path: str, names: tuple[str, ...]) -> None:
    """Folder, path without numbers, names of the query; the deepest folders share one."""
    assert keys(f"{HOST}{path}") == names


def test_walks_filters_and_far_days_are_told_by_the_address() -> None:
    """Days, pages of a list and orders of it are walks; content numbers and the year in a headline are none."""
    walks = [
        "/k?monat=5",
        "/k?tx_cal%5Bmonth%5D=3",
        "/2031/07/",
        "/k/2031/07/09",
        "/news/page/3",
        "/l?sort=name",
        "/si?__cjahr=2020",
    ]
    others = ["/vo020.asp?VOLFDNR=5", "/index.php?id=3", "/2024/05/fest", "/haushalt-2031", "/seite/3.html"]
    assert [is_walk(f"{HOST}{path}") for path in walks] == [True] * len(walks)
    assert [is_walk(f"{HOST}{path}") for path in others] == [False] * len(others)
    assert [is_filtered(f"{HOST}/l?{query}") for query in ("a=1&b=2&c=3", "a=1&a=2", "f%5B0%5D=x", "a=1&b=2")] == [
        True,
        True,
        True,
        False,
    ]
    far = ["/k?monat=2029-01", "/k/2031/07/", "/k?jahr=1900", "/k?datum=20310501", "/si?__cjahr=2040"]
    near = ["/k?monat=2028-01", "/k/1999/07/", "/haushalt-2031", "/l?offset=2900"]
    assert [is_far(f"{HOST}{path}", year=2026) for path in far] == [True] * 5
    assert [is_far(f"{HOST}{path}", year=2026) for path in near] == [False] * 4
