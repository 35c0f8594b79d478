"""
Why the reading of a site ends before it is done, in a word for the row and a German sentence for the reader.

Does not fetch and does not end anything itself; the spider asks here what an answer means for the whole site.
"""

from __future__ import annotations

from typing import NamedTuple

from crawler import addresses, failures, faults
from db.models import Page
from db.terms import N_, End

FAULTY = 500  # a status from here on is the server's own fault
NOTHING_THERE = {"dns", "connection", "certificate"}  # the whole server is missing, not only its robots.txt
UNREACHABLE = NOTHING_THERE | {
    *("redirect_elsewhere", "redirect_loop", "timeout", "too_large", "unreadable", "maintenance", "dead", "soft_404"),
    "not_archived",
}
ENDS = {
    **dict.fromkeys(UNREACHABLE, End.UNREACHABLE),
    **dict.fromkeys(["private_address", "challenge", "consent", "login"], End.REFUSED),
    "robots": End.ROBOTS_DISALLOW,
    **dict.fromkeys(["needs_rendering", "not_rendered"], End.NEEDS_RENDERING),
}
"""What an error of the front door means for its site."""


ELSEWHERE = N_("Die Startseite leitet auf eine andere Adresse um. ({host})")


class Verdict(NamedTuple):
    """Why a site was read no further."""

    end: End
    detail: str


def of_robots(host: str, fault: faults.RobotsUnreachable) -> Verdict:
    """Return what it means that the robots.txt of the front door cannot be had."""
    if fault.cause in NOTHING_THERE:
        return Verdict(End.UNREACHABLE, f"{host}: {failures.WORDS[fault.cause]}")
    if fault.cause == "private_address":
        return Verdict(End.REFUSED, f"{host}: {failures.WORDS[fault.cause]}")
    return Verdict(End.ROBOTS_UNREACHABLE, f"{host}: {fault.reason}")


def challenged(host: str, page: Page) -> Verdict:
    """Return what it means that the front door wants proof of a person instead of answering."""
    why = N_("Der Server will prüfen, ob ein Mensch fragt (Status {status}).").format(status=page.status)
    return Verdict(End.REFUSED, f"{host}: {why}")


def fed_up(host: str, page: Page, *, times: int) -> Verdict:
    """Return what it means that the server refuses us again and again."""
    why = N_("Der Server weist uns seit {times} Anfragen ab (Status {status}).").format(times=times, status=page.status)
    return Verdict(End.REFUSED, f"{host}: {why}")


def of_door(host: str, page: Page) -> Verdict | None:
    """Return what the answer of the front door means for the site; None if it lets us in."""
    if page.error == "challenge":
        return challenged(host, page)
    if page.status in failures.REFUSED_STATUS:
        why = N_("Der Server weist uns ab (Status {status}).").format(status=page.status)
        return Verdict(End.REFUSED, f"{host}: {why}")
    if page.status >= FAULTY:
        why = N_("Die Startseite antwortet mit Status {status}.").format(status=page.status)
        return Verdict(End.UNREACHABLE, f"{host}: {why}")
    if page.error not in ENDS:
        return None
    why = failures.WORDS[page.error]
    if page.error == "redirect_elsewhere" and page.canonical:
        why = ELSEWHERE.format(host=addresses.host_of(page.canonical))
    return Verdict(ENDS[page.error], f"{host}: {why}")
