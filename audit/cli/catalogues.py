"""
Commands about what a researcher looks for: criteria.

Does not judge pages.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from audit import catalogue
from audit.classify import Classifier
from audit.classify.examples import failures
from audit.cli import mutation
from audit.cli.german import Group
from db.errors import CatalogueError


@click.group(cls=Group)
def criteria() -> None:
    """Den Katalog ansehen und prüfen."""


@criteria.command("list")
@click.option("--area", metavar="BEREICH", help="Nur die Kriterien dieses Bereichs.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def list_command(*, area: str | None, as_json: bool) -> None:
    """
    Zeigt alle Kriterien mit der Frage, die dahinter steht.

    \b
    Beispiel:
      fundstelle criteria list --area mobilitaet
    """  # noqa: D301 click wants the mark
    rules = catalogue.load()
    known = [one.id for one in rules.areas]
    if area is not None and area not in known:
        raise CatalogueError(f"Den Bereich „{area}“ gibt es nicht.", remedy=f"Bereiche: {', '.join(known)}.")
    shown = [one for key, one in rules.criteria.items() if area in {None, rules.area_of[key]}]
    if as_json:
        click.echo(
            json.dumps(
                [one.model_dump(mode="json", exclude={"examples"}) for one in shown], ensure_ascii=False, indent=2
            )
        )
        return
    for one in shown:
        click.echo(f"{one.id:36} {one.name}\n{'':36} {one.question}")


@criteria.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[ORDNER]")
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
@click.option("--json", "as_json", is_flag=True, help="Das Ergebnis von --mutate oder --idle als JSON.")
def check_command(*, folder: Path | None, mutate: str | None, idle: Path | None, as_json: bool) -> int:
    """
    Prüft Dateien, Muster und Beispiele des Katalogs.

    ORDNER ist der Ordner eines Katalogs; ohne Angabe wird der mitgelieferte geprüft.

    \b
    Beispiele:
      fundstelle criteria check
      fundstelle criteria check --mutate mobilitaet
    """  # noqa: D301 click wants the mark
    rules = (
        catalogue.load() if folder is None else catalogue.load(folder.resolve().name, folder=folder.resolve().parent)
    )
    classifier = Classifier(rules)
    if mutate is not None:
        return mutation.show(rules, classifier, area=mutate, as_json=as_json)
    if idle is not None:
        return mutation.show_idle(rules, classifier, file=idle, as_json=as_json)
    wrong = failures(rules, classifier)
    for each in wrong:
        click.echo(str(each), err=True)
    examples = sum(len(one.examples.yes) + len(one.examples.no) for one in rules.criteria.values())
    click.echo(
        f"Katalog {rules.name} {rules.version}: {len(rules.criteria)} Kriterien, {examples} Beispiele, {len(wrong)} davon falsch beurteilt."
    )
    return 2 if wrong else 0


COMMANDS = (criteria,)
