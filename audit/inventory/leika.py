"""
Hold the keys of a catalogue against the official list of services (LeiKa, FIM).

Does not change the catalogue and fetches nothing: the list is a file that somebody has downloaded, and a person decides.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audit.catalogue import Catalogue
from audit.inventory import delimited, fields, headers
from audit.inventory.headers import Header
from audit.inventory.likeness import Likely, Likeness
from audit.inventory.rows import Row
from audit.inventory.spelling import letters
from db.errors import MeasuresError

MAX_BYTES = 100_000_000
MAX_ROWS = 100_000
"""The official list has some ten thousand; beyond this it is another kind of file."""

FITS = 0.25
"""Likeness below which an official name speaks of something else than the criterion."""

LIKELY = 0.55
"""Likeness from which a service is proposed for a criterion; the same from which a measure's title decides."""

SERVICE = "transaction"
"""The kind of criteria that can have a key: the list knows services of authorities, and neither portals nor strategies."""

MOST = 5
"""Services proposed for one criterion."""

DONE = frozenset(
    "anzeige aufhebung ausstellung auskunft beantragen beantragung bearbeitung bereitstellung beratung bescheinigung bewilligung durchfuehrung"
    " entgegennahme entscheidung erhebung erteilung festsetzung feststellung foerderung genehmigung gewaehrung information"
    " leistung mitteilung pruefung ueberwachung verlaengerung vergabe zahlung zustimmung".split()
)
"""What is done with the thing (Verrichtung). It ends half of all official names and tells none of them apart."""

DOWNLOAD = "Die Liste gibt es bei fimportal.de als leika_leistungen_de.csv.zip."


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the official list: its key, its names (the official one first), and its row in the file."""

    key: str
    names: tuple[str, ...]
    row: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell of a row."""

    row: int
    text: str


@dataclass(frozen=True)
class Official:
    """The official list: its services by key, and what could not be taken."""

    services: dict[str, Service] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A key of a criterion that the list does not have (``service`` None), or has for something else."""

    criterion: str
    key: str
    service: Service | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A service that may be what a criterion without a key means, with its likeness 0..1."""

    service: Service
    score: float


@dataclass(frozen=True)
class Result:
    """What the list says of a catalogue; proposals by criterion, the likeliest first."""

    confirmed: int
    doubts: list[Doubt]
    proposals: dict[str, list[Proposal]]


def read(path: Path) -> Official:
    """Return the services of a CSV file, or of the one in a ZIP file; raise MeasuresError with file, row and remedy."""
    rows = delimited.read(_csv(path), file=path, most=MAX_ROWS).rows
    header = headers.recognise(rows)
    if header is None or "key" not in header.columns:
        raise MeasuresError(
            "Es ist keine Spalte mit Schlüsseln und keine mit Bezeichnungen zu erkennen.",
            file=path,
            line=rows[0].number if rows else None,
            remedy=f"Nötig sind zwei Spalten wie „Schluessel“ und „Bezeichnung“. {DOWNLOAD}",
        )
    official = Official()
    names = list(_name_columns(header))
    for row in rows[header.place + 1 :]:
        _take(row, header, names=names, official=official)
    return official


def compare(catalogue: Catalogue, official: Mapping[str, Service]) -> Result:
    """Return the keys to doubt and, for criteria without a key, the services that fit best."""
    likeness = Likeness(catalogue)
    doubts = []
    for criterion in catalogue.criteria.values():
        for key in criterion.leika:
            service = official.get(key)
            if service is None or _likeness(likeness, service, among={criterion.id}) < FITS:
                doubts.append(Doubt(criterion.id, key, service))
    keys = sum(len(criterion.leika) for criterion in catalogue.criteria.values())
    return Result(keys - len(doubts), doubts, _proposals(catalogue, likeness, official))


def _likeness(likeness: Likeness, service: Service, *, among: set[str]) -> float:
    return max((one.score for one in _rank(likeness, service, among=among)), default=0.0)


def _rank(likeness: Likeness, service: Service, *, among: set[str] | None = None) -> list[Likely]:
    first, *others = dict.fromkeys(_thing(name) for name in service.names)
    return likeness.rank(first, spellings=others, among=among)


def _thing(name: str) -> str:
    """Return an official name without what is done, unless nothing would be left."""
    kept = [word for word in name.split() if letters(word) not in DONE]
    return " ".join(kept) or name


def _proposals(catalogue: Catalogue, likeness: Likeness, official: Mapping[str, Service]) -> dict[str, list[Proposal]]:
    """Give each service to the one criterion it is most like; one that has keys already gets none."""
    found: defaultdict[str, list[Proposal]] = defaultdict(list)
    services = {one.id for one in catalogue.criteria.values() if one.kind == SERVICE}
    for service in official.values():
        best = next(iter(_rank(likeness, service, among=services)), None)
        if best and best.score >= LIKELY and not catalogue.criteria[best.id].leika:
            found[best.id].append(Proposal(service, best.score))
    return {
        key: sorted(found[key], key=lambda one: (-one.score, one.service.key))[:MOST]
        for key in catalogue.criteria
        if key in found
    }


def _take(row: Row, header: Header, *, names: list[int], official: Official) -> None:
    cells = dict(enumerate(row.cells))
    key = fields.read_key(fields.clean(cells.get(header.columns["key"], "")))
    if key.complaint:
        official.notes.append(Note(row.number, key.complaint.replace(fields.AS_TEXT, "Die Zeile zählt nicht mit.")))
    told = tuple(dict.fromkeys(name for index in names if (name := " ".join(cells.get(index, "").split()))))
    if key.value and told:
        official.services.setdefault(key.value, Service(key.value, told, row.number))


def _name_columns(header: Header) -> Iterator[int]:
    """Return the columns of names: the list has an official one and one in citizens' words („Bezeichnung2“)."""
    first = header.columns["title"]
    yield first
    for index, cell in enumerate(header.row.cells):
        if index != first and "bezeichnung" in letters(cell):
            yield index


def _csv(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise MeasuresError("Die Datei gibt es nicht.", file=path, remedy=f"Prüfen Sie den Pfad. {DOWNLOAD}") from None
    except OSError as fault:
        raise MeasuresError(
            f"Die Datei lässt sich nicht lesen ({fault.strerror}).",
            file=path,
            remedy=f"Prüfen Sie den Pfad. {DOWNLOAD}",
        ) from None
    return _unzipped(data, path=path) if data.startswith(b"PK\x03\x04") else data


def _unzipped(data: bytes, *, path: Path) -> bytes:
    """Return the one CSV file in a ZIP file; its size is checked before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(inside) != 1:
                raise MeasuresError(
                    f"Die ZIP-Datei enthält {len(inside)} CSV-Dateien statt einer.",
                    file=path,
                    remedy=f"Packen Sie sie aus und nennen Sie die richtige. {DOWNLOAD}",
                )
            if inside[0].file_size > MAX_BYTES:
                raise _too_large(path)
            return archive.read(inside[0])
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError):
        raise MeasuresError(
            "Die ZIP-Datei ist beschädigt.", file=path, remedy="Laden Sie sie noch einmal herunter."
        ) from None


def _too_large(path: Path) -> MeasuresError:
    return MeasuresError(f"Die Datei ist zu groß (über {MAX_BYTES // 1_000_000} MB).", file=path, remedy=DOWNLOAD)
