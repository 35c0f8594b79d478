"""
Commands about archives: verify, list, extract, push, prune.

Does not crawl; ``audit --archive`` reads an archive as if it were the network.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from audit.cli import store
from audit.cli.german import Command, Group
from audit.cli.texts import clean
from audit.run.retention import prune
from audit.run.storing import archives, push, size, sources
from crawler.archive.places import VARIABLE, configured
from crawler.archive.reader import Archive, DamagedError, Entry, entries, plain, unpacked, verify
from db import queries
from db.errors import InputError, NotFoundError
from db.session import opened

GIGABYTE = 1_000_000_000


@click.group(cls=Group)
def archive() -> None:
    """Archive prüfen, auflisten und Seiten daraus holen."""


@archive.command("verify", cls=Command)
@click.argument("name", metavar="DATEI|PRÜFUNG")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def verify_command(*, name: str, as_json: bool) -> int:
    """
    Prüft, ob ein Archiv vollständig und unverändert ist.

    Jede Prüfsumme wird neu berechnet. Der Befehl endet mit 0, wenn alles stimmt, sonst mit 2.

    \b
    Beispiele:
      fundstelle archive verify stralsund
      fundstelle archive verify stralsund-7-2026-11-27.warc.gz
    """  # noqa: D301 click wants the mark
    with _opened(name) as (label, files):
        checked = [verify(path) for path in files]
    count = sum(records for records, _ in checked)
    faults = [fault for _, found in checked for fault in found]
    if as_json:
        rows = [{"offset": offset, "reason": reason} for offset, reason in faults]
        click.echo(json.dumps({"file": label, "records": count, "faults": rows}, ensure_ascii=False, indent=2))
    elif not faults:
        click.echo(f"{label}: {count} Einträge, alle Prüfsummen stimmen.")
    for offset, reason in faults:
        click.echo(f"Fehler: {label}, Byte {offset}: {clean(reason)}", err=True)
    return 2 if faults else 0


@archive.command("list", cls=Command)
@click.argument("name", metavar="DATEI|PRÜFUNG")
@click.option("--json", "as_json", is_flag=True, help="Je Eintrag eine JSON-Zeile ausgeben.")
def list_command(*, name: str, as_json: bool) -> None:
    """
    Zeigt, was ein Archiv enthält: Zeitpunkt, Status, Art, Größe, Adresse.

    \b
    Beispiele:
      fundstelle archive list stralsund
      fundstelle archive list fremd.wacz --json
    """  # noqa: D301 click wants the mark
    with _opened(name) as (_, files):
        for path in files:
            try:
                for entry in entries(path):
                    click.echo(json.dumps(_row(entry), ensure_ascii=False) if as_json else _line(entry))
            except DamagedError as fault:
                raise _told(fault) from None


@archive.command("extract", cls=Command)
@click.argument("name", metavar="DATEI|PRÜFUNG")
@click.argument("url", metavar="ADRESSE")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="DATEI", help="In diese Datei schreiben."
)
def extract_command(*, name: str, url: str, out: Path | None) -> None:
    """
    Holt eine Seite aus einem Archiv, so wie der Server sie geschickt hat, nur entpackt.

    \b
    Beispiel:
      fundstelle archive extract stralsund https://www.stralsund.de/ --out startseite.html
    """  # noqa: D301 click wants the mark
    with _opened(name) as (label, files):
        try:
            found = Archive(files).find(url)
            body = plain(found) if found else b""
        except DamagedError as fault:
            raise _told(fault) from None
        except ValueError as fault:
            raise InputError(
                f"Die Seite ist gepackt, wie wir es nicht kennen („{clean(str(fault))}“).", file=label
            ) from None
    if found is None:
        raise NotFoundError(
            f"Das Archiv enthält die Adresse {clean(url)} nicht.",
            remedy=f"„fundstelle archive list {name}“ zeigt, was es enthält.",
        )
    if out is None:
        sys.stdout.buffer.write(body)
        return
    try:
        out.write_bytes(body)
    except OSError as fault:
        raise InputError(
            f"Die Seite lässt sich hier nicht schreiben ({fault.strerror}).",
            file=out,
            remedy="Wählen Sie eine andere Datei.",
        ) from None
    click.echo(f"{out}: {len(body)} Bytes, Stand {found.date:%d.%m.%Y %H:%M} UTC, Status {found.status}")


@archive.command("push", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def push_command(*, as_json: bool) -> None:
    """
    Bringt fertige Archive dieses Rechners an den Ort, den FUNDSTELLE_ARCHIVES nennt.

    Jede Prüfung tut das an ihrem Ende selbst; der Befehl holt nach, was dabei nicht ging. Gelöscht wird hier erst, was dort
    zurückgelesen wurde und stimmt.

    \b
    Beispiel:
      FUNDSTELLE_ARCHIVES=s3://belege/stralsund fundstelle archive push
    """  # noqa: D301 click wants the mark
    goal = configured()
    if goal is None:
        raise InputError(
            f"{VARIABLE} ist nicht gesetzt, Archive bleiben in {archives()}.",
            remedy="Nennen Sie darin einen Ordner mit vollem Pfad oder s3://BUCKET/ORDNER.",
        )
    goal.check()
    done = []
    for one in push(store.engine()):
        done.append({"name": one.name, **one.stored._asdict()})
        if not as_json:
            click.echo(f"{one.name}: {one.stored.size / 1e6:.1f} MB, SHA-256 {one.stored.sha256}")
    if as_json:
        click.echo(json.dumps({"place": goal.url, "stored": done}, ensure_ascii=False, indent=2))
    elif not done:
        click.echo("Alles ist schon dort.", err=True)


@archive.command("prune", cls=Command)
@click.option("--days", type=click.IntRange(1), metavar="TAGE", help="Archive löschen, die älter sind.")
@click.option("--size-gb", type=click.FloatRange(min=0), metavar="GB", help="Löschen, bis alle zusammen kleiner sind.")
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was gelöscht würde.")
def prune_command(*, days: int | None, size_gb: float | None, dry_run: bool) -> None:
    """
    Löscht alte Archive, die ältesten zuerst. Das Archiv der letzten Prüfung eines Ortes bleibt immer.

    Befunde, Zitate und gelesene Texte bleiben in der Datenbank.

    \b
    Beispiele:
      fundstelle archive prune --days 400 --dry-run
      fundstelle archive prune --size-gb 20
    """  # noqa: D301 click wants the mark
    if days is None and size_gb is None:
        raise InputError("Es fehlt, was bleiben soll.", remedy="Nennen Sie --days oder --size-gb.")
    before = datetime.now(UTC) - timedelta(days=days) if days is not None else None
    most = int(size_gb * GIGABYTE) if size_gb is not None else None
    gone = prune(store.engine(), before=before, most=most, dry=dry_run)
    for one in gone:
        click.echo(
            f"{'würde gelöscht' if dry_run else 'gelöscht'}: {one.name} ({one.town}, {one.started:%d.%m.%Y}, {one.size / 1e6:.1f} MB)"
        )
    if not gone:
        click.echo("Nichts zu löschen.", err=True)


@contextmanager
def opened_archives(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """
    Give the WARC files of these archives, as long as they are needed.

    Raises:
        InputError: one is not there or no archive.
    """
    with ExitStack() as stack:
        files: list[Path] = []
        for path in paths:
            try:
                found = stack.enter_context(unpacked(path))
                if not any(next(entries(each), None) for each in found):
                    raise InputError("Das Archiv enthält keine Antwort eines Servers.", file=path)
            except DamagedError as fault:
                raise _told(fault, path) from None
            except OSError as fault:
                raise InputError(
                    f"Das Archiv lässt sich nicht lesen ({fault.strerror or fault}).",
                    file=path,
                    remedy="Nennen Sie eine Datei im Format WARC oder WACZ.",
                ) from None
            files += found
        yield files


@contextmanager
def _opened(name: str) -> Iterator[tuple[str, list[Path]]]:
    """Give what to call an archive, and its WARC files for as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder:
        places = _places(name, Path(folder))
        with opened_archives(places) as files:
            yield ", ".join(path.name if path.is_relative_to(folder) else str(path) for path in places), files


def _places(name: str, folder: Path) -> list[Path]:
    """Return the archive's files: the file itself, or those of an audit; what is in a store is fetched into the folder."""
    if Path(name).exists():
        return [Path(name)]
    if Path(name).suffix:
        raise InputError("Die Datei gibt es nicht.", file=Path(name), remedy="Nennen Sie ein Archiv oder eine Prüfung.")
    with opened(store.engine()) as session:
        found = queries.audit(session, name)
        if found.archive is None or not size(found.archive, found.stored):
            raise NotFoundError(f"Die Prüfung {found.id} hat kein Archiv.", remedy="Nennen Sie die Datei.")
        kept = sources(found.archive, found.stored)
    return [one if isinstance(one, Path) else one.fetch(folder) for one in kept]


def _told(fault: DamagedError, path: Path | None = None) -> InputError:
    return InputError(
        f"Das Archiv ist ab Byte {fault.offset} nicht lesbar ({clean(fault.reason)}).",
        file=path or fault.path,
        remedy="Nötig ist eine Datei im Format WARC oder WACZ; „fundstelle archive verify“ prüft sie.",
    )


def _row(entry: Entry) -> dict[str, object]:
    return {
        "date": entry.date.isoformat(),
        "status": entry.status,
        "type": entry.media,
        "size": entry.size,
        "url": entry.url,
        "revisit": entry.refers is not None,
    }


def _line(entry: Entry) -> str:
    again = " (wie zuvor)" if entry.refers else ""
    return f"{entry.date:%Y-%m-%d %H:%M:%S}  {entry.status:3}  {clean(entry.media)[:24]:24}  {entry.size:9}  {clean(entry.url)}{again}"


COMMANDS = [archive]
