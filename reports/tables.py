"""
A report as tables: which columns each has, and what stands in them; once, for workbooks and for CSV files.

Does not write files (``reports.xlsx``, ``reports.csvs``) and decides nothing: the cells come from the document. Texts are cleaned
and cut here, so that no form of a table can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from db.terms import Verdict
from reports import coverage, overview, render, stored, words
from reports.language import N_
from reports.language import gettext as _

LONGEST = 32_766
"""UTF-16 units of a cell: the 32,767 that Excel holds, less the quote that a CSV file may need before the text."""

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
        choices: Key of a table and German head of its column whose cells are offered to who fills in this one.
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
        _table("bereiche", AREAS, scores, none=_("Der Katalog hat keine Bereiche.")),
        _table("ueberblick", OVERVIEW, [{"word": word, "line": line} for word, line in overview.lines(document)]),
        _table(
            "befunde", [*FINDINGS, *(BEFORE if "since" in document else ())], found, none=_("Es gibt keine Befunde.")
        ),
        _table("vorschlaege", STEPS, _steps(document), none=_("Für diese Prüfung gibt es keine Vorschläge.")),
        _table("luecken", GAPS, gaps, none=_("Keine Lücken zwischen Verzeichnis und Befunden.")),
        _table("belege", QUOTES, _quotes(found), none=_("Es gibt keine Belege.")),
        _table("websites", SITES, document["landscape"], none=_("Es ist keine Website bekannt.")),
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
    cut = render.cut()
    return units[: 2 * (LONGEST - len(cut))].decode("utf-16-le", errors="ignore").rstrip() + cut


def _table(key: str, columns: Sequence[Column], rows: Iterable[Json], *, none: str = "") -> Table:
    sheet, means = SHEETS[key]
    named = [replace(column, head=render.capital(column.head), means=_(column.means)) for column in columns]
    return Table(key=key, sheet=_(sheet), means=_(means), columns=named, rows=cells(columns, rows), none=none)


def cells(columns: Sequence[Column], rows: Iterable[Json]) -> list[list[Cell]]:
    """Return what stands in the columns for each row, cleaned."""
    return [[plain(column.of(row)) for column in columns] for row in rows]


def _steps(document: Json) -> list[Json]:
    return [{**proposal, "number": place} for place, proposal in enumerate(document["proposals"], 1)]


def _quotes(findings: Iterable[Json]) -> Iterator[Json]:
    """Return what speaks for and against each finding; what is not told of the one kind is None."""
    told = ("text", "reading", "zone", "page_type", "url", "sheet", "page_date", "fetched", "rule")
    for entry in findings:
        for side, quotes in ((_("dafür"), entry["quotes"]), (_("dagegen"), entry["against"])):
            for quote in quotes:
                yield {name: quote.get(name) for name in told} | {
                    "side": side, "criterion": entry["criterion"], "name": entry["name"], "verdict": entry["verdict"],
                }  # fmt: skip


def _say(name: str, among: dict[str, str]) -> Callable[[Json], Any]:
    """Return what finds the words for a fixed word."""
    return lambda row: words.say(row[name], among)


def _told(name: str) -> Callable[[Json], Any]:
    """Return what tells a stored sentence in the language that is spoken."""
    return lambda row: stored.told(row[name]) if row[name] else row[name]


def _reasons(finding: Json) -> str:
    return _lines(stored.told(reason["text"]) for reason in finding.get("reasons", []))


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
    line = _("Zeile {row}: {title}")
    return _lines(
        one["title"] if one["row"] is None else line.format(row=one["row"], title=one["title"]) for one in measures
    )


def _wording(change: Json) -> str:
    """Return the exact words of one change, with the names of their places."""
    if change["kind"] == "page":
        named = [(_("Neue Seite"), "page"), (_("Titel"), "title")]
    elif change["kind"] == "link":
        named = [(_("Auf der Seite"), "page"), (_("Alter Linktext"), "instead"), (_("Linktext"), "words")]
        named.append((_("Ziel des Links"), "to"))
    else:
        named = [(_("Auf der Seite"), "page"), (_("Titel und Überschrift"), "title")]
    told = [f"{word}: {change[name]}" for word, name in named if name in change]
    return _lines([*told, str(change.get("text", ""))] if change["kind"] == "page" else told)


def _gains(step: Json, values: Mapping[str, float]) -> str:
    """Return the chance of each criterion, those of the other column in the same line."""
    called = dict(zip(step["criteria"], step["names"], strict=True))
    return _lines(f"{called[key]}: {render.of_100(values[key])}" for key in called if key in step["after"])


def _advice(finding: Json) -> str | None:
    """Return what helps; where we could not look, nothing is known to be amiss."""
    return stored.told(finding.get("advice", "")) if finding.get("verdict") != Verdict.UNKNOWN else None


def day(moment: str | None) -> date | None:
    """Return the day of a moment in ISO 8601, where the town lies."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Europe/Berlin")).date() if moment else None


def _by_hand(measure: Json) -> str | None:
    """Return the criterion that a person wrote down; what was matched must not come back as a person's word."""
    return (measure["criterion"] or NO_CRITERION) if measure["matched_by"] == "column" else None


NO_CRITERION = "nicht zuordnen"
"""A person said that the measure belongs to none; as ``audit.inventory.measures`` reads it, in every language."""


SHEETS = {
    "bereiche": (N_("Überblick"), N_("Wie viele Angebote sind je Bereich gut auffindbar?")),
    "ueberblick": (N_("Überblick"), N_("Was ist das Ergebnis, wie viel wurde gelesen und womit wurde gemessen?")),
    "befunde": (N_("Befunde"), N_("Was ist zu finden, wie gut, und warum nicht besser?")),
    "vorschlaege": (N_("Vorschläge"), N_("Was ist zu ändern, wo, mit welchen Worten, und was bringt es?")),
    "luecken": (N_("Lücken"), N_("Worin unterscheiden sich Ihr Verzeichnis und das, was online zu sehen ist?")),
    "belege": (N_("Belege"), N_("Worauf stützen sich die Befunde?")),
    "websites": (N_("Websites"), N_("Welche Websites gehören zur Stadt, und wie viel war dort zu lesen?")),
    "massnahmen": (N_("Maßnahmen"), N_("Was steht in Ihrem eigenen Verzeichnis? Zum Ausfüllen und Wiedereinlesen.")),
}
"""Name of the sheet and question of each table, by its key."""

NOT_READ = N_("In dieser Prüfung nicht gelesen.")

AREAS = (
    Column(N_("Bereich"), lambda row: row["name"], 30),
    Column(N_("Strategie: gut auffindbar"), lambda row: row["strategy"]["found"], 13, Kind.NUMBER),
    Column(N_("Strategie: geprüft"), lambda row: row["strategy"]["of"], 13, Kind.NUMBER),
    Column(N_("Umsetzung: gut auffindbar"), lambda row: row["implementation"]["found"], 13, Kind.NUMBER),
    Column(N_("Umsetzung: geprüft"), lambda row: row["implementation"]["of"], 13, Kind.NUMBER),
    Column(N_("Zusammen: gut auffindbar"), lambda row: row["found"], 13, Kind.NUMBER),
    Column(N_("Zusammen: geprüft"), lambda row: row["of"], 13, Kind.NUMBER),
    Column(N_("Schwer zu finden"), lambda row: row["buried"], 13, Kind.NUMBER),
    Column(N_("Nichts gefunden"), lambda row: row["absent"], 13, Kind.NUMBER),
    Column(N_("Nicht prüfbar"), lambda row: row["unchecked"], 13, Kind.NUMBER, N_("Zählt nicht zu den geprüften.")),
)

OVERVIEW = (
    Column(N_("Angabe"), lambda row: row["word"], 30),
    Column(N_("Inhalt"), lambda row: row["line"], 90),
)

ARRIVE = N_("Von 100, die suchen, kommen nach unserem Modell so viele an.")

FINDINGS = (
    Column(N_("Angebot"), lambda row: row["name"], 30),
    Column(N_("Bereich"), lambda row: row["place"], 17, means=N_("Leer bei Maßnahmen, nach denen keine Rangliste fragt.")),
    Column(N_("Teil"), _say("aspect", words.ASPECTS), 11),
    Column(N_("Befund"), _say("verdict", words.VERDICTS), 14),
    Column(N_("Finden von 100"), lambda row: _of_100(row["chance"]), 9, Kind.NUMBER, ARRIVE),
    Column(N_("Suche von 100"), lambda row: _way(row, "search"), 9, Kind.NUMBER, N_("Von 100, die suchen, kommen nach unserem Modell so viele an. Hier mit einer Suchmaschine.")),
    Column(N_("Website von 100"), lambda row: _way(row, "browse"), 9, Kind.NUMBER, N_("Von 100, die suchen, kommen nach unserem Modell so viele an. Hier über die Links der Website.")),
    Column(N_("Gründe"), _reasons, 44),
    Column(N_("Wer es ändern kann"), lambda row: _menders(row["reasons"]), 16),
    Column(N_("Das hilft"), _advice, 44),
    Column(N_("Zuständig"), lambda row: row["department"], 18),
    Column(N_("Lücke"), _say("gap", words.GAPS), 16),
    Column(N_("Beste Seite"), lambda row: row["best_url"], 40, Kind.LINK, N_("Bei „Nichts gefunden“ die Seite, die ihm am nächsten kommt.")),
    Column(N_("Klicks"), lambda row: row["clicks"], 8, Kind.NUMBER, N_("Klicks von einer Startseite; leer: kein Weg führt hin.")),
    Column(N_("Platz in der Suche"), lambda row: row["rank"], 9, Kind.NUMBER, N_("In der nachgestellten Suche; leer: nicht unter den ersten 50.")),
    Column(N_("Gesucht mit"), lambda row: row["query"], 26),
    Column(N_("Stand"), _say("maturity", words.MATURITIES), 18),
    Column(N_("Zählt im Ergebnis"), lambda row: _("ja") if row["counts"] else _("nein"), 10),
    Column(N_("Wessen Aufgabe"), _say("competence", words.COMPETENCES), 18),
    Column(N_("Im Verzeichnis"), lambda row: _listed(row["measures"]), 30),
    Column(N_("Kennung"), lambda row: row["criterion"], 26, Kind.CODE, N_("Kennung des Kriteriums.")),
)  # fmt: skip

BEFORE = (
    Column(
        N_("Vorher"),
        lambda row: words.say(row["before"]["verdict"], words.VERDICTS),
        14,
        means=N_("Befund der Prüfung davor."),
    ),
)
"""Only in a report of what changed."""

STEPS = (
    Column(N_("Nr."), lambda row: row["number"], 6, Kind.NUMBER, N_("Die größte Wirkung für den Aufwand zuerst.")),
    Column(N_("Vorschlag"), lambda row: stored.told(row["change"]), 44),
    Column(N_("Wo"), lambda row: row["where"], 36, Kind.LINK),
    Column(
        N_("Wortlaut"),
        lambda row: "\n\n".join(_wording(change) for change in row["changes"]),
        48,
        means=N_("Zum Kopieren."),
    ),
    Column(N_("Vorher von 100"), lambda row: _gains(row, row["before"]), 26, means=ARRIVE),
    Column(N_("Nachher von 100"), lambda row: _gains(row, row["after"]), 26, means=ARRIVE),
    Column(N_("Werden gut auffindbar"), lambda row: row["found"], 11, Kind.NUMBER),
    Column(N_("Wirkung"), _say("effect", words.SIZES), 10),
    Column(N_("Aufwand"), _say("effort", words.SIZES), 10),
    Column(N_("Wer"), _told("role"), 20),
    Column(N_("Hilft bei"), lambda row: _lines(row["names"]), 30),
)

GAPS = (
    Column(N_("Lücke"), _say("kind", words.GAPS), 18),
    Column(
        N_("Angebot"), lambda row: row["name"], 30, means=N_("Leer bei Maßnahmen, die zu keinem Kriterium gehören.")
    ),
    Column(N_("Im Verzeichnis"), lambda row: _listed(row["measures"]), 34),
    Column(N_("Was das heißt"), _told("wording"), 34),
    Column(N_("Das hilft"), lambda row: _advice(row["finding"]), 44),
    Column(N_("Gründe"), lambda row: _reasons(row["finding"]), 40),
    Column(N_("Beste Seite"), lambda row: row["finding"].get("best_url"), 40, Kind.LINK),
    Column(N_("Zuständig"), lambda row: row["finding"].get("department"), 18),
    Column(N_("Bereich"), lambda row: row["place"], 18),
    Column(N_("Kennung"), lambda row: row["criterion"], 26, Kind.CODE, N_("Kennung des Kriteriums.")),
)

QUOTES = (
    Column(N_("Angebot"), lambda row: row["name"], 30),
    Column(N_("Befund"), _say("verdict", words.VERDICTS), 14),
    Column(N_("Spricht"), lambda row: row["side"], 10),
    Column(N_("Zitat"), lambda row: row["text"], 70),
    Column(N_("Lesart"), _say("reading", words.READINGS), 24, means=N_("Was die Stelle über das Angebot sagt.")),
    Column(N_("Stelle"), _say("zone", words.ZONES), 16),
    Column(N_("Adresse"), lambda row: row["url"], 44, Kind.LINK),
    Column(N_("Art der Seite"), _say("page_type", words.PAGE_TYPES), 16),
    Column(N_("Blatt"), lambda row: row["sheet"], 8, Kind.NUMBER, N_("Seite innerhalb einer Datei.")),
    Column(N_("Datum der Seite"), lambda row: row["page_date"], 12, Kind.CODE),
    Column(N_("Gelesen am"), lambda row: day(row["fetched"]), 12, Kind.DATE),
    Column(N_("Kennung"), lambda row: row["criterion"], 26, Kind.CODE, N_("Kennung des Kriteriums.")),
)

SITES = (
    Column(N_("Website"), lambda row: row["url"], 40, Kind.LINK),
    Column(N_("Art"), _say("role", words.ROLES), 18),
    Column(N_("Zugehörigkeit"), _say("standing", words.STANDINGS), 20),
    Column(N_("Grund der Zuordnung"), _told("reason"), 34),
    Column(N_("Gelesen"), lambda row: row["pages"], 10, Kind.NUMBER, N_("Seiten.")),
    Column(N_("Verweigert"), lambda row: row["refused"], 11, Kind.NUMBER, N_("Seiten.")),
    Column(N_("Ohne Antwort"), lambda row: row["failed"], 10, Kind.NUMBER, N_("Seiten.")),
    Column(
        N_("Ausgelassen"), lambda row: row["left_out"], 12, Kind.NUMBER, N_("Bekannte Seiten, die ungelesen blieben.")
    ),
    Column(N_("Warum ausgelassen"), coverage.left_out, 34),
    Column(N_("Warum das Lesen endete"), lambda row: stored.told(row["ended"] or NOT_READ), 40),
)

MEASURES = (
    Column(N_("Maßnahme"), lambda row: row["title"], 40),
    Column(N_("Leistungsschlüssel"), lambda row: row["key"], 18, Kind.CODE, N_("LeiKa-Schlüssel, 14 Ziffern.")),
    Column(N_("Internetadresse"), lambda row: row["address"], 40, Kind.LINK),
    Column(N_("Zuständig"), lambda row: row["department"], 22),
    Column(N_("Status"), lambda row: row["status"], 14),
    Column(N_("Seit"), lambda row: row["since"], 12, Kind.CODE),
    Column(N_("Bemerkung"), lambda row: row["note"], 36),
    Column(N_("Kriterium"), _by_hand, 26, means=N_("Kennung des Kriteriums; nur nötig, wenn „Gehört zu“ leer oder falsch ist."), choices=("befunde", "Kennung")),
    Column(N_("Gehört zu"), lambda row: row["finding"].get("name"), 30, means=N_("So hat Fundstelle die Maßnahme zugeordnet.")),
    Column(N_("Befund"), lambda row: _(words.VERDICTS.get(row["finding"].get("verdict", ""), "")) or None, 16),
)  # fmt: skip
"""The columns up to „Kriterium“ are headed as ``fundstelle measures`` reads them; it takes the list from this table again."""
