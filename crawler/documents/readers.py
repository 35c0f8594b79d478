"""
Starts the processes that read documents, hands them one document at a time and buries those that break.

Does not read documents itself and never raises for what is in them: a reader that crashes, hangs or answers nonsense is
a ``Document`` with its ``reason``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from crawler import kinds
from crawler.documents import Document, Reason

ROOT = Path(__file__).parents[2]
MOST = 2
"""Processes at one time."""

REQUEST = struct.Struct(">?I")  #: is it a PDF, bytes that follow
REPLY = struct.Struct(">I")  #: bytes of JSON that follow

_MOST_BYTES = 3_000_000  # of an answer: 200,000 characters, escaped
_USES = 200  # documents that one process reads, so that what native code forgets to give back does not grow
_GRACE = 5.0  # seconds; the process ends itself before
_TOO_LONG = {-signal.SIGALRM, -signal.SIGXCPU}


class Limits(NamedTuple):
    """What one document may cost."""

    memory: int = (
        400_000_000  #: bytes of address space; an ordinary 9 MB document needs 90 MB, the interpreter included
    )
    processor: int = 15  #: seconds
    wall: int = 30  #: seconds


class Reader(NamedTuple):
    """A process and how often it was used."""

    process: Process
    uses: int = 0


class Readers:
    """At most ``MOST`` processes, started when there is something to read; ``close`` ends them."""

    def __init__(self, *, limits: Limits = Limits()) -> None:  # noqa: B008 - immutable
        self.limits = limits
        self._room = asyncio.Semaphore(MOST)
        self._idle: list[Reader] = []

    async def read(self, body: bytes, media: str) -> Document:
        """Return what a document says; ``media`` is its type as ``media_of`` has it."""
        async with self._room:
            try:
                reader = self._living() or await self._start()
            except OSError:
                return Document(reason="crash")
            try:
                async with asyncio.timeout(self.limits.wall + _GRACE):
                    answer = await _ask(reader.process, body, is_pdf=media == kinds.PDF)
                found = Document.model_validate_json(answer)
            except TimeoutError:
                _kill(reader.process)
                await _end(reader.process)
                return Document(reason="time")
            except (OSError, EOFError, ValidationError):
                return Document(reason=_cause(await _end(reader.process)))
            except BaseException:
                _kill(reader.process)
                raise
            await self._keep(reader)
            return found

    async def close(self) -> None:
        """End all processes that wait for work."""
        while self._idle:
            await _end(self._idle.pop().process)

    def _living(self) -> Reader | None:
        """Return a process that waits for work; one that the system ended in the meantime is forgotten."""
        while self._idle:
            reader = self._idle.pop()
            if reader.process.returncode is None:
                return reader
        return None

    async def _keep(self, reader: Reader) -> None:
        if reader.uses + 1 < _USES:
            self._idle.append(reader._replace(uses=reader.uses + 1))
        else:
            await _end(reader.process)

    async def _start(self) -> Reader:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "crawler.documents", *map(str, self.limits)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            # Nothing of ours that a broken reader could tell: neither the database nor a proxy with its password.
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # a Ctrl-C at the terminal is for us
        )
        return Reader(process)


@contextmanager
def reading() -> Iterator[Callable[[bytes, str], Document]]:
    """Give a function that reads documents one after the other, for code without an event loop."""
    with asyncio.Runner() as runner:
        readers = Readers()
        try:
            yield lambda body, media: runner.run(readers.read(body, media))
        finally:
            runner.run(readers.close())


async def _ask(process: Process, body: bytes, *, is_pdf: bool) -> bytes:
    """
    Return the answer of a process.

    Raises:
        OSError: it is dead.
        EOFError: it died, or says that its answer is longer than one can be.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(REQUEST.pack(is_pdf, len(body)) + body)
    await process.stdin.drain()
    (size,) = REPLY.unpack(await process.stdout.readexactly(REPLY.size))
    if size > _MOST_BYTES:
        raise EOFError
    return await process.stdout.readexactly(size)


async def _end(process: Process) -> int:
    """
    End a process and return its exit code.

    One that is dead already must not be killed: asyncio would then lose what it died of.
    """
    assert process.stdin is not None
    process.stdin.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(_GRACE):
            return await process.wait()
    _kill(process)
    return await process.wait()


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _cause(code: int) -> Reason:
    return "time" if code in _TOO_LONG else "crash"
