"""
Commands for whoever runs Fundstelle: db.

Does not touch audits.
"""

from __future__ import annotations

import click

from audit.cli.german import Group
from db.schema import revision, upgrade
from db.session import connect


@click.group(cls=Group)
def db() -> None:
    """Die Datenbank einrichten und auf den neuesten Stand bringen."""


@db.command("upgrade")
def upgrade_command() -> None:
    """
    Bringt die Datenbank auf den Stand dieses Programms.

    \b
    Beispiel:
      fundstelle db upgrade
    """  # noqa: D301 click wants the mark
    engine = connect()
    before = revision(engine)
    engine.dispose()
    after = upgrade()
    click.echo(f"Datenbank: {'schon auf dem Stand' if before == after else 'gebracht auf den Stand'} {after}.")


COMMANDS = (db,)
