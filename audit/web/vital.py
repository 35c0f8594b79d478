"""
What machines ask the desk: does it live, is it ready, how is it doing.

Does not answer people. ``/healthz`` and ``/readyz`` say ok or not and nothing else, to anybody and under any name; ``/metrics`` answers
on the own machine, or to the key of somebody who may manage.
"""

from __future__ import annotations

import asyncio
import logging
import time

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from audit.web import access, keys, metrics, signing
from audit.web.settings import Settings, is_loopback
from db import vitals
from db.errors import StoreError
from db.schema import head, revision
from db.session import opened, translated
from db.terms import PersonRole

KEPT = 1.0
"""Seconds for which the last look counts, so that nobody can make us ask the database without end."""

PATIENCE = 5.0
"""Seconds that the database may take."""

AT_ONCE = 2
LIVE, READY, NUMBERS = "/healthz", "/readyz", "/metrics"
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
SEALED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

logger = logging.getLogger(__name__)


class Vital:
    """Stands before the guard, since those who ask know no name of ours."""

    def __init__(self, app: ASGIApp, settings: Settings, counts: metrics.Counts) -> None:
        self.app, self.settings, self.counts = app, settings, counts
        self._few = CapacityLimiter(AT_ONCE)
        self._looking = asyncio.Lock()
        self._looked, self._fault = -KEPT, ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in access.VITAL:
            await self.app(scope, receive, send)
            return
        answer = await self._answer(Request(scope, receive))
        answer.headers.update(SEALED)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("", 405)
        path = request.url.path
        if path == LIVE:
            return PlainTextResponse("ok\n")
        if path == READY:
            return PlainTextResponse("ok\n") if not await self._look() else PlainTextResponse("not ready\n", 503)
        return await to_thread.run_sync(self._numbers, request, limiter=self._few)

    async def _look(self) -> str:
        """Return what is wrong, looked at a second ago at most; empty: nothing."""
        async with self._looking:
            if time.monotonic() - self._looked >= KEPT:
                before = self._fault
                try:
                    with fail_after(PATIENCE):
                        self._fault = await to_thread.run_sync(self._wrong, limiter=self._few, abandon_on_cancel=True)
                except TimeoutError:
                    self._fault = "the database does not answer"
                self._looked = time.monotonic()
                if self._fault != before:
                    logger.warning("Not ready: %s", self._fault) if self._fault else logger.info("Ready again")
            return self._fault

    def _wrong(self) -> str:
        engine = self.settings.engine
        try:
            with translated(engine):
                found = revision(engine)
            if found != head():
                return f"the schema is {found}, not {head()}"
            with opened(engine) as session:
                return "" if vitals.workers(session) else "no worker has been seen lately"
        except StoreError as fault:
            return fault.message

    def _numbers(self, request: Request) -> Response:
        try:
            if not _is_near(request):
                self._check(request)
        except keys.RefusedError as refusal:
            return PlainTextResponse(f"{refusal.detail}\n", refusal.status)
        except StoreError:
            return PlainTextResponse("not ready\n", 503)
        told = metrics.text(self.counts, self.settings.engine, now=self.settings.clock())
        return Response(told, media_type=FORMAT)

    def _check(self, request: Request) -> None:
        place = request.client.host if request.client else ""
        person = keys.owner(self.settings.engine, request.headers, place=place, now=self.settings.clock())
        if not signing.may(person, PersonRole.ADMIN):
            raise keys.RefusedError(403, "Diesen Schlüssel hat niemand, der verwalten darf.")


def _is_near(request: Request) -> bool:
    """Does a program on this machine ask, neither through a proxy nor through a browser that a foreign name led here?"""
    headers: Headers = request.headers
    if any(name in headers for name in FORWARDED):
        return False
    host = headers.get("host", "").rpartition(":")[0] if ":" in headers.get("host", "") else headers.get("host", "")
    return request.client is not None and is_loopback(request.client.host) and is_loopback(host)
