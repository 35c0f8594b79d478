"""
Changes of a town's sites as they can be written down, and the pages as they would be after them.

Does not say whether a change helps (``audit.proposals.simulation``) and changes no site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from db.models import Link, Page
from db.terms import Zone

ROBOTS = "robots.txt"


def _is_web(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise ValueError("das ist keine Adresse (sie beginnt mit http:// oder https://)")
    return url


Address = Annotated[str, AfterValidator(_is_web)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class Shape(BaseModel):
    """A change that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LinkTo(Shape):
    """On a page a link to another with these words, in its main part; ``instead`` of a link that has these words there now."""

    kind: Literal["link"] = "link"
    page: Address
    to: Address
    words: Text
    instead: str | None = None


class Retitle(Shape):
    """A page gets this title, and its main heading the same words."""

    kind: Literal["title"] = "title"
    page: Address
    title: Text


class Open(Shape):
    """A page may be listed by search engines: no noindex, no ban in robots.txt, no other address named as canonical."""

    kind: Literal["open"] = "open"
    page: Address


class NewPage(Shape):
    """
    A page of its own at this address, which shows a criterion.

    At an address that is read already the page becomes one that counts, as when a form to print becomes one to send.
    """

    kind: Literal["page"] = "page"
    page: Address
    title: Text
    text: Text
    criterion: str


Change = Annotated[LinkTo | Retitle | Open | NewPage, Field(discriminator="kind")]


def applied(changes: Sequence[Change], pages: Mapping[str, Page]) -> list[Page]:
    """Return the pages that differ after these changes, in the order in which they were changed first; unknown addresses are left out."""
    changed: dict[str, Page] = {}
    for change in changes:
        page = changed.get(change.page) or pages.get(change.page)
        if isinstance(change, NewPage):
            changed[change.page] = page or _made(change, pages)
        elif page is not None:
            changed[change.page] = _with(page, change)
    return list(changed.values())


def unknown(changes: Sequence[Change], pages: Mapping[str, Page]) -> Iterator[tuple[int, str]]:
    """Return number (from 0) and address of each change of a page that is neither there nor made by an earlier change."""
    made = set()
    for number, change in enumerate(changes):
        if isinstance(change, NewPage):
            made.add(change.page)
            continue
        needed = [change.page, change.to] if isinstance(change, LinkTo) else [change.page]
        yield from ((number, url) for url in needed if url not in pages and url not in made)


def _made(change: NewPage, pages: Mapping[str, Page]) -> Page:
    like = next(iter(pages.values()))
    return Page(
        url=change.page,
        fetched=like.fetched,
        status=200,
        content_type="text/html",
        title=change.title,
        headings=[{"level": 1, "text": change.title}],
        main_text=f"{change.title}\n{change.text}",
        language="de",
    )


def _with(page: Page, change: LinkTo | Retitle | Open) -> Page:
    if isinstance(change, LinkTo):
        kept = [link for link in page.links if change.instead is None or link.text.strip() != change.instead.strip()]
        return copied(page, links=[Link(change.to, change.words, Zone.MAIN), *kept])
    if isinstance(change, Retitle):
        others = [heading for heading in page.headings if heading["level"] != 1]
        return copied(page, title=change.title, headings=[{"level": 1, "text": change.title}, *others])
    return copied(page, index=True, engines=None, canonical=page.url)


def copied(page: Page, **values: Any) -> Page:
    """Return a page with other values, which no database knows."""
    given = {each.name: getattr(page, each.name) for each in fields(Page) if each.init}
    return Page(**{**given, **values})
