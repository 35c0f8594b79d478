"""
What is to say of a published page, for the terminal and as JSON.

Does not check anything; see ``audit.run.publishing``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.cli.texts import clean
from audit.run.publishing import Check, Entry, State
from reports.publish import DESCRIPTION, TITLE
from reports.render import amount

WORDS = {
    State.WORKS: "Link stimmt",
    State.LINKED: "Link da, nicht ausprobiert",
    State.BROKEN: "Link führt ins Leere",
    State.UNLINKED: "genannt, aber ohne direkten Link",
    State.MISSING: "fehlt auf der Seite",
}
TO_MEND = (State.BROKEN, State.UNLINKED, State.MISSING)


def report(seen: Check, *, page: str) -> str:
    """Return the result in German, what to mend first."""
    lines = [f"Geprüft: {clean(page)}", *_counts(seen), *_head(seen)]
    for state in (*TO_MEND, State.LINKED):
        rows = [entry for entry in seen.entries if entry.state == state]
        is_worth = state in TO_MEND or any(entry.detail for entry in rows)
        lines += ["", f"{WORDS[state]}:", *map(_line, rows)] if rows and is_worth else []
    return "\n".join(lines)


def as_json(seen: Check, *, page: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result as JSON values."""
    return {
        "page": page,
        "town": document["town"],
        "audit": document["audit"],
        "title": {"text": seen.page.title, "length": len(seen.page.title), "most": TITLE},
        "description": {"text": seen.page.description, "length": len(seen.page.description), "most": DESCRIPTION},
        "open_to_search": seen.index,
        "json_ld": {"blocks": seen.blocks, "valid": seen.valid, "offers": seen.described, "of": len(seen.entries)},
        "counts": {state.value: seen.number(state) for state in State},
        "offers": [
            {
                "criterion": entry.offer.key,
                "name": entry.offer.name,
                "url": entry.offer.url,
                "state": entry.state.value,
                "detail": entry.detail,
            }
            for entry in seen.entries
        ],
    }


def _counts(seen: Check) -> Iterator[str]:
    linked = sum(seen.number(state) for state in (State.WORKS, State.LINKED))
    yield f"{linked} von {amount(len(seen.entries), 'Angebot', 'Angeboten')} der letzten Prüfung haben hier einen direkten Link."
    for state in State:
        if number := seen.number(state):
            yield f"  {WORDS[state]}: {number}"


def _head(seen: Check) -> Iterator[str]:
    yield from _text("Titel", seen.page.title, most=TITLE)
    yield from _text("Beschreibung", seen.page.description, most=DESCRIPTION)
    if not seen.index:
        yield "Suchmaschinen: Die Seite verbietet ihnen, sie aufzunehmen („noindex“)."
    if not seen.blocks:
        yield "JSON-LD: keines. Setzen Sie den Inhalt von angebote.jsonld in den Kopf der Seite."
    elif seen.valid < seen.blocks:
        yield f"JSON-LD: {seen.blocks - seen.valid} von {amount(seen.blocks, 'Block', 'Blöcken')} nicht lesbar (kein gültiges JSON)."
    else:
        yield f"JSON-LD: gültig, nennt {seen.described} von {amount(len(seen.entries), 'Angebot', 'Angeboten')}."


def _text(what: str, text: str, *, most: int) -> Iterator[str]:
    if not text:
        yield f"{what}: fehlt."
    else:
        remark = f", mehr als {most} werden meist abgeschnitten" if len(text) > most else ""
        yield f"{what}: „{clean(text)[:most]}“ ({len(text)} Zeichen{remark})"


def _line(entry: Entry) -> str:
    detail = f" ({clean(entry.detail)})" if entry.detail else ""
    return f"  - {clean(entry.offer.name)}: {clean(entry.offer.url)}{detail}"
