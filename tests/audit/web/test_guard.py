"""What the desk refuses before it looks at who is asking."""

from __future__ import annotations

import pytest

from audit.web.guard import LARGEST
from tests.audit.web.visitor import Visitor

FORM = "application/x-www-form-urlencoded"


def test_every_answer_is_sealed(alone: Visitor) -> None:
    """Pages, files and refusals alike: nothing from elsewhere, no frame, no guessing of types."""
    for path in ("/", "/nirgends", "/static/desk.css", "/anmelden"):
        headers = alone.ask(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_are_not_kept_and_files_are(alone: Visitor) -> None:
    """A page may hold internal things, and where a browser keeps it, it asks whether it still holds; a file has its fingerprint."""
    assert alone.ask("/anmelden").headers["cache-control"] == "no-store"
    assert alone.ask("/").headers["cache-control"] == "private, no-cache"
    assert "immutable" in alone.ask("/static/desk.css").headers["cache-control"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "", "localhost.evil.example"])
def test_a_foreign_name_that_points_here_is_refused(alone: Visitor, host: str) -> None:
    """Else a page elsewhere could read the desk by turning its own name to 127.0.0.1 (DNS rebinding)."""
    assert alone.ask("/", host=host).status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1"},
    ],
)
def test_orders_come_from_our_own_pages(alone: Visitor, headers: dict[str, str]) -> None:
    """A page elsewhere may not send our forms, even with the right token."""
    alone.open("/")
    body = f"token={alone.token}&language=en&next=/".encode()
    assert alone.ask("/sprache", method="POST", body=body, content_type=FORM, **headers).status == 403
    assert alone.send("/sprache", language="en", next="/").status == 303


def test_a_form_needs_the_token_of_this_browser(alone: Visitor) -> None:
    """That of another browser is none."""
    other = Visitor(alone.address)
    other.open("/")
    alone.open("/")
    assert alone.send("/sprache", language="en", next="/", token=other.token).status == 403
    assert alone.send("/sprache", language="en", next="/", token="").status == 403


def test_a_body_that_is_too_large_is_refused(alone: Visitor) -> None:
    """By what it says of itself, before it is read."""
    answer = alone.ask("/sprache", method="POST", content_length=str(LARGEST + 1), origin=alone.address)
    assert answer.status == 413


def test_zero_bytes_reach_no_database(alone: Visitor) -> None:
    """Neither in an address nor in a form: PostgreSQL would break on the question."""
    for path in ("/nirgends%00", "/?seite=%00"):
        assert alone.ask(path).status == 404
    alone.open("/")
    assert alone.send("/sprache", language="e\x00n", next="/\x00").there == "/"


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/%2e%2e/render.py", "/static/..%2f..%2fdb/session.py"]
)
def test_no_path_leads_out_of_the_files(alone: Visitor, path: str) -> None:
    """Only what lies in the folder of static files is given away."""
    assert alone.ask(path).status == 404


@pytest.mark.parametrize(
    "there", ["//evil.example", "https://evil.example", "/\\evil.example", "/\x01", "javascript:1"]
)
def test_no_form_sends_us_elsewhere(alone: Visitor, there: str) -> None:
    """What a form names to go on to is a path of ours."""
    alone.open("/")
    assert alone.send("/sprache", language="en", next=there).there == "/"
