"""The ways of people through the desk in Chromium, with and without scripts, with a mouse and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from audit.web import tries
from db import queries
from db.desk import Job, Schedule
from db.session import opened
from tests.audit.web import two
from tests.audit.web.conftest import NOW, PASSWORD
from tests.audit.web.furnished import Furnished, furnished

EXPECTED = "the server responded with a status of 4"
"""What Chromium says of a page that refuses something."""

MOST = 120
"""Presses of the Tab key after which one is caught."""


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """The desk on which everything is there."""
    with furnished(tmp_path_factory.mktemp("ways")) as one:
        yield one


@pytest.fixture
def desk(furniture: Furnished) -> Furnished:
    """The same as it was at first."""
    furniture.restore()
    furniture.clock.now = NOW
    return furniture


Windows = Callable[..., AbstractContextManager[Callable[[], Page]]]


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Windows:
    """Gives browsers whose complaints, of the policy or of a script, are a fault of the test that used them; each is opened once for all."""
    known: dict[tuple[bool, int], BrowserContext] = {}

    @contextmanager
    def open_windows(*, scripts: bool = True) -> Iterator[Callable[[], Page]]:
        complaints, pages = list[str](), list[Page]()

        def new() -> Page:
            key = (scripts, len(pages))
            if key not in known:
                known[key] = browser.new_context(java_script_enabled=scripts, locale="de-DE")
            pages.append(page := known[key].new_page())
            page.on("console", lambda told: complaints.append(f"{page.url}: {told.text}"))
            page.on("pageerror", lambda fault: complaints.append(f"{page.url}: {fault}"))
            return page

        try:
            yield new
        finally:
            for page in pages:
                page.context.clear_cookies()
                page.close()
        assert [line for line in complaints if EXPECTED not in line] == []

    return open_windows


BOTH = pytest.mark.parametrize("come", [True, False], indirect=True, ids=["scripts", "no scripts"])
"""For screens that have a script of their own; ``test_walk`` sees that the others have none, so that without is the same as with."""

WITHOUT = pytest.mark.parametrize("come", [False], indirect=True, ids=["no scripts"])


@pytest.fixture
def come(request: pytest.FixtureRequest, windows: Windows, desk: Furnished) -> Iterator[Callable[[], Page]]:
    """Makes browsers in which Lena, who manages the desk, has signed in."""
    with windows(scripts=request.param) as new:

        def enter() -> Page:
            page = new()
            page.goto(f"{desk.address}/anmelden")
            page.get_by_label("E-Mail-Adresse").fill("lena@stadt.example")
            page.get_by_label("Passwort").fill(PASSWORD)
            page.locator("main").get_by_role("button", name="Anmelden").click()
            page.get_by_role("link", name="Lena").wait_for()
            return page

        yield enter


@pytest.mark.browser
@WITHOUT
def test_a_list_is_seen_before_it_is_taken(come: Callable[[], Page], tmp_path: Path) -> None:
    """What it would add, change and drop; then it is the list, and a line tells its history."""
    page = come()
    file = tmp_path / "liste.csv"
    file.write_text("Maßnahme;Status\r\nHandyparken;geplant\r\nNeue Maßnahme;in Betrieb\r\n", encoding="utf-8")
    page.get_by_role("link", name="Orte", exact=True).click()
    page.get_by_role("link", name="Musterhafen", exact=True).click()
    page.get_by_role("link", name="Verzeichnis", exact=True).first.click()
    page.get_by_role("link", name="Liste einlesen").click()
    page.get_by_label("Excel- oder CSV-Datei").set_input_files(file)
    page.get_by_role("button", name="Vorschau zeigen").click()
    counts = page.locator(".preview-counts").inner_text()
    assert re.findall(r"\d+", counts) == ["1", "1", "2", "0"]
    page.get_by_role("button", name="Übernehmen").click()
    page.get_by_text("Das neue Verzeichnis ist übernommen.").wait_for()
    page.get_by_role("link", name="Handyparken").click()
    assert "geplant" in page.locator(".edit-fields").first.inner_text()


@pytest.mark.browser
@BOTH
def test_two_who_review_the_same_page_see_each_other(come: Callable[[], Page], desk: Furnished) -> None:
    """Who is second is shown what the first has said and replaces it knowingly; then takes it back."""
    first, second = come(), come()
    for page in (first, second):
        page.goto(f"{desk.address}/pruefliste?ort=ort")
        page.get_by_role("link", name="Mit der ersten beginnen").click()
    first.get_by_role("button", name="Ja, das stimmt").click()
    first.locator(".said").wait_for()
    second.get_by_text("Nein, das stimmt nicht").click()
    second.locator("details[open] input[type=radio]").first.check()
    second.get_by_role("button", name="Ablehnen").click()
    second.get_by_text("Inzwischen hat jemand hierüber entschieden.").wait_for()
    second.get_by_role("button", name="Durch mein Urteil ersetzen").click()
    second.locator(".said").get_by_role("button", name="Zurücknehmen").click()
    second.get_by_text("Zurückgenommen:").wait_for()
    with opened(desk.engine) as session:
        said = [(one.decision, one.withdrawn is None) for one in queries.reviews(session, two.audit_of(session, "ort").town_id)]  # fmt: skip
    assert said[-2:] == [("confirm", True), ("reject", False)]


@pytest.mark.browser
@WITHOUT
def test_two_who_change_the_same_line_or_task_see_each_other(come: Callable[[], Page], desk: Furnished) -> None:
    """Who is second is shown both versions with their own still in the form, and replaces the other knowingly."""
    first, second = come(), come()
    line = f"/orte/musterhafen/verzeichnis/zeile/{desk.given['measure']}"
    forms = {line: ("Bemerkung", "diese Zeile"), f"/aufgaben/{desk.given['task']}": ("Notiz", "diese Aufgabe")}
    for path, (field, what) in forms.items():
        for page in (first, second):
            page.goto(desk.address + path)
        for page, words in ((first, "von mir"), (second, "nein, von mir")):
            page.get_by_label(field).fill(words)
            page.get_by_role("button", name="Speichern").click()
        second.get_by_text(f"Jemand anderes hat {what} inzwischen geändert.").wait_for()
        assert second.locator(".sides").get_by_text("von mir", exact=True).count() == 1
        assert second.get_by_label(field).input_value() == "nein, von mir"
        second.get_by_role("button", name="Speichern").click()
        second.locator(".said").wait_for()
        second.goto(desk.address + path)
        assert second.get_by_label(field).input_value() == "nein, von mir"


@pytest.mark.browser
@WITHOUT
def test_a_town_is_audited_by_schedule_and_at_once(come: Callable[[], Page], desk: Furnished) -> None:
    """Both with what was chosen; the page of an audit that waits says so, and comes again by itself without scripts."""
    page = come()
    page.goto(f"{desk.address}/zeitplan")
    page.get_by_role("link", name="Neuer Termin").click()
    page.get_by_label("Stadt").select_option("musterhafen")
    page.get_by_label("Wochentag").select_option("3")
    page.get_by_label("Uhrzeit").fill("04:30")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Der Zeitplan ist gespeichert.").wait_for()
    page.goto(f"{desk.address}/orte/musterhafen")
    page.get_by_role("link", name="Jetzt prüfen").click()
    page.get_by_text("Neu beginnen").click()
    page.get_by_label("Höchstens so viele Seiten je Website").fill("77")
    page.get_by_role("button", name="Prüfung starten").click()
    page.get_by_text("Wartet, bis ein Platz frei ist.").wait_for()
    with opened(desk.engine) as session:
        plan = session.scalars(select(Schedule).order_by(Schedule.id.desc())).first()
        job = session.scalars(select(Job).order_by(Job.audit_id.desc())).first()
        assert plan is not None
        assert job is not None
        assert (plan.rule, plan.day, plan.at, job.who) == ("weekly", 3, "04:30", "Lena")
        assert job.audit.budget["pages_per_site"] == 77


@pytest.mark.browser
@WITHOUT
def test_a_report_is_read_to_its_proof_and_handed_on(come: Callable[[], Page], desk: Furnished) -> None:
    """From the overview to the quote on the page as it was kept; a stranger reads by a link until it ends."""
    page = come()
    page.get_by_role("link", name="Musterhafen").first.click()
    page.goto(f"{desk.address}/pruefungen/1")
    page.locator(f"a[href='/pruefungen/1/befunde/{desk.given['criterion']}']").first.click()
    page.get_by_role("link", name="in der archivierten Seite ansehen").first.click()
    page.frame_locator("iframe.copy-frame").locator("mark").first.wait_for()
    page.goto(f"{desk.address}/pruefungen/1/freigaben")
    page.get_by_label("Für wen?").fill("Stadtrat")
    page.get_by_label("Gilt").select_option("7")
    page.get_by_role("button", name="Link anlegen").click()
    link = page.locator(".once input").input_value()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_role("heading", name="Musterhafen").first.wait_for()
    desk.clock.wait(days=7, seconds=1)
    page.goto(link)
    page.get_by_role("heading", name="Dieser Link gilt nicht mehr").wait_for()


@pytest.mark.browser
def test_whoever_guesses_has_to_wait(windows: Windows, desk: Furnished) -> None:
    """After five tries, also with the right words, and is told so; others come in."""
    tries._limiter.storage.reset()
    with windows() as new:
        page = new()
        page.goto(f"{desk.address}/anmelden")
        for password, words in [("geraten", "stimmt nicht")] * 5 + [(PASSWORD, "zu viele Versuche")]:
            page.get_by_label("E-Mail-Adresse").fill("otto@stadt.example")
            page.get_by_label("Passwort").fill(password)
            page.locator("main").get_by_role("button", name="Anmelden").click()
            page.locator(".refused", has_text=words).wait_for()
    assert desk.come().open("/").status == 200


HERE = """() => {
  const one = document.activeElement;
  const told = one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || one.id;
  return [told, one === document.body || getComputedStyle(one).outlineStyle !== "none"];
}"""


class Keys:
    """A person with a keyboard and no mouse; where the focus is must be seen at each step."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def here(self) -> tuple[str, bool]:
        """What has the focus, in its words, and whether that is seen."""
        told, seen = self.page.evaluate(HERE)
        return " ".join(told.split()), seen

    def to(self, words: str) -> None:
        """Press Tab until what has these words has the focus."""
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            told, seen = self.here()
            assert seen, told
            if told.startswith(words):
                return
        raise AssertionError(f"Tab does not lead to {words}")

    def press(self, words: str) -> None:
        """Press what has these words, and wait for the next page."""
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, words: str, text: str) -> None:
        """Write into the field that has these words."""
        self.to(words)
        self.page.keyboard.type(text)


@pytest.mark.browser
def test_a_keyboard_is_enough(windows: Windows, desk: Furnished) -> None:
    """To sign in, pass the head of a page, order an audit, call it off and sign out; and no page keeps the focus."""
    tries._limiter.storage.reset()
    with windows() as new:
        page = new()
        keys = Keys(page)
        page.goto(f"{desk.address}/orte/musterhafen")
        keys.write("E-Mail-Adresse", "lena@stadt.example")
        keys.write("Passwort", PASSWORD)
        keys.press("Anmelden")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "inhalt"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        keys.press("Jetzt prüfen")
        keys.press("Prüfung starten")
        page.get_by_text("Wartet, bis ein Platz frei ist.").wait_for()
        keys.press("Abbrechen")
        keys.press("Abmelden")
        page.get_by_text("Sie sind abgemeldet.").wait_for()
        page.context.add_cookies([{"name": "fundstelle", "value": desk.secret, "url": desk.address}])
        for path in ("/orte?suche=Altdorf", "/pruefliste?ort=ort", "/zeitplan/neu", "/konto"):
            page.goto(desk.address + path)
            keys.to("Zum Inhalt springen")
            keys.to("Kontakt")
            keys.to("Zum Inhalt springen")
