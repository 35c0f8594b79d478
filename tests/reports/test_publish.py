"""Guards the files of the publish kit: readable for everybody and every program, and closed to what crawled pages say."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports.offers import offers
from reports.publish import DESCRIPTION, EXCERPT, PAGE, TITLE, description, kit, title
from tests.reports.conftest import Reader
from tests.reports.test_hostile import ATTACKS, BROKEN
from tests.reports.test_offers import HOME, finding, town
from tests.reports.towns import MUSTERHAFEN, Written

SHAPES = "tests/reports/cpsv-ap.ttl"


def example(**values: Any) -> dict[str, Any]:
    """A town with an offer of each sort, and something to write."""
    brand = {"title": "Klarschiff | Ort", "description": "Melden Sie Schäden."}
    return town(
        finding(),
        finding("maengelmelder", name="Mängelmelder", definition="Schäden lassen sich online melden.", best_page=brand),
        finding("kfz-zulassung-online", name="Kfz-Zulassung online", counts=False, competence="county"),
        finding("smart-city-strategie", name="Smart-City-Strategie", kind="strategy"),
        finding("geoportal", name="Geoportal", best_url="http://portal.example/ort/karte", reasons=[{"code": "unsure"}]),
        finding("hundesteuer-online", name="Hund anmelden", verdict="ABSENT", best_url=None, advice="Bieten Sie es an."),
        finding("carsharing", name="Carsharing", verdict="BURIED", reasons=[{"code": "news_only", "text": "Nur Meldung."}]),
        finding("wohngeld-online", name="Wohngeld", open_to_search=False),
        aliases={"Klarschiff": []},
        **values,
    )  # fmt: skip


def hostile() -> dict[str, Any]:
    """A town in which every text that is not ours attacks; addresses that cannot be links fall away."""
    rows = [
        finding(
            f"k-{place}",
            name=attack + BROKEN,
            definition=attack,
            question=attack,
            best_url=f"{HOME}/{place}" if place % 2 else attack,
            best_page={"title": attack, "description": attack + BROKEN},
            path=[{"url": attack, "text": attack}],
            quotes=[{"url": f"{HOME}/{place}", "text": attack}],
            verdict="FINDABLE" if place % 3 else "BURIED",
            audience=[attack, "citizens"],
            competence=attack,
            advice=attack,
            department=attack,
            proof=[attack],
            no_proof=[attack],
            reasons=[{"code": attack, "text": attack}],
        )
        for place, attack in enumerate(ATTACKS * 2)
    ]
    changes = [
        {"kind": "page", "page": ATTACKS[0], "title": ATTACKS[0], "text": f"{ATTACKS[0]}\nx", "criterion": "k-0"}
    ]
    proposals = [{"criteria": ["k-0", "k-3"], "change": attack, "changes": changes} for attack in ATTACKS]
    names = {"town_name": ATTACKS[0], "ars": ATTACKS[4], "aliases": {attack: [attack, 3] for attack in ATTACKS}}
    return town(*rows, proposals=proposals, **names)


def table(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def graph(text: str) -> Any:
    """Parse Turtle; rdflib is slow to load, so only here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rdflib import Graph  # noqa: PLC0415

        return Graph().parse(data=text, format="turtle")


def violations(text: str) -> str:
    """What the shapes of CPSV-AP find wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyshacl import validate  # noqa: PLC0415

        is_right, _, told = validate(graph(text), shacl_graph=SHAPES)
    return "" if is_right else str(told)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return kit(example())


@pytest.fixture(scope="module")
def attacked() -> dict[str, str]:
    return kit(hostile())


def test_the_page_groups_by_situation_and_audience(files: dict[str, str]) -> None:
    """Each offer once with its sentence and once in a short list for each audience, each time with the direct link."""
    page = LexborHTMLParser(files[PAGE])
    entries = {node.attributes["id"]: node for node in page.css(".angebote > li")}
    order = "wohngeld-online handyparken kfz-zulassung-online maengelmelder geoportal smart-city-strategie"
    assert list(entries) == [f"angebot-{key}" for key in order.split()]
    assert [node.text() for node in page.css("h3")][-2:] == ["Für Bürgerinnen und Bürger", "Für Gäste"]
    told = entries["angebot-maengelmelder"].text()
    assert "Mängelmelder (Klarschiff)" in told
    assert "Schäden lassen sich online melden." in told
    assert "Aufgabe des Kreises" in entries["angebot-kfz-zulassung-online"].text()
    links = [node.attributes["href"] for node in page.css("a[href^=http]")]
    assert links.count(f"{HOME}/handyparken") == 3
    assert not {f"{HOME}/carsharing", f"{HOME}/hundesteuer-online"} & set(links)


def test_the_excerpt_fits_into_another_page(files: dict[str, str]) -> None:
    """No head, no style, no script, headings from the second level on, and the same entries as the page."""
    assert not re.search(r"<(?:!DOCTYPE|html|head|body|main|h1|style|script|meta)", files[EXCERPT])
    assert files[EXCERPT].strip() in files[PAGE]


def test_json_ld_names_each_offer(files: dict[str, str]) -> None:
    """In the page as in the file; what cannot be used is no service, and the county's has no provider."""
    (block,) = LexborHTMLParser(files[PAGE]).css('script[type="application/ld+json"]')
    graph = json.loads(block.text())["@graph"]
    assert graph == json.loads(files["angebote.jsonld"])["@graph"]
    assert graph[0]["identifier"]["value"] == "130730088088"
    items = {entry["item"]["@id"].split("#")[1]: entry["item"] for entry in graph[1]["itemListElement"]}
    assert graph[1]["numberOfItems"] == len(items) == 6
    assert items["angebot-handyparken"]["@type"] == "GovernmentService"
    assert items["angebot-handyparken"]["availableChannel"]["serviceUrl"] == f"{HOME}/handyparken"
    assert items["angebot-maengelmelder"]["alternateName"] == "Klarschiff"
    assert items["angebot-smart-city-strategie"]["@type"] == "WebPage"
    assert "provider" not in items["angebot-kfz-zulassung-online"]


def test_turtle_conforms_to_cpsv_ap(files: dict[str, str]) -> None:
    """Services of the town only; and the shapes do see what is missing."""
    turtle = files["angebote.ttl"]
    assert violations(turtle) == ""
    assert turtle.count("a cpsv:PublicService") == 4
    assert "regionalKey/130730088088" in turtle
    assert "kfz-zulassung" not in turtle
    for line in ("dct:title", "dct:identifier", "cv:hasCompetentAuthority", "skos:prefLabel", "dct:spatial"):
        assert violations(turtle.replace(f"    {line} ", "    dct:relation ")), line
    assert violations(turtle.replace("@de", "")), "texts without a language"
    assert violations(kit(example(ars=None))["angebote.ttl"]) == ""


def test_tables_can_be_read_again(files: dict[str, str]) -> None:
    """UTF-8 with a mark, semicolons; what a person should look at is marked; lengths are those of the texts."""
    rows = table(files["angebote.csv"])
    assert [len(row) for row in rows] == [10] * 7
    by_key = {row[0]: row for row in rows}
    assert by_key["geoportal"][-1] == "ja"
    assert by_key["maengelmelder"][1:3] == ["Mängelmelder", "Klarschiff"]
    assert by_key["handyparken"][6] == "Bürgerinnen und Bürger, Gäste"
    for row in table(files["titel-und-beschreibungen.csv"])[1:]:
        assert [len(text) for text in row[2::2]] == [int(number) for number in row[3::2]]
        assert len(row[4]) <= TITLE
        assert len(row[8]) <= DESCRIPTION


def test_titles_keep_plain_words_and_drop_the_rest_first() -> None:
    """Name, brand and town if they fit; never more than lists of results show."""
    document = example()
    (one,) = [one for one in offers(document) if one.key == "maengelmelder"]
    assert title(one, document) == "Mängelmelder (Klarschiff) | Ort"
    assert (
        title(one, document | {"town_name": "Bad Langenfeldkirchen an der Untermühle"})
        == "Mängelmelder | Bad Langenfeldkirchen an der Untermühle"
    )
    assert title(one, document | {"town_name": "O" * 60}) == "Mängelmelder"
    (long,) = offers(town(finding(name="Wort " * 30, definition="Satz " * 60)))
    assert title(long, document).endswith("Wort…")
    assert len(description(long, document)) <= DESCRIPTION


def test_the_sitemap_speaks_for_its_host_only(files: dict[str, str]) -> None:
    """Other hosts have their own, and what hides from search engines is not announced to them."""
    places = [
        node.text for node in ET.fromstring(files["sitemap-ausschnitt.xml"]).iter() if node.text and node.text.strip()
    ]
    assert places[:2] == [f"{HOME}/digitale-angebote", f"{HOME}/handyparken"]
    assert f"{HOME}/wohngeld-online" not in places
    assert not any("portal.example" in place for place in places)


def test_texts_leave_blank_what_only_the_town_knows(files: dict[str, str]) -> None:
    """One for each thing that is missing or buried, with the words of catalogue and proposals."""
    assert {name for name in files if name.startswith("texte/")} == {
        "texte/hundesteuer-online.txt",
        "texte/carsharing.txt",
    }
    text = files["texte/hundesteuer-online.txt"]
    assert "Was zu tun ist: Bieten Sie es an." in text
    assert "nur, wenn es das bei Ihnen gibt" in text
    assert "Kosten: [...]" in text
    assert f"{HOME}/carsharing" not in files["texte/carsharing.txt"]


def test_the_readme_says_what_to_do_first(files: dict[str, str]) -> None:
    """Each file is explained; what is doubtful, somebody else's task or left out is named."""
    said = files["README.txt"]
    assert all(name in said for name in files if name != "README.txt" and "/" not in name)
    assert "Textvorschläge für 2 Angebote" in said
    assert "- Geoportal: http://portal.example/ort/karte" in said
    assert "- Kfz-Zulassung online: Aufgabe des Kreises" in said
    assert "- Carsharing: Nur Meldung." in said
    assert said.index("DAS ZUERST") < said.index("DIE DATEIEN")


def test_no_attack_becomes_part_of_the_page(attacked: dict[str, str]) -> None:
    """What came as text stays text, and no link leads elsewhere."""
    page = LexborHTMLParser(attacked[PAGE])
    assert not page.css("img, iframe, object, form, base, svg, style ~ style, [style], [src]")
    assert [node.attributes["type"] for node in page.css("script")] == ["application/ld+json"]
    assert not {name for node in page.css("*") for name in node.attributes if name.startswith("on")}
    links = [str(node.attributes["href"]) for node in page.css("[href]")]
    assert all(link.startswith((HOME, "#inhalt")) for link in links)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in attacked[PAGE]


def test_no_attack_ends_a_literal_a_script_or_a_cell(attacked: dict[str, str]) -> None:
    """JSON-LD, Turtle, CSV and XML of a hostile town are valid and say what was said."""
    (block,) = LexborHTMLParser(attacked[PAGE]).css("script")
    items = json.loads(block.text())["@graph"][1]["itemListElement"]
    names = {entry["item"]["name"] for entry in items}
    assert "<script>alert(1)</script>" not in block.text()
    assert any("onerror" in name for name in names)
    assert violations(attacked["angebote.ttl"]) == ""
    assert attacked["angebote.ttl"].count("a cpsv:PublicService") == len(items)
    cells = [
        cell
        for name in ("angebote.csv", "titel-und-beschreibungen.csv")
        for row in table(attacked[name])
        for cell in row
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    ET.fromstring(attacked["sitemap-ausschnitt.xml"])


def test_every_file_can_be_written_and_no_name_leaves_the_folder(attacked: dict[str, str]) -> None:
    """UTF-8, no control characters, no turned writing, nothing blown up."""
    for name, text in attacked.items():
        assert re.fullmatch(r"(?:texte/)?[A-Za-z0-9-]+\.[a-z]+", name)
        assert text.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), name
        assert not re.search("x{2000}", text), name


def test_a_whole_document_makes_a_kit(musterhafen: Written) -> None:
    """What the database gives fits; a town's key of 12 digits and its aliases are in the document."""
    musterhafen.town.ars, musterhafen.town.aliases = "130730088088", {"Klarschiff": ["Klar Schiff"]}
    files = kit(musterhafen.document())
    shown = sum(letter in "FB" for letter in MUSTERHAFEN.replace(" ", ""))
    assert len(table(files["angebote.csv"])) == shown + 1
    assert "130730088088" in files["angebote.ttl"]


@pytest.mark.browser
def test_everybody_can_read_the_page(reader: Reader, files: dict[str, str]) -> None:
    """No violation of WCAG 2.2 AA, no sideways scrolling, nothing fetched and nothing complained about."""
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    reader.file.write_text(files[PAGE].replace("Geoportal", long), encoding="utf-8")
    page = reader.open(width=1280)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert reader.violations(page) == []
        assert reader.sticks_out(page) <= 0
    page.emulate_media(color_scheme="dark")
    assert reader.violations(page, only="color-contrast") == []
    assert reader.messages == []
    assert reader.requests == [reader.file.as_uri()]
