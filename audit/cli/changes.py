"""
Commands about time: changes between two audits, and the trend of a town.

Does not compare (``audit.run.comparing``) and words nothing that a report says too (``reports.change_words``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from audit.cli import store
from audit.cli.audits import TOO_LITTLE
from audit.cli.catalogues import used_by
from audit.cli.german import Command
from audit.cli.language import spoken
from audit.cli.progress import judging
from audit.cli.texts import VERDICTS, clean
from audit.run import comparing
from audit.run.written import write
from db.errors import InputError
from reports import change_words, export
from reports import changes as change_report
from reports import trend as trend_report
from reports.language import language
from reports.render import amount, day

Json = Mapping[str, Any]


def shown(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options by which a result is shown: as text, as JSON, or as a file."""
    where = click.Path(path_type=Path, file_okay=False)
    for option in (
        click.option("--out", type=where, default=Path(), metavar="ORDNER", help="Wohin die Datei kommt."),
        click.option("--format", "kind", type=click.Choice(["html"]), help="Als Datei dieser Art schreiben."),
        click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben."),
    ):
        command = option(command)
    return command


@click.command(cls=Command)
@click.argument("one", metavar="PRÜFUNG")
@click.argument("two", metavar="PRÜFUNG")
@shown
@spoken
def changes(*, one: str, two: str, as_json: bool, kind: str | None, out: Path) -> int:
    """
    Zeigt, was sich zwischen zwei Prüfungen eines Ortes geändert hat und woran das liegt.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. Haben sich unsere Regeln geändert, werden die Seiten
    von damals noch einmal nach den neuen beurteilt. Gespeichert wird davon nichts.

    \b
    Beispiele:
      fundstelle changes 3 stralsund
      fundstelle changes 3 7 --format html --out berichte
      fundstelle changes 3 7 --format html --language en
    """  # noqa: D301 click wants the mark
    _refuse(kind, as_json=as_json)
    engine = store.engine()
    with judging() as report:
        found = comparing.compare(engine, one, two, rules=used_by, report=report)
    told = change_words.told({**found})
    if kind:
        stem = f"aenderungen-{found['town']}-{found['before']['audit']}-{found['after']['audit']}"
        _written(out, f"{stem}.html", change_report.html(found))
    else:
        click.echo(export.json_text(told) if as_json else "\n".join(_changes(told)))
    is_sound = found["comparable"] and all(found[side]["enough"] for side in ("before", "after"))
    return 0 if is_sound else TOO_LITTLE


@click.command(cls=Command)
@click.argument("town", metavar="ORT")
@shown
@spoken
def trend(*, town: str, as_json: bool, kind: str | None, out: Path) -> None:
    """
    Zeigt das Ergebnis aller Prüfungen eines Ortes im Lauf der Zeit, und was sich jeweils geändert hat.

    Wo anders gemessen wurde, bricht die Linie ab, und der Grund steht dabei.

    \b
    Beispiele:
      fundstelle trend stralsund
      fundstelle trend stralsund --format html --out berichte
      fundstelle trend stralsund --format html --language en
    """  # noqa: D301 click wants the mark
    _refuse(kind, as_json=as_json)
    engine = store.engine()
    with judging() as report:
        found = comparing.trend(engine, town, rules=used_by, report=report)
    if kind:
        _written(out, f"verlauf-{found['town']}.html", trend_report.html(found))
    else:
        told = trend_report.told(found)
        click.echo(export.json_text(told) if as_json else "\n".join(_trend(told)))


def _written(folder: Path, name: str, content: str) -> None:
    for file in write(folder, {name: content}):
        click.echo(file)


COMMANDS = (changes, trend)


def _refuse(kind: str | None, *, as_json: bool) -> None:
    if kind and as_json:
        raise InputError("--json und --format gehen nicht zugleich.", remedy="Rufen Sie den Befehl zweimal auf.")
    if language() != "de" and not kind and not as_json:
        raise InputError("Auf dem Bildschirm spricht Fundstelle nur Deutsch.", remedy="Ergänzen Sie --format html.")


def _changes(told: Json) -> Iterator[str]:
    before, after = told["before"], told["after"]
    dates = " und ".join(f"Prüfung {side['audit']} ({day(side['started'])})" for side in (before, after))
    yield f"{clean(told['town_name'])}: {dates}"
    yield told["sentence"]
    again = f", nach den neuen Regeln {_of(told['rejudged'])}" if told["rejudged"] else ""
    yield f"Gut auffindbar: damals {_of(before['score'])}{again}, jetzt {_of(after['score'])}."
    for line in told["why"]:
        yield f"Anders gemessen: {clean(line)}"
    for line in told["cautions"]:
        yield f"Achtung: {clean(line)}"
    for row in sorted(told["changes"], key=lambda row: change_report.ORDER.index(change_report.group(row))):
        yield from _row(row)


def _row(row: Json) -> Iterator[str]:
    yield f"  {clean(row['name'])}: {_turn(row)}"
    yield f"    {row['turn']}"
    for fact in row["facts"]:
        yield " ".join(["    -", clean(fact["text"]), clean(fact["url"] or "")]).rstrip()
    for name, view in (("Damals", row["before"]), ("Jetzt", row["after"])):
        if view and view["quote"]:
            yield f"    {name}: „{clean(view['quote'])}“ {clean(view['best_url'])}"
        if view and view["path"]:
            steps = " › ".join(clean(step["text"]) or clean(step["url"]) for step in view["path"])
            yield f"    {name} der Weg: {steps} ({amount(view['clicks'], 'Klick', 'Klicks')})"


def _turn(row: Json) -> str:
    was, now = (VERDICTS[row[side]["verdict"]] if row[side] else "nicht gefragt" for side in ("before", "after"))
    return f"{was} → {now}"


def _trend(told: Json) -> Iterator[str]:
    yield f"{clean(told['town_name'])}: {amount(len(told['audits']), 'Prüfung', 'Prüfungen')}"
    yield told["sentence"]
    for audit, step in zip(told["audits"], [None, *told["steps"]], strict=True):
        score = _of(audit["score"]) if audit["enough"] else "zu wenig gelesen"
        if step and step["breaks"]:
            yield f"  --- Bruch: {clean(' '.join(step['why']))}"
        since = f"; {clean(step['sentence'])}" if step else ""
        yield f"  {day(audit['started'])}, Prüfung {audit['audit']}: {score}{since}"
        if step and step["breaks"] and step["rejudged"]:
            yield f"      Die Seiten der Prüfung {step['before']['audit']} ergäben nach den neuen Regeln {_of(step['rejudged'])}."
        for row in step["changes"] if step else ():
            yield f"      {clean(row['name'])}: {_turn(row)} ({change_words.CAUSES[row['cause']]})"
    if not told["steps"]:
        yield f"Die nächste macht „fundstelle audit {told['town']}“."


def _of(score: Json) -> str:
    return f"{score['found']} von {score['of']}"
