"""
Doors for the accounts that a town has already: to its provider, and back from it.

Does not speak OpenID Connect (``oidc``) and decides nothing about people (``members``). Who is refused is told why in plain words; what
exactly was wrong stands in the log alone.
"""

from __future__ import annotations

import hmac

from starlette.responses import RedirectResponse, Response

from audit.web import members, oidc, signing, tries
from audit.web.call import Call, Door
from audit.web.oidc import Accounts, RefusedError, Trip
from audit.web.welcome import LONGEST, let_in, ours
from db.errors import NotFoundError
from db.session import opened

COOKIE = "fundstelle-anmeldung"
THERE, BACK = "/anmelden/stadt", "/anmelden/stadt/zurueck"
TRIES = "120/minute"
"""From one place: a town hall may have one address for all."""


def depart(call: Call) -> Response:
    """Send a browser to the provider."""
    accounts = _accounts(call)
    if not tries.may("provider", tries.place(call), limits=TRIES):
        return call.page("not_arrived", status=429, why="often")
    invitation = call.query.get("einladung", "")[:LONGEST]
    try:
        address, trip = oidc.depart(
            accounts, back=_back(call), next_=ours(call.query.get("weiter", "/")), invitation=invitation
        )
    except RefusedError as fault:
        return _refused(call, fault)
    response = RedirectResponse(address, 303)
    _carry(call, response, oidc.seal(accounts, trip, now=call.now))
    return response


def arrive(call: Call) -> Response:
    """Let a person in whom the provider has sent back; each trip ends here, however it ends."""
    accounts = _accounts(call)
    if not tries.may("provider", tries.place(call), limits=TRIES):
        return call.page("not_arrived", status=429, why="often")
    try:
        response = _arrived(call, accounts, _trip(call, accounts))
    except RefusedError as fault:
        response = _refused(call, fault)
    _carry(call, response, "")
    return response


DOORS = (Door(THERE, depart, None), Door(BACK, arrive, None))


def _accounts(call: Call) -> Accounts:
    if call.settings.accounts is None or not call.settings.sign_in:
        raise NotFoundError("Eine Anmeldung mit dem Konto der Stadt ist hier nicht eingerichtet.")
    return call.settings.accounts


def _trip(call: Call, accounts: Accounts) -> Trip:
    """Return the trip that this browser began; what comes back must belong to it (RFC 6749, section 10.12; RFC 9207)."""
    trip = oidc.unseal(accounts, call.request.cookies.get(COOKIE, ""), now=call.now)
    if not hmac.compare_digest(call.query.get("state", "").encode(), trip.state.encode()):
        raise RefusedError("state", "differs")
    if call.query.get("iss", accounts.issuer) != accounts.issuer:
        raise RefusedError("state", "iss")
    if "error" in call.query:
        raise RefusedError("denied", call.query["error"])
    return trip


def _arrived(call: Call, accounts: Accounts, trip: Trip) -> Response:
    told = oidc.claims(accounts, trip, code=call.query.get("code", ""), back=_back(call), now=call.now)
    with opened(call.engine) as session:
        person = members.arrive(session, accounts, told, invitation=trip.invitation, now=call.now)
        signing.note(session, person, "signed_in_by_provider", now=call.now)
        return let_in(call, call.go(trip.next), session, person)


def _refused(call: Call, fault: RefusedError) -> Response:
    with opened(call.engine) as session:
        signing.note(session, None, "provider_refused", now=call.now, about=str(fault))
    return call.page("not_arrived", status=502 if fault.why == "provider" else 403, why=fault.why)


def _back(call: Call) -> str:
    return f"{call.settings.address}{BACK}"


def _carry(call: Call, response: Response, value: str) -> None:
    # Lax, since the provider's site sends the browser back to us.
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(oidc.LASTS.total_seconds()) if value else 0,
        path=THERE,
        httponly=True,
        samesite="lax",
        secure=call.settings.is_secure,
    )
