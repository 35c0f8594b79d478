"""The mail about an audit: short, complete, the same every time, and harmless whatever a town is called."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports import mail
from reports.language import speaking
from reports.mail import has_news, message
from tests.reports.changed import document as changed
from tests.reports.changed import side, step

NOW = datetime(2026, 11, 30, 8, 15, tzinfo=UTC)
LINK = "https://intranet.musterhafen.example/bericht/"
FEW = 15
"""Lines of text that a person reads before deciding to read on."""


def written(doc: dict[str, Any], found: dict[str, Any] | None, **values: Any) -> EmailMessage:
    """The mail as a mail program reads it."""
    given: dict[str, Any] = {"sender": "web@ort.example", "to": ["a@ort.example"], "link": LINK, "now": NOW, **values}
    read = message_from_bytes(message(doc, found, **given).as_bytes(), policy=policy.default)
    assert not read.defects
    return read


def words(read: EmailMessage, kind: str = "plain") -> str:
    part = read.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def quiet(doc: dict[str, Any]) -> dict[str, Any]:
    """An audit in which nothing waits for a person."""
    return doc | {"landscape": [], "gaps": []}


def same() -> dict[str, Any]:
    """A comparison in which nothing turned."""
    sides = [side(number, found=19, of=45) for number in (3, 11)]
    return step(
        *sides, changes=[], counts=dict.fromkeys(("new", "better", "worse", "gone", "same", "rules", "coverage"), 0)
    )


def test_it_says_result_change_decision_and_first_step(doc: dict[str, Any]) -> None:
    """In this order, losses before gains, all of it in few lines; rules and reach stand only in the sentence."""
    found = changed()
    doc["findings"][1]["reasons"] = [{"code": "unsure", "text": "…"}]
    read = written(doc, found)
    assert read["Subject"] == "Musterhafen: 19 von 45 Angeboten gut auffindbar, 4 Änderungen"
    lines = [line for line in words(read).splitlines() if line]
    assert len(lines) <= FEW
    assert lines[1:12] == [
        "19 von 45 Angeboten in Musterhafen sind online gut auffindbar (Prüfung 1 vom 25. November 2026).",
        "Seit der Prüfung vom 1. März 2026: 1 besser, 1 neu zu finden, 1 schlechter, 1 nicht mehr zu finden, 2 nur wegen neuer Regeln, 1 nur, weil wir mehr oder weniger lesen konnten. Damals waren es 40 von 84, nach den Regeln von heute 41 von 84.",
        "- Livestream: Schlechter zu finden. Die Website hat sich geändert.",
        "- Chatbot: Nicht mehr zu finden. Mehrere Ursachen.",
        "- Handyparken: Neu zu finden. Die Website hat sich geändert.",
        "- und ein weiteres Angebot",
        "Bitte entscheiden Sie:",
        "- 1 Website wartet auf Ihre Bestätigung: www.musterhafen-tourismus.example.",
        "- 1 Befund ist unsicher: Ansprechpartner für Digitales. Bitte sehen Sie selbst nach.",
        lines[10],
        "Der erste Schritt: Verlinken Sie „Bewohnerparkausweis online“ auf der Startseite. Zuständig: Onlineredaktion.",
    ]
    assert re.fullmatch(
        r"- \d+ Maßnahmen aus Ihrem Verzeichnis sind online nicht zu sehen: .+ und \d+ weitere\.", lines[10]
    )
    assert lines[12] == f"Der Bericht: {LINK}"


def test_both_forms_say_the_same(doc: dict[str, Any]) -> None:
    """HTML without a sheet, a script, a picture or an address but the one of the report."""
    read = written(doc, changed())
    assert read.get_content_type() == "multipart/alternative"
    html = words(read, "html")
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    shown = " ".join(tree.body.text(separator=" ").split())
    for line in filter(None, words(read).splitlines()):
        assert line.removeprefix("- ") in shown.replace("\u00a0", " ") or LINK in line
    assert re.findall(r"https?://[^\"' <]+", html) == [LINK]
    assert not re.search(r"<(script|img|style|link|iframe)|url\(|@import", html)


def test_the_same_values_make_the_same_bytes(doc: dict[str, Any]) -> None:
    """Date, number and the borders of the parts come from what is given."""
    given: dict[str, Any] = {"sender": "web@ort.example", "to": [], "link": "", "now": NOW}
    one, two = (message(doc, changed(), **given) for _ in range(2))
    assert one.as_bytes() == two.as_bytes()
    assert one["Date"] == "Mon, 30 Nov 2026 08:15:00 +0000"
    assert str(one["Message-ID"]).endswith("@ort.example>")
    assert "To" not in one


def test_robots_stay_quiet(quiet: dict[str, Any]) -> None:
    """RFC 3834: who answers by machine does not answer a machine."""
    read = written(quiet, None)
    assert (read["Auto-Submitted"], read["Precedence"]) == ("auto-generated", "bulk")


def test_nothing_new_is_no_news(quiet: dict[str, Any]) -> None:
    """A mail needs a reason: a first audit, a change, also one by our rules, no comparison, or something to decide."""
    assert not has_news(quiet, same())
    assert has_news(quiet, None)
    for key in ("new", "better", "worse", "gone", "rules", "coverage"):
        assert has_news(quiet, same() | {"counts": same()["counts"] | {key: 1}})
    assert not has_news(quiet, same() | {"counts": same()["counts"] | {"same": 40}})
    assert has_news(quiet, same() | {"comparable": False, "reason": {"code": "pages_gone", "audit": 3}})
    assert has_news(quiet | {"coverage": quiet["coverage"] | {"enough": False}}, same())


def test_where_nothing_is_to_tell_nothing_is_asked(quiet: dict[str, Any]) -> None:
    """No heading without lines under it; without an address the command is named."""
    text = words(written(quiet | {"proposals": []}, same(), link=""))
    assert "entscheiden Sie" not in text
    assert "erste Schritt" not in text
    assert "Seit der Prüfung vom 1. März 2026: Keine Änderung. Damals waren es 19 von 45." in text
    assert "Den Bericht schreibt „fundstelle report musterhafen“." in text


def test_too_little_read_gives_no_number(nothing: dict[str, Any]) -> None:
    """Neither in the subject nor in the text; what to do is said."""
    read = written(nothing, same())
    assert read["Subject"] == "Musterhafen: zu wenig gelesen für ein Ergebnis"
    text = words(read)
    assert "19 von 45" not in text
    assert "Für Musterhafen gibt es noch kein Ergebnis" in text
    assert "„fundstelle town letter musterhafen“" in text
    earlier = same() | {"before": side(3, found=1, of=2, enough=False)}
    assert "Damals konnten wir zu wenig lesen" in words(written(nothing, earlier))


ATTACKS = [
    "Ort\r\nBcc: opfer@ort.example",
    "Ort\nContent-Type: text/html\n\n<script>alert(1)</script>",
    "Ort\u2028Bcc: opfer@ort.example\x85X: y",
    '"><img src=http://evil.example/x onerror=alert(1)>',
    "{{ 7 * 7 }}%(x)s{0}{town}",
    "\u202egnp.exe \x00\x1b[31m",
    "=?utf-8?q?Bcc=3A_opfer?= " * 9,
    "ö" * 5_000,
    ".\n.",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_can_act(doc: dict[str, Any], attack: str) -> None:
    """Names of towns and findings, and the place of the report, make neither headers nor markup."""
    doc |= {"town_name": attack}
    doc["proposals"][0]["change"] = doc["findings"][1]["name"] = attack
    doc["findings"][1]["reasons"] = [{"code": "unsure", "text": ""}]
    found = changed()
    found["changes"][0]["name"] = attack
    raw = message(doc, found, sender="web@ort.example", to=["a@ort.example"], link=attack, now=NOW).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    usual = written(doc | {"town_name": "Ort"}, None)
    assert sorted(read.keys()) == sorted(usual.keys())
    assert not read.defects
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    tree = LexborHTMLParser(words(read, "html"))
    assert not tree.css("script, img, a")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///c:/bericht.html", r"\\server\bericht", "https://a@b.example/"]
)
def test_only_an_address_becomes_a_link(quiet: dict[str, Any], link: str) -> None:
    """A path is told and cannot be clicked."""
    read = written(quiet, None, link=link)
    assert not LexborHTMLParser(words(read, "html")).css("a")
    assert f"Der Bericht: {link}" in words(read)


def test_english_is_declared(quiet: dict[str, Any]) -> None:
    """The language of the mail is that of the report."""
    with speaking("en"):
        read = written(quiet, None)
    assert read["Content-Language"] == "en"
    assert '<html lang="en">' in words(read, "html")


def test_names_are_cut() -> None:
    """A name as long as a page would bury the mail."""
    assert mail._short("x" * 500) == "x" * 79 + "…"
