"""
A worker as a child of the desk: started with it, started again if it dies, ended with it.

Does not work itself: judging would take the time in which the desk answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
FIRST, LONGEST = 0.5, 60.0
"""Seconds before it is started again: each time twice as many, but not more."""

SOUND = 60.0
"""Seconds after which a worker counts as sound, and the pause begins anew."""

GRACE = 15.0
"""Seconds that it has to end by itself."""


class Keeper:
    """Keeps one worker while the ``with`` block lasts."""

    def __init__(self, *, words: Sequence[str] = ()) -> None:
        """``words``: the options of ``python -m audit.jobs``."""
        self._words = words
        self._closing = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    @property
    def pid(self) -> int | None:
        """The process that works at present."""
        return self._child.pid if self._child is not None else None

    def __enter__(self) -> Self:
        self._child = _start(self._words)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._end()
        self._thread.join()

    def _keep(self) -> None:
        pause = FIRST
        while self._child is not None:
            began = time.monotonic()
            self._child.wait()
            _close(self._child)
            pause = FIRST if time.monotonic() - began > SOUND else pause
            if self._closing.wait(pause):
                return
            pause = min(2 * pause, LONGEST)
            self._child = _start(self._words)
            if self._closing.is_set():
                self._end()

    def _end(self) -> None:
        child = self._child
        assert child is not None
        _close(child)
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _close(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError):
        child.stdin.close()


def _start(words: Sequence[str]) -> subprocess.Popen[bytes]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(  # noqa: S603 the words are ours
        [sys.executable, "-P", "-m", "audit.jobs", *words],  # -P: nothing of the user's folder is taken for a module
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        # A Ctrl-C at the terminal reaches the whole group; the child must hear it once, from us.
        start_new_session=True,
    )
