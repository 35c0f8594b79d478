"""The place of a page in the searches of the town's own sites."""

from __future__ import annotations

import pytest

from audit.findability.onsite import Place, wording
from db.models import Asked, Site
from db.terms import CONTROL
from tests.audit.nouns import HOME, NOW, criterion, finder, page

TARGET = f"{HOME}parken"
QUERIES = ["handy {town} parken", "{town} parkapp"]


def asked(
    *hits: str, query: str = "handy parken", error: str | None = None, host: str = "www.ort.example", number: int = 1
) -> Asked:
    row = Asked(site_id=number, query=query, url=f"http://{host}/suche", asked=NOW, error=error, hits=list(hits))
    row.site = Site(url=f"http://{host}/", host=host, role="city")
    return row


def place(*rows: Asked) -> Place | None:
    pages = [
        page(HOME, (TARGET, "Parken"), title="Start"),
        page(TARGET, redirected_from=[f"{HOME}node/7"], digest="x"),
        page("http://tourismus.ort.example/parken", digest="x"),
        page(f"{HOME}anderes", title="Anderes", main_text="Anderes"),
        page(f"{HOME}liste?art=1", title="Liste", main_text="Liste"),
    ]
    found = finder(pages, asked=rows).find([TARGET], criterion(queries=QUERIES))
    assert found is not None
    return found.on_site


def test_the_town_s_name_is_not_asked_on_its_own_site() -> None:
    """Nobody types it there, and a search for all words would find nothing."""
    assert wording(QUERIES) == "handy parken"


@pytest.mark.parametrize(
    ("hit", "why"),
    [
        (TARGET, "itself"),
        (f"{HOME}node/7", "a redirect that leads to it"),
        (f"{TARGET}?sword_list=handy", "with the words in its address"),
        ("http://tourismus.ort.example/parken", "a page that says the same"),
    ],
)
def test_a_hit_is_the_page_in_any_form(hit: str, why: str) -> None:
    """Searches write addresses in their own way."""
    assert place(asked(f"{HOME}anderes", hit)) == Place("www.ort.example", "handy parken", 2, hit), why


def test_the_best_place_of_all_sites_counts() -> None:
    """Whoever asks two searches takes the better one."""
    rows = [asked(f"{HOME}anderes"), asked(f"{HOME}anderes", TARGET, host="portal.example", number=2)]
    found = place(*rows)
    assert found == place(*reversed(rows))
    assert found is not None
    assert (found.site, found.rank) == ("portal.example", 2)


def test_asked_and_not_shown_is_an_answer() -> None:
    """The search works, as it showed another page."""
    assert place(asked(f"{HOME}anderes")) == Place("www.ort.example", "handy parken", None, None)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [asked(TARGET, query="etwas anderes")],
        [asked(error="timeout"), asked(f"{HOME}anderes", query="etwas anderes")],
        # No question showed any hit: they may be there for scripts only.
        [asked(), asked(query="etwas anderes"), asked(f"{HOME}anderes", query=CONTROL)],
        # It stands beside whatever is asked.
        [asked(f"{HOME}anderes"), asked(TARGET, query=CONTROL)],
    ],
    ids=["no search", "not asked", "failed", "unreadable", "frame"],
)
def test_what_was_not_measured_is_not_bad(rows: list[Asked]) -> None:
    """We could not look is never it is not there."""
    assert place(*rows) is None
