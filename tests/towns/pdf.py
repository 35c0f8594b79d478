"""
A small valid PDF made of lines of text, for forms that exist only on paper.

Does not wrap lines and knows one font; what matters is that it is a real PDF with real text.
"""

from __future__ import annotations

import html
import re

TAG = re.compile(r"<[^>]+>")
SPECIAL = re.compile(r"([\\()])")


def printed(title: str, body: str) -> bytes:
    """Return a PDF (version 1.4) of one page: the title and each non-empty line of the body, without its tags."""
    words = [title, *(html.unescape(TAG.sub("", line)).strip() for line in body.splitlines())]
    lines = [_string(line) for line in words if line]
    text = b"BT /F1 11 Tf 50 790 Td 16 TL\n" + b"".join(b"%s Tj T*\n" % line for line in lines) + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title %s >>" % _string(title),
    ]
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _string(text: str) -> bytes:
    return b"(%s)" % SPECIAL.sub(r"\\\1", text).encode("cp1252", errors="replace")
