"""People choose links by what they promise."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.findability.browsing import BLIND, CLICKS, TRIES, Browsed, tried
from db.models import Link, Page
from tests.audit.nouns import HOME, criterion, finder, page

TARGET = f"{HOME}ziel"
RIVALS = ["Heiraten", "Müllabfuhr", "Feuerwehr", "Friedhof", "Wochenmarkt", "Stadtarchiv", "Musikschule"]


def rivals(number: int = len(RIVALS)) -> list[Page]:
    return [page(f"{HOME}r{place}", title=text, main_text=text) for place, text in enumerate(RIVALS[:number])]


def home(*links: tuple[str, str], others: Sequence[Page] = ()) -> Page:
    return page(HOME, *links, *((one.url, one.title) for one in others), title="Start", main_text="Willkommen")


def browsed(*pages: Page) -> Browsed:
    found = finder(pages).find([TARGET], criterion())
    assert found is not None
    return found.browsed


def target(title: str = "Handyparken") -> Page:
    return page(TARGET, title=title)


def test_one_link_among_rivals_by_hand() -> None:
    """Naming the thing draws 1 + BLIND against BLIND for each of seven others, in each of three tries."""
    others = rivals()
    found = browsed(home((TARGET, "Handyparken"), others=others), *others, target())
    arrived = (1 + BLIND) / (1 + 8 * BLIND)
    assert found.flow == pytest.approx([arrived] * CLICKS, abs=1e-9)
    assert found.chance == pytest.approx(1 - (1 - arrived) ** TRIES, abs=1e-9)


def test_a_mute_link_draws_as_little_as_half_of_any() -> None:
    """„hier“ names nothing and is overlooked by every other person: by hand 0.5 of 7.5."""
    others = rivals()
    found = browsed(home((TARGET, "hier"), others=others), *others, target())
    assert found.flow[0] == pytest.approx(0.5 / 7.5, abs=1e-9)
    assert found.chance == pytest.approx(tried(0.5 / 7.5), abs=1e-9)


def test_words_of_others_do_not_lead_there() -> None:
    """A link that names something else is one of eight that say nothing: by hand 1/8 in each try."""
    others = rivals()
    found = browsed(home((TARGET, "Verkehrsflächen"), others=others), *others, target())
    assert found.chance == pytest.approx(tried(1 / 8), abs=1e-9)


def test_the_place_where_most_are_lost_is_named() -> None:
    """The second page has the words, the home page does not: it is there that people go astray."""
    others = rivals()
    topic = page(f"{HOME}ordnung", (TARGET, "Handyparken"), title="Ordnung", main_text="Ordnung")
    found = browsed(home((topic.url, "Ordnung"), others=others), topic, *others, target())
    assert found.lost is not None
    assert (found.lost.url, found.lost.text, found.lost.rivals) == (HOME, "Ordnung", 7)
    assert found.lost.share == pytest.approx(7 / 8, abs=1e-9)
    assert found.way is not None
    assert [text for _, text in found.way.steps[1:]] == ["Ordnung", "Handyparken"]


def test_beyond_five_clicks_nobody_arrives_but_the_way_is_known() -> None:
    """The report can still say how far it is."""
    steps = [page(f"{HOME}{n}", (f"{HOME}{n + 1}", "Handyparken"), title=str(n), main_text="") for n in range(6)]
    last = page(f"{HOME}6", (TARGET, "Handyparken"), title="6", main_text="")
    found = browsed(home((f"{HOME}0", "Handyparken")), *steps, last, target())
    assert found.chance == 0
    assert found.way is not None
    assert found.way.clicks == 8


def test_a_door_that_fewer_know_counts_less() -> None:
    """Who begins at the utility must know it."""
    utility = "http://www.stadtwerke.example/"
    pages = [home(), page(utility, (TARGET, "Handyparken"), title="Werke"), target()]
    known = finder(pages, doors=[HOME, utility])
    known.graph.doors = {node: 0.5 if known.graph.url(node) == utility else 1.0 for node in known.graph.doors}
    found = known.find([TARGET], criterion())
    assert found is not None
    assert found.browsed.chance == pytest.approx(0.5, abs=1e-9)


WORDS = st.sampled_from([*RIVALS, "Handyparken", "Parken", "Verkehr", "hier", "Handy"])
ZONES = st.sampled_from(["main", "menu", "footer"])


@st.composite
def towns(draw: st.DrawFn) -> list[Page]:
    urls = [HOME, TARGET, *(f"{HOME}{number}" for number in range(4))]
    links = st.lists(st.builds(Link, st.sampled_from(urls), WORDS, ZONES), max_size=8)
    pages = [page(url, title=url, main_text="") for url in urls]
    for one in pages:
        one.links = draw(links)
    return pages


@given(towns(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_doubles_matter(pages: list[Page], random: object) -> None:
    """Pages in another order, a link twice, links in another order among the first thirty: the same chance."""
    before = browsed(*pages)
    for one in pages:
        one.links = [*reversed(one.links), *one.links]
    shuffled = list(pages)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert browsed(*shuffled).flow == pytest.approx(before.flow, abs=1e-9)


@given(towns(), st.integers(0, 5), WORDS)
@settings(max_examples=60, deadline=None)
def test_another_link_to_the_page_never_hurts(pages: list[Page], where: int, words: str) -> None:
    """Whatever its words and on whatever page, in the part that is the page's own."""
    before = browsed(*pages)
    pages[where].links = [*pages[where].links, Link(TARGET, words, "main")]
    assert browsed(*pages).chance >= before.chance - 1e-9


@given(towns(), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_better_words_never_hurt(pages: list[Page], where: int) -> None:
    """A link that is given the name of the thing draws no fewer people."""
    before = browsed(*pages)
    pages[where].links = [
        Link(link.url, "Handyparken", link.zone) if link.url == TARGET else link for link in pages[where].links
    ]
    assert browsed(*pages).chance >= before.chance - 1e-9


def test_how_many_begin_with_a_search_engine_can_be_set() -> None:
    """By hand: found by search only, 0.5 of all by default, 0.9 where nine of ten search."""
    pages = [home(), *rivals(), target()]
    assert [finder(pages, searchers=share).find([TARGET], criterion()).chance for share in (0.5, 0.9)] == [0.5, 0.9]  # type: ignore[union-attr]
