"""
An answer of a server as a Page: what was read, where it only points, or why there is nothing.

Does not fetch and does not decide what is read next.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from scrapy.http import Response
from twisted.python.failure import Failure
from w3lib.url import safe_url_string

from crawler import addresses, guard, instead
from crawler.extract import extract
from crawler.faults import NotRendered
from db.models import Link, Page

MAX_VALIDATOR = 500  # characters; a cut one matches nothing, so that the page is asked for anew
REDIRECTS = {301, 302, 303, 307, 308}


def read(response: Response, *, fetched: datetime) -> Page:
    """Return what an answer says; a page that has not changed since the last audit says what it said then."""
    url = addresses.canonical(response.url)
    kept: Page | None = response.meta.get("kept")
    if kept is not None:
        kept.fetched, kept.unchanged = fetched, True
        _bar(kept, response)
        return kept
    page = extract(
        url,
        response.body,
        content_type=header(response, "Content-Type"),
        status=response.status,
        headers={name.decode("latin-1"): _all(response, name) for name in response.headers},
        fetched=fetched,
        document=response.meta.get("document"),
    )
    page.url = url
    page.etag = header(response, "ETag")[:MAX_VALIDATOR] or None
    page.last_modified = header(response, "Last-Modified")[:MAX_VALIDATOR] or None
    _bar(page, response)
    if page.error is None:
        mitigated = "challenge" in header(response, "cf-mitigated")
        page.error = instead.name(page, response.body, mitigated=mitigated)
    return page


def show(page: Page) -> None:
    """Settle what a page is that the browser has shown: few words may be all it says, none are too few."""
    if page.error == "needs_rendering":
        page.error = None if instead.is_filled(page) else NotRendered.error
    page.rendered = page.error != NotRendered.error
    # They are the shell's; what its scripts load can change without them.
    page.etag = page.last_modified = None


def _bar(page: Page, response: Response) -> None:
    """Note which search engines the robots.txt of the host keeps from the page."""
    barred: tuple[str, ...] = response.meta.get("barred", ())
    engines = {name: dict(flags) for name, flags in (page.engines or {}).items()}
    for name in {*engines, *barred}:
        flags = engines.setdefault(name, {})
        flags.pop("fetch", None)
        if name in barred:
            flags["fetch"] = False
    page.engines = {name: flags for name, flags in engines.items() if flags} or None


def pointer(response: Response, target: str, *, text: str, error: str, fetched: datetime) -> Page:
    """Return the Page of an address that only points to another, which is not read from here."""
    page = Page(url=addresses.canonical(response.url), fetched=fetched, status=response.status, error=error)
    if addresses.is_web(target):
        page.canonical = addresses.canonical(target)
        page.links = [Link(url=page.canonical, text=text, zone="main")]
    return page


def nothing(url: str, failure: Failure, *, fetched: datetime) -> Page:
    """Return the Page of an address that gave no answer."""
    assert failure.value is not None
    return Page(url=addresses.canonical(url), fetched=fetched, error=guard.name(failure.value, url))


def retry_after(response: Response, *, now: datetime) -> float:
    """Return the seconds that a server asks us to wait (RFC 9110, section 10.2.3), 0 if it asks for nothing sensible."""
    said = header(response, "Retry-After").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def redirect(response: Response) -> str | None:
    """Return the absolute target of a redirect as it is written, empty if it cannot be one; None if it is no redirect."""
    location = response.headers.get("Location")
    if response.status not in REDIRECTS or not location:
        return None
    try:
        return urljoin(response.url, safe_url_string(location))
    except ValueError:
        return ""


def _all(response: Response, name: bytes) -> str:
    """Return all headers of that name, one a line."""
    return b"\n".join(response.headers.getlist(name)).decode("latin-1")


def header(response: Response, name: str | bytes) -> str:
    """Return a header of an answer; empty if it is not there."""
    return (response.headers.get(name) or b"").decode("latin-1")
