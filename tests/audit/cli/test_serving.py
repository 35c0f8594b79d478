"""The desk as a real process: its log, whom it believes, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.cli import run
from audit.jobs.keeping import ROOT
from db.desk import Job
from db.models import Audit, Site, Town
from db.schema import open_engine
from db.session import opened
from db.terms import Role
from tests.audit.web.conftest import NOW


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A place of data with an audit that waits, and its number."""
    folder = tmp_path_factory.mktemp("serving")
    engine = open_engine(f"sqlite:///{folder / 'fundstelle.db'}")
    yield folder, _order(engine)
    engine.dispose()


def _order(engine: Engine) -> int:
    with opened(engine) as session:
        town = Town(key="hafen", name="Hafen")
        town.sites.append(Site(url="http://www.hafen.example/", host="www.hafen.example", role=Role.CITY))
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=NOW)
        session.add(audit)
        session.flush()
        session.add(Job(audit_id=audit.id, town_id=town.id, asked=NOW, due=NOW))
        return audit.id


def test_it_ends_what_it_does_and_tells_programs_by_lines(home: tuple[Path, int]) -> None:
    """SIGTERM ends a stream whole and the process at once; each line of the log is JSON, and only a known proxy says who asks."""
    folder, number = home
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "FUNDSTELLE_HOME": str(folder), "FUNDSTELLE_LOG": "json", "FUNDSTELLE_PORT": str(port)}
    environ |= {"PYTHONPATH": str(ROOT), "FUNDSTELLE_PROXIES": "127.0.0.2"}
    environ.pop("DATABASE_URL", None)
    words = [sys.executable, "-P", "-c", "from audit.cli import main; main()", "serve", "--no-worker"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, env=environ, text=True) as child:
        assert child.stderr is not None
        lines = [json.loads(child.stderr.readline()), json.loads(child.stderr.readline())]
        for source in ("127.0.0.1", "127.0.0.2"):
            asked = _ask(port, "/hilfe?frage=geheim", source=source)
            asked.getresponse().read()
            asked.close()
        stream = _ask(port, f"/pruefungen/{number}/ereignisse", source="127.0.0.1")
        answer = stream.getresponse()
        assert answer.readline().startswith(b"event: stand")
        child.send_signal(signal.SIGTERM)
        # A stream that is torn would raise IncompleteRead.
        assert b"event: ende" not in answer.read()
        assert child.wait(30) == 0
        stream.close()
        lines += [json.loads(line) for line in child.stderr]
    assert lines[0]["message"] == f"Fundstelle läuft: http://127.0.0.1:{port}/"
    answered = [line for line in lines if line["message"] == "answered"]
    assert [line["client"] for line in answered] == ["127.0.0.0", "203.0.113.0", "127.0.0.0"]
    assert answered[0].keys() >= {"time", "level", "request", "path", "status", "ms"}
    assert "geheim" not in json.dumps(lines)
    # Nothing had to be broken off.
    assert {line["level"] for line in lines} == {"info"}


def _ask(port: int, path: str, *, source: str) -> HTTPConnection:
    """Send a question from an address of this machine, which says it comes for another; wait until somebody listens."""
    for _ in range(600):
        connection = HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
        try:
            connection.request("GET", path, headers={"X-Forwarded-For": "203.0.113.9"})
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return connection
    raise AssertionError("nobody listens")


@pytest.mark.parametrize(
    ("words", "environ", "told"),
    [
        (["--proxies", "0.0.0.0/0"], {}, "--proxies"),
        (["--proxies", "mein-proxy"], {}, "mein-proxy"),
        ([], {"FUNDSTELLE_PROXIES": "*"}, "--proxies"),
        ([], {"FUNDSTELLE_LOG": "xml"}, "FUNDSTELLE_LOG"),
        ([], {"FUNDSTELLE_PORT": "achtzig"}, "--port"),
    ],
)
def test_what_cannot_be_believed_or_read_is_refused(
    words: list[str],
    environ: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything listens, with what to write instead."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert run(["serve", "--no-worker", *words]) == 2
    assert told in capsys.readouterr().err
