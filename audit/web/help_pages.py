"""
Pages of help: first steps, what the words mean, accessibility, whom to ask.

Does not hold any text; that is in ``reports/templates/desk``. Everybody may read them, also before signing in: the law wants the
accessibility statement to be reached from every page.
"""

from __future__ import annotations

from dataclasses import asdict

from starlette.responses import Response

from audit.web.call import Call, Door
from audit.web.settings import OPERATOR

PAGES = {
    "/hilfe": "help",
    "/hilfe/erste-schritte": "help_steps",
    "/hilfe/begriffe": "help_words",
    "/hilfe/barrierefreiheit": "help_access",
    "/hilfe/kontakt": "help_contact",
}


def show(call: Call) -> Response:
    """Show a page of help."""
    operator = asdict(call.settings.operator)
    return call.page(PAGES[call.request.url.path], operator=operator, settings=OPERATOR, address=call.settings.address)


DOORS = tuple(Door(path, show, None) for path in PAGES)
