"""Guards that an archive comes back from wherever it was put as what it was, and that nothing else ever does."""

from __future__ import annotations

import hashlib
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.archive import cache, places
from crawler.archive.excerpt import Wanted, excerpt
from crawler.archive.places import Place, Remote, Stored
from crawler.archive.writer import Writer
from db.errors import PlaceError
from tests.crawler.archive.s3 import BUCKET, KEY, KINDS, SECRET, Store, place, store

NOW = datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)
HOST = "http://www.ort.example"
PAGES = {f"{HOST}/{name}": name.encode() * 2000 for name in ("bad", "parken", "rathaus")}

connected: list[object] | None = None
"""Where this process connects to, while a test listens."""


def listen(event: str, given: tuple[object, ...]) -> None:
    if connected is not None and event in {"socket.connect", "socket.getaddrinfo"}:
        connected.append(given[1] if event == "socket.connect" else given[:2])


sys.addaudithook(listen)


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place of each kind: folder, memory, S3 over HTTP."""
    return place(request.param, tmp_path, monkeypatch)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A store that can be looked into and broken."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    return store(monkeypatch)


S3 = Place(f"s3://{BUCKET}/ort")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An archive of three pages, and of one of them under a second address."""
    path = tmp_path / "ort-1.warc.gz"
    writer = Writer(path, agent="Fundstelle/1.0")
    for url, body in {**PAGES, f"{HOST}/noch-einmal": PAGES[f"{HOST}/bad"]}.items():
        writer.add(Response(url, body=body, headers={"Content-Type": "text/html"}), received=NOW)
    writer.close()
    return path


def read(source: Path | Remote, *urls: str) -> tuple[bytes, dict[str, object]]:
    """The records of these pages, of all without any."""
    data, found = excerpt([Wanted(url, NOW, source) for url in urls or [*PAGES, f"{HOST}/noch-einmal"]])
    return data, dict(found)


def spoil(there: Place, name: str, at: int) -> None:
    """Change one byte of an object."""
    with there._files() as files:
        data = bytearray(there.read(name, 0, cache.MOST))
        data[at] ^= 1
        files.pipe_file(f"{there.url}/{name}", bytes(data))


def clear() -> None:
    """Forget what was read of a store before."""
    places._indexed.cache_clear()
    for file in (cache.home() / "cache").glob("*"):
        file.unlink()


def test_what_is_put_comes_back(there: Place, kept: Path, tmp_path: Path) -> None:
    """Whole by its hash, and record for record as from the file itself; the same content twice has one name."""
    one = there.put(kept)
    assert one.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert there.put(kept) == one
    there.fetch(one, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == kept.read_bytes()
    assert read(Remote(there, one)) == read(kept)
    assert len(read(kept)[1]) == 4


def test_a_damaged_record_is_not_shown(there: Place, kept: Path, tmp_path: Path) -> None:
    """The others are; the whole is refused, and putting it once more mends it."""
    one = there.put(kept)
    remote = Remote(there, one)
    second = remote.entries()[1].offset
    spoil(there, remote.name, second + 40)
    clear()
    assert set(read(remote)[1]) == {f"{HOST}/bad", f"{HOST}/rathaus", f"{HOST}/noch-einmal"}
    with pytest.raises(PlaceError, match="Prüfsumme"):
        there.fetch(one, tmp_path / "again")
    there.put(kept)
    assert len(read(remote)[1]) == 4


def test_a_damaged_index_leads_nowhere(there: Place, kept: Path) -> None:
    """It is not even unpacked; once mended it is read, without a new start of the program."""
    one = there.put(kept)
    clear()
    spoil(there, f"{one.listed[:2]}/{one.listed}.jsonl.gz", 30)
    assert read(Remote(there, one)) == (b"", {})
    there.put(kept)
    assert len(read(Remote(there, one))[1]) == 4


def test_what_is_lost_is_missing_and_what_is_cut_is_damaged(there: Place, kept: Path, tmp_path: Path) -> None:
    """A name nobody has put, an object that ends too early, and one that was deleted twice."""
    one = there.put(kept)
    remote = Remote(there, one)
    with there._files() as files:
        files.pipe_file(f"{there.url}/{remote.name}", kept.read_bytes()[: remote.entries()[1].offset + 10])
    assert set(read(remote)[1]) == {f"{HOST}/bad"}
    there.delete(one)
    there.delete(one)
    clear()
    assert read(remote) == (b"", {})
    with pytest.raises(PlaceError, match="fehlt dort"):
        there.fetch(Stored("0" * 64, "1" * 64, 10), tmp_path / "again")


def test_a_page_is_read_without_the_rest_and_once(server: Store, kept: Path) -> None:
    """Two small ranges of the archive, and the second look asks nobody, unless what is kept here was changed."""
    one = S3.put(kept)
    server.asked.clear()
    wanted = f"{HOST}/rathaus"
    first = read(Remote(S3, one), wanted)
    ranges = [span for _, name, span in server.asked if name.endswith(".warc.gz")]
    assert len(ranges) == 2
    assert sum(int(span.partition("-")[2]) - int(span[6:].partition("-")[0]) + 1 for span in ranges) < one.size / 1.5
    places._indexed.cache_clear()
    server.asked.clear()
    assert read(Remote(S3, one), wanted) == first
    assert server.asked == []
    for file in (cache.home() / "cache").iterdir():
        file.write_bytes(b"etwas anderes")
    assert read(Remote(S3, one), wanted) == first
    assert server.asked != []


def test_what_is_kept_here_of_a_store_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was looked at longest ago goes; what is greater than the limit is given on all the same."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    monkeypatch.setattr(cache, "MOST", 250)
    blocks = [bytes([number]) * 100 for number in range(4)]
    names = [hashlib.sha256(block).hexdigest() for block in blocks]
    for block, name in zip(blocks, names, strict=True):
        assert cache.get(name, lambda block=block: block) == block
    assert {file.name for file in (tmp_path / "cache").iterdir()} == set(names[2:])
    large = b"x" * 300
    assert cache.get(hashlib.sha256(large).hexdigest(), lambda: large) == large


def test_a_large_archive_goes_in_parts(server: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And comes back in parts, never as a whole in memory."""
    monkeypatch.setattr(places, "_BLOCK", 5 * 1024**2)
    path = tmp_path / "gross"
    path.write_bytes(random.Random(1).randbytes(11 * 1024**2))
    digest, size = places._sum(places._blocks(path))
    S3._put("gross", digest, size, lambda: places._blocks(path))
    assert hashlib.sha256(server.objects["ort/gross"]).hexdigest() == digest
    assert [method for method, name, _ in server.asked if name == "ort/gross"].count("PUT") == 3
    spans = [span for method, _, span in server.asked if method == "GET"]
    assert spans[-1].endswith(f"-{size}")


def test_a_store_that_stumbles_is_asked_again(server: Store, kept: Path) -> None:
    """As when it says that it is asked too much."""
    server.refusals = ["SlowDown"]
    one = S3.put(kept)
    assert server.objects[f"ort/{Remote(S3, one).name}"] == kept.read_bytes()


def test_what_arrives_changed_is_not_safe(server: Store, kept: Path) -> None:
    """A store that says yes and has something else is told on; nobody relies on it."""

    class Forgetful(dict[str, bytes]):
        def __setitem__(self, name: str, value: bytes) -> None:
            super().__setitem__(name, value[:-1])

    server.objects = Forgetful()
    with pytest.raises(PlaceError, match="anders zurück"):
        S3.put(kept)


@pytest.mark.parametrize(
    ("code", "variables", "url", "said"),
    [
        ("", {}, "s3://fremd/ort", "Den Bucket gibt es dort nicht"),
        ("", {"AWS_ACCESS_KEY_ID": "AKIAFREMD"}, S3.url, "kennt den Schlüssel nicht"),
        ("", {"AWS_SECRET_ACCESS_KEY": "falsch-geheim"}, S3.url, "Das Geheimnis passt nicht"),
        ("", {"AWS_SECRET_ACCESS_KEY": ""}, S3.url, "Zugangsdaten zum Speicher der Archive fehlen"),
        ("AccessDenied", {}, S3.url, "Ein Recht fehlt"),
        ("QuotaExceeded", {}, S3.url, "lehnt ab: QuotaExceeded"),
        ("", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, S3.url, "ist nicht zu erreichen"),
        ("", {}, "file:///gibt/es/nicht", "Den Ordner gibt es nicht"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(
    server: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    code: str,
    variables: dict[str, str],
    url: str,
    said: str,
) -> None:
    """In German, with exit code 2, and never with a secret in it or in the log."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if "AWS_ENDPOINT_URL" in variables:
        monkeypatch.setitem(places._PATIENCE, "retries", {"max_attempts": 1})
    server.refusals = [code] if code else []
    with pytest.raises(PlaceError, match=said) as fault:
        Place(url).check()
    assert fault.value.exit_code == 2
    assert fault.value.remedy
    told = f"{fault.value} {fault.value.__cause__} {caplog.text}"
    assert not any(secret in told for secret in (KEY, SECRET, "AKIAFREMD", "falsch-geheim"))


@pytest.mark.parametrize(
    "value",
    [
        "belege",
        "s3://",
        "s3://schluessel:geheim@belege/ort",
        "ftp://belege/ort",
        "s3://belege/ort?x=1",
        "http://belege",
    ],
)
def test_a_place_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one with a key in it, which is not repeated."""
    monkeypatch.setenv(places.VARIABLE, value)
    with pytest.raises(PlaceError) as fault:
        places.configured()
    assert "geheim" not in str(fault.value)


def test_nobody_but_the_store_is_asked(server: Store, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for keys, not for a region, not for the machine; not even when the keys are wrong."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "neu")  # a client of its own, with connections of its own
    global connected  # noqa: PLW0603 - a hook cannot be taken out again
    connected = []
    try:
        read(Remote(S3, S3.put(kept)))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFREMD")
        with pytest.raises(PlaceError):
            S3.check()
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(PlaceError):
            S3.check()
    finally:
        reached, connected = connected, None
    assert {address for address in reached if isinstance(address, tuple)} <= {("127.0.0.1", server.server_port)}
    assert ("127.0.0.1", server.server_port) in reached
