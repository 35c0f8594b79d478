"""
Everything that Fundstelle writes about the invented towns, made by its commands.

Does not audit (``tests.towns.demo``) and looks into no file.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from audit.cli import run

OF_A_TOWN = {
    "Bericht als HTML, PDF, Excel, CSV und JSON": "report {audit} --format html,pdf,xlsx,csv,json --out {out}",
    "Bericht auf Englisch": "report {audit} --language en --out {out}/english",
    "Dossier mit Belegen": "dossier {audit} --format html,pdf,xlsx,zip --out {out}/dossier",
    "Seite „Digitale Angebote“": "publish {audit} --out {out}/digitale-angebote",
    "Kurze Mail": "mail {audit} --always --out {out}",
}
OF_BOTH = {"Vergleich": "compare {first} {second} --format html,xlsx,csv --out {out}"}
OF_TIME = {
    "Was sich geändert hat": "changes {first} {last} --format html --out {out}",
    "Verlauf": "trend {town} --format html --out {out}",
    "Alles zum Weitergeben": "report --site {out}/weitergeben",
}
"""What a line of the demo says, and the command that writes it."""


def of_towns(documents: Mapping[str, Any], out: Path) -> None:
    """Write what there is about each town and both together; prints a line for each command."""
    for document in documents.values():
        of_town(document, out)
    of_both(*(document["audit"] for document in documents.values()), out=out)


def of_town(document: Mapping[str, Any], out: Path) -> None:
    """Write what there is about one town."""
    print(f"{document['town_name']}:")
    for name, command in OF_A_TOWN.items():
        _show(name, command, audit=document["audit"], out=out / document["town"])


def of_both(first: int, second: int, *, out: Path) -> None:
    """Write the comparison of two audits."""
    print("Zusammen:")
    for name, command in OF_BOTH.items():
        _show(name, command, first=first, second=second, out=out)


def of_time(town: str, *, first: int, last: int, out: Path) -> None:
    """Write what is told between two audits of a town, and of all audits at once."""
    for name, command in OF_TIME.items():
        _show(name, command, town=town, first=first, last=last, out=out)


def _show(name: str, command: str, **values: object) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as told, contextlib.redirect_stderr(io.StringIO()):
        code = run(command.format(**values).split())
    assert code == 0, f"fundstelle {command.format(**values)} ended with {code}"
    print(f"  {name:44}", *_files(told.getvalue()))


def _files(told: str) -> Iterator[str]:
    """Return the first file that a command wrote, and how many there are besides."""
    files = [line for line in told.splitlines() if Path(line).is_file()]
    yield files[0]
    if files[1:]:
        yield f"(und {len(files) - 1} weitere)"
