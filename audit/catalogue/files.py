"""
Read a catalogue from its YAML files, and check it.

Does not compile patterns. A catalogue may be a view: its areas then take criteria from another catalogue, its ``base``, under
names of their own. Whoever uses a catalogue need not know.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from audit import checked
from audit.catalogue import translations
from audit.catalogue.shapes import Accuracy, Area, Catalogue, Criterion, Key, Pattern, Strict, Text, Translation
from db.errors import CatalogueError
from db.models import Audit

FOLDER = Path(__file__).parent.parent / "catalogues"
DEFAULT = "haselhorst"
HEAD = "catalogue.yaml"
ACCURACY = "accuracy.yaml"


class _Area(Area):
    """An area as its catalogue lists it; ``take`` names criteria of the base, each with its name in this catalogue."""

    take: dict[Key, Text] = Field(default_factory=dict)


class _Head(Strict):
    """The file ``catalogue.yaml`` of a catalogue."""

    version: Text
    name: Key
    title: Text
    base: Key | None = None  #: the catalogue that a view takes criteria and sets from
    areas: list[_Area]
    sets: dict[str, list[Pattern]] | None = None  #: words that all criteria share; a view has those of its base


class _AreaFile(Strict):
    """The file of one area."""

    version: Text
    area: Key
    criteria: list[Criterion]


def used_by(audit: Audit) -> Catalogue:
    """Return the catalogue that an audit was judged by last, as it is now; the usual one if there was none."""
    return load(source_of(audit))


def source_of(audit: Audit) -> str:
    """Return the name or the folder of that catalogue."""
    used = audit.catalogue
    return str(used.document.get("source") or used.name) if used else DEFAULT


def load(name: str | Path = DEFAULT, *, folder: Path = FOLDER) -> Catalogue:
    """
    Return a catalogue, read and checked; raise CatalogueError with file and line.

    ``name`` is that of a catalogue in ``folder``, or else the path of a catalogue's own folder. Those that come with the program are
    read once, and again when a file of theirs has changed.
    """
    place = _place(name, folder=folder)
    return _kept(place, _state()) if place.parent == FOLDER else _read(place)


def _state() -> tuple[tuple[str, int, int], ...]:
    told = [(str(file), file.stat()) for file in sorted(FOLDER.glob("*/*.yaml"))]
    return tuple((place, stat.st_mtime_ns, stat.st_size) for place, stat in told)


@lru_cache(maxsize=8)
def _kept(place: Path, _state: tuple[tuple[str, int, int], ...]) -> Catalogue:
    return _read(place)


def _read(place: Path) -> Catalogue:
    head = checked.read(place / HEAD, _Head, error=CatalogueError)
    base = _base(head, place=place)
    reader = _Reader(place, head, base)
    for area in head.areas:
        reader.take(area)
        reader.read(area)
    catalogue = Catalogue(
        name=head.name,
        version=head.version,
        title=head.title,
        areas=tuple(Area(id=area.id, name=area.name, name_en=area.name_en) for area in head.areas),
        criteria=reader.criteria,
        area_of=reader.area_of,
        sets=base.sets if base else head.sets or {},
        digest=_digest([file.read_bytes() for file in reader.files] + ([base.digest.encode()] if base else [])),
        accuracy=_accuracy(place / ACCURACY) or (base.accuracy if base else None),
        labels=reader.labels,
        base=base.name if base else "",
        source=place.name if place.parent == FOLDER else str(place),
    )
    return replace(catalogue, translations=_translations(place, catalogue, base=base))


def names(folder: Path = FOLDER) -> list[str]:
    """Return the names of the catalogues in a folder."""
    return sorted(path.parent.name for path in folder.glob(f"*/{HEAD}"))


def _place(name: str | Path, *, folder: Path) -> Path:
    """Return the folder of a catalogue: one that comes with the program goes before one of the same name elsewhere."""
    places = [Path(name).resolve()]
    if re.fullmatch(r"[a-z0-9-]+", str(name)):
        places.insert(0, folder / name)
    for place in places:
        if (place / HEAD).is_file():
            return place
    raise CatalogueError(
        f"Den Katalog „{name}“ gibt es nicht.",
        remedy=f"Vorhanden: {', '.join(names(folder))}; oder nennen Sie den Ordner, in dem seine Datei {HEAD} liegt.",
    )


def _base(head: _Head, *, place: Path) -> Catalogue | None:
    """Return the catalogue that a view is based on, of those beside it or of those that come with the program."""
    file = place / HEAD
    if head.base is None:
        _refuse_taking(head, file=file)
        return None
    line = _line_of(file, "base:")
    if head.sets is not None:
        raise CatalogueError(
            "Die gemeinsamen Wörter („sets“) kommen vom Katalog „base“.",
            file=file,
            line=_line_of(file, "sets:"),
            remedy="Lassen Sie „sets“ weg.",
        )
    known = [folder for folder in (place.parent, FOLDER) if (folder / head.base / HEAD).is_file()]
    if not known:
        raise CatalogueError(
            f"Den Katalog „{head.base}“, auf den sich dieser stützt, gibt es nicht.",
            file=file,
            line=line,
            remedy=f"Vorhanden: {', '.join(names(FOLDER))}.",
        )
    if checked.read(known[0] / head.base / HEAD, _Head, error=CatalogueError).base is not None:
        raise CatalogueError(
            f"Der Katalog „{head.base}“ stützt sich selbst auf einen anderen.",
            file=file,
            line=line,
            remedy=f"Nennen Sie bei „base“ den Katalog, in dem die Kriterien stehen, zum Beispiel {DEFAULT}.",
        )
    return load(head.base, folder=known[0])


def _refuse_taking(head: _Head, *, file: Path) -> None:
    if any(area.take for area in head.areas):
        raise CatalogueError(
            "Hier werden Kriterien übernommen, aber nicht gesagt, aus welchem Katalog.",
            file=file,
            line=_line_of(file, "take:", last=False),
            remedy=f"Tragen Sie oben ein: base: {DEFAULT}",
        )
    if head.sets is None:
        raise CatalogueError(
            "„sets“ fehlt.", file=file, remedy="Ohne „base“ braucht ein Katalog seine gemeinsamen Wörter."
        )


@dataclass
class _Reader:
    """Collects the criteria of a catalogue, area by area."""

    place: Path
    head: _Head
    base: Catalogue | None
    criteria: dict[str, Criterion] = field(default_factory=dict)
    area_of: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files.append(self.place / HEAD)

    def take(self, area: _Area) -> None:
        """Take the criteria of the base that the area names."""
        for key, name in area.take.items():
            known = self.base.criteria if self.base else {}
            if key not in known:
                raise CatalogueError(
                    f"Das Kriterium „{key}“ gibt es im Katalog „{self.head.base}“ nicht.",
                    file=self.files[0],
                    line=_line_of(self.files[0], f"{key}:"),
                    remedy=f"„fundstelle criteria list --catalogue {self.head.base}“ zeigt alle.",
                )
            if key in self.criteria:
                raise CatalogueError(
                    f"Das Kriterium „{key}“ wird zweimal übernommen.",
                    file=self.files[0],
                    line=_line_of(self.files[0], f"{key}:"),
                    remedy="Lassen Sie es in einem der beiden Bereiche weg.",
                )
            self.labels[key] = name
            self._add(known[key], area)

    def read(self, area: _Area) -> None:
        """Read the area's own file; a view may do without."""
        file = self.place / f"{area.id}.yaml"
        if area.take and not file.is_file():
            return
        part = checked.read(file, _AreaFile, error=CatalogueError)
        _check_area(part, area=area, version=self.head.version, file=file)
        self.files.append(file)
        for criterion in part.criteria:
            self._refuse_twin(criterion, file=file)
            self._add(criterion, area)

    def _refuse_twin(self, criterion: Criterion, *, file: Path) -> None:
        if criterion.id in self.criteria:
            raise CatalogueError(
                f"Das Kriterium „{criterion.id}“ steht zweimal im Katalog.",
                file=file,
                line=_line_of(file, f"id: {criterion.id}"),
                remedy="Geben Sie einem der beiden eine andere Kennung.",
            )
        if self.base and criterion.id in self.base.criteria:
            raise CatalogueError(
                f"Das Kriterium „{criterion.id}“ gibt es schon im Katalog „{self.base.name}“.",
                file=file,
                line=_line_of(file, f"id: {criterion.id}"),
                remedy="Übernehmen Sie es mit „take“, oder geben Sie diesem eine andere Kennung.",
            )

    def _add(self, criterion: Criterion, area: _Area) -> None:
        self.criteria[criterion.id] = criterion
        self.area_of[criterion.id] = area.id


def _accuracy(file: Path) -> Accuracy | None:
    return checked.read(file, Accuracy, error=CatalogueError) if file.is_file() else None


def _translations(place: Path, catalogue: Catalogue, *, base: Catalogue | None) -> dict[str, Translation]:
    """Return what is said in other languages: the base's texts of what is taken, and those of the files beside the catalogue."""
    found = {}
    for code in translations.LANGUAGES:
        taken = base.translations.get(code, Translation()).criteria if base else {}
        told = Translation(criteria={key: one for key, one in taken.items() if key in catalogue.labels})
        file = place / f"{code}.yaml"
        if file.is_file():
            own = checked.read(file, Translation, error=CatalogueError)
            _check_translation(own, catalogue, file=file)
            told = own.model_copy(update={"criteria": told.criteria | own.criteria})
        if told != Translation():
            found[code] = told
    return found


def _check_translation(told: Translation, catalogue: Catalogue, *, file: Path) -> None:
    for part, marks in translations.marks(catalogue).items():
        for key in getattr(told, part) if part != "title" else ():
            if key not in marks:
                raise CatalogueError(
                    f"„{key}“ ist unter „{part}“ nicht bekannt.",
                    file=file,
                    line=_line_of(file, f"{key}:"),
                    remedy="Bereiche stehen unter „areas“, übernommene Kriterien unter „names“, eigene unter „criteria“.",
                )
    for key, part in translations.uneven(told, catalogue):
        raise CatalogueError(
            f"„{part}“ von „{key}“ hat nicht so viele Texte wie im Deutschen.",
            file=file,
            line=_line_of(file, f"{key}:"),
            remedy="Übersetzen Sie jeden Text einzeln und in derselben Reihenfolge.",
        )


def _check_area(part: _AreaFile, *, area: Area, version: str, file: Path) -> None:
    if part.area != area.id:
        raise CatalogueError(
            f"Hier wird der Bereich „{area.id}“ erwartet, nicht „{part.area}“.", file=file, line=_line_of(file, "area:")
        )
    if part.version != version:
        raise CatalogueError(
            f"Die Fassung {part.version} passt nicht zur Fassung {version} des Katalogs.",
            file=file,
            line=_line_of(file, "version:"),
            remedy="Tragen Sie in allen Dateien dieselbe Fassung ein.",
        )


def _line_of(file: Path, words: str, *, last: bool = True) -> int | None:
    """Return the last line, or the first, from 1, that has these words."""
    whole = re.compile(rf"(?<![\w-]){re.escape(words)}(?![\w-])")
    lines = [
        number for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if whole.search(line)
    ]
    return lines[-1 if last else 0] if lines else None


def _digest(parts: Iterable[bytes]) -> str:
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(part)
    return hashed.hexdigest()
