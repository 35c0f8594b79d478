"""What the command ``inspect`` prints."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.inspection import inspect, inspect_list
from tests.towns.pdf import printed

PAGES = Path(__file__).parent.parent / "pages"
FETCHED = datetime(2024, 6, 1, tzinfo=UTC)
HTML = """<html lang=de><head><meta charset=utf-8><title>Amt</title><meta name=description content="Über uns"><meta name=robots content=nofollow>
<link rel=canonical href=/amt></head><body><nav><a href=/>Start</a></nav><main><h1>Amt</h1><p>Stand: 01.02.2023</p>
<form action=/senden><input name=ort></form><a href=/dienst/99107023017000>Antrag</a></main>"""


def test_inspection_shows_exactly_what_is_promised() -> None:
    """The object has the agreed names and shapes, and is JSON."""
    shown = inspect(
        HTML.encode(),
        url="http://www.Musterhafen.example/amt#x",
        content_type="text/html; charset=utf-8",
        fetched=FETCHED,
    )
    assert json.loads(json.dumps(shown)) == {
        "url": "http://www.Musterhafen.example/amt#x",
        "title": "Amt",
        "description": "Über uns",
        "language": "de",
        "charset": "utf-8",
        "date": "2023-02-01",
        "headings": [{"level": 1, "text": "Amt"}],
        "main_text": "Amt\nStand: 01.02.2023\nAntrag",
        "links": [
            {"url": "http://www.musterhafen.example/dienst/99107023017000", "text": "Antrag", "zone": "main"},
            {"url": "http://www.musterhafen.example/", "text": "Start", "zone": "menu"},
        ],
        "forms": [
            {"kind": "other", "fields": ["ort"], "method": "get", "action": "http://www.musterhafen.example/senden"}
        ],
        "keys": ["99107023017000"],
        "page_type": None,
        "robots": {"index": True, "follow": False},
        "canonical": "http://www.musterhafen.example/amt",
        "error": None,
    }


def test_documents_are_read_as_in_a_crawl(tmp_path: Path) -> None:
    """Alone or in a list, a PDF has its text, title and date."""
    body = printed("Klimaschutzkonzept", "Stand: 05.03.2021\nDie Stadt handelt.")
    (tmp_path / "a.pdf").write_bytes(body)
    alone = inspect(body, url="http://a.example/a.pdf", content_type="application/pdf", fetched=FETCHED)
    assert (alone["title"], alone["date"], alone["error"]) == ("Klimaschutzkonzept", "2021-03-05", None)
    assert alone["main_text"].split("\n") == ["Klimaschutzkonzept", "Stand: 05.03.2021", "Die Stadt handelt."]
    line = '{"path": "a.pdf", "url": "http://a.example/a.pdf", "content_type": "application/pdf"}'
    assert list(inspect_list([line, line], tmp_path, fetched=FETCHED)) == [alone, alone]


def test_list_is_answered_line_by_line(tmp_path: Path) -> None:
    """Each line gives one object in its place; what cannot be read says so and stops nothing."""
    (tmp_path / "a.html").write_text("<title>A</title>", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(b"%PDF-1.7")
    (tmp_path / "big.html").write_bytes(b"x" * 10_000_001)
    lines = [
        '{"path": "a.html", "url": "http://a.example/"}',
        '{"path": "missing.html", "url": "http://b.example/"}',
        "kein JSON",
        "",
        '["a.html"]',
        '{"path": "b.bin", "url": "http://c.example/Plan.pdf", "content_type": "text/html"}',
        '{"path": "a.html"}',
        '{"url": "http://d.example/"}',
        '{"path": "big.html", "url": "http://e.example/", "content_type": null}',
        '{"path": "a\\u0000.html", "url": "http://f.example/"}',
        '{"path": ".", "url": "http://g.example/"}',
    ]
    shown = list(inspect_list(lines, tmp_path, fetched=FETCHED))
    assert [(one["url"], one["title"], one["error"]) for one in shown] == [
        ("http://a.example/", "A", None),
        ("http://b.example/", "", "unreadable"),
        (None, "", "bad_line"),
        (None, "", "bad_line"),
        ("http://c.example/Plan.pdf", "Plan", "unreadable"),
        (None, "", "bad_line"),
        ("http://d.example/", "", "bad_line"),
        ("http://e.example/", "", "too_large"),
        ("http://f.example/", "", "unreadable"),
        ("http://g.example/", "", "unreadable"),
    ]
    assert len({tuple(one) for one in shown}) == 1


def mixed(folder: Path) -> list[str]:
    """Write 400 files, whole, cut, damaged and of the wrong kind, and return the lines that name them."""
    chance = random.Random(7)
    sources = sorted(PAGES.glob("**/*.html"))
    pdf = printed("Satzung", "Die Stadt erlässt.")
    kinds = ("text/html", "text/html; charset=utf-16", "application/xhtml+xml", "application/pdf", "", "image/png")
    lines = []
    for number in range(400):
        body = bytearray(pdf if number % 9 == 8 else sources[number % len(sources)].read_bytes())
        match number % 5:
            case 1:
                body = body[: chance.randrange(len(body))]
            case 2:
                for _ in range(20):
                    body[chance.randrange(len(body))] = chance.randrange(256)
            case 3:
                place = chance.randrange(len(body))
                body[place:place] = chance.choice(
                    [b"<div>" * 3_000, b"\0" * 999, b"<table>" * 500, b"&" * 5_000, b"<!--"]
                )
        (folder / f"{number}.html").write_bytes(body)
        address = f"http://www.ort.example/{number}"
        lines.append(json.dumps({"path": f"{number}.html", "url": address, "content_type": kinds[chance.randrange(6)]}))
    return lines


def test_four_hundred_mixed_pages_are_answered_in_order(tmp_path: Path) -> None:
    """Whatever the files hold, the command answers each with one line of the same keys, and ends well."""
    lines = mixed(tmp_path)
    (tmp_path / "liste.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("fundstelle")), "inspect", "--jsonl", str(tmp_path / "liste.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["url"] for one in shown] == [json.loads(line)["url"] for line in lines]
    assert len({tuple(one) for one in shown}) == 1
    assert sum(one["error"] is None and len(one["main_text"]) > 100 for one in shown) > 200
