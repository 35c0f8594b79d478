"""
A report as tables: which columns each has, and what stands in them; once, for workbooks and for CSV files.

Does not write files (``reports.xlsx``, ``reports.csvs``) and decides nothing: the cells come from the document. Texts are cleaned
and cut here, so that no form of a table can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from db.terms import Verdict
from reports import coverage, overview, render, words

LONGEST = 32_766
"""UTF-16 units of a cell: the 32,767 that Excel holds, less the quote that a CSV file may need before the text."""

CUT = " … (gekürzt)"

DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for a formula at the start of a cell (OWASP, CSV Injection)."""

Json = Mapping[str, Any]
Cell = str | int | date | None


class Kind(StrEnum):
    """What stands in the cells of a column."""

    TEXT = "text"
    CODE = "code"  #: digits and dates that are text and must stay so when people type more of them
    NUMBER = "number"
    DATE = "date"
    LINK = "link"  #: an address, if it is one that may be clicked (``render.is_address``); else any text


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Attributes:
        head: The word above it.
        of: What stands in it, from a row's values.
        width: Width in characters.
        means: What the head does not say.
        choices: Key of a table and head of its column whose cells are offered to who fills in this one.
    """

    head: str
    of: Callable[[Json], Any]
    width: int
    kind: Kind = Kind.TEXT
    means: str = ""
    choices: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """
    A table with its rows cleaned.

    Attributes:
        key: Last part of the name of its CSV file.
        sheet: Name of its sheet; tables of one sheet stand below each other.
        means: The question it answers.
        none: What to say when there are no rows.
    """

    key: str
    sheet: str
    means: str
    columns: Sequence[Column]
    rows: list[list[Cell]]
    none: str


def read(document: Json) -> list[Table]:
    """Return the tables of an audit's document (``reports.document``), those of one sheet one after the other."""
    areas = {area["id"]: area["name"] for area in document["areas"]}
    found = [{**entry, "place": areas.get(entry["area"])} for entry in document["findings"]]
    by_key = {entry["criterion"]: entry for entry in found if entry["criterion"] is not None}
    gaps = [
        {**gap, "place": areas.get(gap["area"]), "finding": by_key.get(gap["criterion"], {})}
        for gap in document["gaps"]
    ]
    scores = [{**score, "name": areas[score["id"]]} for score in document["score"]["areas"]]
    listed = [{**row, "finding": by_key.get(row["criterion"], {})} for row in document["inventory"]]
    return [
        _table("bereiche", AREAS, scores, none="Der Katalog hat keine Bereiche."),
        _table("ueberblick", OVERVIEW, [{"word": word, "line": line} for word, line in overview.lines(document)]),
        _table("befunde", [*FINDINGS, *(BEFORE if "since" in document else ())], found, none="Es gibt keine Befunde."),
        _table("vorschlaege", STEPS, _steps(document), none="Für diese Prüfung gibt es keine Vorschläge."),
        _table("luecken", GAPS, gaps, none="Keine Lücken zwischen Verzeichnis und Befunden."),
        _table("belege", QUOTES, _quotes(found), none="Es gibt keine Belege."),
        _table("websites", SITES, document["landscape"], none="Es ist keine Website bekannt."),
        _table("massnahmen", MEASURES, listed),
    ]


def plain(value: Any) -> Cell:
    """Return what may stand in a cell: a text without control characters, turned writing and broken characters, at most ``LONGEST``."""
    if not isinstance(value, str):
        return value  # type: ignore[no-any-return]
    text = "\n".join(render.printable(line) for line in value.splitlines()).strip()
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", errors="ignore").rstrip() + CUT


def _table(key: str, columns: Sequence[Column], rows: Iterable[Json], *, none: str = "") -> Table:
    sheet, means = SHEETS[key]
    return Table(key=key, sheet=sheet, means=means, columns=columns, rows=cells(columns, rows), none=none)


def cells(columns: Sequence[Column], rows: Iterable[Json]) -> list[list[Cell]]:
    """Return what stands in the columns for each row, cleaned."""
    return [[plain(column.of(row)) for column in columns] for row in rows]


def _steps(document: Json) -> list[Json]:
    return [{**proposal, "number": place} for place, proposal in enumerate(document["proposals"], 1)]


def _quotes(findings: Iterable[Json]) -> Iterator[Json]:
    """Return what speaks for and against each finding; what is not told of the one kind is None."""
    told = ("text", "reading", "zone", "page_type", "url", "sheet", "page_date", "fetched", "rule")
    for entry in findings:
        for side, quotes in (("dafür", entry["quotes"]), ("dagegen", entry["against"])):
            for quote in quotes:
                yield {name: quote.get(name) for name in told} | {
                    "side": side, "criterion": entry["criterion"], "name": entry["name"], "verdict": entry["verdict"],
                }  # fmt: skip


def _say(name: str, among: Mapping[str, str]) -> Callable[[Json], Any]:
    """Return what finds the German words for a fixed word."""
    return lambda row: among.get(row[name], row[name])


def _of_100(share: float | None) -> int | None:
    return None if share is None else render.of_100(share)


def _way(row: Json, name: str) -> int | None:
    return _of_100(row["routes"][name]["chance"]) if row["routes"] else None


def _menders(reasons: Iterable[Json]) -> str:
    named = (words.say(reason["who"], words.MENDERS) for reason in reasons if "who" in reason)
    return ", ".join(dict.fromkeys(named))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _listed(measures: Iterable[Json]) -> str:
    """Return the measures of the town's own list, a line each."""
    return _lines(one["title"] if one["row"] is None else f"Zeile {one['row']}: {one['title']}" for one in measures)


def _wording(change: Json) -> str:
    """Return the exact words of one change, with the names of their places."""
    if change["kind"] == "page":
        return _lines([f"Neue Seite: {change['page']}", f"Titel: {change['title']}", str(change.get("text", ""))])
    told = [f"Auf der Seite: {change['page']}"]
    if change["kind"] == "link":
        if "instead" in change:
            told.append(f"Alter Linktext: {change['instead']}")
        told += [f"Linktext: {change['words']}", f"Ziel des Links: {change['to']}"]
    elif change["kind"] == "title":
        told.append(f"Titel und Überschrift: {change['title']}")
    return _lines(told)


def _gains(step: Json, values: Mapping[str, float]) -> str:
    """Return the chance of each criterion, those of the other column in the same line."""
    called = dict(zip(step["criteria"], step["names"], strict=True))
    return _lines(f"{called[key]}: {render.of_100(values[key])}" for key in called if key in step["after"])


def _advice(finding: Json) -> str | None:
    """Return what helps; where we could not look, nothing is known to be amiss."""
    return finding.get("advice") if finding.get("verdict") != Verdict.UNKNOWN else None


def day(moment: str | None) -> date | None:
    """Return the day of a moment in ISO 8601, where the town lies."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Europe/Berlin")).date() if moment else None


def _by_hand(measure: Json) -> str | None:
    """Return the criterion that a person wrote down; what was matched must not come back as a person's word."""
    return measure["criterion"] if measure["matched_by"] == "column" else None


SHEETS = {
    "bereiche": ("Überblick", "Wie viele Angebote sind je Bereich gut auffindbar?"),
    "ueberblick": ("Überblick", "Was ist das Ergebnis, wie viel wurde gelesen und womit wurde gemessen?"),
    "befunde": ("Befunde", "Was ist zu finden, wie gut, und warum nicht besser?"),
    "vorschlaege": ("Vorschläge", "Was ist zu ändern, wo, mit welchen Worten, und was bringt es?"),
    "luecken": ("Lücken", "Worin unterscheiden sich Ihr Verzeichnis und das, was online zu sehen ist?"),
    "belege": ("Belege", "Worauf stützen sich die Befunde?"),
    "websites": ("Websites", "Welche Websites gehören zur Stadt, und wie viel war dort zu lesen?"),
    "massnahmen": ("Maßnahmen", "Was steht in Ihrem eigenen Verzeichnis? Zum Ausfüllen und Wiedereinlesen."),
}
"""Name of the sheet and question of each table, by its key."""

AREAS = (
    Column("Bereich", lambda row: row["name"], 30),
    Column("Strategie: gut auffindbar", lambda row: row["strategy"]["found"], 13, Kind.NUMBER),
    Column("Strategie: geprüft", lambda row: row["strategy"]["of"], 13, Kind.NUMBER),
    Column("Umsetzung: gut auffindbar", lambda row: row["implementation"]["found"], 13, Kind.NUMBER),
    Column("Umsetzung: geprüft", lambda row: row["implementation"]["of"], 13, Kind.NUMBER),
    Column("Zusammen: gut auffindbar", lambda row: row["found"], 13, Kind.NUMBER),
    Column("Zusammen: geprüft", lambda row: row["of"], 13, Kind.NUMBER),
    Column("Schwer zu finden", lambda row: row["buried"], 13, Kind.NUMBER),
    Column("Nichts gefunden", lambda row: row["absent"], 13, Kind.NUMBER),
    Column("Nicht prüfbar", lambda row: row["unchecked"], 13, Kind.NUMBER, "Zählt nicht zu den geprüften."),
)

OVERVIEW = (
    Column("Angabe", lambda row: row["word"], 30),
    Column("Inhalt", lambda row: row["line"], 90),
)

ARRIVE = "Von 100, die suchen, kommen nach unserem Modell so viele an."

FINDINGS = (
    Column("Angebot", lambda row: row["name"], 30),
    Column("Bereich", lambda row: row["place"], 17, means="Leer bei Maßnahmen, nach denen keine Rangliste fragt."),
    Column("Teil", _say("aspect", words.ASPECTS), 11),
    Column("Befund", _say("verdict", words.VERDICTS), 14),
    Column("Finden von 100", lambda row: _of_100(row["chance"]), 9, Kind.NUMBER, ARRIVE),
    Column("Suche von 100", lambda row: _way(row, "search"), 9, Kind.NUMBER, f"{ARRIVE} Hier mit einer Suchmaschine."),
    Column("Website von 100", lambda row: _way(row, "browse"), 9, Kind.NUMBER, f"{ARRIVE} Hier über die Links der Website."),
    Column("Gründe", lambda row: _lines(reason["text"] for reason in row["reasons"]), 44),
    Column("Wer es ändern kann", lambda row: _menders(row["reasons"]), 16),
    Column("Das hilft", _advice, 44),
    Column("Zuständig", lambda row: row["department"], 18),
    Column("Lücke", _say("gap", words.GAPS), 16),
    Column("Beste Seite", lambda row: row["best_url"], 40, Kind.LINK, "Bei „Nichts gefunden“ die Seite, die ihm am nächsten kommt."),
    Column("Klicks", lambda row: row["clicks"], 8, Kind.NUMBER, "Klicks von einer Startseite; leer: kein Weg führt hin."),
    Column("Platz in der Suche", lambda row: row["rank"], 9, Kind.NUMBER, "In der nachgestellten Suche; leer: nicht unter den ersten 50."),
    Column("Gesucht mit", lambda row: row["query"], 26),
    Column("Stand", _say("maturity", words.MATURITIES), 18),
    Column("Zählt im Ergebnis", lambda row: "ja" if row["counts"] else "nein", 10),
    Column("Wessen Aufgabe", _say("competence", words.COMPETENCES), 18),
    Column("Im Verzeichnis", lambda row: _listed(row["measures"]), 30),
    Column("Kennung", lambda row: row["criterion"], 26, Kind.CODE, "Kennung des Kriteriums."),
)  # fmt: skip

BEFORE = (
    Column("Vorher", lambda row: words.VERDICTS.get(row["before"]["verdict"]), 14, means="Befund der Prüfung davor."),
)
"""Only in a report of what changed."""

STEPS = (
    Column("Nr.", lambda row: row["number"], 6, Kind.NUMBER, "Die größte Wirkung für den Aufwand zuerst."),
    Column("Vorschlag", lambda row: row["change"], 44),
    Column("Wo", lambda row: row["where"], 36, Kind.LINK),
    Column(
        "Wortlaut", lambda row: "\n\n".join(_wording(change) for change in row["changes"]), 48, means="Zum Kopieren."
    ),
    Column("Vorher von 100", lambda row: _gains(row, row["before"]), 26, means=ARRIVE),
    Column("Nachher von 100", lambda row: _gains(row, row["after"]), 26, means=ARRIVE),
    Column("Werden gut auffindbar", lambda row: row["found"], 11, Kind.NUMBER),
    Column("Wirkung", lambda row: row["effect"], 10),
    Column("Aufwand", lambda row: row["effort"], 10),
    Column("Wer", lambda row: row["role"], 20),
    Column("Hilft bei", lambda row: _lines(row["names"]), 30),
)

GAPS = (
    Column("Lücke", _say("kind", words.GAPS), 18),
    Column("Angebot", lambda row: row["name"], 30, means="Leer bei Maßnahmen, die zu keinem Kriterium gehören."),
    Column("Im Verzeichnis", lambda row: _listed(row["measures"]), 34),
    Column("Was das heißt", lambda row: row["wording"], 34),
    Column("Das hilft", lambda row: _advice(row["finding"]), 44),
    Column("Gründe", lambda row: _lines(reason["text"] for reason in row["finding"].get("reasons", [])), 40),
    Column("Beste Seite", lambda row: row["finding"].get("best_url"), 40, Kind.LINK),
    Column("Zuständig", lambda row: row["finding"].get("department"), 18),
    Column("Bereich", lambda row: row["place"], 18),
    Column("Kennung", lambda row: row["criterion"], 26, Kind.CODE, "Kennung des Kriteriums."),
)

QUOTES = (
    Column("Angebot", lambda row: row["name"], 30),
    Column("Befund", _say("verdict", words.VERDICTS), 14),
    Column("Spricht", lambda row: row["side"], 10),
    Column("Zitat", lambda row: row["text"], 70),
    Column("Lesart", _say("reading", words.READINGS), 24, means="Was die Stelle über das Angebot sagt."),
    Column("Stelle", _say("zone", words.ZONES), 16),
    Column("Adresse", lambda row: row["url"], 44, Kind.LINK),
    Column("Art der Seite", _say("page_type", words.PAGE_TYPES), 16),
    Column("Blatt", lambda row: row["sheet"], 8, Kind.NUMBER, "Seite innerhalb einer Datei."),
    Column("Datum der Seite", lambda row: row["page_date"], 12, Kind.CODE),
    Column("Gelesen am", lambda row: day(row["fetched"]), 12, Kind.DATE),
    Column("Kennung", lambda row: row["criterion"], 26, Kind.CODE, "Kennung des Kriteriums."),
)

SITES = (
    Column("Website", lambda row: row["url"], 40, Kind.LINK),
    Column("Art", _say("role", words.ROLES), 18),
    Column("Zugehörigkeit", _say("standing", words.STANDINGS), 20),
    Column("Grund der Zuordnung", lambda row: row["reason"], 34),
    Column("Gelesen", lambda row: row["pages"], 10, Kind.NUMBER, "Seiten."),
    Column("Verweigert", lambda row: row["refused"], 11, Kind.NUMBER, "Seiten."),
    Column("Ohne Antwort", lambda row: row["failed"], 10, Kind.NUMBER, "Seiten."),
    Column("Ausgelassen", lambda row: row["left_out"], 12, Kind.NUMBER, "Bekannte Seiten, die ungelesen blieben."),
    Column("Warum ausgelassen", coverage.left_out, 34),
    Column("Warum das Lesen endete", lambda row: row["ended"] or "In dieser Prüfung nicht gelesen.", 40),
)

MEASURES = (
    Column("Maßnahme", lambda row: row["title"], 40),
    Column("Leistungsschlüssel", lambda row: row["key"], 18, Kind.CODE, "LeiKa-Schlüssel, 14 Ziffern."),
    Column("Internetadresse", lambda row: row["address"], 40, Kind.LINK),
    Column("Zuständig", lambda row: row["department"], 22),
    Column("Status", lambda row: row["status"], 14),
    Column("Seit", lambda row: row["since"], 12, Kind.CODE),
    Column("Bemerkung", lambda row: row["note"], 36),
    Column("Kriterium", _by_hand, 26, means="Kennung des Kriteriums; nur nötig, wenn „Gehört zu“ leer oder falsch ist.", choices=("befunde", "Kennung")),
    Column("Gehört zu", lambda row: row["finding"].get("name"), 30, means="So hat Fundstelle die Maßnahme zugeordnet."),
    Column("Befund", lambda row: words.VERDICTS.get(row["finding"].get("verdict", "")), 16),
)  # fmt: skip
"""The columns up to „Kriterium“ are headed as ``fundstelle measures`` reads them; it takes the list from this table again."""
