"""
What a form is for, and what it asks that shows how far a service goes, by its fields and words.

Does not read markup; ``crawler.forms`` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

KINDS = ("search", "login", "registration", "contact", "newsletter", "order", "application", "other")
ASKS = ("birth", "identity", "payment", "signature", "upload")

_SEARCH_NAMES = re.compile(
    r"(?:^|[\W_])(?:query|search|searchword|searchterm|suche|suchbegriff|suchwort|suchtext|sword|keywords?|volltext|stichwort)(?:[\W_]|$)"
)
_SHORT_SEARCH_NAMES = re.compile(r"(?:^|[\W_])(?:q|s|term)(?:[\W_]|$)")
_SEARCH = re.compile(
    r"\b(?:such(?:e|en|begriff|wort|formular|ergebnis)|search|finden\b|filter|stichwort|recherche)|volltextsuche|search\b"
)
_SEARCHES = re.compile(r"\b(?:suchen?|finden|filtern|recherch\w*|search|find)\b")
_CHOOSES = re.compile(r"\b(?:anwenden|anzeigen|zeigen|auswahl|auswählen|sortieren|zurücksetzen|apply|show)\b")
_SENDS = re.compile(
    r"bestell|buchen|reservier|warenkorb|kaufen|absenden|abschicken|melden\b|beantrag|einreichen|registrier|abonnier"
)
_LOGIN = re.compile(r"log-?in|einloggen|anmelden|signin|sign-in|kennwort|auth")
_NAMED_USER = re.compile(r"\b(?:benutzername|nutzername|anmeldename|benutzerkennung|username)\b")
_FORGOTTEN = re.compile(r"vergessen|zurücksetzen|reset|forgot|lost-?password")
_ACCOUNT = re.compile(
    r"bund-?id\b|bayern-?id\b|\beid\b|eidas|online-?ausweis|ausweisapp|\belster\b|unternehmenskonto"
    r"|(?:nutzer|service|bürger|verwaltungs)konto"
)
_REGISTER = re.compile(
    r"registrier|konto (?:anlegen|erstellen|eröffnen)|sign-?up|register|wiederholen|bestätigen.{0,20}passwort|passwort.{0,20}bestätigen|neuer benutzer"
)
_REGISTERS = re.compile(r"registrier|konto (?:anlegen|erstellen|eröffnen)|sign up|create (?:an )?account")
_NEWSLETTER = re.compile(
    r"newsletter|rundbrief|abonnier|abonnement|subscribe|infobrief|benachrichtigung(?:en)? (?:erhalten|per)"
)
_SUBSCRIBES = re.compile(r"bestell|eintragen|abonn|subscribe")
_APPLICATION = re.compile(
    r"antrag|beantrag|anmeldung|anmelden|ummeld|abmeld|meldung|melden\b|anzeige|zählerstand|hausanschluss|netzanschluss|einreichen|bewerb|"
    r"kennzeichen|geburtsdatum|iban|kundennummer|vertragskonto|application|hinweis zum standort|mangel|schaden"
)
_ORDER = re.compile(
    r"bestell|waren?korb|kaufen|buchen|buchung|reservier|ticket|kasse\b|checkout|\border\b|\bcart\b|termin(?:e)? (?:vereinbaren|auswählen|wählen)|terminauswahl"
)
_CONTACT = re.compile(r"kontakt|nachricht|mitteilung|anfrage|feedback|contact|message|anliegen|rückruf|betreff")

_SECRET = re.compile(r"passwort|kennwort|password|\bpin\b")
_PAYMENT = re.compile(
    r"(?:^|[\W_])(?:iban|bic|sepa)(?:[\W_]|$)|lastschrift|kreditkarte|credit ?card|paypal|giropay|kontoinhaber|zahlungspflichtig|kostenpflichtig|kassenzeichen|zahlungs(?:art|weise)"
)
_BIRTH = re.compile(r"geburts(?:datum|tag)|\bgeboren am|birth-?_?(?:day|date)|date of birth|\bbday\b")
_SIGNATURE = re.compile(r"unterschrift|\bsignature?\b|elektronisch signier")

_PAIR, _FEW, _SEVERAL, _MANY = 2, 3, 6, 8  # fields
_MOST = 20  # fields of the widest search


@dataclass(frozen=True)
class Reading:
    """The parts of a form that tell what it is for; all words in lower case."""

    fields: tuple[str, ...]  #: names of those that have one
    types: tuple[str, ...]  #: of all that people fill in
    labels: str  #: also placeholders and titles
    buttons: str

    @cached_property
    def typed(self) -> int:
        """How many fields are to be written in."""
        return sum(kind not in {"checkbox", "radio", "select"} for kind in self.types)

    @cached_property
    def words(self) -> str:
        """What people read."""
        return f"{self.labels} {self.buttons}"

    @cached_property
    def names(self) -> str:
        """The names of the fields in lower case."""
        return " ".join(self.fields).lower()

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """What is asked of ``ASKS``, sorted."""
        asked = f"{self.labels} {self.names}"
        found = {
            "birth": _BIRTH.search(asked),
            "identity": "password" in self.types or _SECRET.search(asked) or _ACCOUNT.search(self.words),
            "payment": _PAYMENT.search(f"{asked} {self.buttons}"),
            "signature": _SIGNATURE.search(asked),
            "upload": "file" in self.types,
        }
        return tuple(name for name in ASKS if found[name])


# Search and contact forms stand on every page of a site.
@lru_cache(maxsize=512)
def kind(reading: Reading, *, signs: str, method: str) -> str:
    """Return the first of ``KINDS`` whose rule holds; ``signs`` are the names and the address of the form in lower case."""
    if _is_filter(reading, method=method):
        return "search"
    return next((name for name, holds in _RULES if holds(reading, f"{signs} {reading.words}")), "other")


def _is_registration(reading: Reading, words: str) -> bool:
    passwords = reading.types.count("password")
    if not passwords:
        return _REGISTERS.search(reading.buttons) is not None and "email" in reading.types
    if passwords == 1 and reading.typed <= _PAIR and _LOGIN.search(reading.buttons):
        return False
    return passwords > 1 or (_REGISTER.search(words) is not None and len(reading.types) > _FEW)


def _is_login(reading: Reading, words: str) -> bool:
    if "password" in reading.types:
        return True
    if reading.typed > _PAIR or "textarea" in reading.types or _FORGOTTEN.search(words):
        return False
    if not reading.typed and len(reading.types) <= _FEW and _ACCOUNT.search(reading.words):
        return True
    return _NAMED_USER.search(words) is not None or ("login" in words and _LOGIN.search(reading.words) is not None)


def _is_filter(reading: Reading, *, method: str) -> bool:
    """Tell whether a form only chooses what is shown."""
    return (
        method == "get"
        and not reading.typed
        and "select" in reading.types
        and _CHOOSES.search(reading.buttons) is not None
        and _SENDS.search(reading.buttons) is None
    )


def _is_search(reading: Reading, words: str) -> bool:
    if not {"email", "textarea", "file"}.isdisjoint(reading.types) or _SENDS.search(reading.buttons):
        return False
    if reading.typed <= _FEW and ("search" in reading.types or _SEARCH_NAMES.search(reading.names)):
        return True
    if reading.typed <= 1 and _SHORT_SEARCH_NAMES.search(reading.names):
        return True
    if 0 < len(reading.types) <= _MOST and _SEARCHES.search(reading.buttons):
        return True
    if reading.typed <= _FEW and re.search(r"(?:^| )search\b", words):
        return True
    return 0 < len(reading.types) <= _MANY and reading.typed <= _FEW and _SEARCH.search(words) is not None


def _is_newsletter(reading: Reading, words: str) -> bool:
    if reading.types == ("email",) and _SUBSCRIBES.search(reading.buttons):
        return True
    return _NEWSLETTER.search(words) is not None and len(reading.types) <= _SEVERAL and "textarea" not in reading.types


def _is_order(reading: Reading, words: str) -> bool:
    return bool(reading.types) and _ORDER.search(words) is not None


def _is_application(reading: Reading, words: str) -> bool:
    return len(reading.types) >= _FEW and _APPLICATION.search(f"{words} {reading.names}") is not None


def _is_contact(reading: Reading, words: str) -> bool:
    written = "textarea" in reading.types
    reachable = "email" in reading.types or "mail" in f"{reading.names} {words}"
    return (written and reachable) or (_CONTACT.search(words) is not None and bool(reading.types))


def _is_long(reading: Reading, _words: str) -> bool:
    """Nobody asks for so much, or for a file, who does not want to process it."""
    return len(reading.types) > _MANY or ("file" in reading.types and len(reading.types) > _FEW)


_RULES: tuple[tuple[str, Callable[[Reading, str], bool]], ...] = (
    ("registration", _is_registration),
    ("login", _is_login),
    ("search", _is_search),
    ("newsletter", _is_newsletter),
    ("order", _is_order),
    ("application", _is_application),
    ("contact", _is_contact),
    ("application", _is_long),
)
