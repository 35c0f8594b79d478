"""
The desk on a loopback port, over an empty database, with and without sign-in.

Does not test anything.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine, select

from audit.catalogue.files import used_by
from audit.jobs.settling import Settler
from audit.run import deciding
from audit.run.reaching import Reached
from audit.web import signing, tries
from audit.web.app import app
from audit.web.settings import Settings
from db.desk import Act, Person
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.visitor import Visitor
from tests.reports.conftest import browser  # noqa: F401 a fixture
from tests.reports.towns import MUSTERHAFEN, catalogue, write

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PASSWORD = "ein Satz mit Ostsee"


class Clock:
    """The time, which passes only when a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed with a hundredth of the work; that it is enough outside of tests is ``test_signing``'s matter. Nobody has tried anything yet."""
    made = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    monkeypatch.setattr(signing, "hasher", lambda: made)
    signing._nobodys.cache_clear()
    tries._limiter.storage.reset()


@pytest.fixture
def clock() -> Clock:
    """The clock of the desk."""
    return Clock()


def _here(engine: Engine, key: str, clock: Callable[[], datetime]) -> None:
    """Judge anew in this process; ``test_settling`` does it as the desk does."""
    deciding.settle(engine, key, rules=used_by, clock=clock)


def _there(_engine: Engine, url: str) -> Reached:
    """Every website answers by https; ``test_reaching`` looks as the desk does."""
    return Reached(url, "https")


@contextmanager
def serving(engine: Engine, clock: Clock, *, sign_in: bool, **around: Any) -> Iterator[str]:
    """Serve the desk and give its address; ``around`` is what the environment would say (``Settings``)."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        around = {"settler": Settler(_here), "reach": _there, **around}
        desk = app(Settings(engine, address, sign_in, clock, **around))
        server = uvicorn.Server(uvicorn.Config(desk, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk on the own machine, where nobody signs in; shared by tests that change nothing."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('desk') / 'desk.db'}")
    with serving(engine, Clock(), sign_in=False) as address:
        yield address
    engine.dispose()


@pytest.fixture
def alone(at_home: str) -> Visitor:
    """Somebody at the own machine."""
    return Visitor(at_home)


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> Iterator[str]:
    """The address of a desk that wants people to sign in."""
    with serving(engine, clock, sign_in=True) as address:
        yield address


@pytest.fixture
def person(engine: Engine) -> Callable[..., Person]:
    """Makes people who can sign in with ``PASSWORD``."""
    hashed: list[str] = []

    def make(role: PersonRole, email: str = "") -> Person:
        # Hashing takes its time on purpose, so everybody here has the same.
        hashed.append(hashed[0] if hashed else signing.hasher().hash(PASSWORD))
        one = Person(email=email or f"{role}@stadt.example", name=role.title(), role=role, made=NOW, password=hashed[0])
        with opened(engine) as session:
            session.add(one)
        return one

    return make


@pytest.fixture
def enter(desk: str, engine: Engine, person: Callable[..., Person], clock: Clock) -> Callable[..., Visitor]:
    """Makes browsers in which a person of a role has signed in."""

    def come(role: PersonRole) -> Visitor:
        one = person(role)
        with opened(engine) as session:
            secret = signing.begin(session, one, browser="", now=clock())
        visitor = Visitor(desk, {"fundstelle": secret})
        visitor.open("/")
        return visitor

    return come


# A town at the desk


def store_hafen(engine: Engine) -> None:
    """Write Musterhafen: a judged audit, sites of every standing, quotes."""
    with opened(engine) as session:
        write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=catalogue())


@pytest.fixture
def hafen(engine: Engine) -> Engine:
    """The database with Musterhafen."""
    store_hafen(engine)
    return engine


@pytest.fixture
def at_hafen(hafen: Engine, clock: Clock) -> Iterator[Visitor]:
    """Somebody at a desk of his own with Musterhafen, who may do everything."""
    with serving(hafen, clock, sign_in=False) as address:
        yield Visitor(address)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, Engine]]:
    """The same with its database, shared by tests that change nothing."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('hafen') / 'desk.db'}")
    store_hafen(engine)
    with serving(engine, Clock(), sign_in=False) as address:
        yield Visitor(address), engine
    engine.dispose()


@pytest.fixture
def acts(hafen: Engine) -> Callable[[], list[tuple[str, str]]]:
    """What stands in the log, the latest last."""

    def read() -> list[tuple[str, str]]:
        with opened(hafen) as session:
            return [(act.what, act.about) for act in session.scalars(select(Act).order_by(Act.id))]

    return read
