"""
The town's own list of measures, read from a file.

Does not decide which criterion a measure belongs to (``audit.inventory.matching``). Nothing is dropped in silence:
what could not be taken as it stands is told in a note with its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from audit.inventory import dates, fields, headers, sheets
from audit.inventory.headers import COLUMNS, Header
from audit.inventory.rows import Row, Sheet
from audit.inventory.spelling import letters
from db.errors import MeasuresError
from db.models import Measure

SHOWN = 12
"""So many headers are named in a message."""

MATCHED_BY = {"column": "Spalte", "key": "Schlüssel", "address": "Adresse", "title": "Titel"}
"""How our own lists name the way in which a measure found its criterion."""

NO_CRITERION = "nicht zuordnen"
"""What stands in place of a criterion if a person said that the measure belongs to none; ``reports.tables`` writes it too."""


class Note(NamedTuple):
    """Something to tell the person who imports the list, with the row of the file."""

    row: int
    text: str


@dataclass(frozen=True)
class MeasureList:
    """The measures in the order of the file, without duplicates, what there is to tell about them, and the columns it has."""

    measures: list[Measure]
    notes: list[Note]
    columns: frozenset[str] = frozenset(COLUMNS)


@dataclass
class _Reader:
    """Takes rows one by one and remembers what it has seen."""

    header: Header
    notes: list[Note] = field(default_factory=list)
    titles: dict[tuple[str, str], int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    def take(self, row: Row) -> Measure | None:
        """Return the measure of one row; None, mostly with a note that says why, if it holds none."""
        columns = self.header.columns.items()
        values = {name: fields.clean(row.cells[index]) for name, index in columns if index < len(row.cells)}
        title = " ".join(values.get("title", "").split())
        if not title:
            if any(values.values()):
                self.tell(row, "Übersprungen: Die Zeile nennt keine Maßnahme.")
            return None
        address = fields.read_address(values.get("address", ""))
        if self._is_twin(row, title, address=address.value or ""):
            return None
        key = fields.read_key(values.get("key", ""))
        since, said = self._since(row, values.get("since", ""))
        for complaint in (key.complaint, address.complaint, *_formulas(values)):
            self.tell(row, complaint)
        self._tell_shared(row, key.value)
        return Measure(
            town_id=0,
            title=title,
            row=row.number,
            key=key.value,
            address=address.value,
            department=values.get("department") or None,
            status=values.get("status") or None,
            since=since,
            note="\n".join(part for part in (values.get("note"), said) if part) or None,
            **_given(values),
        )

    def tell(self, row: Row, text: str) -> None:
        if text:
            self.notes.append(Note(row.number, text))

    def _is_twin(self, row: Row, title: str, *, address: str) -> bool:
        twin = (letters(title) or title, fields.plain(address))
        if twin in self.titles:
            self.tell(row, f"Übersprungen: „{title}“ steht schon in Zeile {self.titles[twin]}.")
            return True
        self.titles[twin] = row.number
        return False

    def _since(self, row: Row, cell: str) -> tuple[str | None, str]:
        """Return the ISO date, and the original words if the date does not say all of them."""
        text = " ".join(cell.split())
        if fields.is_blank(text):
            return None, ""
        reading = dates.read(text)
        if reading.iso is None:
            self.tell(
                row, f"Das Datum „{text[: fields.SHOWN]}“ lässt sich nicht lesen; es steht nun bei den Bemerkungen."
            )
        return reading.iso, "" if reading.clear else f"{COLUMNS['since']}: {text}"

    def _tell_shared(self, row: Row, key: str | None) -> None:
        if key in self.keys:
            self.tell(
                row, f"Der Schlüssel „{key}“ steht auch in Zeile {self.keys[key]}. Beide Maßnahmen wurden übernommen."
            )
        elif key:
            self.keys[key] = row.number


def read(path: Path) -> MeasureList:
    """
    Return the measures of an Excel or CSV file.

    The measures belong to no town yet (``town_id`` 0). Raises MeasuresError with file, row and remedy if the file is
    no table or has no column of titles.
    """
    tables = [sheet for sheet in sheets.read(path) if sheet.rows]
    if not tables:
        raise MeasuresError(
            "Die Datei ist leer.", file=path, remedy="Prüfen Sie, ob Sie die richtige Datei gewählt haben."
        )
    found = [(header, sheet) for sheet in tables if (header := headers.recognise(sheet.rows))]
    if not found:
        raise _untitled(tables, file=path)
    header, sheet = max(found, key=lambda pair: pair[0].score)
    reader = _Reader(header)
    measures = [measure for row in sheet.rows[header.place + 1 :] if (measure := reader.take(row))]
    notes = [*_opening(header, sheet, tables=tables), *reader.notes]
    if not measures:
        notes.append(Note(header.row.number, "Die Liste enthält noch keine Maßnahme."))
    return MeasureList(measures=measures, notes=notes, columns=frozenset(header.columns))


def _opening(header: Header, sheet: Sheet, *, tables: Sequence[Sheet]) -> Iterator[Note]:
    """Tell what is true of the whole list."""
    if header.unknown:
        yield Note(header.row.number, f"Diese Spalten wurden nicht übernommen: {_listed(header.unknown)}.")
    if len(tables) > 1:
        yield Note(header.row.number, f"Gelesen wurde nur das Tabellenblatt „{sheet.name}“.")


def _untitled(tables: Sequence[Sheet], *, file: Path) -> MeasuresError:
    rows = tables[0].rows[: headers.FIRST_ROWS]
    fullest = max(rows, key=lambda row: sum(bool(cell.strip()) for cell in row.cells))
    return MeasuresError(
        "Es ist keine Spalte mit den Namen der Maßnahmen zu erkennen.",
        file=file,
        line=fullest.number,
        remedy=f"Gesehen wurden die Überschriften {_listed(fullest.cells)}. Nennen Sie eine Spalte „Maßnahme“;"
        f" erkannt werden: {headers.ACCEPTED}.",
    )


def _listed(words: Sequence[str]) -> str:
    filled = [f"„{' '.join(word.split())[: headers.LONGEST_HEADER]}“" for word in words if word.strip()]
    return ", ".join(filled[:SHOWN]) + (" …" if len(filled) > SHOWN else "")


def _formulas(values: Mapping[str, str]) -> Iterator[str]:
    """Complain of formulas in columns that take any text; the others complain of themselves."""
    for name, value in values.items():
        if name not in {"key", "address", "since"} and fields.is_formula(value):
            yield f"In der Spalte „{COLUMNS[name]}“ steht eine Formel; sie wurde als Text übernommen."


def _given(values: Mapping[str, str]) -> dict[str, str | None]:
    """Return the criterion a person wrote down, or that there is none; one that was found by matching is better found again."""
    by = letters(values.get("matched_by", ""))
    criterion = values.get("criterion", "")
    if letters(criterion) == letters(NO_CRITERION):
        return {"criterion": None, "matched_by": "column"}
    if fields.is_blank(criterion) or by in {letters(word) for way, word in MATCHED_BY.items() if way != "column"}:
        return {}
    return {"criterion": criterion, "matched_by": "column"}
