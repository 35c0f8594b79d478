"""
Commands about what a researcher looks for: criteria.

Does not judge pages.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from audit import catalogue
from audit.catalogue import Catalogue, Kind, differences, skeleton, translations
from audit.catalogue.files import used_by
from audit.catalogue.skeleton import meant, unknown_area
from audit.classify import Classifier
from audit.classify.examples import failures
from audit.classify.slips import slips
from audit.cli import catalogue_texts, mutation
from audit.cli.german import Group
from audit.cli.texts import clean
from audit.inventory import leika
from db.errors import InputError, NotFoundError

__all__ = ["COMMANDS", "chosen", "criteria", "used_by"]


def chosen(
    default: str | None = catalogue.DEFAULT, *, told: str = "Name oder Ordner des Katalogs."
) -> Callable[[Any], Any]:
    """Return the option that chooses a catalogue."""
    return click.option(
        "--catalogue", "name", default=default, show_default=default is not None, metavar="NAME|ORDNER", help=told
    )


@click.group(cls=Group)
def criteria() -> None:
    """Den Katalog ansehen, prüfen und ergänzen."""


@criteria.command("list")
@click.option("--area", metavar="BEREICH", help="Nur die Kriterien dieses Bereichs.")
@chosen()
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def list_command(*, area: str | None, name: str, as_json: bool) -> None:
    """
    Zeigt alle Kriterien mit der Frage, die dahinter steht.

    \b
    Beispiele:
      fundstelle criteria list --area mobilitaet
      fundstelle criteria list --catalogue bitkom
    """  # noqa: D301 click wants the mark
    rules = catalogue.load(name)
    known = [one.id for one in rules.areas]
    if area is not None and area not in known:
        raise unknown_area(area, known)
    shown = [one for key, one in rules.criteria.items() if area in {None, rules.area_of[key]}]
    if as_json:
        _print([one.model_dump(mode="json", exclude={"examples"}) | {"name": rules.name_of(one.id)} for one in shown])
        return
    for one in shown:
        click.echo(f"{one.id:36} {rules.name_of(one.id)}\n{'':36} {one.question}")


@criteria.command("show")
@click.argument("key", metavar="KRITERIUM")
@chosen()
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def show_command(*, key: str, name: str, as_json: bool) -> None:
    """
    Zeigt alles über ein Kriterium: was zählt, Wörter, Suchfragen, Rat, Beispiele.

    \b
    Beispiel:
      fundstelle criteria show handyparken
    """  # noqa: D301 click wants the mark
    rules = catalogue.load(name)
    if key not in rules.criteria:
        raise NotFoundError(
            f"Das Kriterium „{clean(key)}“ gibt es im Katalog „{rules.name}“ nicht.",
            remedy=f"{meant(key, list(rules.criteria))}„fundstelle criteria list --catalogue {name}“ zeigt alle.",
        )
    found = rules.criteria[key]
    if as_json:
        values = found.model_dump(mode="json") | {"name": rules.name_of(key), "area": rules.area_of[key]}
        _print({"catalogue": rules.name, **values})
    else:
        click.echo(catalogue_texts.criterion(found, rules))


@criteria.command("check")
@click.argument("folder", required=False, metavar="[ORDNER]")
@chosen(None, told="Name oder Ordner des Katalogs, statt ORDNER.")
@click.option(
    "--mutate",
    is_flag=False,
    flag_value="",
    metavar="[BEREICH]",
    help="Nimmt jedes Muster einmal heraus und zeigt die, deren Fehlen kein Beispiel bemerkt.",
)
@click.option(
    "--idle", type=click.Path(path_type=Path), metavar="SEITEN.jsonl", help="Zeigt Muster, die nirgends stehen."
)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def check_command(*, folder: str | None, name: str | None, mutate: str | None, idle: Path | None, as_json: bool) -> int:
    """
    Prüft Dateien, Muster, Beispiele und Übersetzung des Katalogs und weist auf Versehen hin.

    ORDNER ist der Ordner eines Katalogs; ohne Angabe wird der mitgelieferte geprüft. Hinweise sind keine Fehler.

    \b
    Beispiele:
      fundstelle criteria check
      fundstelle criteria check --catalogue bitkom
      fundstelle criteria check --mutate mobilitaet
    """  # noqa: D301 click wants the mark
    if folder and name:
        raise InputError("ORDNER und --catalogue nennen beide einen Katalog.", remedy="Lassen Sie eines davon weg.")
    rules = catalogue.load(Path(folder) if folder else name or catalogue.DEFAULT)
    classifier = Classifier(rules)
    if mutate is not None:
        return mutation.show(rules, classifier, area=mutate, as_json=as_json)
    if idle is not None:
        return mutation.show_idle(rules, classifier, file=idle, as_json=as_json)
    return _check(rules, classifier, as_json=as_json)


@criteria.command("diff")
@click.argument("old", metavar="ALT")
@click.argument("new", metavar="NEU")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def diff_command(*, old: str, new: str, as_json: bool) -> None:
    """
    Zeigt, was sich zwischen zwei Katalogen oder Fassungen geändert hat.

    ALT und NEU sind Namen oder Ordner von Katalogen.

    \b
    Beispiele:
      fundstelle criteria diff alte-fassung/haselhorst haselhorst
      fundstelle criteria diff haselhorst bitkom
    """  # noqa: D301 click wants the mark
    before, after = catalogue.load(old), catalogue.load(new)
    found = differences.compare(before, after)
    if not as_json:
        click.echo(catalogue_texts.difference(found, before, after))
        return
    changed = {key: [change._asdict() for change in changes] for key, changes in found.changed.items()}
    _print({
        "old": _head(before),
        "new": _head(after),
        "head": [change._asdict() for change in found.head],
        "added": found.added,
        "removed": found.removed,
        "changed": changed,
    })  # fmt: skip


@criteria.command("new")
@click.argument("key", metavar="KENNUNG")
@click.option("--area", required=True, metavar="BEREICH", help="Bereich, in den es gehört.")
@click.option("--kind", required=True, type=click.Choice(get_args(Kind)), help="Art des Kriteriums.")
@click.option("--name", "title", required=True, metavar="NAME", help="Wie es heißen soll.")
@chosen()
def new_command(*, key: str, area: str, kind: Kind, title: str, name: str) -> None:
    """
    Gibt ein leeres Kriterium zum Ausfüllen aus, für die Datei seines Bereichs.

    \b
    Beispiel:
      fundstelle criteria new fahrradbox --area mobilitaet --kind transaction --name "Fahrradbox mieten"
    """  # noqa: D301 click wants the mark
    rules = catalogue.load(name)
    click.echo(skeleton.skeleton(rules, key, area=area, kind=kind, name=title), nl=False)
    click.echo(f"Füllen Sie es aus und fügen Sie es am Ende der Datei {area}.yaml ein.", err=True)


@criteria.command("leika")
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
@chosen()
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def leika_command(*, file: Path, name: str, as_json: bool) -> None:
    """
    Vergleicht die Leistungsschlüssel des Katalogs mit dem amtlichen Leistungskatalog (LeiKa, FIM).

    DATEI ist dessen CSV-Datei, auch verpackt als ZIP, wie fimportal.de sie anbietet. Geändert wird nichts.

    \b
    Beispiel:
      fundstelle criteria leika leika_leistungen_de.csv.zip
    """  # noqa: D301 click wants the mark
    rules = catalogue.load(name)
    official = leika.read(file)
    result = leika.compare(rules, official.services)
    if as_json:
        notes = [asdict(note) for note in official.notes]
        _print({"catalogue": _head(rules), "services": len(official.services), "notes": notes, **asdict(result)})
        return
    click.echo(f"{len(official.services)} Leistungen gelesen, {len(official.notes)} Schlüssel sind auffällig.")
    for line in (*catalogue_texts.notes(official.notes), *catalogue_texts.keys(result, rules)):
        click.echo(clean(line) if not line.startswith(" ") else f"  {clean(line)}")


COMMANDS = (criteria,)


def _check(rules: Catalogue, classifier: Classifier, *, as_json: bool) -> int:
    """Print what is wrong, and what to look at; return the exit code."""
    wrong, hints = failures(rules, classifier), slips(rules)
    untold = {code: translations.lacks(rules, code) for code in translations.LANGUAGES}
    examples = sum(len(one.examples.yes) + len(one.examples.no) for one in rules.criteria.values())
    if as_json:
        _print({
            "catalogue": _head(rules),
            "criteria": len(rules.criteria),
            "examples": examples,
            "wrong": [str(each) for each in wrong],
            "hints": [hint._asdict() for hint in hints],
            "translations": {code: [lack._asdict() for lack in lacks] for code, lacks in untold.items()},
        })  # fmt: skip
        return 2 if wrong else 0
    for each in wrong:
        click.echo(str(each), err=True)
    base = f" (übernimmt aus {rules.base})" if rules.base else ""
    click.echo(
        f"Katalog {rules.name} {rules.version}{base}: {len(rules.criteria)} Kriterien, {examples} Beispiele, {len(wrong)} davon falsch beurteilt."
    )
    if hints:
        click.echo(f"{len(hints)} Hinweise zum Nachsehen:")
        click.echo("\n".join(catalogue_texts.hints(hints)))
    for code, lacks in untold.items():
        click.echo("\n".join(catalogue_texts.lacks(lacks, file=f"{code}.yaml")))
    return 2 if wrong else 0


def _head(rules: Catalogue) -> dict[str, str]:
    return {"name": rules.name, "version": rules.version, "digest": rules.digest}


def _print(values: object) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))
