"""
What changed between invented audits, as the JSON values that the reports of changes and of the trend are made of.

Does not test anything and compares nothing: every cause, every kind of fact and both sides of a change are written down here.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from reports.change_words import FACTS

Json = dict[str, Any]

HOME = "http://www.musterhafen.example"
LONG = "Verwaltungsdienstleistungsportal"


def side(number: int, *, found: int, of: int, enough: bool = True, **values: Any) -> Json:
    """One audit, begun in the month of its number."""
    return {
        "audit": number,
        "started": f"2026-{number:02}-01T08:00:00+00:00",
        "judged": f"2026-{number:02}-02T08:00:00+00:00",
        "catalogue": {"name": "haselhorst", "version": "2026.10", "digest": "3f" * 32},
        "program": "0.1.0",
        "enough": enough,
        "score": {"found": found, "of": of, "unchecked": 2},
        "sites": [
            {"host": "www.musterhafen.example", "pages": 812, "why": ""},
            {"host": f"{LONG.lower()}.musterhafen.example", "pages": 0, "why": "der Zugang wurde verweigert"},
        ],
        **values,
    }


def view(verdict: str, path: str = "/parken") -> Json:
    shown = verdict in {"FINDABLE", "BURIED"}
    steps = [{"url": f"{HOME}/", "text": "Startseite"}, {"url": f"{HOME}{path}", "text": "Handyparken"}]
    return {
        "verdict": verdict,
        "best_url": f"{HOME}{path}" if shown else None,
        "clicks": 1 if verdict == "FINDABLE" else None,
        "path": steps if verdict == "FINDABLE" else [],
        "rank": 3 if verdict == "FINDABLE" else None,
        "query": "musterhafen handyparken",
        "chance": 0.9 if shown else None,
        "quote": f"Mit dem {LONG} parken Sie in allen Zonen." if shown else "",
    }


def change(key: str, before: str, after: str, *, kind: str, cause: str, rejudged: str = "", **values: Any) -> Json:
    """A change with one fact, of ``code``."""
    fact = {"cause": cause, "code": values.pop("code", "page_changed"), "url": f"{HOME}/{key}", "values": {}}
    return {
        "criterion": key,
        "name": key.title(),
        "counts": True,
        "kind": kind,
        "cause": cause,
        "before": view(before) if before else None,
        "rejudged": rejudged or before,
        "after": view(after) if after else None,
        "facts": [fact | {"values": values}],
    }


def changes() -> list[Json]:
    """One of each kind and cause."""
    return [
        change("handyparken", "ABSENT", "FINDABLE", kind="new", cause="site", code="page_came"),
        change("geoportal", "BURIED", "FINDABLE", kind="better", cause="person", code="said", words=["Bestätigt."]),
        change("livestream", "FINDABLE", "BURIED", kind="worse", cause="site", code="link_went", words="Rat live"),
        change("chatbot", "FINDABLE", "ABSENT", kind="gone", cause="mixed", code="page_went"),
        change("wlan", "FINDABLE", "BURIED", kind="worse", cause="rules", rejudged="BURIED", code="rules", then="FINDABLE", now="BURIED"),
        change("waerme", "", "ABSENT", kind="same", cause="rules", rejudged="ABSENT", code="rules", then=None, now="ABSENT"),
        change("kita", "FINDABLE", "UNKNOWN", kind="gone", cause="coverage", code="page_unread_now", why="Zugang verweigert"),
    ]  # fmt: skip


def step(before: Json, after: Json, **values: Any) -> Json:
    """A comparison of two audits."""
    counts = {"new": 1, "better": 1, "worse": 1, "gone": 1, "same": 78, "rules": 2, "coverage": 1}
    return {
        "before": before,
        "after": after,
        "method": [],
        "comparable": True,
        "reason": None,
        "breaks": False,
        "rejudged": None,
        "counts": counts,
        "changes": changes(),
        **values,
    }


def document() -> Json:
    """What changed between two audits, the later by other rules and other limits."""
    older, newer = side(3, found=40, of=84), side(11, found=46, of=82)
    newer["catalogue"] = {"name": "haselhorst", "version": "2026.11", "digest": "4e" * 32}
    method = [
        {"code": "catalogue", "before": older["catalogue"], "after": newer["catalogue"]},
        {"code": "program", "before": "0.1.0", "after": "0.2.0"},
        {"code": "reader", "before": ["0.1.0"], "after": ["0.2.0"]},
        {"code": "calibration", "before": None, "after": {"slope": 1.7}},
        {"code": "searchers", "before": 0.5, "after": 0.7},
        {"code": "budget", "before": budget(None), "after": budget(300)},
    ]
    rejudged = {"found": 41, "of": 84, "unchecked": 0}
    return {**head(), **step(older, newer, method=method, rejudged=rejudged, breaks=True)}


def budget(pages: int | None) -> Json:
    return {"pages_per_site": pages, "seconds_per_site": 1800}


def head() -> Json:
    return {"schema": 1, "town": "musterhafen", "town_name": "Musterhafen", "program": "0.1.0"}


def trend() -> Json:
    """Five audits: the second by other rules than the third, the fourth read too little."""
    audits = [side(1, found=30, of=84), side(3, found=34, of=84), side(6, found=41, of=85)]
    audits += [side(9, found=1, of=9, enough=False), side(11, found=46, of=82)]
    steps = [step(*pair) for pair in pairwise(audits)]
    method = [{"code": "budget", "before": budget(None), "after": budget(300)}]
    steps[1] |= {"breaks": True, "method": method, "rejudged": {"found": 36, "of": 85, "unchecked": 0}}
    return {**head(), "audits": audits, "steps": steps}


def facts() -> list[Json]:
    """Every fact that has words, with all values that any of them names."""
    values = {"why": "Zugang verweigert", "other": f"{HOME}/alt", "words": ["Bestätigt."]}
    return [{"cause": "site", "code": code, "url": None, "values": values} for code in FACTS]
