"""
Hand a mail to the town's mail server.

Does not write the mail (``reports.mail``). Without encryption nothing is sent, unless the server is this machine or the address of
the server says so; no message of ours shows its password.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from db.errors import InputError, MailError
from reports.render import clean

EXAMPLE = "smtp://name:kennwort@mail.musterstadt.de:587?from=fundstelle@musterstadt.de"
LOCAL = {"localhost", "127.0.0.1", "::1"}
TIMEOUT = 30.0
"""Seconds that the server may take for each answer."""

PORTS = {"smtp": 587, "smtps": 465}
LONGEST = 200
"""Characters of a server's answer that are shown."""


@dataclass(frozen=True)
class Server:
    """
    A mail server and how to talk to it.

    Attributes:
        sender: Address that the mail comes from.
        tls: "none", "starttls" (encrypted before anything is said) or "tls" (from the first byte).
        ca: File with the certificates to trust; None: those of the system.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: str
    ca: Path | None = None


def recipients(given: Iterable[str]) -> list[str]:
    """Return mail addresses, each once; raise InputError if one is none."""
    return list(dict.fromkeys(map(address, given)))


def address(text: str) -> str:
    """Return a mail address as it is sent, ``name@host`` and nothing else; raise InputError if it is none."""
    try:
        made = Address(addr_spec=text.strip())
    except (HeaderParseError, ValueError, IndexError):
        made = Address()
    # What is not ASCII would need a server that knows SMTPUTF8; hosts have a form without umlauts.
    has_host = "." in made.domain or made.domain in LOCAL
    if not (made.username and has_host and made.addr_spec.isascii()):
        raise InputError(
            f"„{clean(text)[:LONGEST]}“ ist keine Mailadresse.",
            remedy="Geben Sie sie so an: name@musterstadt.de, Umlaute im Namen des Rechners als xn--…",
        )
    return made.addr_spec


def server(url: str) -> Server:
    """
    Read ``SMTP_URL``: ``smtp://name:password@host:port?from=address``; ``smtps://`` is encrypted from the first byte.

    ``tls=no`` allows to send unencrypted, ``tls=yes`` encrypts also to this machine, ``ca=FILE`` names the certificates to trust.

    Raises:
        InputError: It cannot be read; the message does not repeat it, as it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port, options = parts.port, dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _unreadable("die Adresse lässt sich nicht lesen") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise _unreadable("sie beginnt nicht mit smtp:// oder smtps:// und einem Rechner")
    if options.keys() - {"from", "tls", "ca"} or options.get("tls", "no") not in {"yes", "no"}:
        raise _unreadable("hinter dem Fragezeichen sind nur from=, tls=yes, tls=no und ca= möglich")
    if parts.path not in {"", "/"} or parts.fragment:
        raise _unreadable("hinter dem Rechner steht etwas, das nicht dorthin gehört; Sonderzeichen im Kennwort?")
    ca, user = options.get("ca"), unquote(parts.username or "")
    sender = options.get("from") or (user if "@" in user else "")
    if not sender:
        raise _unreadable("der Absender fehlt (?from=…)")
    return Server(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=user,
        password=unquote(parts.password or ""),
        sender=address(sender),
        tls=_tls(parts.scheme, parts.hostname, options),
        ca=Path(ca) if ca else None,
    )


def _tls(scheme: str, host: str, options: dict[str, str]) -> str:
    if scheme == "smtps":
        return "tls"
    wanted = options.get("tls") or ("yes" if host not in LOCAL or "ca" in options else "no")
    return "starttls" if wanted == "yes" else "none"


def _unreadable(why: str) -> InputError:
    return InputError(
        f"SMTP_URL ist nicht zu gebrauchen: {why}.",
        remedy=f"Beispiel: {EXAMPLE}. Sonderzeichen in Name und Kennwort werden mit % geschrieben, @ zum Beispiel als %40.",
    )


def send(message: EmailMessage, server: Server, *, to: Sequence[str]) -> None:
    """
    Send a mail to these addresses, which have passed ``recipients``.

    Raises:
        InputError: The file of certificates cannot be read.
        MailError: The server could not be reached, is not the one it claims to be, or refused; who has got the mail all the same is said.
    """
    secure = _secure(server)
    try:
        with _connected(server, secure) as session:
            _enter(session, server, secure)
            refused = session.send_message(message, from_addr=server.sender, to_addrs=list(to))
    except (OSError, UnicodeError) as fault:
        raise _told(fault, server) from None
    if refused:
        got = ", ".join(one for one in to if one not in refused)
        raise MailError(
            f"Der Mailserver nimmt für {', '.join(refused)} nichts an; gesendet ist die Nachricht an {got}.",
            remedy="Prüfen Sie diese Adresse und senden Sie nur noch an sie.",
        )


def reach(server: Server, *, seconds: float = TIMEOUT) -> None:
    """
    Go as far as before a mail and send none: the server takes ``seconds`` at most for each answer.

    Raises:
        InputError, MailError: As ``send``.
    """
    secure = _secure(server)
    try:
        with _connected(server, secure, seconds=seconds) as session:
            _enter(session, server, secure)
    except (OSError, UnicodeError) as fault:
        raise _told(fault, server) from None


def _enter(session: smtplib.SMTP, server: Server, secure: ssl.SSLContext) -> None:
    if server.tls == "starttls":
        session.starttls(context=secure)
    if server.user:
        session.login(server.user, server.password)


def _secure(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca)
    except OSError:
        raise InputError(
            "Diese Zertifikate lassen sich nicht lesen.", file=server.ca, remedy="Prüfen Sie ca= in SMTP_URL."
        ) from None


def _connected(server: Server, secure: ssl.SSLContext, *, seconds: float = TIMEOUT) -> smtplib.SMTP:
    if server.tls == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=secure)
    return smtplib.SMTP(server.host, server.port, timeout=seconds)


def _told(fault: Exception, server: Server) -> MailError:
    """Return what went wrong and what to do, without the password, whatever the server said."""
    for kind, (what, remedy) in FAULTS.items():
        if isinstance(fault, kind):
            said = _answer(fault, server)
            return MailError(f"{what.format(server=f'{server.host}:{server.port}')}{said}.", remedy=remedy)
    return MailError(
        f"Der Mailserver {server.host}:{server.port} hat die Nachricht nicht angenommen.",
        remedy="Versuchen Sie es später noch einmal.",
    )


def _answer(fault: Exception, server: Server) -> str:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return ": " + "; ".join(f"{one} ({_safe(text, server)})" for one, (_, text) in fault.recipients.items())
    return f" ({_safe(fault.smtp_error, server)})" if isinstance(fault, smtplib.SMTPResponseException) else ""


def _safe(answer: bytes | str, server: Server) -> str:
    text = answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer
    if server.password:
        text = text.replace(server.password, "…")
    return str(clean(text))[:LONGEST].rstrip(".")


_ADMIN = "Fragen Sie, wer Ihren Mailserver betreut"
FAULTS: dict[type[Exception], tuple[str, str]] = {
    smtplib.SMTPAuthenticationError: (
        "Der Mailserver {server} lehnt die Anmeldung ab",
        "Prüfen Sie Name und Kennwort in SMTP_URL; Sonderzeichen darin werden mit % geschrieben.",
    ),
    smtplib.SMTPRecipientsRefused: (
        "Der Mailserver {server} nimmt für keine der Adressen etwas an",
        "Prüfen Sie diese Adressen.",
    ),
    smtplib.SMTPSenderRefused: (
        "Der Mailserver {server} lehnt den Absender ab",
        f"Nennen Sie in SMTP_URL hinter from= einen Absender, der dort senden darf. {_ADMIN}.",
    ),
    smtplib.SMTPNotSupportedError: (
        "Der Mailserver {server} kann nicht, was zum Senden nötig ist: Verschlüsselung oder Anmeldung",
        f"{_ADMIN}, oder nehmen Sie smtps:// oder, nur im eigenen Netz, ?tls=no.",
    ),
    smtplib.SMTPConnectError: ("Der Mailserver {server} nimmt keine Verbindung an", f"{_ADMIN}."),
    smtplib.SMTPServerDisconnected: (
        "Der Mailserver {server} hat die Verbindung beendet",
        "Prüfen Sie Rechner und Anschluss in SMTP_URL: smtps:// gehört zu 465, smtp:// zu 587.",
    ),
    smtplib.SMTPResponseException: ("Der Mailserver {server} hat die Nachricht abgelehnt", f"{_ADMIN}."),
    ssl.SSLCertVerificationError: (
        "Dem Zertifikat des Mailservers {server} ist nicht zu trauen",
        "Nennen Sie den Rechner, wie er im Zertifikat heißt, und eine eigene Zertifizierungsstelle mit ?ca=DATEI oder SSL_CERT_FILE.",
    ),
    ssl.SSLError: (
        "Mit dem Mailserver {server} kommt keine verschlüsselte Verbindung zustande",
        "Prüfen Sie Rechner und Anschluss in SMTP_URL: smtps:// gehört zu 465, smtp:// zu 587.",
    ),
    TimeoutError: ("Der Mailserver {server} antwortet nicht", "Prüfen Sie Rechner und Anschluss in SMTP_URL, und ob eine Firewall dazwischen liegt."),
    smtplib.SMTPException: ("Der Mailserver {server} hat die Nachricht nicht angenommen", f"{_ADMIN}."),
    UnicodeError: ("Name, Kennwort oder Rechner in SMTP_URL enthalten Zeichen, die nicht zu senden sind", f"{_ADMIN}."),
    OSError: ("Der Mailserver {server} ist nicht zu erreichen", "Prüfen Sie Rechner und Anschluss in SMTP_URL."),
}  # fmt: skip
"""From the narrow to the wide: what is said of the first that fits."""
