"""The main text of many layouts, and what belongs to other pages."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from benchmarks.text import labelled, ours, pages
from crawler import beside
from tests.crawler.test_extract import read, texts

PROSE = "<p>Den Antrag stellen Sie vollständig online; eine Unterschrift ist nicht nötig, und der Bescheid kommt nach wenigen Tagen mit der Post zu Ihnen.</p>"
TEASERS = '<ul><li><a href="/wahl">Wahlhelfer gesucht</a></li><li><a href="/bad">Freibad öffnet</a></li></ul>'


def test_main_text_of_many_layouts_is_found() -> None:
    """Of all labelled pages together nearly all words of the main text are found, and few of the frame."""
    scores = {page.name: page.score(ours(page.html)) for page in pages()}
    assert len(scores) >= 60
    assert mean(score.recall for score in scores.values()) >= 0.98
    assert mean(score.precision for score in scores.values()) >= 0.91
    assert mean(score.f1 for score in scores.values()) >= 0.935
    # Names chosen to mislead, and an index whose letters and ways back are not the list.
    assert {name for name, score in scores.items() if score.f1 < 0.8} <= {"misleading-class-names", "az-service-list"}


@pytest.mark.parametrize("source", ["<!--main-->", "<!--main--><!--maybe--><!--/main--><!--/maybe-->", "<!--/not-->"])
def test_marks_of_a_labelled_page_have_to_nest(tmp_path: Path, source: str) -> None:
    """A page that was marked wrongly is not measured."""
    path = tmp_path / "seite.html"
    path.write_text(f"<p>Amt{source}</p>", encoding="utf-8")
    with pytest.raises(ValueError, match=r"seite\.html: mark <!--/?(main|not)--> "):
        labelled(path)


def test_words_under_dispute_count_neither_way(tmp_path: Path) -> None:
    """A date beside the text is no mistake, whether it is found or not; words of the frame are one."""
    path = tmp_path / "seite.html"
    path.write_text(
        "<p>Start<!--main-->Das A<b>mt</b><!--not-->Drucken<!--/not--><!--/main--><!--maybe-->Mai<!--/maybe-->",
        encoding="utf-8",
    )
    page = labelled(path)
    assert b"<!--" not in page.html
    assert [page.score(text).f1 for text in ("Das Amt", "Das Amt Mai")] == [1, 1]
    assert page.score("Das Amt Drucken Start").precision == 0.5
    assert page.score("Das").recall == 0.5


@pytest.mark.parametrize(
    "heading",
    [
        "Das könnte Sie auch interessieren",
        "Ähnliche Beiträge",
        "Weitere Meldungen",
        "Weitere Nachrichten aus dem Rathaus",
        "Mehr zum Thema",
        "3 Kommentare",
        "Kommentare (12)",
        "Schreiben Sie einen Kommentar",
        "Seite teilen",
        "Diesen Artikel teilen:",
        "Related Posts",
        "Leave a Reply",
        "Auch interessant",
        "Schlagwörter",
    ],
)
def test_heading_begins_what_belongs_to_others(heading: str) -> None:
    """What stands under it is no text of this page, and its links are still links."""
    page = read(f"<main><h1>Wohngeld</h1>{PROSE}<h2>{heading}</h2>{TEASERS}</main>")
    assert page.main_text.endswith("mit der Post zu Ihnen.")
    assert texts(page, "menu") == ["Wahlhelfer gesucht", "Freibad öffnet"]
    assert [each["text"] for each in page.headings] == ["Wohngeld"]


@pytest.mark.parametrize(
    "heading",
    [
        "Weitere Informationen",
        "Weitere Leistungen",
        "Links und Formulare",
        "Downloads",
        "Teilen Sie uns Ihren Umzug mit",
        "Kommentar zur Satzung",
        "Antworten",
        "Fragen und Antworten",
        "Weitere Themen",
    ],
)
def test_heading_of_what_helps_further_is_kept(heading: str) -> None:
    """Links to forms and services belong to the page."""
    assert not beside.begins(heading)
    assert "Freibad öffnet" in read(f"<main><h1>Wohngeld</h1>{PROSE}<h2>{heading}</h2>{TEASERS}</main>").main_text


def test_section_of_others_ends_at_the_next_heading() -> None:
    """What follows under a heading of the same level is the page's own again."""
    page = read(f"<main><h1>Wohngeld</h1>{PROSE}<h2>Weitere Meldungen</h2>{TEASERS}<h2>Kosten</h2><p>Keine.</p></main>")
    assert page.main_text.endswith("\nKosten\nKeine.")
    assert "Freibad" not in page.main_text


def test_section_that_is_the_page_is_kept() -> None:
    """An overview of news says so in its heading, and its news are what it has to say."""
    page = read(f"<main><h1>Presse</h1><h2>Weitere Meldungen</h2>{TEASERS}</main>")
    assert "Freibad öffnet" in page.main_text


@pytest.mark.parametrize(
    "names",
    ["related-posts", "comments-area", "aehnliche-artikel", "shariff", "social-share", "tag-cloud", "widget_recent_entries", "site-sidebar"],
)  # fmt: skip
def test_names_of_what_is_beside(names: str) -> None:
    """Teasers, comments and buttons are named so by the usual systems."""
    page = read(
        f'<body><div><h1>Wohngeld</h1>{PROSE * 3}</div><div class="{names}"><h3>Rathaus</h3>{TEASERS}</div></body>'
    )
    assert "Freibad" not in page.main_text
    assert texts(page, "menu") == ["Wahlhelfer gesucht", "Freibad öffnet"]


@pytest.mark.parametrize(
    "names",
    [
        "has-sidebar",
        "row sidebar-layout",
        "with-sidebar",
        "elementor-widget-container",
        "o-section--has-ads",
        "share-zone",
    ],
)
def test_names_that_only_sound_so(names: str) -> None:
    """A name that speaks of the layout, or holds the whole page, takes nothing away."""
    page = read(f'<body><div class="{names}"><h2>Wohngeld</h2>{PROSE * 8}</div></body>')
    assert page.main_text.count("mit der Post zu Ihnen.") == 8


def test_box_beside_the_text_counts_if_it_serves() -> None:
    """Whom to call belongs to a service; what else there is to read does not."""
    box = '<aside class="sidebar">{}</aside>'
    served = read(
        f"<body><div><h1>Wohngeld</h1>{PROSE * 3}</div>{box.format('<p>Wohngeldstelle, Telefon 01234 567</p>')}</body>"
    )
    assert "01234 567" in served.main_text
    other = read(
        f"<body><div><h1>Wohngeld</h1>{PROSE * 3}</div>{box.format('<p>Die Stadt ist schön im Mai.</p>')}</body>"
    )
    assert "schön" not in other.main_text
    assert "schön" in other.menu_text


def test_roles_that_hide_the_page_are_not_believed() -> None:
    """Where most sentences would be menu and footer, only links and words decide."""
    page = read(
        f'<body><div role="banner"><ul><li><a href="/a">A</a></li><li><a href="/b">B</a></li><li><a href="/c">C</a></li></ul></div>'
        f'<div role="navigation"><h2>Wohngeld</h2>{PROSE * 4}</div><div class="cookie-banner"><p>Wir nutzen Cookies.</p></div></body>'
    )
    assert page.main_text.count("mit der Post zu Ihnen.") == 4
    assert "Cookies" not in page.main_text


def test_list_of_links_after_the_text_is_text() -> None:
    """An index of services consists of links, and is what the page is for."""
    services = "".join(f'<h2>{letter}</h2><ul><li><a href="/{letter}1">{letter}-Amt</a></li><li><a href="/{letter}2">{letter}-Pass</a></li><li><a href="/{letter}3">{letter}-Karte</a></li></ul>' for letter in "ABC")  # fmt: skip
    page = read(
        f"<body><div><ul><li><a href='/x'>X</a></li><li><a href='/y'>Y</a></li><li><a href='/z'>Z</a></li></ul><h1>Dienste</h1><p>Alle Dienste nach dem Alphabet.</p>{services}</div></body>"
    )
    assert page.main_text.split("\n")[:4] == ["Dienste", "Alle Dienste nach dem Alphabet.", "A", "A-Amt"]
    assert texts(page, "menu") == ["X", "Y", "Z"]


def test_map_of_the_site_at_the_foot_is_no_text() -> None:
    """A footer that nothing names is known by its many links and the imprint."""
    columns = "".join(
        f"<div><h3>Teil {part}</h3><ul>{''.join(f'<li><a href=/{part}/{n}>Thema {n}</a></li>' for n in range(10))}</ul></div>"
        for part in range(3)
    )
    page = read(
        f"<body><div><h1>Hallenbad</h1><p>Das Bad ist bis Freitag geschlossen.</p></div><div>{columns}<p><a href=/i>Impressum</a></p></div></body>"
    )
    assert page.main_text == "Hallenbad\nDas Bad ist bis Freitag geschlossen."
    assert "Thema 7" in texts(page, "footer")
