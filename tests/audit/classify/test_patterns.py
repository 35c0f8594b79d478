"""The pattern language for editors."""

from __future__ import annotations

import pytest

from audit.classify.index import PatternIndex
from audit.classify.patterns import compile_pattern
from audit.classify.text import fold
from db.errors import CatalogueError


def hits(pattern: str, text: str) -> list[str]:
    index = PatternIndex()
    index.add(pattern, owner="probe")
    folded = fold(text)
    return [folded[start:end] for _, start, end in index.scan(folded)]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("open data portal", "Open-Data-Portal"),
        ("open data portal", "OpenData Portal"),
        ("open data portal", "das opendataportal"),
        ("open data portal", "Open-Data-Portals"),
        ("open-data-portal", "Open Data Portale"),
        ("Mängelmelder", "des Maengelmelders"),
        ("maengelmelder", "MÄNGELMELDER"),
        ("digitale Akte", "der digitalen Akten"),
        ("Straße", "STRASSE"),
        ("*portal", "Bürgerserviceportal"),
        ("*portal", "Bürger-Portal"),
        ("kfz*", "Kfz-Zulassung"),
        ("medien-*", "Medienkonzept"),
        ("IT-*", "IT-Ausstattung"),
        ("parkschein * handy", "Lösen Sie den Parkschein einfach mit Ihrem Handy."),
        ("über das *portal", "über das Serviceportal"),
        ("Bürger-Portal", "Bürger:innen-Portal"),
        ("barrierefreiheit", "Barriere·freiheit"),
        ("=KI", "mit KI im Rathaus"),
        ("=Consul", "auf Consul."),
        ("5G", "ein 5G-Netz"),
        ("Leistungen a-z", "Leistungen A-Z"),
        ("E-Akte", "die eAkten"),
        ("Schule", "in Schulen"),
        ("Schule*", "Schulen-Netz"),
        ("einkaufen * lohnt", "Einkaufen in der Stadt lohnt"),
        ("Energiemonitor", "der Energie-Monitor"),
        ("Tele*arzt", "ein Telenotarzt"),
        ("online-service*", "die Onlineservices"),
    ],
)
def test_a_pattern_finds_what_an_editor_means(pattern: str, text: str) -> None:
    """Joints, endings, umlauts, case, compounds and gaps are open."""
    assert hits(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("portal", "Serviceportal"),
        ("kita", "Kitaplatz"),
        ("=Consul", "Consuls"),
        ("=Consul", "Consul-Plattform"),
        ("=KI", "Kino"),
        ("IT-*", "Mit dem Item"),
        ("im *portal", "Immobilienportal"),
        ("termin online", "Termin. Online geht nichts."),
        ("parkschein * handy", "Parkschein " + "und so weiter " * 4 + "Handy"),
        ("open data", "Open\nData"),
        ("akte", "Aktenzeichen"),
        ("stadt", "Stadtrat"),
    ],
)
def test_a_pattern_leaves_alone_what_only_looks_alike(pattern: str, text: str) -> None:
    """No compounds without a star, no endings behind "=", no match over sentences or lines, no endless gap."""
    assert not hits(pattern, text)


@pytest.mark.parametrize(
    "pattern", ["*", "* *", "im", "für die", "e", "*in*", "a*", "der * die", "= ", "**", "und *", "-"]
)
def test_a_pattern_that_would_match_everything_is_refused(pattern: str) -> None:
    """The message names the criterion and the pattern."""
    with pytest.raises(CatalogueError) as caught:
        compile_pattern(pattern, owner="handyparken")
    assert "handyparken" in caught.value.message
    assert pattern in caught.value.message


def test_exact_and_star_exclude_each_other() -> None:
    """An editor who writes both wants something that cannot be."""
    with pytest.raises(CatalogueError, match="heben sich"):
        compile_pattern("=kfz*", owner="kfz")


def test_shared_words_may_be_frequent() -> None:
    """Words that only count beside others need not be telling."""
    assert compile_pattern("seit", owner="live", alone=False).anchor == "seit"


def test_equal_patterns_share_a_number() -> None:
    """Spelling a pattern otherwise does not make it another."""
    index = PatternIndex()
    assert index.add("Per App", owner="a") == index.add("per-app", owner="b")
    assert index.add("app store", owner="a") != index.add("=app store", owner="a")


def test_all_patterns_are_found_in_one_pass_where_they_stand() -> None:
    """Each hit names its pattern and its place."""
    index = PatternIndex()
    first, second = index.add("hund online anmelden", owner="a"), index.add("*steuer", owner="a")
    text = fold("Die Hundesteuer: Hund online anmelden!")
    assert {(number, text[start:end]) for number, start, end in index.scan(text)} == {
        (first, "hund online anmelden"),
        (second, "hundesteuer"),
    }


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "parkschein " * 18_000, "handy-" * 33_000, "handy-app " * 20_000, "parkschein " + "x" * 190_000],
)
@pytest.mark.timeout(60)  # ends what would never end; no measure of speed
def test_no_text_makes_a_pattern_slow(text: str) -> None:
    """One endless word, endless repetition, endless compounds: bounded work."""
    index = PatternIndex()
    for pattern in ("parkschein * handy * app", "*handy*", "handy handy handy", "=parkschein", "a* b*", "x* x* x*"):
        index.add(pattern, owner="probe", alone=False)
    assert len(list(index.scan(text))) < 10_000


def test_a_line_that_comes_again_is_read_as_before() -> None:
    """What is known of a line holds wherever it stands; endless lines are not kept."""
    index = PatternIndex()
    index.add("hund online anmelden", owner="a")
    once = index.scan("hund online anmelden")
    twice = index.scan("hund online anmelden\nkatze\nhund online anmelden")
    assert once == [(0, 0, 20)]
    assert twice == [(0, 0, 20), (0, 27, 47)]
    index.add("katze", owner="b")
    assert (1, 21, 26) in index.scan("hund online anmelden\nkatze")
    long = "hund online anmelden " * 100
    assert index.scan(long) == index.scan(long)
