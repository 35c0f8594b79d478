"""Guards that one site cannot spend the time of all on its scripts."""

from __future__ import annotations

from crawler.browser.allowance import FAILURES, Allowance


def test_after_failures_in_a_row_the_scripts_of_a_site_are_left_alone() -> None:
    """A page that is shown in between begins the row anew."""
    allowance = Allowance(100)
    for shown in [*([False] * (FAILURES - 1)), True, *([False] * FAILURES)]:
        assert allowance.take()
        allowance.book(shown=shown)
    assert not allowance.take()
    assert (allowance.shown, allowance.unshown) == (1, 2 * FAILURES)


def test_without_a_browser_nothing_may_be_shown() -> None:
    """What stays unread is told."""
    allowance = Allowance()
    assert not allowance.take()
    assert "konnten nicht gelesen werden" in allowance.remark()
