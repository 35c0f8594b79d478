"""The structured part of a page: its trail, languages, things, graph, search and index."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import schema
from crawler.crumbs import MAX_STEP, MAX_STEPS
from crawler.extract import extract
from crawler.structure import MAX_LANGUAGES

FETCHED = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://www.musterhafen.example/rathaus/amt.html"
FRONT = "https://www.musterhafen.example/"
WORDS = "Der Antrag wird im Rathaus gestellt und dort auch bearbeitet, so dass niemand reisen muss. " * 3


def structure(html: str, *, url: str = URL, head: str = "") -> dict[str, Any]:
    page = (
        f"<html><head><title>Amt</title>{head}</head><body>{html}<main><h1>Amt</h1><p>{WORDS}</p></main></body></html>"
    )
    read = extract(url, page.encode(), fetched=FETCHED)
    assert read.error is None
    return read.structure or {}


def ld(value: Any) -> str:
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


TRAIL = {
    "@context": "https://schema.org",
    "@type": "BreadcrumbList",
    "itemListElement": [
        {"@type": "ListItem", "position": 10, "name": "Ausweis"},
        {"@type": "ListItem", "position": 2, "item": {"@id": "/b", "name": "B&uuml;rgerservice"}},
        {"@type": "ListItem", "position": 1, "name": "Start", "item": "/"},
    ],
}


def test_page_without_any_has_none() -> None:
    """A page that says nothing of itself leaves the column empty."""
    assert extract(URL, b"<title>Amt</title><p>Text", fetched=FETCHED).structure is None


@pytest.mark.parametrize(
    ("html", "steps"),
    [
        (ld(TRAIL), ["Start", "Bürgerservice", "Ausweis"]),
        (ld({"@graph": [{"@type": "WebPage"}, TRAIL]}), ["Start", "Bürgerservice", "Ausweis"]),
        (ld({"@type": "WebPage", "mainEntity": TRAIL}), ["Start", "Bürgerservice", "Ausweis"]),
        (
            ld({"@type": "BreadcrumbList", "itemListElement": [{"name": "Start", "position": float("nan")}, {"name": "Amt"}]}),
            ["Start", "Amt"],
        ),
        (
            "<ol itemscope itemtype='https://schema.org/BreadcrumbList'><li itemprop=itemListElement itemscope itemtype='https://schema.org/ListItem'><a itemprop=item href=/><span itemprop=name>Start</span></a><meta itemprop=position content=1><li itemprop=itemListElement itemscope itemtype='https://schema.org/ListItem'><span itemprop=name>Rathaus</span><meta itemprop=position content=2></ol>",
            ["Start", "Rathaus"],
        ),
        ("<ol class=breadcrumb><li><a href=/>Start</a><li><a href=/b>Amt &amp; Rat</a><li>Ausweis</ol>", ["Start", "Amt & Rat", "Ausweis"]),
        ("<div id=brotkrumen>Sie sind hier: <a href=/>Start</a> &gt; <a href=/b>Bau / Umwelt</a> &gt; Ausweis</div>", ["Start", "Bau / Umwelt", "Ausweis"]),
        ("<div class=rootline>Sie befinden sich hier: Start » Rathaus » Ämter</div>", ["Start", "Rathaus", "Ämter"]),
        (
            "<nav aria-label=Breadcrumb><h2>Brotkrümelnavigation</h2><ul><li><a href=/ title=Startseite><svg></svg></a> / </li><li><span>E-Government</span></ul></nav>",
            ["Startseite", "E-Government"],
        ),
        ("<nav role=navigation class=breadcrumbs><a href=/>Start</a><a href=/r>Rathaus</a></nav>", ["Start", "Rathaus"]),
        ("<nav aria-label=Hauptmenü><a href=/>Start</a><a href=/r>Rathaus</a></nav>", None),
        ("<div class=breadcrumb><span>Aktuelle Seite: </span><h2>Pfadnavigation</h2><a href=/>Start</a></div>", ["Start"]),
        (f"<div class=breadcrumb><p>{WORDS * 5}</p></div>", None),
        (f"<div class=breadcrumb><a href=/>Start</a><p>{WORDS}</p></div>", None),
    ],
)  # fmt: skip
def test_trail_is_read_as_declared_or_as_shown(html: str, steps: list[str] | None) -> None:
    """The steps come from BreadcrumbList in their order, else from the element named a trail, without its label and signs."""
    assert structure(html).get("crumbs") == steps


def test_declared_trail_comes_before_the_shown_one() -> None:
    """What the page declares is complete, what it shows may be cut."""
    assert structure(f"<ol class=breadcrumb><li>…</ol>{ld(TRAIL)}")["crumbs"] == ["Start", "Bürgerservice", "Ausweis"]


def test_languages_are_those_of_the_head_and_of_menus() -> None:
    """An hreflang names other versions: without x-default, the page itself, regions, links in the text and other sites."""
    head = (
        "<link rel=alternate hreflang=x-default href=/><link rel=alternate hreflang=de href=/rathaus/amt.html>"
        "<link rel=alternate hreflang=en-GB href=/en/office><link rel='alternate' hreflang='de-simple' href=/leicht>"
        "<link rel=stylesheet hreflang=fr href=/x.css><link rel=alternate hreflang='<b>' href=/b>"
    )
    menu = (
        "<nav><a href='/pl/?a=1&amp;b=2' hreflang=pl>Polski</a><a hreflang=en href=/en/>English</a>"
        "<a hreflang=uk href=https://translate.example/uk>uk</a></nav>"
    )
    main = "<main><p>Text <a hreflang=fr href=/fr/studie>étude</a></p></main>"
    assert structure(menu + main, head=head)["languages"] == {
        "de-simple": "https://www.musterhafen.example/leicht",
        "en": "https://www.musterhafen.example/en/office",
        "pl": "https://www.musterhafen.example/pl/?a=1&b=2",
    }


def test_graph_is_what_the_page_tells_networks() -> None:
    """OpenGraph gives type, title, address and name of the site, each if it is there."""
    head = (
        "<meta property='og:type' content=article><meta property='og:title' content='Das  Amt'>"
        "<meta property='og:site_name' content='Stadt Musterhafen'><meta property='og:image' content=/a.png>"
    )
    assert structure("", head=head) == {"graph": {"type": "article", "title": "Das Amt", "site": "Stadt Musterhafen"}}


@pytest.mark.parametrize(
    ("value", "things"),
    [
        (
            {"@type": "GovernmentService", "name": "Wohngeld", "url": "/wohngeld", "description": "<p>Zuschuss</p>", "serviceType": "Antrag",
             "provider": {"@type": "GovernmentOrganization", "name": "Stadt"}, "openingHours": "Mo 8-12"},
            [
                {"type": "GovernmentService", "name": "Wohngeld", "url": "https://www.musterhafen.example/wohngeld", "description": "Zuschuss",
                 "serviceType": "Antrag", "provider": "Stadt"},
                {"type": "GovernmentOrganization", "name": "Stadt"},
            ],
        ),
        (
            {"@type": ["https://schema.org/FAQPage", "WebPage"], "mainEntity": [
                {"@type": "Question", "name": "Was kostet es?", "acceptedAnswer": {"@type": "Answer", "text": "10 Euro"}},
                {"@type": "Question", "name": "Wie lange dauert es?"}]},
            [{"type": "FAQPage", "questions": ["Was kostet es?", "Wie lange dauert es?"]}],
        ),
        ({"@type": "MusicEvent", "name": "Konzert", "startDate": "2024-07-01T19:00", "performer": {"@type": "Organization", "name": "Chor"}},
         [{"type": "MusicEvent", "name": "Konzert", "startDate": "2024-07-01T19:00"}]),
        ({"@type": "schema:MobileApplication", "name": "App", "installUrl": "https://store.example/app"},
         [{"type": "MobileApplication", "name": "App", "url": "https://store.example/app"}]),
        ({"@type": "Service", "name": "Termin", "availableChannel": {"@type": "ServiceChannel", "serviceUrl": "https://termin.example/"}},
         [{"type": "Service", "name": "Termin"}]),
        ({"@type": "CityHall", "name": "Rathaus", "contactPoint": {"@type": "ContactPoint", "contactType": "Bürgertelefon", "telephone": "115", "url": "/k"}},
         [{"type": "CityHall", "name": "Rathaus"},
          {"type": "ContactPoint", "url": "https://www.musterhafen.example/k", "contactType": "Bürgertelefon", "telephone": "115"}]),
        ([{"@type": "Dataset", "name": "Haushalt"}, {"@type": "Dataset", "name": "Haushalt"}], [{"type": "Dataset", "name": "Haushalt"}]),
        ({"@type": "Service", "name": "x", "potentialAction": {"@type": "ReserveAction", "target": {"urlTemplate": "/termin"}}},
         [{"type": "Service", "name": "x"}, {"type": "ReserveAction", "url": "https://www.musterhafen.example/termin"}]),
        ({"@type": "NewsArticle", "headline": "Neues", "author": {"@type": "Organization", "name": "Presse"}}, [{"type": "NewsArticle", "name": "Neues"}]),
        ({"@type": "WebPage", "name": "Service"}, None),
        ({"@type": "https://other.example/Service", "name": "x"}, None),
        ({"@type": "Service", "name": ["", 3, None], "url": "javascript:alert(1)"}, None),
        ("Event", None),
    ],
)  # fmt: skip
def test_things_that_matter_are_kept_with_few_properties(value: Any, things: list[dict[str, Any]] | None) -> None:
    """Services, questions, events, apps, data, organisations and actions are kept, with few properties, each once."""
    assert structure(ld(value)).get("things") == things


def test_microdata_is_read_like_json() -> None:
    """Values come from the attribute that the element has for them, of the nearest item; others are not read."""
    html = """<article itemscope itemtype="http://schema.org/GovernmentService http://schema.org/Thing"><h2 itemprop="name">Wohn<b>geld</b></h2>
    <a itemprop="url" href="/wohngeld">mehr</a><meta itemprop="description" content="Zuschuss"><div itemprop="termsOfService">lang</div>
    <div itemprop="provider" itemscope itemtype="http://schema.org/GovernmentOrganization"><span itemprop="name">Amt</span></div></article>
    <div itemscope itemtype="https://schema.org/Event"><time itemprop="startDate" datetime="2024-07-01">1. Juli</time>
    <link itemprop="url" href="/fest"><span itemprop="name">Fest</span></div><span itemprop="name">ohne</span>"""
    assert structure(html)["things"] == [
        {
            "type": "GovernmentService",
            "name": "Wohngeld",
            "url": "https://www.musterhafen.example/wohngeld",
            "description": "Zuschuss",
            "provider": "Amt",
        },
        {"type": "Event", "name": "Fest", "url": "https://www.musterhafen.example/fest", "startDate": "2024-07-01"},
        {"type": "GovernmentOrganization", "name": "Amt"},
    ]


GOOD = '{"@type": "Service", "name": "Amt"}'


@pytest.mark.parametrize(
    "block",
    [
        GOOD,
        f"\n/*<![CDATA[*/ {GOOD} /*]]>*/",
        f"//<![CDATA[\n{GOOD}\n//]]>",
        f"<!-- {GOOD} -->",
        f"{GOOD};",
        '{"@type": "Service", "name": "Amt",}',
        '{"@type": "Service", "name": "Amt", "x": NaN, "y": -Infinity, "z": 1e999}',
        '{"@type": "Event", "name": "Rat", "@type": "Service", "name": "Amt"}',
        '{"@type": "Service", "name": "Amt\n\t", "a": "\\ud800"}',
        '{"@type": "Service", "name": "A\\u0000mt"}'.replace("A\\u0000mt", "\\u0000Amt\\ud800"),
        f'{GOOD}, {{"@type": "WebPage"}}',
        GOOD.replace('"', "&quot;"),
        '{"@type": "Service", "name": {"@value": "Amt", "@language": "de"}}',
    ],
)
def test_json_that_is_slightly_wrong_is_read(block: str) -> None:
    """Comments, CDATA, commas, NaN, double names, control characters and broken signs around good data do no harm."""
    assert structure(ld(block))["things"] == [{"type": "Service", "name": "Amt"}]


def test_script_of_json_may_write_its_type_as_entity() -> None:
    """Some systems write "ld&#43;json"."""
    assert structure(ld(GOOD).replace("+", "&#43;"))["things"] == [{"type": "Service", "name": "Amt"}]


@pytest.mark.parametrize(
    ("path", "front"),
    [("", 1), ("de/", 1), ("portal", 1), ("start.html", 1), ("de/startseite.html", 1), ("a/b/", 0), ("kontakt.html", 0), ("?id=1", 0)],
)  # fmt: skip
def test_search_and_index_are_noted_at_front_doors(path: str, front: int) -> None:
    """They are the same on all pages of a site, so only the front door keeps them."""
    html = "<form action=/suche role=search><input type=search name=q></form><nav><a href=/az>Leistungen A–Z</a></nav>"
    wanted = {
        "search": {"url": "https://www.musterhafen.example/suche?q={query}", "method": "get"},
        "index": "https://www.musterhafen.example/az",
    }
    assert structure(html, url=FRONT + path) == (wanted if front else {})


SITE_SEARCH = {
    "@type": "WebSite",
    "url": "/",
    "potentialAction": {"@type": "SearchAction", "target": "/?s={search_term_string}&x=1", "query-input": "required name=search_term_string"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("html", "search"),
    [
        (ld(SITE_SEARCH), ("https://www.musterhafen.example/?s={query}&x=1", "get")),
        (
            ld({**SITE_SEARCH, "potentialAction": [{"@type": "SearchAction", "target": {"@type": "EntryPoint", "urlTemplate": "https://suche.musterhafen.example/{q}"}}]}),
            ("https://suche.musterhafen.example/{query}", "get"),
        ),
        (ld({**SITE_SEARCH, "potentialAction": {"@type": "SearchAction", "target": "https://google.example/?q={q}"}}), None),
        (ld({**SITE_SEARCH, "potentialAction": {"@type": "SearchAction", "target": "/suche"}}), None),
        ("<form action='/suche?id=3' class=search><input name=ort><input name='tx[sword]'></form>", ("https://www.musterhafen.example/suche?tx%5Bsword%5D={query}", "get")),
        ("<form action='/suche?id=3' method=post role=search><input name=q></form>", ("https://www.musterhafen.example/suche?id=3&q={query}", "post")),
        ("<form action=https://google.example/search role=search><input name=q></form>", None),
        ("<form action=/login><input name=user><input type=password name=p></form>", None),
    ],
)  # fmt: skip
def test_search_is_the_one_of_the_site(html: str, search: tuple[str, str] | None) -> None:
    """Declared or as a form, with the place of the words; searches of other domains are not the site's."""
    found = structure(html, url=FRONT).get("search")
    assert found == (search and {"url": search[0], "method": search[1]})


@pytest.mark.parametrize(
    ("links", "place"),
    [
        (["A-Z"], 0),
        (["Von A bis Z"], 0),
        (["Musterhafen A – Z", "Dienstleistungen A-Z"], 1),
        (["Stichwortverzeichnis", "Themen A bis Z"], 1),
        (["Stichwortverzeichnis"], 0),
        (["Vereine A-Z", "Straßenverzeichnis A-Z", "Abfall von A bis Z"], None),
        (["A", "Z", "Kita Zebra", "AZ 123"], None),
    ],
)
def test_list_from_a_to_z_is_known_by_its_words(links: list[str], place: int | None) -> None:
    """That of the services comes first; lists of clubs and streets are none."""
    html = "".join(f"<li><a href=/l{number}>{words}</a>" for number, words in enumerate(links))
    found = structure(f"<nav><ul>{html}</ul></nav>", url=FRONT).get("index")
    assert found == (None if place is None else f"https://www.musterhafen.example/l{place}")


def _size(value: Any) -> int:
    return len(json.dumps(value))


MOST = 4 * schema.MAX_SIZE
HOSTILE = {
    "nested lists": "[" * 150_000 + '"Service"',
    "nested things": '{"@type":"Service","name":"x","provider":' * 3_000 + "1" + "}" * 3_000,
    "nested values": '{"@type":"Service","name":' + '{"@value":' * 500 + '"x"' + "}" * 501,
    "many things": json.dumps([{"@type": "Service", "name": f"{number}" * 90} for number in range(900)]),
    "many steps": json.dumps({"@type": "BreadcrumbList", "itemListElement": [{"name": "x" * 900 + str(n)} for n in range(150)]}),
    "long values": json.dumps({"@type": "Service", "name": "x" * 90_000, "url": "/" + "y" * 90_000}),
    "a huge number": '{"@type":"Service","name":"x","position":' + "9" * 90_000 + "}",
    "open comments": "Service" + "/*" * 60_000 + "<!--" * 9_000,
    "commas": "Service[" + ", " * 90_000,
    "open tags": json.dumps({"@type": "Service", "name": "<" * 90_000}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(20)
def test_hostile_json_is_bounded(name: str) -> None:
    """Depth, number and length of what a page declares cannot hurt."""
    found = structure(ld(HOSTILE[name]))
    assert _size(found) < MOST
    assert len(found.get("things", [])) <= schema.MAX_THINGS
    assert len(found.get("crumbs", [])) <= MAX_STEPS
    assert all(len(step) <= schema.MAX_NAME for step in found.get("crumbs", []))


MARKED = {
    "nested items": "<div itemscope itemprop=provider itemtype='https://schema.org/Service'>" * 5_000,
    "nested names": "<div itemscope itemtype='https://schema.org/Service'>" + "<div itemprop=name>" * 400 + "x" * 1_000_000,
    "many items": "<div itemscope itemtype='https://schema.org/Service'><b itemprop=name>x</b></div>" * 20_000,
    "many names": f"<div itemscope itemtype='https://schema.org/Service'><b itemprop='{'name ' * 9_000}'>x</b></div>",
    "many languages": "".join(f"<link rel=alternate hreflang=a{a}{b} href=/{a}{b}>" for a in "abcdefghijkl" for b in "abcdefghijkl"),
    "a long trail": "<ol class=breadcrumb>" + "".join(f"<li>{number}" for number in range(200)) + "</ol>",
    "many routes": "<main>" + "#/leistung/9" * 200_000 + "</main>",
    "an unclosed trail": "<div class=breadcrumb>" + "<a href=/>x <b>" * 200,
}  # fmt: skip


@pytest.mark.parametrize("name", MARKED)
@pytest.mark.timeout(20)
def test_hostile_markup_is_bounded(name: str) -> None:
    """The same of microdata, languages and trails."""
    found = structure(MARKED[name])
    assert _size(found) < MOST
    assert len(found.get("languages", {})) <= MAX_LANGUAGES
    assert len(found.get("crumbs", [])) <= MAX_STEPS
    assert all(len(step) <= MAX_STEP for step in found.get("crumbs", []))


NAMES = st.sampled_from(
    ["@type", "@graph", "@id", "name", "url", "target", "provider", "itemListElement", "item", "position", "identifier", "mainEntity", "potentialAction"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(
        ["Service", "FAQPage", "BreadcrumbList", "SearchAction", "/?q={q}", "99107023017000", "http://[", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_any_json_is_read(value: Any) -> None:
    """Whatever a page declares gives a structure that can be stored, of few kinds of values."""
    found = structure(ld({"@type": "Service", "about": value, "mainEntity": value}), url=FRONT)
    assert json.dumps(found).encode().decode()
    assert json.dumps(found, ensure_ascii=False).encode()
    assert "\0" not in json.dumps(found, ensure_ascii=False)
    assert _size(found) < MOST
    for thing in found.get("things", []):
        assert {type(part) for part in thing.values()} <= {str, list}


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='{}[],:"\\/*<!->@ServictypenamOgh1', max_size=80))
def test_any_text_is_no_reason_to_fail(text: str) -> None:
    """What is no JSON is nothing."""
    assert "things" not in structure(ld(f"Service {text.replace('</', '')}"))
