"""
How many pages of a site the browser may still show.

Does not show them; it only keeps one site from spending the time of all on its scripts.
"""

from __future__ import annotations

from db.terms import N_

PAGES = 200
"""Pages of a site that are shown in the browser; each costs what a hundred plain pages cost."""

FAILURES = 5
"""Failures in a row after which the scripts of a site are left alone."""


class Allowance:
    """
    What is left of it for one site.

    Attributes:
        left: Pages that may still be shown; 0 where there is no browser.
        shown: Pages that were shown.
        unshown: Shells that stayed shells.
    """

    def __init__(self, left: int = 0) -> None:
        self.left = left
        self.shown = self.unshown = 0
        self._failures = 0

    def take(self) -> bool:
        """Take one page of what is left; False if there is nothing."""
        if self.left <= 0 or self._failures >= FAILURES:
            self.unshown += 1
            return False
        self.left -= 1
        return True

    def book(self, *, shown: bool) -> None:
        """Note how a page that was taken went."""
        self._failures = 0 if shown else self._failures + 1
        self.shown += shown
        self.unshown += not shown

    def remark(self) -> str:
        """Return in German what became of the pages that scripts make; empty if there were none."""
        said = []
        if self.shown:
            said.append(
                N_("{count} Seiten entstehen erst durch Skripte und wurden im Browser gelesen.").format(
                    count=self.shown
                )
            )
        if self.unshown:
            said.append(
                N_("{count} Seiten entstehen erst durch Skripte und konnten nicht gelesen werden.").format(
                    count=self.unshown
                )
            )
        return " ".join(said)
