"""What changed between two audits, and the trend, as files: what the town did first, and breaks that can be seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reports import change_words, changes, render, trend
from tests.reports import changed
from tests.reports.conftest import Reader
from tests.reports.test_hostile import Attacks

Json = dict[str, Any]


def tree(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def text(node: LexborNode | None) -> str:
    assert node is not None
    return re.sub(r"\s+", " ", node.text()).strip()


def test_one_sentence_sums_up() -> None:
    """What the town did comes before what only we did; what is nought is left out."""
    step = changed.document()
    step["counts"] = {"new": 0, "better": 3, "worse": 1, "gone": 0, "same": 78, "rules": 2, "coverage": 0}
    assert change_words.sentence(step) == "3 besser, 1 schlechter, 2 nur wegen neuer Regeln."
    step["counts"] = dict.fromkeys(step["counts"], 0)
    assert change_words.sentence(step) == "Keine Änderung."


@pytest.mark.parametrize("code", ["pages_gone", "rules_gone", "other_catalogue"])
def test_what_cannot_be_compared_says_why(code: str) -> None:
    """In place of changes; both numbers stay."""
    step = changed.document() | {"comparable": False, "reason": {"code": code, "audit": 3}, "changes": []}
    assert change_words.sentence(step).startswith("Nicht vergleichbar. ")
    page = tree(changes.html(step))
    assert "Prüfung 3" in text(page.css_first(".change-result"))
    assert not page.css(".change")
    assert "40 von 84" in text(page.css_first(".towns"))


def test_changes_stand_under_what_they_mean() -> None:
    """A rule of ours is neither better nor worse; nobody could look is never gone."""
    page = tree(changes.html(changed.document()))
    found = {
        text(part.css_first("h2")): [text(head) for head in part.css("h3")]
        for part in page.css("section[aria-labelledby^=gruppe]")
    }
    assert found == {
        "Besser oder neu zu finden: 2": ["Handyparken", "Geoportal"],
        "Schlechter oder nicht mehr zu finden: 2": ["Livestream", "Chatbot"],
        "Nur unsere Regeln haben sich geändert: 2": ["Wlan", "Waerme"],
        "Nur, weil wir mehr oder weniger lesen konnten: 1": ["Kita"],
    }
    assert "Jetzt nicht prüfbar." in text(page.css("article")[-1])


def test_both_sides_of_a_change_are_shown() -> None:
    """Verdict, page, quote and way before and after; what the new rules would have said then stands beside."""
    page = tree(changes.html(changed.document()))
    first = page.css("article")[0]
    assert [text(badge) for badge in first.css(".badge")] == ["Nichts gefunden", "Gut auffindbar"]
    assert "1 Klick: Startseite › Handyparken. Platz 3 bei „musterhafen handyparken“." in text(first)
    assert first.css_first(".change-side a").attributes["href"] == "http://www.musterhafen.example/parken"
    ours = page.css("section[aria-labelledby=gruppe-rules] article")
    assert "Nach den neuen Regeln damals: Schwer zu finden" in text(ours[0])
    assert "nicht gefragt" in text(ours[1])


def test_three_numbers_and_the_method_are_told() -> None:
    """Then, then by the rules of now, and now; and all that was measured otherwise."""
    page = tree(changes.html(changed.document()))
    assert [text(number) for number in page.css(".town-number")] == ["40 von 84", "41 von 84", "46 von 82"]
    told = [text(line) for line in page.css("section[aria-labelledby=zahlen] .reasons li")]
    assert (
        told[0]
        == "Der Katalog hat eine andere Fassung: 2026.10 (Prüfsumme 3f3f3f3f), dann 2026.11 (Prüfsumme 4e4e4e4e)."
    )
    assert told[-1] == "Je Website durften nicht gleich viele Seiten gelesen werden: erst die übliche Zahl, dann 300."
    assert len(told) == 6


def test_every_fact_has_words() -> None:
    """None is left with a gap, whatever its values."""
    for fact in changed.facts():
        assert re.search(r"\w{4,}", change_words.fact(fact))
        assert "{" not in change_words.fact(fact)


def test_the_line_breaks_where_it_was_measured_otherwise() -> None:
    """Only neighbours measured alike are joined; what was read too little has no point but is listed."""
    page = tree(trend.html(changed.trend()))
    picture = page.css_first("svg.trend")
    points = [node.attributes["cx"] for node in picture.css(".trend-point")]
    assert (len(points), len(picture.css(".trend-break"))) == (4, 1)
    (line,) = picture.css(".trend-line")
    assert [line.attributes["x1"], line.attributes["x2"]] == points[:2]
    place = float(str(picture.css_first(".trend-break").attributes["x1"]).rstrip("%"))
    assert float(points[1].rstrip("%")) < place < float(points[2].rstrip("%"))
    rows = [text(row) for row in page.css(".trend-table tbody tr")]
    assert len(rows) == 5
    assert "zu wenig gelesen" in rows[3]
    assert "Bruch: Je Website durften nicht gleich viele Seiten" in rows[2]
    assert "ergäben nach den neuen Regeln 36 von 85" in rows[2]


def test_who_cannot_see_the_line_is_told_it() -> None:
    """By a name of the picture and a table with all numbers."""
    page = tree(trend.html(changed.trend()))
    name = str(page.css_first("svg.trend").attributes["aria-label"])
    assert name.startswith(
        "Gut auffindbar waren in Prüfung 1 (1. Januar 2026) 30 von 84 Angeboten, in Prüfung 11 (1. November 2026) 46 von 82."
    )
    assert "An einer Stelle wurde anders gemessen" in name
    cells = [text(row.css("td")[0].css_first("td")) for row in page.css(".trend-table tbody tr")]
    assert cells[0].startswith("Gut auffindbar30 von 84")


def test_higher_is_better_and_later_is_further_right() -> None:
    """All within the picture."""
    picture = tree(trend.html(changed.trend())).css_first("svg.trend")
    places = [
        [float(str(node.attributes[name]).rstrip("%")) for name in ("cx", "cy")] for node in picture.css(".trend-point")
    ]
    assert places == sorted(places)
    heights = [height for _, height in places]
    assert heights == sorted(heights, reverse=True)
    assert all(0 < value < 100 for place in places for value in place)


@pytest.mark.parametrize("number", [0, 1])
def test_one_audit_or_none_that_was_read_has_no_line(number: int) -> None:
    """It says what is needed."""
    doc = changed.trend()
    doc |= (
        {"audits": doc["audits"][:1], "steps": []}
        if number
        else {"audits": [doc["audits"][3]] * 2, "steps": doc["steps"][:1]}
    )
    page = tree(trend.html(doc))
    assert len(page.css(".trend-point")) == number
    wanted = "Es gibt erst eine Prüfung." if number else "In keiner Prüfung konnte genug gelesen werden."
    assert wanted in text(page.css_first(".hero"))


def spoiled(doc: Json) -> Json:
    """Put an attack into every text that comes from pages, profiles or catalogues."""
    attacks = Attacks()
    kept = {"started", "cause", "code", "verdict", "kind", "rejudged", "then", "now"}

    def on(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: part if key in kept or key == "method" else on(part) for key, part in value.items()}
        if isinstance(value, list):
            return [on(part) for part in value]
        return attacks.on(value, tail="")

    made: Json = on(doc)
    assert attacks.number > 50
    return made


@pytest.mark.parametrize("kind", ["changes", "trend"])
def test_no_attack_becomes_part_of_the_page(kind: str) -> None:
    """What came as text stays text, and no link leads anywhere but the web."""
    html = changes.html(spoiled(changed.document())) if kind == "changes" else trend.html(spoiled(changed.trend()))
    page = tree(html)
    assert not page.css("script, img, iframe, object, link, form, base, style ~ style, [style], [src]")
    assert not {name for node in page.css("*") for name in node.attributes if name.startswith("on")}
    addresses = [str(node.attributes["href"]) for node in page.css("[href]")]
    assert all(address.startswith("#") or render.is_address(address) for address in addresses)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|x{2000}", html)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["changes", "trend"])
def test_everybody_can_read_it(reader: Reader, kind: str) -> None:
    """No violation of WCAG 2.2 AA, light or dark; no sideways scrolling on the smallest telephone; nothing asked for; prints."""
    html = changes.html(changed.document()) if kind == "changes" else trend.html(changed.trend())
    reader.file.write_text(html, encoding="utf-8")
    page = reader.open(width=320)
    assert reader.sticks_out(page) <= 0
    assert reader.violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert reader.sticks_out(page) <= 0
    page.emulate_media(color_scheme="dark")
    assert reader.violations(page, only="color-contrast") == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert reader.messages == []
    assert reader.requests == [reader.file.as_uri()]
