"""
Two workers on two networks and one PostgreSQL audit the bundled towns, copied many times; one worker is killed; nobody can tell.

``python -m tests.fleet_show [--copies 30]`` needs root, ``ip`` and a PostgreSQL server, and says so where they are missing. Each copy has
hosts of its own. What comes out is compared, page by page and verdict by verdict, with one copy that a single process has audited;
only the months of the endless calendar are left out.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from audit import catalogue
from audit.inventory import profile as profiles
from audit.inventory.profile import Profile
from audit.jobs import fleet
from audit.run.crawling import Reading, crawl
from audit.run.judging import judge, silent
from audit.run.opening import open_audit
from db.desk import Job
from db.models import Crawl, Finding, Page, Town
from db.schema import open_engine
from db.session import opened
from db.terms import JobState
from tests.conftest import namespaces, postgres_bin, postgres_server
from tests.towns.demo import TOWNS
from tests.towns.server import TownServer
from tests.towns.site import FOLDER, Answer
from tests.towns.site import Town as Invented
from tests.towns.site import towns as invented

COPIES = 30
COPY = re.compile(r"-k([0-9]{3})(?=\.example)")
ENDLESS = re.compile(r"/kalender/\?monat=")
"""Pages of a calendar without end: which of its months are read before the crawler has seen enough is a matter of whose answer comes first."""

WORKERS = 2
NET = "10.77"
DATABASE = "verbund"

Result = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""All pages and all verdicts of an audit, as if its town were no copy."""


class Copies:
    """The bundled towns, at hosts that name their copy: www.musterhafen-k007.example."""

    def __init__(self, towns: Sequence[Invented]) -> None:
        self.towns, self.names = towns, [name for town in towns for name in town.names]

    def answer(self, host: str, target: str) -> Answer | None:
        """Answer for a copy as its town does; what names a host names that of the same copy."""
        found = COPY.search(host)
        if found is None:
            return None
        mark = found[0]
        for town in self.towns:
            if (answer := town.answer(COPY.sub("", host), COPY.sub("", target))) is not None:
                headers = {name: _marked(value, mark) for name, value in answer.headers.items()}
                return replace(
                    answer, body=answer.body.replace(b".example", f"{mark}.example".encode()), headers=headers
                )
        return None


def main(words: Sequence[str]) -> int:
    """Run it, print what happened, and return 0 if both results are the same."""
    parser = argparse.ArgumentParser(prog="tests.fleet_show", description=__doc__)
    parser.add_argument("--copies", type=int, default=COPIES)
    copies = parser.parse_args(words).copies
    if not namespaces() or postgres_bin() is None:
        print("This needs root, the program ip, network namespaces and a PostgreSQL server; here they are not.")
        return 2
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fundstelle-show-")))
        nets = [stack.enter_context(network(number)) for number in range(1, WORKERS + 1)]
        served: list[Any] = [Copies(invented(FOLDER))]
        towns = stack.enter_context(TownServer(served=served, address="0.0.0.0"))
        server = stack.enter_context(postgres_server(listening=",".join(host for _, host in nets)))
        engine = open_engine(server(DATABASE))
        port = towns.proxy.rpartition(":")[2]
        wanted = alone(home, towns.proxy)
        print(f"One process has audited {len(TOWNS)} towns: {sum(len(pages) for pages, _ in wanted.values())} pages.")
        seconds = together(engine, home, nets, port=port, copies=copies)
        wrong = different(engine, wanted, copies=copies)
        engine.dispose()
    count = copies * len(TOWNS)
    print(f"Two workers, one of them killed, have audited {count} towns in {seconds:.0f} s.")
    print("\n".join(wrong) if wrong else f"All {count} have the same pages and verdicts as with one process.")
    return 1 if wrong else 0


@contextmanager
def network(number: int) -> Iterator[tuple[list[str], str]]:
    """Make a network of its own; give what runs a program in it, and the address at which it reaches us."""
    name, ours, theirs = (
        f"show-{os.getpid()}-{number}",
        f"sh{os.getpid() % 10000}o{number}",
        f"sh{os.getpid() % 10000}t{number}",
    )
    host, guest = f"{NET}.{number}.1", f"{NET}.{number}.2"
    within = ["ip", "netns", "exec", name]
    commands = [
        ["ip", "netns", "add", name],
        ["ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name],
        ["ip", "addr", "add", f"{host}/24", "dev", ours],
        ["ip", "link", "set", ours, "up"],
        [*within, "ip", "addr", "add", f"{guest}/24", "dev", theirs],
        [*within, "ip", "link", "set", theirs, "up"],
        [*within, "ip", "link", "set", "lo", "up"],
    ]
    try:
        for command in commands:
            subprocess.run(command, check=True)
        yield within, host
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "link", "del", ours], check=False, stderr=subprocess.DEVNULL)


def alone(home: Path, proxy: str) -> dict[str, Result]:
    """Audit one copy of each town in this process, over SQLite, and return what came out by the key of the town."""
    os.environ |= {"FUNDSTELLE_HOME": str(home / "alone"), "HTTP_PROXY": proxy, "http_proxy": proxy}
    os.environ |= {"NO_PROXY": "", "no_proxy": ""}
    engine, rules = open_engine(f"sqlite:///{home / 'alone.db'}"), catalogue.load()
    found = {}
    for town in TOWNS:
        audit = open_audit(engine, copied(town, 0), now=_now()).audit_id
        reading = Reading(no_delay=True)
        crawl(engine, audit, catalogue=rules, reading=reading, report=lambda _event: None, clock=_now)
        judge(engine, audit, rules, now=_now(), report=silent)
        found[town] = result(engine, audit)
    engine.dispose()
    return found


def together(engine: Engine, home: Path, nets: Sequence[tuple[list[str], str]], *, port: str, copies: int) -> float:
    """Let two workers audit all copies, kill one when half is done, and return the seconds until all has ended."""
    with opened(engine) as session:
        session.add_all(copied(town, number).town() for number in range(1, copies + 1) for town in TOWNS)
    fleet.start(engine, now=_now())
    start = time.monotonic()
    workers = [
        subprocess.Popen(
            [*within, str(Path(sys.executable).parent / "fundstelle"), "worker", "--no-delay"],
            env={
                **os.environ,
                "FUNDSTELLE_HOME": str(home / f"worker-{number}"),
                "DATABASE_URL": f"postgresql://fundstelle@{host}/{DATABASE}",
                "HTTP_PROXY": f"http://{host}:{port}",
                "http_proxy": f"http://{host}:{port}",
            },
        )
        for number, (within, host) in enumerate(nets)
    ]
    try:
        _wait(engine, copies * len(TOWNS) // 2, workers=workers)
        victim = workers[0]
        victim.kill()
        victim.wait()
        print(f"Half is done after {time.monotonic() - start:.0f} s; one worker is killed in the middle of an audit.")
        _wait(engine, copies * len(TOWNS), workers=workers[1:])
        return time.monotonic() - start
    finally:
        for one in workers:
            one.kill()
            one.wait()


def _wait(engine: Engine, ended: int, *, workers: Sequence[subprocess.Popen[bytes]]) -> None:
    counted = select(func.count()).select_from(Job).where(Job.ended.is_not(None))
    while True:
        with opened(engine) as session:
            if (session.scalar(counted) or 0) >= ended:
                return
        assert all(one.poll() is None for one in workers), "a worker has ended by itself"
        time.sleep(1)


def different(engine: Engine, wanted: dict[str, Result], *, copies: int) -> list[str]:
    """Return a line for each copy that did not come out as it should."""
    with opened(engine) as session:
        rows = session.execute(select(Town.key, Job.audit_id, Job.state).join(Job, Job.town_id == Town.id)).all()
    wrong = [f"{len(rows)} orders instead of {copies * len(TOWNS)}"] if len(rows) != copies * len(TOWNS) else []
    for key, audit, state in rows:
        pages, verdicts = wanted[key.rpartition("-")[0]]
        found = result(engine, audit)
        if state != JobState.DONE:
            wrong.append(f"{key}: {state}")
        elif found != (pages, verdicts):
            sides = [set(one) ^ set(other) for one, other in zip(found, (pages, verdicts), strict=True)]
            wrong.append(
                f"{key}: {len(sides[0])} pages and {len(sides[1])} verdicts differ, as {sorted(map(str, sides[0] or sides[1]))[:2]}"
            )
    return wrong


def result(engine: Engine, audit: int) -> Result:
    """Return all pages and verdicts of an audit, what names its copy taken off."""
    with opened(engine) as session:
        pages = select(Page.url, Page.status, Page.error, Page.title, Page.main_text).join(Crawl)
        verdicts = select(Finding.criterion, Finding.verdict, Finding.score, Finding.best_url)
        plain = (
            [
                tuple(COPY.sub("", cell) if isinstance(cell, str) else cell for cell in row)
                for row in session.execute(wanted)
            ]
            for wanted in (pages.where(Crawl.audit_id == audit), verdicts.where(Finding.audit_id == audit))
        )
        first, second = (sorted(rows, key=str) for rows in plain)
        return [row for row in first if not ENDLESS.search(str(row[0]))], second


def copied(town: str, number: int) -> Profile:
    """Return the profile of a copy of a bundled town."""
    told = profiles.read(FOLDER / town / "town.yaml").model_dump(mode="json")
    for site in told["sites"]:
        site["url"] = _marked(site["url"], f"-k{number:03}")
    return Profile.model_validate(
        {**told, "key": f"{town}-{number:03}", "budget": {**told["budget"], "delay_seconds": 0}}
    )


def _marked(text: str, mark: str) -> str:
    return text.replace(".example", f"{mark}.example")


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
