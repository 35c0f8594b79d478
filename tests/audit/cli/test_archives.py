"""Guards the commands about archives where they are in a store: bring them there, and read them as if they were here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.cli import run
from audit.run import archives
from crawler.archive import places
from db.schema import open_engine
from tests.audit.run.test_storing import URL, audited
from tests.crawler.archive.s3 import BUCKET, Store, store


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store, and a database with one audit whose archive is still here."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'test.db'}")
    engine = open_engine()
    audited(engine)
    engine.dispose()
    monkeypatch.setenv(places.VARIABLE, f"s3://{BUCKET}/ort")
    return store(monkeypatch)


def test_a_pushed_archive_is_verified_listed_and_extracted(server: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """By the number of the audit as before; a changed byte in the store is found."""
    assert run(["archive", "push", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["place"], [one["name"] for one in told["stored"]]) == (f"s3://{BUCKET}/ort", ["ort-0.warc.gz"])
    assert list(archives().iterdir()) == []
    assert run(["archive", "verify", "1"]) == 0
    assert "3 Einträge, alle Prüfsummen stimmen" in capsys.readouterr().out
    assert run(["archive", "list", "1"]) == 0
    assert URL in capsys.readouterr().out
    assert run(["archive", "extract", "1", URL]) == 0
    assert capsys.readouterr().out == f"<p>{URL}"
    (name,) = [name for name in server.objects if told["stored"][0]["sha256"] in name]
    server.objects[name] = server.objects[name][:-1] + b"x"
    assert run(["archive", "verify", "1"]) == 2
    assert "Seine Prüfsumme stimmt nicht" in capsys.readouterr().err
    assert run(["archive", "push"]) == 0
    assert "Alles ist schon dort" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "FUNDSTELLE_ARCHIVES ist nicht gesetzt"),
        ("belege", "nennt keinen Ort für Archive"),
        ("s3://fremd", "Den Bucket gibt es dort nicht"),
        ("/gibt/es/nicht", "Den Ordner gibt es nicht"),
    ],
)
@pytest.mark.usefixtures("server")
def test_a_push_to_nowhere_says_what_to_do(
    value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with 2, and the archive is still here."""
    monkeypatch.setenv(places.VARIABLE, value)
    assert run(["archive", "push"]) == 2
    assert said in capsys.readouterr().err
    assert len(list(archives().iterdir())) == 1
