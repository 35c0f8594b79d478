"""Guards that the letter to a host's IT says what happened and what to allow, and invents nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reports.letter import BLANK, Sender, text

SENDER = Sender(
    agent="Fundstelle/1.0 (Test)", addresses=["192.0.2.0/28"], contact="edv@rathaus.example", pages=1500, delay=2
)


def site(host: str = "portal.example", reason: str = "", **values: Any) -> dict[str, Any]:
    return {"host": host, "reason": reason, "robots": False, "unreachable": False, **values}


def test_it_says_who_reads_how_and_what_was_refused() -> None:
    """The reader can act on it without asking back."""
    said = text(
        "Musterhafen",
        [site(reason="Der Server weist uns ab (Status 403)."), site("ris.example")],
        sender=SENDER,
        started="2026-11-20T08:00:00+00:00",
    )
    for words in (
        "- portal.example: Der Server weist uns ab (Status 403).",
        "- ris.example\n",
        "Prüfung vom 20. November 2026",
        "User-Agent: Fundstelle/1.0 (Test)",
        "Absenderadressen: 192.0.2.0/28",
        "eine Anfrage je 2 Sekunden und Website, höchstens 1.500 Seiten",
        "Rückfragen beantwortet: edv@rathaus.example",
        "       User-agent: Fundstelle\n       Allow: /\n",
    ):
        assert words in said


def test_what_we_do_not_know_is_left_blank() -> None:
    """No address and no person is made up."""
    said = text("Musterhafen", [site()], sender=replace(SENDER, addresses=[], contact=""), started=None)
    assert f"Absenderadressen: {BLANK}" in said
    assert f"Rückfragen beantwortet: {BLANK}" in said
    assert "Prüfung vom" not in said


def test_it_asks_for_what_is_in_the_way() -> None:
    """A robots.txt that fails is another matter than one that forbids."""
    assert "Falls robots.txt uns ausschließt" in text("Ort", [site()], sender=SENDER, started=None)
    assert "Lassen Sie uns in robots.txt zu" in text("Ort", [site(robots=True)], sender=SENDER, started=None)
    assert "mit Status 200 oder 404" in text("Ort", [site(unreachable=True)], sender=SENDER, started=None)


def test_no_markup_and_no_steering_from_a_server() -> None:
    """What a server said is plain text in one line."""
    said = text("Ort", [site(reason="A & B <b>\n\u202etrug")], sender=SENDER, started=None)
    assert "- portal.example: A & B <b> trug\n" in said
