"""
The accounts that a town has already (OpenID Connect): where to send a browser, and whose name it brings back.

Does not know our people or pages; ``members`` and ``arriving`` do. Authorisation code flow with PKCE (RFC 7636, S256), state and nonce;
ID tokens are checked as OpenID Connect Core 1.0 asks in section 3.1.3.7. Nothing of the provider is kept: people sign in so seldom
that its addresses and keys are asked for each time, and a changed key needs no rule of its own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey
from requests import RequestException

from db.errors import InputError
from db.terms import PersonRole

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures with a key that only the provider has; "none" and those with a shared secret are refused."""

LASTS = timedelta(minutes=10)
"""How long one may take to sign in at the provider."""

LEEWAY = 60
"""Seconds by which the provider's clock may differ."""

TIMEOUT = 10
"""Seconds that the provider may take for one answer."""

LONGEST = 250
"""Characters of an identifier; OpenID Connect allows 255."""

DISCOVERY = "/.well-known/openid-configuration"
NEEDED = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")


class RefusedError(Exception):
    """
    The provider, or what came in its name, cannot be believed.

    Attributes:
        why: "state", "denied", "provider" or "token".
        detail: For the log.
    """

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why
        self.detail = detail


@dataclass(frozen=True)
class Accounts:
    """
    The provider, and what it may decide.

    Attributes:
        issuer: Its address, exactly as it names itself.
        admins: Mail addresses, in lower case, of those who come in as administrators, if the provider has verified them.
        claim: Name of the claim that says what a person may do; empty: people here decide.
        roles: What its values mean; any other value means reader.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    admins: frozenset[str] = frozenset()
    claim: str = ""
    roles: Mapping[str, PersonRole] = field(default_factory=dict)


class Trip(NamedTuple):
    """What a browser carries to the provider and back: it alone can finish what it began, and only once."""

    state: str
    nonce: str
    verifier: str
    next: str
    invitation: str


def read(environ: Mapping[str, str]) -> Accounts | None:
    """
    Return the provider that the environment names; None if it names none.

    Raises:
        InputError: It is named by half, or could not be trusted.
    """
    given = [environ.get(name, "").strip() for name in NEEDED]
    if not any(given):
        return None
    issuer, client, secret = given
    if not all(given):
        raise InputError(
            "Für die Anmeldung mit dem Konto der Stadt fehlt etwas.", remedy=f"Setzen Sie {', '.join(NEEDED)}."
        )
    if not _is_safe(issuer):
        raise InputError(
            "OIDC_ISSUER ist keine https-Adresse.", remedy="Beispiel: https://anmeldung.musterstadt.de/realms/stadt"
        )
    claim, roles = _roles(environ.get("OIDC_ROLE", "").strip())
    admins = frozenset(one.strip().lower() for one in environ.get("OIDC_ADMINS", "").split(",") if one.strip())
    return Accounts(issuer=issuer, client=client, secret=secret, admins=admins, claim=claim, roles=roles)


def _roles(text: str) -> tuple[str, dict[str, PersonRole]]:
    """Read "claim:value=role,value=role"."""
    if not text:
        return "", {}
    claim, _, pairs = text.partition(":")
    read = [pair.rpartition("=") for pair in pairs.split(",")]
    if not claim or any(not value or role not in set(PersonRole) for value, _, role in read):
        raise InputError(
            "OIDC_ROLE lässt sich nicht lesen.",
            remedy=f"Beispiel: groups:fundstelle-leitung=admin,fundstelle-redaktion=editor. Rollen sind {', '.join(PersonRole)}.",
        )
    return claim, {value.strip(): PersonRole(role) for value, _, role in read}


def depart(accounts: Accounts, *, back: str, next_: str, invitation: str) -> tuple[str, Trip]:
    """
    Return where to send a browser, and what it has to carry.

    The provider sends it ``back`` to an address of ours; from there it goes on to a path of ours. ``invitation`` is the secret of one
    that the account shall take, empty for none.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    trip = Trip(state, nonce, verifier, next_, invitation)
    with _client(accounts, back) as client:
        known = _discovered(client, accounts)
        address, _ = client.create_authorization_url(
            known["authorization_endpoint"], state=trip.state, nonce=trip.nonce, code_verifier=trip.verifier
        )
    return str(address), trip


def reach(accounts: Accounts) -> None:
    """Ask the provider who it is; raise RefusedError if it does not answer, or as somebody else."""
    with _client(accounts, "") as client:
        _discovered(client, accounts)


def seal(accounts: Accounts, trip: Trip, *, now: datetime) -> str:
    """Return a trip as a cookie that only we can have written."""
    return jwt.encode({"alg": "HS256"}, {**trip._asdict(), "exp": int((now + LASTS).timestamp())}, _key(accounts))


def unseal(accounts: Accounts, cookie: str, *, now: datetime) -> Trip:
    """Return the trip of a cookie; raise RefusedError if it is not ours or has taken too long."""
    try:
        claims = jwt.decode(cookie, _key(accounts), algorithms=["HS256"]).claims
        jwt.JWTClaimsRegistry(now=int(now.timestamp()), exp={"essential": True}).validate(claims)
        return Trip(*(str(claims[name]) for name in Trip._fields))
    except (JoseError, ValueError, KeyError) as fault:
        raise RefusedError("state", type(fault).__name__) from None


def claims(accounts: Accounts, trip: Trip, *, code: str, back: str, now: datetime) -> dict[str, Any]:
    """
    Return what the provider says of the person for whom it gave a code; "sub" is who it is.

    Raises:
        RefusedError: It could not be asked, or its token does not hold.
    """
    with _client(accounts, back) as client:
        known = _discovered(client, accounts)
        tokens = _tokens(client, known, trip, code=code)
        keys = _fetched(client, known["jwks_uri"])
        told = _verified(accounts, tokens, keys, nonce=trip.nonce, now=now)
        if not told.get("email") and "userinfo_endpoint" in known:
            told |= _more(client, known["userinfo_endpoint"], told)
    return told


def role(accounts: Accounts, told: Mapping[str, Any]) -> PersonRole | None:
    """Return what the provider lets a person do; None if people here decide that."""
    if told.get("email_verified") is True and str(told.get("email", "")).lower() in accounts.admins:
        return PersonRole.ADMIN
    if not accounts.claim:
        return None
    given = told.get(accounts.claim, [])
    values = given if isinstance(given, list) else [given]
    found = {accounts.roles[value] for value in values if isinstance(value, str) and value in accounts.roles}
    return max(found, key=list(PersonRole).index, default=PersonRole.READER)


def _key(accounts: Accounts) -> OctKey:
    # The one secret that all processes of a desk share; hashed, so that nothing signed with it says anything of it.
    return OctKey.import_key(hashlib.sha256(f"trip:{accounts.client}:{accounts.secret}".encode()).digest())


def _client(accounts: Accounts, back: str) -> OAuth2Session:
    return OAuth2Session(
        accounts.client,
        accounts.secret,
        scope="openid email profile",
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=TIMEOUT,
    )


def _discovered(client: OAuth2Session, accounts: Accounts) -> dict[str, Any]:
    known = _fetched(client, accounts.issuer.rstrip("/") + DISCOVERY)
    if known.get("issuer") != accounts.issuer:
        raise RefusedError("provider", f"issuer {known.get('issuer')!s:.200}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(str(known.get(name, ""))):
            raise RefusedError("provider", name)
    methods = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" not in methods:
        client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 a name, no secret
    return known


def _fetched(client: OAuth2Session, address: str) -> dict[str, Any]:
    try:
        answer = client.get(address, withhold_token=True, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (RequestException, ValueError) as fault:
        raise RefusedError("provider", f"{address} {type(fault).__name__}") from None
    if answer.is_redirect or not isinstance(told, dict):
        raise RefusedError("provider", address)
    return told


def _tokens(client: OAuth2Session, known: Mapping[str, Any], trip: Trip, *, code: str) -> dict[str, Any]:
    try:
        tokens = client.fetch_token(
            known["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=trip.verifier,
            allow_redirects=False,
        )
    except OAuthError as fault:
        raise RefusedError("token", str(fault.error)) from None
    except (RequestException, ValueError) as fault:
        raise RefusedError("provider", type(fault).__name__) from None
    if not isinstance(tokens.get("id_token"), str):
        raise RefusedError("token", "id_token")
    return dict(tokens)


def _verified(
    accounts: Accounts, tokens: Mapping[str, Any], keys: Mapping[str, Any], *, nonce: str, now: datetime
) -> dict[str, Any]:
    params = {"nonce": nonce, "client_id": accounts.client, "access_token": tokens.get("access_token")}
    options = {
        "iss": {"essential": True, "value": accounts.issuer},
        "aud": {"essential": True, "value": accounts.client},
    }
    try:
        # Keys of kinds that we do not take would refuse the whole set.
        ours = [key for key in keys["keys"] if key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"]
        token = jwt.decode(tokens["id_token"], KeySet.import_key_set({"keys": ours}), algorithms=ALGORITHMS)
        told = CodeIDToken(token.claims, token.header, options, params)
        told.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise RefusedError("token", f"{type(fault).__name__} {fault}") from None
    if not isinstance(told["sub"], str) or not 0 < len(told["sub"]) <= LONGEST:
        raise RefusedError("token", "sub")
    return dict(told)


def _more(client: OAuth2Session, address: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the provider tells only when asked (section 5.4), if it speaks of the same person (section 5.3.2)."""
    try:
        answer = client.get(address, allow_redirects=False)
        more = answer.json() if answer.ok else {}
    except (RequestException, ValueError) as fault:
        raise RefusedError("provider", f"userinfo {type(fault).__name__}") from None
    if not isinstance(more, dict) or (more and more.get("sub") != told["sub"]):
        raise RefusedError("token", "userinfo sub")
    return more


def _is_safe(address: str) -> bool:
    """Is it https, or on this machine?"""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
