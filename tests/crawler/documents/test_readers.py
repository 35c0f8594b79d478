"""Documents are read in processes of their own, and whatever happens to those is a Document with a reason."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crawler import kinds
from crawler.documents import Document
from crawler.documents.readers import MOST, Limits, Readers, reading
from tests.crawler.documents import made
from tests.crawler.documents.test_office import CORE

GOOD = made.drawn(["Gut"])


def run(work: Callable[[Readers], Coroutine[Any, Any, Any]], **limits: int) -> Any:
    """Do something with readers and close them."""

    async def whole() -> Any:
        readers = Readers(limits=Limits(**limits))
        try:
            return await work(readers)
        finally:
            await readers.close()

    return asyncio.run(whole())


def children() -> set[int]:
    """Return the processes of this one."""
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


def nested() -> bytes:
    """Return a PDF of a kilobyte that paints a thousand times a thousand times a thousand times nothing."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 5 5] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    )
    forms = [
        made.stream(
            b"/X Do " * 1000,
            b"/Type /XObject /Subtype /Form /BBox [0 0 5 5] /Resources << /XObject << /X %d 0 R >> >>" % number,
        )
        for number in range(6, 9)
    ]
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return made.raw(b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, made.stream(b"/X Do " * 1000), *forms)


HOSTILE = {
    "nothing": b"",
    "only its name": b"%PDF-1.7",
    "html": b"%PDF-1.7 <html><p>Fehler",
    "cut off": GOOD[: len(GOOD) // 2],
    "zeros": b"%PDF-1.4" + bytes(5_000_000),
    "brackets": made.raw(b"<< /Pages 2 0 R /X " + b"[" * 500_000 + b" >>"),
    "dictionaries": b"%PDF-1.4\n" + b"1 0 obj << /A " * 200_000,
    "huge page": made.painted(b"0 0 m 1 1 l S " * 10_000_000),
    "huge space": made.painted(bytes(500_000_000)),
    "loop of pages": made.raw(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99999999 >>"
    ),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_comes_in_the_next_document_is_read(body: bytes) -> None:
    """No file makes the caller fail, and none is in the way of the next."""
    with reading() as read:
        first = read(body, kinds.PDF)
        assert first.text == ""
        assert read(GOOD, kinds.PDF).text == "Gut"


def test_memory_is_bounded() -> None:
    """A page that unpacks to half a gigabyte breaks its reader, not the machine."""
    with reading() as read:
        assert read(HOSTILE["huge space"], kinds.PDF).reason in {"crash", "memory"}


@pytest.mark.parametrize("limits", [{"processor": 1}, {"wall": 1}])
def test_time_is_bounded(limits: dict[str, int]) -> None:
    """What never ends is ended by the system, also inside native code."""
    body = nested()

    async def work(readers: Readers) -> list[Document]:
        return [await readers.read(each, kinds.PDF) for each in (body, GOOD)]

    slow, good = run(work, memory=4_000_000_000, **limits)
    assert (slow.reason, good.text) == ("time", "Gut")


def test_a_reader_serves_many_documents() -> None:
    """One process reads one document after the other, office files as well."""

    async def work(readers: Readers) -> tuple[list[Document], set[int]]:
        found = [await readers.read(GOOD, kinds.PDF)]
        first = children()
        found.append(
            await readers.read(made.office(docProps__core_xml=CORE), "application/vnd.oasis.opendocument.text")
        )
        return found, first ^ children()

    (pdf, office), changed = run(work)
    assert (pdf.text, office.title, changed) == ("Gut", "Bericht & Plan", set())


def test_no_more_than_two_read_at_once() -> None:
    """Others wait for their turn; when all is done no process is left."""
    before = children()

    async def work(readers: Readers) -> tuple[list[Document], int]:
        found = await asyncio.gather(*(readers.read(GOOD, kinds.PDF) for _ in range(5)))
        return found, len(children() - before)

    found, processes = run(work)
    assert [each.text for each in found] == ["Gut"] * 5
    assert processes == MOST
    assert children() <= before


def test_a_reader_that_died_while_waiting_is_replaced() -> None:
    """The system may end an idle process; the next document does not pay for it."""

    async def work(readers: Readers) -> Document:
        await readers.read(GOOD, kinds.PDF)
        process = readers._idle[0].process
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        return await readers.read(GOOD, kinds.PDF)

    assert run(work).text == "Gut"


def test_who_gives_up_waiting_leaves_no_process() -> None:
    """A cancelled reading ends its process, and the next one gets a new one."""
    before = children()

    async def work(readers: Readers) -> Document:
        task = asyncio.ensure_future(readers.read(nested(), kinds.PDF))
        while not children() - before:  # noqa: ASYNC110 - the system does not tell of a new process
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        return await readers.read(GOOD, kinds.PDF)

    assert run(work).text == "Gut"
    assert children() <= before


@pytest.mark.parametrize(
    "answer",
    ["", r"\0\0\0\2[]", r"\0\0\0\17{\"text\": 5}   ", r"\377\377\377\377", r"\0\0\0\1", r"\0\0\0\4nope"],
    ids=["silence", "list", "number", "four gigabytes", "half", "no JSON"],
)
def test_nothing_is_believed_without_checking(answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that was taken over may answer anything; it is a crash."""
    taken = tmp_path / "taken"
    taken.write_text(f"#!/bin/sh\nhead -c 5 >/dev/null\nprintf '{answer}'\n")
    taken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(taken))
    with reading() as read:
        assert read(GOOD, kinds.PDF) == Document(reason="crash")


def test_a_reader_that_cannot_be_started_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """No memory or no program: the crawl goes on."""
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with reading() as read:
        assert read(GOOD, kinds.PDF) == Document(reason="crash")


@pytest.mark.parametrize(
    "value", [{"text": "x" * 200_001}, {"pages": -1}, {"starts": ["a"]}, {"form": "x"}, {"url": "x"}]
)
def test_values_are_checked(value: dict[str, Any]) -> None:
    """What no document can say is refused."""
    with pytest.raises(ValidationError):
        Document.model_validate(value)
