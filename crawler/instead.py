"""
What came instead of the page that was asked for: a notice that it is missing, a wall, a check for robots, an empty shell.

Does not fetch and does not decide what follows. Looks only at answers with few words, since who writes a page about such
things has more to say. The words it returns are the errors of ``crawler.failures``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler import kinds
from db.models import Page

FEW = 120
"""Words; notices have fewer, and most pages more."""

SHELL = 25  # words; a shell has at most a name and a request to switch on scripts
_CONSENT_SHARE = 3  # one word in so many speaks of cookies

_MISSING = re.compile(
    r"(?:\b(?:fehler|error|status|http)(?:code)?[ :-]{1,3}|^)404(?=$|[ :|–-])(?! (?:euro|€|m²|km|seiten)\b)"
    r"|\b(?:seite|inhalt|dokument|datei|artikel|eintrag|leistung|dienstleistung|objekt|url|adresse)\b[^.!?\n]{0,60}\b"
    r"(?:(?:nicht|konnte nicht|leider nicht)(?: mehr)? (?:gefunden|vorhanden|verfügbar|auffindbar|erreichbar)|existiert(?: leider)? nicht|gibt es nicht)"
    r"|\b(?:page|file|document|resource|content) (?:was |could |can )?not (?:be )?found\b|\bnothing found\b|\bnot found$",
    re.IGNORECASE | re.MULTILINE,
)
_DEAD = re.compile(
    r"\bdomain (?:steht|ist) (?:zum|zu) verkauf|\b(?:this )?domain (?:name )?(?:is|may be) (?:for sale|parked)|\bdomain (?:geparkt|parking)"
    r"|\b(?:portal|website|webseite|internetseite|seite|angebot|dienst|anwendung|service)\b[^.!?\n]{0,60}\b(?:wurde|ist|wird)\b[^!?\n]{0,30}\b"
    r"(?:abgeschaltet|eingestellt|geschlossen|außer betrieb|nicht mehr (?:verfügbar|erreichbar|betrieben))"
    r"|\bhier entsteht (?:in kürze |demnächst )?(?:eine|ein|die) |^welcome to nginx|apache2? .{0,20}default page|^it works!?$|^iis windows"
    r"|^(?:index of /|domain default page|website under construction)",
    re.IGNORECASE | re.MULTILINE,
)
_MAINTENANCE = re.compile(
    r"\bwartungs(?:arbeiten|modus|seite)\b|\b(?:vorübergehend|derzeit|zurzeit|momentan) nicht (?:erreichbar|verfügbar)|\bunder maintenance\b"
    r"|\b(?:temporarily|currently) unavailable\b",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"^just a moment|^attention required|checking (?:if the site|your browser)|verif(?:y|ying) (?:that )?you are (?:a )?human"
    r"|pardon our interruption|ddos[- ]?(?:guard|protection|schutz)|incapsula incident|request unsuccessful|reference #\d+\.[0-9a-f]"
    r"|(?:kein|nicht ein) roboter|sicherheits(?:über)?prüfung|ihr browser wird (?:gerade )?(?:über)?geprüft|bot[- ]?schutz|\bcaptcha\b",
    re.IGNORECASE | re.MULTILINE,
)
_CONSENT = re.compile(
    r"cookies?|einwillig\w*|zustimm\w*|akzeptier\w*|ablehn\w*|datenschutz\w*|privatsphäre\w*|consent|einstellungen|essenziell\w*|notwendig\w*|statistik\w*"
    r"|marketing|tracking|auswahl|anbieter|drittanbieter|dienste",
    re.IGNORECASE,
)
_NOTICES = (("soft_404", _MISSING), ("dead", _DEAD), ("maintenance", _MAINTENANCE))
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|anmelden|anmeldung|auth|sso|saml2?|oauth2?|openid-connect)(?:[/?.;_-]|$)|[?&](?:return_?(?:url|to)|redirect_uri|service|goto)=",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"/(?:(?:index|default|home|start(?:seite)?|willkommen)(?:\.\w{2,5})?|de|deutsch)?/?", re.IGNORECASE
)
# Where a script puts the page; without it there is nothing.
_ROOT = re.compile(
    rb"""<(?:div|main|body)\b[^>]{0,200}?\bid\s*=\s*["']?(?:root|app|__next|__nuxt|___gatsby|q-app|react-root|main-app|app-root|svelte)\b"""
    rb"""|<(?:app|app-root|my-app|ng-app|router-outlet|[a-z]+-(?:app|portal|root))[\s>]|\bng-(?:app|version)\b|\bdata-(?:reactroot|server-rendered)""",
    re.IGNORECASE,
)
_NEEDS_SCRIPT = re.compile(
    r"\b(?:java ?script|skripte?)\b[^.!?\n]{0,80}\b(?:aktivier\w*|einschalten|eingeschaltet|enable[ds]?|required|benötigt|erforderlich|deaktiviert|disabled)"
    r"|\b(?:enable|requires?|need|aktivieren sie|benötigt)\b[^.!?\n]{0,40}\bjava ?script",
    re.IGNORECASE,
)
_SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)
_NOSCRIPT = re.compile(rb"<noscript\b[^>]*>(.{0,1000}?)</noscript", re.IGNORECASE | re.DOTALL)
_LONGEST = 300_000  # bytes looked through; the root of a shell stands before its data


def name(page: Page, body: bytes, *, mitigated: bool = False) -> str | None:
    """
    Return what came instead of the page, None if it is the page.

    Args:
        page: As it was read.
        body: As it was sent.
        mitigated: Did the server say that it asks for a check (``cf-mitigated: challenge``)?
    """
    if mitigated:
        return "challenge"
    words = len(page.main_text.split(None, FEW))
    if page.content_type != kinds.HTML or words >= FEW:
        return None
    top = "\n".join([page.title, *(each["text"] for each in page.headings[:2]), *page.main_text.split("\n", 3)[:3]])
    if _CHALLENGE.search(top) and not any(form["kind"] in {"contact", "application"} for form in page.forms):
        return "challenge"
    # Other answers say by their status what they are.
    return _notice(page, body, top=top, words=words) if page.status < 400 else None  # noqa: PLR2004


def _notice(page: Page, body: bytes, *, top: str, words: int) -> str | None:
    for word, sign in _NOTICES:
        if sign.search(top):
            return word
    if _is_consent(page.main_text, words):
        return "consent"
    return "needs_rendering" if words < SHELL and _is_shell(page, body) else None


def of_redirect(url: str, target: str, *, front: str) -> str | None:
    """Return what a redirect says instead of a page: "login", or "home" where a page deep inside is no longer there."""
    if _LOGIN.search(target) and not _LOGIN.search(url):
        return "login"
    is_deep = not _FRONT.fullmatch(urlsplit(url).path)
    return "home" if target == front and is_deep else None


def is_filled(page: Page) -> bool:
    """Tell whether scripts have put something into a shell that was shown in a browser."""
    return bool(page.main_text.strip() or page.forms) and not _NEEDS_SCRIPT.search(page.main_text)


def _is_consent(text: str, words: int) -> bool:
    return words > SHELL and len(_CONSENT.findall(text)) * _CONSENT_SHARE >= words


def _is_shell(page: Page, body: bytes) -> bool:
    start = body[:_LONGEST]
    if not _SCRIPT.search(start):
        return False
    asked = b"\n".join(_NOSCRIPT.findall(start)).decode("utf-8", errors="ignore")
    is_empty = not page.menu_text.strip() and not any(link.zone == "main" for link in page.links)
    return is_empty and bool(_ROOT.search(start) or _NEEDS_SCRIPT.search(asked) or _NEEDS_SCRIPT.search(page.main_text))
