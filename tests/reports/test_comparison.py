"""Towns beside each other: only like with like, and the reader's own arrears first."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from db.errors import InputError
from reports import comparison
from tests.reports.towns import ACCURACY

Json = dict[str, Any]


def tree(docs: list[Json]) -> LexborHTMLParser:
    return LexborHTMLParser(comparison.html(docs))


def text(node: LexborNode | None) -> str:
    assert node is not None
    return re.sub(r"\s+", " ", node.text()).strip()


def rows(docs: list[Json], group: str) -> list[LexborNode]:
    return tree(docs).css(f"section[aria-labelledby=gruppe-{group}] tbody tr")


def judged(doc: Json, criterion: str) -> Json:
    found: Json = next(entry for entry in doc["findings"] if entry["criterion"] == criterion)
    return found


def many(docs: list[Json], number: int) -> list[Json]:
    more = [docs[1] | {"town": f"ort{place}", "town_name": f"Ort {place}"} for place in range(number - 2)]
    return [*docs, *more]


@pytest.mark.parametrize("number", [2, 5, 12])
def test_two_to_twelve_towns(docs: list[Json], number: int) -> None:
    """A state's towns of one size fit on one page."""
    assert len(tree(many(docs, number)).css(".towns > li")) == number


@pytest.mark.parametrize("number", [1, 13])
def test_fewer_or_more_are_refused(docs: list[Json], number: int) -> None:
    """One town has nobody beside it; thirteen fit on no page."""
    with pytest.raises(InputError, match="2 bis 12 Städte"):
        comparison.html(many(docs, number) if number > 2 else docs[:1])


def test_different_rules_are_refused(docs: list[Json]) -> None:
    """Numbers by different rules are no comparison; the message says what to do."""
    docs[1]["catalogue"]["digest"] = "00" * 32
    with pytest.raises(InputError, match=r"verschiedenen Fassungen.*fundstelle judge 1.*fundstelle judge 2"):
        comparison.html(docs)


def test_the_same_town_twice_is_refused(docs: list[Json]) -> None:
    """Before and after is another report."""
    with pytest.raises(InputError, match="Musterhafen steht zweimal"):
        comparison.html([docs[0], docs[0]])


def test_where_the_first_town_is_behind_comes_first(docs: list[Json]) -> None:
    """The largest arrears are at the top."""
    heads = [text(head) for head in tree(docs).css("h2[id^=gruppe]")]
    assert heads == [
        "Hier sind andere weiter als Musterhafen: 14",
        "Gleichauf: 29",
        "Hier liegt Musterhafen vorn: 2",
        "Nicht vergleichbar: 2",
    ]
    verdicts = [[text(badge) for badge in row.css(".badge")] for row in rows(docs, "behind")]
    assert verdicts[0] == ["Nichts gefunden", "Gut auffindbar"]
    distance = {"Nichts gefunden": 0, "Schwer zu finden": 1, "Gut auffindbar": 2}
    arrears = [distance[theirs] - distance[ours] for ours, theirs in verdicts]
    assert arrears == sorted(arrears, reverse=True)


def test_the_neighbours_proof_is_linked(docs: list[Json]) -> None:
    """The best advice is a page that exists."""
    link = rows(docs, "behind")[0].css_first(".example a")
    assert text(link).startswith("So macht es Nachbarau")
    assert str(link.attributes["href"]).startswith("http://www.nachbarau.example/")
    assert link.attributes["rel"] == "noopener noreferrer nofollow"


def test_with_many_towns_three_examples_are_named(docs: list[Json]) -> None:
    """Eleven links would hide the best one."""
    assert len(rows(many(docs, 12), "behind")[0].css("th .example")) == 3


def test_areas_show_counts_in_text(docs: list[Json]) -> None:
    """The picture shows what stands beside it, and says its interval to those who do not see it."""
    card = tree(docs).css_first(".area-cards > li")
    assert [text(share) for share in card.css(".town-share")] == ["2 von 4", "3 von 4"]
    told = [picture.attributes["aria-label"] for picture in card.css(".spread")]
    assert told == ["mit 95 % Sicherheit zwischen 15 und 85 von 100", "mit 95 % Sicherheit zwischen 30 und 95 von 100"]
    assert [text(picture.css_first("title")) for picture in card.css(".spread")] == told


def test_the_common_ground_is_told_beside_the_own_totals(docs: list[Json]) -> None:
    """Totals of towns with other duties are no comparison; both numbers stand there, and a sentence says which is which."""
    page = tree(docs)
    section = page.css_first("section[aria-labelledby=baender]")
    assert "Verglichen werden die 45 Angebote, die bei allen Städten zählen" in text(section)
    assert "diese Zahlen lassen sich nicht vergleichen" in text(section)
    shown = [(text(line.css_first(".town-share")), text(line.css_first(".town-whole"))) for line in section.css("li")]
    assert shown == [("19 von 45", "Gesamtergebnis: 19 von 45"), ("30 von 45", "Gesamtergebnis: 31 von 46")]


def test_towns_stand_under_their_band(docs: list[Json]) -> None:
    """A small lead is none; a town that shows everything is ahead of one that shows half."""
    best = json.loads(json.dumps(docs[1])) | {"town": "alles", "town_name": "Alles"}
    for entry in best["findings"]:
        entry["verdict"] = "FINDABLE"
    section = tree([*docs, best]).css_first("section[aria-labelledby=baender]")
    found = {
        text(band.css_first("h3")): [text(name) for name in band.css(".town-name")] for band in section.css(".band")
    }
    assert found == {
        "Maßstab": ["Musterhafen"],
        "Weiter vorn als Musterhafen": ["Alles"],
        "Gleichauf mit Musterhafen": ["Nachbarau"],
    }
    cards = [text(card.css_first("p")) for card in tree([*docs, best]).css(".area-cards > li")]
    assert cards[0] == "Alle gleichauf, soweit vergleichbar."


def test_without_common_ground_there_is_no_number(docs: list[Json]) -> None:
    """Two towns of which the one shows only what the other need not."""
    for entry in docs[1]["findings"]:
        entry["counts"] = False
    section = tree(docs).css_first("section[aria-labelledby=baender]")
    assert "Es gibt kein Angebot" in text(section)
    assert not section.css(".spread")
    assert "nichts gemeinsam zu prüfen" in text(section)


def test_a_town_that_takes_much_away_is_named(docs: list[Json]) -> None:
    """One that could hardly be checked must not quietly decide what is compared."""
    for entry in docs[1]["findings"][:30]:
        entry["verdict"] = "UNKNOWN"
    third = docs[0] | {"town": "dritte", "town_name": "Dritte"}
    cautions = text(tree([docs[0], docs[1], third]).css_first(".cautions"))
    assert "Ohne Nachbarau ließen sich 45 statt" in cautions


def test_who_was_left_out_is_told(docs: list[Json]) -> None:
    """With the reason, so that it can be put right."""
    page = comparison.html(docs, left_out=[{"town": "x", "name": "Altdorf", "reason": "noch nicht geprüft"}])
    assert "Altdorf: noch nicht geprüft." in page


def test_figures_can_be_read_by_a_script(docs: list[Json]) -> None:
    """Bands, common ground and criteria as JSON, and the same as the page shows."""
    told = json.loads(json.dumps(comparison.figures(docs)))
    assert [(town["town"], town["band"], town["found"], town["of"]) for town in told["towns"]] == [
        ("musterhafen", "own", 19, 45),
        ("nachbarau", "even", 30, 45),
    ]
    assert sum(area["towns"][0]["of"] or 0 for area in told["areas"]) == told["common"] == 45
    assert sum(row["common"] for row in told["criteria"]) == 45
    assert told["published"] is None


def test_a_town_read_too_little_gets_no_number(docs: list[Json]) -> None:
    """Below the floor no comparison is drawn, and the reader is told."""
    docs[1]["coverage"]["enough"] = False
    page = tree(docs)
    card = text(page.css(".towns > li")[1])
    assert "kein Vergleich" in card
    assert " von 46" not in text(page.body)
    assert "Von Nachbarau konnten wir zu wenig lesen." in text(page.css_first(".cautions"))
    assert not rows(docs, "behind")
    assert len(rows(docs, "open")) == 47


def test_a_first_town_read_too_little_is_said_at_the_top(docs: list[Json]) -> None:
    """Nothing can be behind or ahead of what was not read."""
    docs[0]["coverage"]["enough"] = False
    page = tree(docs)
    assert "Kein Vergleich möglich" in text(page.css_first(".hero"))
    assert not page.css("#gruppe-behind")


def test_unknown_is_neither_behind_nor_ahead(docs: list[Json]) -> None:
    """We could not look is never it is not there."""
    judged(docs[0], "strategie-1")["verdict"] = "UNKNOWN"
    names = [text(row.css_first("th")) for row in rows(docs, "open")]
    assert any(name.startswith("Smart-City-Strategie") for name in names)


def test_what_is_not_a_towns_matter_is_not_compared(docs: list[Json]) -> None:
    """A district town and a town of its own are responsible for different things."""
    judged(docs[0], "strategie-2")["counts"] = False
    row = next(row for row in rows(docs, "open") if text(row.css_first("th")).startswith("Ansprechpartner"))
    assert "nicht Aufgabe der Stadt" in text(row)


def test_coverage_stands_beside_every_town(docs: list[Json]) -> None:
    """A number without its coverage misleads."""
    for card in tree(docs).css(".towns > li"):
        assert "3 von 4 Websites gelesen, 1.876 Seiten" in text(card)


def test_audits_far_apart_are_marked(docs: list[Json]) -> None:
    """The other site may have changed since."""
    docs[1]["started"] = "2026-10-01T08:00:00+00:00"
    assert "mehr als eine Woche auseinander" in text(tree(docs).css_first(".cautions"))


def test_different_budgets_are_marked(docs: list[Json]) -> None:
    """Who may read more finds more."""
    docs[1]["budget"] = {"pages_per_site": 100}
    assert "gleich viele Seiten" in text(tree(docs).css_first(".cautions"))


def test_how_often_the_program_is_right_stands_in_the_method(docs: list[Json]) -> None:
    """Whoever compares towns needs to know what an error of the program could make of it."""
    assert "nicht gemessen" in text(tree(docs).css_first(".method"))
    docs[0]["accuracy"] = ACCURACY
    assert "sind nach unserer Messung 79" in text(tree(docs).css_first(".method"))


def test_the_page_needs_nothing_from_outside(docs: list[Json]) -> None:
    """One file, no script, no inline style, no image."""
    page = tree(docs)
    assert not page.css("script, link, img, iframe, object, embed, form, base, [style], [src], [srcset]")
    names = [str(node.attributes["id"]) for node in page.css("[id]")]
    assert len(names) == len(set(names))
