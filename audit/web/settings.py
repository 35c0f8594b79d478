"""
How the desk is run: where it can be reached, and whether people have to sign in.

Does not read the command line; ``audit.cli.serving`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import Engine


@dataclass(frozen=True)
class Settings:
    """
    What the desk has to know before it answers anybody.

    Attributes:
        engine: The database, of the present schema.
        address: Where people reach the desk: "http://127.0.0.1:8350", "https://fundstelle.stadt.example".
        sign_in: Must people sign in? Only on the own machine they need not.
        clock: What time it is.
    """

    engine: Engine
    address: str
    sign_in: bool
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

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
