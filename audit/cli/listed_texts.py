"""
What real search engines say of a town, as German lines for the terminal.

Does not ask and does not print.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from audit.cli.texts import clean
from audit.inventory.fields import plain
from audit.run.listing import Asking, Taken
from crawler.searxng import WORDS
from db.terms import Source

SHOWN = 5
"""Queries of one criterion that people typed; the most frequent ones."""

OTHERS = 20
"""Queries without a criterion that are named."""

Entry = Mapping[str, Any]
"""One entry of ``listed`` of a finding, as in ``reports.findings``."""


def lines(entries: Sequence[Entry], *, best: str | None) -> list[str]:
    """Return a line for each real search of a criterion and for the queries most typed; ``best`` is the page of its finding."""
    typed = [entry for entry in entries if entry["source"] == Source.CONSOLE]
    told = [_asked(entry, best) for entry in entries if entry["source"] == Source.SEARXNG]
    told += [_typed(entry) for entry in typed[:SHOWN]]
    return [*told, f"  und {len(typed) - SHOWN} weitere Suchanfragen"] if len(typed) > SHOWN else told


def asking(told: Asking, *, host: str) -> str:
    """Return what came of asking an instance."""
    if not told.asked:
        return "Alle Fragen dieser Prüfung sind schon beantwortet. Es wurde nichts gefragt."
    found = [
        f"{told.asked} {'Frage' if told.asked == 1 else 'Fragen'} an {host} gestellt.",
        f"  Stadt unter den ersten zehn  {told.listed:4}",
        f"  Stadt nicht darunter         {told.unlisted:4}",
        f"  nicht gemessen               {told.errors.total():4}",
    ]
    found += [f"Nicht gemessen ({count}): {WORDS[error]}" for error, count in told.errors.most_common()]
    if told.over:
        found.append("Weitere Fragen wurden darum nicht gestellt.")
    if told.waiting:
        found.append(f"Es fehlen noch {told.waiting} Antworten; derselbe Befehl macht dort weiter.")
    return "\n".join(found)


def taken(told: Taken, *, period: str) -> str:
    """Return what was assigned to criteria, and what was not."""
    assigned = {row.query for row in told.assigned}
    rows = sorted(told.assigned, key=lambda row: row.criterion)  # stays in the order of the export within a criterion
    total = len(assigned) + len(told.others)
    span = f" ({clean(period)})" if period else ""
    found = [f"{total} Suchanfragen eingelesen{span}, {len(assigned)} davon einem Kriterium zugeordnet."]
    found += [
        f"  {key}: {_named([row.query for row in each])}" for key, each in groupby(rows, lambda row: row.criterion)
    ]
    if told.others:
        found.append("Zu keinem Kriterium gehören und nicht gespeichert wurden:")
        most = sorted(told.others, key=lambda one: -one.impressions)
        found += [f"  „{clean(one.query)}“ ({one.impressions} Einblendungen)" for one in most[:OTHERS]]
    if len(told.others) > OTHERS:
        found.append(f"  und {len(told.others) - OTHERS} weitere; --json nennt alle")
    return "\n".join(found)


def _named(typed: Sequence[str]) -> str:
    more = f" und {len(typed) - SHOWN} weitere" if len(typed) > SHOWN else ""
    return ", ".join(f"„{clean(query)}“" for query in typed[:SHOWN]) + more


def shown(name: str, entries: Mapping[str, Sequence[Entry]]) -> Iterator[str]:
    """Give all that is known of an audit, one criterion after the other."""
    if not entries:
        yield f"{name}: Es wurde noch keine echte Suche befragt und keine Statistik eingelesen."
    for key, rows in entries.items():
        yield key
        yield from (f"  {line}" for line in lines(rows, best=None))


def _asked(entry: Entry, best: str | None) -> str:
    engines = ", ".join(clean(name) for name in entry["engines"]) or clean(entry["host"])
    begun = f"Bei einer echten Suche über {engines} am {_day(entry)} nach „{clean(entry['query'])}“: "
    if entry["error"]:
        silent = f" ({'; '.join(clean(one) for one in entry['silent'])})" if entry["silent"] else ""
        return f"{begun}nicht gemessen: {WORDS[entry['error']]}{silent}"
    if entry["rank"] is None:
        return f"{begun}keine Seite der Stadt unter den ersten zehn"
    return f"{begun}Stelle {entry['rank']} ({clean(entry['url'])}){_own(entry, best)}"


def _own(entry: Entry, best: str | None) -> str:
    """Return where the page of the finding stands, if the town is first shown with another one."""
    if best is None or plain(best) == plain(entry["url"]):
        return ""
    rank = next((hit["rank"] for hit in entry["hits"] if plain(hit["url"]) == plain(best)), None)
    return f"; die Seite des Befunds an Stelle {rank}" if rank else "; die Seite des Befunds ist nicht darunter"


def _typed(entry: Entry) -> str:
    facts = [f"{entry['impressions']}-mal gezeigt"]
    if entry["clicks"] is not None:
        facts.append(f"{entry['clicks']}-mal angeklickt")
    if entry["position"] is not None:
        facts.append(f"im Mittel an Stelle {entry['position']:.1f}".replace(".", ","))
    span = f", {clean(entry['period'])}" if entry["period"] else ""
    told = f"Laut Google Search Console (eingelesen am {_day(entry)}{span})"
    return f"{told} nach „{clean(entry['query'])}“: {', '.join(facts)}"


def _day(entry: Entry) -> str:
    return f"{datetime.fromisoformat(entry['asked']):%d.%m.%Y}"
