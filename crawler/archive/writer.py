"""
Writes answers into a WARC file as they came, record after record.

Does not read them. Each record is a gzip member of its own and is written at once, so that a crash costs at most the
last one; whoever opens the file again cuts off what is only half there.
"""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib
from scrapy.http import Response
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.reader import SHOWN, whole

VERSION = "1.1"
UNMODIFIED = 304
_LEVEL = 1  # a fifth of the time that zlib takes for the same size
_GZIP = 31  # window of 32 kB in a gzip frame
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
# The body is kept as it was received, but in one piece.
_OF_THE_CONNECTION = frozenset([b"transfer-encoding", b"connection", b"keep-alive", b"content-length"])


class Earlier(NamedTuple):
    """Where a payload was kept first."""

    url: str
    date: str


class _Maker(WARCWriter):  # type: ignore[misc] # warcio has no types
    """Makes records whose payload alone has a digest: the block is payload and head, and to sum it up costs as much again."""

    def ensure_digest(self, record: ArcWarcRecord, block: bool = True, payload: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - as there
        super().ensure_digest(record, block=False, payload=payload)


class Writer:
    """One file, to which records are added."""

    def __init__(self, path: Path, *, agent: str) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            end = whole(path)
            if end < path.stat().st_size:
                with path.open("r+b") as file:
                    file.truncate(end)
        self._maker = _Maker(io.BytesIO(), gzip=False, warc_version=VERSION)
        self._kept: dict[str, Earlier] = {}
        self._file = path.open("ab", buffering=0)
        if not path.stat().st_size:
            self._write(self._about(agent))

    def add(self, response: Response, *, received: datetime) -> None:
        """
        Add an answer; the same payload under another address refers to the first (revisit).

        Raises:
            OSError: it cannot be written; the file ends with the record before.
        """
        date = stamp(received)
        digest = _digest(response.body)
        warc = {"WARC-Date": date, "WARC-Payload-Digest": digest}
        if response.ip_address is not None:
            warc["WARC-IP-Address"] = str(response.ip_address)
        head = _head(response)
        earlier = self._kept.get(digest)
        if response.body and earlier is not None:
            record = self._maker.create_revisit_record(
                response.url, digest, earlier.url, earlier.date, http_headers=head, warc_headers_dict=warc
            )
        else:
            if response.body:
                self._kept[digest] = Earlier(response.url, date)
            record = self._maker.create_warc_record(
                response.url,
                "response",
                payload=io.BytesIO(response.body),
                length=len(response.body),
                http_headers=head,
                warc_headers_dict=warc,
            )
        self._write(record)

    def add_shown(self, response: Response, *, received: datetime) -> None:
        """
        Add a page as the browser showed it: no answer of a server, but what became of one (ISO 28500, "conversion").

        Raises:
            OSError: it cannot be written; the file ends with the record before.
        """
        warc = {"WARC-Date": stamp(received), "WARC-Payload-Digest": _digest(response.body)}
        record = self._maker.create_warc_record(
            response.url,
            "conversion",
            payload=io.BytesIO(response.body),
            length=len(response.body),
            warc_content_type=SHOWN,
            warc_headers_dict=warc,
        )
        self._write(record)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _about(self, agent: str) -> ArcWarcRecord:
        said = {"software": agent, "format": f"WARC File Format {VERSION}", "robots": "obey"}
        return self._maker.create_warcinfo_record(self.path.name, said)

    def _write(self, record: ArcWarcRecord) -> None:
        self._maker.out = plain = io.BytesIO()
        self._maker.write_record(record)
        packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
        member = packer.compress(plain.getbuffer()) + packer.flush()
        end = self._file.seek(0, io.SEEK_END)
        written = 0
        try:
            while written < len(member):
                written += self._file.write(member[written:])
        except OSError:
            self._file.truncate(end)
            raise


@cache
def writer(path: str, *, agent: str) -> Writer:
    """Return the writer of a file; all sites of a process share it."""
    return Writer(Path(path), agent=agent)


def stamp(moment: datetime) -> str:
    """Return a moment as WARC has it, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _head(response: Response) -> StatusAndHeaders:
    """Return status and headers as they came, without what only concerned the connection."""
    fields = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        if name.lower() not in _OF_THE_CONNECTION
        for value in values
    ]
    fields.append(("Content-Length", str(len(response.body))))
    return StatusAndHeaders(
        f"{response.status} {_PHRASES.get(response.status, 'Unknown')}", fields, protocol="HTTP/1.1"
    )


def _digest(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
