"""
Commands for what is ordered and done later: worker, jobs.

Does not do it; ``audit.jobs`` does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit import jobs as orders
from audit.cli import serving, store
from audit.cli.german import Command, Group
from audit.jobs import notices
from audit.run import sending
from audit.run.written import write
from db import logs
from db.desk import Job, Notice
from db.terms import JobState

STATES = {
    JobState.WAITING: "wartet",
    JobState.RUNNING: "läuft",
    JobState.DONE: "fertig",
    JobState.FAILED: "gescheitert",
    JobState.CANCELLED: "abgebrochen",
}


@click.command(cls=Command)
@click.option(
    "--jobs",
    "at_once",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    metavar="ZAHL",
    help="So viele Prüfungen zugleich.",
)
@click.option("--no-delay", is_flag=True, help="Ohne Wartezeit lesen. Nur für Server auf dem eigenen Rechner.")
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="ORDNER",
    help="Den Bericht jeder fertigen Prüfung in diesen Ordner schreiben, als HTML und JSON.",
)
@click.option(
    "--address",
    default="",
    envvar="FUNDSTELLE_URL",
    metavar="URL",
    help="Unter welcher Adresse Fundstelle steht; für Mails.",
)
def worker(*, at_once: int, no_delay: bool, reports: Path | None, address: str) -> None:
    """
    Erledigt angemeldete Prüfungen und achtet auf den Zeitplan, bis man es beendet.

    Beliebig viele dürfen laufen, mit PostgreSQL auch auf mehreren Rechnern. Was beim Beenden gerade läuft, geht später an
    derselben Stelle weiter. Wer bei einer Person „Zusammenfassung per Mail“ gewählt hat, bekommt sie nach jeder Prüfung mit
    Neuigkeiten; den Mailserver nennt die Umgebungsvariable SMTP_URL.

    \b
    Beispiele:
      fundstelle worker
      fundstelle worker --jobs 2
      fundstelle worker --reports /srv/berichte
    """  # noqa: D301 click wants the mark
    from audit.jobs.working import work  # noqa: PLC0415 no other command needs it

    logs.begin()
    say = serving.teller()
    engine = store.engine()
    if url := os.environ.get("SMTP_URL"):
        sending.server(url)
    if reports is not None:
        write(reports, {})
    work(
        engine,
        at_once=at_once,
        no_delay=no_delay,
        reports=reports,
        address=address.rstrip("/"),
        began=lambda name: say(f"Arbeitsprozess {name} wartet auf Prüfungen."),
    )


@click.group(cls=Group, invoke_without_command=True, no_args_is_help=False)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
@click.pass_context
def jobs(context: click.Context, *, as_json: bool) -> None:
    """
    Zeigt angemeldete Prüfungen: was wartet, läuft, fertig oder gescheitert ist und warum.

    \b
    Beispiele:
      fundstelle jobs
      fundstelle jobs cancel 12
      fundstelle jobs retry 12
    """  # noqa: D301 click wants the mark
    if context.invoked_subcommand is not None:
        return
    engine = store.engine()
    known = orders.jobs(engine)
    told: dict[int, list[Notice]] = {job.audit_id: [] for job in known}
    for notice in notices.told(engine, [*told]):
        told[notice.audit_id].append(notice)
    if as_json:
        documents = [_document(job, told[job.audit_id]) for job in known]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
        return
    if not known:
        click.echo("Es ist keine Prüfung angemeldet.")
    for job in known:
        click.echo(_line(job))
        for notice in told[job.audit_id]:
            if notice.reason:
                click.echo(f"        Mail an {notice.person.email}: {notice.reason}")


@jobs.command()
@click.argument("number", type=int, metavar="PRÜFUNG")
def cancel(*, number: int) -> None:
    """
    Bricht eine angemeldete Prüfung ab; was gelesen ist, bleibt gespeichert.

    \b
    Beispiel:
      fundstelle jobs cancel 12
    """  # noqa: D301 click wants the mark
    took = orders.cancel(store.engine(), number, now=datetime.now(UTC))
    told = f"Prüfung {number} wird abgebrochen." if took else f"Prüfung {number} ist schon zu Ende."
    click.echo(told, err=True)


@jobs.command()
@click.argument("number", type=int, metavar="PRÜFUNG")
def retry(*, number: int) -> None:
    """
    Meldet eine gescheiterte oder abgebrochene Prüfung noch einmal an.

    \b
    Beispiel:
      fundstelle jobs retry 12
    """  # noqa: D301 click wants the mark
    orders.retry(store.engine(), number, now=datetime.now(UTC))
    click.echo(f"Prüfung {number} ist wieder angemeldet.", err=True)


COMMANDS = (worker, jobs)


def _line(job: Job) -> str:
    busy = job.progress.get("busy")
    if busy and job.state == JobState.WAITING:
        hosts = ", ".join(busy)
        return f"{job.audit_id:>6}  {job.town.name}  wartet auf {hosts}, gerade von einer anderen Prüfung gelesen"
    state = "wird abgebrochen" if job.cancelled and not job.ended else STATES[JobState(job.state)]
    reason = f": {job.reason}" if job.reason else ""
    tries = f" (Versuch {job.tries})" if job.tries > 1 and not job.ended else ""
    return f"{job.audit_id:>6}  {job.town.name}  {state}{tries}{reason}"


def _document(job: Job, told: Sequence[Notice]) -> dict[str, Any]:
    moments = {name: getattr(job, name) for name in ("asked", "due", "begun", "cancelled", "ended")}
    return {
        "audit": job.audit_id,
        "town": job.town.key,
        "state": job.state,
        "tries": job.tries,
        "reason": job.reason,
        "who": job.who,
        "catalogue": job.catalogue,
        "priority": job.priority,
        "worker": job.worker,
        "waits_for": job.progress.get("busy", []) if job.state == JobState.WAITING else [],
        "mails": [
            {"to": one.person.email, "sent": one.sent.isoformat() if one.sent else None, "reason": one.reason}
            for one in told
        ],
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }
