"""Guards the commands about archives where they are in a store: bring them there, and read them as if they were here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.cli import run
from audit.run.storing import archives
from crawler.archive import places
from db.schema import open_engine
from tests.audit.run.test_storing import URL, audited
from tests.crawler.archive.s3 import place


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for archives, and a database with one audit whose archive is still here."""
    place("file", tmp_path, monkeypatch)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'test.db'}")
    engine = open_engine()
    audited(engine)
    engine.dispose()
    return tmp_path / "archive"


def test_a_pushed_archive_is_verified_listed_and_extracted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the number of the audit as before; a changed byte in the store is found."""
    assert run(["archive", "push", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["place"], [one["name"] for one in told["stored"]]) == (f"file://{folder}", ["ort-0.warc.gz"])
    assert list(archives().iterdir()) == []
    assert run(["archive", "verify", "1"]) == 0
    assert "3 Einträge, alle Prüfsummen stimmen" in capsys.readouterr().out
    assert run(["archive", "list", "1"]) == 0
    assert URL in capsys.readouterr().out
    assert run(["archive", "extract", "1", URL]) == 0
    assert capsys.readouterr().out == f"<p>{URL}"
    (kept,) = folder.rglob(f"{told['stored'][0]['sha256']}.*")
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    assert run(["archive", "verify", "1"]) == 2
    assert "Seine Prüfsumme stimmt nicht" in capsys.readouterr().err
    assert run(["archive", "push"]) == 0
    assert "Alles ist schon dort" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_push_to_nowhere_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 2, and the archive is still here."""
    faults = {
        "": "FUNDSTELLE_ARCHIVES ist nicht gesetzt",
        "belege": "nennt keinen Ort für Archive",
        "/gibt/es/nicht": "Den Ordner gibt es nicht",
        "s3://belege": "Die Zugangsdaten zum Speicher der Archive fehlen",
    }
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    for value, said in faults.items():
        monkeypatch.setenv(places.VARIABLE, value)
        assert run(["archive", "push"]) == 2
        assert said in capsys.readouterr().err
    assert len(list(archives().iterdir())) == 1
