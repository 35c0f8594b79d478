"""
The read API: numbers for the town's own programs and its intranet, as JSON.

Does not know cookies, and changes nothing. What it tells is made in ``numbers``, who may ask is said in ``keys``; each address and
parameter stands in ``openapi.yaml``.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from anyio import CapacityLimiter, to_thread
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from audit.web import kept, keys, numbers
from audit.web.settings import Settings
from db import __version__
from db.errors import FundstelleError, InputError, NotFoundError, StoreError
from db.history import HIGHEST
from db.session import opened
from db.terms import Verdict
from db.unchanged import once
from reports import export
from reports.document import document

ROOT = "/api/v1"
DESCRIPTION = "/openapi.json"
MOST, USUAL = 500, 100
"""Rows of one page at most, and unless another number is asked for."""

HERE = Path(__file__).parent
SCHEMAS = (HERE.parents[1] / "reports" / "report.schema.json", HERE.parents[1] / "docs" / "report.schema.json")
"""Where the schema of a report is: in what is installed, and in the source."""

TITLES = {
    401: "Schlüssel fehlt oder gilt nicht",
    403: "Nicht erlaubt",
    404: "Nicht gefunden",
    405: "Hier wird nur gelesen",
    409: "Noch nicht ausgewertet",
    422: "Falsche Angaben",
    429: "Zu oft gefragt",
    503: "Gerade nicht möglich",
}

Json = dict[str, Any]
Asked = Mapping[str, Any]
Parameters = Mapping[str, Callable[[str], Any]]
"""How the text of each is read; ValueError says that it cannot be."""

Told = Callable[[Session, Asked], Json]


AGAIN = {429: "60", 503: "10"}
"""Seconds after which it is worth asking again (RFC 9110, section 10.2.3)."""

log = logging.getLogger(__name__)


class WrongError(Exception):
    """Parameters that are not as ``openapi.yaml`` says: for each its name and what it may be."""

    def __init__(self, faults: list[Json]) -> None:
        super().__init__()
        self.faults = faults


def app(settings: Settings, few: CapacityLimiter) -> Starlette:
    """Return the API as an application to be mounted under ``ROOT``."""
    routes = [Route(path, _endpoint(partial(_answer, settings, *each), few)) for path, each in ADDRESSES.items()]
    described = Route(DESCRIPTION, lambda request: _sent(request, _description(), shared=True))
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=["GET"],
        allow_headers=["Authorization", "If-None-Match"],
        expose_headers=["ETag", "Retry-After"],
    )
    handlers = {HTTPException: _refused, Exception: _broken}
    return Starlette(routes=[*routes, described], exception_handlers=handlers, middleware=[cors])


def _endpoint(
    answered: Callable[[Request], Response], few: CapacityLimiter
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await to_thread.run_sync(answered, request, limiter=few)

    return answer


def _answer(settings: Settings, tell: Told, known: Parameters, request: Request) -> Response:
    """Answer one question, whatever comes of it."""
    try:
        if settings.sign_in:
            place = request.client.host if request.client else ""
            keys.owner(settings.engine, request.headers, place=place, now=settings.clock())
        asked = _asked(request, known)
        with opened(settings.engine) as session:
            return _sent(request, _text(settings, request, session, partial(tell, session, asked)))
    except keys.RefusedError as refusal:
        return problem(refusal.status, refusal.detail)
    except WrongError as wrong:
        return problem(422, "Diese Angaben stimmen nicht.", parameters=wrong.faults)
    except StoreError as fault:
        log.warning("%s", fault)
        return problem(503, "Die Datenbank antwortet gerade nicht.")
    except FundstelleError as fault:
        status = 404 if isinstance(fault, NotFoundError) else 409 if isinstance(fault, InputError) else 503
        return problem(status, fault.message)


def _text(settings: Settings, request: Request, rows: Session, tell: Callable[[], Json]) -> kept.Packed:
    """Return what is told; a report and the list of all towns are long and seldom change, so they are made once."""
    if "key" in request.path_params:
        return kept.packed(export.json_text(tell(), indent=None))
    number = _number(request.path_params) if "number" in request.path_params else None
    if number is None:
        state = once(rows, "state of all", lambda: numbers.state_of_all(rows))
    else:
        state = once(rows, ("state", number), lambda: numbers.state(rows, number))
    asked = f"{request.url.path}?{request.url.query}"
    return kept.text(settings.engine, asked, state, lambda: export.json_text(tell(), indent=None))


def problem(status: int, detail: str, **more: Any) -> Response:
    """Return what went wrong as RFC 9457 has it."""
    told = {"type": "about:blank", "title": TITLES.get(status, "Fehler"), "status": status, "detail": detail, **more}
    headers = {"cache-control": "no-store"}
    if status == 401:  # noqa: PLR2004 RFC 9110, section 11.6.1
        headers["www-authenticate"] = 'Bearer realm="Fundstelle"'
    if status in AGAIN:
        headers["retry-after"] = AGAIN[status]
    return Response(export.json_text(told), status, headers, media_type="application/problem+json")


def _place(text: str) -> int:
    return _within(text, 0, HIGHEST)


def _amount(text: str) -> int:
    return _within(text, 1, MOST)


def _within(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST)) and least <= int(text) <= most):
        raise ValueError
    return int(text)


PAGED: Parameters = {"nach": _place, "anzahl": _amount}
MAY_BE: dict[str, str] = {
    "nach": f"eine ganze Zahl von 0 bis {HIGHEST}",
    "anzahl": f"eine ganze Zahl von 1 bis {MOST}",
    "ergebnis": ", ".join(Verdict),
}


def _asked(request: Request, known: Parameters) -> Json:
    """Return what the address asks for; raise WrongError for all that is unknown, given twice or no such value."""
    found: Json = dict(request.path_params)
    faults: list[Json] = []
    given = request.query_params.multi_items()
    for name, value in given:
        if name not in known or [each for each, _ in given].count(name) > 1:
            reason = "nur einmal" if name in known else f"gibt es hier nicht; es gibt: {', '.join(known) or 'keine'}"
            faults.append({"name": name, "reason": reason})
            continue
        try:
            found[name] = known[name](value)
        except ValueError:
            faults.append({"name": name, "reason": f"muss sein: {MAY_BE[name]}"})
    if faults:
        raise WrongError(faults[:10])
    return found


def _findings(rows: Session, asked: Asked) -> Json:
    verdict = asked.get("ergebnis", "")
    return numbers.findings(rows, _number(asked), after=asked.get("nach", 0), most=_most(asked), verdict=verdict)


def _latest(asked: Asked) -> dict[str, int]:
    return {"before": asked.get("nach", HIGHEST), "most": _most(asked)}


def _most(asked: Asked) -> int:
    return int(asked.get("anzahl", USUAL))


def _number(asked: Asked) -> int:
    """Return the number of an audit; 0, which no audit has, if it can be none."""
    try:
        return _place(str(asked["number"]))
    except ValueError:
        return 0


def _sent(request: Request, told: kept.Packed, *, shared: bool = False) -> Response:
    """Return JSON, or only that nothing has changed (RFC 9110, section 13.1.2)."""
    headers = {
        "etag": told.tag,
        "cache-control": "no-cache" if shared else "private, no-cache",
        "vary": "Authorization",
    }
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if known & {told.tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(zlib.decompress(told.content), headers=headers, media_type="application/json")


@cache
def _description() -> kept.Packed:
    return kept.packed(export.json_text(description()))


def description() -> Json:
    """Return the OpenAPI document, with the published schema of a report among its own."""
    told: Json = yaml.safe_load((HERE / "openapi.yaml").read_text(encoding="utf-8"))
    place = next(path for path in SCHEMAS if path.exists())
    # Tools know references within one document best, so the parts of the schema stand beside ours.
    report: Json = json.loads(place.read_text(encoding="utf-8").replace('"#/$defs/', '"#/components/schemas/'))
    parts = report.pop("$defs")
    told["info"]["version"] = __version__
    told["components"]["schemas"] |= {**parts, "report": {k: v for k, v in report.items() if not k.startswith("$")}}
    return told


def _refused(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    said = {404: "Diese Adresse gibt es nicht.", 405: "Hier wird nur gelesen."}
    answer = problem(fault.status_code, said.get(fault.status_code, fault.detail))
    answer.headers.update(fault.headers or {})
    return answer


def _broken(_request: Request, _fault_of_ours: Exception) -> Response:
    """Say that the fault is ours; the trace is in the log of the server."""
    return problem(500, "Das ist unser Fehler; er steht im Protokoll des Servers.")


ADDRESSES: dict[str, tuple[Told, Parameters]] = {
    "/orte": (lambda rows, asked: numbers.towns(rows, after=asked.get("nach", 0), most=_most(asked)), PAGED),
    "/orte/{key}": (lambda rows, asked: numbers.town(rows, asked["key"]), {}),
    "/orte/{key}/pruefungen": (lambda rows, asked: numbers.audits(rows, asked["key"], **_latest(asked)), PAGED),
    "/orte/{key}/aenderungen": (lambda rows, asked: numbers.changes(rows, asked["key"], **_latest(asked)), PAGED),
    "/pruefungen/{number}": (lambda rows, asked: document(rows, _number(asked)), {}),
    "/pruefungen/{number}/befunde": (_findings, {**PAGED, "ergebnis": Verdict}),
}
"""What each address tells, and the parameters it knows."""
