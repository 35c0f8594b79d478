"""Guards that what a page tells search engines is heard, for all of them and for the big ones by name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.directives import Robots, read

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("metas", "headers", "expected"),
    [
        ([], [], Robots()),
        ([("robots", "noindex, nofollow")], [], Robots(index=False, follow=False)),
        ([("robots", "index"), ("robots", "NOINDEX")], [], Robots(index=False)),
        ([("bingbot", "noindex")], [], Robots(engines={"bingbot": {"index": False}})),
        ([("googlebot", "none")], [], Robots(False, False, {"googlebot": {"index": False, "follow": False}})),
        # What is forbidden to all is no rule for one by name.
        ([("robots", "noindex"), ("googlebot", "noindex")], [], Robots(index=False)),
        # The general rule cannot be lifted for one engine: they add up.
        ([("robots", "noindex"), ("googlebot", "index")], [], Robots(index=False)),
        ([], ["noindex", "googlebot: nofollow"], Robots(False, False, {"googlebot": {"follow": False}})),
        ([], ["otherbot: noindex, nofollow"], Robots()),
        ([], ["otherbot: noindex, bingbot: noindex"], Robots(engines={"bingbot": {"index": False}})),
        # A name holds to the end of its own header.
        ([], ["otherbot: noarchive", "noindex"], Robots(index=False)),
        ([], ["unavailable_after: 25 Jun 2025 15:00:00 GMT"], Robots(index=False)),
        ([], ["unavailable_after: Wednesday, 25-Jun-25 15:00:00 GMT"], Robots(index=False)),
        ([("robots", "unavailable_after: 2026-12-31")], [], Robots()),
        ([("robots", "unavailable_after: irgendwann, nofollow")], [], Robots(follow=False)),
        ([("robots", "max-snippet:-1, max-image-preview: none")], [], Robots()),
    ],
)
def test_directives_are_heard(metas: list[tuple[str, str]], headers: list[str], expected: Robots) -> None:
    """Metas and headers add up; each engine hears what is said to all and to itself."""
    assert read(metas, headers, now=NOW) == expected
