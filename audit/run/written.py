"""
Files that are written for people: all or none.

Does not make their content and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from errno import EISDIR
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from db.errors import InputError


def write(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """
    Write files by their name within a folder, which is made if need be, and return where they are.

    All parts are written first and then renamed, so that what stood there stays if anything fails.

    Raises:
        InputError: It cannot be written there.
    """
    wanted = {folder / name: content for name, content in files.items()}
    parts = {file.with_name(f".{file.name}.part"): file for file in wanted}
    try:
        for place in {folder, *(file.parent for file in wanted)}:
            place.mkdir(parents=True, exist_ok=True)
        if taken := next((file for file in wanted if file.is_dir()), None):
            raise IsADirectoryError(EISDIR, f"{taken.name} ist ein Ordner")
        for part, content in zip(parts, wanted.values(), strict=True):
            part.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", errors="replace"))
        for part, file in parts.items():
            part.replace(file)
    except OSError as fault:
        raise _refused(fault, parts, file=folder, remedy="Wählen Sie mit --out einen anderen Ordner.") from None
    return list(wanted)


def through(file: Path, make: Callable[[Path], None]) -> None:
    """Let one file be made beside its place and put it there when it is whole; raise InputError if it cannot be written."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(EISDIR, f"{file.name} ist ein Ordner")
        make(part)
        part.replace(file)
    except (OSError, FileCreateError) as fault:
        raise _refused(fault, [part], file=file, remedy="Wählen Sie mit --out eine andere Datei.") from None


def _refused(fault: Exception, parts: Iterable[Path], *, file: Path, remedy: str) -> InputError:
    for part in parts:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return InputError(
        f"Das lässt sich hier nicht schreiben ({getattr(fault, 'strerror', None) or fault}).", file=file, remedy=remedy
    )
