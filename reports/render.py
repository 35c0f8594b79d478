"""
From a dictionary to one HTML file: the one Jinja2 environment, numbers and dates, and the filter for foreign text.

Does not know what a report says and does not open a database. Every value passes ``clean`` before a template sees it and is
escaped when it is printed, so that no text of a crawled page can act in the reader's browser or upset the lines around it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import desk_words, language, stored, words
from reports.language import gettext as _
from reports.marks import marked

HERE = Path(__file__).parent
LONGEST = 1000
"""Characters of one text or address that are printed; a longer one is no sentence and would bury the report."""

LONGEST_ADDRESS = 120
"""Characters of an address that are shown; the link keeps all of it."""

_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SPACES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Marks that turn the writing direction, zero-width spaces and invisible tag letters: they hide or reorder what is read.
_HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]")
_MONTH = re.compile(r"\d{4}-\d\d")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)


class Address(str):
    """An address to be sent and not to be read: it is printed whole, for a part of it leads nowhere."""

    __slots__ = ()


class Typed(Address):
    """What somebody typed or will change, given back in its field: cut or on one line it would be saved so."""

    __slots__ = ()


_trail: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("trail", default=())


@contextmanager
def below(*places: tuple[str, str]) -> Iterator[None]:
    """Let every page made within lead up to these places, each ``(relative address, words)``, the uppermost first."""
    token = _trail.set(places)
    try:
        yield
    finally:
        _trail.reset(token)


def page(template: str, *, sheet: str = "report.css", **values: object) -> str:
    """Return the finished page: the template filled with these values, its style inside, everything else locked out."""
    trail = [{"href": href, "words": words} for href, words in _trail.get()]
    style, safe = _style(sheet), clean({**values, "trail": trail})
    text = environment().get_template(template).render(style=Markup(style), policy=policy(sheet), **safe)  # noqa: S704 our own file
    return text.rstrip() + "\n"


def streamed(template: str, *, rows: Iterator[list[Any]], sheet: str = "report.css", **values: object) -> Iterator[str]:
    """Yield a page as ``page`` makes it, in parts, while its ``rows`` are made; for tables that are too long to be held."""
    style, safe = _style(sheet), clean({**values, "trail": []})
    cleaned = (clean(row) for row in rows)
    made = environment().get_template(template)
    yield from made.generate(style=Markup(style), policy=policy(sheet), rows=cleaned, **safe)  # noqa: S704 our own file


def policy(sheet: str = "report.css") -> str:
    """Return what such a page may do: with its own style, and without a script, an image or a connection, nothing leaves the machine."""
    style = f"'sha256-{_fingerprint(_style(sheet))}'"
    return f"default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'"


def screen(template: str, *, inside: str = "", **values: object) -> str:
    """
    Return a page of the desk; its style comes from the server that shows it, and so does its policy.

    ``inside`` is a part of a page that was made by this function before, and stays as it is.
    """
    text = environment().get_template(template).render(inside=Markup(inside), **clean(values))  # noqa: S704 made here
    return text.rstrip() + "\n"


@cache
def static(name: str) -> str:
    """Return the address of a file of ours at the desk, with its fingerprint, so that browsers may keep it."""
    return f"/static/{name}?{_fingerprint(_style(name))[:12]}"


@cache
def environment() -> Environment:
    """Return the environment of all templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        # They are part of the program and do not change while it runs.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Newstyle: values go in by name and are escaped like any other value, whatever a translation says around them.
    made.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(number=number, nth=nth, day=day, moment=moment, shown=shown, say=words.say)
    made.filters.update(brief=brief, of_100=of_100, said=said, told=stored.told, clock=clock, marked=marked)
    made.tests.update(address=is_address)
    made.globals.update(
        words=words,
        desk_words=desk_words,
        anchor=anchor,
        amount=amount,
        language=language.language,
        lang_of=lang_of,
        capital=capital,
        static=static,
    )
    return made


def clean(value: Any) -> Any:
    """
    Return a text without control characters, turned writing and broken characters, and not longer than ``LONGEST``.

    Lists and dictionaries come back with all their texts cleaned, an ``Address`` stays as it is. This happens before a template joins or cuts texts, because
    what Jinja2 has once joined and escaped can no longer be told from markup of our own.
    """
    if isinstance(value, dict):
        return {key: clean(part) for key, part in value.items()}
    if isinstance(value, list):
        return [clean(part) for part in value]
    if not isinstance(value, str) or isinstance(value, Address):
        return value
    text = printable(value[: 2 * LONGEST])
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + cut()


def cut() -> str:
    """Return what stands at the end of a text that was cut."""
    return " … " + _("(gekürzt)")


def printable(text: str) -> str:
    """Return a text on one line, without control characters, turned writing and broken characters; its length is not limited."""
    return text if text.isprintable() else _HIDDEN.sub("", _SPACES.sub(" ", _BROKEN.sub("\ufffd", text)))


def is_address(value: object) -> bool:
    """Say whether a text may become a link: http or https, a host, no user name, nothing hidden in it."""
    if not isinstance(value, str) or len(value) > LONGEST or clean(value) != value or not _ADDRESS.fullmatch(value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc


def shown(address: str) -> str:
    """Return an address as a person reads it: without the scheme and the last slash, its middle left out if it is long."""
    text = re.sub(r"^https?://", "", str(clean(address)), flags=re.IGNORECASE).removesuffix("/")
    if len(text) <= LONGEST_ADDRESS:
        return text
    half = LONGEST_ADDRESS // 2
    return f"{text[:half]}…{text[-half:]}"


def brief(text: str) -> str:
    """Return a sentence with its addresses as a person reads them."""
    return _ADDRESS.sub(lambda found: shown(found[0]), text)


def said(text: str, of: str = "de") -> str:
    """Return a text that was stored in German in the language of the page; what has no translation is in the language ``of``."""
    if language.language() == "de":
        return text
    pieces = (
        escape(piece) if is_ours else Markup("<bdi{}>{}</bdi>").format(lang_of(of), piece)
        for piece, is_ours in stored.parts(text)
    )
    return Markup("").join(pieces)


def capital(german: str) -> str:
    """Return a word as it stands alone above a column or before a value: with a capital in every language."""
    word = _(german)
    return word[:1].upper() + word[1:]


def lang_of(of: str = "de") -> Markup:
    """Return the attribute that tells a reading voice that a text is in another language than the page; nothing if it is not."""
    return Markup(' lang="{}"').format(of) if of != language.language() else Markup("")


def of_100(share: float) -> int:
    """Return how many of a hundred a share (0..1) is."""
    return round(100 * share)


def anchor(key: str) -> str:
    """Return the name by which other parts of the page link to a criterion."""
    return "k-" + re.sub(r"[^a-z0-9-]+", "-", key[:LONGEST_ADDRESS].lower())


def number(value: float) -> str:
    """Return a number as it is written where the language is spoken: 4.812 in German, 4,812 in English."""
    return str(format_decimal(value, locale=language.locale()))


def amount(value: int, one: str, many: str) -> str:
    """Return a count with its noun in the language that is spoken: "1 Angebot", "2 Angebote", "0 Angebote"."""
    noun, several = language.ngettext(one, many, value), language.ngettext(one, many, 2)
    # A noun that is a heading too has a capital in English, which it loses behind a number; its plural tells whether it has one by itself.
    return f"{number(value)}\u00a0{noun[:1].lower() + noun[1:] if several[:1].islower() else noun}"


def nth(place: int) -> str:
    """Return the number of a day in its month: "3." in German, "3rd" in English."""
    if language.language() == "de":
        return f"{place}."
    ending = "th" if place in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def day(value: str) -> str:
    """Return the date of a moment or month in ISO 8601: "25. November 2026", "November 2026"; other texts as they are."""
    is_month = _MONTH.fullmatch(value) is not None
    found = _moment(f"{value}-01" if is_month else value)
    shape = "MMMM y" if is_month else "long"
    return value if found is None else str(format_date(found, format=shape, locale=language.locale()))


def moment(value: str) -> str:
    """Return the date and time of a moment in ISO 8601: "25. November 2026, 14:05 Uhr"; other texts as they are."""
    found = _moment(value)
    if found is None:
        return value
    time = format_time(found, format="HH:mm", locale=language.locale())
    shape = _("{day}, {time} Uhr")
    return shape.format(day=day(value), time=time)


def clock(value: str) -> str:
    """Return the time of day of a moment in ISO 8601: "14:05:09"; other texts as they are."""
    found = _moment(value)
    return value if found is None else str(format_time(found, format="HH:mm:ss", locale=language.locale()))


def _moment(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    # A date without a time stays the date it is.
    return found.astimezone(ZoneInfo("Europe/Berlin")) if found.tzinfo else found


@cache
def _style(sheet: str) -> str:
    return (HERE / "static" / sheet).read_text(encoding="utf-8")


def _fingerprint(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
