"""
The publish kit: what a town can put online today, made from the document of one audit, as files by name.

Does not write files and does not choose offers (``reports.offers``). The words stand in the templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from markupsafe import Markup

from db.terms import Verdict
from reports import csvs, words
from reports.linked_data import json_ld, turtle
from reports.offers import AUDIENCES, Offer, Rejected, file_name, held_back, limits, offers, page_address, todo
from reports.render import clean, environment, page
from reports.situations import ORDER
from reports.tables import Cell, Column, Table

Json = Mapping[str, Any]

PAGE, EXCERPT = "digitale-angebote.html", "digitale-angebote-ausschnitt.html"
TITLE, DESCRIPTION = 60, 155
"""Characters of a title and a description that lists of results usually show."""
TEXTS = "texte"
BLANK = "[...]"
"""For what only the town knows."""

COLUMNS = "Kennung;Angebot;Eigener Name;Was man tun kann;Adresse;Lebenslage;Zielgruppen;Zuständig;Befund;Vor dem Veröffentlichen prüfen"
HEADS = (
    "Angebot;Adresse;Titel jetzt;Zeichen (Titel jetzt);Titel neu;Zeichen (Titel neu);"
    "Beschreibung jetzt;Zeichen (Beschreibung jetzt);Beschreibung neu;Zeichen (Beschreibung neu)"
)
SITEMAP = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</urlset>\n'


def kit(document: Json, *, address: str | None = None, rejected: Rejected = ()) -> dict[str, str]:
    """
    Return the text of each file by its name within the folder.

    Args:
        document: Of one audit, as ``reports.document`` makes it.
        address: Where the page will stand; None: a place on the town's website.
        rejected: What a person has rejected since the audit was judged.

    Raises:
        InputError: Too little was read, there is nothing to publish, or the address is none.
    """
    found, place = offers(document, rejected=rejected), page_address(document, address)
    data = json_ld(found, document, page=place)
    texts = {f"{TEXTS}/{file_name(entry['criterion'])}.txt": _draft(entry, document) for entry in todo(document)}
    files = {
        PAGE: _page("offers.html.j2", found, document, place=place, data=data),
        EXCERPT: _page("offers_list.html.j2", found, document, place=place, data=data),
        "angebote.jsonld": f"{data}\n",
        "angebote.ttl": turtle(found, document, page=place),
        "angebote.csv": _table(COLUMNS, map(_row, found)),
        "titel-und-beschreibungen.csv": _table(HEADS, (_heads(one, document) for one in found)),
        "sitemap-ausschnitt.xml": _sitemap(found, place),
        **texts,
    }
    return {**files, "README.txt": _readme(found, document, place=place, texts=len(texts))}


def title(one: Offer, document: Json) -> str:
    """Return a title for the page of an offer: plain words first, then its own name and the town as far as there is room."""
    town = clean(document["town_name"])
    wanted = [f"{one.name} ({one.brand}) | {town}"] if one.brand else []
    wanted += [f"{one.name} | {town}", one.name]
    return next((text for text in wanted if len(text) <= TITLE), _cut(one.name, TITLE))


def description(one: Offer, document: Json) -> str:
    """Return a description for the page of an offer: what one can do, and where."""
    return _cut(f"{clean(document['town_name'])}: {one.text}", DESCRIPTION)


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut between words."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return f"{head.rpartition(' ')[0] or head}…"


def _page(template: str, found: Sequence[Offer], document: Json, *, place: str, data: str) -> str:
    by_situation = [(name, [one for one in found if one.situation == name]) for name in ORDER]
    by_audience = [(name, [one for one in found if key in one.audience]) for key, name in AUDIENCES.items()]
    values = {
        "town": document["town_name"],
        "started": document["started"],
        "place": place,
        "situations": [{"name": name, "offers": rows} for name, rows in by_situation if rows],
        "audiences": [{"name": name, "offers": rows} for name, rows in by_audience if rows],
        "number": len(found),
        # A function, since texts are cut and cleaned on their way; these are cleaned, and nothing in them ends a script.
        "data": lambda: Markup(data),  # noqa: S704
    }
    return page(template, sheet="offers.css", **values)


def _row(one: Offer) -> list[str]:
    return [
        *(one.key, one.name, one.brand, one.text, one.url, one.situation),
        ", ".join(AUDIENCES[key] for key in one.audience),
        words.say(one.competence, words.COMPETENCES),
        words.say(one.verdict, words.VERDICTS),
        "" if one.is_sure else "ja",
    ]


def _heads(one: Offer, document: Json) -> list[Cell]:
    texts = [one.head["title"], title(one, document), one.head["description"], description(one, document)]
    return [one.name, one.url, *(cell for text in texts for cell in (text, len(text)))]


def _table(heads: str, rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as German Excel opens it, with a mark of UTF-8; no cell can become a formula."""
    columns = [Column(head, of=str, width=len(head)) for head in heads.split(";")]
    made = Table(key="", sheet="", means="", columns=columns, rows=[list(row) for row in rows], none="")
    return f"\ufeff{csvs.text(made)}"


def _sitemap(found: Sequence[Offer], place: str) -> str:
    """Return the page and those of its website that search engines may list; a sitemap speaks for its own host only."""
    host = urlsplit(place).netloc
    urls = dict.fromkeys([place, *(one.url for one in found if one.is_open and urlsplit(one.url).netloc == host)])
    return SITEMAP.format("".join(f"  <url><loc>{escape(url)}</loc></url>\n" for url in urls))


def _draft(entry: Json, document: Json) -> str:
    proposals = [one for one in document["proposals"] if entry["criterion"] in one["criteria"]]
    return _plain(
        "draft.txt.j2",
        entry=entry,
        town=document["town_name"],
        is_buried=entry["verdict"] == Verdict.BURIED,
        own_page=None if limits(entry) else entry["best_url"],
        changes=[one["change"] for one in proposals],
        wordings=[
            change for one in proposals for change in one["changes"] if change.get("criterion") == entry["criterion"]
        ],
        title=_cut(f"{clean(entry['name'])} | {clean(document['town_name'])}", TITLE),
        BLANK=BLANK,
    )


def _readme(found: Sequence[Offer], document: Json, *, place: str, texts: int) -> str:
    return _plain(
        "readme.txt.j2",
        town=document["town_name"],
        key=document["town"],
        audit=document["audit"],
        started=document["started"],
        place=place,
        host=urlsplit(place).netloc,
        number=len(found),
        doubtful=[one for one in found if not one.is_sure],
        others=[one for one in found if not one.ours],
        held_back=held_back(document),
        texts=texts,
        has_brands=any(one.brand for one in found),
    )


def _plain(template: str, **values: object) -> str:
    """Return a text file: nobody's words can begin a line of their own."""
    made = environment().overlay(autoescape=False).get_template(template)
    return str(made.render(**clean(values))).strip().replace("\u00a0", " ") + "\n"
