"""
What the extractor sees in a saved page, for the command ``inspect``; documents are read as in a crawl.

Does not fetch and does not store. A file or line that cannot be read is an object with ``error``, as a page would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.documents import Document, media_of
from crawler.documents.readers import reading
from crawler.extract import MAX_BODY, extract
from db.models import Page

Kind = Callable[[Page], str]
Read = Callable[[bytes, str], Document]

BAD_LINE = "bad_line"
UNREADABLE = "unreadable"
_SHOWN_OF_FORMS = ("kind", "fields", "method", "action")  # others rely on exactly these


def inspect(
    body: bytes, *, url: str, content_type: str = "text/html", fetched: datetime, kind: Kind | None = None
) -> dict[str, Any]:
    """Return a page as the JSON object of ``inspect --json``; ``kind`` gives its ``page_type``, which is not ours to know."""
    with reading() as read:
        return _inspect(body, url=url, content_type=content_type, fetched=fetched, kind=kind, read=read)


def _inspect(
    body: bytes, *, url: str, content_type: str, fetched: datetime, kind: Kind | None, read: Read
) -> dict[str, Any]:
    media = media_of(body, content_type, url=url)
    document = read(body, media) if media and len(body) <= MAX_BODY else None
    page = extract(url, body, content_type=content_type, fetched=fetched, document=document)
    return {**_shown(page, url=url), "page_type": kind(page) if kind is not None else None}


def inspect_list(
    lines: Iterable[str], folder: Path, *, fetched: datetime, kind: Kind | None = None
) -> Iterator[dict[str, Any]]:
    """
    Yield one object for each line ``{"path", "url", "content_type"}``, in order; blank lines are passed over.

    Paths are relative to ``folder``. ``error`` is "bad_line" for a line that is no such object, "unreadable" for a file
    that is not there.
    """
    with reading() as read:
        for line in lines:
            if line.strip():
                yield _inspect_line(line, folder, fetched=fetched, kind=kind, read=read)


def _inspect_line(line: str, folder: Path, *, fetched: datetime, kind: Kind | None, read: Read) -> dict[str, Any]:
    try:
        wanted = json.loads(line)
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        return _failed(None, BAD_LINE, fetched=fetched)
    path, url, content_type = (wanted.get(name) for name in ("path", "url", "content_type"))
    if not isinstance(url, str) or not isinstance(path, str):
        return _failed(url if isinstance(url, str) else None, BAD_LINE, fetched=fetched)
    try:
        with (folder / path).open("rb") as file:
            body = file.read(MAX_BODY + 1)
    except (OSError, ValueError):
        return _failed(url, UNREADABLE, fetched=fetched)
    content_type = content_type if isinstance(content_type, str) else "text/html"
    return _inspect(body, url=url, content_type=content_type, fetched=fetched, kind=kind, read=read)


def _failed(url: str | None, error: str, *, fetched: datetime) -> dict[str, Any]:
    return _shown(Page(url=url or "", fetched=fetched, error=error), url=url)


def _shown(page: Page, *, url: str | None) -> dict[str, Any]:
    return {
        "url": url,
        "title": page.title,
        "description": page.description,
        "language": page.language,
        "charset": page.charset,
        "date": page.date,
        "headings": page.headings,
        "main_text": page.main_text,
        "links": [{"url": link.url, "text": link.text, "zone": link.zone} for link in page.links],
        "forms": [{name: form.get(name) for name in _SHOWN_OF_FORMS} for form in page.forms],
        "keys": page.keys,
        "page_type": None,
        "robots": {"index": page.index, "follow": page.follow},
        "canonical": page.canonical,
        "error": page.error,
    }
