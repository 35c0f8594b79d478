"""
What stands where in an archive, so that one record can be read without the rest, and each be told from any other bytes.

Does not judge answers and does not fetch. An index is a stranger's data until its hash is checked (``places`` does).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from crawler.archive.reader import DamagedError, Entry, heads


class Line(NamedTuple):
    """A record: one gzip member of the archive."""

    offset: int
    length: int  #: bytes, packed
    sha256: str  #: of these bytes
    entry: Entry | None  #: the answer in it; None: it is about the archive itself


def lines(path: Path) -> Iterator[Line]:
    """Yield the records of a packed archive, as far as it can be read."""
    found: list[tuple[int, Entry | None]] = []
    end = path.stat().st_size
    try:
        found.extend(heads(path))
    except DamagedError as fault:
        found = [(offset, entry) for offset, entry in found if offset < fault.offset]
        end = fault.offset
    ends = [offset for offset, _ in found[1:]] + [end]
    with path.open("rb") as file:
        for (offset, entry), after in zip(found, ends, strict=False):
            file.seek(offset)
            member = file.read(after - offset)
            yield Line(offset, len(member), hashlib.sha256(member).hexdigest(), entry)


def packed(path: Path) -> bytes:
    """Return the index of an archive as packed JSON lines; the same archive makes the same bytes."""
    text = "".join(f"{json.dumps(_row(line), ensure_ascii=False)}\n" for line in lines(path))
    return gzip.compress(text.encode(), mtime=0)


def unpacked(data: bytes, path: Path) -> list[Line]:
    """Return what ``packed`` was made of; the answers are said to stand in ``path``."""
    return [_line(json.loads(text), path) for text in gzip.decompress(data).decode().split("\n") if text]


def _row(line: Line) -> list[Any]:
    one = line.entry
    said = one and [one.url, one.date.isoformat(), one.status, one.media, one.size, one.refers]
    return [line.offset, line.length, line.sha256, said]


def _line(row: list[Any], path: Path) -> Line:
    offset, length, sha256, said = row
    if said is None:
        return Line(offset, length, sha256, None)
    url, date, status, media, size, refers = said
    moment = datetime.fromisoformat(date)
    entry = Entry(path, offset, url, moment, status, media, size, tuple(refers) if refers else None)
    return Line(offset, length, sha256, entry)
