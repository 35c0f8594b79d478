"""Guards how long a server may ask us to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.http import Response

from crawler.answers import retry_after

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 01 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0),
        ("bald", 0),
        ("-5", 0),
        ("", 0),
        ("٣", 0),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float) -> None:
    """RFC 9110, section 10.2.3; nonsense is no request to wait."""
    response = Response("http://a.example/", status=429, headers={"Retry-After": said})
    assert retry_after(response, now=NOW) == seconds
