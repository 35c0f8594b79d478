"""
The mail with the link by which a person chooses a password for the desk.

Does not send it (``audit.run.sending``); the link is a secret, so it stands nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from reports.language import gettext as _
from reports.mail import ROBOTS
from reports.render import clean


def message(name: str, link: str, *, sender: str, to: str, now: datetime) -> EmailMessage:
    """Return the mail as plain text; both addresses have passed ``audit.run.sending.address``."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _("Ihr Zugang zu Fundstelle")
    made["From"] = Address(display_name="Fundstelle", addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    made["Date"] = now
    lines = [
        _("Guten Tag {name},").format(name=clean(name)),
        _("mit diesem Link wählen Sie Ihr Passwort für Fundstelle. Er gilt drei Tage und nur einmal:"),
        link,
        _("Geben Sie ihn nicht weiter. Wenn Sie damit nichts anfangen können, löschen Sie diese Nachricht."),
    ]
    made.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    for header, value in ROBOTS.items():
        made[header] = value
    return made
