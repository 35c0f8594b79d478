"""The rules by which addresses are unified, and hosts told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3lib.url import canonicalize_url

from crawler.addresses import canonical, host_of, is_private_host, is_web, registrable, target

PAGE = "http://www.musterhafen.example/rathaus/amt.html"


@pytest.mark.parametrize(
    ("written", "one_form"),
    [
        ("HTTP://WWW.Musterhafen.EXAMPLE/Rathaus", "http://www.musterhafen.example/Rathaus"),
        ("http://www.musterhafen.example", "http://www.musterhafen.example/"),
        ("http://www.musterhafen.example.:80/a", "http://www.musterhafen.example/a"),
        ("https://www.musterhafen.example:443/a", "https://www.musterhafen.example/a"),
        ("https://www.musterhafen.example:80/a", "https://www.musterhafen.example:80/a"),
        ("http://www.musterhafen.example/a#oben", "http://www.musterhafen.example/a"),
        ("http://müsterhafen.example/", "http://xn--msterhafen-9db.example/"),
        ("http://a.example/b/../c/./d.html", "http://a.example/c/d.html"),
        ("http://a.example/b;jsessionid=0AF3.node1?x=1", "http://a.example/b?x=1"),
        ("http://a.example/b;JSESSIONID=1;v=2", "http://a.example/b;v=2"),
        ("http://a.example/?PHPSESSID=abc&id=4", "http://a.example/?id=4"),
        ("http://a.example/?sid=8f14e45fceea167a&id=4", "http://a.example/?id=4"),
        ("http://a.example/?sid=412", "http://a.example/?sid=412"),
        ("http://a.example/?b=2&a=1", "http://a.example/?a=1&b=2"),
        ("http://a.example/?utm_source=brief&fbclid=x&gclid=y&mtm_campaign=z", "http://a.example/"),
        ("http://a.example/x?textonly=1", "http://a.example/x"),
        ("http://a.example/x?print=1&id=3", "http://a.example/x?id=3"),
        ("http://a.example/x?print=katalog", "http://a.example/x?print=katalog"),
        ("http://a.example/x?view=print", "http://a.example/x"),
        ("http://a.example/x?view=item", "http://a.example/x?view=item"),
        ("http://a.example/x?type=98&kontrast=hoch", "http://a.example/x"),
        ("http://a.example/%7Eamt/%c3%a4%2f", "http://a.example/~amt/%C3%A4%2F"),
        ("http://a.example/ä ö", "http://a.example/%C3%A4%20%C3%B6"),
        ("http://a.example\\b\\c", "http://a.example/b/c"),
        ("http://name:wort@a.example/b", "http://a.example/b"),
        ("http://[2A00:1450::0:1]:80/b", "http://[2a00:1450::1]/b"),
        ("  http://a.example/b\n", "http://a.example/b"),
    ],
)
def test_one_address_has_one_form(written: str, one_form: str) -> None:
    """Spellings that lead to the same page become the same address."""
    assert canonical(written) == one_form


@pytest.mark.parametrize(
    "address", ["mailto:amt@a.example", "javascript:void(0)", "http:///x", "http://[::1/", "", "tel:+49"]
)
def test_what_is_no_web_address_stays_as_it_is(address: str) -> None:
    """Other schemes and broken addresses come back unchanged and are not for the web."""
    assert canonical(address) == address
    assert not is_web(address)


NAMES = st.sampled_from(["id", "utm_source", "sid", "print", "textonly", "ä", "%61", "PHPSESSID", "type", "a b", "x;y"])
PATHS = st.text("abc/.;=%27äÄ &?#+~\\jsessionid", max_size=30)
ADDRESSES = st.builds(
    lambda scheme, host, port, path, query: (
        f"{scheme}://{host}{port}/{path}?" + "&".join(f"{name}={value}" for name, value in query)
    ),
    st.sampled_from(["http", "HTTPS", "https"]),
    st.sampled_from(["a.example", "WWW.Stadt.DE.", "müller.de", "127.0.0.1", "[::1]"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    PATHS,
    st.lists(st.tuples(NAMES, st.text("019aäÄ%+ /&=;", max_size=8)), max_size=4),
)


@given(ADDRESSES)
def test_unifying_twice_changes_nothing(address: str) -> None:
    """The one form of an address is its own one form."""
    assert canonical(canonical(address)) == canonical(address)


@given(st.text(max_size=80))
def test_no_text_breaks_the_rules(text: str) -> None:
    """Whatever stands in a link, it is unified or left alone, never an error."""
    assert canonical(canonical(text)) == canonical(text)
    found = target(text, PAGE)
    assert found is None or is_web(found)


@given(st.from_regex(r"https?://[a-z]{1,8}\.[a-z]{2,5}/[A-Za-z0-9/_.~-]{0,30}", fullmatch=True))
def test_the_short_cut_agrees_with_the_library(address: str) -> None:
    """Addresses that pass as canonical without work are those that w3lib would not change either."""
    if canonical(address) == address and "/." not in address:
        assert canonicalize_url(address) == address


@pytest.mark.parametrize(
    ("href", "page"),
    [
        ("termin.html", "http://www.musterhafen.example/rathaus/termin.html"),
        ("/termin", "http://www.musterhafen.example/termin"),
        (" /termin", "http://www.musterhafen.example/termin"),
        ("//portal.example/x", "http://portal.example/x"),
        ("?id=2", "http://www.musterhafen.example/rathaus/amt.html?id=2"),
        (" https://portal.example/ ", "https://portal.example/"),
        ("../index.html", "http://www.musterhafen.example/index.html"),
    ],
)
def test_a_link_leads_to_a_whole_address(href: str, page: str) -> None:
    """Relative links are resolved against the page they stand on."""
    assert target(href, PAGE) == page


@pytest.mark.parametrize(
    "href",
    [
        "#inhalt",
        "",
        "mailto:a@b.example",
        "tel:110",
        "javascript:x()",
        "data:text/html,x",
        "http://a:99999999/",
        "/" + "x" * 5_000,
    ],
)
def test_some_links_lead_to_no_page(href: str) -> None:
    """Mail, telephone, scripts, data, jumps within the page and broken addresses are no targets."""
    assert target(href, PAGE) is None


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("HTTP://WWW.A.example:80/x", "www.a.example"),
        ("https://a.example:8443/", "a.example:8443"),
        ("http://a.example.", "a.example"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://a.example:99999/", ""),
        ("ftp://a.example/", ""),
        ("a.example", ""),
    ],
)
def test_host_is_named_with_its_port_unless_usual(address: str, host: str) -> None:
    """The host of an address is comparable; what is no web address has none."""
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.stralsund.de", "stralsund.de"),
        ("webris.stralsund.de:8080", "stralsund.de"),
        ("stralsund.de.", "stralsund.de"),
        ("www.council.gov.uk", "council.gov.uk"),
        ("www.musterhafen.example", "musterhafen.example"),
        ("a.b.musterhafen.example", "musterhafen.example"),
        ("www.rufbus.github.io", "rufbus.github.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
    ],
)
def test_registrable_domain_is_what_somebody_registered(host: str, domain: str) -> None:
    """Hosts of one owner share it; an unknown suffix is one label long."""
    assert registrable(host) == domain


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "a.localhost",
            "drucker.local",
            "wiki.internal",
            "intranet",
            "nas.lan",
            "metadata.google.internal",
            "",
        ),
        *(
            "127.0.0.1",
            "127.8.9.1:8080",
            "10.0.0.5",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
        ),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
        *(
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "0",
            "1.2.3.4.5",
            "256.1.1.1",
            "１２７.0.0.1",
            "127。0。0。1",
        ),
        *("::1", "[::1]:80", "[fe80::1%25eth0]", "fd00::1", "::", "::ffff:10.0.0.1", "[::ffff:127.0.0.1]", "::7f00:1"),
        *(
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "ff02::1",
            "[::gg]",
            "www.stadt.example@127.0.0.1",
            "a:b@localhost",
            "127.0.0.1.nip.io",
            "%31%32%37.0.0.1",
        ),
    ],
)
def test_private_hosts_are_recognised_in_every_disguise(host: str) -> None:
    """Nothing that leads into a network behind the firewall passes as public."""
    assert is_private_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "www.stralsund.de",
        "musterhafen.example:8080",
        "8.8.8.8",
        "[2a00:1450:4001::1]",
        "::ffff:8.8.8.8",
        "xn--mller-kva.de",
        "10er.de",
        "0x.de",
    ],
)
def test_public_hosts_are_public(host: str) -> None:
    """Names and addresses of the public internet are not refused."""
    assert not is_private_host(host)
