"""
The language of a report: German as it is written in the code, or its translation, with numbers and dates to match.

Does not hold any words: the German ones stand where they are used and are the keys of ``locales/en.po``. The language is that of
the running task, so that a text need not be handed a language through every function that leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from db.terms import N_

__all__ = ["LOCALES", "N_", "gettext", "language", "locale", "msgids", "ngettext", "speaking"]

HERE = Path(__file__).parent / "locales"
LOCALES = {"de": Locale("de", "DE"), "en": Locale("en", "GB")}
"""By the code that a user gives: German first, for it is what the program is written in."""

_speaking: ContextVar[str] = ContextVar("language", default="de")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """
    Let everything within be said in a language of ``LOCALES``.

    Raises:
        KeyError: there is no such language.
    """
    LOCALES[language]
    token = _speaking.set(language)
    try:
        yield
    finally:
        _speaking.reset(token)


def language() -> str:
    """Return the code of the language that is spoken: "de", "en"."""
    return _speaking.get()


def locale() -> Locale:
    """Return whose numbers and dates are written."""
    return LOCALES[_speaking.get()]


def gettext(german: str) -> str:
    """Return a text in the language that is spoken; what has no translation stays German."""
    return _translations(_speaking.get()).gettext(german) if german else german


def ngettext(one: str, many: str, count: int) -> str:
    """Return the text for one or for many in the language that is spoken."""
    return _translations(_speaking.get()).ngettext(one, many, count)


def msgids() -> list[str]:
    """Return the German texts that have a translation into the language that is spoken; none if that is German."""
    catalogue = _catalogue(_speaking.get())
    return [message.id for message in catalogue if message.id and isinstance(message.id, str)] if catalogue else []


@cache
def _translations(language: str) -> NullTranslations:
    catalogue = _catalogue(language)
    if catalogue is None:
        # In German one is one and all else is many, as in English; so no catalogue is needed.
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _catalogue(language: str) -> Catalog | None:
    """Return the translations out of the file that people edit, so that nothing compiled can be older than it."""
    file = HERE / f"{language}.po"
    if not file.exists():
        return None
    with file.open("rb") as lines:
        return read_po(lines, locale=language, charset="utf-8", abort_invalid=True)
