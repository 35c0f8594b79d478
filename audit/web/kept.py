"""
Parts of pages that were made before and still hold: kept in memory by what they show, and sent again without being made again.

Does not know what a page says. Who is asking and the token of their forms stand in the frame around a part, which is made for each
question, so nobody is ever sent what was made for another.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from starlette.responses import Response

from audit.web.call import Call
from reports.language import language

ROOM = 64_000_000
"""Signs that are kept in all; most of them take one byte."""

_ours = secrets.token_hex(8)
"""Another program may make other pages of the same rows, so what a browser kept of it is not asked about."""


class Part(NamedTuple):
    """The middle of a page, between the frame's head and foot."""

    title: str
    inside: str


class Shelf:
    """Parts by what they show; those that nobody has asked for the longest give way to new ones."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._parts: OrderedDict[str, Part] = OrderedDict()
        self._lock = Lock()
        self._making: dict[str, Lock] = {}

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, key: str, make: Callable[[], Part]) -> Part:
        """Return the part of that key; of several who want one that is missing the first makes it and the others wait."""
        if (found := self._find(key)) is not None:
            return found
        with self._lock:
            making = self._making.setdefault(key, Lock())
        try:
            with making:
                return self._find(key) or self._keep(key, make())
        finally:
            with self._lock:
                self._making.pop(key, None)

    def _find(self, key: str) -> Part | None:
        with self._lock:
            if key in self._parts:
                self._parts.move_to_end(key)
            return self._parts.get(key)

    def _keep(self, key: str, part: Part) -> Part:
        if len(part.inside) > self._room:
            return part
        with self._lock:
            self._parts[key] = part
            self._used += len(part.inside)
            while self._used > self._room:
                self._used -= len(self._parts.popitem(last=False)[1].inside)
        return part


_shelf = Shelf()


def page(call: Call, state: object, make: Callable[[], Part]) -> Response:
    """
    Return a page whose middle is made by ``make`` unless it was made before for the same path, language and state.

    The state is all that the part depends on besides: what was asked for, and what changes whenever the rows it shows do. Two states
    are the same if their ``repr`` is.
    """
    key = _digest(str(call.settings.engine.url), call.request.url.path, language(), repr(state))
    part = _shelf.get(key, make)
    response = call.page("kept", title=part.title, inside=part.inside)
    response.headers["etag"] = tag = f'"{_digest(_ours, response.body)}"'
    response.headers["cache-control"] = "private, no-cache"
    # RFC 9110, section 13.1.2: a weak comparison, as proxies may have made the tag weak by packing the page.
    known = {each.strip().removeprefix("W/") for each in call.request.headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers={"etag": tag, "cache-control": "private, no-cache"})
    return response


def _digest(*parts: str | bytes | memoryview) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()[:32]
