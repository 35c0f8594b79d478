"""
All that is known in one file, rows and archives, and back from it into an empty place.

Does not depend on where the rows stood: a backup of SQLite goes into PostgreSQL and back. It is a ZIP with ``manifest.json``, a file of
JSON lines for each table as in ``db.rows``, and the archives as they are.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, select

from audit.run.storing import archives
from db import __version__, moving, rows
from db.errors import InputError, NewerDatabaseError, StoreError
from db.models import Audit
from db.rows import Report, Told
from db.schema import head
from db.session import home

FORMAT = 1
CHUNK = 1 << 20
LARGEST = 64 << 20  # bytes of a manifest; it has a hundred for each archive
MANIFEST = "manifest.json"
PLAIN = re.compile(r"\w[\w .+=@-]*", re.ASCII)
"""What an archive may be called, so that it stays within its folder."""

Manifest = dict[str, Any]
"""``{"format", "program", "schema", "made", "database", "tables": {name: {"rows", "sha256"}}, "numbers", "archives": {name: {"size", "sha256"}}, "missing", "stored": count}``"""


def folder() -> Path:
    """Return where backups stand if nobody says otherwise."""
    return home() / "backups"


def usual(now: datetime) -> Path:
    """Return the file of a backup that is made now."""
    return folder() / f"fundstelle-{now:%Y-%m-%d-%H%M%S}.zip"


def backup(engine: Engine, file: Path, *, now: datetime, report: Report) -> Manifest:
    """
    Write a new file that only its owner may read, and return its manifest.

    Rows are read as of one moment, while others go on writing. Archives only ever grow, so they are read after the rows that name them;
    what is named and not there stands under ``missing``. What is in the store of archives is counted under ``stored`` and left to it.

    Raises:
        InputError: It cannot be written there, or there is something already.
    """
    with _fresh(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        known: Manifest = {"format": FORMAT, "program": __version__, "schema": head(), "made": now.isoformat()}
        known |= {"database": engine.dialect.name, "tables": {}}
        with rows.moment(engine) as connection:
            total, done = rows.size(connection), 0
            for table in rows.tables():
                told = Told()
                with packed.open(f"rows/{table.name}.jsonl", "w", force_zip64=True) as member:
                    for line in told.of(rows.lines(connection, table)):
                        member.write(line.encode() + b"\n")
                done += told.count
                report(done, total)
                known["tables"][table.name] = {"rows": told.count, "sha256": told.digest}
            known["numbers"] = rows.numbers(connection)
            wanted = select(Audit.archive, Audit.stored).where(Audit.archive.is_not(None)).order_by(Audit.id)
            named = [(str(name), bool(stored)) for name, stored in connection.execute(wanted)]
        there = [name for name, _ in named if (archives() / name).is_file()]
        known["missing"] = [name for name, is_stored in named if name not in there and not is_stored]
        known["stored"] = sum(is_stored for _, is_stored in named)
        known["archives"] = {name: _pack(packed, name) for name in there}
        packed.writestr(MANIFEST, json.dumps(known, ensure_ascii=False, indent=1))
    return known


def verified(file: Path) -> Manifest:
    """
    Return the manifest of a backup whose every byte is as it was written.

    Raises:
        InputError: It is none, or damaged.
        StoreError: It was made by another version.
    """
    with _opened(file) as packed:
        known = _manifest(packed, file)
        for name, (size, digest) in _members(known).items():
            found = hashlib.sha256()
            count = 0
            with packed.open(name) as member:
                while chunk := member.read(CHUNK):
                    found.update(chunk)
                    count += len(chunk)
            if found.hexdigest() != digest or size not in {None, count}:
                raise _damaged(file, f"„{name}“ ist nicht mehr, wie es geschrieben wurde")
    return known


def restore(place: Callable[[], Engine], file: Path, *, report: Report) -> Manifest:
    """
    Write all of a backup into an empty database, which is opened by ``place``, and beside the archives that are there.

    Everything is checked before anything is opened or written. The rows come last, in one transaction: until then nothing refers to the archives.

    Raises:
        InputError: The file is no backup, is damaged, or an archive of that name says something else.
        StoreError: The database is not empty, or the backup is of another version.
    """
    known = verified(file)
    with _opened(file) as packed, rows.moment(place(), alone=True) as into:
        moving.refuse_filled(into)
        made = _unpack(packed, known["archives"])
        try:
            moving.fill(
                into,
                lambda table: _lines(packed, table.name),
                {name: told["rows"] for name, told in known["tables"].items()},
                last=known["numbers"],
                report=report,
            )
        except BaseException:
            for path in made:
                path.unlink(missing_ok=True)
            raise
    return known


@contextmanager
def _fresh(file: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes its name when it is whole."""
    part = file.with_name(f".{file.name}.part")
    try:
        if file.exists():
            raise InputError("Die Datei gibt es schon.", file=file, remedy="Nennen Sie eine neue.")
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.rename(file)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise InputError(
            f"Die Sicherung lässt sich hier nicht schreiben ({fault.strerror}).",
            file=file,
            remedy="Nennen Sie einen anderen Ort, mit genug Platz.",
        ) from None


def _pack(packed: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """Add an archive as long as it is now; it is squeezed already."""
    path, found, count = archives() / name, hashlib.sha256(), 0
    entry = zipfile.ZipInfo(f"archives/{name}")
    with path.open("rb") as source, packed.open(entry, "w", force_zip64=True) as member:
        while chunk := source.read(CHUNK):
            member.write(chunk)
            found.update(chunk)
            count += len(chunk)
    return {"size": count, "sha256": found.hexdigest()}


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as packed:
            yield packed
    except OSError as fault:
        raise InputError(f"Die Sicherung lässt sich nicht lesen ({fault.strerror}).", file=file) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        raise _damaged(file, str(fault)) from None


def _manifest(packed: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        if packed.getinfo(MANIFEST).file_size > LARGEST:
            raise _damaged(file, "das Verzeichnis ist zu groß")
        known = json.loads(packed.read(MANIFEST))
        if known["format"] != FORMAT or known["schema"] != head():
            raise _other(known, file)
        names = _members(known)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise _damaged(file, "es fehlt das Verzeichnis dessen, was darin ist") from None
    if missing := sorted(set(names) - set(packed.namelist())):
        raise _damaged(file, f"es fehlt „{missing[0]}“")
    if {table.name for table in rows.tables()} != set(known["tables"]):
        raise _damaged(file, "es fehlen Tabellen")
    if wrong := next((name for name in known["archives"] if not PLAIN.fullmatch(name)), None):
        raise _damaged(file, f"so darf kein Archiv heißen: „{wrong[:100]}“")
    return dict(known)


def _members(known: Manifest) -> dict[str, tuple[int | None, str]]:
    """Return size, if it is known, and sha256 of each file by its name."""
    tables = {f"rows/{name}.jsonl": (None, str(told["sha256"])) for name, told in known["tables"].items()}
    kept = {f"archives/{name}": (int(told["size"]), str(told["sha256"])) for name, told in known["archives"].items()}
    return {**tables, **kept}


def _lines(packed: zipfile.ZipFile, name: str) -> Iterator[str]:
    with packed.open(f"rows/{name}.jsonl") as member:
        for line in member:
            yield line.decode().removesuffix("\n")


def _unpack(packed: zipfile.ZipFile, wanted: Mapping[str, Mapping[str, Any]]) -> list[Path]:
    """Write the archives that are not there yet, all or none, and return them."""
    place = archives()
    fresh = [name for name, told in wanted.items() if not _has(place / name, told)]
    parts = {place / f".{name}.part": place / name for name in fresh}
    made: list[Path] = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, part in zip(fresh, parts, strict=True):
            with packed.open(f"archives/{name}") as member, part.open("wb") as out:
                for chunk in iter(lambda member=member: member.read(CHUNK), b""):  # type: ignore[misc]
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
        for part, path in parts.items():
            part.rename(path)
            made.append(path)
    except BaseException as fault:
        for path in (*parts, *made):
            path.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise InputError(f"Die Archive lassen sich nicht schreiben ({fault.strerror}).", file=place) from None
        raise
    return made


def _has(path: Path, told: Mapping[str, Any]) -> bool:
    """Is this archive there already? Raise InputError if another one has its name."""
    if not path.exists():
        return False
    with path.open("rb") as there:
        if path.stat().st_size == told["size"] and hashlib.file_digest(there, "sha256").hexdigest() == told["sha256"]:
            return True
    raise InputError(
        "Ein Archiv dieses Namens ist schon da und enthält etwas anderes; es bleibt, wie es ist.",
        file=path,
        remedy="Setzen Sie FUNDSTELLE_HOME auf einen leeren Ordner.",
    )


def _damaged(file: Path, why: str) -> InputError:
    return InputError(
        f"Das ist keine unbeschädigte Sicherung ({why}); es wurde nichts geschrieben.",
        file=file,
        remedy="Nehmen Sie eine andere; „fundstelle db restore DATEI --dry-run“ prüft sie.",
    )


def _other(known: Mapping[str, Any], file: Path) -> StoreError:
    program = str(known.get("program", ""))[:40]
    kind = NewerDatabaseError if str(known["schema"]) > head() else StoreError
    return kind(
        f"Diese Sicherung stammt von einer anderen Fassung von Fundstelle ({program}).",
        file=file,
        remedy=f"Spielen Sie sie mit Fundstelle {program} ein, und rufen Sie danach mit dieser Fassung „fundstelle db upgrade“ auf.",
    )
