"""
Guards that what was read is kept as it came, and that archives of every origin are read, however damaged or hostile.

Does not reach the network: files are written and read as in the field.
"""

from __future__ import annotations

import gzip
import io
import resource
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.http import Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.reader import MAX_BODY, Archive, DamagedError, entries, plain, unpacked, verify, whole
from crawler.archive.writer import Writer

NOW = datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)
HOST = "http://www.musterhafen.example"


def answer(path: str, body: bytes, *, status: int = 200, **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(f"{HOST}{path}", status=status, body=body, headers=sent)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An archive of ours: a packed page, the same page under another address, a redirect, an empty answer."""
    place = tmp_path / "archives" / "ort-1.warc.gz"
    writer = Writer(place, agent="Fundstelle/1.0")
    packed = gzip.compress(b"<h1>Rathaus</h1>")
    writer.add(answer("/a", packed, Content_Encoding="gzip", Transfer_Encoding="chunked"), received=NOW)
    writer.add(answer("/b", packed, Content_Encoding="gzip", Set_Cookie="x=1"), received=NOW + timedelta(seconds=1))
    writer.add(answer("/c", b"", status=302, Location="/a"), received=NOW)
    writer.add(answer("/d", b"weg", status=404), received=NOW)
    writer.close()
    return place


def foreign(place: Path, *, packed: bool, pages: dict[str, bytes], date: str = "2025-03-01T10:00:00Z") -> Path:
    """Write an archive as other programs do: bodies in chunks, dates to the second."""
    with place.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record(place.name, {"software": "other"}))
        for path, body in pages.items():
            chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            fields = [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]
            head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                HOST + path,
                "response",
                payload=io.BytesIO(chunked),
                length=len(chunked),
                http_headers=head,
                warc_headers_dict={"WARC-Date": date},
            )
            writer.write_record(record)
    return place


def test_what_was_kept_is_found_again(kept: Path) -> None:
    """Status, headers, payload and moment are those of the answer; the second address refers to the first payload."""
    archive = Archive([kept])
    found = archive.find(f"{HOST}/b#oben")
    assert found is not None
    assert (found.status, plain(found), found.date) == (200, b"<h1>Rathaus</h1>", NOW + timedelta(seconds=1))
    assert ("Set-Cookie", "x=1") in found.headers
    assert "transfer-encoding" not in {name.lower() for name, _ in found.headers}
    redirect = archive.find(f"{HOST}/c")
    assert redirect is not None
    assert (redirect.status, dict(redirect.headers)["Location"], redirect.body) == (302, "/a", b"")
    assert archive.find(f"{HOST}/d").status == 404  # type: ignore[union-attr]
    assert archive.find(f"{HOST}/e") is None
    assert [entry.refers is not None for entry in entries(kept)] == [False, True, False, False]
    assert verify(kept) == (5, [])


def test_a_resumed_archive_goes_on_behind_the_last_whole_record(kept: Path) -> None:
    """What a crash left half written is cut off, the rest stays, and the file is whole again."""
    size = kept.stat().st_size
    with kept.open("ab") as file:
        file.write(gzip.compress(bytes(range(256)) * 20)[:60])
    assert whole(kept) == size
    assert verify(kept)[1]
    writer = Writer(kept, agent="Fundstelle/1.0")
    writer.add(answer("/e", b"neu"), received=NOW)
    writer.close()
    assert verify(kept) == (6, [])
    assert len(Archive([kept])) == 5


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    """Nobody can put other words into an archive without it being seen."""
    place = foreign(tmp_path / "a.warc", packed=False, pages={"/a": gzip.compress(b"Rathaus", mtime=0)})
    body = place.read_bytes()
    assert verify(place) == (2, [])
    at = body.rindex(b"0\r\n\r\n") - 6
    place.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
    _, faults = verify(place)
    assert faults
    assert faults[0][0] > 0


@pytest.mark.parametrize("packed", [True, False])
def test_archives_of_others_are_read(tmp_path: Path, *, packed: bool) -> None:
    """Packed or not, in chunks or not; the newest of several captures counts."""
    old = foreign(
        tmp_path / "old.warc.gz", packed=packed, pages={"/a": gzip.compress(b"alt"), "/b": gzip.compress(b"B")}
    )
    new = foreign(
        tmp_path / "new.warc.gz", packed=packed, pages={"/a": gzip.compress(b"neu")}, date="2025-03-02T10:00:00Z"
    )
    for order in ([old, new], [new, old]):
        archive = Archive(order)
        found = [archive.find(HOST + path) for path in ("/a", "/b")]
        assert [plain(each) for each in found if each] == [b"neu", b"B"]


def test_a_page_that_had_not_changed_is_what_it_was(kept: Path, tmp_path: Path) -> None:
    """The archive of a later audit says only that a page still held; with the earlier one beside it, it can be read."""
    later = tmp_path / "ort-2.warc.gz"
    with later.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        first = next(entries(kept))
        record = writer.create_revisit_record(
            f"{HOST}/a",
            "sha1:X",
            f"{HOST}/a",
            first.date.isoformat().replace("+00:00", "Z"),
            http_headers=StatusAndHeaders("304 Not Modified", [], protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": "2026-12-01T08:00:00Z"},
        )
        record.rec_headers.replace_header("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/server-not-modified")
        writer.write_record(record)
    assert Archive([later]).find(f"{HOST}/a") is None
    found = Archive([later, kept]).find(f"{HOST}/a")
    assert found is not None
    assert (found.status, plain(found), found.date.year, found.date.month) == (200, b"<h1>Rathaus</h1>", 2026, 12)


def test_a_package_is_unpacked(tmp_path: Path, kept: Path) -> None:
    """A WACZ holds its archives in a folder; what else is in it is left alone."""
    place = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(place, "w") as package:
        package.write(kept, "archive/data.warc.gz")
        package.writestr("../archive/boese.warc.gz", "x")
        package.writestr("indexes/index.cdx", "x")
    with unpacked(place) as files:
        assert len(files) == 1
        assert Archive(files).find(f"{HOST}/a") is not None
    assert not any(file.exists() for file in files)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[: len(body) * 2 // 3],
        lambda body: body[: len(body) * 2 // 3] + b"\x00" * 200 + body[len(body) * 2 // 3 + 200 :],
        lambda body: body + b"GIF89a",
    ],
    ids=["cut", "holed", "followed by something else"],
)
def test_what_stands_before_the_damage_is_read(tmp_path: Path, kept: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A damaged file costs what stands behind the damage, and its place is known."""
    place = tmp_path / "damaged.warc.gz"
    place.write_bytes(spoil(kept.read_bytes()))
    archive = Archive([place])
    assert archive.find(f"{HOST}/a") is not None
    assert [fault.path for fault in archive.damaged] == [place]
    assert verify(place)[1]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\x1f\x8b", b"PK\x03\x04", gzip.compress(b"<html>", mtime=0), b"\x00" * 5000]
)
def test_what_is_no_archive_is_not_read(tmp_path: Path, body: bytes) -> None:
    """Whatever is given, there is an error or nothing, never a crash."""
    place = tmp_path / "x.warc.gz"
    place.write_bytes(body)
    try:
        assert list(entries(place)) == []
    except DamagedError as fault:
        assert fault.path == place  # noqa: PT017
    assert len(Archive([place])) == 0
    assert verify(place)[0] == 0


def test_a_bomb_does_not_go_off(tmp_path: Path) -> None:
    """A payload is unpacked no further than an answer from the network would be."""
    bomb = gzip.compress(b"\0" * (200 * 1024 * 1024))
    place = foreign(tmp_path / "bomb.warc.gz", packed=True, pages={"/a": bomb})
    archive = Archive([place])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = archive.find(f"{HOST}/a")
    assert found is not None
    assert len(plain(found)) == MAX_BODY + 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_record_that_lies_about_its_length_ends_the_file(tmp_path: Path) -> None:
    """It cannot make us wait for bytes that never come."""
    place = foreign(tmp_path / "a.warc", packed=False, pages={"/a": gzip.compress(b"A"), "/b": gzip.compress(b"B")})
    place.write_bytes(place.read_bytes().replace(b"Content-Length: ", b"Content-Length: 99999", 2))
    assert len(Archive([place])) == 0


def test_a_full_disk_leaves_no_half_record(tmp_path: Path) -> None:
    """What could not be written whole is not there at all, and the fault is told."""
    place = tmp_path / "a.warc.gz"
    writer = Writer(place, agent="Fundstelle/1.0")
    writer.add(answer("/a", b"A"), received=NOW)
    size = place.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            writer.add(answer("/b", bytes(range(256)) * 40), received=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    writer.close()
    assert place.stat().st_size == size
    assert verify(place) == (2, [])
