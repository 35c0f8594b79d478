"""Guards that no request leaves for a private network, whoever asks for it."""

from __future__ import annotations

import pytest
from twisted.internet.error import DNSLookupError

from crawler.guard import GuardedResolver, GuardMiddleware, proxies, refused_names


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1:8080/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/",
        "http://drucker.local/",
        "http://intranet/",
        "http://www.musterhafen.example@10.0.0.1/",
        "http://www.musterhafen.example\\@10.0.0.1/",
        "file:///etc/passwd",
        "ftp://www.musterhafen.example/",
        "data:text/html,x",
        "javascript:alert(1)",
        "http:///",
    ],
)
def test_only_http_to_public_hosts_leaves(url: str) -> None:
    """Private addresses in every writing, other schemes and disguised hosts are refused."""
    assert not GuardMiddleware([]).is_allowed(url)


def test_public_and_named_private_hosts_leave() -> None:
    """What a person wrote into the profile is meant; with its port or without."""
    guard = GuardMiddleware(["127.0.0.1:8101", "intranet"])
    assert guard.is_allowed("https://www.musterhafen.example/a?b=1")
    assert guard.is_allowed("http://127.0.0.1:8101/")
    assert guard.is_allowed("http://intranet/")
    assert not guard.is_allowed("http://127.0.0.1:22/")


class Reactor:
    """Stands where the network library's loop would; checking an answer needs none."""


def resolver(*allowed: str) -> GuardedResolver:
    return GuardedResolver(Reactor(), 10, 1.0, allowed=allowed)  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0"])
def test_a_name_that_points_inside_is_refused_and_remembered(answer: str) -> None:
    """The check is on the very answer that is connected to, so changing the answer later gains nothing."""
    name = f"{answer}.boese.example"
    with pytest.raises(DNSLookupError, match="private"):
        resolver()._check(answer, name)
    assert name in refused_names


def test_public_answers_and_allowed_names_pass() -> None:
    """Public answers pass; so do names in the profile and the outbound proxy."""
    assert resolver()._check("93.184.216.34", "www.musterhafen.example") == "93.184.216.34"
    assert resolver("proxy.rathaus")._check("10.0.0.7", "proxy.rathaus") == "10.0.0.7"


def test_the_outbound_proxy_may_be_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A town hall's proxy is in its own network; its name is known from the environment."""
    monkeypatch.setenv("HTTP_PROXY", "http://name:wort@proxy.rathaus:3128")
    monkeypatch.setenv("https_proxy", "proxy2.rathaus:3128")
    assert {"proxy.rathaus", "proxy2.rathaus"} <= proxies()
