"""How old a proof is, and whether it stands in an archive: only by what the page itself tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.classify.freshness import Age, age, is_archived, is_gazette
from db.terms import PageType
from tests.audit.classify.made import page

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ({"date": "2020-08-31"}, "2020-08-31"),
        ({"path": "/news/2021/04/bewerbung"}, "2021-04"),
        ({"path": "/presse/2019/roboter.html"}, "2019"),
        ({"text": "Am 12. März 2022 ging das Portal ans Netz."}, "2022-03-12"),
        ({"date": "2023-11-24"}, "2023-11-24"),
        ({"date": "2023-11-25"}, None),
        ({"path": "/news/2023/"}, None),
        ({"text": "Bis zum 31. Dezember 2027 gilt der Preis."}, None),
        ({}, None),
    ],
)
def test_news_are_old_after_three_years(values: dict[str, Any], since: str | None) -> None:
    """The page's own date comes first, then its address, then its text; a day ahead is none of its writing."""
    given = age(page(**values), PageType.NEWS, today=TODAY)
    assert given == (Age("news", since) if since else None)


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ({"text": "Leistung\nStand: 2017"}, "2017"),
        ({"text": "Leistung\nStand: März 2017"}, "2017-03"),
        ({"footer_text": "Impressum | Stand: 12.03.2017"}, "2017-03-12"),
        ({"text": "Stand: 2017\nStand: 2024"}, None),
        ({"text": "Stand: 2017", "date": "2026-02-01"}, None),
        ({"text": "59.000 Einwohner (Stand: 31.12.2017)"}, None),
        ({"text": "Der Stand der Technik von 2017 genügt."}, None),
        ({"text": "Stand: 2022"}, None),
        ({"date": "2015-01-01"}, None),
        ({}, None),
    ],
)
def test_a_standing_page_is_old_only_if_it_says_so(values: dict[str, Any], since: str | None) -> None:
    """A service is described once and holds; the day it was first published says nothing."""
    given = age(page(**values), PageType.SERVICE, today=TODAY)
    assert given == (Age("state", since) if since else None)


def test_an_event_is_old_when_its_last_day_is_over() -> None:
    """Of several days the last one counts; a page without days tells nothing."""
    assert age(page("Am 3. Mai 2024 und am 4. Mai 2024"), PageType.EVENT, today=TODAY) == Age("event", "2024-05-04")
    assert age(page("Am 3. Mai 2024 und am 4. Mai 2027"), PageType.EVENT, today=TODAY) is None
    assert age(page("Jeden Dienstag"), PageType.EVENT, today=TODAY) is None


@pytest.mark.parametrize(
    ("values", "page_type", "archived"),
    [
        ({"path": "/Archiv/2020/08/parken.html"}, PageType.NEWS, True),
        ({"path": "/pressearchiv/parken"}, PageType.NEWS, True),
        ({"path": "http://archiv.musterhafen.example/parken"}, PageType.SERVICE, True),
        ({"path": "http://web.archive.org/web/2019/parken"}, PageType.SERVICE, True),
        ({"structure": {"crumbs": ["Start", "Nachrichtenarchiv"]}}, PageType.SERVICE, True),
        ({"headings": [{"level": 1, "text": "Archiv 2019"}]}, PageType.SERVICE, True),
        ({"path": "/Archiv/2026/10/parken.html"}, PageType.NEWS, False),
        ({"path": "/Archiv/parken", "date": "2026-05-01"}, PageType.NEWS, False),
        ({"path": "/kultur/archiv/digital", "title": "Stadtarchiv: Akten im Netz"}, PageType.SERVICE, False),
        ({"path": "/archiv/digital", "text": "Unser Lesesaal hat dienstags geöffnet."}, PageType.SERVICE, False),
        ({"path": "http://stadtarchiv.musterhafen.example/digital"}, PageType.SERVICE, False),
        ({"path": "/Archiv/2020/08/parken.html", "title": "Parken | Stadtarchiv"}, PageType.NEWS, True),
        ({"path": "/archivierung"}, PageType.SERVICE, False),
        ({"title": "Fotos aus dem Archiv"}, PageType.SERVICE, False),
    ],
)
def test_an_archive_is_known_by_address_trail_or_heading(
    values: dict[str, Any], page_type: PageType, *, archived: bool
) -> None:
    """What was filed within the year is news still, and a record office keeps no old pages."""
    assert is_archived(page(**values), page_type, today=TODAY) is archived


def test_an_old_issue_of_the_gazette_is_known_by_name_and_year() -> None:
    """The issue of this year and any other bylaw are none."""
    assert is_gazette(page(title="Amtsblatt", date="2020-05-01"), today=TODAY)
    assert is_gazette(page(path="/amtsblatt/2019/nr-4.pdf"), today=TODAY)
    assert not is_gazette(page(title="Amtsblatt", date="2026-05-01"), today=TODAY)
    assert not is_gazette(page(title="Hundesteuersatzung", date="2020-05-01"), today=TODAY)
