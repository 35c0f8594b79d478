"""
A municipal site of any size, the same for the same number: mega menu, breadcrumb, main text, forms, footer, JSON-LD.

Does not imitate one town; sizes and link counts are those measured on real sites: about 50 kB and 125 links a page.
"""

from __future__ import annotations

import random

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
MENU = 56
PARAGRAPHS = 56
NEAR_LINKS = 60


def page(number: int, pages: int) -> bytes:
    """Return page ``number`` of a site of ``pages`` pages as UTF-8 HTML of about 50 kB."""
    chance = random.Random(number)
    title = f"{chance.choice(NOUNS)} und {chance.choice(NOUNS)} {number}"
    near = [chance.randrange(pages) for _ in range(NEAR_LINKS)] + [(number * 2 + 1) % pages, (number * 2 + 2) % pages]
    paragraphs = "".join(_paragraph(chance) for _ in range(PARAGRAPHS))
    links = "".join(
        f'<li class="teaser-list__item"><a class="teaser" href="/seite/{one}.html">{chance.choice(NOUNS)} {chance.choice(VERBS)} {one}</a></li>'
        for one in near
    )
    return f"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>{title} | Stadt Beispiel</title>
<meta name="description" content="{title}: Zuständigkeit, Unterlagen, Gebühren und Öffnungszeiten.">
<link rel="canonical" href="/seite/{number}.html"><script type="application/ld+json">{{"@type":"WebPage","name":"{title}"}}</script>
{_STYLES}</head><body>
<a class="skip" href="#inhalt">Zum Inhalt springen</a><header>{_menu(pages)}
<form action="/suche" method="get" role="search"><label for="q">Suche</label><input id="q" type="search" name="q"><button>Suchen</button></form></header>
<nav class="breadcrumb" aria-label="Pfad"><a href="/">Start</a> <a href="/seite/{number // 50}.html">Thema</a></nav>
<main id="inhalt"><h1>{title}</h1>{paragraphs}<h2>Siehe auch</h2><ul class="teaser-list">{links}</ul>
<form action="/kontakt" method="post"><label>Name<input name="name"></label><label>E-Mail<input type="email" name="email"></label>
<label>Nachricht<textarea name="nachricht"></textarea></label><button>Absenden</button></form></main>
<footer><a href="/seite/1.html">Impressum</a> <a href="/seite/2.html">Datenschutz</a> <a href="/seite/3.html">Barrierefreiheit</a>
<p>Stadt Beispiel, Am Markt 1</p></footer></body></html>""".encode()


def _paragraph(chance: random.Random) -> str:
    words = {name: chance.choice(NOUNS) for name in "abc"}
    text = " ".join(chance.choice(SENTENCES).format(**words, v=chance.choice(VERBS)) for _ in range(3))
    heading = f"<h2>{words['a']} {chance.choice(VERBS)}</h2>" if chance.random() < 0.15 else ""
    return f'{heading}<div class="content-block content-block--text"><p class="content-block__text">{text}</p></div>\n'


def _menu(pages: int) -> str:
    items = "".join(
        f'<li class="mega-menu__item mega-menu__item--level-2" data-level="2" data-id="{number}">'
        f'<a class="mega-menu__link" href="/seite/{number % pages}.html" title="{NOUNS[number % len(NOUNS)]}"><span>{NOUNS[number % len(NOUNS)]} {VERBS[number % len(VERBS)]}</span></a></li>'
        for number in range(MENU)
    )
    return f'<nav class="mega-menu" aria-label="Hauptmenü"><ul>{items}</ul></nav>'


_STYLES = (
    "<style>"
    + "".join(f".content-block--{number}{{margin:0 0 {number}px;padding:{number}px}}" for number in range(250))
    + "</style>"
)
