"""
Asks an instance of SearXNG one question and returns which addresses it lists.

Does not know towns and keeps nothing. It is a service that its own administrator names, called by its API, and no site that
is read: robots.txt, archive and the guard against private addresses are for those.
"""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from itertools import islice
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from crawler.addresses import canonical, host_of, is_private_host, is_web
from crawler.settings import USER_AGENT
from db.errors import InputError

MOST = 10  # hits of one question: the first page of results
TIMEOUT = 30.0  # seconds; an instance waits up to ten for its engines
LARGEST = 2_000_000  # bytes of an answer; one with twenty hits has about 30,000
LONGEST = 80  # characters of what an instance says of an engine
FAILURES = 3  # in a row: it does not work

OVER = frozenset({"refused", "login", "too_many", "redirect"})
"""Errors after which an instance is asked no more: the next answer would be the same, or we were asked to stop."""

PARTIAL = "partial"
"""Hits came, but not from all engines: what is not among them may be missing for that."""

WORDS = {
    "refused": "Die Suche gibt keine Ergebnisse als JSON heraus (Status 403). In ihrer settings.yml muss unter „search: formats“ auch json stehen.",
    "login": "Die Suche verlangt eine Anmeldung (Status 401).",
    "too_many": "Die Suche will weniger Fragen (Status 429). Ihr „limiter“ muss diesen Rechner durchlassen, oder --delay muss größer sein.",
    "redirect": "Die Suche leitet im Kreis oder auf einen anderen Server um; dem wird nicht gefolgt.",
    "status": "Die Suche antwortet mit einem Fehler.",
    "no_json": "Die Antwort ist kein JSON einer Suche; vielleicht steht unter der Adresse etwas anderes.",
    "too_large": "Die Antwort ist größer als 2 MB und wurde nicht angenommen.",
    "timeout": "Die Suche antwortet nicht in der erlaubten Zeit.",
    "certificate": "Das Zertifikat der verschlüsselten Verbindung ist ungültig.",
    "connection": "Die Suche ist nicht erreichbar.",
    "engines": "Die Suchmaschinen haben der Suche nicht geantwortet.",
    "empty": "Die Suche zeigt gar keinen Treffer, auch keinen anderen; das sagt nichts über die Stadt.",
    PARTIAL: "Nicht alle Suchmaschinen haben geantwortet, und bei den anderen war keine Seite der Stadt dabei.",
}

_STATUS = {401: "login", 403: "refused", 429: "too_many"}
_EXAMPLE = "Beispiel: --searxng https://suche.musterstadt.de"


@dataclass(frozen=True)
class Answer:
    """
    What an instance says to one question.

    Attributes:
        hits: The first ten addresses, canonical, each once.
        engines: The search engines those come from.
        silent: Engines that did not answer, each with the instance's word for why: "google: CAPTCHA".
        error: A key of ``WORDS``; None: there are hits.
    """

    hits: list[str] = field(default_factory=list)
    engines: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    error: str | None = None


class SearXNG:
    """
    One instance, at an address such as ``https://suche.musterstadt.de`` or ``http://name:password@localhost:8888/searxng``.

    Attributes:
        host: Its host and port; all of its address that may be kept or shown.

    Raises:
        InputError: that is no such address.
    """

    def __init__(self, address: str) -> None:
        parts = _checked(address)
        self.host = host_of(address)
        self._url = canonical(address).rstrip("/").removesuffix("/search") + "/search"
        self._headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **_credentials(parts)}
        # An outbound proxy does not lead into the town hall's own network.
        direct = [ProxyHandler({})] if is_private_host(self.host) else []
        self._opener = build_opener(_SameHost, *direct)

    def ask(self, query: str) -> Answer:
        """Return the answer to one question; what goes wrong is its ``error``."""
        words = urlencode({"q": query, "format": "json", "language": "de-DE"})
        request = Request(f"{self._url}?{words}", headers=self._headers)  # noqa: S310 the scheme was checked
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                body = response.read(LARGEST + 1)
        except HTTPError as fault:
            with fault:
                return Answer(error="redirect" if fault.code in range(300, 400) else _STATUS.get(fault.code, "status"))
        except (OSError, HTTPException, UnicodeError) as fault:
            return Answer(error=_name(fault))
        return Answer(error="too_large") if len(body) > LARGEST else read(body)


def read(body: bytes) -> Answer:
    """Return what an instance says, as its ``searx.webutils.get_json_response`` writes it."""
    try:
        said = json.loads(body)
        results, silent = said["results"], said.get("unresponsive_engines") or []
        places = {canonical(url): one for one in results if is_web(url := _text(one.get("url")))}
        hits = dict(islice(places.items(), MOST))
        engines = dict.fromkeys(name for one in hits.values() for name in _engines(one))
        failed = [_text(f"{name}: {why}")[:LONGEST] for name, why in silent]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Answer(error="no_json")
    error = None if hits else "engines" if failed else "empty"
    return Answer(hits=list(hits), engines=list(engines), silent=failed, error=error)


def is_over(errors: Sequence[str | None]) -> bool:
    """Tell from the errors so far, in the order of asking, whether an instance is asked no more."""
    last = [error for error in errors[-FAILURES:] if error not in {None, PARTIAL}]
    return not OVER.isdisjoint(last) or len(last) == FAILURES


def _engines(result: dict[str, Any]) -> Iterator[str]:
    for name in result.get("engines") or [result.get("engine")]:
        if name:
            yield _text(name)[:LONGEST]


def _text(value: object) -> str:
    """Return a value as text that can be stored; JSON may hold halves of signs."""
    return str(value).encode("utf-8", "ignore").decode()


def _checked(address: str) -> SplitResult:
    """Return the parts of an address; it is not repeated in the message, as it may hold a password."""
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in {"http", "https"} and bool(host_of(address)) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or any(sign.isspace() or sign == "\\" for sign in address):
        raise InputError("Bei --searxng steht keine Internetadresse.", remedy=_EXAMPLE)
    if parts.query or parts.fragment:
        raise InputError("Die Adresse bei --searxng darf kein „?“ und kein „#“ enthalten.", remedy=_EXAMPLE)
    return parts


def _credentials(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _name(fault: BaseException) -> str:
    cause = fault.reason if isinstance(fault, URLError) else fault
    if isinstance(cause, TimeoutError):
        return "timeout"
    return "certificate" if isinstance(cause, ssl.SSLCertVerificationError) else "connection"


class _SameHost(HTTPRedirectHandler):
    """Goes on only to the same server, or from there to its encrypted side: the questions and the password are for nobody else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        before, after = canonical(req.full_url), canonical(newurl)
        is_safe = after.startswith("https:") or before.startswith("http:")
        if not is_safe or host_of(before) != host_of(after):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)
