"""The gap report as a reader meets it: what stands where, in which words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from db.terms import Verdict
from reports import gap_report
from tests.reports.towns import ACCURACY


def tree(doc: dict[str, Any]) -> LexborHTMLParser:
    return LexborHTMLParser(gap_report.html(doc))


def text(node: LexborNode | None) -> str:
    assert node is not None
    return re.sub(r"\s+", " ", node.text()).strip()


def all_text(doc: dict[str, Any]) -> str:
    return text(tree(doc).body)


def finding(doc: dict[str, Any], criterion: str) -> LexborNode:
    found = tree(doc).css_first(f"#k-{criterion}")
    assert found is not None
    return found


def test_first_comes_the_result_in_one_sentence_with_coverage_beside_it(doc: dict[str, Any]) -> None:
    """A mayor reads one sentence."""
    hero = tree(doc).css_first(".page-one .hero")
    assert "19 von 45 Angeboten sind online gut auffindbar." in text(hero)
    assert "3 von 4 Websites gelesen, zusammen 1.876 Seiten." in text(hero)


@pytest.mark.parametrize(
    ("found", "of", "wanted"),
    [
        (1, 84, "1 von 84 Angeboten ist online gut auffindbar."),
        (0, 84, "0 von 84 Angeboten sind online gut auffindbar."),
        (1, 1, "1 von 1 Angebot ist online gut auffindbar."),
    ],
)
def test_the_sentence_is_right_for_any_number(doc: dict[str, Any], found: int, of: int, wanted: str) -> None:
    """German agrees in number."""
    doc["score"] |= {"found": found, "of": of}
    assert wanted in all_text(doc)


def test_parts_come_in_the_order_in_which_they_are_needed(doc: dict[str, Any]) -> None:
    """Result, areas, steps, own list, proof, sites, method."""
    names = [str(node.attributes["id"]) for node in tree(doc).css("h2[id]")]
    assert names == ["abdeckung", "ergebnis", "bereiche", "schritte", "luecken", "befunde", "websites", "methode"]


def test_page_one_has_the_numbers_and_the_matrix(doc: dict[str, Any]) -> None:
    """The first printed page stands alone."""
    page = tree(doc).css_first(".page-one")
    tiles = [text(tile) for tile in page.css(".tile")]
    assert [re.sub(r" .*", "", tile.split(label)[1].strip()) for tile, label in zip(tiles, LABELS, strict=True)] == [
        "19",
        "13",
        "13",
        "1",
    ]
    rows = [[text(cell) for cell in row.css("th, td")] for row in page.css(".matrix tbody tr")]
    assert len(rows) == 10
    assert rows[0][0] == "Strategie"
    assert rows[0][1].endswith("1 von 1")
    assert rows[0][2].endswith("1 von 3")


LABELS = ["Gut auffindbar", "Schwer zu finden", "Nichts gefunden", "Nicht prüfbar"]


def test_the_bar_says_its_numbers(doc: dict[str, Any]) -> None:
    """Whoever cannot see the bar reads the same."""
    bar = tree(doc).css_first(".page-one .distribution")
    assert bar.attributes["role"] == "img"
    assert bar.attributes["aria-label"] == (
        "Verteilung. Gut auffindbar: 19, Schwer zu finden: 13, Nichts gefunden: 13, Nicht prüfbar: 1"
    )


def test_bar_parts_fill_the_bar() -> None:
    """Parts of nothing are left out; the rest adds up to all of it."""
    parts = gap_report.bar({"FINDABLE": 1, "BURIED": 0, "ABSENT": 2, "UNKNOWN": 1})
    assert [(part["verdict"], part["start"], part["width"]) for part in parts] == [
        ("FINDABLE", 0.0, 25.0),
        ("ABSENT", 25.0, 50.0),
        ("UNKNOWN", 75.0, 25.0),
    ]
    assert gap_report.bar(dict.fromkeys(Verdict, 0)) == []


def test_five_steps_first_and_the_rest_on_demand(doc: dict[str, Any]) -> None:
    """More than five and none is done."""
    part = tree(doc).css_first("section[aria-labelledby=schritte]")
    assert len(part.css("section > .steps > .step")) == 5
    assert "1 weiterer Schritt" in text(part.css_first("section > details > summary"))
    step = text(part.css_first(".step"))
    assert "Verlinken Sie „Bewohnerparkausweis online“ auf der Startseite." in step
    assert re.search(r"Wirkung\s*groß\s*Aufwand\s*klein\s*Wer\s*Onlineredaktion", step)


def test_gaps_name_the_measure_and_its_row(doc: dict[str, Any]) -> None:
    """Staff find the line in their own table."""
    rows = tree(doc).css("#luecke-hidden tbody tr")
    assert len(rows) == 7
    assert "Maßnahme zu strategie-2 Zeile 5" in text(rows[0])
    assert "Stellen Sie „Ansprechpartner für Digitales“ mit diesem Namen" in text(rows[0])
    assert "Grund: Fünf Klicks von der Startseite entfernt." in text(rows[0])


def test_all_kinds_of_gaps_have_their_own_words(doc: dict[str, Any]) -> None:
    """Five kinds, five meanings."""
    heads = [text(head) for head in tree(doc).css(".gap-kind h3")]
    assert heads == [
        "Vorhanden, aber versteckt: 7",
        "Vorhanden, aber unsichtbar: 10",
        "Online, fehlt im Verzeichnis: 11",
        "Nichts gefunden: 3",
        "Nicht prüfbar: 1",
    ]


def test_without_a_list_the_report_says_how_to_give_one(doc: dict[str, Any]) -> None:
    """The gap between having and showing needs the town's own list."""
    doc["measures"] = 0
    assert "fundstelle measures import musterhafen" in all_text(doc)


def test_a_finding_carries_its_whole_proof(doc: dict[str, Any]) -> None:
    """A verdict never stands alone."""
    words = text(finding(doc, "strategie-2"))
    for part in [
        "Schwer zu finden",
        "Ansprechpartner für Digitales",
        "Wo finde ich: Ansprechpartner für Digitales?",
        "Fünf Klicks von der Startseite entfernt.",
        "www.musterhafen.example/rathaus/digitale-angebote-und-projekte/strategie-2",
        "5 Klicks:",
        "Platz 18 bei der Suche nach „ansprechpartner für digitales musterhafen“",
        "„Ansprechpartner für Digitales: Das können Sie seit 2025 rund um die Uhr nutzen, Absatz 1.“",
        "Leistungsseite, in einer Überschrift: sagt, dass es das gibt.",
        "Datum der Seite: 12. März 2026",
        "„Geplant ist Ansprechpartner für Digitales.“ (kündigt es nur an)",
        "Das hilft:",
        "Zuständig: Onlineredaktion",
        "Vorhanden, aber schwer zu finden. Steht in Ihrem Verzeichnis: Zeile 5, „Maßnahme zu strategie-2“",
    ]:
        assert part in words


def test_a_strategy_is_told_in_one_line_and_an_expired_one_with_its_advice(doc: dict[str, Any]) -> None:
    """What is well found may need a hand too; the words of a page are shown as words."""
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-1")
    assert entry["verdict"] == Verdict.FINDABLE
    entry["document"] = {"line": "„Agenda <2023>“, beschlossen am 12. März 2018 (Rat), galt 2018 bis 2023"}
    entry["advice"] = "Veröffentlichen Sie die Fortschreibung."
    words = text(finding(doc, "strategie-1"))
    assert "Dokument„Agenda <2023>“, beschlossen am 12. März 2018 (Rat), galt 2018 bis 2023" in words
    assert "Das hilft: Veröffentlichen Sie die Fortschreibung." in words


def test_the_path_is_a_list_from_the_front_door(doc: dict[str, Any]) -> None:
    """The reader can click the way that the researcher went."""
    steps = [text(step) for step in finding(doc, "strategie-2").css(".path li")]
    assert steps[0] == "Startseite www.musterhafen.example"
    assert steps[1:] == ["Rathaus", "Bürgerservice", "Dienste A bis Z", "Weitere Angebote", "hier"]


def test_no_way_and_no_rank_are_said_in_words(doc: dict[str, Any]) -> None:
    """An empty place would leave the reader guessing."""
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-2")
    entry |= {"clicks": None, "rank": None, "path": [], "open_to_search": False}
    words = text(finding(doc, "strategie-2"))
    assert "Kein Weg von einer Startseite führt hierher." in words
    assert "Nicht unter den ersten 50 Treffern" in words
    assert "dürfen diese Seite nicht zeigen" in words


def test_what_only_comes_near_has_no_way_and_no_rank(doc: dict[str, Any]) -> None:
    """Nobody looked for the way to a page that does not prove anything."""
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-3")
    entry |= {"best_url": "http://www.musterhafen.example/plan", "maturity": "plan"}
    words = text(finding(doc, "strategie-3"))
    assert "Kommt ihm nahe www.musterhafen.example/plan" in words.replace("nahewww", "nahe www")
    assert "Kein Weg" not in words
    assert "Treffern" not in words


def test_unlisted_gaps_say_where_it_was_seen(doc: dict[str, Any]) -> None:
    """Staff enter the address in their list."""
    row = tree(doc).css_first("#luecke-unlisted tbody tr")
    assert "http://www.musterhafen.example/rathaus" in str(row.html)


def test_unknown_is_never_shown_as_missing(doc: dict[str, Any]) -> None:
    """It has its own word, its reason, and no advice as if it were absent."""
    words = text(finding(doc, "mobilitaet-5"))
    assert words.startswith("Nicht prüfbar")
    assert "hat uns den Zugang verweigert" in words
    assert "Das hilft" not in words
    assert "Nichts gefunden" not in words


def test_the_countys_matter_is_marked(doc: dict[str, Any]) -> None:
    """It is shown, and the reader sees that it does not count."""
    words = text(finding(doc, "gesundheit-2"))
    assert "Nicht Aufgabe der Stadt, sondern Aufgabe des Kreises. Zählt nicht im Ergebnis." in words


def test_measures_without_criterion_have_their_own_place(doc: dict[str, Any]) -> None:
    """They are no finding of an area, and not forgotten."""
    part = text(tree(doc).css_first(".strays"))
    assert "Digitale Litfaßsäule am Markt" in part
    assert "Zeile 90" in part
    assert "Digitale Litfaßsäule" not in text(tree(doc).css_first(".areas"))


def test_every_site_is_listed_with_its_reason(doc: dict[str, Any]) -> None:
    """Read, waiting and foreign sites are told apart."""
    part = tree(doc).css_first("section[aria-labelledby=websites]")
    assert len(part.css("tbody tr")) == 4
    assert "Die Startseite antwortet mit „Zugang verweigert“ (403)." in text(part)
    assert "Warten auf Ihre Bestätigung: 1" in text(part)
    assert "1 fremde Website, nicht gelesen" in text(part)
    assert "Ausgelassen: 200 wegen der Grenze für die Zahl der Seiten, 14 aus endlosen Kalendern" in text(part)


def test_method_names_rules_program_and_limits(doc: dict[str, Any]) -> None:
    """Whoever doubts a number can see what made it."""
    part = text(tree(doc).css_first(".method"))
    for words in [
        "haselhorst, Fassung 2026.11",
        "3f3f3f3f3f3f3f3f",
        "Fundstelle 0.1.0",
        "Nummer 1",
        "verspricht keinen Platz",
    ]:
        assert words in part


def test_method_tells_how_often_the_program_is_right(doc: dict[str, Any]) -> None:
    """The measured figures stand there with their intervals, and that another version was measured if so."""
    assert "nicht gemessen" in text(tree(doc).css_first(".method"))
    doc["accuracy"] = ACCURACY | {"digest": doc["catalogue"]["digest"]}
    part = text(tree(doc).css_first(".method"))
    for words in [
        "Gemessen am 30. November 2026 an 134 Seiten aus 14 Orten",
        "709 Urteile",
        "sind nach unserer Messung 79 (mit 95 % Sicherheit zwischen 72 und 85) wirklich vorhanden",
        "erkennt es ohne Rückfrage 39 (mit 95 % Sicherheit zwischen 34 und 45)",
        "F1 = 0,653 (zwischen 0,606 und 0,696",
    ]:
        assert words in part
    assert "andere Fassung" not in part
    doc["accuracy"]["digest"] = "ab" * 32
    part = text(tree(doc).css_first(".method"))
    assert "Gemessen wurde eine andere Fassung des Katalogs (Fassung 2026.11, Prüfsumme abababababababab)" in part


def test_too_little_read_gives_no_result(doc: dict[str, Any]) -> None:
    """No number is better than a wrong one."""
    doc["coverage"]["enough"] = False
    doc["score"] |= {"found": 0, "of": 0}
    doc["counts"] |= {"FINDABLE": 0, "BURIED": 0, "ABSENT": 0, "UNKNOWN": 46}
    words = all_text(doc)
    assert "Noch kein Ergebnis: Wir konnten zu wenig lesen." in words
    assert "0 von 0" not in words
    assert "Zu wenig gelesen für ein Gesamtergebnis" in words


def test_an_empty_audit_still_makes_a_report(doc: dict[str, Any]) -> None:
    """A town of which nothing is known is no fault of ours."""
    doc |= {"findings": [], "gaps": [], "proposals": [], "landscape": []}
    doc["coverage"]["sites"] = []
    assert "Für diese Prüfung gibt es keine Vorschläge." in all_text(doc)


def test_names_within_the_page_are_unique_and_links_arrive(doc: dict[str, Any]) -> None:
    """Every jump within the page has exactly one place to land."""
    page = tree(doc)
    names = [str(node.attributes["id"]) for node in page.css("[id]")]
    assert len(names) == len(set(names))
    jumps = {str(node.attributes["href"])[1:] for node in page.css("[href^='#']")}
    assert jumps <= set(names)


def test_the_page_needs_nothing_from_outside(doc: dict[str, Any]) -> None:
    """One file, no script, no inline style, no image."""
    page = tree(doc)
    assert not page.css("script, link, img, iframe, object, embed, form, base, [style], [src], [srcset]")
    policy = page.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'", str(policy)
    )


def test_outside_links_tell_nobody_where_they_come_from(doc: dict[str, Any]) -> None:
    """A report is often confidential."""
    links = [node for node in tree(doc).css("a") if not str(node.attributes["href"]).startswith("#")]
    assert links
    assert {node.attributes["rel"] for node in links} == {"noopener noreferrer nofollow"}


def test_a_whole_catalogue_of_findings_is_rendered(doc: dict[str, Any]) -> None:
    """Each of 125 findings has its place in the report."""
    judged = [entry for entry in doc["findings"] if entry["criterion"]]
    doc["findings"] = [{**judged[place % len(judged)], "criterion": f"c-{place}"} for place in range(125)]
    html = gap_report.html(doc)
    assert html.count('class="finding is-') == 125


@pytest.mark.parametrize(("rank", "words"), [(2, "Platz 2"), (None, "Nicht unter den ersten zehn Treffern")])
def test_the_place_in_the_town_s_own_search_is_told(doc: dict[str, Any], rank: int | None, words: str) -> None:
    """It stands beside the place in the search, and nowhere if it was not measured."""
    assert "Suche der Website" not in text(finding(doc, "strategie-2"))
    entry = next(entry for entry in doc["findings"] if entry["criterion"] == "strategie-2")
    entry["site_search"] = {"site": "www.musterhafen.example", "query": "digitales", "rank": rank, "url": None}
    told = f"Suche der Website{words} auf www.musterhafen.example bei „digitales“"
    assert told in text(finding(doc, "strategie-2"))


def test_an_aspect_that_an_area_does_not_ask_about_is_not_called_unchecked(doc: dict[str, Any]) -> None:
    """A catalogue may have areas with one aspect only, and another number of them."""
    area = doc["areas"][0]["id"]
    kept = [row for row in doc["findings"] if (row["area"], row["aspect"]) != (area, "strategy")]
    assert "wird hier nicht gefragt" not in gap_report.html(doc)
    html = gap_report.html({**doc, "findings": kept})
    assert html.count("wird hier nicht gefragt") == 1
    assert "10\u00a0Bereiche, Strategie und Umsetzung" in html
