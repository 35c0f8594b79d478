"""
Starts the crawling process, or another one of ours, feeds it one job and passes its events on.

Does not crawl: Twisted can be started once in a process, and a crash while crawling must not take an audit with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from crawler import nursery
from crawler.nursery import Child
from db.errors import CrawlError, HostBusyError

INTERRUPTED = 130
GRACE = 15.0  # seconds the child has to end itself; it allows itself ten
TAIL = 15  # lines of the log that an error shows
LOOKS = 0.5  # seconds between two looks whether the crawl shall stop


def never() -> bool:
    """Say that a crawl shall go on."""
    return False


def crawl(
    job: Mapping[str, Any], *, report: Callable[[dict[str, Any]], None], stopped: Callable[[], bool] = never
) -> None:
    """
    Read all open crawls of an audit, ask the searches of its sites, or look at single addresses, in a process of their own; return when they have ended.

    Args:
        job: ``database``: its address; ``audit``: its number; ``hints``: words that make a link promising;
            ``archive``: a WARC file that keeps what is read; ``replay``: WARC files that are read instead of the network;
            ``no_delay``: for servers on loopback; ``revalidate``: keep what has not changed since the last audit; ``allowed_private``: private hosts that may be read;
            ``browser``: show pages that scripts make in an installed Chromium, if there is one;
            ``searches``: with it nothing is read, but the search of each of these sites is asked: ``{"site": its number,
            "url": an address with {query}, "door": its front door, "queries": [words], "charset": of its front page}``;
            ``looks``: with it nothing is stored: ``{"urls": addresses of one host, "keep": send their bodies along}``;
            ``epoch``: of the order (``Job``) that is done; None: there is no order;
            ``patience``: seconds to wait, when all else is read, for hosts that other audits read; None: for ever;
            ``budget``: ``pages_per_site``, ``seconds_per_site``, ``delay_seconds``, ``shown_per_site`` (optional: pages in the browser); ``log``: a file, or None; ``town``: its key, for the log.
        report: Is called with each event: ``{"event": "progress", "site", "pages", "waiting", "budget"}``,
            ``{"event": "ended", "site", "end", "pages", "detail"}`` or, of a search,
            ``{"event": "asked", "site", "asked", "of"}``, or of a look ``{"event": "looked", "url", "status", "error", "body": base64
            or None, "content_type"}``; ``{"event": "busy", "site"}`` where another audit reads the host. If it raises, the crawl stops.
        stopped: Is asked now and then, from another thread, whether the crawl shall be interrupted.

    Raises:
        KeyboardInterrupt: the crawl was interrupted; what was read is stored and the rest can be read later.
        HostBusyError: other audits were reading the last hosts for longer than ``patience``.
        CrawlError: the process broke.
    """
    busy: dict[str, None] = {}

    def told(event: dict[str, Any]) -> None:
        if event["event"] == "unread":
            busy[event["site"]] = None
        else:
            report(event)

    run("crawler.__main__", job, report=told, stopped=stopped)
    if busy:
        raise HostBusyError([*busy])


def run(
    module: str,
    job: Mapping[str, Any],
    *,
    report: Callable[[dict[str, Any]], None],
    stopped: Callable[[], bool] = never,
    name: str = "lesende",
    ahead: str = "",
) -> None:
    """
    Run a module of ours as a process that reads one job from standard input, prints events, and stops when its input ends.

    Two that have the same ``log`` do not run at the same time. ``name`` says in errors what the process does; for ``ahead`` see
    ``nursery.begin``. Else as ``crawl``.
    """
    with _log(job.get("log")) as log, _terminable():
        child = _start(module, {**job, "log": str(log)}, log=log, stopped=stopped, ahead=ahead)
        try:
            with _stoppable(child, stopped):
                for event in _events(child):
                    report(event)
        finally:
            code = _end(child)
        # A child that is stopped before it can listen dies of the signal.
        if code in {INTERRUPTED, -signal.SIGTERM}:
            raise KeyboardInterrupt
        if code:
            raise CrawlError(
                f"Der {name} Prozess ist mit {code} abgebrochen.\n{_tail(log)}",
                remedy="Starten Sie den Lauf noch einmal, er geht an derselben Stelle weiter.",
            )


def _start(
    module: str, job: Mapping[str, Any], *, log: Path, stopped: Callable[[], bool] = never, ahead: str = ""
) -> Child:
    with log.open("ab") as errors:
        _reserve(errors, stopped)
        child = nursery.begin(module, stderr=errors, env=os.environ, ahead=ahead)
    with suppress(BrokenPipeError):  # it is dead already; its exit code tells
        child.stdin.write(json.dumps(job).encode() + b"\n")
        child.stdin.flush()  # stays open: its end is the sign to stop
    return child


def _reserve(log: IO[bytes], stopped: Callable[[], bool]) -> None:
    """
    Wait until no other child reads the same: a killed parent leaves one behind that still stores what it has.

    The lock belongs to the open file, which the child inherits, so it is free when the child is gone and not before.
    """
    end = time.monotonic() + GRACE
    while True:
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise CrawlError(
                    "Dieselbe Prüfung wird gerade an anderer Stelle gelesen.", remedy="Warten Sie, bis sie fertig ist."
                ) from None
            if stopped():
                raise KeyboardInterrupt from None
            time.sleep(0.1)
        else:
            return


@contextmanager
def _stoppable(child: Child, stopped: Callable[[], bool]) -> Iterator[None]:
    """Interrupt the child as soon as it shall stop, also while it has nothing to tell."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOKS):
            if stopped():
                with suppress(BrokenPipeError):
                    child.stdin.close()
                # One that hangs does not listen, and its events would be waited for without end.
                if not over.wait(GRACE):
                    child.kill()
                return

    watching = threading.Thread(target=watch, daemon=True)
    if stopped is not never:
        watching.start()
    try:
        yield
    finally:
        over.set()
        if watching.ident is not None:
            watching.join()


def _events(child: Child) -> Iterator[dict[str, Any]]:
    for line in child.stdout:
        if line.endswith(b"\n"):  # a killed child may leave half a line
            yield json.loads(line)


def _end(child: Child) -> int:
    """Ask the child to stop if it runs, wait for it and return its exit code."""
    with suppress(BrokenPipeError):
        child.stdin.close()
    # A full pipe would keep the child from ending.
    drain = threading.Thread(target=child.stdout.read, daemon=True)
    drain.start()
    try:
        code = child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        code = child.wait()
    drain.join()
    child.stdout.close()
    return code


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM interrupt like Ctrl-C; only the main thread of a process may decide about signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _log(place: str | None) -> Iterator[Path]:
    if place is not None:
        # What another machine began may be gone on with on one that has no such folder yet.
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        yield Path(place)
        return
    with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder:
        yield Path(folder) / "crawl.log"


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-TAIL:])
