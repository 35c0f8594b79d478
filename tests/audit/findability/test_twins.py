"""Pages that say the same count once."""

from __future__ import annotations

import pytest

from audit.findability.twins import Twins
from crawler.extract import digest
from db.models import Page
from tests.audit.nouns import NOW

NEWS = (
    "Ab Montag können Autofahrer ihren Parkschein in der Altstadt auch mit dem Mobiltelefon lösen. Dafür genügt eine App oder eine"
    " Nachricht mit Kennzeichen und Zone. Abgerechnet wird nach Minuten, und wer länger bleibt, verlängert ohne Weg zum Auto. Die"
    " Automaten bleiben stehen. Zum Start gibt es fünf Anbieter, die sich um die Bezahlung kümmern und dafür ein Entgelt verlangen."
)


def page(url: str, text: str, heading: str = "Handyparken") -> Page:
    return Page(
        url=url, fetched=NOW, status=200, main_text=text, digest=digest(text), headings=[{"level": 1, "text": heading}]
    )


def groups(*pages: Page) -> list[list[str]]:
    twins = Twins(pages)
    return sorted({tuple(twins.of(each.url)) for each in pages})  # type: ignore[arg-type, return-value]


def test_copies_on_sister_hosts_are_one() -> None:
    """The same words at several addresses are one content with all its addresses."""
    pages = [page(f"https://{host}.ort.example/news/1", NEWS) for host in ("www", "zoo", "archiv")]
    assert groups(*pages) == [tuple(each.url for each in pages)]
    assert Twins(pages).key("https://zoo.ort.example/news/1") == "https://www.ort.example/news/1"


@pytest.mark.parametrize(
    "other",
    [
        "Zoo der Stadt\n" + NEWS,
        NEWS + "\nStand: 4. Mai 2023",
        NEWS.replace("fünf Anbieter", "sechs Anbieter"),
        NEWS.replace("Ab Montag", "Ab Dienstag, dem 2. Mai,"),
    ],
)
def test_the_same_text_in_another_frame_is_one(other: str) -> None:
    """A line of the host, a date or a corrected number makes no second source."""
    assert len(groups(page("https://a.example/", NEWS), page("https://b.example/", other))) == 1


def test_what_only_shares_its_template_is_not_one() -> None:
    """Services of one form differ in what they are about, and so do short texts."""
    frame = "Den Antrag auf {0} stellen Sie im Bürgerbüro. Für {0} brauchen Sie Ihren Ausweis und {1}. Die Gebühr für {0} beträgt {2} Euro. {1} legen Sie im Original vor, und {0} bekommen Sie nach {2} Tagen im Rathaus oder auf Wunsch mit der Post nach Hause."
    passport = page("https://a.example/1", frame.format("den Reisepass", "ein Lichtbild", 60))
    licence = page("https://a.example/2", frame.format("den Jagdschein", "eine Versicherung", 45))
    assert len(groups(passport, licence)) == 2
    assert len(groups(page("https://a.example/", "Heute zu."), page("https://b.example/", "Morgen zu."))) == 2


def test_another_heading_is_another_page() -> None:
    """A text that is quoted in full under another heading is a page of its own."""
    assert (
        len(groups(page("https://a.example/", NEWS), page("https://b.example/", NEWS + " Ende.", heading="Archiv")))
        == 2
    )


def test_many_pages_under_one_heading_are_compared_with_few() -> None:
    """A thousand minutes under the same heading do not take a thousand times a thousand comparisons."""
    pages = [
        page(f"https://a.example/{number}", f"{NEWS} " + " ".join(f"w{number}x{word}" for word in range(90)))
        for number in range(1_000)
    ]
    assert len(groups(*pages)) == 1_000


def test_unknown_address_is_alone() -> None:
    """A page that was never read has no twin."""
    assert Twins([]).of("https://a.example/") == ["https://a.example/"]
