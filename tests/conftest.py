"""
What several rooms' tests share: databases, a browser, and the rule that nothing is skipped in CI.

Does not hold test data; that stands beside the tests that use it.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from ctypes.util import find_library
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from db.schema import open_engine

# Each process that a test starts would compile all of ours anew, which takes as long as to load it.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

NEEDS = {
    "browser": "Chromium",
    "postgres": "a PostgreSQL server",
    "pango": "Pango",
    "nginx": "nginx",
    "systemd": "systemd-analyze",
    "namespaces": "the right to make network namespaces (root and ip)",
}


def chromium() -> str | None:
    """Return the path of an installed Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def postgres_bin() -> Path | None:
    """Return the folder of PostgreSQL's server programs."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path))
    return next((place.parent for place in places if (place.parent / "postgres").exists()), None)


def namespaces() -> bool:
    """May we make network namespaces, and is there the program for it?"""
    if os.getuid() != 0 or shutil.which("ip") is None or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many tests wait for other processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here, with its reason; in CI it runs and fails instead."""
    found = {"browser": chromium(), "postgres": postgres_bin(), "pango": find_library("pangoft2-1.0")}
    found |= {"nginx": shutil.which("nginx"), "systemd": shutil.which("systemd-analyze")}
    may_not = [] if namespaces() else ["namespaces"]
    for item in items:
        for marker, place in found.items():
            if place is None and item.get_closest_marker(marker) and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=f"{NEEDS[marker]} is not installed"))
        # A machine that forbids it cannot be taught to; where it is allowed this runs, in CI too.
        for marker in may_not:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"{NEEDS[marker]} is missing"))


@pytest.fixture(autouse=True)
def log_of_one_test() -> Iterator[None]:
    """Take away what a command run here has set up for its log: it writes to a stream that ends with its test."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in before]:
        # The others are those of the test runner, which takes them away by itself.
        if type(handler) in {logging.StreamHandler, logging.FileHandler}:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with all tables, made once: a copy of it takes a twentieth of the time."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    open_engine(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def engine(tmp_path: Path, empty_file: Path) -> Iterator[Engine]:
    """An empty SQLite database of the present schema."""
    shutil.copy(empty_file, tmp_path / "test.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server of our own; gives the address of a new database by name."""
    with postgres_server() as server:
        yield server


ICU = 15
"""The version of PostgreSQL whose databases may sort by ICU."""


class PostgresServer:
    """
    A real PostgreSQL server on a Unix socket, which gives the address of a new database by name.

    It may be run ``within`` a network namespace, and be reached there by all under ``listening`` addresses as well.
    """

    def __init__(self, folder: Path, *, within: Sequence[str] = (), listening: str = "") -> None:
        programs = postgres_bin()
        assert programs is not None
        self.folder, self._programs, self._listening = folder, programs, listening
        # The server refuses to run as root.
        self._prefix = [*within]
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
            self._prefix += ["runuser", "-u", "postgres", "--"]
        self._run("initdb", "-U", "fundstelle", "--auth=trust", "-E", "UTF8", "--no-sync", *self._german())
        if listening:
            with (folder / "data" / "pg_hba.conf").open("a") as file:
                file.write("host all all all trust\n")

    def _german(self) -> list[str]:
        """Return what makes it sort as a German town's server does, "a" before "B", which a server from version 15 on can by itself."""
        told = subprocess.check_output([str(self._programs / "initdb"), "--version"], text=True)
        version = re.search(r"(\d+)", told)
        may = version is not None and int(version[1]) >= ICU
        return ["--locale-provider=icu", "--icu-locale=de-DE"] if may else []

    def _run(self, program: str, *words: str) -> None:
        data = ["-D", str(self.folder / "data")]
        command = [*self._prefix, str(self._programs / program), *data, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def start(self) -> None:
        """Start it, also after a crash, and return when it answers."""
        options = f"-k {self.folder} -c listen_addresses='{self._listening}' -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Kill it with all that serves connections, as a machine does that loses its power."""
        first = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for number in [first, *children]:
            with suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGKILL)
        while any(Path(f"/proc/{number}/stat").exists() for number in [first, *children]):
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def __call__(self, name: str) -> str:
        with psycopg.connect(
            host=str(self.folder), user="fundstelle", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        return f"postgresql://fundstelle@/{name}?host={self.folder}"


@contextmanager
def postgres_server(*, within: Sequence[str] = (), listening: str = "") -> Iterator[PostgresServer]:
    """Run a real PostgreSQL server while the ``with`` block lasts; see there."""
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/fundstelle-pg.XXXXXX"], text=True).strip())
    server = PostgresServer(folder, within=within, listening=listening)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
