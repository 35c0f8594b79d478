"""What kind of page it is."""

from __future__ import annotations

from typing import Any

import pytest

from db.terms import PageType
from tests.audit.classify.made import SHARED, TOWN, page


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        (PageType.COUNCIL, {"path": "https://webris.musterhafen.example/buergerinfo/to0050.asp?__ktonr=1"}),
        (PageType.COUNCIL, {"title": "Beschlussvorlage B 0095/2022"}),
        (PageType.COUNCIL, {"text": "Der Gemeinderat möge beschließen: Es wird ein Portal gebaut."}),
        (PageType.COUNCIL, {"text": "Niederschrift über die Sitzung. Ausschuss: einstimmig. Zur Kenntnis genommen."}),
        (PageType.JOB, {"title": "Sachbearbeitung E-Akte (m/w/d)"}),
        (PageType.TENDER, {"text": "Verfahrensart: offen. Angebotsfrist: 1. Mai. Vergabenummer 12."}),
        (PageType.LEGAL, {"path": "/datenschutz"}),
        (PageType.LEGAL, {"title": "Hundesteuersatzung"}),
        (PageType.PARTY, {"path": "https://www.spd-irgendwo.example/antrag"}),
        (PageType.PRESS, {"path": "https://www.ostsee-zeitung.example/artikel"}),
        (PageType.VENDOR, {"text": "Unsere Lösung für Kommunen: Mängel melden leicht gemacht."}),
        (PageType.STATETEXT, {"text": "Fachlich freigegeben durch das Ministerium."}),
        (PageType.EVENT, {"path": "/veranstaltungen/tag-der-technik"}),
        (PageType.EVENT, {"text": "Einlass ab 17 Uhr. Vortrag über Chatbots. Danach Workshop. Eintritt frei."}),
        (PageType.TENDER, {"text": "Los 1: Datenplattform. Das Vergabeverfahren folgt der VgV."}),
        (PageType.LIST, {"path": "/suche?q=kita"}),
        (PageType.PORTAL, {"path": "https://serviceportal.musterhafen.example/kita"}),
        (PageType.NEWS, {"path": "/aktuelles/2024/neu"}),
        (PageType.SERVICE, {"title": "Hund anmelden", "text": "Hier melden Sie Ihren Hund an."}),
        (PageType.ERROR, {"title": "Seite nicht gefunden"}),
        (PageType.ERROR, {"status": 404}),
        (PageType.ERROR, {"error": "timeout"}),
    ],
)
def test_a_page_shows_its_kind(expected: PageType, values: dict[str, Any]) -> None:
    """Address, host, title, words and status tell the kind, and name what told it."""
    kind, cue = SHARED.page_type(page(**values))
    assert kind is expected
    assert bool(cue) is (expected is not PageType.SERVICE)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Ratsinformationssystem",
            "Im Ratsinformationssystem finden Sie Tagesordnungen, Vorlagen und Niederschriften.",
        ),
        ("Stellenangebote", "Alle offenen Stellen der Stadt stehen im Karriereportal."),
        ("Ausschreibungen", "Aktuelle Ausschreibungen stehen auf der Vergabeplattform."),
        ("Digitale Schule", "Der Plan wurde vom Stadtrat einstimmig beschlossen, Vorlage 31."),
        ("Wohnberatung", "Die Beratung hilft bei Anträgen. Der Eintritt ist frei."),
    ],
)
def test_a_page_about_papers_is_no_paper(title: str, text: str) -> None:
    """A page that leads to minutes, jobs or tenders is an ordinary page."""
    assert SHARED.page_type(page(text, title=title))[0] is PageType.SERVICE


def test_a_towns_own_site_is_no_newspaper() -> None:
    """What is known as the town's own is never press, party or vendor."""
    own = page("Neues", path="https://nachrichten.musterhafen.example/eins")
    assert SHARED.read(own, subject=TOWN, own=True).page_type is not PageType.PRESS
    assert SHARED.read(own, subject=TOWN, own=None).page_type is PageType.PRESS
