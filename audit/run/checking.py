"""
Is all that is kept whole: the database, the archives, and what they say of each other?

Does not mend anything; each fault says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, exists, func, select, text
from sqlalchemy.exc import DatabaseError

from audit.run import storing
from audit.run.storing import archives
from crawler.archive.reader import verify
from db import rows
from db.desk import Job
from db.errors import FundstelleError, PlaceError
from db.models import Audit, Finding, Town
from db.schema import differences, existing
from db.session import translated
from db.terms import JobState

NAMED = 5
"""Faults of one kind that are told one by one."""

SETTLED = timedelta(days=1)
"""After which what is read and not judged is no longer about to be judged."""

RESTORE = "Spielen Sie die letzte Sicherung an einem neuen Ort ein: „fundstelle db restore DATEI“."
REPORT_IT = "Sichern Sie („fundstelle db backup“), und melden Sie es den Entwicklern."

INVALID = text("""
SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE NOT (indisvalid AND indisready)
UNION ALL SELECT conname FROM pg_constraint WHERE NOT convalidated
""")


class Check(NamedTuple):
    """One thing that was looked at; ``remedy`` says what to do if it is not in order."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


Report = Callable[[int, int], None]


def check(url: str | None, *, now: datetime, is_quick: bool, report: Report) -> list[Check]:
    """
    Look at everything; where the database does not open, at nothing else.

    ``is_quick`` leaves the checksums within the archives out; ``report`` is told how many archives are read.
    """
    try:
        engine = existing(url)
    except FundstelleError as fault:
        return [Check("Datenbank", ok=False, found=fault.message, remedy=fault.remedy)]
    try:
        with translated(engine):
            return [*_database(engine), *_contents(engine, now=now, is_quick=is_quick, report=report)]
    except FundstelleError as fault:
        return [Check("Datenbank", ok=False, found=fault.message, remedy=RESTORE)]
    finally:
        engine.dispose()


def _database(engine: Engine) -> Iterator[Check]:
    other = differences(engine)
    yield _told("Tabellen", other, good="wie dieses Programm sie braucht", remedy=REPORT_IT)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            damage = _damage(connection)
            lost = [f"{row[0]}, Zeile {row[1]}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
        else:
            damage = list(connection.scalars(INVALID))
            lost = list(_orphans(connection))
    again = RESTORE if engine.dialect.name == "sqlite" else "„REINDEX DATABASE“ auf dem Server legt die Indizes neu an."
    yield _told("Datei und Indizes", damage, good="unbeschädigt", remedy=again)
    yield _told("Verweise", lost, good="keiner geht ins Leere", remedy=RESTORE)


def _damage(connection: Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
    except DatabaseError as fault:
        return [str(fault.orig)]
    return [] if found == ["ok"] else found


def _orphans(connection: Connection) -> Iterator[str]:
    """Give the rows of a server that refer to none; it holds them by itself, unless somebody switched that off."""
    for table in rows.tables():
        for key in (key for column in table.columns for key in column.foreign_keys):
            parent = key.column.table.alias()
            there = exists().where(parent.c[key.column.name] == key.parent)
            wanted = select(func.count()).select_from(table).where(key.parent.is_not(None), ~there)
            if count := connection.scalar(wanted):
                yield f"{table.name}.{key.parent.name}: {count} Zeilen"


def _contents(engine: Engine, *, now: datetime, is_quick: bool, report: Report) -> Iterator[Check]:
    # Before the rows: what is made in between is named by the time they are read.
    there = {path.name: path for path in archives().glob("*") if path.is_file()}
    with engine.connect() as connection:
        named = select(Audit.archive, Audit.crawled, Audit.stored).where(Audit.archive.is_not(None)).order_by(Audit.id)
        found = connection.execute(named).all()
        kept = {str(name): crawled for name, crawled, _ in found}
        stored = [one for _, _, parts in found for one in parts]
        elsewhere = {str(name) for name, _, parts in found if parts}
        yield _told("Prüfungen", _halves(connection, now=now), good="vollständig", remedy=_ADVICE)
        yield _told("Aufträge", _orders(connection), good="passen zu den Prüfungen", remedy=REPORT_IT)
    missing = [name for name in kept if name not in elsewhere and not (archives() / name).exists()]
    advice = "In einer Sicherung liegen sie unter „archives“. Befunde und Zitate hängen nicht an ihnen."
    yield _told("Archive", missing, good=f"alle {len(kept)} sind da", what="fehlen: ", remedy=advice)
    if not is_quick:
        # An archive that is still written has no end.
        whole = [name for name, crawled in kept.items() if crawled is not None and name in there]
        yield _told("Prüfsummen der Archive", _broken(whole, report), good="stimmen", remedy=advice)
    if stored:
        yield _stored(stored, is_quick=is_quick)
    strays = [path for name, path in there.items() if name not in kept and path.exists()]
    size = sum(path.stat().st_size for path in strays) / 1e6
    yield _told(
        "Übrige Dateien",
        [path.name for path in strays],
        good="keine",
        what=f"Keine Prüfung nennt ({size:.1f} MB): ",
        remedy=f"Wenn Sie sie nicht brauchen, löschen Sie sie in {archives()}.",
    )


def _stored(stored: list[dict[str, Any]], *, is_quick: bool) -> Check:
    try:
        lost = storing.lost(stored, is_quick=is_quick)
    except PlaceError as fault:
        return Check("Speicher der Archive", ok=False, found=fault.message, remedy=fault.remedy)
    advice = "Stellen Sie sie aus einer Sicherung des Speichers wieder her. Befunde und Zitate hängen nicht an ihnen."
    good = f"alle {len(stored)} Archive sind da"
    return _told("Speicher der Archive", lost, good=good, what="fehlen oder sind verändert: ", remedy=advice)


_ADVICE = "„fundstelle judge NUMMER“ beurteilt, was gelesen ist; „fundstelle db prune“ löscht, was nie fertig wird."


def _halves(connection: Connection, *, now: datetime) -> list[str]:
    """Return the audits that claim more than they have, or that nobody will end."""
    findings = exists().where(Finding.audit_id == Audit.id)
    ordered = exists().where(Job.audit_id == Audit.id, Job.ended.is_(None))
    latest = select(func.max(Audit.id)).group_by(Audit.town_id)
    kinds = {
        "beurteilt, aber ohne Befunde": Audit.judged.is_not(None) & ~findings,
        "gelesen, aber nicht beurteilt": Audit.judged.is_(None)
        & (Audit.crawled < now - SETTLED)
        & ~ordered
        & Audit.id.in_(latest),
        "wird nie fertig, es gibt eine neuere": Audit.judged.is_(None) & ~ordered & Audit.id.not_in(latest),
    }
    return [
        f"{name} ({number}): {words}"
        for words, rule in kinds.items()
        for number, name in connection.execute(select(Audit.id, Town.name).join(Town).where(rule).order_by(Audit.id))
    ]


def _orders(connection: Connection) -> list[str]:
    joined = select(Job.audit_id).join(Audit)
    kinds = {
        "fertig, aber die Prüfung ist nicht beurteilt": (Job.state == JobState.DONE) & Audit.judged.is_(None),
        "gehört zu einem anderen Ort als die Prüfung": Job.town_id != Audit.town_id,
        "fertig, aber ohne Ende": Job.ended.is_(None) & Job.state.not_in([JobState.WAITING, JobState.RUNNING]),
    }
    return [
        f"Auftrag {number}: {words}"
        for words, rule in kinds.items()
        for number in connection.scalars(joined.where(rule))
    ]


def _broken(names: list[str], report: Report) -> Iterator[str]:
    for number, name in enumerate(names):
        report(number, len(names))
        _, faults = verify(archives() / name)
        if faults:
            yield f"{name} ab Byte {faults[0][0]}"


def _told(name: str, faults: Iterable[str], *, good: str, remedy: str, what: str = "") -> Check:
    found = list(faults)
    more = f" und {len(found) - NAMED} weitere" if len(found) > NAMED else ""
    return Check(
        name, not found, f"{what}{'; '.join(found[:NAMED])}{more}." if found else f"{good}.", remedy if found else ""
    )
