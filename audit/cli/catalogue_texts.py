"""
Catalogues as plain German for the terminal: a criterion, what changed, what to look at, what the official list says.

Does not compute and does not print.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from audit.catalogue import Catalogue, Criterion, Example
from audit.catalogue.differences import Change, Difference, ListChange
from audit.catalogue.translations import Lack
from audit.classify.slips import Slip
from audit.inventory.leika import Note, Result, Service
from reports import words

WIDTH = 110
SHOWN_NOTES = 20

LABELS = {
    "name": "Name",
    "version": "Fassung",
    "title": "Titel",
    "base": "Grundlage",
    "areas": "Bereiche",
    "area": "Bereich",
    "name_en": "Name auf Englisch",
    "aspect": "Gehört zu",
    "kind": "Art",
    "question": "Frage",
    "definition": "Gemeint ist",
    "audience": "Für",
    "competence": "Zuständig",
    "roles": "Steht auf",
    "enough": "Es genügt",
    "product": "Namen der Sache",
    "object": "Worum es geht",
    "action": "Sagt, dass es das gibt",
    "tech": "Muss im Satz stehen",
    "context": "Muss auf der Seite stehen",
    "homonym": "Ist etwas anderes",
    "hosts": "Portale, Anbieter",
    "leika": "Leistungsschlüssel",
    "counts": "Zählt",
    "counts_not": "Zählt nicht",
    "queries": "Suchfragen",
    "under": "Zu suchen unter",
    "advice": "Rat",
    "department": "Wer es tun kann",
    "examples: yes": "Beispiele, die zählen",
    "examples: no": "Beispiele, die nicht zählen",
    "mapping": "Andere Ranglisten",
    "sources": "Quellen",
}
"""The fields in plain words, in the order in which they are shown."""

KINDS = {
    "transaction": "Vorgang; ist da, wenn man ihn laut dem Satz online erledigen kann",
    "portal": "Portal; ist da, wenn man es laut dem Satz online nutzen kann",
    "offer": "Angebot; ist da, wenn man es laut dem Satz nutzen kann",
    "infrastructure": "Infrastruktur; ist da, wenn sie laut dem Satz in Betrieb ist",
    "strategy": "Konzept; ist da, wenn es laut dem Satz beschlossen oder veröffentlicht ist",
}
ENOUGH = {
    "info": "eine Seite, die es beschreibt",
    "form": "ein Formular",
    "online": "dass es online nutzbar ist",
    "live": "dass es in Betrieb ist",
    "strategy": "dass das Konzept veröffentlicht ist",
}
AUDIENCES = {"citizens": "Bürgerinnen und Bürger", "business": "Unternehmen", "guests": "Gäste"}
RANKINGS = {"bitkom": "Bitkom Smart City Index", "losi": "LOSI der Vereinten Nationen"}


def criterion(found: Criterion, catalogue: Catalogue) -> str:
    """Return everything about one criterion; what is empty is left out."""
    shown = {
        **found.model_dump(mode="json", exclude={"examples"}),
        "area": next(one.name for one in catalogue.areas if one.id == catalogue.area_of[found.id]),
        "aspect": words.say(found.aspect, words.ASPECTS),
        "kind": KINDS[found.kind],
        "competence": words.say(found.competence, words.COMPETENCES),
        "enough": ENOUGH.get(found.enough, found.enough),
        "audience": [AUDIENCES[one] for one in found.audience],
        "roles": [words.say(role, words.ROLES) for role in found.roles],
        "product": [f"{name} ({_plain(weight)})" for name, weight in found.product.items()],
        "mapping": [f"{RANKINGS.get(ranking, ranking)}: {name}" for ranking, name in found.mapping.items()],
        "examples: yes": [_example(one) for one in found.examples.yes],
        "examples: no": [_example(one) for one in found.examples.no],
    }
    lines = [f"{found.id}: {catalogue.name_of(found.id)}"]
    for field, label in LABELS.items():
        if field != "name" and shown.get(field):
            lines += _field(label, shown[field], is_long=field.startswith(("examples", "counts", "sources", "mapping")))
    return "\n".join(lines)


def _example(example: Example) -> str:
    title = f"{example.title}: " if example.title else ""
    return f"{title}{example.text}" + (f" (warum nicht: {example.why})" if example.why else "")


def _field(label: str, value: Any, *, is_long: bool) -> Iterator[str]:
    if is_long and isinstance(value, list):
        yield f"{label}:"
        for one in value:
            yield from textwrap.wrap(one, WIDTH, initial_indent="  – ", subsequent_indent="    ")
    else:
        text = ", ".join(value) if isinstance(value, list) else value
        yield from textwrap.wrap(f"{label}: {text}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def difference(found: Difference, old: Catalogue, new: Catalogue) -> str:
    """Return what changed between two catalogues, criterion by criterion."""
    lines = [f"{old.name} {old.version} → {new.name} {new.version}"]
    if found.is_empty:
        return f"{lines[0]}: kein Unterschied."
    lines += [line for change in found.head for line in _change(change)]
    for title, keys, catalogue in (("Neu", found.added, new), ("Entfallen", found.removed, old)):
        if keys:
            lines.append(f"{title} ({len(keys)}):")
            lines += [f"  {key}: {catalogue.name_of(key)}" for key in keys]
    if found.changed:
        lines.append(f"Geändert ({len(found.changed)}):")
    for key, changes in found.changed.items():
        lines.append(f"{key}: {new.name_of(key)}")
        lines += [line for change in changes for line in _change(change)]
    return "\n".join(lines)


def _change(change: Change | ListChange) -> Iterator[str]:
    label = LABELS.get(change.field, change.field.replace("sets: ", "Gemeinsame Wörter "))
    if isinstance(change, Change):
        yield f"  {label}: {_told(change.old)} → {_told(change.new)}"
        return
    for sign, values in (("neu", change.added), ("entfallen", change.removed)):
        if values:
            yield f"  {label}, {sign}: {' · '.join(str(value) for value in values)}"
    for name, (old, new) in change.values.items():
        yield f"  {label}, „{name}“: {_plain(old)} → {_plain(new)}"
    if not (change.added or change.removed or change.values):
        yield f"  {label}: andere Reihenfolge"


def _told(value: Any) -> str:
    return "(leer)" if value in {None, ""} else f"„{_plain(value)}“"


def _plain(value: Any) -> str:
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


def hints(found: Sequence[Slip]) -> Iterator[str]:
    """Return what an editor should look at, those about the same criteria together."""
    for criteria, slips in groupby(sorted(found, key=lambda one: one.criteria), key=lambda one: one.criteria):
        yield f"  {', '.join(criteria)}"
        yield from (f"    „{one.pattern}“: {one.text}" for one in slips)


def lacks(found: Sequence[Lack], *, file: str) -> Iterator[str]:
    """Return what is not translated, or no longer, with the mark to enter in the file once it is."""
    if not found:
        yield f"Übersetzung {file}: vollständig."
        return
    yield f"Übersetzung {file}: unvollständig ({len(found)}). Was fehlt oder älter als das Deutsche ist, und was danach einzutragen ist:"
    for one in found[:SHOWN_NOTES]:
        place = f"{one.part}, {one.key}" if one.key else one.part
        yield f'  {place} ({"veraltet" if one.is_old else "fehlt"}): of: "{one.of}"'
    if len(found) > SHOWN_NOTES:
        yield f"  und {len(found) - SHOWN_NOTES} weitere (alle mit --json)"


def keys(result: Result, catalogue: Catalogue) -> Iterator[str]:
    """Return what the official list says of the catalogue's keys, with lines to paste."""
    yield f"Schlüssel des Katalogs, die in der Liste stehen und passen: {result.confirmed}."
    missing = [doubt for doubt in result.doubts if doubt.service is None]
    if missing:
        yield f"Nicht in der Liste ({len(missing)}):"
        yield from (f"  {doubt.criterion}: {doubt.key}" for doubt in missing)
    other = [(doubt.criterion, doubt.service) for doubt in result.doubts if doubt.service is not None]
    if other:
        yield f"Dort ein Name, der nicht zum Kriterium passt ({len(other)}):"
        yield from (
            f"  {key}: {service.key} ist dort „{service.names[0]}“ (Zeile {service.row})" for key, service in other
        )
    if result.proposals:
        yield f"Vorschläge für Kriterien ohne Schlüssel ({len(result.proposals)}). Löschen Sie, was nicht passt, und fügen Sie den Rest ein:"
    for key, proposals in result.proposals.items():
        yield f"# {key}: {catalogue.name_of(key)}"
        yield "  leika:"
        yield from (_line(one.service) for one in proposals)


def _line(service: Service) -> str:
    return f'  - "{service.key}"  # {" / ".join(service.names)} (Zeile {service.row})'


def notes(found: Sequence[Note]) -> Iterable[str]:
    """Return the first things to tell of rows, and how many more there are."""
    yield from (f"  Zeile {note.row}: {note.text}" for note in found[:SHOWN_NOTES])
    if len(found) > SHOWN_NOTES:
        yield f"  und {len(found) - SHOWN_NOTES} weitere (alle mit --json)"
