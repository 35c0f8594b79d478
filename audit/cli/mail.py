"""
The command that mails in short what an audit brought.

Does not compare, word or send: see ``audit.run.telling``, ``reports.mail`` and ``audit.run.sending``.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from audit.cli import reporting, store
from audit.cli.catalogues import used_by
from audit.cli.german import Command
from audit.cli.language import spoken
from audit.cli.progress import judging
from audit.run import sending, telling
from audit.run.showing import stem_of
from db.errors import InputError
from reports import mail as letter

NOBODY = "fundstelle@fundstelle.invalid"
"""The sender of a draft where SMTP_URL names none; RFC 2606 keeps such hosts free."""


@click.command(cls=Command)
@click.argument("name", metavar="PRÜFUNG")
@click.option("--to", multiple=True, metavar="ADRESSE", help="An diese Mailadresse senden; mehrfach möglich.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="ORDNER",
    help="Nicht senden, sondern als Datei schreiben, die jedes Mailprogramm öffnet.",
)
@click.option("--link", default="", metavar="ORT", help="Wo der Bericht liegt: Adresse oder Pfad.")
@click.option(
    "--always", is_flag=True, help="Auch senden, wenn sich nichts geändert hat und nichts zu entscheiden ist."
)
@spoken
def mail(*, name: str, to: tuple[str, ...], out: Path | None, link: str, always: bool) -> None:
    """
    Schickt in wenigen Zeilen, was eine Prüfung ergab, wenn sich etwas geändert hat oder zu entscheiden ist.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. Den Mailserver nennt die Umgebungsvariable SMTP_URL.

    \b
    Beispiele:
      SMTP_URL='smtp://name:kennwort@mail.musterstadt.de?from=web@musterstadt.de' \\
        fundstelle mail stralsund --to presse@musterstadt.de
      fundstelle mail stralsund --link https://intranet.musterstadt.de/fundstelle/ --out post
    """  # noqa: D301 click wants the mark
    server, people = _server(is_needed=out is None), sending.recipients(to)
    if out is None and not people:
        raise InputError(
            "Es fehlt, an wen.", remedy="Nennen Sie mit --to eine Mailadresse oder mit --out einen Ordner."
        )
    with judging() as report:
        document, step = telling.news(store.engine(), name, rules=used_by, report=report)
    if not always and not letter.has_news(document, step):
        click.echo(
            "Nichts hat sich geändert und nichts ist zu entscheiden: Es wird nichts gesendet. --always sendet trotzdem."
        )
        return
    # A draft is dated by its audit, so that the same audit gives the same file.
    now = datetime.now(UTC) if out is None else datetime.fromisoformat(document["finished"])
    sender = server.sender if server else NOBODY
    made = letter.message(document, step, sender=sender, to=people, link=link, now=now)
    if out is not None:
        made["X-Unsent"] = "1"  # Outlook opens it as a draft
        reporting.told(out, {f"{stem_of(document)}.eml": made.as_bytes()})
    elif server is not None:
        sending.send(made, server, to=people)
        click.echo(f"Gesendet an {', '.join(people)}: {made['Subject']}")


def _server(*, is_needed: bool) -> sending.Server | None:
    url = os.environ.get("SMTP_URL", "")
    if url:
        return sending.server(url)
    if is_needed:
        raise InputError(
            "Es ist kein Mailserver eingestellt.",
            remedy=f"Setzen Sie die Umgebungsvariable SMTP_URL, zum Beispiel auf {sending.EXAMPLE}, oder schreiben Sie mit --out eine Datei.",
        )
    return None


COMMANDS = (mail,)
