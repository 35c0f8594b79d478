"""Guards in which order a site is read, and what of it is never read."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.frontier import SAME_PATH, Frontier, ending
from db.models import Link, Page

DOOR = "http://www.musterhafen.example/"


def order(frontier: Frontier) -> list[str]:
    found = []
    while address := frontier.pop():
        found.append(address.url.removeprefix("http://www.musterhafen.example"))
    return found


def test_promising_links_come_first_and_archives_last() -> None:
    """Words of the catalogue go before sitemap, menu and the rest; archives and calendars wait, however near."""
    frontier = Frontier(DOOR, hints=["Kfz-Zulassung", "Mängelmelder"])
    frontier.add(f"{DOOR}archiv/2019/05/fest", depth=1)
    frontier.add(f"{DOOR}ueber-uns", depth=1)
    frontier.add(f"{DOOR}rathaus", zone="menu", depth=1)
    frontier.add(f"{DOOR}karte", listed=True)
    frontier.add(f"{DOOR}a", text="Zur Kfz-Zulassung", depth=3)
    frontier.add(f"{DOOR}archiv/2019/05/Maengelmelder-startet", depth=1)
    frontier.add(f"{DOOR}tief", depth=8)
    assert order(frontier) == [
        "/a",
        "/karte",
        "/rathaus",
        "/ueber-uns",
        "/tief",
        "/archiv/2019/05/Maengelmelder-startet",
        "/archiv/2019/05/fest",
    ]


def test_a_better_word_moves_an_address_forward() -> None:
    """An address keeps its best reason, whichever link told it."""
    frontier = Frontier(DOOR, hints=["Parken"])
    frontier.add(f"{DOOR}a", text="mehr")
    frontier.add(f"{DOOR}b", text="noch mehr")
    frontier.add(f"{DOOR}b", text="Parken per Handy")
    assert order(frontier) == ["/b", "/a"]
    assert len(frontier) == 0


def test_each_address_is_given_once_and_never_one_that_was_seen() -> None:
    """The seen set is the memory of earlier runs."""
    frontier = Frontier(DOOR, seen={f"{DOOR}alt"})
    for _ in range(2):
        frontier.add(f"{DOOR}alt")
        frontier.add(f"{DOOR}neu")
        frontier.add(f"{DOOR}neu", text="anders")
    assert order(frontier) == ["/neu"]
    assert not frontier.claim(f"{DOOR}neu")


def test_only_the_site_itself_is_read() -> None:
    """The same host with or without www., no other port, no other host, no file that holds no words."""
    frontier = Frontier(DOOR)
    for url in (
        "http://musterhafen.example/ohne-www",
        "https://www.musterhafen.example/sicher",
        "http://www.musterhafen.example:8080/port",
        "http://service.musterhafen.example/",
        "http://www.musterhafen.example.boese.example/",
        f"{DOOR}bild.JPG",
        f"{DOOR}film.mp4",
        f"{DOOR}plan.pdf",
        f"{DOOR}antrag.docx",
    ):
        frontier.add(url)
    assert {url.rpartition("/")[2] for url in order(frontier)} == {"ohne-www", "sicher", "plan.pdf", "antrag.docx"}


def test_endless_addresses_are_fenced_and_counted() -> None:
    """Repeated steps, overlong paths and calendars are left out, and it is known how many."""
    frontier = Frontier(DOOR)
    frontier.add(f"{DOOR}a/b/a/b/a/b/a/b")
    frontier.add(f"{DOOR}{'x' * 1001}")
    for day in range(SAME_PATH + 5):
        frontier.add(f"{DOOR}kalender?tag={day}")
    assert len(frontier.fenced) == 7
    assert len(frontier) == SAME_PATH


def test_a_calendar_half_read_stays_fenced_after_a_restart() -> None:
    """What was read of a calendar in an earlier run counts against it in this one."""
    frontier = Frontier(DOOR, seen={f"{DOOR}kalender?tag={day}" for day in range(SAME_PATH)})
    frontier.add(f"{DOOR}kalender?tag=neu")
    assert frontier.fenced == {f"{DOOR}kalender?tag=neu"}


def test_on_a_vendors_host_only_the_tenant_is_read() -> None:
    """Other towns live next door on a vendor's host."""
    frontier = Frontier("https://portal.little-bird.de/Stralsund")
    frontier.add("https://portal.little-bird.de/Stralsund/kitas")
    frontier.add("https://portal.little-bird.de/Rostock/kitas")
    address = frontier.pop()
    assert address is not None
    assert address.url == "https://portal.little-bird.de/Stralsund/kitas"
    assert frontier.pop() is None


def test_lists_of_services_and_what_they_name_come_before_all_else() -> None:
    """A list from A to Z is the shortest way to what is looked for."""
    frontier = Frontier(DOOR, hints=["Parken"])
    frontier.add(f"{DOOR}parken", text="Parken")
    frontier.add(f"{DOOR}liste", text="Dienstleistungen A–Z", zone="menu")
    frontier.add(f"{DOOR}sitemap", listed=True)
    first = frontier.pop()
    assert first is not None
    links = [
        Link(url=f"{DOOR}hund", text="Hund anmelden", zone="main"),
        Link(url=f"{DOOR}rat", text="Rat", zone="menu"),
    ]
    page = Page(url=first.url, fetched=datetime(2026, 11, 25, tzinfo=UTC), status=200, title="Von A bis Z", links=links)
    frontier.follow(page, text=first.text, depth=2)
    assert (first.url, *order(frontier)) == (f"{DOOR}liste", "/hund", "/parken", "/sitemap", "/rat")


def test_what_is_made_in_great_numbers_waits_for_what_stands_alone() -> None:
    """News, files and folders of hundreds carry the words of the catalogue as well."""
    frontier = Frontier(DOOR, hints=["Parken"])
    for number in range(400):
        frontier.add(f"{DOOR}berichte/parken-{number}")
    late = ("presse/parken", "plan/parken.pdf", "fest/2024-05-12-parken")
    for path in late:
        frontier.add(f"{DOOR}{path}")
    frontier.add(f"{DOOR}verkehr/ampel", listed=True)
    found = order(frontier)
    ampel = found.index("/verkehr/ampel")
    assert found[0] == "/berichte/parken-0"
    assert {*found[ampel:]} >= {"/berichte/parken-399", *(f"/{path}" for path in late)}


def test_a_script_with_many_contents_goes_on_and_a_calendar_does_not() -> None:
    """Only what counts days is cut off by number; numbers of papers wait for their turn."""
    frontier = Frontier(DOOR)
    for number in range(SAME_PATH + 50):
        frontier.add(f"{DOOR}vo020.asp?VOLFDNR={number}")
    assert frontier.left_out() == {"endless": 0, "yield": 0, "waiting": SAME_PATH + 50}


def test_ending_is_that_of_the_file() -> None:
    """A dot in a folder or at the start of a name is no ending."""
    assert [ending(path) for path in ("/a/b.PDF", "/v1.2/a", "/.well-known", "/a.tar.gz")] == ["pdf", "", "", "gz"]


def test_news_on_a_list_of_services_waits_like_other_news() -> None:
    """A list from A to Z brings services forward, not the news and files that stand beside them."""
    frontier = Frontier("http://www.ort.example/")
    frontier.add("http://www.ort.example/aktuelles/meldung-1", text="Neues Bad", near=True)
    frontier.add("http://www.ort.example/amt", text="Amt")
    frontier.add("http://www.ort.example/wohngeld", text="Wohngeld", near=True)
    order = [address.url.rpartition("/")[2] for _ in range(3) if (address := frontier.pop())]
    assert order == ["wohngeld", "amt", "meldung-1"]
