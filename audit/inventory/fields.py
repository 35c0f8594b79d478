"""
What stands in the cells of a list: service keys, internet addresses, and cells that say nothing.

Does not look at whole rows and raises nothing: what cannot be taken comes back as a complaint in German.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from audit.inventory.spelling import fold, letters

MAX_ADDRESS = 2_000
SHOWN = 80
"""Characters of a cell that a complaint repeats."""

BLANK = {
    "",
    "-",
    "–",
    "—",
    "?",
    "/",
    "x",
    "ka",
    "keine",
    "keiner",
    "keinen",
    "kein",
    "na",
    "nv",
    "ohne",
    "unbekannt",
    "offen",
}
"""What people write into a cell that they leave empty, folded."""

_KEY = re.compile(r"[0-9]{14}|[0-9]{2}([ .\-/])[0-9]{3}(?:\1[0-9]{3}){3}")
_USUAL = ("99", "77")
_ROUNDED = re.compile(r"0{9,}$")
"""A key has at most six zeros at its end; more is what a spreadsheet leaves after showing it as 9.9E+13."""

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:e\+?[0-9]+)?", re.IGNORECASE)
_SCHEME = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}\.?(?::[0-9]{1,5})?(?:[/?#]\S*)?")
_BETWEEN = re.compile(r"[\s|<>]+|[,;]\s")
_AROUND = "()[]\"'„“‚‘,;"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FORMULA = re.compile(r"=[A-Za-zÄÖÜ(+\-\"'$0-9]")

AS_TEXT = "Er bleibt leer; tragen Sie die 14 Ziffern als Text ein."


class Field(NamedTuple):
    """The value of a cell, None if there is none, and what there is to say about it."""

    value: str | None
    complaint: str = ""


def clean(cell: str) -> str:
    """Return the cell without control characters and blanks around it; its lines stay lines."""
    return _CONTROL.sub(" ", cell.replace("\r\n", "\n").replace("\r", "\n")).replace("\u00a0", " ").strip()


def is_blank(text: str) -> bool:
    """Is it a cell that somebody left empty, „-“ and „k. A.“ included?"""
    return fold(text).strip() in BLANK or letters(text) in BLANK


def is_formula(text: str) -> bool:
    """Would a spreadsheet calculate it?"""
    return bool(_FORMULA.match(text))


def read_key(text: str) -> Field:
    """Return the LeiKa key as 14 digits; a damaged one is left empty rather than guessed."""
    text = text.lstrip("'").strip()
    if is_blank(text):
        return Field(None)
    shown = text[:SHOWN]
    if not _KEY.fullmatch(text):
        return Field(None, f"Der Schlüssel „{shown}“ {_damage(text)}. {AS_TEXT}")
    key = re.sub(r"[^0-9]", "", text)
    if _ROUNDED.search(key):
        return Field(None, f"Der Schlüssel „{shown}“ wurde beim Speichern gerundet und ist beschädigt. {AS_TEXT}")
    if not key.startswith(_USUAL):
        return Field(key, f"Der Schlüssel „{key}“ beginnt nicht mit 99 oder 77; bitte prüfen. Er wurde übernommen.")
    return Field(key)


def read_address(text: str) -> Field:
    """Return the first internet address of the cell, with http:// if it has no scheme."""
    if is_blank(text):
        return Field(None)
    found = [address for word in _BETWEEN.split(text) if (address := _address(word.strip(_AROUND)))]
    if not found:
        return Field(None, f"„{text[:SHOWN]}“ ist keine Internetadresse. Die Adresse bleibt leer.")
    if len(set(found)) > 1:
        return Field(found[0], f"Die Zeile nennt {len(set(found))} Adressen; übernommen wurde „{found[0]}“.")
    return Field(found[0])


def plain(address: str) -> str:
    """Return the address as far as it tells pages apart: without scheme, www and the last slash."""
    return re.sub(r"^https?://(www\.)?", "", address.casefold()).rstrip("/")


def _address(word: str) -> str | None:
    if len(word) > MAX_ADDRESS:
        return None
    if _SCHEME.match(word):
        return word
    return f"http://{word}" if _HOST.fullmatch(word) else None


def _damage(text: str) -> str:
    if is_formula(text):
        return "ist eine Formel"
    if _NUMBER.fullmatch(text) and not text.isdigit():
        return "wurde als Zahl gespeichert und ist beschädigt"
    return "ist beschädigt: Er hat nicht 14 Ziffern"
