"""
Ranks of towns that somebody has published, from a CSV file or from those that come with the program.

Does not compare them with anything (``reports.published``) and does not fetch them: each row names where it was published.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from audit.inventory import delimited, directory, gazetteer
from audit.inventory.rows import Row
from audit.inventory.spelling import letters
from db.errors import InputError, MeasuresError
from db.models import Town

SHIPPED = Path(__file__).parent / "data" / "published"
COLUMNS = ("year", "town", "rank", "cities", "degree_percent", "source")
OPTIONAL = {"degree_percent", "source"}
YEARS, CITIES = (1990, 2100), (1, 20_000)
MAX_BYTES = 2_000_000


class Rank(NamedTuple):
    """One published rank: ``rank`` of so many ``cities``; ``degree`` in per cent, if it was told."""

    line: int
    year: int
    town: str
    rank: int
    cities: int
    degree: float | None
    source: str


def names() -> list[str]:
    """Return the names of the lists that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.csv"))


def read(name: str) -> list[Rank]:
    """
    Return the ranks of a file, or of the list of that name that comes with the program.

    Raises:
        InputError: there is no such file, or a row is wrong; with file, line and remedy.
    """
    file = SHIPPED / f"{name}.csv" if name in names() else Path(name)
    rows = _rows(file)
    if not rows:
        raise InputError("Die Datei ist leer.", file=file, remedy=f"Nötig sind die Spalten: {', '.join(COLUMNS)}.")
    head = [cell.strip().lower() for cell in rows[0].cells]
    missing = [column for column in COLUMNS if column not in head and column not in OPTIONAL]
    if missing:
        raise InputError(
            f"Die Spalte „{missing[0]}“ fehlt.",
            file=file,
            line=rows[0].number,
            remedy=f"Nötig sind die Spalten: {', '.join(COLUMNS)}; leer bleiben dürfen {' und '.join(sorted(OPTIONAL))}.",
        )
    found = [_rank(row, head, file=file) for row in rows[1:]]
    _refuse_twins(found, file=file)
    return found


def matched(ranks: Iterable[Rank], towns: Iterable[Town]) -> dict[str, Any]:
    """Return the ranks of these towns by key, as ``reports.published.beside`` wants them; names that no place has are named."""
    known = {spelling: town.key for town in towns for spelling in {letters(town.key), _bare(town.name)}}
    places = {_bare(name) for name in directory.places()}
    rows, unknown, others = [], [], 0
    for rank in ranks:
        key = known.get(_bare(rank.town))
        if key is not None:
            rows.append({**rank._asdict(), "town": key})
        elif _bare(rank.town) in places:
            others += 1
        else:
            unknown.append(f"{rank.town} (Zeile {rank.line})")
    return {"rows": rows, "unknown": unknown, "others": others}


def _bare(name: str) -> str:
    return letters(gazetteer.untitled(name))


def _rows(file: Path) -> list[Row]:
    try:
        return delimited.read(_bytes(file), file=file).rows
    except MeasuresError as fault:
        remedy = "Speichern Sie die Liste als „CSV UTF-8“."
        raise InputError(fault.message, file=file, line=fault.line, remedy=remedy) from None


def _bytes(file: Path) -> bytes:
    listed = f"Nennen Sie eine CSV-Datei oder eine Liste, die dabei ist: {', '.join(names())}."
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError("Die Datei ist zu groß für eine Liste von Plätzen.", file=file, remedy=listed)
        return file.read_bytes()
    except OSError as fault:
        raise InputError(f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file, remedy=listed) from None


def _rank(row: Row, head: list[str], *, file: Path) -> Rank:
    cells = dict(zip(head, [cell.strip() for cell in row.cells], strict=False))

    def told(column: str, within: tuple[int, int]) -> int:
        return _number(cells.get(column, ""), column, row.number, file=file, within=within)

    cities = told("cities", CITIES)
    rank = told("rank", CITIES)
    if rank > cities:
        raise InputError(
            f"Platz {rank} von {cities} Städten gibt es nicht.",
            file=file,
            line=row.number,
            remedy="„rank“ darf nicht größer sein als „cities“.",
        )
    if not cells.get("town"):
        raise InputError("Der Name der Stadt fehlt.", file=file, line=row.number, remedy="Füllen Sie „town“ aus.")
    degree = _degree(cells.get("degree_percent", ""), row.number, file=file)
    return Rank(row.number, told("year", YEARS), cells["town"], rank, cities, degree, cells.get("source", ""))


def _number(text: str, column: str, line: int, *, file: Path, within: tuple[int, int]) -> int:
    low, high = within
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(high)) or not low <= int(text) <= high:
        raise InputError(
            f"In „{column}“ steht „{text[:40]}“.",
            file=file,
            line=line,
            remedy=f"Erwartet wird eine ganze Zahl von {low} bis {high}.",
        )
    return int(text)


def _degree(text: str, line: int, *, file: Path) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:  # noqa: PLR2004 per cent
        raise InputError(
            f"In „degree_percent“ steht „{text[:40]}“.",
            file=file,
            line=line,
            remedy="Erwartet wird eine Zahl von 0 bis 100, oder nichts.",
        )
    return value


def _refuse_twins(ranks: Iterable[Rank], *, file: Path) -> None:
    seen: dict[tuple[int, str], int] = {}
    for rank in ranks:
        first = seen.setdefault((rank.year, _bare(rank.town)), rank.line)
        if first != rank.line:
            raise InputError(
                f"{rank.town} steht für {rank.year} schon in Zeile {first}.",
                file=file,
                line=rank.line,
                remedy="Lassen Sie je Stadt und Jahr eine Zeile stehen.",
            )
