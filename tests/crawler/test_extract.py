"""What is read from saved pages of different layouts, and the single rules of reading."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.extract import digest, extract
from db.models import Page

PAGES = Path(__file__).parent.parent / "pages"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)
URL = "https://www.musterhafen.example/rathaus/amt.html"


def read(html: str, **options: Any) -> Page:
    return extract(options.pop("url", URL), html.encode(), fetched=FETCHED, **options)


def texts(page: Page, zone: str) -> list[str]:
    return [link.text for link in page.links if link.zone == zone]


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_saved_page_is_read_as_people_see_it(name: str) -> None:
    """Each saved page gives its words, links, forms, keys and date, and leaves out its frame."""
    wanted = yaml.safe_load((PAGES / f"{name}.yaml").read_text(encoding="utf-8"))
    page = extract(wanted["url"], (PAGES / f"{name}.html").read_bytes(), fetched=FETCHED)
    assert page.error is None
    for attribute in ("title", "description", "canonical", "language", "index", "follow", "keys", "date"):
        if attribute in wanted:
            assert getattr(page, attribute) == wanted[attribute], attribute
    for words in wanted["contains"]:
        assert words in page.main_text
    for words in wanted["lacks"]:
        assert words not in page.main_text
    assert [[heading["level"], heading["text"]] for heading in page.headings] == wanted["headings"]
    found = {
        zone: [[link.text, link.url] for link in page.links if link.zone == zone] for zone in ("main", "menu", "footer")
    }
    for zone, links in wanted["links"].items():
        for link in links:
            assert link in found[zone], (zone, found)
    assert not {link.url for link in page.links} & set(wanted.get("no_link", []))
    assert [form["kind"] for form in page.forms] == wanted["forms"]
    if "fields" in wanted:
        assert [form["fields"] for form in page.forms] == wanted["fields"]


def test_inline_elements_do_not_break_words_and_blocks_end_lines() -> None:
    """Bold letters stay in their word, neighbours in blocks of their own stay apart."""
    page = read(
        "<body><main><p>On<b>line</b>-Dienst</p><div>Amt</div><span>Stra</span><span>ße</span><h2>A</h2>B</main>"
    )
    assert page.main_text == "Online-Dienst\nAmt\nStraße\nA\nB"


def test_break_inside_a_sentence_is_none() -> None:
    """Old editors fill lines with breaks; only those between sentences or items count."""
    page = read("<main><p>Der Antrag kann<br>hier gestellt werden.<br>Montag<br>Dienstag<br><br>ganz</main>")
    assert page.main_text == "Der Antrag kann hier gestellt werden.\nMontag\nDienstag\nganz"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td>Mo</td><td>8 Uhr</td></tr><tr><td>Di</td><td>9 Uhr</td></tr></table>", "Mo: 8 Uhr\nDi: 9 Uhr"),
        ("<table><tr><th>A</th><th>B</th><th>C</th></tr></table>", "A | B | C"),
        (
            "<table><tr><td><p>Mo</p></td><td><ul><li>8</li><li>9</li></ul></td></tr><tr><td>Di</td><td></td></tr></table>",
            "Mo: 8 9\nDi",
        ),
        ("<table role='presentation'><tr><td><p>Links</p></td><td><p>Rechts</p></td></tr></table>", "Links\nRechts"),
        ("<table><tr><td><h2>Links</h2></td><td><h2>Rechts</h2></td></tr></table>", "Links\nRechts"),
        ("<dl><dt>Amt</dt><dd>Zimmer 3</dd><dt>Frage?</dt><dd>Antwort</dd></dl>", "Amt: Zimmer 3\nFrage?\nAntwort"),
        ("<ul><li>a</li><li>b <a href=x>c</a><a href=y>d</a></li></ul>", "a\nb c d"),
        ("<p>1 &lt; 2 &amp;amp; &quot;x&quot;&nbsp;€</p>", '1 < 2 &amp; "x" €'),
        ("<button>Jetzt buchen</button><input type=submit value='Termin wählen'>", "Jetzt buchen\nTermin wählen"),
        ("<select><option>Januar</option></select><textarea>alt</textarea><p>neu</p>", "neu"),
        ("<template><p>leer</p></template><p>voll<!-- nicht --></p>", "voll"),
        ("<div><template shadowrootmode=open><p>Inhalt</p></template></div>", "Inhalt"),
    ],
)
def test_tables_lists_and_fields_become_lines(html: str, text: str) -> None:
    """What stands in one row or definition stands in one line; choices and hidden templates are no text."""
    assert read(f"<main>{html}</main>").main_text == text


def test_empty_main_gives_way_to_the_part_with_the_words() -> None:
    """A <main> that is only a shell does not hide the text beside it."""
    words = "Die Stadt bietet den Antrag im Netz an, und zwar zu jeder Zeit und ohne Termin im Amt. " * 3
    page = read(f"<body><main></main><div id=content><h1>Antrag</h1><p>{words}</p></div>")
    assert page.main_text.startswith("Antrag\nDie Stadt bietet")
    assert page.headings == [{"level": 1, "text": "Antrag"}]


def test_page_without_any_names_is_read_by_density_of_links() -> None:
    """A list of short links beside the text is a menu, the last block with a copyright is the footer."""
    words = "Im Rathaus werden Anträge angenommen, und die Bearbeitung dauert nur wenige Tage. " * 4
    menu = "".join(f"<a href=/{name}>{name}</a><br>" for name in ("Rathaus", "Politik", "Kultur", "Sport"))
    page = read(
        f"<body><div><div>{menu}</div><div><p>{words}</p><ul><li><a href=/f>Formular</a></ul></div><div>© Stadt <a href=/i>Impressum</a></div></div>"
    )
    assert page.main_text == f"{words.strip()}\nFormular"
    assert texts(page, "menu") == ["Rathaus", "Politik", "Kultur", "Sport"]
    assert texts(page, "main") == ["Formular"]
    assert texts(page, "footer") == ["Impressum"]


def test_link_lists_of_the_main_part_are_not_a_menu() -> None:
    """An A to Z of services is what the page says, however dense its links are."""
    services = "".join(f"<li><a href=/{number}>Dienst {number}</a>" for number in range(30))
    page = read(f"<main><h1>A bis Z</h1><ul>{services}</ul></main>")
    assert len(texts(page, "main")) == 30
    assert "Dienst 29" in page.main_text


def test_named_menu_without_links_is_text() -> None:
    """The menu of a canteen is no navigation."""
    page = read("<main><h1>Speiseplan</h1><div class=menu><p>Montag gibt es Linsensuppe mit Brot.</p></div></main>")
    assert "Linsensuppe" in page.main_text


def test_header_that_introduces_the_page_belongs_to_it() -> None:
    """A header with a paragraph of its own is the beginning of the text, and its navigation is not."""
    lead = "Hier finden Sie alle Leistungen der Stadt, die Sie von zu Hause aus erledigen können, mit allen Hinweisen."
    page = read(
        f"<header><nav><a href=/a>Start</a></nav><h1>Dienste</h1><p>{lead}</p></header><main><p>{'Mehr dazu steht hier. ' * 10}</p></main>"
    )
    assert page.main_text.startswith(f"Dienste\n{lead}\nMehr dazu")
    assert texts(page, "menu") == ["Start"]


def test_first_heading_of_the_page_counts_wherever_it_stands() -> None:
    """Where the main part has no heading of the first level, the page's own is put before its others."""
    page = read(f"<div class=header><h1><a href=/>Stadt Au</a></h1></div><main><h2>Amt</h2><p>{'Wort ' * 30}</main>")
    assert page.headings == [{"level": 1, "text": "Stadt Au"}, {"level": 2, "text": "Amt"}]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<a href=/x>Zum  Antrag\n</a>", "Zum Antrag"),
        ("<a href=/x title='Zum Antrag'><i class=icon></i></a>", "Zum Antrag"),
        ("<a href=/x aria-label='Zum Antrag'></a>", "Zum Antrag"),
        ("<a href=/x><img src=y alt='Zum Antrag'></a>", "Zum Antrag"),
        ("<a href=/x><h3>Zum</h3><p>Antrag</p></a>", "Zum Antrag"),
        ("<a href=/x><span>Z</span>um Antrag</a>", "Zum Antrag"),
        ("<map><area href=/x alt='Zum Antrag'></map>", "Zum Antrag"),
        ("<iframe src=/x title='Zum Antrag'></iframe>", "Zum Antrag"),
    ],
)
def test_link_has_words_even_if_it_shows_none(html: str, text: str) -> None:
    """Links, areas and frames are named by their text, title, label or picture."""
    page = read(f"<main><p>{'Wort ' * 20}</p>{html}</main>")
    assert [(link.url, link.text, link.zone) for link in page.links] == [
        ("https://www.musterhafen.example/x", text, "main")
    ]


def test_links_are_kept_once_for_each_wording_and_zone() -> None:
    """The same link twice in a zone is one; other words or another zone make another; those of the text come first."""
    page = read(
        f"<nav><a href=/x>A</a><a href=/x/../x>A</a></nav><main>{'Wort ' * 20}<a href=/x rel=nofollow>A</a><a href=/x>B</a><a href=#a>C</a></main>"
    )
    assert [(link.text, link.zone) for link in page.links] == [("A", "main"), ("B", "main"), ("A", "menu")]


def test_frames_and_redirects_lead_on() -> None:
    """A page that is all frames, and one that sends the reader on, link to what they show."""
    assert [link.url for link in read("<frameset><frame src=menu.htm><frame src=text.htm></frameset>").links] == [
        "https://www.musterhafen.example/rathaus/menu.htm",
        "https://www.musterhafen.example/rathaus/text.htm",
    ]
    page = read("<meta http-equiv=Refresh content=\"0; URL='neu.html'\"><p>Moment")
    assert [(link.url, link.zone) for link in page.links] == [
        ("https://www.musterhafen.example/rathaus/neu.html", "main")
    ]


@pytest.mark.parametrize(
    ("metas", "header", "flags"),
    [
        ("", "", (True, True)),
        ("<meta name=robots content='noindex'>", "", (False, True)),
        ("<meta name=ROBOTS content='NONE'>", "", (False, False)),
        ("<meta name=robots content='index,nofollow'>", "", (True, False)),
        ("<meta name=googlebot content='noindex'>", "", (False, True)),
        ("<meta name=bingbot content='noindex'>", "", (True, True)),
        ("<meta name=otherbot content='noindex'>", "", (True, True)),
        ("", "noindex, nofollow", (False, False)),
        ("", "googlebot: noindex", (False, True)),
        ("", "otherbot: noindex, nofollow", (True, True)),
        ("", "otherbot: noindex, googlebot: nofollow", (True, False)),
        ("", "unavailable_after: 25 Jun 2030 15:00:00 PST, noindex", (False, True)),
        ("<meta name=robots content='noarchive'>", "max-snippet: 20", (True, True)),
    ],
)
def test_robots_flags_are_noted(metas: str, header: str, flags: tuple[bool, bool]) -> None:
    """Metas and header say whether the page may be listed and its links followed; other robots' rules do not count."""
    page = read(f"<head>{metas}</head><p>x", headers={"X-Robots-Tag": header})
    assert (page.index, page.follow) == flags


@pytest.mark.parametrize(
    ("html", "keys"),
    [
        ("<div property=schluessel content=99107023017000></div>", ["99107023017000"]),
        ("<meta name=leika content='77107023017000'>", ["77107023017000"]),
        ("<meta name=leistungsschluessel content='11107023017000'>", []),
        ("<div data-leika-id=77107023017000></div><div data-leistung=77107023017000></div>", ["77107023017000"]),
        ("<main><a href='/dienst?leika=99107023017000'>a</a></main>", ["99107023017000"]),
        ("<main><a href='/dienst/99107023017000'>a</a></main>", ["99107023017000"]),
        ("<nav><a href='/dienst/99107023017000'>a</a></nav><main>b</main>", []),
        ("<main><p>Leistungsschlüssel: 99107023017000</p></main>", ["99107023017000"]),
        ("<main><p>Telefon 99107023017000</p></main>", []),
        ("<div data-leika=991070230170001></div>", []),
    ],
)
def test_service_keys_are_found_where_they_are_marked(html: str, keys: list[str]) -> None:
    """LeiKa keys are read from marked places and addresses of the main part, as text, each once."""
    filler = "<main>" if "<main>" in html else f"<main>{'Wort ' * 20}"
    assert read(f"<body>{html.replace('<main>', filler)}").keys == keys


def test_key_in_the_own_address_counts() -> None:
    """A page whose address carries a key is about that service."""
    assert read("<p>x", url="https://portal.example/leistung/99107023017000?x=1").keys == ["99107023017000"]


@pytest.mark.parametrize(
    ("html", "date"),
    [
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-01-02T10:00"}</script>',
            "2023-01-02",
        ),
        ('<script type="application/ld+json">[{"@type":"Event","datePublished":"2023-01-02"}]</script>', None),
        (
            '<script type="application/ld+json">{"datePublished":</script><meta name=date content=2022-02-03>',
            "2022-02-03",
        ),
        ("<meta property=article:published_time content=2022-02-03T04:05:06Z>", "2022-02-03"),
        ("<meta name=DC.Date content='03.02.2022'>", "2022-02-03"),
        ("<meta name=date content=2025-01-01><meta name=dc.date content=2021-01-01>", "2021-01-01"),
        (
            "<meta property=article:modified_time content=2023-01-01><main><p>Meldung vom 13.08.2022</main>",
            "2022-08-13",
        ),
        ("<meta property=article:modified_time content=2023-01-01>", "2023-01-01"),
        ("<main><time datetime=2022-08-13>neulich</time></main>", "2022-08-13"),
        ("<main><time datetime=2022-08-13>a</time><time datetime=2022-08-14>b</time></main>", None),
        (
            "<main><time datetime=2022-08-13 itemprop=datePublished>a</time><time datetime=2022-08-14>b</time></main>",
            "2022-08-13",
        ),
        ("<main><h1>Neu</h1><p>13. August 2022</p></main>", "2022-08-13"),
        ("<main><h1>Neu</h1><p>Stralsund, den 13. August 2022</p></main>", "2022-08-13"),
        ("<main><h1>Neu</h1><p>13.08.2022, 10:15 Uhr</p></main>", "2022-08-13"),
        ("<main><h1>Neu</h1><p>Samstag, 13. Aug. 2022 | Pressemitteilung</p></main>", "2022-08-13"),
        ("<main><p>Stand: 02.05.2022</main>", "2022-05-02"),
        ("<main><p>Zuletzt geändert am 02.05.2022</main>", "2022-05-02"),
        ("<main><p>Pressemitteilung Nr. 12/2022 vom 2. Mai 2022</main>", "2022-05-02"),
        ("<main><p>Die Satzung vom 02.05.2022 gilt weiter.</main>", None),
        ("<main><p>Am 02.05.2022 beginnt der Kurs.</main>", None),
        ("<main><p>02.05.2022</p><p>03.05.2022</p><p>04.05.2022</p></main>", None),
        ("<main><h1>Neu</h1><p>13.8.22</p></main>", "2022-08-13"),
        ("<main><h1>Neu</h1><p>Stralsund, 13. August 2022 – Der Hafen ist wieder offen.</p></main>", "2022-08-13"),
        ("<main>" + "".join(f"<p>Markt {n}, {n}. Mai 2022 – Der Markt öffnet. Kommen Sie!</p>" for n in (1, 2)), None),
        ("<main><h1>Neu</h1><p>Samstag, 13. August 2022, 19:30 Uhr</p></main>", None),
        ("<main><h1>Fest</h1><p>13. August 2022</p><p>Einlass: ab 18 Uhr</p></main>", None),
        ("<main><p>Datum: 13.08.2022</p></main>", "2022-08-13"),
        ("<main><p>Datum: 13.08.2022</p><p>Beginn: 19 Uhr</p></main>", None),
        ("<main><h1>Fest</h1><time datetime=2022-08-13 itemprop=startDate>Samstag</time></main>", None),
        ("<main><p>Bekanntmachung vom 13.08.2022</main>", "2022-08-13"),
        ("<main><p>In der Fassung der Bekanntmachung vom 13.08.2022</main>", None),
        ("<main><p>Geschrieben von Eva Kurz am 13. August 2022</main>", "2022-08-13"),
        ("<main><p>Last updated: August 13, 2022</main>", "2022-08-13"),
        ("<main><p>12.345 Einwohner (Stand: 13.08.2022)</main>", None),
        ("<main><p>Amt</main><footer>Stand: 13.08.2022</footer>", "2022-08-13"),
        ("<main><p>Amt</main><footer><p>Konzert am 13.08.2022</footer>", None),
        ("<meta http-equiv=last-modified content='Sat, 13 Aug 2022 10:00:00 GMT'>", "2022-08-13"),
        ("<main><h1>Neu</h1><p class=news-date>13.08.2022 Kultur</p></main>", "2022-08-13"),
        ("<main><h1>Fest</h1><p class=event-date>13.08.2022 Hafen</p></main>", None),
        ("<main><h1>Fest</h1><p class=date>13.08.2022 - 15.08.2022 Hafen</p></main>", None),
        (
            "<main><time class=entry-date datetime=2022-08-13>a</time><time class=updated datetime=2022-08-14>b</time></main>",
            "2022-08-13",
        ),
        ("<main><p>Version 13.8.22.1</p></main>", None),
        ("<main><p>Stand: 31.02.2022</main>", None),
        ("<main><p>Stand: 02.05.2031</main>", None),
        ("<main><p>Stand: 02.05.1922</main>", None),
    ],
)
def test_date_is_the_one_the_page_gives_itself(html: str, date: str | None) -> None:
    """The surest source wins; several, impossible, old or future dates are none."""
    assert read(html).date == date


def test_dated_address_is_the_last_resort() -> None:
    """Where nothing else names a day, the path of the address may."""
    assert read("<p>x", url="https://blatt.example/2023/03/13/neues/").date == "2023-03-13"


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("2023-03-13-neues.html", "2023-03-13"),
        ("presse/20230313_neues.php", "2023-03-13"),
        ("veranstaltungen/2023-03-13-konzert", None),
        ("akte/2023031399", None),
        ("2023/31/13/", None),
    ],
)
def test_address_names_the_day_of_a_report_only(path: str, date: str | None) -> None:
    """In the address of an event stands when it takes place."""
    assert read("<p>x", url=f"https://blatt.example/{path}").date == date


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=de-AT><p>the", "de"),
        ("<html lang='EN'><p>der", "en"),
        ("<html lang=''><p>Der Antrag ist für die Bürger und mit dem Ausweis möglich", "de"),
        ("<html><p>The form is for you and the citizens of the town", "en"),
        ("<html><p>Amt 5", None),
        ("<html><meta http-equiv=content-language content=de><p>x", "de"),
    ],
)
def test_language_is_declared_or_heard(html: str, language: str | None) -> None:
    """The page's own word comes first, then its small words."""
    assert read(html).language == language


def test_equal_words_have_equal_digests() -> None:
    """The case of plain letters, punctuation and mark-up do not matter; few words have none."""
    words = "Ab heute können Sie Ihren Parkschein „per Handy“ lösen, und zwar an allen Automaten – bequem, schnell und ohne Münzen. Mehr dazu im Rathaus."
    plain = (
        words.replace("Ab heute", "AB HEUTE").replace("„", '"').replace("“", '"').replace(" – ", " - ").replace(",", "")
    )
    assert digest(words) == digest(plain) != ""
    assert digest(words) != digest(words + " Neu")
    assert digest("Nur wenige Worte") == ""
    assert read(f"<main><p>{words}</p></main>").digest == digest(words)


@pytest.mark.parametrize(
    ("body", "content_type", "url", "found"),
    [
        (
            b"%PDF-1.7 x",
            "text/html",
            "https://a.example/Satzung_%C3%BCber-Geb%C3%BChren.pdf",
            ("application/pdf", "Satzung über Gebühren", None),
        ),
        (b"\n%PDF-1.4", "application/pdf", "https://a.example/download/12", ("application/pdf", "Liste 2", None)),
        (
            b"PK\x03\x04x",
            "application/octet-stream",
            "https://a.example/Plan.docx",
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Plan", None),
        ),
        (
            b"\xd0\xcf\x11\xe0",
            "application/vnd.ms-excel",
            "https://a.example/a.xls",
            ("application/vnd.ms-excel", "a", None),
        ),
        (b"PK\x03\x04x", "application/zip", "https://a.example/a.zip", ("application/zip", "a", "not_html")),
        (b"\x89PNG\r\n", "text/html; charset=utf-8", "https://a.example/bild.html", ("image/png", "bild", "not_html")),
        (
            b"<?xml version='1.0'?><urlset></urlset>",
            "text/xml",
            "https://a.example/sitemap.xml",
            ("text/xml", "sitemap", "not_html"),
        ),
        (b"<rss></rss>", "text/html", "https://a.example/feed", ("application/xml", "Liste 2", "not_html")),
        (b'{"a": "<p>"}', "application/json", "https://a.example/x.json", ("application/json", "x", "not_html")),
        (b"body{}", "text/css", "https://a.example/x.css", ("text/css", "x", "not_html")),
    ],
)
def test_what_is_no_html_is_only_named(
    body: bytes, content_type: str, url: str, found: tuple[str, str, str | None]
) -> None:
    """The first bytes say what it is; documents are no error, other things are; the file name is the title."""
    page = extract(
        url,
        body,
        content_type=content_type,
        headers={"Content-Disposition": 'attachment; filename="Liste 2.pdf"'},
        fetched=FETCHED,
    )
    assert (page.content_type, page.title, page.error) == found
    assert page.size == len(body)
    assert (page.main_text, page.links, page.digest) == ("", [], "")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!DOCTYPE html><title>Amt</title>", ""),
        (b"<html><title>Amt</title>", "text/plain"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE html><html><title>Amt</title>", "application/xhtml+xml"),
        (b"<title>Amt</title>", "TEXT/HTML"),
    ],
)
def test_html_is_read_whatever_it_is_called(body: bytes, content_type: str) -> None:
    """A missing or vague content type does not hide a page."""
    page = extract(URL, body, content_type=content_type, fetched=FETCHED)
    assert (page.title, page.content_type, page.error) == ("Amt", "text/html", None)


def test_documents_obey_the_header() -> None:
    """A PDF can be kept out of search engines by its header only."""
    assert not extract(
        URL, b"%PDF-1.7", content_type="application/pdf", headers={"x-robots-tag": "noindex"}, fetched=FETCHED
    ).index


def test_answers_without_words_are_told_apart() -> None:
    """No bytes at all are unreadable if they should have been a page, and nothing to wonder about otherwise."""
    assert extract(URL, b" \n", fetched=FETCHED).error == "unreadable"
    assert extract(URL, b"", status=302, fetched=FETCHED).error is None


def test_page_keeps_its_circumstances() -> None:
    """Address, status, size, type, charset and time are those of the answer."""
    body = "<title>Größe</title>".encode("cp1252")
    page = extract(
        "HTTPS://WWW.a.example:443/x#y", body, content_type="text/html; charset=ISO-8859-1", status=404, fetched=FETCHED
    )
    assert (page.url, page.status, page.size, page.content_type, page.charset) == (
        "https://www.a.example/x",
        404,
        len(body),
        "text/html",
        "cp1252",
    )
    assert (page.title, page.fetched) == ("Größe", FETCHED)
