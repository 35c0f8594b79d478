"""
What the crawler's tests share: a server that answers for invented hosts, and a town whose sites are to be read.

Does not reach the network.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crawler.process import crawl
from db.models import Audit, Crawl, Page, Site, Town
from db.queries import crawls as crawls_of
from db.queries import pages as pages_of
from db.schema import open_engine
from tests.crawler.torture import TortureServer


@dataclass
class Job:
    """One audit of invented sites: runs it and returns what was stored."""

    database: str
    engine: Engine
    audit: int
    log: Path
    events: list[dict[str, Any]] = field(default_factory=list)

    def plan(self, **changes: Any) -> dict[str, Any]:
        """Return the job as the crawling process takes it."""
        budget = {"pages_per_site": 1000, "seconds_per_site": 120, "delay_seconds": 1.0, **changes.pop("budget", {})}
        plan = {"database": self.database, "audit": self.audit, "hints": [], "no_delay": True, "allowed_private": []}
        return {**plan, "budget": budget, "log": str(self.log), **changes}

    def run(self, **changes: Any) -> None:
        """Read all open crawls in the child process."""
        crawl(self.plan(**changes), report=self.events.append)

    def again(self) -> Job:
        """End this audit, and return the next one of the same sites."""
        with Session(self.engine) as session, session.begin():
            before = session.get_one(Audit, self.audit)
            before.crawled = datetime.now(UTC)
            audit = Audit(town_id=before.town_id, started=datetime.now(UTC))
            session.add(audit)
            session.flush()
            session.add_all(Crawl(audit_id=audit.id, site_id=crawl.site_id) for crawl in before.crawls)
            return Job(self.database, self.engine, audit.id, self.log)

    def pages(self, host: str) -> list[Page]:
        """Return the stored pages of a site in the order of storing."""
        with Session(self.engine) as session:
            found = session.scalar(select(Crawl.id).join(Site).where(Crawl.audit_id == self.audit, Site.host == host))
            assert found is not None
            pages = list(pages_of(session, found))
            session.expunge_all()
            return pages

    def page(self, host: str, path: str) -> Page:
        """Return the one page of a site with this path."""
        (page,) = [page for page in self.pages(host) if page.url == f"http://{host}{path}"]
        return page

    def hosts(self) -> list[str]:
        """Return the hosts of all sites."""
        with Session(self.engine) as session:
            return [each.site.host for each in crawls_of(session, self.audit)]

    def crawl(self, host: str) -> Crawl:
        """Return the row of a site."""
        with Session(self.engine) as session:
            (crawl,) = [each for each in crawls_of(session, self.audit) if each.site.host == host]
            session.expunge_all()
            return crawl


def open_job(folder: Path, *hosts: str, **doors: str) -> Job:
    """Write a town with these sites, and those with a front door of their own, and an audit of it into a new database."""
    folder.mkdir(exist_ok=True)
    database = f"sqlite:///{folder / 'test.db'}"
    engine = open_engine(database)
    with Session(engine) as session, session.begin():
        all_doors = {**{host: f"http://{host}/" for host in hosts}, **doors}
        sites = [Site(url=door, host=host, role="city") for host, door in all_doors.items()]
        town = Town(key="musterhafen", name="Musterhafen", sites=sites)
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=datetime.now(UTC))
        session.add(audit)
        session.flush()
        session.add_all(Crawl(audit_id=audit.id, site_id=site.id) for site in sites)
        number = audit.id
    return Job(database, engine, number, folder / "crawl.log")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TortureServer]:
    """A server that is the proxy of every process started while the test runs."""
    with TortureServer() as server:
        monkeypatch.setenv("HTTP_PROXY", server.proxy)
        monkeypatch.delenv("http_proxy", raising=False)
        monkeypatch.setenv("NO_PROXY", ".invalid")
        yield server


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose certificate nobody vouches for."""
    folder = tmp_path_factory.mktemp("untrusted")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # visitors hang up in the handshake
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def closed() -> Iterator[str]:
    """A port that is taken and does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"
