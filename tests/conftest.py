"""
What several rooms' tests share: databases, a browser, and the rule that nothing is skipped in CI.

Does not hold test data; that stands beside the tests that use it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from db.schema import open_engine

NEEDS = {
    "browser": "Chromium",
    "postgres": "a PostgreSQL server",
    "pango": "Pango",
    "nginx": "nginx",
    "systemd": "systemd-analyze",
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here, with its reason; in CI it runs and fails instead."""
    found = {"browser": chromium(), "postgres": postgres_bin(), "pango": find_library("pangoft2-1.0")}
    found |= {"nginx": shutil.which("nginx"), "systemd": shutil.which("systemd-analyze")}
    for item in items:
        for marker, place in found.items():
            if place is None and item.get_closest_marker(marker) and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=f"{NEEDS[marker]} is not installed"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database of the present schema."""
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL server of our own; gives the address of a new database by name."""
    with postgres_server() as new_database:
        yield new_database


@contextmanager
def postgres_server() -> Iterator[Callable[[str], str]]:
    """Run a real PostgreSQL server on a Unix socket; gives the address of a new database by name."""
    programs = postgres_bin()
    assert programs is not None
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/fundstelle-pg.XXXXXX"], text=True).strip())
    # The server refuses to run as root.
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    prefix = ["runuser", "-u", user, "--"] if os.getuid() == 0 else []
    if prefix:
        shutil.chown(folder, user)

    def run(*words: str) -> None:
        subprocess.run([*prefix, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    data = str(folder / "data")
    run(str(programs / "initdb"), "-D", data, "-U", "fundstelle", "--auth=trust", "-E", "UTF8", "--no-sync")
    run(
        str(programs / "pg_ctl"),
        "-D",
        data,
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        f"-k {folder} -c listen_addresses= -c fsync=off",
        "start",
    )

    def new_database(name: str) -> str:
        with psycopg.connect(host=str(folder), user="fundstelle", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        return f"postgresql://fundstelle@/{name}?host={folder}"

    try:
        yield new_database
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
