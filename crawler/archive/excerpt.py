"""
A few pages out of archives as a small archive of their own: the very bytes of their records, and the hash of each page.

Does not choose the pages, knows no audit, and changes nothing in a record: what is signed and dated stays as it was written.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator

from crawler import addresses
from crawler.archive.places import Remote
from crawler.archive.reader import DAMAGE, MAX_BODY, SHOWN, DamagedError, Entry, entries, is_packed

OK = 200
SAME = timedelta(seconds=5)
"""A record that is further from the moment of reading is that of another reading."""
_BLOCK = 1 << 16

Source = Path | Remote
"""An archive: a file, or one in a store, of which only single records are fetched."""
Place = tuple[Source, int]
"""An archive and the offset of a record in it."""
ByUrl = dict[str, list[Entry]]


class Wanted(NamedTuple):
    """A page as it was read."""

    url: str  #: canonical
    fetched: datetime
    source: Source  #: the archive that should have it
    rendered: bool = False  #: read as a browser showed it


class Kept(NamedTuple):
    """A page as the excerpt has it."""

    offset: int  #: of the record that holds its payload, in the excerpt
    date: datetime  #: of the answer
    sha256: str  #: of the payload, without Content-Encoding and Transfer-Encoding (what warcio calls content)
    size: int  #: bytes of that


def excerpt(wanted: Sequence[Wanted]) -> tuple[bytes, dict[str, Kept]]:
    """
    Return a packed WARC file with the records of these pages, and by address where each stands in it.

    A page that no archive has, or that cannot be read there, is missing in both; without any the file is empty.

    Raises:
        PlaceError: a store does not answer, so that nobody knows what it has.
    """
    found: dict[str, tuple[Entry, list[Place]]] = {}
    for source in dict.fromkeys(one.source for one in wanted):
        here = _entries(source)
        for one in (each for each in wanted if each.source == source):
            if chosen := _records(one, here):
                entry, offsets = chosen
                # The record that says who has written the file is its first.
                found[one.url] = entry, [(source, offset) for offset in (0, *offsets)]
    needed = {place for _, places in found.values() for place in places}
    data, offsets_in_it = io.BytesIO(), {}
    for place in sorted(needed, key=lambda place: (place[0].name, place[1])):
        if member := _member(*place):
            offsets_in_it[place] = data.tell()
            data.write(member)
    kept = {}
    for url, (entry, places) in found.items():
        at = [offsets_in_it.get(place) for place in places]
        if at[-1] is not None and None not in at and (told := _hashed(data, at[-1])):
            kept[url] = Kept(at[-1], entry.date, *told)
    return data.getvalue(), kept


def payload(data: bytes, offset: int) -> bytes:
    """Return the first ``MAX_BODY`` bytes of the payload of a record, without its codings; nothing if it cannot be read."""
    file = io.BytesIO(data)
    file.seek(offset)
    parts, left = [], MAX_BODY
    try:
        stream = next(iter(ArchiveIterator(file))).content_stream()
        while left > 0 and (block := stream.read(min(_BLOCK, left))):
            parts.append(block)
            left -= len(block)
    except DAMAGE:
        return b""
    return b"".join(parts)


def _entries(source: Source) -> ByUrl:
    """Return the answers of a packed archive by canonical address, as far as it can be read."""
    if isinstance(source, Remote):
        return _by_url(source.entries())
    try:
        known = source.stat()
    except OSError:
        return {}
    return _listed(source, known.st_mtime_ns, known.st_size)


# Who looks at one page of an archive soon looks at the next, and to list an archive takes a second for each 50 MB.
@lru_cache(maxsize=4)
def _listed(path: Path, _written: int, _size: int) -> ByUrl:
    found: list[Entry] = []
    try:
        if is_packed(path):
            found.extend(entries(path))
    except DamagedError as fault:
        found = [entry for entry in found if entry.offset < fault.offset]
    except OSError:
        return {}
    return _by_url(found)


def _by_url(found: Sequence[Entry]) -> ByUrl:
    by_url: ByUrl = {}
    for entry in found:
        by_url.setdefault(addresses.canonical(entry.url), []).append(entry)
    return by_url


def _records(one: Wanted, here: ByUrl) -> tuple[Entry, list[int]] | None:
    """Return the answer that a page was read from, and where all records that belong to it begin, that with its payload last."""
    mine = sorted(here.get(one.url, []), key=lambda entry: abs(entry.date - one.fetched))
    answers = [entry for entry in mine if entry.media != SHOWN and entry.status == OK]
    shown = [entry for entry in mine if entry.media == SHOWN]
    chosen = next(iter(shown if one.rendered else answers), None)
    if chosen is None or abs(chosen.date - one.fetched) > SAME or not (offsets := _chain(chosen, here)):
        return None
    # What a browser showed came from an answer, which a reader of the excerpt wants to see as well.
    shell = _chain(answers[0], here) if one.rendered and answers else []
    return chosen, [*shell, *offsets]


def _chain(entry: Entry, here: ByUrl) -> list[int]:
    """Return where the record begins and, if it only refers to its payload, that with the payload; nothing if that is missing."""
    if entry.refers is None:
        return [entry.offset]
    url, date = entry.refers
    first = (each for each in here.get(addresses.canonical(url), []) if each.refers is None)
    return next(([entry.offset, each.offset] for each in first if each.date.isoformat() == date), [])


def _member(source: Source, offset: int) -> bytes:
    """Return the gzip member that begins there, as it is; nothing if it is damaged."""
    if isinstance(source, Remote):
        return source.member(offset)
    return b"".join(_parts(source, offset))


def _parts(path: Path, offset: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(31)
    with path.open("rb") as file:
        file.seek(offset)
        while not unpacker.eof and (block := file.read(_BLOCK)):
            unpacker.decompress(block)
            yield block[: len(block) - len(unpacker.unused_data)]


def _hashed(file: io.BytesIO, offset: int) -> tuple[str, int] | None:
    """Return SHA-256 and size of the payload of a record as anybody reads it with warcio; None if it cannot be read."""
    file.seek(offset)
    digest, size = hashlib.sha256(), 0
    try:
        record = next(iter(ArchiveIterator(file, check_digests=True)))
        stream = record.content_stream()
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
    except DAMAGE:
        return None
    if record.digest_checker is not None and record.digest_checker.passed is False:
        return None
    return digest.hexdigest(), size
