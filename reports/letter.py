"""
A letter to the people who run a site: what we could not read there, who we are, and what to allow.

Does not decide which sites need one and does not send it. The words stand in ``templates/letter.txt.j2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.render import amount, clean, environment, number

BLANK = "____________________"
"""For what only the sender knows."""


@dataclass(frozen=True)
class Sender:
    """
    Who reads, and how.

    Attributes:
        agent: The user agent, as it is sent.
        addresses: Networks or addresses that the requests come from.
        contact: Whom to ask, empty if not known.
        pages: The most pages of a site in one audit.
        delay: Seconds between two requests to one site.
    """

    agent: str
    addresses: Sequence[str]
    contact: str
    pages: int
    delay: float


def text(town: str, sites: Sequence[dict[str, Any]], *, sender: Sender, started: str | None) -> str:
    """
    Return the letter as plain text.

    Args:
        town: Name of the town.
        sites: ``{"host", "reason", "robots", "unreachable"}`` of each site it is about; ``reason`` may be empty,
            ``robots``: robots.txt shuts us out, ``unreachable``: robots.txt cannot be had.
        sender: Who reads.
        started: ISO moment of the audit the reasons come from; None if there was none.
    """
    template = environment().overlay(autoescape=False).get_template("letter.txt.j2")
    values = {
        "town": town,
        "sites": list(sites),
        "agent": sender.agent,
        "addresses": list(sender.addresses),
        "contact": sender.contact,
        "pages": amount(sender.pages, "Seite", "Seiten"),
        "delay": "Sekunde" if sender.delay == 1 else f"{number(sender.delay)} Sekunden",
        "started": started,
        "robots": any(site["robots"] for site in sites),
        "unreachable": any(site["unreachable"] for site in sites),
        "BLANK": BLANK,
    }
    return str(template.render(**clean(values))).strip().replace("\u00a0", " ") + "\n"
