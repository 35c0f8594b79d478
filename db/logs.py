"""
How every process writes its log: one line an event, as text or as JSON, with what it was about.

Does not keep or send anything: lines go to standard error, where systemd or the container takes them, those of a reading to its file.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from db.errors import InputError

VARIABLE = "FUNDSTELLE_LOG"
JSON, TEXT = "json", "text"

Fact = str | int | float
_about: ContextVar[Mapping[str, Fact]] = ContextVar("about", default=MappingProxyType({}))
_always: dict[str, Fact] = {}


def form() -> str:
    """
    Return how the operator wants the log: JSON, TEXT, or empty for one that only tells of faults, in text.

    Raises:
        InputError: The environment names something else.
    """
    found = os.environ.get(VARIABLE, "").strip().lower()
    if found not in {"", JSON, TEXT}:
        raise InputError(f"{VARIABLE} ist „{found[:20]}“.", remedy=f"Möglich sind {JSON} und {TEXT}.")
    return found


def begin(*, file: Path | None = None, level: int | None = None, **facts: Fact) -> None:
    """
    Let this process write its log from now on; ``facts`` stand in each of its lines.

    To standard error, or to the end of a file. Without ``level`` all events are written if the operator has said how, else faults.
    """
    wanted = form()
    always(**facts)
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setFormatter(_Json() if wanted == JSON else _Text())
    level = level if level is not None else logging.INFO if wanted else logging.WARNING
    handler.setLevel(level)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # Tells at each look which database it is.
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def always(**facts: Fact) -> None:
    """Let these facts stand in each line of this process: which worker it is."""
    _always.update(facts)


@contextmanager
def about(**facts: Fact) -> Iterator[None]:
    """Let these facts stand in each line that is written within: audit, town, request."""
    token = _about.set({**_about.get(), **facts})
    try:
        yield
    finally:
        _about.reset(token)


def _facts(record: logging.LogRecord) -> dict[str, Fact]:
    return {**_always, **_about.get(), **getattr(record, "facts", {})}


class _Json(logging.Formatter):
    """One object a line; the trace of a fault is a text in it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Fact] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    """For people; a trace takes the lines it needs."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s%(told)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 the name of the library
        # What came from outside must not look like a line of ours.
        record.message = record.message.replace("\n", "\\n").replace("\r", "\\r")
        told = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        record.told = f" [{told}]" if told else ""
        return super().formatMessage(record)
