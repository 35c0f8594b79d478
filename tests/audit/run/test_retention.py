"""Guards that old archives go and the proof of each town's latest audit stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit.cli import run
from audit.run import retention
from audit.run.retention import prune, prune_audits
from audit.run.storing import archives
from db import queries
from db.desk import Share, Task
from db.models import Audit, Crawl, Evidence, Finding, Gap, LinkRow, Page, Site, Town
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


def history(made: Engine) -> None:
    """One town with eight audits: six judged, one that was left for another, and one under way; each has pages, links and proofs."""
    with opened(made) as session:
        town = Town(key="ort", name="Ort", sites=[Site(url="http://ort.example/", host="ort.example", role="city")])
        session.add(town)
        session.flush()
        for number in range(1, 9):
            judged = NOW if number < 7 else None
            audit = Audit(town_id=town.id, started=NOW, judged=judged, archive=f"ort-{number}.warc.gz")
            session.add(audit)
            session.flush()
            assert audit.id == number
            crawl = Crawl(audit_id=number, site_id=town.sites[0].id, pages=5)
            session.add(crawl)
            session.flush()
            pages = [Page(crawl_id=crawl.id, url=f"http://ort.example/{place}", fetched=NOW) for place in range(5)]
            links = [LinkRow(crawl_id=crawl.id, number=place, url="u", text="t", zone="main") for place in range(5)]
            session.add_all([*pages, *links])
            session.flush()
            proof = {
                "quote": "q",
                "signal": "s",
                "zone": "z",
                "reading": "r",
                "weight": 1.0,
                "rule": "r",
                "page_type": "t",
            }
            session.add_all(
                Evidence(audit_id=number, criterion="c", url=page.url, page_id=page.id, **proof) for page in pages
            )
            verdict = {"criterion": "c", "area": "a", "aspect": "x", "verdict": "FINDABLE"}
            session.add_all([Finding(audit_id=number, **verdict), Gap(audit_id=number, kind="k", wording="w")])
        session.add(Task(town_id=town.id, change="x", made=NOW, audit_id=2))
        share = {"made": NOW, "expires": datetime(2100, 1, 1, tzinfo=UTC)}
        session.add(Share(digest="1", audit_id=3, **share))
        session.add(Share(digest="2", audit_id=4, **{**share, "expires": datetime(2020, 1, 1, tzinfo=UTC)}))
        session.add(Share(digest="3", audit_id=5, **share, revoked=NOW))


def numbers(made: Engine) -> dict[str, set[int]]:
    """Return which audits each kind of row belongs to."""
    of_audit = {kind.__tablename__: select(kind.audit_id) for kind in (Crawl, Evidence, Finding, Gap)}
    of_crawl = {kind.__tablename__: select(Crawl.audit_id).join(kind) for kind in (Page, LinkRow)}
    with opened(made) as session:
        asked = {"audit": select(Audit.id), **of_audit, **of_crawl}
        return {name: set(session.scalars(wanted)) for name, wanted in asked.items()}


@pytest.fixture(params=["sqlite"])
def made(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The history in either database, with an archive of a thousand bytes for each audit."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    monkeypatch.setattr(retention, "BATCH", 2)
    is_server = request.param == "postgresql"
    url = request.getfixturevalue("postgres")(request.node.name) if is_server else f"sqlite:///{tmp_path / 'made.db'}"
    engine = open_engine(url)
    history(engine)
    archives().mkdir()
    for number in range(1, 9):
        (archives() / f"ort-{number}.warc.gz").write_bytes(b"x" * 1000)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("made", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_audits_go_whole_and_what_is_needed_stays(made: Engine) -> None:
    """The first, the newest, the latest, what a task names and what a link opens stay with all that is theirs; a dead link keeps nothing."""
    staying, wanted = {1, 2, 3, 6, 8}, [4, 5, 7]
    dry = prune_audits(made, keep=1, now=NOW, dry=True)
    assert [(one.audit, one.pages, one.archive) for one in dry] == [(number, 5, 1000) for number in wanted]
    assert all(one.rows > 1000 for one in dry)
    assert set(numbers(made)["audit"]) == set(range(1, 9))
    # As if it had been killed after it began with this one.
    assert retention._close(made, 4, keep=1, now=NOW)
    seen: list[set[int]] = []
    gone = prune_audits(made, keep=1, now=NOW, dry=False, report=lambda _d, _t: seen.append(numbers(made)["audit"]))
    assert [one.audit for one in gone] == wanted
    assert [len(one) for one in seen] == [8, 7, 6]
    assert numbers(made) == dict.fromkeys(numbers(made), staying)
    assert there() == [f"ort-{number}.warc.gz" for number in sorted(staying)]
    assert prune_audits(made, keep=1, now=NOW, dry=False) == []
    retention.compact(made)
    assert numbers(made)["page"] == staying


def test_what_somebody_needs_since_stays(made: Engine) -> None:
    """Between looking and deleting a colleague takes on a task."""
    with opened(made) as session:
        session.add(Task(town_id=1, change="x", made=NOW, checked_id=4))
    assert not retention._close(made, 4, keep=1, now=NOW)
    assert numbers(made)["finding"] == set(range(1, 9))


def test_the_command_says_what_goes(
    made: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And how many bytes; without a number, with none and with a word it is bad input."""
    monkeypatch.setenv("DATABASE_URL", made.url.render_as_string(hide_password=False))
    for words in ([], ["--keep", "0"], ["--keep", "alle"], ["--keep", "1", "ort"]):
        assert run(["db", "prune", *words]) == 2
        told = capsys.readouterr()
        assert (told.out, told.err[:8]) == ("", "Fehler: ")
    assert run(["db", "prune", "--keep", "2", "--dry-run"]) == 0
    assert "2 Prüfungen: etwa" in capsys.readouterr().out
    assert run(["db", "prune", "--keep", "2", "--json", "--compact"]) == 0
    assert [one["audit"] for one in json.loads(capsys.readouterr().out)["audits"]] == [4, 7]
