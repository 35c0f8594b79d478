"""
The command dossier: what a town shows or sends to those who make a ranking.

Does not answer, word or fetch anything; see ``reports.dossier``, ``reports.bundle`` and ``audit.run.dossier``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit.cli import store
from audit.cli.german import Command
from audit.cli.language import spoken
from audit.cli.reporting import formats_of, told
from audit.run.dossier import Proofs, make
from db import queries
from db.errors import InputError
from db.session import opened
from reports import bundle, pdf, rankings
from reports import dossier as reported
from reports.render import amount

FORMATS = ("html", "pdf", "xlsx", "csv", "txt", "zip")
USUAL = "html,xlsx,zip"
Json = Mapping[str, Any]


@click.command(cls=Command)
@click.argument("name", metavar="PRÜFUNG")
@click.option(
    "--ranking",
    type=click.Choice([one.id for one in rankings.rankings()]),
    help="Für welche Rangliste; ohne Angabe die, nach deren Katalog beurteilt wurde.",
)
@click.option(
    "--format",
    "formats",
    default=USUAL,
    metavar="ARTEN",
    show_default=True,
    help="Mit Komma getrennt: html, pdf, xlsx, csv, txt (das Anschreiben), zip (alles, mit den archivierten Seiten).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="ORDNER",
    help="Wohin die Dateien kommen.",
)
@click.option(
    "--frozen", is_flag=True, help="Mit dem heutigen Tag einfrieren; eine solche Datei wird nie überschrieben."
)
@spoken
def dossier(*, name: str, ranking: str | None, formats: str, out: Path, frozen: bool) -> None:
    """
    Schreibt das Dossier für eine Rangliste: jede Frage mit Antwort, Adresse, Zitat, Abrufdatum und Prüfsumme.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. Sie muss nach dem Katalog der Rangliste
    beurteilt sein („fundstelle judge PRÜFUNG --catalogue bitkom“). Das ZIP enthält auch die archivierten Seiten und sagt
    Fremden, wie sie alles nachprüfen.

    \b
    Beispiele:
      fundstelle dossier stralsund --out dossier
      fundstelle dossier stralsund --frozen --format zip --out ablage
      fundstelle dossier 12 --ranking bitkom --format xlsx
    """  # noqa: D301 click wants the mark
    kinds, now = formats_of(formats, among=FORMATS), datetime.now(UTC)
    with opened(store.engine()) as session:
        audit = queries.audit(session, name)
        made, proven, stem = make(session, audit, ranking=ranking, frozen=frozen, now=now)
    files = _files(made, proven, stem=stem, kinds=kinds)
    if frozen:
        _refuse_taken(out, files)
    told(out, files)
    if made["kept"] < made["quoted"]:
        click.echo(
            f"Von {amount(made['quoted'], 'zitierter Seite', 'zitierten Seiten')} sind {made['kept']} archiviert.",
            err=True,
        )


COMMANDS = (dossier,)


def _files(made: Json, proven: Proofs, *, stem: str, kinds: Sequence[str]) -> dict[str, str | bytes]:
    makers: dict[str, tuple[str, Callable[[], str | bytes]]] = {
        "html": (f"{stem}.html", lambda: reported.html(made)),
        "pdf": (f"{stem}.pdf", lambda: pdf.dossier(reported.values(made))),
        "xlsx": (f"{stem}.xlsx", lambda: bundle.workbook(made)),
        "csv": (f"{stem}.csv", lambda: bundle.csv(made)),
        "txt": (f"{stem}-{bundle.LETTER}", lambda: bundle.letter(made)),
        "zip": (f"{stem}.zip", lambda: bundle.package(made, records=proven.excerpt)),
    }
    files = {name: make() for name, make in (makers[kind] for kind in kinds)}
    if not all(files.values()):
        raise InputError(
            "Für ein Anschreiben gibt es nichts, was sicher genug wäre.",
            remedy="Lassen Sie „txt“ weg; das Dossier selbst geht.",
        )
    return files


def _refuse_taken(folder: Path, files: Mapping[str, object]) -> None:
    taken = next((folder / name for name in files if (folder / name).exists()), None)
    if taken is not None:
        raise InputError(
            "Dieses Dossier ist eingefroren und wird nicht überschrieben.",
            file=taken,
            remedy="Wählen Sie mit --out einen anderen Ordner.",
        )
