"""
The reading process: a document on standard input, its content as JSON on standard output, one after the other.

Does not trust itself: memory, time and files are limited before the first byte is read, and whoever started it believes
nothing that it answers without checking. Ends when its input does. ``crawler.documents.readers`` starts it.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import sys
import time
import warnings
from contextlib import suppress
from typing import Any

from crawler import kinds
from crawler.documents import office, pdf
from crawler.documents.readers import REPLY, REQUEST, Limits


def main() -> None:
    """Read documents until there are no more."""
    limits = Limits(*map(int, sys.argv[1:]))
    confine(limits)
    while len(head := sys.stdin.buffer.read(REQUEST.size)) == REQUEST.size:
        is_pdf, size = REQUEST.unpack(head)
        body = sys.stdin.buffer.read(size)
        arm(limits)
        answer = json.dumps(read(body, media=kinds.PDF if is_pdf else "")).encode()
        signal.alarm(0)
        sys.stdout.buffer.write(REPLY.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def confine(limits: Limits) -> None:
    """Take from this process what reading does not need."""
    with suppress(ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What the libraries have to say about damaged files has no reader and no end.
    logging.disable()
    warnings.simplefilter("ignore")


def arm(limits: Limits) -> None:
    """Let the system end this process if the next document takes too long, also inside native code."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + limits.processor, hard))
    signal.alarm(limits.wall)


def read(body: bytes, *, media: str) -> dict[str, Any]:
    """Return what a document says as values of a ``Document``."""
    try:
        return pdf.read(body) if media == kinds.PDF else office.read(body)
    except MemoryError:
        return {"reason": "memory"}
    # Strangers' files make libraries raise anything; here is the border that this process was made for.
    except Exception:  # noqa: BLE001
        return {"reason": "damaged"}


if __name__ == "__main__":
    main()
