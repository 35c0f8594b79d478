"""What a form is for, by what it asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.extract import extract

URL = "https://www.musterhafen.example/amt/seite.html"


def forms(html: str) -> list[dict[str, Any]]:
    return extract(URL, f"<html><body><main>{html}</main>".encode(), fetched=datetime(2024, 6, 1, tzinfo=UTC)).forms


TEXT = "<label>{0} <input name={0}></label>"
PERSON = TEXT.format("vorname") + TEXT.format("nachname") + TEXT.format("strasse")


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        ("search", "<form role=search><input name=q></form>"),
        (
            "search",
            "<form action=/suche><input type=text name=tx_indexedsearch[sword]><input type=submit value=los></form>",
        ),
        ("search", "<form><input type=search name=x></form>"),
        (
            "search",
            "<form><select name=amt><option>a</select><select name=ort><option>b</select><button>Suchen</button></form>",
        ),
        ("search", "<form><input name=von><input name=bis><button>Veranstaltungen filtern</button></form>"),
        ("login", "<form><input name=user><input type=password name=pw><button>Anmelden</button></form>"),
        ("login", "<form action=/login><input name=karte><button>Anmelden</button></form>"),
        ("registration", "<form><input name=user><input type=password name=a><input type=password name=b></form>"),
        ("registration", f"<form>{PERSON}<input type=password name=pw><button>Konto anlegen</button></form>"),
        (
            "newsletter",
            "<form><label>E-Mail <input type=email name=m></label><button>Newsletter abonnieren</button></form>",
        ),
        (
            "newsletter",
            "<form action=/newsletter><input type=email name=m><input type=checkbox name=ok><button>Anmelden</button></form>",
        ),
        (
            "contact",
            "<form><input name=name><input type=email name=mail><textarea name=text></textarea><button>Senden</button></form>",
        ),
        (
            "contact",
            f"<form class=kontaktformular>{PERSON}{TEXT.format('telefon')}<input type=email name=mail><textarea name=nachricht></textarea></form>",
        ),
        ("order", "<form action=/warenkorb/add><input type=number name=menge><button>In den Warenkorb</button></form>"),
        ("order", f"<form>{PERSON}<button>Kostenpflichtig bestellen</button></form>"),
        ("order", f"<form>{PERSON}<select name=tag></select><button>Termin vereinbaren</button></form>"),
        ("application", f"<form>{PERSON}<button>Antrag absenden</button></form>"),
        ("application", f"<form>{PERSON}{TEXT.format('kennzeichen')}<button>Weiter</button></form>"),
        (
            "application",
            "<form><label>Zählerstand <input name=z></label><input name=nr><input type=date name=tag></form>",
        ),
        ("application", f"<form>{PERSON}<input type=file name=nachweis><button>Weiter</button></form>"),
        ("search", "<form><select><option>a</select><button>Anwenden</button></form>"),
        ("search", "<form><input type=text name=wort value=Suchbegriff><input type=submit value=los></form>"),
        (
            "search",
            f"<form>{PERSON}{TEXT.format('amt')}<button>Mitarbeiter suchen</button></form>",
        ),
        ("order", "<form><label>Straße <input name=s></label><input name=n><button>Tonne bestellen</button></form>"),
        ("order", "<form action=/cart><select><option>1</select><button>In den Warenkorb</button></form>"),
        ("newsletter", "<form><input type=email><button>Bestellen</button></form>"),
        ("login", "<form><button name=idp value=b>BundID</button><button>ELSTER-Unternehmenskonto</button></form>"),
        ("login", "<form><input name=id autocomplete=username><button>Weiter</button></form>"),
        ("login", "<form><input type=password id=pw></form>"),
        (
            "login",
            "<form><input name=m><input type=password name=p><input type=checkbox name=a><input type=checkbox name=b><button>Anmelden</button><button>Konto erstellen</button></form>",
        ),
        ("registration", "<form><input type=email name=m><button>Jetzt registrieren</button></form>"),
        (
            "other",
            "<form action=/passwort-vergessen><label>Benutzername <input name=n></label><button>Weiter</button></form>",
        ),
        ("other", "<form method=post><select name=a><option>1</select><button>Auswahl speichern</button></form>"),
        ("other", "<form><input type=checkbox name=ja><button>Weiter</button></form>"),
        ("other", "<form></form>"),
        ("other", "<form><label>Besucher <input name=zahl></label></form>"),
    ],
)
def test_form_is_for_what_it_asks(kind: str, html: str) -> None:
    """Fields, labels, address and buttons tell the kind."""
    assert [form["kind"] for form in forms(html)] == [kind]


def test_fields_are_those_people_fill_in() -> None:
    """Hidden fields and buttons are none; each name counts once; what has no name goes by its id or label."""
    html = """<form method=POST action="../senden?b=1&a=2"><input type=hidden name=token><INPUT NAME=ort TYPE=TEXT>
    <input type=radio name=art value=1><input type=radio name=art value=2><select name=tag><option name=x>1</select>
    <textarea id=text></textarea><input placeholder=Hausnummer><button name=b>x</button><input type=image name=i></form>"""
    assert forms(html) == [
        {
            "kind": "other",
            "fields": ["ort", "art", "tag", "text", "Hausnummer"],
            "method": "post",
            "action": "https://www.musterhafen.example/senden?a=2&b=1",
            "asks": [],
        }
    ]


@pytest.mark.parametrize(
    ("asks", "html"),
    [
        (["upload"], "<input type=file name=a>"),
        (["payment"], "<label>IBAN <input name=a></label>"),
        (["payment"], "<input name=kontoinhaber>"),
        (["payment"], "<input name=a><button>Zahlungspflichtig bestellen</button>"),
        (["identity"], "<input type=password name=a>"),
        (["identity"], "<button>Mit BundID anmelden</button>"),
        (["identity"], "<label>Kennwort <input name=a></label>"),
        (["birth"], "<label>Geburtsdatum <input name=a></label>"),
        (["birth"], "<input name=a autocomplete=bday>"),
        (["signature"], "<label>Unterschrift <input name=a></label>"),
        (["birth", "payment", "upload"], "<input type=file name=a><input name=iban><input name=geburtsdatum>"),
        (
            [],
            "<input name=geburtsort><label>Libanon <input name=land></label><button>Neues Passwort anfordern</button>",
        ),
    ],
)
def test_what_a_form_asks_shows_how_far_the_service_goes(asks: list[str], html: str) -> None:
    """A file, money, an account, a date of birth and a signature are noted, sorted."""
    assert forms(f"<form>{html}</form>")[0]["asks"] == asks


@pytest.mark.parametrize("action", ["", "mailto:amt@a.example", "javascript:x()", "#"])
def test_form_without_a_web_address_sends_to_its_page(action: str) -> None:
    """As in browsers, an empty address is the page's own."""
    assert forms(f"<form action='{action}'><input name=a></form>")[0]["action"] == URL


def test_words_of_a_search_are_not_the_page_s() -> None:
    """A search field in the main part leaves no words there, a form to fill in does."""
    page = extract(
        URL,
        b"<main><h1>Amt</h1><form role=search><label>Suchbegriff</label><input name=q></form><form><label>Vorname<input name=v></label></form></main>",
        fetched=datetime(2024, 6, 1, tzinfo=UTC),
    )
    assert page.main_text == "Amt\nVorname"


def test_page_wrapped_in_a_form_is_still_a_page() -> None:
    """Some systems put everything into one form; its search field does not take the text along."""
    page = extract(
        URL,
        b"<form id=aspnetForm><div class=menu><a href=/a>A</a></div><h1>Amt</h1><p>Offen am Montag.</p><input name=q></form>",
        fetched=datetime(2024, 6, 1, tzinfo=UTC),
    )
    assert page.main_text == "Amt\nOffen am Montag."
    assert [form["kind"] for form in page.forms] == ["search"]


@pytest.mark.parametrize("raw", ["xmp", "noembed", "iframe"])
def test_what_only_looks_like_a_marked_section_is_text(raw: str) -> None:
    """Two parsers read a form, and the second must not take the text of the first for markup; fuzzing found it."""
    (form,) = forms(f"<form><label><{raw}><![CD x]]></{raw}></label><input name=a></form>")
    assert form["fields"] == ["a"]
