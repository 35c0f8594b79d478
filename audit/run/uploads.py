"""
Files that wait between a preview and the word to take them over, in a folder of the data folder, named by their digest.

Does not read them. A file belongs to one town; nobody finds it for another. What waits too long is thrown away.
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from db.errors import NotFoundError, StoreError
from db.session import home

FOLDER = "uploads"
LASTS = timedelta(days=1)
MOST = 50
"""Files that wait at one time; the oldest go first."""

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".txt")
"""Endings that are kept; any other says nothing about a table."""


def keep(data: bytes, name: str, *, town: str, now: datetime) -> str:
    """Keep a file and return its digest; raise StoreError if it cannot be written."""
    suffix = next((one for one in SUFFIXES if name.lower().endswith(one)), "")
    digest = hashlib.sha256(suffix.encode() + b"\0" + data).hexdigest()
    folder = home() / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(folder, now=now)
        _write(folder / f"{_owner(town)}-{digest}{suffix}", data)
    except OSError as fault:
        raise StoreError(
            f"Die Datei lässt sich nicht ablegen ({fault.strerror}).",
            remedy="Schaffen Sie Platz auf dem Datenträger und laden Sie die Datei noch einmal hoch.",
        ) from None
    return digest


def find(digest: str, *, town: str) -> Path:
    """Return where a file waits; raise NotFoundError if it does not."""
    if re.fullmatch(r"[0-9a-f]{64}", digest):
        places = [home() / FOLDER / f"{_owner(town)}-{digest}{suffix}" for suffix in (*SUFFIXES, "")]
        for place in places:
            if place.is_file():
                return place
    raise NotFoundError(
        "Diese Datei wartet nicht mehr.",
        remedy="Sie wurde schon übernommen oder ist abgelaufen. Laden Sie sie neu hoch.",
    )


def forget(digest: str, *, town: str) -> None:
    """Throw a file away."""
    find(digest, town=town).unlink(missing_ok=True)


def _owner(town: str) -> str:
    return hashlib.sha256(town.encode()).hexdigest()[:16]


def _write(place: Path, data: bytes) -> None:
    """Write all of a file or nothing."""
    with NamedTemporaryFile(dir=place.parent, prefix="new-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.replace(file.name, place)  # noqa: PTH105 the name is text
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _sweep(folder: Path, *, now: datetime) -> None:
    files = sorted((file.stat().st_mtime, file) for file in folder.iterdir() if file.is_file())
    oldest = (now - LASTS).timestamp()
    for place, (written, file) in enumerate(files, 1):
        if written < oldest or len(files) - place >= MOST - 1:
            file.unlink(missing_ok=True)
