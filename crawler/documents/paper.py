"""
Is a text a form to print and fill in by hand?

Does not look at fields of the file: those are for the screen. One sign proves nothing - statutes speak of signatures, and
tables of contents have dots - so two different signs are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_PAGES = 16
"""Longer ones are not forms, but contain one at most."""

_GAP = re.compile(
    r"_{4,}|(?<!\.)\.{6,}+(?!\s?\d{1,3}$)|(?<!…)…{3,}+(?!\s?\d{1,3}$)"
)  # dots with a figure behind them lead to a page
_BOX = re.compile(r"[☐□❏❑❒◻]|(?:^|\s)[oO](?=\s[A-ZÄÖÜ][a-zäöü]+\s[oO]\s)")
_SIGNATURE = re.compile(
    r"(?:^|[\s,/(])unterschrift(?:en)?(?:$|[\s,/():_.]|\s(?:de[rs]|antragst|erziehungs|gesetzl)\b)", re.IGNORECASE
)
_ASK = re.compile(
    r"\b(?:bitte (?:(?:vollständig|gut|deutlich|leserlich|in|mit) )*+(?:\w+ )?(?:ausfüllen|ankreuzen)|zutreffendes (?:bitte )?ankreuzen"
    r"|(?:bitte )?in (?:druckbuchstaben|blockschrift)|nicht zutreffendes (?:bitte )?streichen|vom (?:antragsteller|amt) auszufüllen)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:name|familienname|vorname|straße|strasse|anschrift|plz|wohnort|geburtsdatum|geburtsort|telefon|iban|kontoinhaber|kennzeichen"
    r"|ort, datum|datum, ort)\b[^.!?]{0,40}$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:\w*antrag|\w*formular|\w*vordruck|\w*anmeldung|\w*abmeldung|\w*meldebogen|\w*fragebogen|\w*vollmacht|einverständniserklärung"
    r"|\w*mandat|\w*anzeige)\b(?! (?:der|im|an den) (?:fraktion|rat|stadtrat|ausschuss))",
    re.IGNORECASE,
)
_SHORT = 90  # characters of a label
_ENOUGH = 2


def is_form(lines: Sequence[str], *, title: str, pages: int) -> bool:
    """Tell whether at least two kinds of signs say that something is to be filled in by hand."""
    if pages > MAX_PAGES:
        return False
    short = [line for line in lines if len(line) <= _SHORT]
    signs = (
        sum(_GAP.search(line) is not None for line in lines) >= 2,  # noqa: PLR2004
        sum(len(_BOX.findall(line)) for line in lines) >= 2,  # noqa: PLR2004
        any(_SIGNATURE.search(line) for line in short),
        any(_ASK.search(line) for line in lines),
        sum(_LABEL.match(line) is not None for line in short) >= 3,  # noqa: PLR2004
        any(_NAMED.search(line) for line in (title, *short[:3])),
    )
    return sum(signs) >= _ENOUGH and any(signs[:4])
