"""
A browser without scripts: real HTTP to the desk, cookies, and forms with the token of the page they are on.

Does not test anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str
    body: bytes = b""

    @property
    def there(self) -> str:
        """Where it sends us."""
        return self.headers.get("location", "")


@dataclass
class Visitor:
    """One browser at the desk at this address."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Send one question as it is, and follow nothing; a keyword ``sec_fetch_site`` is that header."""
        host = urlsplit(self.address).netloc
        sent = {"host": host, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection(host, timeout=20)
        try:
            connection.request(method, path, body=body or None, headers=sent)
            response = connection.getresponse()
            content = response.read()
            text = content.decode("utf-8", "replace")
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    self._keep(value)
            return Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, text, content
            )
        finally:
            connection.close()

    def open(self, path: str) -> Answer:
        """Open a page and remember the token of its forms."""
        answer = self.ask(path)
        if found := re.search(r'name="token" value="([0-9a-f]{64})"', answer.text):
            self.token = found[1]
        return answer

    def send(self, path: str, **values: str | list[str]) -> Answer:
        """Send a form of the page that was opened last."""
        body = urlencode({"token": self.token, **values}, doseq=True).encode()
        kind = "application/x-www-form-urlencoded"
        return self.ask(path, method="POST", body=body, content_type=kind, origin=self.address)

    def _keep(self, line: str) -> None:
        name, _, rest = line.partition("=")
        value = rest.split(";")[0]
        if "max-age=0" in rest.lower() or not value or value == '""':
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
