"""
Publish what is there, and check a published page: which offers of an audit stand on it, and whether their links work.

Does not choose offers or word them (``reports.offers``) and does not fetch by itself (``crawler.process`` does).
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.reviews import in_force, said
from crawler import process
from crawler.addresses import canonical, host_of
from crawler.extract import extract
from crawler.failures import REFUSED_ERRORS, REFUSED_STATUS, WORDS
from db import queries
from db.errors import InputError
from db.models import Audit, Page
from db.terms import Decision, Standing
from reports.offers import Offer, Rejected
from reports.words import SEARCH_ERRORS

OK = 200
LARGEST = 10_000_000  # bytes of a file
THERE = {None, "needs_rendering", "login", "consent", "not_html"}
"""What may be said of a page that is there all the same."""
NOWHERE = "https://datei.invalid/"
"""Stands for the address of a page that is a file (RFC 2606)."""

Report = Callable[[int, int], None]
"""Called with links tried and links in all."""


class State(StrEnum):
    """What a published page has of an offer."""

    WORKS = "works"  #: a direct link, and a page answers there
    LINKED = "linked"  #: a direct link; whether it works was not tried, or could not be
    BROKEN = "broken"  #: a direct link to where nothing is
    UNLINKED = "unlinked"  #: it is named, but no link leads straight to it
    MISSING = "missing"


@dataclass(frozen=True)
class Published:
    """A page as it was found: where, its bytes, and what the server says they are."""

    place: str
    body: bytes
    content_type: str = "text/html"
    is_file: bool = False


@dataclass(frozen=True)
class Entry:
    """One offer of the audit on the page; ``detail`` says in German what is wrong with its link."""

    offer: Offer
    state: State
    detail: str = ""


@dataclass(frozen=True)
class Check:
    """
    What is to say of a page.

    Attributes:
        blocks: JSON-LD blocks, and how many of them are JSON.
        described: Offers that its JSON-LD names by address.
        index: May search engines list it?
    """

    page: Page
    entries: Sequence[Entry]
    blocks: int
    valid: int
    described: int

    @property
    def index(self) -> bool:
        """May search engines list the page?"""
        return self.page.index

    def number(self, state: State) -> int:
        """Return how many offers are in that state."""
        return sum(entry.state == state for entry in self.entries)


def rejected(session: Session, audit: Audit, *, now: datetime) -> Rejected:
    """Return what people have rejected, also since the audit was judged: criterion and page, or None for all of it."""
    words = in_force(queries.reviews(session, audit.town_id), now=now)
    urls = {one.url for one in words if one.url is not None}
    found: set[tuple[str, str | None]] = set()
    for criterion, told in said(words, queries.read_pages(session, audit.id, urls)).items():
        found |= {(criterion, url) for url, one in told.pages.items() if one.decision == Decision.REJECT}
        found |= {(criterion, None)} if told.whole and told.whole.decision == Decision.REJECT else set()
    return found


def from_file(path: Path) -> Published:
    """Return a page that stands in a file; raise InputError if that cannot be read."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except OSError as fault:
        raise InputError(f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=path) from None
    if len(body) > LARGEST:
        raise InputError("Die Datei ist größer als 10 MB; das ist keine Seite.", file=path)
    return Published(place=str(path), body=body, is_file=True)


def fetch(engine: Engine, audit: Audit, url: str) -> Published:
    """Return a page from the net, read as politely as any; raise InputError if there is none."""
    (answer,) = _look(engine, audit, [{"urls": [canonical(url)], "keep": True}], report=_silent)
    if answer["error"] not in THERE or answer["status"] != OK:
        raise InputError(f"{url}: {_why(answer)}", remedy="Ist die Seite schon online? Eine Datei geht auch.")
    return Published(place=url, body=b64decode(answer["body"]), content_type=answer["content_type"])


def check(found: Sequence[Offer], published: Published, *, now: datetime) -> Check:
    """
    Return what a page has of the offers, without trying any link.

    Raises:
        InputError: That is no page in HTML.
    """
    base = NOWHERE if published.is_file else canonical(published.place)
    page = extract(base, published.body, content_type=published.content_type, fetched=now)
    if page.error not in THERE or page.document or not (page.links or page.main_text or page.title):
        raise InputError(f"{published.place}: Das ist keine Seite in HTML.")
    text = " ".join(" ".join([page.main_text, *(link.text for link in page.links)]).lower().split())
    links = {link.url for link in page.links}
    entries = [Entry(one, _state(one, links=links, text=text)) for one in found]
    blocks = _blocks(published.body)
    things = json.dumps([block for block in blocks if block is not None])
    described = sum(json.dumps(one.url) in things for one in found)
    return Check(page, entries, len(blocks), sum(block is not None for block in blocks), described)


def try_links(engine: Engine, audit: Audit, seen: Check, *, report: Report) -> Check:
    """Return the check with each direct link tried once; nobody is asked twice for the same address."""
    urls = dict.fromkeys(entry.offer.url for entry in seen.entries if entry.state == State.LINKED)
    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(host_of(url), []).append(url)
    looks = [{"urls": group, "keep": False} for group in hosts.values()]
    told = {answer["url"]: answer for answer in _look(engine, audit, looks, report=report)}
    entries = [_tried(entry, told.get(entry.offer.url)) for entry in seen.entries]
    return Check(seen.page, entries, seen.blocks, seen.valid, seen.described)


def _look(engine: Engine, audit: Audit, looks: Sequence[dict[str, Any]], *, report: Report) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []

    def note(event: dict[str, Any]) -> None:
        answers.append(event)
        report(len(answers), sum(len(one["urls"]) for one in looks))

    budget = {
        "pages_per_site": 0,
        "seconds_per_site": 1800.0,
        "delay_seconds": 1.0,
        **audit.town.budget,
        **audit.budget,
    }
    job = {
        "database": engine.url.render_as_string(hide_password=False),
        "audit": audit.id,
        "looks": list(looks),
        "allowed_private": [site.host for site in audit.town.sites if site.standing == Standing.CONFIRMED],
        "budget": budget,
    }
    if looks:
        process.crawl(job, report=note)
    return answers


def _silent(_done: int, _total: int) -> None:
    """Say nothing about a look at one page."""


def _state(one: Offer, *, links: set[str], text: str) -> State:
    if canonical(one.url) in links:
        return State.LINKED
    return State.UNLINKED if " ".join(one.name.lower().split()) in text else State.MISSING


def _tried(entry: Entry, answer: Mapping[str, Any] | None) -> Entry:
    if entry.state != State.LINKED:
        return entry
    if answer is None:
        return Entry(entry.offer, State.LINKED, "Der Server hat vorher abgewiesen, oder die Zeit war um.")
    if answer["status"] == OK and answer["error"] in THERE:
        return Entry(entry.offer, State.WORKS)
    is_refused = answer["error"] in REFUSED_ERRORS or answer["status"] in REFUSED_STATUS
    return Entry(entry.offer, State.LINKED if is_refused else State.BROKEN, _why(answer))


def _why(answer: Mapping[str, Any]) -> str:
    error, status = answer["error"], answer["status"]
    if status not in {0, OK}:
        return f"Der Server antwortet mit Status {status}."
    return SEARCH_ERRORS.get(error) or WORDS.get(error) or "Es kam keine Antwort."


def _blocks(body: bytes) -> list[Any]:
    """Return the JSON-LD blocks of a page; None: that one is no JSON."""
    nodes = LexborHTMLParser(body).css('script[type="application/ld+json" i]')
    return [_parsed(node.text(deep=True)) for node in nodes]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
