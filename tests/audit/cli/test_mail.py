"""The mail from the command line: sent to a real server, or written as a file, or not at all; and every way in which it can fail."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from audit.cli import run
from audit.run import sending
from db.schema import open_engine
from db.session import connect
from tests.audit import written
from tests.audit.mailbox import HOST, UNKNOWN, USER, Box, certificate, free_port, mailbox
from tests.audit.twice import WITH, WITHOUT, judged, read

TO = "presse@ort.example"
LOGIN = f"{USER}:geheim%2F%401"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of three audits: the second with a new page, the third as the second; and a certificate."""
    folder = tmp_path_factory.mktemp("post")
    rules = written.base(folder)
    engine = open_engine(f"sqlite:///{folder / 'ort.db'}")
    for pages in (WITHOUT, WITH, WITH):
        judged(engine, read(engine, pages), rules)
    engine.dispose()
    certificate(folder / "ort.pem")
    return folder


@pytest.fixture(autouse=True)
def engine(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of its database, which the commands use; no mail server unless a test names one."""
    shutil.copy(place / "ort.db", tmp_path)
    monkeypatch.chdir(tmp_path)
    engine = connect(f"sqlite:///{tmp_path / 'ort.db'}")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    monkeypatch.delenv("SMTP_URL", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def open_box() -> Iterator[tuple[Box, int]]:
    """A server without encryption that lets people sign in."""
    with mailbox(auth_require_tls=False) as found:
        yield found


@pytest.fixture
def box(open_box: tuple[Box, int]) -> tuple[Box, int]:
    """The same, empty."""
    open_box[0].mails.clear()
    return open_box


@pytest.fixture(scope="module")
def secure_box(place: Path) -> Iterator[tuple[Box, int]]:
    """A server that demands encryption, with a certificate that nobody has signed."""
    with mailbox(place / "ort.pem") as found:
        yield found


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "geheim" not in said.err + said.out
    return said.err if code else said.out


def test_what_changed_is_sent(
    box: tuple[Box, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To everybody named, each once, from the sender in SMTP_URL, signed in."""
    monkeypatch.setenv("SMTP_URL", f"smtp://{LOGIN}@{HOST}:{box[1]}?from=web@ort.example")
    said = told(f"mail 2 --to {TO} --to b@ort.example --to {TO} --link https://a.example/b", capsys)
    assert said == f"Gesendet an {TO}, b@ort.example: Ort: 1 von 2 Angeboten gut auffindbar, 1 Änderung\n"
    ((people, mail),) = box[0].mails
    assert people == [TO, "b@ort.example"]
    assert (mail["From"], mail["To"]) == ("Fundstelle <web@ort.example>", f"{TO}, b@ort.example")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "- handyparken: Neu zu finden. Die Website hat sich geändert." in text.get_content()


def test_nothing_new_is_not_sent(
    box: tuple[Box, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is said, and is no failure; who wants one always gets it."""
    monkeypatch.setenv("SMTP_URL", f"smtp://{HOST}:{box[1]}?from=web@ort.example")
    assert "Es wird nichts gesendet. --always sendet trotzdem." in told(f"mail ort --to {TO}", capsys)
    assert "Es wird nichts gesendet" in told("mail ort --out post", capsys)
    assert not box[0].mails
    assert not Path("post").exists()
    told(f"mail ort --to {TO} --always", capsys)
    assert len(box[0].mails) == 1


def test_a_draft_is_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Named after the audit, the same every time, without a server, a sender or a reader."""
    file = Path(told("mail 2 --out post", capsys).strip())
    assert file == Path("post/ort-2026-12-02-2-grund.eml")
    first = file.read_bytes()
    mail = message_from_bytes(first, policy=policy.default)
    assert mail["X-Unsent"] == "1"
    assert mail["To"] is None
    told("mail 2 --out post", capsys)
    assert file.read_bytes() == first


def test_a_first_audit_is_news(capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to compare it with, which is said."""
    text = Path(told("mail 1 --out post", capsys).strip()).read_text(encoding="utf-8")
    assert "Es ist die erste Pr" in text


def test_encryption_is_not_skipped(
    box: tuple[Box, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that cannot encrypt gets neither password nor mail where encryption is asked for."""
    monkeypatch.setenv("SMTP_URL", f"smtp://{LOGIN}@{HOST}:{box[1]}?from=web@ort.example&tls=yes")
    assert "kann nicht, was zum Senden nötig ist" in told(f"mail 2 --to {TO}", capsys, code=2)
    assert not box[0].mails


@pytest.mark.parametrize("way", ["nobody", "environment", "address"])
def test_a_certificate_is_trusted_only_if_it_is_given(
    secure_box: tuple[Box, int],
    place: Path,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By SSL_CERT_FILE or in the address of the server; else nothing is sent."""
    box, port = secure_box
    box.mails.clear()
    url = f"smtp://{LOGIN}@{HOST}:{port}?from=web@ort.example&tls=yes"
    monkeypatch.setenv("SMTP_URL", f"{url}&ca={place / 'ort.pem'}" if way == "address" else url)
    if way == "environment":
        monkeypatch.setenv("SSL_CERT_FILE", str(place / "ort.pem"))
    if way == "nobody":
        assert "ist nicht zu trauen. Nennen Sie" in told(f"mail 2 --to {TO}", capsys, code=2)
    else:
        told(f"mail 2 --to {TO}", capsys)
    assert len(box.mails) == (way != "nobody")


def test_what_the_server_refuses_is_told(
    box: tuple[Box, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong password, an unknown reader; if another one got the mail, that too. A password that the server repeats is not shown."""
    monkeypatch.setenv("SMTP_URL", f"smtp://{LOGIN}@{HOST}:{box[1]}?from=web@ort.example")
    said = told(f"mail 2 --to {UNKNOWN}", capsys, code=2)
    assert (
        f"nimmt für keine der Adressen etwas an: {UNKNOWN} (5.1.1 no such user, …). Prüfen Sie diese Adressen" in said
    )
    said = told(f"mail 2 --to {UNKNOWN} --to {TO}", capsys, code=2)
    assert f"nimmt für {UNKNOWN} nichts an; gesendet ist die Nachricht an {TO}." in said
    assert [people for people, _ in box[0].mails] == [[TO]]
    monkeypatch.setenv("SMTP_URL", f"smtp://{USER}:geheimnis@{HOST}:{box[1]}?from=web@ort.example")
    assert "lehnt die Anmeldung ab" in told(f"mail 2 --to {TO}", capsys, code=2)


def test_no_connection_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens; somebody listens and hangs up; or says nothing for too long."""
    monkeypatch.setenv("SMTP_URL", f"smtp://{HOST}:{free_port()}?from=web@ort.example")
    assert "ist nicht zu erreichen. Prüfen Sie Rechner und Anschluss" in told(f"mail 2 --to {TO}", capsys, code=2)
    monkeypatch.setattr(sending, "TIMEOUT", 0.2)
    for answer in (True, False):
        with socket.create_server((HOST, 0)) as silent:
            monkeypatch.setenv("SMTP_URL", f"smtp://{HOST}:{silent.getsockname()[1]}?from=web@ort.example")
            if answer:
                Thread(target=lambda one=silent: one.accept()[0].close()).start()
            assert "Prüfen Sie Rechner und Anschluss" in told(f"mail 2 --to {TO}", capsys, code=2)


@pytest.mark.parametrize(
    ("words", "url", "expected"),
    [
        ("mail 2", "smtp://h?from=a@b.de", "Es fehlt, an wen. Nennen Sie mit --to"),
        (f"mail 2 --to {TO}", "", "Es ist kein Mailserver eingestellt. Setzen Sie die Umgebungsvariable SMTP_URL"),
        ("mail 99 --out post", "", "Eine Prüfung „99“ gibt es nicht"),
        ("mail --out post", "", "Es fehlt die Angabe"),
        ("mail 2 --out post --to presse", "", "„presse“ ist keine Mailadresse."),
        ("mail 2 --out post --to a@b,c@d", "", "ist keine Mailadresse"),
        ("mail 2 --out post --to pressé@ort.example", "", "ist keine Mailadresse"),
        ("mail 2 --out post --to a@", "", "ist keine Mailadresse"),
        (f"mail 2 --to {TO}", "mail.ort.example", "beginnt nicht mit smtp://"),
        (f"mail 2 --to {TO}", "http://a:geheim@b?from=a@b.de", "beginnt nicht mit smtp://"),
        (f"mail 2 --to {TO}", "smtp://a:geheim/x@b:25?from=a@b.de", "nicht lesen"),
        (f"mail 2 --to {TO}", "smtp://a:geheim#x@b:25?from=a@b.de", "nicht lesen"),
        (f"mail 2 --to {TO}", "smtp://a:geheim@b", "der Absender fehlt (?from=…)"),
        (f"mail 2 --to {TO}", "smtp://a:geheim@b?from=a@b.de&tls=maybe", "sind nur from=, tls=yes, tls=no"),
        (f"mail 2 --to {TO}", "smtp://a:geheim@b?from=a@b.de%0d%0aBcc:x", "ist keine Mailadresse"),
        (f"mail 2 --to {TO}", f"smtp://{HOST}?from=a@b.de&ca=nirgends.pem", "Diese Zertifikate lassen sich nicht lesen"),
    ],
)  # fmt: skip
def test_wrong_words_are_refused(
    words: str, url: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to do, without the password, and before anything is sent or written."""
    if url:
        monkeypatch.setenv("SMTP_URL", url)
    assert expected in told(words, capsys, code=2)
    assert not Path("post").exists()


def test_line_breaks_in_an_address_are_refused() -> None:
    """Nobody adds a header or a reader by the name of one."""
    for attack in ("a@b.de\r\nBcc: c@d.de", "a@b.de\nX: y", "a@b.de\x00", "a@b.de>\r\nRCPT TO:<c@d.de"):
        with pytest.raises(Exception, match="keine Mailadresse"):
            sending.address(attack)


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.ort.example?from=a@b.de", 587, "starttls"),
        ("smtp://mail.ort.example:25?from=a@b.de&tls=no", 25, "none"),
        ("smtps://mail.ort.example?from=a@b.de", 465, "tls"),
        ("smtp://localhost:25?from=a@localhost", 25, "none"),
        ("smtp://a%40b.de:x@mail.ort.example", 587, "starttls"),
    ],
)
def test_encryption_is_the_rule(url: str, port: int, tls: str) -> None:
    """Only this machine and who says so go without; the password is no part of what is printed."""
    server = sending.server(url)
    assert (server.port, server.tls) == (port, tls)
    assert server.sender in {"a@b.de", "a@localhost"}
    assert "password" not in repr(server)


def test_a_password_that_cannot_be_sent_is_not_shown(
    box: tuple[Box, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library would name it in its message."""
    monkeypatch.setenv("SMTP_URL", f"smtp://amt:geheim%C3%A9@{HOST}:{box[1]}?from=web@ort.example")
    assert "Zeichen, die nicht zu senden sind" in told(f"mail 2 --to {TO}", capsys, code=2)
