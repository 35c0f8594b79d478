"""
What the extractor and the page types see in a file.

Does not fetch and does not store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.classify import Classifier
from crawler.extract import extract
from crawler.inspection import inspect_list, shown


def inspect_file(
    body: bytes, *, url: str, classifier: Classifier, now: datetime, content_type: str = "text/html"
) -> dict[str, Any]:
    """Return what is read from one file, in the shape of the contract."""
    page = extract(url, body, content_type=content_type, fetched=now)
    return {**shown(page), "page_type": classifier.page_type(page)[0]}


def inspect_lines(
    lines: Iterable[str], *, folder: Path, classifier: Classifier, now: datetime
) -> Iterator[dict[str, Any]]:
    """Give one object for each line of a list, in order; a line that cannot be read gives its error."""
    raise_free = inspect_list(lines, folder)
    yield from raise_free
