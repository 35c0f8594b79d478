"""A walk through every screen of the desk in Chromium, in both languages, on a desk and on a small phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from audit.web.welcome import LANGUAGE_COOKIE
from tests.audit.web.furnished import Furnished, furnished, looking
from tests.reports.conftest import AXE, Reader

REFUSED = "the server responded with a status of 4"
"""What Chromium says of each such page, whatever is on it."""

FOREIGN = {"/pruefungen/{number}/seiten/{page}/kopie"}
"""A page of others, shown as it is; ``test_report`` says what it may not do."""

FIRST = """() => {
  const wrong = document.activeElement.matches(".skip") ? [] : ["the first Tab leads elsewhere"];
  const unseen = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(one => one.checkVisibility() && !one.disabled && !one.matches(".skip"))
    .filter(one => (one.focus({preventScroll: true}), document.activeElement === one && getComputedStyle(one).outlineStyle === "none"));
  return [...wrong, ...unseen.map(one => "nobody sees the focus on " + one.outerHTML.slice(0, 200))];
}"""  # fmt: skip
"""What is wrong with the focus after the first Tab; one question to the browser for all costs a fraction of one for each."""

SCRIPTED = "/pruefliste|/pruefungen/[0-9]+/verlauf"
"""Screens with a script; ``test_ways`` walks them without it."""

LONG = "Lena mit einem sehr langen Doppelnamen-Bindestrichnamen"
SENT: dict[str, dict[str, str]] = {
    "/leute": {"name": LONG, "email": "{language}@stadt.example"},  # the page that hands over a link
    "/orte/musterhafen/einstellungen": {"population": "viele", "aliases": "ohne Doppelpunkt"},  # what is wrong, beside its field
    "/orte/musterhafen/verzeichnis/zeile/1": {"status": LONG, "seen": "0" * 64},  # two versions side by side
}  # fmt: skip
"""Forms whose answer is a screen of its own, by the page that has them."""

SEND = """values => {
  const form = [...document.querySelectorAll("main form[method=post]")].find(one => Object.keys(values).every(name => one.elements[name]));
  form.noValidate = true;
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  form.requestSubmit();
}"""  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """The desk on which everything is there."""
    with furnished(tmp_path_factory.mktemp("walk")) as one:
        yield one


@pytest.fixture(scope="module")
def screens(desk: Furnished) -> list[str]:
    """The addresses of all screens; that each answers is asked on the way."""
    visitor, found = desk.come(), []
    for door in looking():
        for path in desk.addresses(door) if door.path not in FOREIGN else []:
            answer = visitor.ask(path)
            assert answer.status in {200, 303} or door.path.startswith("/anmelden/stadt"), path
            if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
                found.append(path)
    return [*found, "/gibt-es-nicht"]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["de", "en"])
def test_everybody_can_use_every_screen(browser: Browser, desk: Furnished, screens: list[str], language: str) -> None:
    """No violation of WCAG 2.2 AA, nothing too wide, the focus is seen, the first Tab leads past the head, and the policy is silent."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    values = {"fundstelle": desk.secret, LANGUAGE_COOKIE: language}
    context.add_cookies([{"name": name, "value": value, "url": desk.address} for name, value in values.items()])
    context.add_init_script(path=AXE)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda told: wrong.append(f"{page.url}: {told.text}") if REFUSED not in told.text else None)
    page.on("pageerror", lambda fault: wrong.append(f"{page.url}: {fault}"))
    for path in screens:
        page.goto(desk.address + path)
        wrong += [f"{path}: {line}" for line in faults(page)]
        assert page.locator("script").count() == 0 or re.match(SCRIPTED, path), (
            f"{path} has a script: is there a way without?"
        )
    for path, values in SENT.items():
        page.goto(desk.address + path)
        with page.expect_navigation():
            page.evaluate(SEND, {name: value.format(language=language) for name, value in values.items()})
        assert page.locator("main .refused, main .once").count()
        wrong += [f"{path}, sent: {line}" for line in faults(page)]
    context.close()
    assert wrong == []


def faults(page: Page) -> list[str]:
    """What is wrong with the screen that is open, everything on it unfolded."""
    found = []
    is_report = page.locator("a.skip").count() == 0
    if not is_report:
        page.keyboard.press("Tab")
        found += page.evaluate(FIRST)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"at {width}: {line}" for line in Reader.violations(page)]
        if (out := Reader.sticks_out(page)) > 0:
            found.append(f"{out} px too wide at {width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
