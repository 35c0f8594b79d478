"""
A criterion to be filled in, as YAML for the file of its area.

Does not write files: whoever edits the catalogue pastes it.
"""

from __future__ import annotations

import difflib
import re

from audit.catalogue.shapes import Catalogue, Kind
from db.errors import CatalogueError

WORDS: dict[Kind, tuple[str, str, str]] = {
    "transaction": ("implementation", "online", "online beantragen"),
    "portal": ("implementation", "online", "im Portal"),
    "offer": ("implementation", "online", "können Sie"),
    "infrastructure": ("implementation", "live", "in Betrieb"),
    "strategy": ("strategy", "strategy", "beschlossen"),
}
"""For each kind the aspect, what is enough, and an example of what makes it available."""

TEMPLATE = """\
- id: {key}  # bleibt für immer
  name: {name}
  name_en: ""  # der Name auf Englisch
  aspect: {aspect}  # strategy oder implementation
  kind: {kind}  # transaction, portal, offer, infrastructure oder strategy
  question: ""  # was eine Bürgerin fragen würde: „Kann ich ...?“
  definition: ""  # was genau da sein muss, in einem Satz
  audience: [citizens]  # citizens, business, guests
  competence: town  # wer zuständig ist: town, county, state
  roles: [city]  # auf welchen Websites es stehen würde, die wahrscheinlichste zuerst
  enough: {enough}  # die niedrigste Reife, die zählt: info, form, online, live, strategy
  product: {{}}  # Namen, die die Sache selbst sind, mit Gewicht 0.4 bis 3: {{handyparken: 2.4}}
  object: []  # worum es geht; mehrdeutige Wörter brauchen dazu tech oder context
  action: []  # was sagt, dass es das gibt („{action}“), zusätzlich zu den gemeinsamen Wörtern der Art
  tech: []  # eines davon muss im selben Satz oder im Titel stehen; leer: nichts wird verlangt
  context: []  # eines davon muss irgendwo auf der Seite stehen; leer: nichts wird verlangt
  homonym: []  # sieht ähnlich aus, ist aber etwas anderes
  hosts: []  # Adressen von Portalen und Anbietern, mit *
  leika: []  # amtliche Leistungsschlüssel, 14 Ziffern in Anführungszeichen
  counts: []  # was zählt, in Worten
  counts_not: []  # was nicht zählt
  queries: ["{{town}} {query}"]  # was jemand in eine Suche tippt; {{town}} ist der Name der Stadt
  under: []  # 4 bis 20 Wörter aus Menüs und Übersichten, unter denen man es sucht, das wahrscheinlichste zuerst
  advice: ""  # was die Stadt tun soll, wenn es nicht zu finden ist
  department: ""  # wer das tun kann
  examples:  # mindestens drei Seiten, die zählen, und drei, die nicht zählen
    "yes":
    - {{title: "", text: ""}}
    "no":
    - {{title: "", text: "", why: ""}}  # why: warum es nicht zählt
"""


def skeleton(catalogue: Catalogue, key: str, *, area: str, kind: Kind, name: str) -> str:
    """Return the YAML; raise CatalogueError if the id cannot be used or the area is not one of the catalogue."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
        raise CatalogueError(
            f"„{key}“ ist keine Kennung.",
            remedy="Erlaubt sind kleine Buchstaben ohne Umlaute, Ziffern und Bindestriche, zum Beispiel: fahrrad-stellplatz.",
        )
    if key in catalogue.criteria:
        raise CatalogueError(
            f"Das Kriterium „{key}“ gibt es schon im Bereich „{catalogue.area_of[key]}“.",
            remedy=f"Wählen Sie eine andere Kennung; „fundstelle criteria show {key}“ zeigt das vorhandene.",
        )
    areas = [one.id for one in catalogue.areas]
    if area not in areas:
        raise unknown_area(area, areas)
    if not name.strip():
        raise CatalogueError("Der Name fehlt.", remedy="Beispiel: --name 'Fahrradstellplatz mieten'")
    aspect, enough, action = WORDS[kind]
    values = {"key": key, "kind": kind, "aspect": aspect, "enough": enough, "action": action}
    return TEMPLATE.format(name=_quoted(name), query=_escaped(name.lower()), **values)


def unknown_area(area: str, areas: list[str]) -> CatalogueError:
    """Return the error for an area that is none, with the one that was probably meant."""
    return CatalogueError(
        f"Den Bereich „{area}“ gibt es nicht.", remedy=f"{meant(area, areas)}Bereiche: {', '.join(areas)}."
    )


def meant(word: str, known: list[str]) -> str:
    """Return a question for the words that come closest, or nothing."""
    close = difflib.get_close_matches(word.lower(), known, n=3, cutoff=0.6)
    return f"Meinten Sie {' oder '.join(f'„{one}“' for one in close)}? " if close else ""


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
