"""The directory of towns: what a name finds, and which town an argument means."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.inventory import directory, gazetteer
from audit.inventory.profile import Profile
from audit.inventory.spelling import slug
from db.errors import ProfileError, UnknownTownError
from db.models import Site, Town
from db.terms import Standing


def stored(key: str, name: str, *, state: str | None = None, url: str = "http://www.ort.example/") -> Town:
    host = url.split("/")[2]
    return Town(key=key, name=name, state=state, sites=[Site(url=url, host=host, role="city")])


def test_the_directory_is_whole_and_its_keys_are_unique() -> None:
    """All 8,356 municipalities are there, and each can be named by a key of the contract's form."""
    places = gazetteer.load()
    assert len(places) == 8356
    assert len(gazetteer.keys()) == len(places)
    assert all(slug(place.key) == place.key for place in places)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Stralsund", "stralsund"),
        ("Hansestadt Stralsund", "stralsund"),
        ("Universitäts- und Hansestadt Greifswald", "greifswald"),
        ("muenchen", "muenchen"),
        ("Baden Baden", "baden-baden"),
        ("castrop rauxel", "castrop-rauxel"),
        ("Munster", "munster"),
        ("Altdorf BY", "altdorf-by"),
        ("Altdorf (Bayern)", "altdorf-by"),
        ("altdorf-by", "altdorf-by"),
        ("Halle Sachsen-Anhalt", "halle-saale"),
        ("Münster NRW", "muenster-nw"),
        ("Stralsnd", "stralsund"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(name: str, first: str) -> None:
    """Umlauts, hyphens, titles before the name, the Land behind it and slips do not matter."""
    assert directory.find(name)[0].key == first


def test_exact_names_come_before_those_that_begin_so() -> None:
    """Who looks for Halle sees all four before Hallenberg."""
    names = [place.name for place in directory.find("Halle")]
    assert names[:4] == ["Halle", "Halle", "Halle", "Halle (Saale)"]
    assert "Hallenberg" in names[4:]


def test_a_slip_is_only_searched_for_where_nothing_begins_so() -> None:
    """Similar names do not bury those that fit."""
    assert {place.name for place in directory.find("Stralsund")} == {"Stralsund"}
    assert directory.find("") == []


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_search(text: str) -> None:
    """Whatever is typed, the answer is a list of places without repetition."""
    found = directory.find(text)
    assert len({place.key for place in found}) == len(found)


def test_places_also_know_the_names_people_write() -> None:
    """In a text it says Frankfurt or Halle, never Halle (Saale)."""
    assert {"Stralsund", "Halle (Saale)", "Halle", "Adorf"} <= directory.places()


def test_a_curated_profile_goes_before_the_directory() -> None:
    """Stralsund is ten sites, not one domain."""
    for name in ("stralsund", "Stralsund", "Hansestadt Stralsund", "Stralsund MV", "https://stralsund.de"):
        profile = directory.resolve(name)
        assert profile.key == "stralsund"
        assert len(profile.sites) == 10


def test_a_town_of_the_directory_has_its_domain_as_its_only_site() -> None:
    """Name, Land and front door are known; nothing is made up beyond that."""
    profile = directory.resolve("Rostock")
    assert (profile.key, profile.state, profile.competences) == ("rostock", "MV", [])
    assert [(site.url, site.role) for site in profile.sites] == [("https://www.rostock.de/", "city")]


def test_a_town_one_knows_goes_before_all_that_is_shipped() -> None:
    """Sites that staff confirmed must not be lost by naming the town."""
    mine = stored("stralsund", "Stralsund")
    mine.sites.append(Site(url="http://neu.example/", host="neu.example", role="portal"))
    mine.sites.append(Site(url="http://fremd.example/", host="fremd.example", role="other", standing=Standing.FOREIGN))
    profile = directory.resolve("Hansestadt Stralsund", known=[stored("a", "Altdorf"), mine])
    assert [site.url for site in profile.sites] == ["http://www.ort.example/", "http://neu.example/"]
    assert profile.budget.pages_per_site == 1500
    assert directory.resolve("http://www.ort.example", known=[mine]) == profile


def test_a_known_town_without_a_confirmed_site_gives_way() -> None:
    """With nothing to read it is no help; what is shipped knows better."""
    mine = stored("stralsund", "Stralsund")
    mine.sites[0].standing = Standing.PROPOSED
    assert len(directory.resolve("stralsund", known=[mine]).sites) == 10


def test_a_name_of_several_towns_is_refused_with_all_of_them() -> None:
    """The message lists each with its Land and how to choose."""
    with pytest.raises(UnknownTownError) as fault:
        directory.resolve("Altdorf")
    assert "„altdorf-by“ (Altdorf, Bayern, markt-altdorf.de)" in fault.value.message
    assert "Baden-Württemberg" in fault.value.message
    assert "„altdorf-by“" in fault.value.remedy
    assert "fundstelle town find Altdorf" in fault.value.remedy
    assert directory.resolve("altdorf-by").state == "BY"


def test_a_name_that_repeats_within_its_land_is_chosen_by_its_domain() -> None:
    """Two Altdorf in Baden-Württemberg: the Land is not enough."""
    with pytest.raises(UnknownTownError, match="altdorf-bb-de"):
        directory.resolve("Altdorf BW")
    assert directory.resolve("altdorf-bb-de").sites[0].url == "https://www.altdorf-bb.de/"


@pytest.mark.parametrize("name", ["Frankfurt", "Halle"])
def test_a_name_whose_short_form_has_several_is_not_guessed(name: str) -> None:
    """Frankfurt is two towns, although neither is called only so."""
    with pytest.raises(UnknownTownError, match="mehrmals"):
        directory.resolve(name)


def test_the_full_name_goes_before_a_short_form() -> None:
    """Weimar is Weimar, and not Weimar (Lahn)."""
    assert directory.resolve("Weimar").state == "TH"


def test_several_known_towns_of_a_name_are_refused() -> None:
    """Also one's own towns may share a name."""
    towns = [stored("altdorf-by", "Altdorf", state="BY"), stored("altdorf-rp", "Altdorf", state="RP")]
    with pytest.raises(UnknownTownError, match=r"altdorf-by.*altdorf-rp"):
        directory.resolve("Altdorf", known=towns)
    assert directory.resolve("Altdorf RP", known=towns).key == "altdorf-rp"


def test_an_unknown_town_is_refused_with_similar_names() -> None:
    """At most five suggestions, and the other ways to name a town."""
    with pytest.raises(UnknownTownError) as fault:
        directory.resolve("Musterhaven", known=[stored("musterhafen", "Musterhafen")])
    assert "„musterhafen“ (Musterhafen)" in fault.value.remedy
    assert "Internetadresse" in fault.value.remedy
    with pytest.raises(UnknownTownError) as fault:
        directory.resolve("Stralsundd")
    assert fault.value.remedy.startswith("Meinten Sie „stralsund“ (Stralsund, Mecklenburg-Vorpommern, stralsund.de)")
    assert fault.value.remedy.count("(") <= 6


@pytest.mark.parametrize(
    ("address", "key", "name", "url"),
    [
        ("www.musterstadt.example", "musterstadt", "Musterstadt", "http://www.musterstadt.example"),
        (
            "https://www.stadt-musterau.example/start",
            "stadt-musterau",
            "Musterau",
            "https://www.stadt-musterau.example/start",
        ),
        ("http://127.0.0.1:8000/", "127-0-0-1-8000", "127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("http://localhost:8000", "localhost-8000", "Localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_unknown_address_makes_a_profile_of_one_site(address: str, key: str, name: str, url: str) -> None:
    """An address is enough to begin."""
    profile = directory.resolve(address)
    assert (profile.key, [site.url for site in profile.sites]) == (key, [url])
    assert profile.name.lower() == name.lower().replace(".", "-") or profile.name == name


def test_the_address_of_a_known_domain_is_that_town() -> None:
    """Who gives the domain gets the name with it."""
    assert directory.resolve("www.achim.de").name == "Achim"
    assert directory.resolve("http://achim.de/").state == "NI"


@pytest.mark.parametrize("address", ["ftp://www.achim.de/", "http://", "http://ich:geheim@achim.de/"])
def test_an_address_that_cannot_be_read_is_refused(address: str) -> None:
    """The remedy shows what an address looks like."""
    with pytest.raises(UnknownTownError) as fault:
        directory.resolve(address)
    assert "https://www.musterstadt.de/" in fault.value.remedy


def test_a_profile_file_is_read_wherever_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A YAML file is meant by its ending; another file only if no town is called so."""
    text = "key: ort\nname: Ort\nsites: [{url: 'http://www.ort.example/', role: city}]\n"
    (tmp_path / "ort.YAML").write_text(text, encoding="utf-8")
    (tmp_path / "Achim").write_text(text, encoding="utf-8")
    (tmp_path / "meinprofil").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert directory.resolve(str(tmp_path / "ort.YAML")).key == "ort"
    assert directory.resolve("meinprofil").key == "ort"
    assert directory.resolve("Achim").key == "achim"
    with pytest.raises(ProfileError, match="gibt es nicht"):
        directory.resolve("fehlt.yaml")


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_argument_is_a_profile_or_a_clear_error(text: str) -> None:
    """No argument of the command line ends in a fault of ours."""
    try:
        found: Profile | str = directory.resolve(text)
    except (UnknownTownError, ProfileError) as fault:
        found = fault.remedy or str(fault.file)
    assert found
