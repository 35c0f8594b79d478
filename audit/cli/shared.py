"""
A read-only share on the disk: a folder in which a run replaces what an earlier one wrote, or a ZIP file.

Does not make the pages. Beside them it writes a list of the files that are ours; what is not on it is never touched.
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from db.errors import InputError

MARKER = "fundstelle-site.json"
STAGE = ".fundstelle-neu"
Files = Iterable[tuple[str, str | bytes]]

# Two folders at most, no part that begins with a dot: so no name leads out of the share or hides in it.
_NAME = re.compile(r"(?:[\w-][\w.-]*/){0,2}[\w-][\w.-]*")


def publish(folder: Path, files: Files) -> tuple[int, int, int]:
    """
    Make a folder hold these files: all are written before the first one moves to its place; an equal one stays as it is.

    Return how many files there are, how many of them are new or changed, and how many of ours were removed.

    Raises:
        InputError: It cannot be written there, or something stands in the way that is not ours.
    """
    with _safely(folder), _made(folder):
        known = _listed(folder)
        stage = folder / STAGE
        shutil.rmtree(stage, ignore_errors=True)
        try:
            names = _staged(stage, files)
            _refuse_foreign(folder, names, known=known)
            # First of both, so that after an interruption the next run still knows what is ours.
            _mark(folder, names | known)
            changed = sum(_moved(stage / name, folder / name) for name in sorted(names))
            gone = sum(_removed(folder, name) for name in known - names)
            _mark(folder, names)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        return len(names), changed, gone


def pack(file: Path, files: Files) -> int:
    """Write a ZIP file that holds the same as the folder would, or nothing; the same pages make the same bytes. Return how many."""
    part = file.with_name(f".{file.name}.part")
    names = set()
    with _safely(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise InputError(f"{file.name} ist ein Ordner.", file=file, remedy="Nennen Sie einen anderen Namen.")
        try:
            with ZipFile(part, "w") as packed:
                for name, content in files:
                    names.add(_checked(name))
                    packed.writestr(_entry(name), content)
                packed.writestr(_entry(MARKER), _marked(names))
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return len(names)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # dated by its default, 1980, whenever it is written
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


@contextmanager
def _safely(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise InputError(
            f"Das lässt sich hier nicht schreiben ({fault.strerror or fault}).",
            file=place,
            remedy="Wählen Sie mit --site einen anderen Ordner.",
        ) from None


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make the folder; if anything fails and it is empty, it goes again."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def _staged(stage: Path, files: Files) -> set[str]:
    names = set()
    stage.mkdir()
    for name, content in files:
        file = stage / _checked(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", errors="replace"))
        names.add(name)
    return names


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or name == MARKER:
        raise InputError(f"So kann eine Datei nicht heißen: {name!r}.")
    return name


def _refuse_foreign(folder: Path, names: Iterable[str], *, known: set[str]) -> None:
    for name in sorted(names):
        file = folder / name
        parents = [place for place in file.parents if place.is_relative_to(folder) and place != folder]
        # A link in the way would lead what we write out of the share.
        wrong = [place for place in parents if place.is_symlink() or (place.exists() and not place.is_dir())]
        if file.is_dir() or (name not in known and (file.exists() or file.is_symlink())):
            wrong.append(file)
        if wrong:
            raise InputError(
                f"Dort steht schon etwas, das nicht von Fundstelle ist: {wrong[0].relative_to(folder)}.",
                file=folder,
                remedy="Nehmen Sie mit --site einen leeren Ordner oder den einer früheren Ausgabe.",
            )


def _moved(part: Path, file: Path) -> bool:
    """Move a file to its place unless an equal one stands there; say whether it was moved."""
    if file.is_file() and filecmp.cmp(part, file, shallow=False):
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    part.replace(file)
    return True


def _removed(folder: Path, name: str) -> bool:
    """Remove a file of ours and the folders that are empty without it; say whether it was still there."""
    file = folder / name
    if not file.is_file() or file.is_symlink() or not file.resolve().is_relative_to(folder.resolve()):
        return False
    file.unlink()
    for parent in file.parents[: len(Path(name).parts) - 1]:
        with suppress(OSError):
            parent.rmdir()
    return True


def _listed(folder: Path) -> set[str]:
    """Return the names of the files that an earlier run wrote; what could lead elsewhere is none of ours."""
    marker = folder / MARKER
    if not marker.exists():
        return set()
    try:
        names = json.loads(marker.read_text(encoding="utf-8"))["files"]
        return {name for name in names if _NAME.fullmatch(name)}
    except (ValueError, KeyError, TypeError):
        raise InputError(
            "Die Liste unserer Dateien ist nicht zu lesen.", file=marker, remedy="Nehmen Sie einen leeren Ordner."
        ) from None


def _mark(folder: Path, names: Iterable[str]) -> None:
    part = folder / STAGE / MARKER
    part.write_bytes(_marked(names))
    _moved(part, folder / MARKER)


def _marked(names: Iterable[str]) -> bytes:
    told = {"schema": 1, "files": sorted(names)}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
