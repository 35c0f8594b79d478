"""
What ``doctor`` asks of others: the database, the workers, the mail server, the accounts of the town, the proxy, the desk itself.

Does not change anything and asks nobody whom the operator has not named. Each check says what it found, and what to do about it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import requests
from sqlalchemy import Engine, text

from audit.run import sending
from audit.web import oidc
from audit.web.settings import is_loopback
from db import vitals
from db.base import Base
from db.errors import FundstelleError
from db.schema import head, open_engine
from db.session import opened

SECONDS = 5
"""So long somebody may take to answer."""

WRONG_CLOCK = timedelta(seconds=30)
STUCK = timedelta(minutes=5)
"""So long an order may wait while nobody works on another."""

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
RIGHTS = text("""
    SELECT DISTINCT wanted FROM unnest(CAST(:tables AS text[])) AS found, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS wanted
    WHERE NOT has_table_privilege(found, wanted)
    UNION SELECT 'TEMPORARY' WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')
    UNION SELECT 'dbos' WHERE NOT COALESCE(
        (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = 'dbos'),
        has_database_privilege(current_database(), 'CREATE'))
""")
"""What the role of the connection lacks."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``remedy`` says what to do if it is not in order."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def failed(name: str, fault: FundstelleError) -> Check:
    """Return what a known fault says."""
    return Check(name, ok=False, found=fault.message, remedy=fault.remedy)


def stored(*, now: datetime) -> Iterator[Check]:
    """Look at the database, and, if it answers, at what only it knows."""
    try:
        engine = open_engine()
    except FundstelleError as fault:
        yield failed("Datenbank", fault)
        return
    try:
        yield Check("Datenbank", ok=True, found=f"{engine.url.render_as_string(hide_password=True)} ({head()})")
        yield from (rights(engine), clock(engine, now=now), workers(engine, now=now))
    finally:
        engine.dispose()


def rights(engine: Engine) -> Check:
    """May we do in the database what the desk and the workers do?"""
    name = "Rechte"
    if engine.dialect.name == "sqlite":
        file = str(engine.url.database)
        may = all(os.access(place, os.W_OK) for place in (file, Path(file).parent))
        return Check(name, may, f"{file} lässt sich {'' if may else 'nicht '}schreiben", "Geben Sie dem Benutzer, unter dem Fundstelle läuft, Datei und Ordner.")  # fmt: skip
    with opened(engine) as session:
        lacking = sorted(session.scalars(RIGHTS, {"tables": sorted(Base.metadata.tables)}))
    found = f"Es fehlt: {', '.join(lacking)}." if lacking else "alles, was Fundstelle und Arbeitsprozesse brauchen"
    remedy = "Der Eigentümer ruft „fundstelle db upgrade“ auf und gibt der Rolle ihre Rechte (docs/operations.md)."
    return Check(name, not lacking, found, remedy)


def clock(engine: Engine, *, now: datetime) -> Check:
    """Do our clock, the database's and those of the workers agree?"""
    with opened(engine) as session:
        ours = now - vitals.clock(session)
        theirs = {f"{one.name} auf {one.machine}": timedelta(seconds=one.off) for one in vitals.workers(session)}
    wrong = [
        f"{who} {abs(off).total_seconds():.0f} Sekunden {'vor' if off > timedelta() else 'nach'}"
        for who, off in {"dieser Rechner": ours, **theirs}.items()
        if abs(off) > WRONG_CLOCK
    ]
    found = f"gegen die Datenbank gehen: {', '.join(wrong)}." if wrong else "stimmt mit der Datenbank überein"
    return Check("Uhr", not wrong, found, "Lassen Sie die Uhren vom Netz stellen (NTP, etwa systemd-timesyncd).")


def workers(engine: Engine, *, now: datetime) -> Check:
    """Is somebody there who does what is ordered, and does it get done?"""
    name = "Arbeitsprozesse"
    with opened(engine) as session:
        alive, counts = vitals.workers(session), vitals.orders(session)
        since = vitals.waiting_since(session, now=now)
    told = f"{len(alive)} am Werk, {counts['waiting']} Prüfungen warten, {counts['running']} laufen"
    if counts["waiting"] + counts["running"] and not alive:
        return Check(name, ok=False, found=f"{told}.", remedy="Starten Sie „fundstelle worker“ oder den Dienst fundstelle-worker@1.")  # fmt: skip
    if since and now - since > STUCK and not counts["running"]:
        remedy = "Starten Sie die Arbeitsprozesse neu, alle in derselben Fassung; ihr Protokoll sagt, woran es liegt."
        return Check(name, ok=False, found=f"{told}, und seit {(now - since).total_seconds() / 60:.0f} Minuten beginnt keiner eine.", remedy=remedy)  # fmt: skip
    return Check(name, ok=True, found=told)


def mail(environ: Mapping[str, str]) -> Check:
    """Would the mail server let us in? Nothing is sent."""
    if not (url := environ.get("SMTP_URL", "")):
        return Check("Mail", ok=True, found="kein Mailserver angegeben (SMTP_URL), es wird nichts versandt")
    try:
        server = sending.server(url)
        sending.reach(server, seconds=SECONDS)
    except FundstelleError as fault:
        return failed("Mail", fault)
    return Check("Mail", ok=True, found=f"{server.host}:{server.port} lässt uns senden, als {server.sender}")


def accounts(environ: Mapping[str, str]) -> Check:
    """Does the provider of the town's accounts answer, as itself?"""
    name = "Konten der Stadt"
    try:
        known = oidc.read(environ)
        if known is None:
            return Check(name, ok=True, found="nicht eingerichtet (OIDC_ISSUER), es gelten eigene Zugänge")
        oidc.reach(known)
    except FundstelleError as fault:
        return failed(name, fault)
    except oidc.RefusedError as fault:
        return Check(name, ok=False, found=f"{environ['OIDC_ISSUER']} antwortet nicht wie erwartet ({fault.detail}).", remedy="Prüfen Sie OIDC_ISSUER; er muss genau so lauten, wie der Anbieter sich selbst nennt.")  # fmt: skip
    return Check(name, ok=True, found=f"{known.issuer} antwortet")


def proxy(environ: Mapping[str, str]) -> Check:
    """Can the way into the internet be reached, if one is named?"""
    given = next((environ[name] for name in PROXIES if environ.get(name)), "")
    if not given:
        return Check("Proxy", ok=True, found="keiner, gelesen wird unmittelbar")
    shown = urlsplit(given).netloc.rpartition("@")[2] or "?"
    try:
        parts = urlsplit(given)
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=SECONDS):
            return Check("Proxy", ok=True, found=shown)
    except (OSError, ValueError) as fault:
        return Check("Proxy", ok=False, found=f"{shown} nimmt keine Verbindung an ({getattr(fault, 'strerror', None) or fault}).", remedy="Prüfen Sie HTTPS_PROXY und HTTP_PROXY.")  # fmt: skip


def address(environ: Mapping[str, str]) -> Check:
    """Is the desk where the environment says, and safe there?"""
    name = "Adresse"
    url, host = environ.get("FUNDSTELLE_URL", "").rstrip("/"), environ.get("FUNDSTELLE_HOST", "127.0.0.1")
    if not url:
        remedy = "Setzen Sie FUNDSTELLE_URL auf die Adresse, unter der andere Fundstelle erreichen."
        return Check(name, is_loopback(host), "keine öffentliche angegeben (FUNDSTELLE_URL)", remedy)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Check(name, ok=False, found=f"FUNDSTELLE_URL „{url[:100]}“ ist keine.", remedy="Beispiel: https://fundstelle.stadt.example")  # fmt: skip
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return Check(name, ok=False, found=f"{url} ist unverschlüsselt, Kennwörter wären mitzulesen.", remedy="Stellen Sie einen Proxy mit TLS davor (deploy/nginx) und nennen Sie https://.")  # fmt: skip
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{url}/healthz", timeout=SECONDS, allow_redirects=False)
        status = str(answer.status_code)
    except requests.RequestException as fault:
        status = type(fault).__name__
    if status != "200":
        return Check(name, ok=False, found=f"Unter {url} antwortet Fundstelle nicht ({status}).", remedy="Prüfen Sie, ob der Dienst fundstelle läuft, den Proxy davor und sein Zertifikat.")  # fmt: skip
    return Check(name, ok=True, found=f"Fundstelle antwortet unter {url}")
