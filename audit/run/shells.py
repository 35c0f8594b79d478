"""
What might stand on pages that could not be read because only scripts in a browser make them.

Does not judge: it reads what a shell and the links that lead to it say, so that nothing they may hold is called absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from audit.classify import Classifier, Subject
from audit.coverage import UNRENDERED
from db.models import Page

MOST_WORDINGS = 50
"""Different wordings of links to one shell that are looked at."""


def possible(pages: Sequence[Page], classifier: Classifier, *, subject: Subject) -> dict[str, list[Page]]:
    """Return for each criterion the unread shells whose title, address or links speak of it."""
    shells = [page for page in pages if page.error in UNRENDERED]
    found: defaultdict[str, list[Page]] = defaultdict(list)
    if not shells:
        return found
    wordings = _wordings(pages, of=shells)
    for shell in shells:
        said = sorted({text for url in _addresses(shell) for text in wordings[url]})[:MOST_WORDINGS]
        told = Page(
            url=shell.url,
            fetched=shell.fetched,
            status=200,
            content_type=shell.content_type,
            title=shell.title,
            description=shell.description,
            main_text="\n".join(said),
        )
        for one in classifier.read(told, subject=subject, own=True).criteria:
            if any(item.weight > 0 for item in one.evidence):
                found[one.id].append(shell)
    return found


def _addresses(page: Page) -> list[str]:
    return [page.url, *page.redirected_from]


def _wordings(pages: Iterable[Page], *, of: Iterable[Page]) -> defaultdict[str, set[str]]:
    """Return the words of all links to the addresses of these pages."""
    wanted = {url for page in of for url in _addresses(page)}
    wordings: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for link in page.links:
            if link.url in wanted:
                wordings[link.url].add(link.text)
    return wordings
