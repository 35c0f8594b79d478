"""
The mail by which somebody tries whether the mail server takes what the desk sends.

Does not send it (``audit.run.sending``), and says nothing of any town.
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from reports.language import gettext as _
from reports.mail import ROBOTS


def message(*, sender: str, to: str, desk: str, now: datetime) -> EmailMessage:
    """Return the mail as plain text; both addresses have passed ``audit.run.sending.address``, ``desk`` is where people reach it."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _("Fundstelle: Diese Nachricht ist eine Probe")
    made["From"] = Address(display_name="Fundstelle", addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    made["Date"] = now
    lines = [
        _("Guten Tag,"),
        _("diese Nachricht ist angekommen, also kann Fundstelle E-Mails senden: Einladungen und kurze Berichte nach einer Prüfung."),
        _("Links darin führen zu {desk}. Sie brauchen nichts zu tun.").format(desk=f"{desk}/"),
    ]  # fmt: skip
    made.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    for header, value in ROBOTS.items():
        made[header] = value
    return made
