"""What an unread shell may hold is told by its title and by the links that lead to it."""

from __future__ import annotations

import pytest

from audit import catalogue
from audit.classify import Classifier, Subject
from audit.run import shells
from tests.audit.nouns import HOME, page

SHELL = f"{HOME}app"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(catalogue.load())


@pytest.mark.parametrize("error", ["needs_rendering", "not_rendered"])
@pytest.mark.parametrize(("title", "words"), [("Kita-Portal", "zum Angebot"), ("App", "Kita-Platz online anmelden")])
def test_a_shell_may_hold_what_is_said_of_it(classifier: Classifier, error: str, title: str, words: str) -> None:
    """Its own title counts, and so do the words of a link to it."""
    home = page(HOME, (SHELL, words), title="Start", main_text="Willkommen")
    shell = page(SHELL, title=title, main_text="", error=error)
    found = shells.possible([home, shell], classifier, subject=Subject(name="Ort"))
    assert any(key.startswith("kita") for key in found)
    assert all(pages == [shell] for pages in found.values())


@pytest.mark.parametrize(
    ("title", "error"), [("App", "needs_rendering"), ("Kita-Portal", None), ("Kita-Portal", "soft_404")]
)
def test_other_pages_hold_nothing_unread(classifier: Classifier, title: str, error: str | None) -> None:
    """A shell of which nothing is said, a page that was read and a page that is missing leave nothing open."""
    home = page(HOME, (SHELL, "weiter"), title="Start", main_text="Willkommen")
    shell = page(SHELL, title=title, main_text="", error=error)
    assert shells.possible([home, shell], classifier, subject=Subject(name="Ort")) == {}
