"""Guards that an excerpt has the very records of the pages that were read, and hashes that anybody gets again."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.excerpt import Kept, Wanted, excerpt
from crawler.archive.reader import verify
from crawler.archive.writer import Writer

NOW = datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)
HOST = "http://www.ort.example"
SHELL = b"<div id=app></div>"


def answer(path: str, body: bytes, **headers: str) -> Response:
    return Response(
        f"{HOST}{path}", body=body, headers={name.replace("_", "-"): said for name, said in headers.items()}
    )


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A packed page, the same under another address, two shells that a browser filled, and a page read twice."""
    place = tmp_path / "ort-1.warc.gz"
    writer = Writer(place, agent="Fundstelle/1.0")
    packed = gzip.compress(b"<h1>Rathaus</h1>", mtime=0)
    for second, path in enumerate(("/a", "/b")):
        writer.add(answer(path, packed, Content_Encoding="gzip"), received=NOW + timedelta(seconds=second))
    for second, path in enumerate(("/s", "/t"), 10):
        writer.add(answer(path, SHELL), received=NOW + timedelta(seconds=second))
        shown = answer(path, f"<h1>{path}</h1>".encode())
        writer.add_shown(shown, received=NOW + timedelta(seconds=second + 2))
    writer.add(answer("/zwei", b"alt"), received=NOW)
    writer.add(answer("/zwei", b"neu"), received=NOW + timedelta(minutes=1))
    writer.add(answer("/fern", b"f" * 300_000), received=NOW)
    writer.close()
    return place


def again(data: bytes, kept: Mapping[str, Kept], folder: Path) -> dict[str, bytes]:
    """What a stranger reads with warcio at the offsets that were told; every record is whole."""
    file = folder / "belege.warc.gz"
    file.write_bytes(data)
    assert verify(file)[1] == []
    found = {}
    for url, one in kept.items():
        with file.open("rb") as records:
            records.seek(one.offset)
            found[url.removeprefix(HOST)] = next(iter(ArchiveIterator(records))).content_stream().read()
        assert hashlib.sha256(found[url.removeprefix(HOST)]).hexdigest() == one.sha256
        assert len(found[url.removeprefix(HOST)]) == one.size
    return found


def test_the_payload_is_found_where_it_is_said_to_be(kept: Path, tmp_path: Path) -> None:
    """Unpacked, also where the record of the page only refers to another; of two readings the one that was judged."""
    seconds = {"/b": 1, "/zwei": 60}
    wanted = [Wanted(f"{HOST}{path}", NOW + timedelta(seconds=after), kept) for path, after in seconds.items()]
    data, found = excerpt(wanted)
    assert again(data, found, tmp_path) == {"/b": b"<h1>Rathaus</h1>", "/zwei": b"neu"}
    assert found[f"{HOST}/b"].date == NOW + timedelta(seconds=1)
    (tmp_path / "x.warc.gz").write_bytes(data)
    with (tmp_path / "x.warc.gz").open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "response", "revisit", "response"]


def test_a_page_that_a_browser_showed_brings_the_answer_it_came_from(kept: Path, tmp_path: Path) -> None:
    """The hash is that of what was read; the shell stands beside it, also when it was kept under another address."""
    data, found = excerpt([Wanted(f"{HOST}/t", NOW + timedelta(seconds=13), kept, rendered=True)])
    assert again(data, found, tmp_path) == {"/t": b"<h1>/t</h1>"}
    assert verify(tmp_path / "belege.warc.gz") == (4, [])


def test_records_are_copied_byte_for_byte(kept: Path) -> None:
    """Nothing is packed anew, whatever is asked for twice stands once, and the same pages make the same file."""
    wanted = [Wanted(f"{HOST}/{path}", NOW, kept) for path in ("fern", "a", "fern")]
    data, found = excerpt(wanted)
    source = kept.read_bytes()
    offset = found[f"{HOST}/fern"].offset
    assert data[offset:] in source
    assert data[: found[f"{HOST}/a"].offset] == source[: found[f"{HOST}/a"].offset]
    assert excerpt(wanted[::-1]) == (data, found)


def test_pages_of_several_archives_come_together(kept: Path, tmp_path: Path) -> None:
    """Each with the record that says who has written its file."""
    later = tmp_path / "ort-2.warc.gz"
    writer = Writer(later, agent="Fundstelle/1.1")
    writer.add(answer("/neu", b"<h1>Neu</h1>"), received=NOW)
    writer.close()
    data, found = excerpt([Wanted(f"{HOST}/neu", NOW, later), Wanted(f"{HOST}/a", NOW, kept)])
    assert set(again(data, found, tmp_path)) == {"/neu", "/a"}
    assert verify(tmp_path / "belege.warc.gz") == (4, [])


def test_what_is_not_there_is_missing_and_nothing_else(kept: Path, tmp_path: Path) -> None:
    """Another reading of the same address, a page nobody kept, a damaged end, a file that is gone, no WARC at all."""
    size = kept.stat().st_size
    broken, gone, stray = tmp_path / "broken.warc.gz", tmp_path / "gone.warc.gz", tmp_path / "stray.warc.gz"
    broken.write_bytes(kept.read_bytes()[: size - 40])
    stray.write_text("kein Archiv")
    wanted = [
        Wanted(f"{HOST}/a", NOW + timedelta(hours=1), kept),
        Wanted(f"{HOST}/nie", NOW, kept),
        Wanted(f"{HOST}/fern", NOW, broken),
        Wanted(f"{HOST}/weg", NOW, gone),
        Wanted(f"{HOST}/fremd", NOW, stray),
    ]
    assert excerpt(wanted) == (b"", {})
    assert set(excerpt([*wanted, Wanted(f"{HOST}/a", NOW, broken)])[1]) == {f"{HOST}/a"}
