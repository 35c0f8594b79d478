"""
A small OpenID Connect provider on loopback with keys of its own; a test says what its tokens claim, and how it lies.

Does not test anything. It signs everybody in without asking, as the person in ``who``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "fundstelle", "ein geheimes Wort"


class Provider:
    """What the provider knows, and how it lies."""

    def __init__(self, clock: Callable[[], datetime], key: RSAKey, foreign: RSAKey) -> None:
        self.clock = clock
        self.issuer = ""
        self.key = key
        self.foreign = foreign
        self.who: dict[str, Any] = {
            "sub": "lena-1",
            "email": "lena@stadt.example",
            "email_verified": True,
            "name": "Lena",
        }
        self.lies: dict[str, Any] = {}
        self.signs: Callable[[dict[str, Any]], str] = self.sign
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.error = ""
        self.asked: dict[str, dict[str, str]] = {}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "a"}, claims, self.key)

    def forge(self, claims: dict[str, Any]) -> str:
        """Signed with a key that is not the provider's, under its name."""
        return jwt.encode({"alg": "RS256", "kid": "a"}, claims, self.foreign)

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = ({"alg": "none", "typ": "JWT"}, claims)
        head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
        return f"{head}.{body}."

    def shared(self, claims: dict[str, Any]) -> str:
        """Signed with the public key as if it were a shared secret."""
        return jwt.encode({"alg": "HS256", "kid": "a"}, claims, OctKey.import_key(self.key.as_pem(private=False)))

    def discovery(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
        more = {"userinfo_endpoint": f"{self.issuer}/me"} if self.userinfo else {}
        return {
            "issuer": self.issuer,
            **{key: f"{self.issuer}/{path}" for key, path in names.items()},
            **more,
            **self.metadata,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where a browser is sent back to; the code stands for what was asked."""
        if self.error:
            return f"{query['redirect_uri']}?{urlencode({'error': self.error, 'state': query['state']})}"
        code = hashlib.sha256(query["state"].encode()).hexdigest()
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give tokens for a code once, to our client, who shows what the challenge was made from (RFC 7636)."""
        asked = self.asked.pop(form.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {known}":
            return 400, {"error": "invalid_grant"}
        made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked["code_challenge_method"] != "S256" or asked["code_challenge"] != made or asked["redirect_uri"] != form["redirect_uri"]:  # fmt: skip
            return 400, {"error": "invalid_grant"}
        now = int(self.clock().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.who}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.signs(claims | self.lies)}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/auth":
                self.send_response(303)
                self.send_header("location", provider.authorize(dict(parse_qsl(parts.query))))
                self.end_headers()
                return
            known: dict[str, Callable[[], Any]] = {
                "/.well-known/openid-configuration": provider.discovery,
                "/keys": lambda: KeySet([provider.key]).as_dict(private=False),
                "/me": lambda: provider.userinfo,
            }
            self._tell(200, known[parts.path]())

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["content-length"])).decode()
            self._tell(*provider.token(dict(parse_qsl(form)), self.headers.get("authorization", "")))

        def _tell(self, status: int, told: Any) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            pass

    return Handler


@contextmanager
def providing(clock: Callable[[], datetime], key: RSAKey, foreign: RSAKey) -> Iterator[Provider]:
    """Run the provider."""
    provider = Provider(clock, key, foreign)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
