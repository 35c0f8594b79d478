"""Guards that an archive is safe in its place before it is deleted here, and is found wherever it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response
from sqlalchemy import Engine

from audit.run.copies import Source, copy
from audit.run.crawling import Reading, crawl
from audit.run.dossier import proofs
from audit.run.retention import prune
from audit.run.storing import archives, push
from crawler.archive import places
from crawler.archive.places import Place
from crawler.archive.writer import Writer
from db.errors import PlaceError
from db.models import Audit, Crawl, Page, Site, Town
from db.schema import open_engine
from db.session import connect, opened
from db.terms import End
from tests.audit.classify.made import catalogue
from tests.audit.nouns import HOME, NOW
from tests.crawler.archive.s3 import KINDS, place

URL, OTHER = f"{HOME}parken", f"{HOME}wohnen"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows; to copy it takes less than to make it."""
    path = tmp_path_factory.mktemp("empty") / "test.db"
    open_engine(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def engine(empty: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of it."""
    shutil.copy(empty, tmp_path / "test.db")
    engine = connect(f"sqlite:///{tmp_path / 'test.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place of each kind."""
    return place(request.param, tmp_path, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the place, for what does not depend on its kind."""
    place("file", tmp_path, monkeypatch)
    return tmp_path / "archive"


def audited(engine: Engine, *, weeks: int = 0, is_done: bool = True) -> int:
    """An audit of the town that has read two pages and kept them; return its number."""
    began = NOW + timedelta(weeks=weeks)
    with opened(engine) as session:
        if session.get(Town, 1) is None:
            session.add(Town(key="ort", name="Ort", sites=[Site(url=HOME, host="www.ort.example", role="city")]))
            session.flush()
        audit = Audit(town_id=1, started=began, archive=f"ort-{weeks}.warc.gz", crawled=began if is_done else None)
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=1, end=End.FINISHED)
        session.add(crawl)
        session.flush()
        for url in (URL, OTHER):
            session.add(Page(url=url, fetched=began, crawl_id=crawl.id, status=200, main_text="Handyparken."))
        keep(f"ort-{weeks}.warc.gz", URL, OTHER, weeks=weeks)
        return audit.id


def keep(name: str, *urls: str, weeks: int = 0) -> None:
    writer = Writer(archives() / name, agent="Fundstelle/1.0")
    for url in urls:
        writer.add(Response(url, body=f"<p>{url}".encode()), received=NOW + timedelta(weeks=weeks))
    writer.close()


@pytest.mark.usefixtures("there")
def test_a_pushed_archive_proves_the_same(engine: Engine) -> None:
    """To the dossier and to the copy at the desk, byte for byte; here it is gone, and a second push has nothing to do."""
    number = audited(engine)
    with opened(engine) as session:
        before = proofs(session, session.get_one(Audit, number), [URL, OTHER])
    assert [one.name for one in push(engine)] == ["ort-0.warc.gz"]
    assert list(archives().iterdir()) == list(push(engine)) == []
    with opened(engine) as session:
        audit = session.get_one(Audit, number)
        assert proofs(session, audit, [URL, OTHER]) == before
        assert before.excerpt
        assert copy(session, audit, 1, quote="parken").source == Source.ARCHIVE


@pytest.mark.usefixtures("there")
def test_pruning_reaches_the_place(engine: Engine) -> None:
    """What is stored counts with its size; of the latest audit it stays, and what went is no longer named."""
    for weeks in (0, 1):
        audited(engine, weeks=weeks)
    sizes = [one.stored.size for one in push(engine)]
    gone = prune(engine, before=None, most=0, dry=False)
    assert [(one.name, one.size) for one in gone] == [("ort-0.warc.gz", sizes[0])]
    with opened(engine) as session:
        first, second = session.query(Audit).order_by(Audit.id)
        assert (first.archive, first.stored) == (None, [])
        assert proofs(session, first, [URL]).captures[URL]["why"] == "no_archive"
        assert proofs(session, second, [URL]).captures[URL]["why"] is None


def test_a_place_that_is_away_costs_nothing(engine: Engine, folder: Path) -> None:
    """The crawl says so and goes on, the file stays, and the next crawl makes up for it."""
    number = audited(engine, is_done=False)
    told: list[dict[str, Any]] = []

    def read() -> None:
        crawl(engine, number, catalogue=catalogue(), reading=Reading(), report=told.append, clock=lambda: NOW)

    folder.rename(folder.with_name("weg"))
    read()
    assert [event["event"] for event in told] == ["unstored"]
    assert "Den Ordner gibt es nicht" in told[0]["reason"]
    with opened(engine) as session:
        audit = session.get_one(Audit, number)
        assert audit.crawled == NOW
        assert proofs(session, audit, [URL]).captures[URL]["why"] is None
    folder.with_name("weg").rename(folder)
    number = audited(engine, weeks=1, is_done=False)
    read()
    assert len(told) == 1
    assert list(archives().iterdir()) == []


def test_a_desk_whose_place_is_away_shows_the_text_and_a_dossier_waits(engine: Engine, folder: Path) -> None:
    """It never says of a record that might be there that it is not."""
    number = audited(engine)
    list(push(engine))
    folder.rename(folder.with_name("weg"))
    with opened(engine) as session:
        audit = session.get_one(Audit, number)
        shown = copy(session, audit, 1, quote="Handyparken")
        assert (shown.source, shown.capture["why"]) == (Source.TEXT, "away")
        with pytest.raises(PlaceError, match="Den Ordner"):
            proofs(session, audit, [URL])


@pytest.mark.usefixtures("folder")
def test_a_place_that_is_no_longer_named_is_missed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever forgets the variable learns of it, and pruning takes no archive off the books that is still there."""
    for weeks in (0, 1):
        audited(engine, weeks=weeks)
    list(push(engine))
    monkeypatch.delenv(places.VARIABLE)
    with opened(engine) as session, pytest.raises(PlaceError, match=places.VARIABLE):
        proofs(session, session.get_one(Audit, 1), [URL])
    with pytest.raises(PlaceError, match=places.VARIABLE):
        prune(engine, before=None, most=0, dry=False)
    with opened(engine) as session:
        assert len(session.get_one(Audit, 1).stored) == 1


@pytest.mark.usefixtures("folder")
def test_what_is_still_being_read_stays(engine: Engine) -> None:
    """Its crawl may be taken up again, and adds to the file."""
    audited(engine, is_done=False)
    assert list(push(engine)) == []
    assert (archives() / "ort-0.warc.gz").exists()


@pytest.mark.usefixtures("folder")
def test_a_crash_before_the_file_was_deleted_is_made_up_for(engine: Engine) -> None:
    """What is named already is not named twice."""
    number = audited(engine)
    content = (archives() / "ort-0.warc.gz").read_bytes()
    list(push(engine))
    (archives() / "ort-0.warc.gz").write_bytes(content)
    assert len(list(push(engine))) == 1
    with opened(engine) as session:
        assert len(session.get_one(Audit, number).stored) == 1
    assert list(archives().iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_each_machine_that_read_for_an_audit_adds_its_part(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that died on one and was taken up on another is proven by both, whichever comes back later."""
    number = audited(engine)
    (archives() / "ort-0.warc.gz").unlink()
    keep("ort-0.warc.gz", URL)
    list(push(engine))
    with opened(engine) as session:
        assert proofs(session, session.get_one(Audit, number), [URL, OTHER]).captures[OTHER]["why"] == "missing"
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "zweite"))
    keep("ort-0.warc.gz", OTHER)
    list(push(engine))
    with opened(engine) as session:
        captures = proofs(session, session.get_one(Audit, number), [URL, OTHER]).captures
    assert {url: one["why"] for url, one in captures.items()} == {URL: None, OTHER: None}


def test_what_two_audits_name_goes_with_the_last(engine: Engine, folder: Path) -> None:
    """The same content is stored once, so one of them must not take it from the other."""
    for weeks in (0, 1, 2):
        audited(engine, weeks=weeks)
    list(push(engine))
    with opened(engine) as session:
        session.get_one(Audit, 2).stored = session.get_one(Audit, 1).stored
    prune(engine, before=NOW + timedelta(days=1), most=None, dry=False)
    with opened(engine) as session:
        assert session.get_one(Audit, 1).archive is None
        (one,) = session.get_one(Audit, 2).stored
    assert (folder / one["sha256"][:2] / f"{one['sha256']}.warc.gz").exists()
    prune(engine, before=NOW + timedelta(days=8), most=None, dry=False)
    assert not (folder / one["sha256"][:2] / f"{one['sha256']}.warc.gz").exists()
