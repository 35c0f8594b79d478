"""Guards that robots.txt is obeyed as RFC 9309 has it."""

from __future__ import annotations

import pytest

from crawler import endings
from crawler.faults import RobotsUnreachable
from crawler.robots import READ, SLOWEST, rules
from db.terms import End


def test_a_2xx_is_parsed_for_our_name_and_everyone() -> None:
    """Section 2.2.1: a group with our token counts for us, whatever stands under the star."""
    body = b"User-agent: *\nDisallow: /\n\nUser-agent: Fundstelle\nDisallow: /intern/\nAllow: /intern/offen\n"
    found = rules(200, body)
    assert found.allow("http://a.example/")
    assert not found.allow("http://a.example/intern/akte")
    assert found.allow("http://a.example/intern/offen")


def test_a_4xx_allows_everything() -> None:
    """Section 2.3.1.3: unavailable means no rules; so does a redirect that leads nowhere."""
    for status in (301, 401, 403, 404, 410, 429):
        assert rules(status, b"User-agent: *\nDisallow: /").allow("http://a.example/")


def test_a_5xx_forbids_everything() -> None:
    """Section 2.3.1.4: unreachable means complete disallow."""
    for status in (500, 502, 503):
        with pytest.raises(RobotsUnreachable, match=str(status)):
            rules(status, b"")


def test_only_the_first_500_kilobytes_count() -> None:
    """Section 2.5: what stands behind the limit is not read, so nobody can make us parse for ever."""
    late = b"User-agent: *\n" + b"# x\n" * (READ // 4) + b"Disallow: /\n"
    assert rules(200, late).allow("http://a.example/")


def test_broken_bytes_are_no_obstacle() -> None:
    """A byte order mark and bytes outside UTF-8 neither break nor hide the rules."""
    found = rules(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /geheim\n# \xfc\xff\n")
    assert not found.allow("http://a.example/geheim")
    assert rules(200, b"<html><body>Startseite</body></html>").allow("http://a.example/geheim")


def test_the_delay_is_kept_up_to_a_limit() -> None:
    """A crawl-delay is taken, an absurd one is capped, none is none."""
    assert rules(200, b"User-agent: *\nCrawl-delay: 7\n").delay == 7
    assert rules(200, b"User-agent: *\nCrawl-delay: 86400\n").delay == SLOWEST
    assert rules(200, b"").delay == 0
    assert rules(404, b"").delay == 0


def test_sitemaps_are_named() -> None:
    """Sitemaps are taken as they are written; what they mean, the spider finds out."""
    assert rules(200, b"Sitemap: http://a.example/s.xml\nSitemap: /t.xml\n").sitemaps == [
        "http://a.example/s.xml",
        "/t.xml",
    ]


@pytest.mark.parametrize(
    ("cause", "end"),
    [
        ("status", End.ROBOTS_UNREACHABLE),
        ("timeout", End.ROBOTS_UNREACHABLE),
        ("too_large", End.ROBOTS_UNREACHABLE),
        ("dns", End.UNREACHABLE),
        ("connection", End.UNREACHABLE),
        ("certificate", End.UNREACHABLE),
        ("private_address", End.REFUSED),
    ],
)
def test_what_is_missing_decides_how_a_site_ends(cause: str, end: End) -> None:
    """A server that is not there at all is unreachable; one that only keeps its robots.txt from us is told apart."""
    verdict = endings.of_robots("www.a.example", RobotsUnreachable("Grund.", cause=cause))
    assert verdict.end == end
    assert verdict.detail.startswith("www.a.example: ")
    assert verdict.detail.endswith(".")


@pytest.mark.parametrize(
    ("group", "barred"),
    [
        ("User-agent: Googlebot\nDisallow: /", ("googlebot",)),
        ("User-agent: Googlebot/2.1\nUser-agent: bingbot # beide\nDisallow: /", ("googlebot", "bingbot")),
        # Another name is another robot, even if ours begins with it or the other way round.
        ("User-agent: Google\nDisallow: /\n\nUser-agent: Googlebot-News\nDisallow: /", ()),
        ("User-agent: Fundstelle\nDisallow: /", ()),
        ("User-agent: *bot\nDisallow: /", ()),
        # Groups of one name are one group.
        (
            "User-agent: bingbot\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: BingBot\nDisallow: /dienst",
            ("bingbot",),
        ),
        ("User-agent: *\nDisallow: /\n\nUser-agent: bingbot\nAllow: /", ("googlebot",)),
    ],
)
def test_what_search_engines_may_read_is_known_by_name(group: str, barred: tuple[str, ...]) -> None:
    """Section 2.2.1: the token decides, without its version and whatever its case."""
    assert rules(200, group.encode()).barred("http://a.example/dienst") == barred


def test_our_version_stands_for_us() -> None:
    """A group for a version of ours is meant for us, one that only begins like our name is not."""
    assert not rules(200, b"User-agent: Fundstelle/1.0\nDisallow: /").allow("http://a.example/")
    assert rules(200, b"User-agent: Fund\nDisallow: /").allow("http://a.example/")
