"""Guards that old archives go and the proof of each town's latest audit stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.run import archives, prune
from db import queries
from db.models import Audit, Town
from db.schema import open_engine
from db.session import opened

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Two towns: one audited in each of three years, one long ago; each archive has 1,000 bytes, one was deleted by hand."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    made = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    archives().mkdir(parents=True)
    with opened(made) as session:
        for key, years in (("musterhafen", (0, 1, 2)), ("nachbarau", (5,)), ("altdorf", (6,))):
            town = Town(key=key, name=key.title())
            session.add(town)
            session.flush()
            for year in years:
                name = f"{key}-{year}.warc.gz"
                session.add(Audit(town_id=town.id, started=NOW - timedelta(days=365 * year), archive=name))
                (archives() / name).write_bytes(b"x" * 1000)
    (archives() / "altdorf-6.warc.gz").unlink()
    yield made
    made.dispose()


def there() -> list[str]:
    return sorted(path.name for path in archives().iterdir())


def test_what_is_older_goes(engine: Engine) -> None:
    """The oldest first, but never the archive of a town's latest audit; the row says that it is gone."""
    gone = prune(engine, before=NOW - timedelta(days=300), most=None, dry=False)
    assert [one.name for one in gone] == ["musterhafen-2.warc.gz", "musterhafen-1.warc.gz"]
    assert there() == ["musterhafen-0.warc.gz", "nachbarau-5.warc.gz"]
    with opened(engine) as session:
        assert [row.archive for row in queries.archived(session)] == [
            "altdorf-6.warc.gz",
            "nachbarau-5.warc.gz",
            "musterhafen-0.warc.gz",
        ]


def test_what_is_too_much_goes(engine: Engine) -> None:
    """Only as many as are needed to be below the limit."""
    assert [one.name for one in prune(engine, before=None, most=3500, dry=False)] == ["musterhafen-2.warc.gz"]
    assert prune(engine, before=None, most=3500, dry=False) == []
    assert len(prune(engine, before=None, most=0, dry=False)) == 1
    assert there() == ["musterhafen-0.warc.gz", "nachbarau-5.warc.gz"]


def test_a_dry_run_deletes_nothing(engine: Engine) -> None:
    """It says what would go."""
    before = there()
    assert len(prune(engine, before=None, most=0, dry=True)) == 2
    assert there() == before
