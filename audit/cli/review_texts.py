"""
People's words on findings as plain text for the terminal.

Does not compute and does not print.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from audit.cli.texts import VERDICTS, clean
from audit.reviews.queue import EVERY
from db.models import Audit
from db.terms import Band, Verdict
from reports.render import amount
from reports.words import DECISIONS, FAULTS

MOST = 15
"""Lines of one table; scripts get all."""

Json = Mapping[str, Any]


def queue(looks: Sequence[Json], *, audit: Audit, questions: Mapping[str, str], left: int) -> str:
    """Return what to look at, and the words that answer."""
    if not looks:
        return f"{clean(audit.town.name)}, Prüfung {audit.id}: nichts zu prüfen."
    lines = [
        f"{clean(audit.town.name)}, Prüfung {audit.id}: {plain(left, 'Seite', 'Seiten')} zu prüfen, jede {EVERY}. ausgelost."
    ]
    for number, one in enumerate(looks, 1):
        lines.append(f"{number:3}. {one['criterion']}: {questions.get(one['criterion'], '')}")
        lines.append(f"     {VERDICTS[one['verdict']]}, Punkte {one['score']:.2f}; {_why(one)}")
        if one["quote"]:
            lines.append(f"     „{clean(one['quote'])}“")
        lines.append(f"     {clean(one['url'])}")
    first = f"{audit.id} {looks[0]['criterion']} --url {shlex.quote(clean(looks[0]['url']))}"
    return "\n".join([
        *lines,
        "",
        f"Stimmt:       fundstelle review confirm {first}",
        f"Stimmt nicht: fundstelle review reject {first} --reason not_the_thing",
    ])  # fmt: skip


def _why(one: Json) -> str:
    if one["outdated"]:
        return "seit dem letzten Urteil hat sich die Seite geändert"
    if one["drawn"]:
        return "ausgelost: " + ("Fundstelle ist sich sicher" if one["band"] == Band.AUTOMATIC else "verworfen")
    if one["hangs"]:
        return "daran hängt der Befund" if one["pages"] == 1 else f"an {one['pages']} solchen Seiten hängt der Befund"
    return "spricht dafür, aber nicht eindeutig"


def done(rows: Sequence[Json]) -> str:
    """Return the words that were taken down, with their numbers."""
    if not rows:
        return "Noch keine Urteile."
    return "\n".join(f"{one['number']:5}  {_day(one['made'])}  {_decided(one)}{_gone(one)}" for one in rows)


def _decided(one: Json) -> str:
    by = f" von {clean(one['person'])}" if one["person"] else ""
    where = "im Ganzen" if one["whole"] else clean(one["url"])
    return f"{one['criterion']} {DECISIONS[one['decision']]}{by}: {one['words']}; {where}"


def _gone(one: Json) -> str:
    if one["withdrawn"]:
        return f" (zurückgenommen am {_day(one['withdrawn'])})"
    if one["expires"]:
        last = datetime.fromisoformat(one["expires"]) - timedelta(seconds=1)
        return f" (gilt bis {last:%d.%m.%Y})"
    return ""


def taken(one: Json, *, audit: int, verdicts: Sequence[str | None], reasons: Sequence[Json], judged: bool) -> str:
    """Return what was taken down or withdrawn, and what became of the finding."""
    what = f"Urteil {one['number']} {'zurückgenommen' if one['withdrawn'] else 'festgehalten'}"
    lines = [f"{what}: {_decided(one)}."]
    if not judged:
        return "\n".join([*lines, f"Es wirkt, sobald neu beurteilt wird: fundstelle judge {audit}"])
    before, after = (VERDICTS[Verdict(verdict)] if verdict else "nicht beurteilt" for verdict in verdicts)
    lines.append(f"Befund: {after}" + (f" (vorher: {before})" if before != after else " (wie bisher)"))
    return "\n".join([*lines, *(f"Grund: {clean(each['text'])}" for each in reasons)])


def report(found: Json) -> str:
    """Return how often people said yes and no, and what was learned."""
    if not found["n"]:
        return "Noch keine Urteile über Seiten. „fundstelle review list ORT“ zeigt, wo ein Blick nützt."
    number = plain(found["n"], "Urteil", "Urteile")
    lines = [f"{number} über Seiten: {found['confirmed']} bestätigt, {found['rejected']} abgelehnt.", ""]
    lines += ["Nach Kriterium:", *(_criterion(one) for one in found["criteria"][:MOST])]
    idle = [one for one in found["rules"] if one["earns_nothing"]]
    if idle:
        lines += ["", "Muster, die nur abgelehnt wurden:"]
        lines += [f"  {one['criterion']:36} {clean(one['rule'])} ({one['rejected']}-mal)" for one in idle[:MOST]]
    lines += ["", "Ausgelost und geprüft:"]
    lines.append(_measured("sicher, zu Recht", found["drawn"]["automatic"]))
    lines.append(_measured("verworfen, zu Recht", found["drawn"]["discarded"]))
    return "\n".join([*lines, "", _learned(found["calibration"])])


def _criterion(one: Json) -> str:
    faults = ", ".join(f"{FAULTS[name]} {number}" for name, number in one["faults"].items())
    return f"  {one['criterion']:36} {one['confirmed']:3} bestätigt {one['rejected']:3} abgelehnt  {faults}".rstrip()


def _measured(name: str, one: Json) -> str:
    if not one["n"]:
        return f"  {name:20} noch nichts"
    low, high = one["interval"]
    share = f"{100 * one['share']:.0f} %; mit 95 % Sicherheit {100 * low:.0f} bis {100 * high:.0f} %"
    return f"  {name:20} {one['right']} von {one['n']} ({share})"


def _learned(calibration: Json | None) -> str:
    if calibration is None:
        return "Gelernt wurde noch nichts; es gelten die Gewichte der Regeln."
    moved = sorted(calibration["offsets"].items(), key=lambda pair: pair[1])
    down = [f"{key} ({value:+.2f})" for key, value in moved[:3] if value < 0]
    up = [f"{key} ({value:+.2f})" for key, value in moved[::-1][:3] if value > 0]
    lines = [
        f"Gelernt aus {plain(calibration['n'], 'Urteil', 'Urteilen')}: Steigung {calibration['slope']:.2f}, Verschiebung {calibration['shift']:.2f}."
    ]
    lines += [f"  strenger bei {', '.join(down)}"] if down else []
    lines += [f"  großzügiger bei {', '.join(up)}"] if up else []
    return "\n".join([*lines, "Es gilt für jede Prüfung, die von jetzt an beurteilt wird."])


def calibrated(change: Json) -> str:
    """Return what people's words did to a score: ``{"n", "made", "score", "by_hand"}``."""
    made = f"{plain(change['n'], 'Urteil', 'Urteilen')} von Menschen (Stand {_day(change['made'])})"
    return f"Eingestellt nach {made}: Punkte {change['score']:.2f} statt {change['by_hand']:.2f}"


def plain(number: int, one: str, many: str) -> str:
    """Return a number with its word, without the space that only reports need."""
    return amount(number, one, many).replace("\u00a0", " ")


def _day(moment: str) -> str:
    return f"{date.fromisoformat(moment[:10]):%d.%m.%Y}"
