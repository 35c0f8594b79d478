"""How a website is reached whose protocol nobody has named: by real readings of real servers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import HTTPServer, SimpleHTTPRequestHandler

import pytest
from sqlalchemy import Engine

from audit.run.reaching import Reached, reached
from db.errors import InputError
from tests.crawler.conftest import closed, untrusted  # noqa: F401 fixtures


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing on the terminal."""

    def log_message(self, *_: object) -> None:
        """Keep it."""


@pytest.fixture
def plain() -> Iterator[str]:
    """A server that speaks http only."""
    server = HTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_http_is_taken_where_https_is_silent_and_not_where_its_certificate_is_wrong(
    engine: Engine,
    plain: str,
    untrusted: str,  # noqa: F811 the fixture
    closed: str,  # noqa: F811 the fixture
) -> None:
    """Whoever answers neither keeps https."""

    def told(host: str) -> Reached:
        return reached(engine, f"https://{host}/", allowed=[host])

    assert told(plain) == (f"http://{plain}/", "http")
    assert told(untrusted) == (f"https://{untrusted}/", "certificate")
    assert told(closed) == (f"https://{closed}/", "nowhere")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1:8080", "[::1]", "0x7f000001", "localhost", "rathaus", "intranet.local"]
)
def test_nobody_looks_into_a_network(engine: Engine, host: str) -> None:
    """However its name is written."""
    with pytest.raises(InputError):
        reached(engine, f"https://{host}/")
