"""How much could be read, in German sentences."""

from __future__ import annotations

from typing import Any

import pytest

from reports import coverage


def text(doc: dict[str, Any]) -> str:
    told = coverage.tell(doc)
    return " ".join([told.headline, *told.facts, *told.warnings]).replace("\u00a0", " ")


def test_what_was_not_read_is_said_in_words(doc: dict[str, Any]) -> None:
    """Refused, failed and left out are three different things."""
    words = text(doc)
    assert "3 von 4 Websites gelesen, zusammen 1.876 Seiten." in words
    assert "12 Seiten wurden uns verweigert." in words
    assert "13 Seiten ohne lesbare Antwort." in words
    assert "214 bekannte Seiten blieben ungelesen; die Gründe" in words
    assert "ratsinfo.vendor.example fehlt: Die Startseite antwortet" in words


def test_unchecked_is_never_called_missing(doc: dict[str, Any]) -> None:
    """We could not look is never it is not there."""
    assert "1 Angebot konnten wir nicht prüfen. Das zählt nicht als fehlend." in text(doc)


def test_a_proposed_site_waits_and_has_not_failed(doc: dict[str, Any]) -> None:
    """It was left alone on purpose."""
    assert "1 Website gehört vielleicht zur Stadt." in text(doc)
    assert "musterhafen-tourismus.example fehlt" not in text(doc)


def test_too_little_is_the_strongest_warning(doc: dict[str, Any]) -> None:
    """The reader must not take such numbers to the council."""
    doc["coverage"]["enough"] = False
    assert coverage.tell(doc).level == "short"
    assert "Die Zahlen sind vorläufig." in text(doc)


def test_full_coverage_says_so(doc: dict[str, Any]) -> None:
    """Without a gap there is no warning."""
    doc["coverage"]["sites"] = doc["coverage"]["sites"][1:2]
    doc["coverage"]["sites"][0] |= {"failed": 0}
    doc["counts"]["UNKNOWN"] = 0
    told = coverage.tell(doc)
    assert (told.level, told.warnings) == ("good", [])
    assert told.facts[1] == "Keine Seite wurde verweigert, keine ausgelassen."


def test_many_unread_sites_do_not_fill_the_page(doc: dict[str, Any]) -> None:
    """Three are named, the rest are counted."""
    doc["coverage"]["sites"] = [doc["coverage"]["sites"][3]] * 8
    assert text(doc).count("ratsinfo.vendor.example fehlt") == 3
    assert "5 weitere Websites fehlen." in text(doc)


def test_brief_fits_beside_other_towns(doc: dict[str, Any]) -> None:
    """One line with sites, pages and what stayed unchecked."""
    line = coverage.brief(doc).replace("\u00a0", " ")
    assert line == "3 von 4 Websites gelesen, 1.876 Seiten, 1 Angebot nicht prüfbar"


def test_an_archive_is_named_as_the_source(doc: dict[str, Any]) -> None:
    """What was read of an archive is as old as that."""
    assert "Archiv" not in text(doc)
    doc["replayed"] = ["musterhafen-2025.warc.gz"]
    assert "nicht das Netz, sondern das Archiv musterhafen-2025.warc.gz." in text(doc)


def test_what_has_changed_stands_beside_what_was_read(doc: dict[str, Any]) -> None:
    """Whoever audits again wants to know whether anything happened; the first audit has nothing to say of it."""
    assert "davor" not in text(doc)
    doc["coverage"]["changes"] = {"new": 1, "changed": 12, "gone": 3, "same": 1860}
    assert "Seit der Prüfung davor: 1 Seite neu, 12 geändert, 3 verschwunden, 1.860 gleich." in text(doc)


def test_documents_without_words_are_told(doc: dict[str, Any]) -> None:
    """A scan looks well to people and is nothing to a search engine."""
    doc["coverage"]["documents"] = {
        "pictures": ["https://a.example/plan.pdf"] * 12,
        "locked": ["https://a.example/b.pdf"],
    }
    assert "12 PDF-Dateien bestehen nur aus Bildern." in text(doc)
    assert "Zum Beispiel: a.example/plan.pdf" in text(doc)
    assert "1 Datei verlangt ein Passwort, zum Beispiel a.example/b.pdf" in text(doc)


def test_what_was_left_out_is_told_by_its_reasons(doc: dict[str, Any]) -> None:
    """A limit that can be raised is one thing, an endless calendar another."""
    first, second = doc["coverage"]["sites"][:2]
    assert coverage.left_out(first) == (
        "200 wegen der Grenze für die Zahl der Seiten, 14 aus endlosen Kalendern, Listen und Filtern"
    )
    assert coverage.left_out(second) == ""


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ({"asked": 0, "answered": 0, "error": "robots"}, "ließ sich nicht befragen: robots.txt verbietet es."),
        ({"answered": 0, "error": "unreadable"}, "ließ sich nicht befragen: Die Antwort war nicht lesbar."),
        ({"answered": 7, "error": "refused"}, "beantwortete 7 Fragen, dann keine mehr: Der Server hat uns abgewiesen."),
        ({"hits": False}, "zeigte zu keiner Frage Treffer, die wir lesen konnten."),
        ({}, None),
    ],
)
def test_a_search_that_told_nothing_is_named_with_its_reason(
    doc: dict[str, Any], search: dict[str, Any], sentence: str | None
) -> None:
    """Its place is not measured, which is nobody's fault; one that answered needs no word."""
    doc["coverage"]["sites"][0]["search"] = {"asked": 60, "answered": 60, "hits": True, "error": None, **search}
    told = text(doc)
    if sentence is None:
        assert "Die Suche von" not in told
    else:
        assert f"Die Suche von www.musterhafen.example {sentence}" in told
