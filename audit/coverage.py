"""
Was enough read to say that something is not there?

Does not judge criteria. „We could not look“ and „it is not there“ are told apart here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from db.models import Crawl
from db.terms import N_, End, Role

READ_SHARE = 0.8
"""A site counts as read when at least this share of its known addresses answered us."""

SHRUNKEN = 0.5
"""An audit that reads less than this share of what the one before read tells of our reading and not of the town."""

COMPARABLE = 20
"""Pages from which on that share means anything."""

UNRENDERED = {"needs_rendering", "not_rendered"}
"""Errors of pages that only scripts in a browser make and that stayed unread: what they hold is possible, never absent."""

ANSWERED = {End.FINISHED, End.BUDGET_PAGES, End.BUDGET_TIME}


@dataclass(frozen=True)
class Coverage:
    """
    What was read in one audit.

    Attributes:
        unread: For each site that was not read well enough: role, host, the reason in German words.
        enough: Could the town's own site be read at all? If not, nothing can be called absent.
    """

    unread: tuple[tuple[str, str, str], ...]
    enough: bool

    def obstacles(self, roles: Collection[str]) -> list[str]:
        """Return why nothing can be called absent that would stand on sites of these roles; empty: all was read."""
        wanted = set(roles) | {Role.CITY}
        return [f"{host}: {reason}" for role, host, reason in self.unread if role in wanted]


def measure(crawls: Sequence[Crawl]) -> Coverage:
    """Return the coverage of one audit from how its sites answered."""
    unread = tuple((crawl.site.role, crawl.site.host, obstacle(crawl)) for crawl in crawls if obstacle(crawl))
    unread_hosts = {host for _, host, _ in unread}
    front = [crawl for crawl in crawls if crawl.site.role == Role.CITY]
    return Coverage(unread=unread, enough=any(crawl.site.host not in unread_hosts for crawl in front))


def is_shrunken(pages: int, *, before: int) -> bool:
    """Say whether an audit read so many pages less than the one before that the two cannot be compared."""
    return before >= COMPARABLE and pages < before * SHRUNKEN


def obstacle(crawl: Crawl) -> str:
    """Return in German what kept us from reading a site; empty if it was read."""
    if crawl.end not in ANSWERED:
        return crawl.detail.removeprefix(f"{crawl.site.host}: ") or ENDS.get(crawl.end, N_("nicht gelesen"))
    if not crawl.pages:
        return N_("keine Seite gelesen")
    # Another month of an endless calendar would say nothing; whoever counted it would never have read enough.
    left_out = crawl.left_out - crawl.left_out_by.get("endless", 0)
    unread = crawl.refused + crawl.failed + left_out
    if crawl.pages / (crawl.pages + unread) < READ_SHARE:
        parts = [
            (crawl.refused, N_("{count} verweigert")),
            (crawl.failed, N_("{count} ohne Antwort")),
            (left_out, OUT_OF_TIME if crawl.end == End.BUDGET_TIME else OUT_OF_PAGES),
        ]
        why = ", ".join(words.format(count=number) for number, words in parts if number)
        return N_("nur {pages} Seiten gelesen; {why}").format(pages=crawl.pages, why=why)
    return ""


OUT_OF_TIME = N_("{count} wegen des Zeitlimits ausgelassen")
OUT_OF_PAGES = N_("{count} wegen des Seitenlimits ausgelassen")

ENDS: dict[str, str] = {
    End.OPEN: N_("noch nicht fertig gelesen"),
    End.ROBOTS_UNREACHABLE: N_("robots.txt war nicht erreichbar, darum wurde nicht weiter gelesen"),
    End.ROBOTS_DISALLOW: N_("robots.txt verbietet das Lesen"),
    End.REFUSED: N_("der Zugang wurde verweigert"),
    End.UNREACHABLE: N_("nicht erreichbar"),
    End.NEEDS_RENDERING: N_("entsteht erst durch Skripte im Browser"),
    End.FAULT: N_("beim Lesen ist ein Fehler aufgetreten"),
}
