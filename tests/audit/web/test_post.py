"""The mail server at the desk: what is seen of it, what is missing, and a test mail with what came of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, select

from audit.run import sending
from audit.web import post
from db.desk import Act, Person
from db.session import opened
from db.terms import PersonRole
from tests.audit import mailbox
from tests.audit.web.conftest import NOW, Clock, serving
from tests.audit.web.visitor import Visitor

SENDER = "fundstelle@stadt.example"


@contextmanager
def desk(engine: Engine, clock: Clock, url: str) -> Iterator[Visitor]:
    """Somebody who manages a desk with this mail server."""
    server = sending.server(url) if url else None
    with serving(engine, clock, sign_in=False, post=server) as place:
        visitor = Visitor(place)
        visitor.open("/mail")
        yield visitor


def test_the_server_is_seen_and_its_password_is_not(engine: Engine, clock: Clock) -> None:
    """Host, port, encryption, sign-in, sender, how many get the summary, and that links lead to this machine only."""
    with opened(engine) as session:
        for number in range(3):
            one = Person(email=f"{number}@x.example", name="x", made=NOW, role=PersonRole.READER)
            one.mailed, one.disabled = number > 0, NOW if number == 1 else None
            session.add(one)
    password = quote(mailbox.PASSWORD, safe="")
    with desk(engine, clock, f"smtp://amt:{password}@mail.stadt.example:2525?from={SENDER}&tls=no") as admin:
        text = admin.open("/mail").text
    for words in ("mail.stadt.example:2525", "als amt, mit Kennwort", SENDER, "an 1\u00a0Person", "gehen unverschlüsselt", "nur dieser Rechner"):  # fmt: skip
        assert words in text, words
    assert mailbox.PASSWORD not in text
    assert password not in text


def test_without_a_server_it_is_said_how_to_name_one(engine: Engine, clock: Clock) -> None:
    """And nothing can be sent."""
    with desk(engine, clock, "") as admin:
        answer = admin.open("/mail")
        assert "SMTP_URL=smtp://" in answer.text
        assert 'name="to"' not in answer.text
        assert admin.send("/mail", to="lena@stadt.example").status == 409


def test_a_test_mail_arrives(engine: Engine, clock: Clock) -> None:
    """With the address of the desk, at that address alone; the log knows who tried."""
    with mailbox.mailbox() as (box, port), desk(engine, clock, f"smtp://{mailbox.HOST}:{port}?from={SENDER}") as admin:
        assert (
            "hat die Nachricht an lena@stadt.example angenommen" in admin.send("/mail", to=" lena@stadt.example").text
        )
        ((to, mail),) = box.mails
        assert (to, mail["From"].addresses[0].addr_spec) == (["lena@stadt.example"], SENDER)
        assert admin.address in mail.get_content()
    with opened(engine) as session:
        assert session.execute(select(Act.what, Act.about)).all() == [("mail_tried", "lena@stadt.example")]


def test_what_the_server_refuses_is_said_in_its_words(engine: Engine, clock: Clock) -> None:
    """Without the password, even if the server repeats it; and no stranger's address is sent to."""
    with mailbox.mailbox() as (box, port):
        named = f"{mailbox.USER}:{quote(mailbox.PASSWORD, safe='')}@"
        with desk(engine, clock, f"smtp://{named}{mailbox.HOST}:{port}?from={SENDER}") as admin:
            answer = admin.send("/mail", to=mailbox.UNKNOWN)
            assert (answer.status, mailbox.PASSWORD in answer.text) == (502, False)
            assert 'class="refused"' in answer.text
        with desk(engine, clock, f"smtp://{mailbox.HOST}:{port}?from={SENDER}") as admin:
            assert "no such user" in admin.send("/mail", to=mailbox.UNKNOWN).text
            for wrong in ("", "lena", "a@b\r\nBcc: x@y.example", "x" * 300 + "@stadt.example", "lena@stadt.example, otto@stadt.example"):  # fmt: skip
                answer = admin.send("/mail", to=wrong)
                assert (answer.status, "Das ist keine E-Mail-Adresse." in answer.text) == (400, True), wrong
            assert box.mails == []


def test_nobody_waits_for_a_server_that_says_nothing(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than some seconds; the next question is answered meanwhile, and the sixth try of a minute is refused."""
    monkeypatch.setattr(post, "PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind((mailbox.HOST, 0))
        silent.listen()
        with desk(engine, clock, f"smtp://{mailbox.HOST}:{silent.getsockname()[1]}?from={SENDER}") as admin:
            answers = [admin.send("/mail", to="lena@stadt.example") for _ in range(6)]
            assert [answer.status for answer in answers] == [504] * 5 + [429]
            assert "noch nicht geantwortet" in answers[0].text
            assert admin.open("/").status == 200


def test_a_server_that_is_not_there_is_said_at_once(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    """So is a file of certificates that cannot be read."""
    port = mailbox.free_port()
    with desk(engine, clock, f"smtp://{mailbox.HOST}:{port}?from={SENDER}") as admin:
        assert "ist nicht zu erreichen" in admin.send("/mail", to="lena@stadt.example").text
    with desk(engine, clock, f"smtps://{mailbox.HOST}:{port}?from={SENDER}&ca={tmp_path / 'fehlt.pem'}") as admin:
        assert "Zertifikate lassen sich nicht lesen" in admin.send("/mail", to="lena@stadt.example").text
