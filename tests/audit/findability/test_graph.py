"""Ways are counted in clicks over links that people see."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.findability import Graph
from audit.findability.finder import browse_chance
from db.models import Link, Page

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOME = "http://ort.example/"


def page(url: str, *links: tuple[str, str], error: str | None = None, came: tuple[str, ...] = ()) -> Page:
    made = [Link(url=target, text=text, zone="main") for target, text in links]
    return Page(
        url=url, fetched=NOW, status=200, title=f"Titel {url}", links=made, error=error, redirected_from=list(came)
    )


def test_the_shortest_way_is_told_with_the_words_of_its_links() -> None:
    """Two clicks, each with its words, the front door with its title."""
    graph = Graph([page(HOME, ("/a", "Themen")), page("/a", ("/b", "Parken")), page("/b")], doors=[HOME])
    way = graph.way("/b")
    assert way is not None
    assert way.steps == ((HOME, f"Titel {HOME}"), ("/a", "Themen"), ("/b", "Parken"))
    assert (way.clicks, way.mute) == (2, 0)


def test_a_page_without_links_to_it_cannot_be_browsed_to() -> None:
    """An orphan known from the sitemap has no way."""
    assert Graph([page(HOME), page("/orphan")], doors=[HOME]).way("/orphan") is None


def test_a_speaking_way_is_preferred_to_a_mute_link() -> None:
    """One more click over words is easier than „hier“."""
    graph = Graph(
        [page(HOME, ("/b", "hier"), ("/a", "Themen")), page("/a", ("/b", "Parken")), page("/b")], doors=[HOME]
    )
    way = graph.way("/b")
    assert way is not None
    assert (way.clicks, way.mute) == (2, 0)


def test_a_mute_link_halves_the_chance() -> None:
    """Where „mehr“ is the only way, every other person overlooks it."""
    way = Graph([page(HOME, ("/b", "Mehr …")), page("/b")], doors=[HOME]).way("/b")
    assert way is not None
    assert way.mute == 1
    assert browse_chance(way) == 0.5


def test_a_redirect_is_no_click() -> None:
    """A page that sends people on to another host costs nothing, and an old address is its new page."""
    graph = Graph(
        [
            page(HOME, ("/raus", "Portal"), ("/alt", "Amt")),
            page("/raus", ("http://portal.example/", ""), error="redirect_elsewhere"),
            page("http://portal.example/"),
            page("/neu", came=("/alt",)),
        ],
        doors=[HOME],
    )
    portal, new = graph.way("http://portal.example/"), graph.way("/neu")
    assert portal is not None
    assert new is not None
    assert (portal.clicks, portal.mute) == (1, 0)
    assert new.clicks == 1


def test_equal_links_on_a_page_do_not_confuse_the_walk() -> None:
    """Two links of the same words to the same page are one way."""
    way = Graph([page(HOME, ("/b", "B"), ("/b", "B"), ("/b", "Be")), page("/b")], doors=[HOME]).way("/b")
    assert way is not None
    assert way.clicks == 1
