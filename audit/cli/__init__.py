"""
The command line.

Does not decide and does not compute: each command reads its arguments, calls a use case or a query, and prints.
Results go to stdout, progress and messages to stderr. Errors become messages and exit codes here, in one place.
"""

from __future__ import annotations

import sys

import click

from audit.cli import (
    accuracy,
    archives,
    audits,
    catalogues,
    changes,
    comparing,
    database,
    doctor,
    dossier,
    fleet,
    jobs,
    landscape,
    listed,
    mail,
    measures,
    pages,
    publishing,
    rankings,
    reviews,
    serving,
    towns,
    trying,
)
from audit.cli.german import Group, usage_error
from db import __version__
from db.errors import FundstelleError

INTERRUPTED = 130


@click.group(cls=Group, name="fundstelle", context_settings={"max_content_width": 110})
@click.version_option(
    __version__, "--version", prog_name="Fundstelle", message="%(prog)s %(version)s", help="Fassung anzeigen."
)
def app() -> None:
    """
    Zeigt einer Stadt, was von ihren digitalen Angeboten online zu finden ist und was nicht.

    \b
    Beispiele:
      fundstelle audit Stralsund
      fundstelle audit Stralsund Greifswald
      fundstelle report stralsund --out bericht
      fundstelle compare stralsund greifswald --out bericht
    """  # noqa: D301 click wants the mark


for part in (
    audits,
    comparing,
    changes,
    dossier,
    rankings,
    mail,
    publishing,
    trying,
    reviews,
    archives,
    pages,
    accuracy,
    measures,
    listed,
    towns,
    landscape,
    catalogues,
    serving,
    jobs,
    database,
    fleet,
    doctor,
):
    for command in part.COMMANDS:
        app.add_command(command)


def main(words: list[str] | None = None) -> None:
    """Run the command line and leave the process with the contract's exit code."""
    sys.exit(run(words))


def run(words: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 our fault, 2 bad input, 3 too little read, 130 interrupted."""
    try:
        result = app.main(words, prog_name="fundstelle", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.format_message(), err=True)
        return 2
    except click.ClickException as fault:
        click.echo(f"Fehler: {usage_error(fault)}", err=True)
        return 2
    except FundstelleError as fault:
        click.echo(f"Fehler: {fault}", err=True)
        return fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Unterbrochen. Derselbe Befehl macht an dieser Stelle weiter.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return result if isinstance(result, int) else 0
