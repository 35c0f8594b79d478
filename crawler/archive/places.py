"""
Where finished archives are kept for good: a folder or an S3-compatible store, each object under the SHA-256 of its content.

Does not write archives record by record (``writer`` does, on the own disk) and knows no audit. Disks and networks fail:
nothing is given back that is not, byte for byte, what was put there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from fsspec import AbstractFileSystem, filesystem

from crawler.archive import cache, index
from crawler.archive.reader import Entry
from crawler.archive.refusals import is_gone, told
from db.errors import NotInstalledError, PlaceError

VARIABLE = "FUNDSTELLE_ARCHIVES"
_BLOCK = 8 * 1024**2  # S3 takes parts of 5 MiB and more, and 10,000 of them
_PROBE = b"Fundstelle\n"
_KEY, _SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
_PATIENCE = {"connect_timeout": 5, "read_timeout": 30, "retries": {"mode": "standard", "max_attempts": 3}}
# Many stores do not know the newer checksums of S3; ours is checked in any case.
_CHECKSUMS = dict.fromkeys(("request_checksum_calculation", "response_checksum_validation"), "when_required")


class Stored(NamedTuple):
    """An archive that is safe, as the database names it."""

    sha256: str  #: of the archive
    listed: str  #: SHA-256 of its index
    size: int  #: bytes of the archive


class Place(NamedTuple):
    """A folder or store; ``url`` begins with file, s3 or memory and has no slash at its end."""

    url: str

    def put(self, path: Path) -> Stored:
        """
        Store a finished archive and its index, read both back, and return their names.

        Raises:
            PlaceError: the place does not serve us, or has something else there now.
            OSError: the file cannot be read.
        """
        digest, size = _sum(_blocks(path))
        listed = index.packed(path)
        named = Stored(digest, hashlib.sha256(listed).hexdigest(), size)
        self._put(_records(named), digest, size, lambda: _blocks(path))
        self._put(_list(named), named.listed, len(listed), lambda: iter([listed]))
        return named

    def fetch(self, one: Stored, goal: Path) -> None:
        """
        Write a whole archive into a file.

        Raises:
            PlaceError: it is not there, or not what was put there.
        """
        digest = hashlib.sha256()
        with goal.open("wb") as file:
            for block in self._whole(_records(one), one.size):
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != one.sha256:
            raise PlaceError(
                f"Das Archiv {_records(one)} fehlt dort oder ist verändert: Seine Prüfsumme stimmt nicht.",
                file=self.url,
                remedy="Stellen Sie das Objekt aus einer Sicherung des Speichers wieder her.",
            )

    def delete(self, one: Stored) -> None:
        """Delete an archive and its index; what is gone already is no fault."""
        for name in (_records(one), _list(one)):
            with self._files() as files:
                try:
                    files.rm_file(f"{self.url}/{name}")
                except OSError as fault:
                    if not is_gone(fault):
                        raise

    def holds(self, one: Stored, *, is_quick: bool) -> bool:
        """Say whether an archive is there; if not ``is_quick``, whether all of it is as it was put there."""
        if not is_quick:
            return self._holds(_records(one), one.sha256, one.size)
        return len(self.read(_records(one), one.size - 1, one.size + 1)) == 1

    def check(self) -> None:
        """Store some bytes, always the same, and read them back; raise PlaceError if that fails."""
        digest = hashlib.sha256(_PROBE).hexdigest()
        name = f"{digest[:2]}/{digest}.txt"
        self._write(name, iter([_PROBE]))
        self._sure(name, digest, len(_PROBE))

    def read(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes of an object from one offset to before another; nothing if it is not there or shorter."""
        with self._files() as files:
            try:
                found: bytes = files.cat_file(f"{self.url}/{name}", start=start, end=end)
            except OSError as fault:
                if is_gone(fault):
                    return b""
                raise
            return found

    def _put(self, name: str, digest: str, size: int, blocks: Callable[[], Iterator[bytes]]) -> None:
        if not self._holds(name, digest, size):
            self._write(name, blocks())
            self._sure(name, digest, size)

    def _write(self, name: str, blocks: Iterator[bytes]) -> None:
        with self._files() as files, files.open(f"{self.url}/{name}", "wb", block_size=_BLOCK) as file:
            for block in blocks:
                file.write(block)
            if self.url.startswith("file:"):
                file.flush()
                os.fsync(file.fileno())

    def _sure(self, name: str, digest: str, size: int) -> None:
        if not self._holds(name, digest, size):
            raise PlaceError(
                f"Das Objekt {name} kommt von dort anders zurück, als es hinging.",
                file=self.url,
                remedy="Prüfen Sie den Speicher. Das Archiv bleibt so lange auf diesem Rechner.",
            )

    def _holds(self, name: str, digest: str, size: int) -> bool:
        return _sum(self._whole(name, size)) == (digest, size)

    def _whole(self, name: str, size: int) -> Iterator[bytes]:
        """Yield an object of that size; what is longer comes with one byte more."""
        for start in range(0, size, _BLOCK):
            end = start + _BLOCK if start + _BLOCK < size else size + 1
            block = self.read(name, start, end)
            yield block
            if len(block) < min(_BLOCK, size - start):
                return

    @contextmanager
    def _files(self) -> Iterator[AbstractFileSystem]:
        """Give the file system of the place; its errors become ours."""
        scheme, _, rest = self.url.partition("://")
        if scheme == "file" and not Path(rest).is_dir():
            raise PlaceError(
                "Den Ordner gibt es nicht.",
                file=rest,
                remedy="Legen Sie ihn an, oder hängen Sie seinen Datenträger ein.",
            )
        files, faults = _s3() if scheme == "s3" else (filesystem(scheme, auto_mkdir=True), (OSError,))
        try:
            yield files
        except faults as fault:
            raise told(self.url, fault) from fault


class Remote(NamedTuple):
    """A stored archive, of which single records are read."""

    place: Place
    stored: Stored

    @property
    def name(self) -> str:
        """What the archive is called there."""
        return _records(self.stored)

    def entries(self) -> list[Entry]:
        """Return the answers in it, in their order; none if its index is lost or damaged."""
        return [line.entry for line in _lines(self).values() if line.entry is not None]

    def fetch(self, folder: Path) -> Path:
        """Return the whole archive as a file in that folder; raise PlaceError as ``Place.fetch`` does."""
        goal = folder / Path(self.name).name
        self.place.fetch(self.stored, goal)
        return goal

    def member(self, offset: int) -> bytes:
        """Return the record that begins there, packed as it is; nothing if it is lost or damaged."""
        line = _lines(self).get(offset)
        if line is None:
            return b""
        return cache.get(line.sha256, lambda: self.place.read(self.name, offset, offset + line.length))


def configured() -> Place | None:
    """
    Return the place that ``FUNDSTELLE_ARCHIVES`` names; None: archives stay in the home folder.

    Raises:
        PlaceError: it names none.
    """
    said = os.environ.get(VARIABLE, "").strip().rstrip("/")
    if not said:
        return None
    parts = urlsplit(said if "://" in said else f"file://{said}")
    is_path = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    is_bucket = (
        parts.scheme in {"s3", "memory"} and parts.netloc and "@" not in parts.netloc and ":" not in parts.netloc
    )
    if not (is_path or is_bucket) or parts.query or parts.fragment:
        # Not repeated: whoever writes a key into it must not find it in a log.
        raise PlaceError(
            f"{VARIABLE} nennt keinen Ort für Archive.",
            remedy="Nötig ist ein Ordner mit vollem Pfad oder s3://BUCKET/ORDNER; Schlüssel stehen dort nicht, sondern in "
            f"{_KEY} und {_SECRET}.",
        )
    return Place(parts.geturl() if "://" in said else f"file://{said}")


def _s3() -> tuple[AbstractFileSystem, tuple[type[Exception], ...]]:
    """Return the file system of S3 as the environment names it, and the errors it raises."""
    try:
        from aiohttp import ClientError as ConnectionFault  # noqa: PLC0415 - only who has such a store needs it
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        from s3fs import S3FileSystem  # noqa: PLC0415
    except ImportError:
        raise NotInstalledError(
            "Für Archive in einem S3-Speicher fehlt eine Bibliothek.", remedy="Installieren Sie „fundstelle[s3]“."
        ) from None
    if not (os.environ.get(_KEY) and os.environ.get(_SECRET)):
        raise PlaceError(
            "Die Zugangsdaten zum Speicher der Archive fehlen.", remedy=f"Setzen Sie {_KEY} und {_SECRET}."
        )
    # With keys nobody is asked for any; to be sure, the addresses at which clouds tell machines about themselves are off.
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    files = S3FileSystem(
        key=os.environ[_KEY],
        secret=os.environ[_SECRET],
        token=os.environ.get("AWS_SESSION_TOKEN") or None,
        endpoint_url=os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None,
        client_kwargs={
            "region_name": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        },
        config_kwargs={**_PATIENCE, **_CHECKSUMS},
    )
    files.retries = 2  # of its own, around those of the client
    return files, (OSError, ValueError, BotoCoreError, ClientError, ConnectionFault)


def _lines(remote: Remote) -> dict[int, index.Line]:
    """Return the records of an archive by offset; none if its index is lost or damaged."""
    try:
        return _indexed(remote)
    except LookupError:
        return {}


# Who looks at one page of an archive soon looks at the next.
@lru_cache(maxsize=4)
def _indexed(remote: Remote) -> dict[int, index.Line]:
    place, one = remote
    data = cache.get(one.listed, lambda: b"".join(place._whole(_list(one), cache.MOST)))  # noqa: SLF001 - of this module
    if not data:
        raise LookupError(one.listed)
    return {line.offset: line for line in index.unpacked(data, Path(remote.name))}


def _records(one: Stored) -> str:
    return f"{one.sha256[:2]}/{one.sha256}.warc.gz"


def _list(one: Stored) -> str:
    return f"{one.listed[:2]}/{one.listed}.jsonl.gz"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _sum(blocks: Iterator[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
