"""How bytes become clean text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charset import unify

WORDS = "Für Gäste: Öffnungszeiten des Bürgerbüros in der Großen Straße, auch für Schüler und Ärzte."


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        (WORDS.encode(), "text/html; charset=utf-8", "utf-8"),
        (WORDS.encode(), "text/html", "utf-8"),
        (WORDS.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (WORDS.encode(), "text/html; charset=windows-1252", "utf-8"),
        (WORDS.encode("cp1252"), "text/html; charset=utf-8", "cp1252"),
        (WORDS.encode("cp1252"), "text/html; charset=ISO-8859-1", "cp1252"),
        (WORDS.encode("cp1252"), "text/html", "cp1252"),
        (WORDS.encode("mac_roman"), "text/html", "mac-roman"),
        (WORDS.encode("utf-8-sig"), "text/html; charset=iso-8859-1", "utf-8"),
        (WORDS.encode("utf-16"), "text/html; charset=utf-8", "utf-16-le"),
        (WORDS.encode("utf-16-le"), "text/html; charset=utf-16le", "utf-16-le"),
        (WORDS.encode(), "text/html; charset=utf-16", "utf-8"),
        (WORDS.encode("iso8859-15"), "text/html; charset=iso-8859-15", "iso8859-15"),
    ],
)
def test_bytes_are_read_as_what_they_are(body: bytes, content_type: str, charset: str) -> None:
    """A wrong declaration does not break umlauts."""
    assert unify(body, content_type) == (WORDS.encode(), charset)


@pytest.mark.parametrize(
    ("declaration", "charset"),
    [
        (b'<meta charset="windows-1252">', "cp1252"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', "cp1252"),
        (b'<?xml version="1.0" encoding="iso-8859-15"?>', "iso8859-15"),
        (b" " * 3_000 + b'<meta charset="windows-1252">', "cp1252"),
    ],
)
def test_declaration_in_the_page_counts(declaration: bytes, charset: str) -> None:
    """Without a header the first 4 kB are asked."""
    html, found = unify(declaration + WORDS.encode("cp1252"), "text/html")
    assert found == charset
    assert html.decode().endswith(WORDS)


def test_header_comes_before_meta() -> None:
    """As in browsers, the server's word is worth more than the page's."""
    body = b'<meta charset="iso-8859-15">' + "10 ¤".encode("cp1252")
    assert unify(body, "text/html; charset=windows-1252")[0].decode().endswith("10 ¤")


def test_one_broken_byte_does_not_break_the_page() -> None:
    """A page of UTF-8 with a foreign byte in it stays UTF-8, and the byte is read as Western."""
    assert unify(WORDS.encode() * 3 + b"\xfc", "text/html; charset=utf-8") == ((WORDS * 3 + "ü").encode(), "utf-8")


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("FÃ¼r GÃ¤ste", "Für Gäste"),
        ("Ãœber die StraÃŸe", "Über die Straße"),
        ("â€žOnlineâ€œ â€“ fÃ¼r â‚¬ 5â€¦", "„Online“ – für € 5…"),
        ("Â§ 5 Â· MenÃ¼\u00c2\u00a0x", "§ 5 · Menü\u00a0x"),
        ("B&amp;uuml;rger &amp;ndash; Stra&amp;szlig;e &amp;#252;ber &amp;#xFC;ber", "B&uuml;rger &ndash; Stra&szlig;e &#252;ber &#xFC;ber"),
        ("Âge château â Müller &amp; Co. ?a=1&amp;sect=2&amp;amp;b", "Âge château â Müller &amp; Co. ?a=1&amp;sect=2&amp;amp;b"),
    ],
)  # fmt: skip
def test_what_was_encoded_twice_is_mended(stored: str, meant: str) -> None:
    """Text that an old system has stored as UTF-8 of UTF-8, or escaped once more, is readable again; what only looks so stays."""
    assert unify(stored.encode(), "text/html; charset=utf-8")[0].decode() == meant


def test_nothing_invisible_is_left() -> None:
    """Soft hyphens, zero-width and control characters go, tabs and line feeds stay, and letters are composed."""
    body = "Barriere\u00adfreiheit &shy;Bür\u200bger\ufeff&#173;amt\x00\x07\x85\tu\u0308ber&zwnj;\n".encode()
    assert unify(body, "text/html")[0].decode() == "Barrierefreiheit Bürgeramt\tüber\n"


@pytest.mark.parametrize("charset", ["rot13", "zip", "idna", "undefined", "utf-7", "x-unknown", "unicode_escape"])
def test_no_codec_but_charsets(charset: str) -> None:
    """A page cannot choose a codec that is no charset."""
    assert unify(b"Amt", f"text/html; charset={charset}") == (b"Amt", "utf-8")


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "iso-8859-1", "utf-16", "gb2312", "shift_jis"]))
def test_any_bytes_become_composed_text(body: bytes, charset: str) -> None:
    """Whatever arrives becomes valid UTF-8."""
    html, _ = unify(body, f"text/html; charset={charset}")
    text = html.decode()
    assert not any(character in text for character in "\0\x07\x1f\u00ad\u200b\ufeff")
    assert unicodedata.is_normalized("NFC", re.sub("[\u2000-\u2fff]", "", text))
