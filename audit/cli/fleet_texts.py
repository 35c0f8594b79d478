"""
How far a round of a fleet is, as plain text.

Does not count; the document is that of ``audit.jobs.fleet.standing``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.inventory.profile import STATES
from reports.fleet_words import FAILURES, JOB_STATES
from reports.render import amount, moment, number


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the status."""
    if not told["started"]:
        yield "Es hat noch keine Runde begonnen. Sie beginnt mit: fundstelle fleet start"
        return
    states = told["states"]
    yield f"Runde seit {moment(told['started'])}: {amount(told['towns'], 'Ort', 'Orte')}, {amount(told['pages'], 'Seite', 'Seiten')} gelesen."
    if told["paused"]:
        yield f"Angehalten seit {moment(told['paused'])}. Weiter geht es mit: fundstelle fleet resume"
    if told["towns"]:
        yield "  ".join(f"{words}: {number(states[state])}" for state, words in JOB_STATES.items() if states[state])
    yield from _left(told)
    if len(told["lands"]) > 1:
        for land in told["lands"]:
            over = land["towns"] - land["states"]["waiting"] - land["states"]["running"]
            yield f"  {STATES.get(land['land'], 'ohne Land'):24} {over:>6} von {land['towns']} zu Ende"
    if told["failures"]:
        yield "Ohne brauchbares Ergebnis:"
        for kind, count in told["failures"].items():
            yield f"  {count:>6}  {FAILURES[kind]} ({kind})"
        yield "Noch einmal: fundstelle fleet retry, oder mit --kind nur eines davon."


def _left(told: Mapping[str, Any]) -> Iterator[str]:
    left, speed = told["left"], told["speed"]
    if not left["towns"]:
        yield "Die Runde ist zu Ende."
    elif speed is None:
        if not told["paused"]:
            yield "Wie lange es noch dauert, lässt sich sagen, sobald drei Prüfungen zu Ende sind."
    else:
        yield (
            f"Noch {amount(left['towns'], 'Ort', 'Orte')}, etwa {span(left['seconds'])}: gerechnet mit {amount(speed['towns'], 'Ort', 'Orten')} in den letzten"
            f" {span(speed['seconds'])} ({str(speed['pages_per_second']).replace('.', ',')} Seiten je Sekunde)."
        )


def span(seconds: float) -> str:
    """Return a stretch of time as people say it: minutes, from two hours on hours, from two days on days."""
    minutes = max(1, round(seconds / 60))
    if minutes < 2 * 60:
        return amount(minutes, "Minute", "Minuten")
    hours = round(minutes / 60)
    return amount(hours, "Stunde", "Stunden") if hours < 2 * 24 else amount(round(hours / 24), "Tag", "Tagen")
