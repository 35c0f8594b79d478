"""
What happens at the desk while one watches: server-sent events from one look a second, shared by all who follow the same.

Does not know what is looked at. A follower costs no thread: it waits on the event loop until the shared look has seen something new.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from db.errors import NotFoundError, StoreError
from reports import render
from reports.language import LOCALES, speaking

PAUSE = 1.0
"""Seconds between two looks."""

PING = 15.0
"""Seconds after which a line that says nothing keeps proxies from hanging up."""

LONGEST = 1800.0
"""Seconds of one stream; the browser then asks again, and it is looked again who asks."""

_closing = threading.Event()

HEADERS = {"x-accel-buffering": "no"}


class Seen(NamedTuple):
    """What a look saw: the part of the page in each language, and whether nothing more will come."""

    parts: dict[str, str]
    is_over: bool


Look = Callable[[], Seen]
"""Asks the database; runs in a thread."""


@dataclass
class _Feed:
    """One look a second as long as anybody follows."""

    look: Look
    followers: int = 0
    seen: Seen | None = None
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        while self.seen is None or not self.seen.is_over:
            try:
                self.seen = await run_in_threadpool(self.look)
            except NotFoundError:
                self.seen = Seen({}, is_over=True)
            except StoreError:
                pass  # A database that comes back is looked at again.
            turn, self.turn = self.turn, asyncio.Event()
            turn.set()
            await asyncio.sleep(PAUSE)


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, _Feed]] = WeakKeyDictionary()


def parts(template: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the part of a page that changes, in each language."""
    found = {}
    for code in LOCALES:
        with speaking(code):
            found[code] = render.screen(template, **values)
    return found


def close() -> None:
    """End all streams with the next look, so that the desk can; browsers come again by themselves and find the next one."""
    _closing.set()


def stream(key: Hashable, look: Look, *, language: str) -> StreamingResponse:
    """Return what one follower gets: events ``stand`` with the part of the page, at last ``ende``."""
    return StreamingResponse(_follow(key, look, language=language), media_type="text/event-stream", headers=HEADERS)


async def _follow(key: Hashable, look: Look, *, language: str) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    feeds = _feeds.setdefault(loop, {})
    feed = feeds.setdefault(key, _Feed(look))
    feed.followers += 1
    feed.task = feed.task or asyncio.create_task(feed.run())
    try:
        async for event in _events(feed, language=language):
            yield event
    finally:
        feed.followers -= 1
        if not feed.followers:
            feed.task.cancel()
            feeds.pop(key, None)


async def _events(feed: _Feed, *, language: str) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    begun = spoken = loop.time()
    told: str | None = None
    while loop.time() - begun < LONGEST and not _closing.is_set():
        turn = feed.turn
        if feed.seen is not None:
            part = feed.seen.parts.get(language)
            if part is not None and part != told:
                told, spoken = part, loop.time()
                yield _event("stand", part)
            if feed.seen.is_over:
                yield _event("ende", "")
                return
        if loop.time() - spoken >= PING:
            spoken = loop.time()
            yield ": ping\n\n"
        await turn.wait()


def _event(name: str, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
