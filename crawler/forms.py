"""
What a form asks for, and what it is therefore for.

Does not fill in or send anything. lexbor cuts the fields out of the page, BeautifulSoup reads the small rest; search and
contact forms stand on every page of a site, so what was read is kept by the fragment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborNode

from crawler.addresses import canonical, target

KINDS = ("search", "login", "registration", "contact", "newsletter", "order", "application", "other")

MAX_FORMS = 50
MAX_FIELDS = 200
_MAX_FRAGMENT = 60_000  # characters

_PARTS = "input, select, textarea, button, label, legend"
_OPTIONS = re.compile(r"<option\b.*?</option>", re.DOTALL)
_HIDDEN = re.compile(r'<input\b[^>]* type="hidden"[^>]*>', re.IGNORECASE)
_UNSEEN = frozenset(["hidden", "submit", "button", "image", "reset"])

_SEARCH_NAMES = re.compile(
    r"(?:^|[\W_])(?:q|s|query|search|searchword|searchterm|suche|suchbegriff|suchwort|suchtext|sword|keywords?|term|volltext|stichwort)(?:[\W_]|$)"
)
_SEARCH = re.compile(
    r"\b(?:such(?:e|en|begriff|wort|formular|ergebnis)|search|finden\b|filter|stichwort|recherche)|volltextsuche|search\b"
)
_LOGIN = re.compile(r"log-?in|einloggen|anmelden|signin|sign-in|kennwort|auth")
_REGISTER = re.compile(
    r"registrier|konto (?:anlegen|erstellen|eröffnen)|sign-?up|register|wiederholen|bestätigen.{0,20}passwort|passwort.{0,20}bestätigen|neuer benutzer"
)
_NEWSLETTER = re.compile(
    r"newsletter|rundbrief|abonnier|abonnement|subscribe|infobrief|benachrichtigung(?:en)? (?:erhalten|per)"
)
_APPLICATION = re.compile(
    r"antrag|beantrag|anmeldung|anmelden|ummeld|abmeld|meldung|melden\b|anzeige|zählerstand|hausanschluss|netzanschluss|einreichen|bewerb|"
    r"kennzeichen|geburtsdatum|iban|kundennummer|vertragskonto|application|hinweis zum standort|mangel|schaden"
)
_ORDER = re.compile(
    r"bestell|waren?korb|kaufen|buchen|buchung|reservier|ticket|kasse\b|checkout|\border\b|\bcart\b|termin(?:e)? (?:vereinbaren|auswählen|wählen)|terminauswahl"
)
_CONTACT = re.compile(r"kontakt|nachricht|mitteilung|anfrage|feedback|contact|message|anliegen|rückruf|betreff")
_PAIR, _FEW, _SEVERAL, _MANY = 2, 3, 6, 8  # fields


@dataclass(frozen=True, slots=True)
class _Reading:
    """The parts of a form that tell what it is for."""

    fields: tuple[str, ...]
    types: tuple[str, ...]
    words: str  #: labels, buttons and placeholders in lower case
    names: str  #: field names in lower case

    @property
    def typed(self) -> int:
        """How many fields are to be written in."""
        return sum(kind not in {"checkbox", "radio", "select"} for kind in self.types)


def read(form: LexborNode, *, page: str) -> dict[str, Any]:
    """Return ``{"kind", "fields", "method", "action"}`` of a form on the page of that address."""
    attributes = form.attributes
    reading = _fields(_fragment(form))
    action = (attributes.get("action") or "").strip()
    signs = " ".join(
        filter(None, (attributes.get(name) for name in ("action", "id", "class", "name", "aria-label", "role")))
    )
    return {
        "kind": _kind(reading, signs=signs[:1_000].lower()),
        "fields": list(reading.fields),
        "method": "post" if (attributes.get("method") or "").strip().lower() == "post" else "get",
        "action": (target(action, page) if action else None) or canonical(page),
    }


def _fragment(form: LexborNode) -> str:
    """Cut out the fields: some systems wrap the whole page in a form, and its words are not the form's."""
    html = ""
    for part in form.css(_PARTS)[: 3 * MAX_FIELDS]:
        html += _OPTIONS.sub("", part.html or "")
        if len(html) > _MAX_FRAGMENT:
            break
    return _HIDDEN.sub("", html)[:_MAX_FRAGMENT]


@lru_cache(maxsize=512)
def _fields(fragment: str) -> _Reading:
    soup = BeautifulSoup(fragment, "html.parser")
    seen: dict[str, str] = {}
    words: list[str] = []
    for tag in soup.find_all(["input", "select", "textarea", "button", "label", "legend"]):
        kind = _type(tag)
        if tag.name in {"label", "legend", "button"}:
            words.append(tag.get_text(" ", strip=True))
        elif kind in _UNSEEN:
            words.append(_attribute(tag, "value") + " " + _attribute(tag, "alt"))
        else:
            name = (
                _attribute(tag, "name")
                or _attribute(tag, "id")
                or _attribute(tag, "aria-label")
                or _attribute(tag, "placeholder")
            )
            if name and len(seen) < MAX_FIELDS:
                seen.setdefault(name, kind)
        words.extend(_attribute(tag, name) for name in ("placeholder", "aria-label", "title", "autocomplete"))
    repeated = [
        _type(tag) for tag in soup.find_all("input") if _type(tag) == "password" and _attribute(tag, "name") not in seen
    ]
    return _Reading(
        fields=tuple(seen),
        types=(*seen.values(), *repeated),
        words=" ".join(" ".join(words).lower().split())[:4_000],
        names=" ".join(seen).lower(),
    )


def _type(tag: Tag) -> str:
    return (_attribute(tag, "type") or "text").lower() if tag.name == "input" else tag.name


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value.strip()[:200] if isinstance(value, str) else ""


def _kind(reading: _Reading, *, signs: str) -> str:
    """Return the first kind whose rule holds."""
    return next((kind for kind, holds in _RULES if holds(reading, f"{signs} {reading.words}")), "other")


def _is_registration(reading: _Reading, words: str) -> bool:
    passwords = reading.types.count("password")
    return passwords > 1 or (passwords == 1 and _REGISTER.search(words) is not None and len(reading.fields) > _FEW)


def _is_login(reading: _Reading, words: str) -> bool:
    return "password" in reading.types or (
        "login" in words and reading.typed <= _PAIR and _LOGIN.search(reading.words) is not None
    )


def _is_search(reading: _Reading, words: str) -> bool:
    if "email" in reading.types or "textarea" in reading.types or "file" in reading.types:
        return False
    if reading.typed <= _FEW and (
        "search" in reading.types or _SEARCH_NAMES.search(reading.names) or re.search(r"(?:^| )search\b", words)
    ):
        return True
    return 0 < len(reading.fields) <= _MANY and reading.typed <= _FEW and _SEARCH.search(words) is not None


def _is_newsletter(reading: _Reading, words: str) -> bool:
    return _NEWSLETTER.search(words) is not None and len(reading.fields) <= _SEVERAL and "textarea" not in reading.types


def _is_order(reading: _Reading, words: str) -> bool:
    return bool(reading.fields) and _ORDER.search(words) is not None


def _is_application(reading: _Reading, words: str) -> bool:
    return len(reading.fields) >= _FEW and _APPLICATION.search(f"{words} {reading.names}") is not None


def _is_contact(reading: _Reading, words: str) -> bool:
    written = "textarea" in reading.types
    reachable = "email" in reading.types or "mail" in f"{reading.names} {words}"
    return (written and reachable) or (_CONTACT.search(words) is not None and bool(reading.fields))


def _is_long(reading: _Reading, _words: str) -> bool:
    """Nobody asks for so much, or for a file, who does not want to process it."""
    return len(reading.fields) > _MANY or ("file" in reading.types and len(reading.fields) > _FEW)


_RULES: tuple[tuple[str, Callable[[_Reading, str], bool]], ...] = (
    ("registration", _is_registration),
    ("login", _is_login),
    ("search", _is_search),
    ("newsletter", _is_newsletter),
    ("order", _is_order),
    ("application", _is_application),
    ("contact", _is_contact),
    ("application", _is_long),
)
