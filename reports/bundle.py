"""
A dossier as files: the questionnaire as a table, the letter to a study's authors, and all of it with the records as one ZIP.

Does not answer and does not word proofs (``reports.dossier``). The same dossier always makes the same bytes: every time in them is
that of the audit, or the day on which the dossier was frozen.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reports import csvs, tables, words, xlsx
from reports.dossier import ANSWERS, NOT_KEPT, Answer, html
from reports.language import gettext as _
from reports.language import speaking
from reports.letter import BLANK
from reports.render import capital, clean, day, environment, moment
from reports.tables import Column, Kind, Table, plain

Json = Mapping[str, Any]

RECORDS, SUMS = "belege.warc.gz", "SHA256SUMS"
LETTER = "anschreiben.txt"


def files(made: Json, *, records: bytes) -> dict[str, bytes]:
    """Return all files of the package by name: page, tables, letter if it has something to say, records if any were kept."""
    found = {"dossier.html": html(made).encode(), "dossier.xlsx": workbook(made), "dossier.csv": csv(made)}
    if said := letter(made):
        found[LETTER] = said.encode()
    if records:
        found[RECORDS] = records
    found["README.txt"] = _plain("dossier_readme.txt.j2", made, files=list(found)).encode()
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in found.items())
    return {**found, SUMS: sums.encode()}


def package(made: Json, *, records: bytes) -> bytes:
    """Return the ZIP package of a dossier."""
    moment_of = datetime.fromisoformat(made["started"]).astimezone(UTC)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in files(made, records=records).items():
            entry = zipfile.ZipInfo(name, date_time=moment_of.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            # What is packed already only grows when it is packed again.
            entry.compress_type = zipfile.ZIP_STORED if name == RECORDS else zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return file.getvalue()


def workbook(made: Json) -> bytes:
    """Return the dossier as an Excel workbook: the questionnaire, and what it rests on."""
    about = Table(
        "angaben", _("Angaben"), _("Was ist das für ein Dossier?"), _about_columns(), _about(made), _("Keine Angaben.")
    )
    town = plain(made["town_name"])
    title = _("Fundstelle: Dossier {town}, {date}").format(town=town, date=day(made["started"]))
    return xlsx.book([table(made), about], made, title=title, towns=made["town_name"])


def csv(made: Json) -> bytes:
    """Return the questionnaire as a CSV file that Excel opens."""
    return csvs.text(table(made)).encode("utf-8-sig")


def table(made: Json) -> Table:
    """Return the questionnaire of a dossier, with the columns that suit its ranking."""
    columns = _columns(made["ranking"]["id"])
    areas = {area["id"]: area["name"] for area in made["areas"]}
    rows = [{**row, "place": areas[row["area"]]} for row in made["rows"]]
    cells = [[plain(column.of(row)) for column in columns] for row in rows]
    return Table("antworten", _("Antworten"), _("Was ist womit belegt?"), columns, cells, _("Keine Fragen."))


def letter(made: Json) -> str:
    """Return the letter to the authors of the study; empty if nothing is sure enough to be told them."""
    sure = [row for row in made["rows"] if row["is_sure"]]
    return _plain("authors.txt.j2", made, rows=sure) if sure else ""


def _plain(template: str, made: Json, **values: object) -> str:
    """Return a text file, in German for whoever makes the study; nobody's words can begin a line of their own."""
    text = environment().overlay(autoescape=False).get_template(template)
    with speaking("de"):
        filled = text.render(**clean({"doc": made, **values}), BLANK=BLANK, NOT_KEPT=NOT_KEPT)
    return str(filled).strip().replace("\u00a0", " ") + "\n"


def _columns(ranking: str) -> Sequence[Column]:
    first = {
        "haselhorst": [
            Column(capital("Bereich"), lambda row: row["place"], 18),
            Column(_("Teil"), lambda row: _(words.say(row["aspect"], words.ASPECTS)), 12),
            Column(_("Kriterium"), lambda row: row["name"], 30),
            Column(_("Antwort"), lambda row: words.say(row["answer"], ANSWERS), 16),
        ],
        "bitkom": [
            Column(capital("Bereich"), lambda row: row["place"], 18),
            Column(_("Parameter"), lambda row: row["name"], 34),
            Column(_("Antwort"), _short, 12),
        ],
        "losi": [
            Column(_("Gruppe"), lambda row: row["place"], 18),
            Column(_("Indikator"), lambda row: row["name"], 30),
            Column(_("Antwort"), _short, 12),
            Column(_("Wert"), _value, 8, Kind.NUMBER, _("1 oder 0; leer: nicht geprüft.")),
        ],
    }
    return [*first[ranking], *_proof_columns()]


def _proof_columns() -> Sequence[Column]:
    codings = _("Des Inhalts (payload) im Archiv, ohne HTTP-Kopf und ohne Kompression.")
    return [
        Column(_("Quelle"), lambda row: _of(row, "proof", "url"), 40, Kind.LINK),
        Column(_("Zitat"), lambda row: _of(row, "proof", "quote"), 50),
        Column(_("Abgerufen am"), lambda row: tables.day(_of(row, "capture", "fetched")), 12, Kind.DATE),
        Column(_("Hinweis für Sie"), _hint, 34, means=_("Vor dem Einreichen löschen.")),
        Column(_("Zeitpunkt (UTC)"), lambda row: _of(row, "capture", "fetched"), 22, Kind.CODE),
        Column(_("Dort gesehen seit"), lambda row: tables.day(row["since"]), 12, Kind.DATE),
        Column("SHA-256", lambda row: _of(row, "capture", "sha256"), 30, Kind.CODE, codings),
        Column(_("Byte im Archiv"), lambda row: _of(row, "capture", "offset"), 10, Kind.NUMBER, RECORDS),
        Column(_("Kennung"), lambda row: row["key"], 26, Kind.CODE, _("Kennung des Kriteriums.")),
    ]


def _of(row: Json, part: str, name: str) -> Any:
    return row[part][name] if row[part] else None


def _short(row: Json) -> str:
    """Return yes, no or not looked at, as a questionnaire wants it."""
    return words.say(Answer.YES if row["answer"] == Answer.HARD else row["answer"], ANSWERS)


def _value(row: Json) -> int | None:
    return None if row["answer"] == Answer.OPEN else int(row["proof"] is not None)


def _hint(row: Json) -> str:
    """Return what the town should know before it hands the row in."""
    told = [f"{_(ANSWERS[Answer.HARD])}."] if row["answer"] == Answer.HARD else []
    told += [row["remark"]] if row["remark"] else []
    if row["capture"] and row["capture"]["why"]:
        told.append(_("Nicht archiviert. {why}").format(why=words.say(row["capture"]["why"], NOT_KEPT)))
    return " ".join(told)


def _about_columns() -> Sequence[Column]:
    return [Column(_("Angabe"), lambda row: row["word"], 30), Column(_("Inhalt"), lambda row: row["line"], 90)]


def _about(made: Json) -> list[list[Any]]:
    catalogue = made["catalogue"]
    rows = [
        (_("Stadt"), made["town_name"]),
        (_("Rangliste"), made["ranking"]["name"]),
        (capital("Prüfung"), f"{made['audit']}, {moment(made['started'])}"),
        (_("Eingefroren am"), day(made["frozen"]) if made["frozen"] else _("Arbeitsfassung")),
        (_("Erhebung"), _survey(made["window"])),
        (_("Katalog"), f"{catalogue['name']}, {catalogue['version']}, {catalogue['digest']}"),
        (_("Aufbewahrte Seiten"), f"{made['kept']} / {made['quoted']}"),
        (_("Programm"), f"Fundstelle {made['program']}".strip()),
    ]
    return [[plain(word), plain(line)] for word, line in rows]


def _survey(window: Json | None) -> str:
    if window is None:
        return _("Die Monate sind uns nicht bekannt.")
    told = (
        _("lief bei der Prüfung voraussichtlich: {first} bis {last}")
        if window["is_running"]
        else _("voraussichtlich {first} bis {last}")
    )
    return told.format(first=day(window["first"]), last=day(window["last"]))
