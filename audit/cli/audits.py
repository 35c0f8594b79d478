"""
Commands that make audits and show them: audit, judge, report, explain.

Does not compute anything; see ``audit.run`` and ``reports``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from audit import catalogue
from audit.classify.calibration import HAND
from audit.cli import listed_texts, review_texts, store, texts
from audit.cli.archives import opened_archives
from audit.cli.catalogues import chosen, used_by
from audit.cli.german import Command
from audit.cli.progress import CrawlProgress, judging, trying
from audit.cli.reporting import report
from audit.inventory import directory
from audit.inventory.profile import Profile
from audit.run.crawling import Reading, crawl
from audit.run.judging import judge as judge_pages
from audit.run.opening import Opened, open_audit
from db import queries
from db.errors import InputError
from db.models import Audit, Evidence
from db.session import opened
from reports import export
from reports.document import document

TOO_LITTLE = 3


@click.command(cls=Command)
@click.argument("towns", nargs=-1, required=True, metavar="ORT...")
@click.option(
    "--pages", type=click.IntRange(1, 100_000), metavar="ZAHL", help="Höchstens so viele Seiten je Website lesen."
)
@click.option("--fresh", is_flag=True, help="Neu beginnen, auch wenn eine Prüfung unterbrochen wurde.")
@click.option("--full", is_flag=True, help="Alles neu laden, auch was sich laut Server nicht geändert hat.")
@click.option(
    "--archive",
    "archives",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DATEI",
    help="Dieses Archiv (WARC oder WACZ) lesen statt des Netzes; mehrfach möglich.",
)
@click.option("--no-archive", is_flag=True, help="Kein Archiv der gelesenen Seiten anlegen.")
@click.option("--no-browser", is_flag=True, help="Seiten, die erst durch Skripte entstehen, nicht im Browser lesen.")
@click.option("--no-delay", is_flag=True, help="Ohne Wartezeit lesen. Nur für Server auf dem eigenen Rechner.")
@chosen(told="Nach welchem Katalog: sein Name oder Ordner.")
@click.option("--json", "as_json", is_flag=True, help="Ergebnis als JSON ausgeben (bei mehreren Orten als Liste).")
def audit(
    *,
    towns: tuple[str, ...],
    pages: int | None,
    fresh: bool,
    full: bool,
    archives: tuple[Path, ...],
    no_archive: bool,
    no_browser: bool,
    no_delay: bool,
    name: str,
    as_json: bool,
) -> int:
    """
    Liest die Websites eines Ortes, beurteilt sie und zeigt das Ergebnis.

    ORT ist ein Name, ein Kürzel, eine Adresse oder die Datei mit dem Profil.

    \b
    Beispiele:
      fundstelle audit Stralsund
      fundstelle audit stralsund greifswald --pages 300
      fundstelle audit profil.yaml --json > ergebnis.json
      fundstelle audit stralsund --catalogue bitkom
      fundstelle audit stralsund --archive stralsund-2025.warc.gz
    """  # noqa: D301 click wants the mark
    rules = catalogue.load(name)
    engine = store.engine()
    profiles = _resolve(engine, towns)
    with opened_archives(archives) as files:
        reading = Reading(
            no_delay=no_delay, revalidate=not full, keep=not no_archive, browser=not no_browser, replay=files
        )
        names = [path.name for path in archives]
        numbers = [
            _audit(
                engine,
                open_audit(engine, profile, now=datetime.now(UTC), pages=pages, fresh=fresh, replayed=names),
                rules,
                reading=reading,
            )
            for profile in profiles
        ]
    documents = _documents(engine, numbers)
    click.echo(_shown(documents, as_json=as_json))
    return 0 if all(each["coverage"]["enough"] for each in documents) else TOO_LITTLE


def _shown(documents: Sequence[dict[str, Any]], *, as_json: bool) -> str:
    if not as_json:
        return "\n\n".join(texts.summary(each) for each in documents)
    if len(documents) == 1:
        return export.json_text(documents[0])
    return json.dumps(documents, ensure_ascii=False, indent=2)


@click.command(cls=Command)
@click.argument("audit_name", metavar="PRÜFUNG")
@chosen(None, told="Nach welchem Katalog: sein Name oder Ordner. Ohne Angabe nach demselben wie bisher.")
@click.option("--json", "as_json", is_flag=True, help="Ergebnis als JSON ausgeben.")
def judge(*, audit_name: str, name: str | None, as_json: bool) -> int:
    """
    Beurteilt gespeicherte Seiten noch einmal, mit einem neuen oder einem anderen Katalog.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. Das neue Ergebnis ersetzt das alte.

    \b
    Beispiele:
      fundstelle judge stralsund
      fundstelle judge stralsund --catalogue bitkom
    """  # noqa: D301 click wants the mark
    given = catalogue.load(name) if name is not None else None
    engine = store.engine()
    with opened(engine) as session:
        found = queries.audit(session, audit_name)
        number, rules = found.id, given or used_by(found)
    with judging() as report, trying() as tried:
        judge_pages(engine, number, rules, now=datetime.now(UTC), report=report, tried=tried)
    (result,) = _documents(engine, [number])
    click.echo(export.json_text(result) if as_json else texts.summary(result))
    return 0 if result["coverage"]["enough"] else TOO_LITTLE


@click.command(cls=Command)
@click.argument("name", metavar="PRÜFUNG")
@click.argument("criterion", metavar="KRITERIUM")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def explain(*, name: str, criterion: str, as_json: bool) -> None:
    """
    Erklärt einen Befund: Zitat, Lesart, Regel, Weg, Platz in der Suche.

    \b
    Beispiel:
      fundstelle explain stralsund handyparken
    """  # noqa: D301 click wants the mark
    engine = store.engine()
    with opened(engine) as session:
        found = queries.audit(session, name)
        result = document(session, found.id)
        evidence = queries.evidence(session, found.id)
    finding = next((each for each in result["findings"] if each["criterion"] == criterion), None)
    if finding is None:
        raise InputError(
            f"Ein Kriterium „{criterion}“ kennt diese Prüfung nicht.", remedy="„fundstelle criteria list“ zeigt alle."
        )
    change = _calibrated(found, [item for item in evidence if item.url == finding["best_url"]], criterion)
    if as_json:
        click.echo(export.json_text({**finding, "calibration": change}))
        return
    click.echo(texts.explanation(result, finding))
    for line in listed_texts.lines(finding["listed"], best=finding["best_url"]):
        click.echo(line)
    if change:
        click.echo(review_texts.calibrated(change))


COMMANDS = (audit, judge, report, explain)


def _calibrated(found: Audit, evidence: Sequence[Evidence], criterion: str) -> dict[str, Any] | None:
    """Return what people's words did to the score of a page, if they did anything."""
    item = next((item for item in evidence if item.criterion == criterion), None)
    if found.calibration is None or item is None:
        return None
    by_hand = HAND.score(item.points, criterion)
    if item.score == by_hand:
        return None
    kept = {key: found.calibration[key] for key in ("n", "made", "slope", "shift")}
    offset = found.calibration["offsets"].get(criterion, 0.0)
    return {**kept, "offset": offset, "score": item.score, "by_hand": by_hand}


def _resolve(engine: Engine, towns: Sequence[str]) -> list[Profile]:
    with opened(engine) as session:
        known = queries.towns(session)
    profiles = [directory.resolve(town, known=known) for town in towns]
    twice = {profile.key for profile in profiles if [each.key for each in profiles].count(profile.key) > 1}
    if twice:
        raise InputError(f"Der Ort „{min(twice)}“ ist zweimal genannt.", remedy="Nennen Sie jeden Ort einmal.")
    return profiles


def _audit(engine: Engine, opened_audit: Opened, rules: catalogue.Catalogue, *, reading: Reading) -> int:
    begun = "wird fortgesetzt" if opened_audit.resumed else "beginnt"
    click.echo(f"{opened_audit.town}: Prüfung {opened_audit.audit_id} {begun}.", err=True)
    with CrawlProgress() as progress:
        crawl(
            engine,
            opened_audit.audit_id,
            catalogue=rules,
            reading=reading,
            report=progress.report,
            clock=lambda: datetime.now(UTC),
        )
    with judging() as read, trying() as tried:
        judge_pages(engine, opened_audit.audit_id, rules, now=datetime.now(UTC), report=read, tried=tried)
    return opened_audit.audit_id


def _documents(engine: Engine, numbers: Sequence[int]) -> list[dict[str, Any]]:
    with opened(engine) as session:
        return [document(session, number) for number in numbers]
