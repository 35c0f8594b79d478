"""Profiles: what they may say, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.inventory import directory, profile
from audit.inventory.profile import STATES, Profile
from db.errors import ProfileError
from db.terms import Role, Standing

FULL = """\
key: musterhafen
name: Musterhafen
ars: "130730088088"
state: MV
competences: [kreisangehoerig]
population: 59000
sites:
  - {url: "http://www.musterhafen.example/", role: city}
  - {url: "http://www.stadtwerke-musterhafen.example/", role: utility}
aliases: {"OpenR@thaus": [OpenRthaus, OpenRathaus, "Open Rathaus"]}
neighbours: [nachbarau]
budget: {pages_per_site: 150, seconds_per_site: 60, delay_seconds: 0, searches_per_site: 60, search_share: 0.7}
"""

SHORT = """\
key: nachbarau
name: Nachbarau
sites:
  - {url: "https://www.nachbarau.example/", role: city}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "town.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_full_profile_becomes_a_town_with_confirmed_sites(tmp_path: Path) -> None:
    """Every key of the contract reaches the town."""
    town = profile.read(written(tmp_path, FULL)).town()
    assert (town.key, town.name, town.ars, town.state) == ("musterhafen", "Musterhafen", "130730088088", "MV")
    assert (town.competences, town.population, town.neighbours) == (["kreisangehoerig"], 59000, ["nachbarau"])
    assert town.aliases == {"OpenR@thaus": ["OpenRthaus", "OpenRathaus", "Open Rathaus"]}
    assert town.budget == {
        "pages_per_site": 150,
        "seconds_per_site": 60,
        "delay_seconds": 0,
        "searches_per_site": 60,
        "search_share": 0.7,
    }
    assert [(site.host, site.role, site.standing) for site in town.sites] == [
        ("www.musterhafen.example", "city", Standing.CONFIRMED),
        ("www.stadtwerke-musterhafen.example", "utility", Standing.CONFIRMED),
    ]


def test_what_is_not_given_has_its_default_and_nothing_is_inferred(tmp_path: Path) -> None:
    """Budgets have defaults; a town is kreisfrei only if the profile says so."""
    town = profile.read(written(tmp_path, SHORT)).town()
    assert town.budget == {
        "pages_per_site": 1500,
        "seconds_per_site": 1800,
        "delay_seconds": 1.0,
        "searches_per_site": 0,
        "search_share": 0.5,
    }
    assert (town.ars, town.state, town.competences, town.aliases, town.neighbours) == (None, None, [], {}, [])


def test_a_key_with_nothing_behind_it_is_as_if_not_given(tmp_path: Path) -> None:
    """„ars:“ and „aliases:“ left open in a form are no error."""
    read = profile.read(written(tmp_path, SHORT + "ars:\naliases:\nbudget:\n"))
    assert (read.ars, read.aliases, read.budget.pages_per_site) == (None, {}, 1500)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("key: musterhafen", "key: Muster Hafen", 1, ["key", "[a-z0-9-]"]),
        ('ars: "130730088088"', "ars: 130730088088", 3, ["ars", "Anführungszeichen"]),
        ('ars: "130730088088"', 'ars: "13073"', 3, ["ars", "12"]),
        ("state: MV", "state: XX", 4, ["state", "'MV'"]),
        ("[kreisangehoerig]", "[kreisfrei, kreisangehoerig]", 5, ["nicht beides"]),
        ("[kreisangehoerig]", "[dorf]", 5, ["competences", "'kreisfrei'"]),
        ("population: 59000", "population: viele", 6, ["population", "ganze Zahl"]),
        ("http://www.musterhafen", "www.musterhafen", 8, ["url", "http://"]),
        ("http://www.musterhafen", "ftp://www.musterhafen", 8, ["url", "https://"]),
        ("http://www.musterhafen", "http://ich:geheim@www.musterhafen", 8, ["Benutzernamen"]),
        ("http://www.musterhafen", "http://[www.musterhafen", 8, ["keine gültige Internetadresse"]),
        ("role: utility", "role: stadtwerk", 9, ["role", "'utility'"]),
        ("www.stadtwerke-musterhafen", "WWW.musterhafen", 9, ["www.musterhafen.example", "zweimal"]),
        ("aliases: {", "Aliases: {", 10, ["Aliases", "aliases"]),
        ('aliases: {"OpenR@thaus": [OpenRthaus, OpenRathaus, "Open Rathaus"]}', "aliases: [x]", 10, ["Schreibweisen"]),
        ("[nachbarau]", "[Nachbar Au]", 11, ["neighbours"]),
        ("pages_per_site: 150", "pages_per_site: 0", 12, ["pages_per_site", "1 bis 100000"]),
        ("pages_per_site: 150", "pages_per_site: 100001", 12, ["pages_per_site", "100000"]),
        ("delay_seconds: 0", "delay_seconds: -1", 12, ["delay_seconds", "0 bis"]),
        ("delay_seconds: 0", "delay_seconds: .nan", 12, ["delay_seconds"]),
        ("delay_seconds: 0", "delay: 0", 12, ["delay"]),
        ("seconds_per_site: 60", "seconds_per_site: true", 12, ["seconds_per_site"]),
        ("searches_per_site: 60", "searches_per_site: 301", 12, ["searches_per_site", "0 bis 300"]),
        ("search_share: 0.7", "search_share: 1.5", 12, ["search_share", "0 bis 1"]),
    ],
)
def test_a_wrong_profile_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, words: list[str]
) -> None:
    """Whoever edits a profile is told where and why, in German."""
    path = written(tmp_path, FULL.replace(old, new, 1))
    with pytest.raises(ProfileError) as fault:
        profile.read(path)
    assert (fault.value.file, fault.value.line) == (path, line)
    assert all(word in str(fault.value) for word in words)
    assert "Input should" not in str(fault.value)
    assert fault.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "sites: []\nkey: a\nname: A\n", "key: a\nname: A\n", 'name: " "\nkey: a\n']
)
def test_a_profile_without_the_least_is_refused(tmp_path: Path, text: str) -> None:
    """Key, name and one site must be there."""
    with pytest.raises(ProfileError) as fault:
        profile.read(written(tmp_path, text))
    assert "Input should" not in str(fault.value)


def test_a_profile_that_is_not_there_is_refused_with_its_path(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(ProfileError) as fault:
        profile.read(tmp_path / "fehlt.yaml")
    assert fault.value.file == tmp_path / "fehlt.yaml"
    assert fault.value.remedy


def test_the_codes_of_the_states_are_those_a_profile_accepts() -> None:
    """The table of names and the accepted codes do not drift apart."""
    for code in STATES:
        assert (
            Profile.model_validate({"key": "a", "name": "A", "state": code, "sites": [door("http://a.example/")]}).state
            == code
        )
    assert len(STATES) == 16


@given(
    st.lists(st.sampled_from(["a.example", "A.example.", "b.example", "c.example:8080", "a.example:80"]), min_size=1)
)
def test_no_host_is_ever_in_a_town_twice(hosts: list[str]) -> None:
    """Whatever the spelling, one host is one site, or the profile is refused."""
    values = {"key": "a", "name": "A", "sites": [door(f"http://{host}/") for host in hosts]}
    try:
        town = Profile.model_validate(values).town()
    except ValueError:
        assert len(hosts) > 1
    else:
        assert len({site.host for site in town.sites}) == len(hosts)


@pytest.mark.parametrize("key", ["stralsund", "greifswald"])
def test_the_curated_profiles_are_valid_and_name_each_other(key: str) -> None:
    """What is shipped can be read, and the file is named by the key."""
    read = profile.read(directory.curated()[key])
    assert read.key == key
    assert read.state == "MV"
    assert set(read.competences) == {"kreisangehoerig", "kreisstadt"}
    assert read.neighbours == [other for other in directory.curated() if other != key]
    assert {Role.CITY, Role.COUNCIL, Role.PORTAL, Role.UTILITY} <= {site.role for site in read.sites}


def door(url: str) -> dict[str, str]:
    return {"url": url, "role": "city"}
