"""One simulated researcher, told step by step: the same for the same seed, and true to the chances."""

from __future__ import annotations

from audit.diary import diary
from audit.findability import Finder
from tests.audit.nouns import HOME, criterion, finder, page

TARGET = f"{HOME}parken"


def town(*links: tuple[str, str], title: str = "Handyparken") -> Finder:
    others = [page(f"{HOME}{text}", title=text, main_text=text) for text in ("Heiraten", "Feuerwehr", "Friedhof")]
    home = page(HOME, *links, *((one.url, one.title) for one in others), title="Start", main_text="Willkommen")
    return finder([home, *others, page(TARGET, title=title, main_text="Parken Sie mit dem Handy.")])


def told(known: Finder, *urls: str, seed: int = 1) -> str:
    return "\n".join(diary(criterion(), urls, finder=known, seed=seed))


def test_the_way_to_a_found_page_is_told() -> None:
    """What is typed, the hits in their order, what is clicked among how many."""
    text = told(town((TARGET, "Handyparken")), TARGET)
    assert text.startswith(f"Ich suche: {criterion().question}\n")
    assert "Ich tippe „Ort handyparken“.\n  1. „Handyparken“ (http://www.ort.example/parken)" in text
    assert "Ich öffne es: Gefunden." in text
    assert "Von 4 Links nehme ich „Handyparken“ (das tun 99 von 100)." in text
    assert f"Gefunden: {TARGET}" in text


def test_whoever_finds_nothing_gives_up() -> None:
    """An orphan that search engines may not list, and what does not exist."""
    for urls in ([f"{HOME}waise"], []):
        text = told(town(), *urls)
        assert "Ich gebe die Suche auf." in text
        assert text.endswith("Ich gebe auf.")
        assert "Gefunden" not in text


def test_the_seed_decides_who_it_is() -> None:
    """The same person does the same again; among twenty people some take other links."""
    known = town((TARGET, "Weiter"))
    assert told(known, TARGET, seed=3) == told(known, TARGET, seed=3)
    assert len({told(known, TARGET, seed=seed) for seed in range(20)}) > 1


def test_people_do_what_the_chances_say() -> None:
    """Where a tenth arrive in one try, most of a hundred arrive in ten: as often as the finding says, give or take."""
    known = town((TARGET, "hier"))
    found = known.find([TARGET], criterion())
    assert found is not None
    arrived = sum(f"Gefunden: {TARGET}" in told(known, TARGET, seed=seed) for seed in range(200)) / 200
    assert abs(arrived - found.browsed.chance) < 0.1


def test_whoever_begins_elsewhere_must_know_it() -> None:
    """What only the utility's own site leads to is found there, by as many as know that site."""
    utility = "http://www.stadtwerke.example/"
    pages = [
        page(HOME, (f"{HOME}amt", "Amt"), title="Start", main_text="Willkommen"),
        page(utility, (TARGET, "Handyparken"), title="Werke", main_text="Werke"),
        page(TARGET),
    ]
    known = finder(pages, doors=[HOME, utility])
    known.graph.doors = {node: 0.7 if known.graph.url(node) == utility else 1.0 for node in known.graph.doors}
    diaries = [told(known, TARGET, seed=seed) for seed in range(200)]
    found = known.find([TARGET], criterion())
    assert found is not None
    assert abs(sum(f"Gefunden: {TARGET}" in one for one in diaries) / 200 - found.browsed.chance) < 0.1
    assert any(f"Die Website {utility} kenne ich nicht" in one for one in diaries)


def test_a_site_without_a_home_page_is_told() -> None:
    """Nobody can begin there."""
    known = finder([page(TARGET)], doors=[HOME])
    assert "Keine Startseite wurde gelesen." in told(known, TARGET)
