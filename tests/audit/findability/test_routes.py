"""The site's own means: the list A to Z, and whether all routes end at the same page."""

from __future__ import annotations

from audit.findability.routes import Routes
from tests.audit.nouns import HOME, criterion, finder, page

TARGET, LIST, LETTER = f"{HOME}parken", f"{HOME}a-z", f"{HOME}a-z?b=H"
DOOR = {"structure": {"index": LIST}}


def routes(*listed: tuple[str, str], letter: tuple[tuple[str, str], ...] = (), offered: bool = True) -> Routes:
    home = page(HOME, (LIST, "A–Z"), title="Start", main_text="Willkommen", **(DOOR if offered else {}))
    pages = [home, page(LIST, *listed, title="A–Z", main_text=""), page(LETTER, *letter, title="H", main_text="")]
    found = finder([*pages, page(TARGET)]).find([TARGET], criterion())
    assert found is not None
    assert found.site is not None
    return found.site


def test_the_list_names_a_page_itself_or_under_its_letter() -> None:
    """Either is an entry; without a list nothing is said."""
    assert routes((TARGET, "Handyparken")).listed is True
    assert routes((LETTER, "H"), letter=((TARGET, "Handyparken"),)).listed is True
    assert routes((LETTER, "H")).listed is False
    assert routes((LETTER, "Handel und Gewerbe"), letter=((TARGET, "Handyparken"),)).listed is False
    assert (routes(offered=False).listed, routes(offered=False).index) == (None, None)


def test_routes_that_end_at_one_page_agree() -> None:
    """Search and list lead to the same address."""
    assert routes((TARGET, "Handyparken")).ends == (TARGET,)


def test_routes_that_end_elsewhere_are_told() -> None:
    """The search shows another page of the thing than the links do; copies of one page are one end."""
    other = "http://portal.ort.example/parken"
    text = "Parken Sie in Ort mit dem Handy. " * 12
    for digest, expected in (("b", 2), ("a", 1)):
        pages = [
            page(HOME, (other, "Mehr"), title="Start", main_text="Willkommen"),
            page(TARGET, main_text=text, digest="a"),
            page(other, title="Bezahlen", main_text="Bezahlen", digest=digest),
        ]
        found = finder(pages).find([TARGET, other], criterion())
        assert found is not None
        assert found.site is not None
        assert len(found.site.ends) == expected
