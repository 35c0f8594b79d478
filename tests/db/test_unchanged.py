"""What a database has answered holds until anybody writes into it, by whatever connection, and not a moment longer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from db import unchanged
from db.models import Town
from db.schema import open_engine
from db.session import opened
from db.unchanged import once


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def base(request: pytest.FixtureRequest) -> Iterator[tuple[Engine, Engine]]:
    """A database as two processes open it."""
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('tmp_path') / 'unchanged.db'}"
    else:
        url = request.getfixturevalue("postgres")(request.node.originalname[-60:])
    ours, theirs = open_engine(url), open_engine(url)
    yield ours, theirs
    ours.dispose()
    theirs.dispose()


class Asking:
    """Asks how many towns there are, and counts how often it had to ask."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.asked = engine, 0

    def __call__(self) -> int:
        with opened(self.engine) as session:
            return once(session, "towns", lambda: self.ask(session))

    def ask(self, session: Session) -> int:
        self.asked += 1
        return session.scalar(select(func.count()).select_from(Town)) or 0


def add(engine: Engine, key: str) -> None:
    with opened(engine) as session:
        session.add(Town(key=key, name=key))


def test_nothing_is_asked_again_until_somebody_writes(base: tuple[Engine, Engine]) -> None:
    """Another process or this one; every commit is seen at the next question, a rollback costs nothing but the question."""
    ours, theirs = base
    towns = Asking(ours)
    assert [towns(), towns(), towns.asked] == [0, 0, 1]
    add(theirs, "a")
    assert [towns(), towns(), towns.asked] == [1, 1, 2]
    add(ours, "b")
    assert [towns(), towns(), towns.asked] == [2, 2, 3]
    with Session(theirs) as session:
        session.add(Town(key="c", name="c"))
        session.flush()
        session.rollback()
    assert towns() == 2
    with opened(theirs) as session:
        session.execute(delete(Town))
    assert towns() == 0


def test_a_write_that_is_under_way_is_neither_seen_early_nor_missed(base: tuple[Engine, Engine]) -> None:
    """Asked before, during and after the transaction of another."""
    ours, theirs = base
    towns = Asking(ours)
    with opened(theirs) as session:
        session.add(Town(key="a", name="a"))
        session.flush()
        assert towns() == 0
    assert towns() == 1


def test_what_we_write_ourselves_is_seen_before_it_is_kept(base: tuple[Engine, Engine]) -> None:
    """Within one transaction, and if it is rolled back, nothing of it stays."""
    ours, _ = base
    towns = Asking(ours)
    assert towns() == 0
    with Session(ours) as session:
        assert once(session, "towns", lambda: towns.ask(session)) == 0
        session.add(Town(key="a", name="a"))
        session.flush()
        assert once(session, "towns", lambda: towns.ask(session)) == 1
        session.rollback()
    assert towns() == 0


def test_questions_do_not_fill_the_memory(base: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many different ones there are, as from somebody who tries keys."""
    monkeypatch.setattr(unchanged, "MOST", 10)
    with opened(base[0]) as session:
        for number in range(100):
            assert once(session, number, lambda number=number: number) == number  # type: ignore[misc]
        assert len(session.connection().info["answers"]) <= 12
