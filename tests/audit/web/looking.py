"""
A screen of the desk in Chromium, on a telephone and on a desk, checked by axe.

Does not test anything; what is wrong comes back as lines.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.audit.web.visitor import Visitor
from tests.reports.conftest import Reader


def wrong(
    browser: Browser, visitor: Visitor, path: str, *, do: Callable[[Page], None] = lambda _page: None
) -> list[str]:
    """Open a page as a person who has signed in, do something, and return what is wrong at 1280 and at 320 pixels."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    context.add_cookies([{"name": name, "value": value, "url": visitor.address} for name, value in visitor.cookies.items()])  # fmt: skip
    page = context.new_page()
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if "favicon" not in str(message.location) else None)
    page.on("pageerror", lambda fault: found.append(str(fault)))
    try:
        page.goto(visitor.address + path)
        do(page)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            found += Reader.violations(page)
            if out := Reader.sticks_out(page):
                found.append(f"{out} px too wide at {width}")
    finally:
        context.close()
    return found
