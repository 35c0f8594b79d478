"""
The command that opens the desk: ``serve``.

Does not answer browsers; ``audit.web`` does.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine

from audit import catalogue
from audit.cli import store
from audit.cli.german import Command
from audit.run.written import write
from db import logs
from db.errors import InputError
from db.session import opened

if TYPE_CHECKING:
    import uvicorn

    from audit.web.settings import Settings

PORT = 8350
BACKLOG = 128
"""Browsers that wait until they are let in."""

NEAR = "127.0.0.1,::1"
"""Proxies that are believed unless others are named: those on this machine."""

FINISH = 20
"""Seconds that answers have when the desk shall end; a dossier takes some."""

PATIENCE = 60
"""Seconds that one question of the desk to PostgreSQL may take; the longest take two."""

SOON = 3.0
"""Seconds after which the catalogue is loaded ahead: who comes first shall be answered first."""

logger = logging.getLogger(__name__)


@click.command(cls=Command)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADRESSE",
    envvar="FUNDSTELLE_HOST",
    help="Auf welcher Adresse dieses Rechners.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    envvar="FUNDSTELLE_PORT",
    help="Auf welchem Port; 0: auf einem freien.",
)
@click.option(
    "--address",
    metavar="URL",
    envvar="FUNDSTELLE_URL",
    help="Unter welcher Adresse andere Fundstelle erreichen, etwa hinter einem Proxy.",
)
@click.option(
    "--proxies",
    metavar="NETZE",
    default=NEAR,
    show_default=True,
    envvar="FUNDSTELLE_PROXIES",
    help="Welchen Proxys geglaubt wird, wer fragt: Adressen oder Netze, durch Kommas getrennt.",
)
@click.option("--sign-in", is_flag=True, help="Auch auf diesem Rechner eine Anmeldung verlangen.")
@click.option("--no-worker", is_flag=True, help="Prüfungen nur anmelden; „fundstelle worker“ erledigt sie.")
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="ORDNER",
    help="Den Bericht jeder fertigen Prüfung auch in diesen Ordner schreiben.",
)
def serve(
    *,
    host: str,
    port: int,
    address: str | None,
    proxies: str,
    sign_in: bool,
    no_worker: bool,
    reports: Path | None,
) -> None:
    """
    Öffnet Fundstelle im Browser.

    Ohne Angaben ist Fundstelle nur von diesem Rechner aus zu erreichen und verlangt keine Anmeldung. Sobald andere Rechner es
    erreichen können, muss sich jeder anmelden; beim ersten Start zeigt der Befehl einen Link für die erste Person.
    Prüfungen liest und beurteilt ein eigener Prozess, der mit Fundstelle beginnt und endet.

    \b
    Beispiele:
      fundstelle serve
      fundstelle serve --host 0.0.0.0 --address https://fundstelle.stadt.example
    """  # noqa: D301 click wants the mark
    # Loaded only here: no other command needs a web server.
    from audit.jobs.keeping import Keeper  # noqa: PLC0415
    from audit.web.settings import Settings, is_loopback, surroundings  # noqa: PLC0415

    logs.begin()
    trusted = _networks(proxies)
    around = surroundings(os.environ)
    if reports is not None:
        write(reports, {})
    engine = store.engine(patience=PATIENCE)
    listening = _listening(host, port)
    number = listening.getsockname()[1]
    shown = (address or f"http://{f'[{host}]' if ':' in host else host}:{number}").rstrip("/")
    settings = Settings(engine, shown, sign_in or not is_loopback(host) or address is not None, **around)
    say = teller()
    say(f"Fundstelle läuft: {shown}/")
    if settings.sign_in:
        _welcome(engine, shown, say=say)
    say("Mit Strg+C beenden Sie es.")
    server = _server(settings, trusted)
    # The server raises the signal once more when it has ended; the worker must still be taken along then.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    _load_soon()
    with listening, nullcontext() if no_worker else Keeper(words=_words(shown, reports)):
        server.run(sockets=[listening])


def _words(shown: str, reports: Path | None) -> list[str]:
    """Return the options of the worker that begins and ends with the desk."""
    folder = ["--reports", str(reports.absolute())] if reports is not None else []
    return ["--address", shown, *folder]


def _load_soon() -> None:
    """Load the catalogue before somebody has to wait for it: it takes half a second, once."""
    loading = threading.Timer(SOON, catalogue.load)
    loading.daemon = True
    loading.start()


def teller() -> Callable[[str], None]:
    """Return what tells the person at the keyboard something, or where the log is for programs, writes it there."""
    return logger.info if logs.form() == logs.JSON else lambda text: click.echo(text, err=True)


def _server(settings: Settings, trusted: list[str]) -> uvicorn.Server:
    import uvicorn  # noqa: PLC0415

    from audit.web import app as web  # noqa: PLC0415
    from audit.web import live  # noqa: PLC0415

    class Server(uvicorn.Server):
        """Ends its streams when it shall end: they would never end by themselves."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            live.close()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        web.app(settings),
        # Ours are the only handlers, and ``audit.web.access`` notes each answer.
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=FINISH,
    )
    return Server(config)


def _networks(text: str) -> list[str]:
    """Read a list of addresses and networks; whoever may come from anywhere could claim to be anybody."""
    found = [one.strip() for one in text.split(",") if one.strip()]
    for one in found:
        try:
            is_any = ip_network(one).prefixlen == 0
        except ValueError:
            is_any = True
        if is_any:
            raise InputError(
                f"„{one[:50]}“ ist keine Adresse und kein Netz von Proxys.",
                remedy="Beispiel: --proxies 127.0.0.1,10.1.2.0/24",
            )
    return found


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # From now on nobody is turned away: who comes before the server is ready waits for it.
        listening.listen(BACKLOG)
    except OSError as fault:
        listening.close()
        raise InputError(
            f"Auf {host}, Port {port} lässt sich Fundstelle nicht öffnen ({fault.strerror}).",
            remedy="Wählen Sie mit --port einen anderen Port, etwa 8351, oder beenden Sie, was dort läuft.",
        ) from None
    return listening


def _welcome(engine: Engine, shown: str, *, say: Callable[[str], None]) -> None:
    """Tell the way in for the first person, as long as nobody can manage the desk."""
    from audit.web import members, signing  # noqa: PLC0415

    with opened(engine) as session:
        if not members.is_managed(session):
            secret = signing.invite(session, None, now=datetime.now(UTC))
            say(
                f"Noch ist niemand eingerichtet, der alles verwalten darf. Die erste Person öffnet innerhalb von drei Tagen diesen Link, er gilt einmal:\n  {shown}/einladung/{secret}"
            )


COMMANDS = (serve,)
