"""
What the reading of a site hands around: its budget, the notice for missing pages, one address on its way.

Does not fetch; the spider does.
"""

from __future__ import annotations

from typing import NamedTuple

from crawler.frontier import Address
from db.models import Page


class Budget(NamedTuple):
    """How much of a site is read."""

    pages: int = 1500
    seconds: float = 1800.0
    delay: float = 1.0
    shown: int = 0  #: pages that scripts make and the browser may show


class Missing(NamedTuple):
    """What a server shows, with status 200, for an address that does not exist."""

    title: str
    text: str
    digest: str

    def matches(self, page: Page) -> bool:
        """Tell whether a page is the same notice."""
        return (page.digest == self.digest != "") or (page.title, page.main_text) == (self.title, self.text)


class Visit(NamedTuple):
    """
    One address on its way.

    Attributes:
        address: Where it began.
        chain: Addresses that redirected to where it is now.
        is_second: Had it failed before?
        shell: What plain reading found, if it is now on its way through the browser.
    """

    address: Address
    chain: tuple[str, ...] = ()
    is_second: bool = False
    shell: Page | None = None
