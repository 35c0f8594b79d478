"""
A comparison of towns as tables, one for each question: towns, areas, criteria, and published ranks if there are any.

Does not compare (``reports.comparison``) and does not write files (``reports.xlsx``, ``reports.csvs``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reports import render, tables, words
from reports.bands import Band
from reports.language import N_
from reports.language import gettext as _
from reports.tables import Column, Kind, Table

Json = Mapping[str, Any]

LONGEST_NAME = 60
"""Characters of a town's name in the head of a column; Excel takes 255 in all."""

BANDS: dict[str, str] = {
    Band.OWN: N_("Maßstab"),
    Band.AHEAD: N_("weiter vorn"),
    Band.EVEN: N_("gleichauf"),
    Band.BEHIND: N_("dahinter"),
    Band.NONE: N_("nicht einzuordnen"),
}


def title(documents: Sequence[Json]) -> str:
    """Return what a file of tables is called."""
    return _("Fundstelle: Vergleich {names}").format(names=", ".join(one["town_name"] for one in documents))


def read(figures: Json) -> list[Table]:
    """Return the tables of a comparison's figures (``reports.comparison.figures``)."""
    areas = [{**line, "area": area["name"]} for area in figures["areas"] for line in area["towns"]]
    found = [
        _table("staedte", _("Städte"), _("Wo steht jede Stadt auf gemeinsamer Grundlage?"), _towns(), figures["towns"]),
        _table("bereiche", _("Bereiche"), _("Wo steht jede Stadt in jedem Bereich?"), _areas(), areas),
        _table(
            "kriterien",
            _("Kriterien"),
            _("Was zeigt welche Stadt, und wo?"),
            _criteria(figures["towns"]),
            figures["criteria"],
        ),
    ]
    if figures["published"] is None:
        return found
    ranks = [{**row, "name": town["name"]} for town in figures["published"]["towns"] for row in town["rows"]]
    return [*found, _table("plaetze", _("Plätze"), _("Welche Plätze wurden veröffentlicht?"), _ranks(), ranks)]


def _table(key: str, sheet: str, means: str, columns: Sequence[Column], rows: Iterable[Json]) -> Table:
    none = _("Hierzu gibt es nichts.")
    named = [replace(column, head=render.capital(column.head)) for column in columns]
    return Table(key=key, sheet=sheet, means=means, columns=named, rows=tables.cells(columns, rows), none=none)


def _towns() -> list[Column]:
    return [
        Column(_("Stadt"), lambda row: row["name"], 24),
        *_line(),
        Column(_("Gesamtergebnis: gut auffindbar"), _score("found"), 16, Kind.NUMBER, _("Nicht vergleichbar.")),
        Column(_("Gesamtergebnis: geprüft"), _score("of"), 16, Kind.NUMBER, _("Nicht vergleichbar.")),
        Column(_("Abdeckung"), lambda row: row["coverage"], 40),
        Column(_("Prüfung"), lambda row: row["audit"], 10, Kind.NUMBER),
        Column(_("Geprüft am"), lambda row: tables.day(row["started"]), 12, Kind.DATE),
    ]


def _areas() -> list[Column]:
    return [
        Column(_("Bereich"), lambda row: row["area"], 28),
        Column(_("Stadt"), lambda row: row["name"], 24),
        *_line(),
    ]


def _line() -> list[Column]:
    span = _("Von 100; dazwischen liegt der Anteil mit 95 % Sicherheit.")
    return [
        Column(
            _("Steht"),
            lambda row: words.say(row["band"], BANDS),
            16,
            means=_("Neben der ersten Stadt; weiter vorn oder dahinter nur, wenn sich die Spannen nicht überschneiden."),
        ),
        Column(_("Gut auffindbar"), lambda row: row["found"], 12, Kind.NUMBER, _("Von den gemeinsam geprüften.")),
        Column(_("Gemeinsam geprüft"), lambda row: row["of"], 12, Kind.NUMBER, _("Zählt bei allen, war überall zu prüfen.")),
        Column(_("Spanne von"), _of_100("low"), 10, Kind.NUMBER, span),
        Column(_("Spanne bis"), _of_100("high"), 10, Kind.NUMBER, span),
    ]  # fmt: skip


def _criteria(towns: Sequence[Json]) -> list[Column]:
    """Return the columns of the criteria: two for each town, whose names differ even if the towns' do not."""
    short = [str(tables.plain(town["name"]))[:LONGEST_NAME] for town in towns]
    folded = [name.casefold() for name in short]
    called = [
        f"{name} ({town['town']})" if folded.count(name.casefold()) > 1 else name
        for name, town in zip(short, towns, strict=True)
    ]
    columns = [
        Column(_("Angebot"), lambda row: row["name"], 32),
        Column(_("Bereich"), lambda row: row["area"], 22),
        Column(_("Gemeinsam"), lambda row: _("ja") if row["common"] else _("nein"), 12, means=_("Zählt bei allen und war überall zu prüfen.")),
    ]  # fmt: skip
    for place, name in enumerate(called):
        columns.append(Column(_("Befund {town}").format(town=name), _verdict(place), 18))
        columns.append(Column(_("Beleg {town}").format(town=name), _proof(place), 34, Kind.LINK))
    return [*columns, Column(_("Kennung"), lambda row: row["criterion"], 26, Kind.CODE)]


def _ranks() -> list[Column]:
    return [
        Column(_("Stadt"), lambda row: row["name"], 24),
        Column(_("Jahr"), lambda row: str(row["year"]), 10, Kind.CODE),
        Column(_("Platz"), lambda row: row["rank"], 10, Kind.NUMBER),
        Column(_("Von Städten"), lambda row: row["cities"], 12, Kind.NUMBER),
        Column(_("Erreicht"), lambda row: None if row["degree"] is None else render.number(row["degree"]), 12, means=_("Von 100.")),
        Column(_("Quelle"), lambda row: row["source"], 60, Kind.LINK),
    ]  # fmt: skip


def _score(name: str) -> Callable[[Json], Any]:
    return lambda row: row["score"][name] if row["score"] else None


def _of_100(name: str) -> Callable[[Json], Any]:
    return lambda row: None if row[name] is None else render.of_100(row[name])


def _verdict(place: int) -> Callable[[Json], Any]:
    def told(row: Json) -> str:
        cell = row["cells"][place]
        return cell["note"] or words.say(cell["verdict"], words.VERDICTS)

    return told


def _proof(place: int) -> Callable[[Json], Any]:
    return lambda row: row["cells"][place]["url"]
