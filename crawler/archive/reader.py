"""
Reads WARC files, ours and those of others (browsertrix, wget, Common Crawl), and the WACZ packages that hold them.

Does not fetch. Files are strangers' data: records are bounded, a damaged one ends the file there, and nothing in it is run.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawler import addresses

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a payload that are read, as of an answer from the network."""

MAX_RECORDS, MAX_RECORD = 1_000_000, 2 * 1024**3
CUT = "Der letzte Eintrag ist unvollständig."
_BLOCK = 1 << 16
# RFC 9110, section 8.4.1: deflate has a frame, but many servers leave it out.
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}")
_LONGEST_SIZE = 1_000  # characters of the line that says how long a chunk is
_KINDS = frozenset(["response", "resource", "revisit", "conversion"])
DAMAGE = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error, UnicodeError)
SHOWN = "text/html; charset=utf-8; rendered=yes"
"""What the record of a page says that a browser showed; conversions of others are something else."""

_NOT_MODIFIED = "server-not-modified"


class DamagedError(Exception):
    """A file cannot be read from here on."""

    def __init__(self, path: Path, offset: int, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.offset, self.reason = path, offset, reason


class Entry(NamedTuple):
    """Where an answer stands."""

    path: Path
    offset: int
    url: str  #: as it was asked for
    date: datetime
    status: int
    media: str
    size: int  #: bytes of the record's block, headers included
    refers: tuple[str, str] | None  #: address and WARC-Date of the record with the payload


class Capture(NamedTuple):
    """An answer as it was received: the body still packed, if its headers say so."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes  #: at most one byte more than ``MAX_BODY``
    date: datetime


def entries(path: Path) -> Iterator[Entry]:
    """
    Yield the answers in a file, in its order.

    Raises:
        DamagedError: the rest of the file cannot be read.
    """
    yield from (entry for _, entry in heads(path) if entry is not None)


def heads(path: Path) -> Iterator[tuple[int, Entry | None]]:
    """Yield the offset of each record in a file and the answer in it, as ``entries`` does; None: it holds something else."""
    with path.open("rb") as file:
        for offset, record in _records(path, file):
            yield offset, _entry(path, offset, record) if record.rec_type in _KINDS else None


def verify(path: Path) -> tuple[int, list[tuple[int, str]]]:
    """
    Return how many records a file has, and what is wrong with it: offsets and reasons.

    Block and payload digests are computed anew (ISO 28500, sections 5.8 and 5.9); where a file cannot be read on, that is
    its last fault.
    """
    faults: list[tuple[int, str]] = []
    count = offset = 0
    with path.open("rb") as file:
        try:
            iterator = ArchiveIterator(file, check_digests=True)
            for record in iterator:
                checker = record.digest_checker
                while record.content_stream().read(_BLOCK):
                    pass
                offset = iterator.get_record_offset()
                count += 1
                if checker is not None and checker.passed is False:
                    faults.append((offset, "; ".join(checker.problems)))
        except DAMAGE as fault:
            faults.append((offset, str(fault).strip() or type(fault).__name__))
    end, size = whole(path) if is_packed(path) else path.stat().st_size, path.stat().st_size
    if end < size and not faults:
        faults.append((end, CUT))
    return count, faults


def is_packed(path: Path) -> bool:
    """Tell whether a file is gzipped."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def whole(path: Path, *, start: int = 0) -> int:
    """Return the bytes of a gzipped file up to the end of its last whole member; ``start``: where a member begins."""
    end = read = start
    with path.open("rb") as file:
        file.seek(start)
        unpacker = zlib.decompressobj(31)
        while block := file.read(_BLOCK):
            read += len(block)
            while block:
                try:
                    unpacker.decompress(block)
                except zlib.error:
                    return end
                block = unpacker.unused_data
                if unpacker.eof:
                    end = read - len(block)
                    unpacker = zlib.decompressobj(31)
    return end


def plain(capture: Capture) -> bytes:
    """
    Return the body of an answer unpacked, at most one byte more than ``MAX_BODY``.

    Raises:
        ValueError: it is packed in a way that we do not know, or not as its headers say.
    """
    named = next((value for name, value in capture.headers if name.lower() == "content-encoding"), "").strip().lower()
    if named in {"", "identity"}:
        return capture.body
    if named not in _WINDOWS:
        raise ValueError(named)
    for window in _WINDOWS[named]:
        try:
            return zlib.decompressobj(window).decompress(capture.body, MAX_BODY + 1)
        except zlib.error:
            continue
    raise ValueError(named)


class Archive:
    """
    One or several files, by address; of an address that was kept several times the newest counts.

    Attributes:
        damaged: What ended the reading of a file before its end.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self.damaged: list[DamagedError] = []
        self._newest: dict[str, Entry] = {}
        self._shown: dict[str, Entry] = {}
        self._by_date: dict[tuple[str, str], Entry] = {}
        for path in paths:
            try:
                for entry in entries(path):
                    self._note(entry)
            except DamagedError as fault:
                self.damaged.append(fault)
                # What was being read then is not to be trusted.
                for url in [url for url, entry in self._newest.items() if entry[:2] == (path, fault.offset)]:
                    del self._newest[url]

    def __len__(self) -> int:
        return len(self._newest)

    def find(self, url: str) -> Capture | None:
        """Return the newest answer for an address; None if there is none, or its payload stands nowhere."""
        entry = self._newest.get(addresses.canonical(url))
        if entry is None:
            return None
        capture = read(entry)
        if entry.refers is None:
            return capture
        kept = self._by_date.get((addresses.canonical(entry.refers[0]), entry.refers[1]))
        if kept is None or kept.refers is not None:
            return None
        payload = read(kept)
        if entry.status == 304:  # noqa: PLR2004 - what has not changed is what it was
            return payload._replace(date=capture.date)
        return capture._replace(body=payload.body)

    def shown(self, url: str) -> Capture | None:
        """Return the page at an address as a browser showed it: the answer's status and headers, and the document of then."""
        entry, answer = self._shown.get(addresses.canonical(url)), self.find(url)
        if entry is None or answer is None:
            return None
        kept = [field for field in answer.headers if field[0].lower() not in {"content-type", "content-encoding"}]
        return read(entry)._replace(status=answer.status, headers=[*kept, ("Content-Type", "text/html; charset=utf-8")])

    def _note(self, entry: Entry) -> None:
        url = addresses.canonical(entry.url)
        if entry.media == SHOWN:
            self._shown[url] = entry
            return
        if url not in self._newest or self._newest[url].date <= entry.date:
            self._newest[url] = entry
        if entry.refers is None:
            self._by_date[url, entry.date.isoformat()] = entry


def read(entry: Entry) -> Capture:
    """
    Return the answer of an entry.

    Raises:
        DamagedError: it cannot be read.
    """
    with entry.path.open("rb") as file:
        file.seek(entry.offset)
        try:
            record = next(iter(ArchiveIterator(file)))
            body = _body(record) if entry.refers is None else b""
        except DAMAGE as fault:
            raise DamagedError(entry.path, entry.offset, str(fault).strip() or type(fault).__name__) from fault
        fields = record.http_headers.headers if record.http_headers else [("Content-Type", entry.media)]
        headers = [
            (name, value) for name, value in fields if name.lower() not in {"transfer-encoding", "content-length"}
        ]
        return Capture(entry.status, headers, body, entry.date)


def _body(record: ArcWarcRecord) -> bytes:
    """Return the body as it was received, in one piece; other programs keep the chunks that it came in."""
    parts, left = [], MAX_BODY + 1
    while left > 0 and (part := record.raw_stream.read(min(_BLOCK, left))):
        parts.append(part)
        left -= len(part)
    body = b"".join(parts)
    coding = record.http_headers.get_header("Transfer-Encoding") if record.http_headers else None
    return _joined(body) if (coding or "").strip().lower() == "chunked" else body


def _joined(body: bytes) -> bytes:
    """Return a body without the marks of its chunks (RFC 9112, section 7.1); as it is if it has none."""
    parts = []
    at = 0
    while (end := body.find(b"\r\n", at, at + _LONGEST_SIZE)) >= 0:
        size = _SIZE.match(body, at, end)
        if size is None:
            return body
        length = int(size[0], 16)
        if not length:
            break
        parts.append(body[end + 2 : end + 2 + length])
        at = end + 2 + length + 2
    return b"".join(parts) or body


@contextmanager
def unpacked(path: Path) -> Iterator[list[Path]]:
    """
    Give the WARC files of a path for as long as they are needed: the file itself, or those inside a WACZ package.

    Raises:
        DamagedError: it is neither.
    """
    if not zipfile.is_zipfile(path):
        yield [path]
        return
    with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder, zipfile.ZipFile(path) as package:
        names = [
            each for each in package.infolist() if each.filename.startswith("archive/") and ".warc" in each.filename
        ]
        found = []
        for number, each in enumerate(names):
            place = Path(folder) / f"{number}.warc.gz"
            try:
                with package.open(each) as source, place.open("wb") as goal:
                    left = each.file_size
                    while left > 0 and (block := source.read(min(_BLOCK, left))):
                        left -= len(block)
                        goal.write(block)
            except (zipfile.BadZipFile, OSError, zlib.error, RuntimeError) as fault:
                raise DamagedError(path, each.header_offset, str(fault)) from fault
            found.append(place)
        yield found


def _records(path: Path, file: IO[bytes]) -> Iterator[tuple[int, ArcWarcRecord]]:
    """Yield the heads of records with their offsets; their content is passed over."""
    offset = 0
    try:
        iterator = ArchiveIterator(file)
        for number, record in enumerate(iterator):
            if number >= MAX_RECORDS or (record.length or 0) > MAX_RECORD:
                raise DamagedError(path, offset, "zu viele oder zu große Einträge")
            offset = iterator.get_record_offset()
            yield offset, record
    except DAMAGE as fault:
        raise DamagedError(path, offset, str(fault).strip() or type(fault).__name__) from fault
    if is_packed(path) and whole(path, start=offset) < path.stat().st_size:
        raise DamagedError(path, offset, CUT)


def _entry(path: Path, offset: int, record: ArcWarcRecord) -> Entry | None:
    warc = record.rec_headers
    url = warc.get_header("WARC-Target-URI") or ""
    date = moment(warc.get_header("WARC-Date") or "")
    if not addresses.is_web(url) or date is None:
        return None
    status = 200
    if record.http_headers is not None:
        code = record.http_headers.get_statuscode()
        status = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 0  # noqa: PLR2004
    elif record.rec_type == "response":
        return None
    if record.rec_type == "conversion" and warc.get_header("Content-Type") != SHOWN:
        return None
    refers = None
    if record.rec_type == "revisit":
        if (warc.get_header("WARC-Profile") or "").endswith(_NOT_MODIFIED):
            status = 304
        first = moment(warc.get_header("WARC-Refers-To-Date") or "")
        refers = (warc.get_header("WARC-Refers-To-Target-URI") or url, first.isoformat() if first else "")
    media = (
        record.http_headers.get_header("Content-Type") if record.http_headers else warc.get_header("Content-Type")
    ) or ""
    return Entry(path, offset, url, date, status, media, max(0, record.length or 0), refers)


def moment(text: str) -> datetime | None:
    """Return a WARC-Date as a moment; None if it is none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
