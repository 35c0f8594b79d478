"""
Bytes of a page into clean text.

Does not parse HTML: it only looks for the declarations that w3lib knows, and trusts the bytes more than what is declared.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

WESTERN = "cp1252"
"""What browsers take for latin-1, and what German pages of old editors are written in."""

SAMPLE = 20_000  # bytes; guessing costs about a millisecond for each thousand
_CANDIDATES = [WESTERN, "mac_roman", "cp850"]  # old Windows, Macintosh and DOS editors
# Python knows codecs that are no charsets (rot13, zip, idna); a page must not choose one of those.
_KNOWN = re.compile(
    r"cp\d+|iso8859-\d+|iso2022_jp|koi8-[ru]|mac-(?:roman|cyrillic)|utf-(?:8|16|32)(?:-[bl]e)?|gb18030|big5\w*|euc_\w+|shift_jis"
)

# Everything below the space except tab, line feed and carriage return; the form feed is handled as white space.
_CONTROL = bytes(number for number in [*range(0x20), 0x7F] if number not in {0x09, 0x0A, 0x0C, 0x0D})
_CONTROL_BYTE = re.compile(b"[%b]" % re.escape(_CONTROL))
_PRINTED = bytes(number for number in range(0x80) if number not in _CONTROL)
_C1_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_CONTROL_OR_C1 = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
# The same signs as UTF-8: soft hyphen, zero-width and directional marks, byte order marks.
_INVISIBLE = re.compile(rb"\xc2\xad|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4\xa6-\xa9]|\xef\xbb\xbf")
_INVISIBLE_ENTITY = re.compile(
    rb"&(?:shy|zwn?j|ZeroWidthSpace|NoBreak|#0*(?:173|820[3-7]|8288|65279)|#[xX]0*(?:[aA][dD]|200[b-fB-F]|2060|[fF][eE][fF][fF]));"
)
# What German pages are made of, Latin letters and typography, is composed already; only other first bytes can need it.
_LOOSE = re.compile(rb"[\xcc-\xe1\xe3-\xf4]")
# UTF-8 that was once read as Western and stored again. A sign whose last byte Western does not know lost it on the way.
_TWICE = {
    sign.encode().decode(WESTERN, errors="ignore").encode(): sign.encode()
    for sign in (*"äöüßÄÖÜéèáàç§°·«»", "\N{NO-BREAK SPACE}", *"„“‚‘’–—…•€", "”")
}
_STORED_TWICE = re.compile(b"|".join(map(re.escape, _TWICE)))
_MAYBE_TWICE = (b"\xc3\x83", b"\xc3\x82", b"\xc3\xa2\xe2")  # "Ã", "Â", and "â" before a sign
# An entity that an editor escaped once more, so that people read "B&uuml;rger". Not "&amp;amp;": addresses are right with it.
_ESCAPED_TWICE = re.compile(
    rb"&amp;((?:[aouAOU]uml|szlig|[ae]acute|[ae]grave|ccedil|nbsp|shy|[nm]dash|[blr]dquo|sbquo|[lr]squo|[lr]aquo"
    rb"|hellip|bull|middot|euro|sect|deg|copy|reg|#\d{2,5}|#[xX][\da-fA-F]{2,4});)"
)


def unify(body: bytes, content_type: str = "") -> tuple[bytes, str]:
    """
    Return a page as clean UTF-8 and the name of the charset it was read with.

    A byte order mark wins, then the HTTP header, then the first 4 kB (meta, XML declaration), as in the HTML standard,
    section 13.2.3; but text that is valid UTF-8 is UTF-8 whatever is declared, and text that is not cannot be. The text
    is in NFC and free of soft hyphens, zero-width and control characters.
    """
    mark, mark_bytes = read_bom(body)
    if mark is not None and mark_bytes is not None:
        return _foreign(body[len(mark_bytes) :], mark)
    declared = _known(http_content_type_encoding(content_type)) or _known(html_body_declared_encoding(body))
    if declared in {None, "utf-8", WESTERN} or (_is_wide(declared) and b"\0" not in body[:64]):
        return _unsure(body, charset=declared)
    assert declared is not None
    return _foreign(body, declared)


def _foreign(body: bytes, charset: str) -> tuple[bytes, str]:
    """Read what is neither plain UTF-8 nor Western."""
    return _clean(_normal(_CONTROL_OR_C1.sub("", body.decode(charset, errors="replace")))), charset


def _unsure(body: bytes, *, charset: str | None) -> tuple[bytes, str]:
    """Read what claims to be UTF-8 or Western, or claims nothing."""
    # What is no plain sign is little on most pages, and all further questions are about that.
    rare = body.translate(None, _PRINTED)
    if _CONTROL_BYTE.search(rare):
        body = body.translate(None, _CONTROL)
    whole = _C1_IN_UTF8.sub(b"", body) if _C1_IN_UTF8.search(rare) else body
    try:
        text = whole.decode("utf-8")
    except UnicodeDecodeError:
        if _mostly_utf8(body):
            return _clean(_normal(body.decode("utf-8", errors="western"))), "utf-8"
        charset = _guess(body) if charset is None else WESTERN
        return _clean(body.decode(charset, errors="ignore").encode()), charset
    return (
        _clean(_normal(text) if _LOOSE.search(rare) else whole, rare),
        WESTERN if charset == WESTERN and body.isascii() else "utf-8",
    )


def _normal(text: str) -> bytes:
    """Return a text in NFC; what is half a character to Unicode is dropped."""
    return unicodedata.normalize("NFC", text).encode("utf-8", errors="ignore")


def _mostly_utf8(body: bytes) -> bool:
    """A page cut in the middle of a character, or with one foreign block, is still UTF-8."""
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = len(body) - len(text.encode("ascii", errors="ignore")) - broken
    return whole > 8 * broken  # two bytes for each umlaut: four good ones for each bad one


def _guess(body: bytes) -> str:
    start = next((place for place, byte in enumerate(body) if byte > 0x7F), 0)  # noqa: PLR2004 - the end of ASCII
    sample = body[max(0, start - SAMPLE // 2) : start + SAMPLE // 2]
    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    return codecs.lookup(best.encoding).name if best is not None and best.encoding != "ascii" else WESTERN


def _known(charset: str | None) -> str | None:
    name = codecs.lookup(charset).name if charset else ""
    return name if _KNOWN.fullmatch(name) else None


def _is_wide(charset: str | None) -> bool:
    """A page whose declaration could be read byte by byte is not written in two bytes for each character."""
    return charset is not None and charset.startswith(("utf-16", "utf-32"))


def _clean(text: bytes, rare: bytes | None = None) -> bytes:
    """
    Return UTF-8 without what cannot be seen, and with its umlauts mended.

    Args:
        text: To be cleaned.
        rare: Its bytes beyond ASCII, if they are at hand.
    """
    rare = text if rare is None else rare
    if any(mark in rare for mark in _MAYBE_TWICE):
        text = _STORED_TWICE.sub(lambda match: _TWICE[match[0]], text)
    if _INVISIBLE.search(rare):
        text = _INVISIBLE.sub(b"", text)
    if b"&" in text:
        text = _ESCAPED_TWICE.sub(rb"&\1", text)
        text = _INVISIBLE_ENTITY.sub(b"", text)
    return text


def _western(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that broke UTF-8 as Western ones."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode(WESTERN, errors="ignore"), error.end


codecs.register_error("western", _western)
