"""
Labelled pages for what is read beside the text: the date a page gives itself, and what its forms are for.

Does not measure. Whole pages stand in ``tests/pages/layouts``, small ones with their frames in ``tests/pages/dates`` and
``tests/pages/forms``; a third of the small ones is held out, to tell a general rule from one made for a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from benchmarks.text import LAYOUTS, labelled

PAGES = LAYOUTS.parent
ADDRESS = "https://www.ort.example/seite"

_TEXTS = {
    "title": "Seite",
    "text": "<p>Die Arbeiten dauern länger als gedacht, weil im Boden alte Leitungen gefunden wurden. Die Stadt bittet alle Anlieger um Geduld und informiert sie mit Handzetteln über jeden weiteren Schritt.</p>",
    "more": "<p>Fragen beantwortet das Bauamt unter der Nummer 01234 567-89. Wer lieber persönlich vorbeikommt, findet es im zweiten Stock des Rathauses, Zimmer 204, während der üblichen Zeiten.</p>",
    "head": "",
    "foot": "",
}


@dataclass(frozen=True, slots=True)
class Dated:
    """A page and its ISO date, None if it gives none."""

    name: str
    url: str
    html: bytes
    date: str | None
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A page, the kinds of its forms in their order and, where that was labelled, what each of them asks."""

    name: str
    html: bytes
    kinds: tuple[str, ...]
    asks: tuple[tuple[str, ...], ...] | None = None
    held_out: bool = False


def dated() -> list[Dated]:
    """Return the pages whose date is agreed on."""
    frames: dict[str, str] = _load("dates/frames.yaml")
    small = [
        Dated(
            case["name"],
            case.get("url", ADDRESS),
            _filled(frames[case["frame"]], case),
            case["date"],
            case.get("held_out", False),
        )
        for case in _load("dates/cases.yaml")
    ]
    whole = [
        Dated(name, ADDRESS, labelled(LAYOUTS / f"{name}.html").html, label["date"])
        for name, label in _load("layouts/labels.yaml").items()
        if "date" not in label.get("undecided", {})
    ]
    return whole + small


def asking() -> list[Asking]:
    """Return the pages whose forms are agreed on, also those without a form."""
    frame = _load("dates/frames.yaml")["typo3"]
    small = [
        Asking(
            case["name"],
            _filled(frame, {"body": "<h1>Seite</h1>[[text]]" + case["html"]}),
            (case["kind"],),
            (tuple(case.get("asks", ())),),
            case.get("held_out", False),
        )
        for case in _load("forms/cases.yaml")
    ]
    whole = [
        Asking(name, labelled(LAYOUTS / f"{name}.html").html, tuple(label["forms"]))
        for name, label in _load("layouts/labels.yaml").items()
        if "forms" not in label.get("undecided", {})
    ]
    return whole + small


def _load(name: str) -> Any:
    return yaml.safe_load((PAGES / name).read_text(encoding="utf-8"))


def _filled(frame: str, case: dict[str, Any]) -> bytes:
    html = frame.replace("[[body]]", case["body"])
    for name, default in _TEXTS.items():
        html = html.replace(f"[[{name}]]", case.get(name, default))
    return html.encode()
