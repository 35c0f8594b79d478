"""
How the desk is run: where it can be reached, and whether people have to sign in.

Does not read the command line; ``audit.cli.serving`` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine

from audit.jobs.settling import Settler
from audit.run import sending
from audit.run.reaching import Reached, reached
from audit.web import oidc
from db.errors import InputError


@dataclass(frozen=True)
class Operator:
    """
    Who runs the desk, for the pages that the law asks for; what is empty is shown as a blank.

    Attributes:
        name: The public body.
        mail: Where barriers are reported.
        phone: The same.
        supervision: Who helps when the body does not answer (Section 16 BGG or the law of the land), with its address.
        stated: When the statement was made or looked through, as it shall stand there.
    """

    name: str = ""
    mail: str = ""
    phone: str = ""
    supervision: str = ""
    stated: str = ""


OPERATOR = {
    "name": "FUNDSTELLE_OPERATOR",
    "mail": "FUNDSTELLE_OPERATOR_MAIL",
    "phone": "FUNDSTELLE_OPERATOR_PHONE",
    "supervision": "FUNDSTELLE_SUPERVISION",
    "stated": "FUNDSTELLE_STATED",
}
"""Names in the environment of what an ``Operator`` has."""


@dataclass(frozen=True)
class Settings:
    """
    What the desk has to know before it answers anybody.

    Attributes:
        engine: The database, of the present schema.
        address: Where people reach the desk: "http://127.0.0.1:8350", "https://fundstelle.stadt.example".
        sign_in: Must people sign in? Only on the own machine they need not.
        clock: What time it is.
        accounts: Of the town, by OpenID Connect; None: people have only those of the desk.
        post: The mail server; None: links are handed over by hand.
        origins: Sites of the intranet whose pages may read numbers with a key ("https://intranet.stadt.example").
        settler: Judges towns anew after people have spoken.
        reach: Looks how a website is reached whose protocol nobody has named; it takes seconds.
    """

    engine: Engine
    address: str
    sign_in: bool
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    accounts: oidc.Accounts | None = None
    post: sending.Server | None = None
    operator: Operator = field(default_factory=Operator)
    origins: tuple[str, ...] = ()
    settler: Settler = field(default_factory=Settler)
    reach: Callable[[Engine, str], Reached] = reached

    @property
    def is_secure(self) -> bool:
        """Is it reached by https?"""
        return urlsplit(self.address).scheme == "https"

    @property
    def hosts(self) -> frozenset[str]:
        """The values of ``Host`` under which it answers; a foreign name that points here is refused."""
        parts = urlsplit(self.address)
        names = {parts.netloc}
        if is_loopback(parts.hostname or ""):
            names |= {f"{name}:{parts.port}" if parts.port else name for name in ("127.0.0.1", "localhost", "[::1]")}
        return frozenset(names)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is only to be reached from this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
"""A site as browsers name it (RFC 6454): scheme, host and port."""


def surroundings(environ: Mapping[str, str]) -> dict[str, Any]:
    """
    Return what the environment says of the town's accounts, its mail server and who runs the desk, as ``Settings`` takes it.

    Raises:
        InputError: What it says is not to be used.
    """
    url = environ.get("SMTP_URL", "")
    told = {name: environ.get(variable, "").strip() for name, variable in OPERATOR.items()}
    return {
        "accounts": oidc.read(environ),
        "post": sending.server(url) if url else None,
        "operator": Operator(**told),
        "origins": tuple(map(_origin, environ.get("API_ORIGINS", "").replace(",", " ").split())),
    }


def _origin(text: str) -> str:
    """Return a site as browsers name it; a slash behind it does no harm."""
    origin = text.lower().removesuffix("/")
    if not ORIGIN.fullmatch(origin):
        raise InputError(
            f"API_ORIGINS: „{text}“ ist keine Website, wie ein Browser sie nennt.",
            remedy="Schreiben Sie Protokoll und Name, mehrere durch Kommas getrennt: https://intranet.stadt.example",
        )
    return origin
