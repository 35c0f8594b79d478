"""The graph has what people can click, and nothing that they cannot."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from audit.findability import Graph
from audit.findability.graph import Way, notice
from db.models import Link, Page
from tests.audit.nouns import HOME, NOW


def page(url: str, *links: tuple[str, ...], error: str | None = None, came: Sequence[str] = ()) -> Page:
    """A page with links: address, words and, if it is not the main part, zone."""
    made = [Link(target, text, (*zone, "main")[0]) for target, text, *zone in links]
    return Page(
        url=url, fetched=NOW, status=200, title=f"Titel {url}", links=made, error=error, redirected_from=list(came)
    )


def graph(*pages: Page) -> Graph:
    return Graph(pages, doors={HOME: 1.0})


def easiest(made: Graph, url: str) -> Way | None:
    node = made.node(url)
    assert node is not None
    return made.easiest([node])


def words(made: Graph, source: str, target: str) -> list[str]:
    """The words of the edges between two pages."""
    ends = made.node(source), made.node(target)
    pairs = zip(made.edges.source.tolist(), made.edges.target.tolist(), strict=True)
    return [made.words(edge) for edge, pair in enumerate(pairs) if pair == ends]


def test_the_shortest_way_is_told_with_the_words_of_its_links() -> None:
    """Two clicks, each with its words, the front door with its title."""
    way = easiest(graph(page(HOME, ("/a", "Themen")), page("/a", ("/b", "Parken")), page("/b")), "/b")
    assert way is not None
    assert way.steps == ((HOME, f"Titel {HOME}"), ("/a", "Themen"), ("/b", "Parken"))
    assert (way.clicks, way.mute) == (2, 0)


def test_a_page_without_links_to_it_cannot_be_browsed_to() -> None:
    """An orphan known from the sitemap has no way."""
    made = graph(page(HOME), page("/orphan"))
    assert easiest(made, "/orphan") is None
    assert (made.depth("/orphan"), made.depth(HOME), made.depth("/nie-gelesen")) == (-1, 0, -1)


def test_a_redirect_is_no_click() -> None:
    """A page that sends people on to another host costs nothing, and an old address is its new page."""
    made = graph(
        page(HOME, ("/raus", "Portal"), ("/alt", "Amt")),
        page("/raus", ("http://portal.example/", ""), error="redirect_elsewhere"),
        page("http://portal.example/"),
        page("/neu", came=("/alt",)),
    )
    assert (made.depth("http://portal.example/"), made.depth("/neu")) == (1, 1)
    assert words(made, HOME, "http://portal.example/") == ["Portal"]


def test_redirects_in_a_ring_lead_nowhere() -> None:
    """Two pages that send people to each other end the walk instead of the program."""
    made = graph(
        page(HOME, ("/a", "Amt")), page("/a", ("/b", ""), error="redirect"), page("/b", ("/a", ""), error="redirect")
    )
    assert made.depth("http://nirgends.example/") == -1


def test_links_between_the_same_pages_are_one_edge_with_its_most_telling_words() -> None:
    """A picture, a heading and „mehr“ that lead to the same page are one choice."""
    made = graph(page(HOME, ("/b", ""), ("/b", "Handyparken"), ("/b", "mehr")), page("/b"))
    assert words(made, HOME, "/b") == ["Handyparken"]


def test_what_was_not_read_is_one_rival() -> None:
    """Whoever clicks to a page that nobody has read is gone, wherever it is."""
    made = graph(page(HOME, ("http://fremd.example/", "Partner"), ("/a", "Amt")), page("/a"))
    assert made.edges.target.tolist() == [1, 2]
    assert made.edges.nodes == 3


@pytest.mark.parametrize(
    ("link", "place", "expected"),
    [
        (Link("/b", "Parken", "main"), 1, 1.0),
        (Link("/b", "Parken", "main"), 31, 0.7),
        (Link("/b", "Parken", "main"), 101, 0.5),
        (Link("/b", "Parken", "menu"), 1, 0.8),
        (Link("/b", "Parken", "footer"), 1, 0.2),
        (Link("/b", "Mehr …", "main"), 1, 0.5),
        (Link("/b", "", "main"), 1, 0.5),
    ],
)
def test_links_are_noticed_by_where_they_stand(link: Link, place: int, expected: float) -> None:
    """Menus count, footers little, what is far down less, and „mehr“ half."""
    assert notice(link, place) == expected


def test_a_changed_page_takes_the_place_of_its_old_form() -> None:
    """Its links are the new ones, all others stay, and a page that was not there has a node of its own."""
    old = graph(page(HOME, ("/a", "Amt"), ("/neu", "Neu")), page("/a", ("/b", "B")), page("/b"))
    new = old.changed([page(HOME, ("/neu", "Neues")), page("/neu", ("/b", "Direkt"))])
    assert (old.depth("/b"), old.depth("/neu")) == (2, -1)
    assert (new.depth("/b"), new.depth("/neu"), new.depth("/a")) == (2, 1, -1)
    assert (words(new, "/neu", "/b"), words(new, "/a", "/b"), words(new, HOME, "/a")) == (["Direkt"], ["B"], [])
    assert [new.url(node) for node in range(4)] == [HOME, "/a", "/b", "/neu"]
