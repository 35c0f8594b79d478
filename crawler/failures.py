"""
What went wrong between us and a server, as one word for the row and one German sentence for the reader.

Does not decide what follows from it, the spider does, and does not know the errors themselves: ``crawler.faults`` does.
"""

from __future__ import annotations

from db.models import Page
from db.terms import N_

REFUSED_STATUS = frozenset({401, 403, 429})
REFUSED_ERRORS = frozenset({"robots", "robots_unreachable", "private_address", "challenge", "consent"})
FAILED_ERRORS = frozenset(
    {
        *("timeout", "dns", "connection", "certificate", "too_large", "unreadable", "redirect_loop"),
        *("maintenance", "needs_rendering", "not_rendered", "not_archived"),
    }
)

PASSING_ERRORS = frozenset({"timeout", "connection", "maintenance"})
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})

WORDS = {
    "dns": N_("Der Name ist nicht auflösbar."),
    "connection": N_("Der Server nimmt keine Verbindung an oder bricht sie ab."),
    "timeout": N_("Der Server antwortet nicht in der erlaubten Zeit."),
    "certificate": N_("Das Zertifikat der verschlüsselten Verbindung ist ungültig."),
    "too_large": N_("Die Antwort ist größer, als wir sie annehmen."),
    "unreadable": N_("Die Antwort ist nicht lesbar."),
    "redirect_loop": N_("Die Weiterleitungen führen im Kreis."),
    "redirect_elsewhere": N_("Die Startseite leitet auf eine andere Adresse um."),
    "private_address": N_("Die Adresse liegt in einem privaten Netz und wird nicht gelesen."),
    "challenge": N_("Der Server will prüfen, ob ein Mensch fragt."),
    "consent": N_("Statt der Seite kommt nur die Frage nach der Einwilligung."),
    "login": N_("Die Seite verlangt eine Anmeldung."),
    "maintenance": N_("Die Seite wird gerade gewartet."),
    "needs_rendering": N_("Die Seite entsteht erst durch Skripte im Browser; gelesen wurde nur ihre leere Hülle."),
    "not_rendered": N_("Die Seite entsteht erst durch Skripte im Browser; auch dort war sie nicht zu lesen."),
    "dead": N_("Unter der Adresse steht kein Angebot mehr."),
    "soft_404": N_("Statt der Seite kommt der Hinweis, dass es sie nicht gibt."),
    "not_archived": N_("Das Archiv enthält die Adresse nicht."),
    "robots": N_("robots.txt verbietet das Lesen der Startseite."),
}


def is_passing(page: Page) -> bool:
    """Tell whether what went wrong may be over some minutes later."""
    return page.status in PASSING_STATUS or page.error in PASSING_ERRORS
