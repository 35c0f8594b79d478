"""
The desk put together: its doors, who may pass them, and what is said when something goes wrong.

Does not know what the screens say; each module of ``SCREENS`` has its own doors.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from audit.web import (
    access,
    account,
    acts,
    amendments,
    api,
    arriving,
    audits,
    beside,
    catalogues,
    copies,
    feed,
    findings,
    fleet,
    guard,
    handing,
    help_pages,
    importing,
    measures,
    metrics,
    overview,
    people,
    post,
    report,
    reviews,
    schedules,
    shared,
    shares,
    signing,
    sites,
    tasks,
    town_settings,
    towns,
    vital,
    welcome,
)
from audit.web.call import COOKIE, FORM_COOKIE, Call, Door, is_ours, new_seed
from audit.web.settings import Settings
from audit.web.welcome import LANGUAGE_COOKIE
from db.desk import Person
from db.errors import FundstelleError, NotFoundError, PlaceError, StoreError
from db.session import opened
from db.terms import PersonRole
from reports import render
from reports.language import LOCALES, speaking

log = logging.getLogger(__name__)

AGAIN = 10
"""Seconds after which a page that found no database looks for it again."""

Handler = Callable[[Request, Exception], Awaitable[Response]]

SCREENS = (
    *(towns, sites, town_settings, catalogues, amendments),
    *(welcome, arriving, overview, audits, reviews, schedules, report, findings, copies, beside, handing),
    *(importing, measures, tasks, fleet),
    *(people, post, account, shares, shared, acts, help_pages, feed),
)
FIELDS = 2000
"""Fields of one form: a catalogue has some 130 criteria, a list of measures some hundred rows."""

AT_ONCE = 4
"""Questions that are answered at once: Python does one thing at a time, and more threads only take turns from each other."""


def doors() -> Sequence[Door]:
    """Return all doors of the desk."""
    return [door for screen in SCREENS for door in screen.DOORS]


def app(settings: Settings) -> ASGIApp:
    """Return the desk as an ASGI application."""
    few = CapacityLimiter(AT_ONCE)
    routes = [Route(door.path, _endpoint(door, settings, few), methods=[door.method]) for door in doors()]
    static = Mount("/static", _Static(directory=Path(render.HERE) / "static"))
    programs = Mount(api.ROOT, api.app(settings, few))
    handlers = {HTTPException: _not_here(settings), Exception: _broken(settings)}
    desk = Starlette(routes=[*routes, programs, static], exception_handlers=handlers)
    # Outside of everything, so that also what breaks is sealed.
    sealed = guard.Guard(desk, hosts=settings.hosts, is_secure=settings.is_secure)
    counts = metrics.Counts()
    return access.Access(vital.Vital(sealed, settings, counts), counts)


class _Static(StaticFiles):
    """Files of ours; their addresses carry their fingerprint, so a browser may keep them."""

    async def get_response(self, path: str, scope: object) -> Response:
        response = await super().get_response(path, scope)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _endpoint(door: Door, settings: Settings, few: CapacityLimiter) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form = await _form(request) if door.method == "POST" else FormData()
        try:
            passed = partial(_passed, door, settings, request, form)
            return await to_thread.run_sync(passed, limiter=None if door.slow else few)
        finally:
            await form.close()

    return answer


async def _form(request: Request) -> FormData:
    return await request.form(max_files=1, max_fields=FIELDS, max_part_size=200_000)


def _passed(door: Door, settings: Settings, request: Request, form: FormData) -> Response:
    """Let a question through its door, in the language of who asks."""
    seed = request.cookies.get(FORM_COOKIE, "")
    is_new = not seed
    seed = seed or new_seed()
    try:
        person = _person(settings, request)
    except StoreError as fault:
        door, person = _lost(fault), None
    call = Call(settings=settings, request=request, person=person, now=settings.clock(), form=form, seed=seed)
    with speaking(_language(request, person)):
        response = _answer(door, call)
    if is_new:
        response.set_cookie(FORM_COOKIE, seed, httponly=True, samesite="strict", secure=settings.is_secure)
    return response


def _answer(door: Door, call: Call) -> Response:
    if door.role is not None and call.person is None:
        there = call.request.url.path if door.method == "GET" else "/"
        return RedirectResponse(f"/anmelden?weiter={there}", 303)
    if door.role is not None and not signing.may(call.person, door.role):  # type: ignore[arg-type]
        return call.page("fault", status=403, what="role", needed=door.role)
    if door.method == "POST" and not is_ours(call.form, call.seed):
        return call.page("fault", status=403, what="token")
    try:
        return door.view(call)
    except StoreError as fault:
        return _lost(fault).view(call)
    except FundstelleError as fault:
        status = 404 if isinstance(fault, NotFoundError) else 503 if isinstance(fault, PlaceError) else 400
        return call.page("fault", status=status, what="fault", message=fault.message, remedy=fault.remedy)


def _person(settings: Settings, request: Request) -> Person | None:
    """Return who is signed in; on the own machine without sign-in whoever sits there."""
    if not settings.sign_in:
        return Person(email="", name="", role=PersonRole.ADMIN, made=settings.clock())
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return None
    with opened(settings.engine) as session:
        visit = signing.visit(session, secret, now=settings.clock())
        return visit.person if visit else None


def _language(request: Request, person: Person | None) -> str:
    wanted = request.cookies.get(LANGUAGE_COOKIE) or (person.language if person else "de")
    return wanted if wanted in LOCALES else "de"


def _not_here(settings: Settings) -> Handler:
    async def answer(request: Request, fault: Exception) -> Response:
        assert isinstance(fault, HTTPException)
        return await run_in_threadpool(_passed, _fault(fault.status_code, "missing"), settings, request, FormData())

    return answer


def _broken(settings: Settings) -> Handler:
    """Say that the fault is ours; the trace is in the log of the server."""

    async def answer(request: Request, _fault_of_ours: Exception) -> Response:
        return await run_in_threadpool(_passed, _fault(500, "broken"), settings, request, FormData())

    return answer


def _lost(fault: StoreError) -> Door:
    """Say that nothing can be read or kept at present; where the database is stands only in the log of the server."""
    log.warning("%s", fault)

    def view(call: Call) -> Response:
        is_database = isinstance(fault.__cause__, SQLAlchemyError)
        values = {"what": "away"} if is_database else {"what": "fault", "message": fault.message}
        response = call.page("fault", status=503, remedy=fault.remedy, **values)
        response.headers["retry-after"] = str(AGAIN)
        if call.request.method == "GET" and is_database:
            # Who only looks need not press anything; what was sent is not sent again without being asked.
            response.headers["refresh"] = str(AGAIN)
        return response

    return Door("", view, None)


def _fault(status: int, what: str) -> Door:
    return Door("", lambda call: call.page("fault", status=status, what=what), None)
