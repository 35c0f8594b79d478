"""
What was read of a distant store, on the own disk under its SHA-256, so that it is read once.

Does not fetch and keeps nothing that is not its hash: what came damaged counts as not there, and so does what became so here.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from db.session import home

MOST = 256 * 1024**2
"""Bytes of all; what was looked at longest ago goes first."""


def get(sha256: str, load: Callable[[], bytes]) -> bytes:
    """Return the bytes of that hash, if need be from where ``load`` finds them; nothing if that are others."""
    file = home() / "cache" / sha256
    with suppress(OSError):
        if _fits(sha256, data := file.read_bytes()):
            os.utime(file)
            return data
    data = load()
    if not _fits(sha256, data):
        return b""
    with suppress(OSError):  # a full disk only makes it slower
        _keep(file, data)
    return data


def _fits(sha256: str, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == sha256


def _keep(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as half:
        half.write(data)
    Path(half.name).replace(file)
    known = [(one.stat(), one) for one in file.parent.iterdir()]
    left = sum(state.st_size for state, _ in known)
    for state, one in sorted(known, key=lambda pair: pair[0].st_mtime_ns):
        if left <= MOST:
            break
        one.unlink(missing_ok=True)
        left -= state.st_size
