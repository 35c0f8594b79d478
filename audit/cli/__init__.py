"""
The command line.

Does not decide and does not compute: each command reads its arguments, calls a use case or a query, and prints.
Results go to stdout, progress and messages to stderr. Errors become messages and exit codes here, in one place.
"""

from __future__ import annotations

import sys

import click

from audit.cli.german import Parts, usage_error
from db import __version__
from db.errors import FundstelleError

INTERRUPTED = 130


PARTS = {
    "audits": ("audit", "judge", "report", "explain"),
    "comparing": ("compare", "peers"),
    "changes": ("changes", "trend"),
    "dossier": ("dossier",),
    "rankings": ("calendar",),
    "mail": ("mail",),
    "publishing": ("publish",),
    "trying": ("whatif", "diary"),
    "reviews": ("review",),
    "archives": ("archive",),
    "pages": ("inspect", "classify"),
    "accuracy": ("evaluate",),
    "measures": ("measures",),
    "listed": ("listed",),
    "landscape": ("town",),
    "catalogues": ("criteria",),
    "serving": ("serve",),
    "jobs": ("worker", "jobs"),
    "database": ("db",),
    "fleet": ("fleet",),
    "doctor": ("doctor",),
}
"""The commands by the modules that have them in ``COMMANDS``; what only one needs, like a web server, the others do not load."""


@click.group(cls=Parts, name="fundstelle", package=__name__, parts=PARTS, context_settings={"max_content_width": 110})
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
