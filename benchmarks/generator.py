"""
A municipal site of any size, the same for the same number: what a content management system makes of a town's pages.

Does not imitate one town; the shape is what real sites have: about 50 kB a page, of which 7 kB are words of its own,
and 125 links, of which two thirds are menu and footer; the rest is scripts, drawings and wrappers.
"""

from __future__ import annotations

import json
import random
from functools import lru_cache

NOUNS = (
    "Anmeldung Antrag Ausweis Bauamt Beratung Bescheinigung Buchung Bücherei Bürgerbüro Dienst Energie Fahrplan Formular Förderung"
    " Führerschein Garten Gebühr Gewerbe Glasfaser Hafen Haushalt Jugend Kita Klima Kultur Ladesäule Markt Meldung Museum Musikschule"
    " Netz Ordnung Park Parken Pflege Portal Rathaus Schule Senioren Sitzung Sport Stadtwerke Steuer Straße Termin Tourismus Umwelt"
    " Urkunde Verein Verkehr Volkshochschule Wahl Wasser WLAN Wohnen Wohngeld Zulassung"
).split()
VERBS = "beantragen erhalten prüfen melden buchen finden nutzen ansehen bezahlen bestellen abholen ändern verlängern abmelden".split()
SENTENCES = (
    "Für {a} und {b} ist die Abteilung {c} zuständig.",
    "Sie können {a} im Rathaus {v} oder einen Termin für {b} vereinbaren.",
    "Bitte bringen Sie zur {a} alle Unterlagen für {b} mit.",
    "Seit dem letzten Jahr lässt sich {a} auch online {v}.",
    "Die Stadt plant, {a} und {b} im kommenden Jahr zu erneuern.",
    "Fragen zu {a} beantwortet das Team {b} montags bis freitags.",
    "Die Gebühr für {a} richtet sich nach der Satzung über {b}.",
    "Weitere Hinweise zu {a}, {b} und {c} finden Sie im Merkblatt.",
)
TOPICS, SUBTOPICS = 7, 8  # of the menu
FOOTER = 22
CHILDREN = 12  # pages below a page
BESIDE = 14  # links beside the text

_ICON = (
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="' + "M12 2l3 7h7l-6 4 2 7-6-4z" * 8 + '"/></svg>'
)
_SCRIPT = "".join(
    f"window.module{number}={{id:{number},on:function(a,b){{return a+b*{number}}},at:[{','.join(map(str, range(number, number + 12)))}]}};\n"
    for number in range(100)
)


@lru_cache(maxsize=100_000)
def title(number: int) -> str:
    """Return the title of a page, which links to it repeat."""
    chance = random.Random(f"title {number}")
    return f"{chance.choice(NOUNS)} {chance.choice(VERBS)} {number}"


def page(number: int, pages: int) -> bytes:
    """Return page ``number`` of a site of ``pages`` pages as UTF-8 HTML of about 50 kB."""
    chance = random.Random(number)
    parts = (_head(number, chance), _header(pages), _crumbs(number), '<div class="container row">')
    main = (_sections(chance, pages), _children(number, pages, chance), _form(chance))
    beside = "".join(f"<li>{_link(chance.randrange(pages), 'beside__link')}</li>\n" for _ in range(BESIDE))
    return "".join(
        (
            *parts,
            f'<main id="inhalt" class="col-8"><h1>{title(number)}</h1>\n',
            *main,
            f'</main>\n<aside class="col-4 beside"><h2>Auch gesucht</h2><ul class="beside__list">{beside}</ul></aside></div>\n',
            _footer(pages),
            f"<script>{_SCRIPT[: chance.randint(1_000, 9_000)]}</script></body></html>",
        )
    ).encode()


def _link(number: int, classes: str) -> str:
    return f'<a class="{classes}" href="/seite/{number}.html" title="{title(number)}">{title(number)}</a>'


def _head(number: int, chance: random.Random) -> str:
    about = json.dumps({"@type": "WebPage", "name": title(number)})
    sheets = "".join(
        f'<link rel="stylesheet" href="/assets/merged-{sheet}.css?17" media="all">\n' for sheet in range(6)
    )
    return f"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>{title(number)} | Stadt Beispiel</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="index,follow">
<meta name="description" content="{title(number)}: Zuständigkeit, Unterlagen, Gebühren und Öffnungszeiten.">
<meta property="og:title" content="{title(number)}"><meta property="og:type" content="website">
<link rel="canonical" href="/seite/{number}.html">{sheets}<script type="application/ld+json">{about}</script>
<script>{_SCRIPT[: chance.randint(2_000, 9_000)]}</script></head><body id="p{number}" class="layout-2">
<a class="skip" href="#inhalt">Zum Inhalt springen</a>
<div class="cookie-banner" hidden><p>Diese Website verwendet Cookies.</p><button type="button">Akzeptieren</button></div>
"""


@lru_cache(maxsize=8)
def _header(pages: int) -> str:
    topics = ""
    for topic in range(TOPICS):
        first = topic * (SUBTOPICS + 1)
        below = "".join(
            f'  <li class="menu__item menu__item--level-2"><a class="menu__link" href="/seite/{number % pages}.html" title="{title(number)}" target="_self">'
            f'<span class="menu__text">{title(number)}</span></a></li>\n'
            for number in range(first + 1, first + 1 + SUBTOPICS)
        )
        topics += (
            f'<li class="menu__item has-dropdown"><a class="menu__link" href="/seite/{first % pages}.html"><span>{title(first)}</span>{_ICON}</a>'
            f'<div class="dropdown"><ul class="menu__list menu__list--level-2">\n{below}</ul></div></li>\n'
        )
    return f"""<header class="site-header"><a class="logo" href="/"><img src="/logo.png" alt="Wappen der Stadt Beispiel"></a>
<form class="search" action="/suche" method="get" role="search"><label for="q">Suche</label><input id="q" type="search" name="q"><button>Suchen {_ICON}</button></form>
<nav class="main-menu" aria-label="Hauptmenü"><ul class="menu__list">{topics}</ul></nav></header>
"""


def _crumbs(number: int) -> str:
    above = [0]
    while number > 0:
        above.insert(1, number)
        number = (number - 1) // CHILDREN
    steps = "".join(f"<li>{_link(each, 'crumb')}</li>" for each in above)
    return f'<ol class="breadcrumb">{steps}</ol>\n'


def _sections(chance: random.Random, pages: int) -> str:
    return "".join(_section(chance, pages) for _ in range(chance.randint(6, 9)))


def _section(chance: random.Random, pages: int) -> str:
    """Return one block as editors put them together: a heading, paragraphs with a link, perhaps a list or a table."""
    texts = "".join(
        f'<div class="bodytext"><p>{_words(chance, chance.randint(3, 5))} {_link(chance.randrange(pages), "internal")}</p></div>\n'
        for _ in range(chance.randint(2, 3))
    )
    if chance.random() < 0.3:
        texts += f"<ul>{''.join(f'<li>{_words(chance, 1)}</li>' for _ in range(5))}</ul>\n"
    if chance.random() < 0.2:
        rows = "".join(
            f"<tr><td>{chance.choice(NOUNS)}</td><td>{chance.randint(5, 200)},00 €</td></tr>" for _ in range(8)
        )
        texts += f"<table><thead><tr><th>Leistung</th><th>Gebühr</th></tr></thead><tbody>{rows}</tbody></table>\n"
    if chance.random() < 0.4:
        texts += '<figure class="image"><picture><source srcset="/bild-400.webp 400w"><img src="/bild.jpg" alt="Ansicht"></picture><figcaption>Foto: Stadt Beispiel</figcaption></figure>\n'
    heading = f"{chance.choice(NOUNS)} {chance.choice(VERBS)}"
    return f'<div class="frame frame-default"><div class="frame-inner"><header><h2>{heading}</h2></header>\n{texts}</div></div>\n'


def _children(number: int, pages: int, chance: random.Random) -> str:
    below = range(CHILDREN * number + 1, min(CHILDREN * number + 1 + CHILDREN, pages))
    cards = "".join(
        f'<article class="teaser card"><h3 class="card__title">{_link(child, "card__link")}</h3><p class="card__text">{_words(chance, 1)}</p></article>\n'
        for child in below
    )
    return f'<section class="teasers"><h2>Weitere Themen</h2>\n{cards}</section>\n' if cards else ""


def _form(chance: random.Random) -> str:
    if chance.random() > 0.15:
        return ""
    return (
        '<form action="/kontakt" method="post"><label>Name<input name="name"></label><label>E-Mail<input type="email" name="email"></label>'
        '<label>Nachricht<textarea name="nachricht"></textarea></label><button>Absenden</button></form>'
    )


def _words(chance: random.Random, sentences: int) -> str:
    said = (
        chance.choice(SENTENCES).format(**{name: chance.choice(NOUNS) for name in "abc"}, v=chance.choice(VERBS))
        for _ in range(sentences)
    )
    return " ".join(said)


@lru_cache(maxsize=8)
def _footer(pages: int) -> str:
    links = "".join(f"<li>{_link((3 * number + 1) % pages, 'footer__link')}</li>\n" for number in range(FOOTER))
    wrappers = "".join(
        f'<template data-module="{number}"><div class="lightbox" data-options=\'{{"id":{number}}}\'>{_ICON}</div></template>\n'
        for number in range(15)
    )
    return (
        f'<footer class="site-footer"><ul>{links}</ul><p>Stadt Beispiel, Am Markt 1, <a href="mailto:info@stadt.example">E-Mail {_ICON}</a></p></footer>\n'
        + wrappers
    )
