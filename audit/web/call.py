"""
One question of a browser to the desk, as a view is given it, and the doors through which it comes.

Does not know any screen. A door says who may pass; a form is only handed on with the token of the page it was on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from audit.web.settings import Settings
from db.desk import Person
from db.terms import PersonRole
from reports import render

COOKIE = "fundstelle"
"""Carries the secret of a visit."""

FORM_COOKIE = "fundstelle-form"
SAID = "gesagt"
"""Name of the value in an address that says what was just done; only its code, so that nobody can put words in our mouth."""


@dataclass
class Call:
    """
    One question, with who asks.

    Attributes:
        settings: How the desk is run.
        request: The question as Starlette has it; views should need only ``query``, ``path`` and ``form``.
        person: Who is signed in; on the own machine without sign-in a person that is in no database.
        form: What was sent; empty for GET.
        now: When it came.
        seed: Of the form tokens of this browser.
    """

    settings: Settings
    request: Request
    person: Person | None
    now: datetime
    form: FormData = field(default_factory=FormData)
    seed: str = ""

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.settings.engine

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark of the address."""
        return self.request.query_params

    @property
    def path(self) -> Mapping[str, str]:
        """What the address names, as texts."""
        return {name: str(value) for name, value in self.request.path_params.items()}

    @property
    def visit(self) -> str:
        """The secret of this browser's visit; empty if nobody has signed in."""
        return self.request.cookies.get(COOKIE, "")

    def words(self, name: str) -> str:
        """Return a text of the form, without blanks around it or zero bytes, which no database keeps; empty if it is missing or a file."""
        value = self.form.get(name, "")
        return value.replace("\x00", "").strip() if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Return the texts of a form's fields of one name."""
        return [value.replace("\x00", "") for value in self.form.getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> UploadFile | None:
        """Return a file of the form; None if there is none or it is empty."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.size else None

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a finished page of the desk."""
        text = render.screen(
            f"desk/{template}.html.j2",
            person=self.person,
            signs_in=self.settings.sign_in,
            here=self.request.url.path,
            token=token(self.seed),
            said=self.query.get(SAID, ""),
            **values,
        )
        return HTMLResponse(text, status)

    def go(self, path: str, *, said: str = "") -> Response:
        """Return the order to go to a page of the desk, which then says what was done (a code of ``desk_words.SAID``)."""
        path, _, fragment = path.partition("#")
        mark = "&" if "?" in path else "?"
        told = f"{mark}{SAID}={quote(said)}" if said else ""
        return RedirectResponse(f"{path}{told}{'#' if fragment else ''}{fragment}", 303)


View = Callable[[Call], Response]


@dataclass(frozen=True)
class Door:
    """
    One address of the desk.

    Attributes:
        path: As Starlette writes it: "/orte/{key}".
        view: What answers, in a thread.
        role: Who may pass at least; None: anybody.
        method: GET or POST.
        slow: Does it take seconds, or wait for others? Then it is none of the few that are answered at once.
    """

    path: str
    view: View
    role: PersonRole | None
    method: str = "GET"
    slow: bool = False


def new_seed() -> str:
    """Return what a browser gets as a cookie so that its forms can be told from those of others."""
    return secrets.token_urlsafe(24)


def token(seed: str) -> str:
    """Return what the forms of a browser carry."""
    return hashlib.sha256(f"form:{seed}".encode()).hexdigest()


def is_ours(form: FormData, seed: str) -> bool:
    """Say whether a form was on a page that we gave to this browser."""
    given = form.get("token", "")
    return bool(seed) and isinstance(given, str) and hmac.compare_digest(given, token(seed))
