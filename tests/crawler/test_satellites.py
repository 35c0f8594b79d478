"""Guards the rules by which a linked host is the town's own, perhaps its own, or somebody else's."""

from __future__ import annotations

import pytest

from crawler.satellites import LinkSeen, scope, survey
from db.models import Site, Town
from db.terms import Role, Standing

STRALSUND = "www.stralsund.de"


def town(name: str = "Stralsund", host: str = STRALSUND, **more: object) -> Town:
    site = Site(url=f"https://{host}/", host=host, role="city")
    return Town(key="town", name=name, sites=[site], **more)  # type: ignore[arg-type]


def seen(url: str, text: str = "", *, source: str = STRALSUND, count: int = 1) -> LinkSeen:
    return LinkSeen(source, url, text, "main", count)


def standing(url: str, text: str = "", *, of: Town | None = None, imprint: str = "") -> str:
    of = of or town()
    source = of.sites[0].host
    host = url.split("/")[2]
    (one,) = survey(town=of, links=[seen(url, text, source=source)], imprints={host: imprint} if imprint else {})
    return one.standing


@pytest.mark.parametrize(
    ("url", "role"),
    [
        ("https://webris.stralsund.de/buergerinfo/to0050.asp", Role.COUNCIL),
        ("https://service.stralsund.de/", Role.PORTAL),
        ("https://stadtbibliothek.stralsund.de/", Role.LIBRARY),
        ("https://www.stadtwerke-stralsund.de/tarife", Role.UTILITY),
        ("https://stadtwerkestralsund.de/", Role.UTILITY),
        ("https://vhs-stralsund.de/", Role.SCHOOL),
        ("https://www.abfall-stralsund.de/", Role.WASTE),
        ("https://stralsund.maengelmelder.de/", Role.PORTAL),
        ("https://stralsund.sitzung-mv.de/bi/vo020.asp", Role.COUNCIL),
        ("https://www.hansestadt-stralsund.de/", Role.CITY),
    ],
)
def test_own_hosts_carry_the_name_or_stand_below_the_own_domain(url: str, role: str) -> None:
    """A host is own by its domain, its name beside a municipal word, or as the town's tenant; its words tell the role."""
    (one,) = survey(town=town(), links=[seen(url)], imprints={})
    assert (one.standing, one.role) == (Standing.OWN, role)
    assert one.reason.endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.cdu-stralsund.de/",
        "https://spdstralsund.de/",
        "https://www.hotel-stralsund.de/",
        "https://www.neu-stralsund.de/",
        "https://neustralsund.de/",
        "https://de.wikipedia.org/wiki/Stralsund",
        "https://www.facebook.com/stralsund",
        "https://www.ostsee-zeitung.de/lokales/stralsund",
        "https://www.greifswald.de/",
        "https://www.mv-serviceportal.de/stralsund",
        "https://www.bund.de/",
        "https://stralsund.dev.srv003.ideengeist.de/",
        "https://serviceportal.dikom-bb.de/dikom-musterstadt/",
        "http://10.0.0.1/stralsund",
        "https://www.einkaufen.de/",
    ],
)
def test_foreign_hosts_stay_foreign(url: str) -> None:
    """Parties, press, shops, networks, authorities, demonstrations and other places are never the town's."""
    assert standing(url, "Online beantragen") == Standing.FOREIGN


@pytest.mark.parametrize(
    "url",
    [
        "https://www.freunde-stralsund.de/",
        "https://www.stralsund.com/",
        "https://stralsund.irgendein-portal.de/",
        "https://www.maengelmelder.de/",
        "https://www.easypark.de/",
        "https://www.openrathaus-welt.de/",
    ],
)
def test_doubt_is_a_proposal(url: str) -> None:
    """What only looks like the town's is proposed to a person and not read."""
    doubtful = town(aliases={"OpenR@thaus": ["OpenRathaus"]})
    assert standing(url, "Parken", of=doubtful) == Standing.PROPOSED


@pytest.mark.parametrize(
    ("name", "home", "url", "expected"),
    [
        ("Mülheim an der Ruhr", "www.muelheim-ruhr.de", "https://www.muehlheim.de/", Standing.FOREIGN),
        ("Mülheim an der Ruhr", "www.muelheim-ruhr.de", "https://stadtwerke-muelheim-ruhr.de/", Standing.OWN),
        ("Mülheim an der Ruhr", "www.muelheim-ruhr.de", "https://stadtwerke-muelheim.de/", Standing.PROPOSED),
        ("Mülheim an der Ruhr", "www.muelheim-ruhr.de", "https://www.xn--mlheim-ruhr-thb.de/", Standing.OWN),
        ("Frankfurt (Oder)", "www.frankfurt-oder.de", "https://stadtwerke-frankfurt.de/", Standing.PROPOSED),
        ("Kempten (Allgäu)", "www.kempten.de", "https://stadtwerke-kempten.de/", Standing.OWN),
        ("Ulm", "www.ulm.de", "https://nu.neu-ulm.de/", Standing.FOREIGN),
        ("Bad Doberan", "www.bad-doberan.de", "https://stadtwerke-bad-doberan.de/", Standing.OWN),
        ("Bad Doberan", "www.bad-doberan.de", "https://stadtwerke-doberan.de/", Standing.PROPOSED),
        ("Linden", "www.linden-ww.de", "https://www.linden.de/", Standing.PROPOSED),
        ("Linden", "www.linden-ww.de", "https://stadtwerke-linden-ww.de/", Standing.OWN),
        ("Wartenberg", "www.wartenberg.de", "https://vg-wartenberg.de/", Standing.PROPOSED),
        ("Müllheim", "www.muellheim.de", "https://stadtwerke-mullheim.de/", Standing.FOREIGN),
    ],
)
def test_names_that_other_places_share(name: str, home: str, url: str, expected: str) -> None:
    """A name with an addition is own only with it, or as the town's own host writes it; umlauts are spelt, not dropped."""
    assert standing(url, of=town(name, home)) == expected


def test_a_tenant_of_another_name_is_bound_by_the_words_of_a_link() -> None:
    """An opaque tenant is own when an own page offers it as a service, a neighbour's never."""
    of = town(neighbours=["greifswald"])
    url = "https://www.terminland.de/hst-buergerbuero/"
    assert standing(url, "Termin online buchen", of=of) == Standing.OWN
    assert standing(url, "hier", of=of) == Standing.PROPOSED
    assert standing("https://greifswald.maengelmelder.de/", "Mängel melden", of=of) == Standing.FOREIGN


def test_the_front_door_of_a_tenant_is_its_own_part() -> None:
    """On a vendor's host only the tenant's path is the town's, so that is where reading starts."""
    url = "https://portal.little-bird.de/Stralsund/kitas?x=1"
    (one,) = survey(town=town(), links=[seen(url, "Kita-Platz suchen")], imprints={})
    assert (one.standing, one.url) == (Standing.OWN, "https://portal.little-bird.de/Stralsund")


def test_the_imprint_makes_a_nameless_site_own() -> None:
    """A microsite without the name is own when its imprint names the town or its company, not for an address in town."""
    url = "https://www.smart-people-city.de/"
    assert standing(url, imprint="Impressum Herausgeber: Hansestadt Stralsund, Der Oberbürgermeister") == Standing.OWN
    assert standing(url, imprint="Anbieter: Stadtwerke Stralsund GmbH, Frankendamm 7") == Standing.OWN
    assert standing(url, imprint="Müller Werbung, Ossenreyerstraße 1, 18439 Stralsund") == Standing.FOREIGN
    assert standing("https://www.cdu-stralsund.de/", imprint="Stadt Stralsund") == Standing.FOREIGN


def test_only_confirmed_sites_speak_for_the_town() -> None:
    """Tenants' domains are not the town's: another town on a confirmed portal's domain stays foreign."""
    of = town()
    of.sites.append(Site(url="https://stralsund.maengelmelder.de/", host="stralsund.maengelmelder.de", role="portal"))
    assert standing("https://rostock.maengelmelder.de/", "Rostock", of=of) == Standing.PROPOSED


def test_known_sites_are_not_surveyed_and_the_own_come_first() -> None:
    """Each unknown host is decided once, own before proposed before foreign, the most linked first."""
    links = [
        seen("https://stralsund.de/bauen", "Bauen"),
        seen("https://www.einkaufen.de/"),
        seen("https://www.facebook.com/stralsund", count=40),
        seen("https://service.stralsund.de/a", "Anträge"),
        seen("https://service.stralsund.de/b", "Anträge", count=3),
        seen("mailto:post@stralsund.de"),
    ]
    found = survey(town=town(), links=links, imprints={})
    assert [(one.host, one.standing, one.count) for one in found] == [
        ("service.stralsund.de", Standing.OWN, 4),
        ("www.facebook.com", Standing.FOREIGN, 40),
        ("www.einkaufen.de", Standing.FOREIGN, 1),
    ]


def test_scope_says_what_an_address_is_without_the_network() -> None:
    """Every kind of address gets its word, its reason and what to beware of."""
    wanted = {
        "https://stralsund.de/a": "same_host",
        "https://webris.stralsund.de/buergerinfo": "subdomain",
        "https://www.stadtwerke-stralsund.de/": "own_domain",
        "https://stralsund.maengelmelder.de/": "tenant",
        "https://www.service-bw.de/": "authority",
        "https://www.ostsee-zeitung.de/": "foreign",
        "https://www.greifswald.de/": "foreign",
        "mailto:post@stralsund.de": "no_address",
        "www.stralsund.de": "no_address",
    }
    found = scope("https://www.stralsund.de/", wanted)
    assert {one["url"]: one["scope"] for one in found} == wanted
    assert all(one["reason"].endswith(".") for one in found)


def test_scope_warns_of_lookalikes() -> None:
    """Credentials, ports, trailing dots, disguised letters, private and plain connections are pointed out."""
    urls = [
        "https://www.stralsund.de@boese.example/",
        "https://www.stralsund.de:8443/",
        "https://www.stralsund.de./",
        "https://xn--strlsund-2za.de/",
        "http://192.168.0.1/",
        "https://www.stralsund.de/sicher",
    ]
    found = scope("https://www.stralsund.de/", urls)
    assert [bool(one["warnings"]) for one in found] == [True, True, True, True, True, False]
    assert found[0]["host"] == "boese.example"
    assert found[0]["scope"] == "foreign"
