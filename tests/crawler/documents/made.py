"""
PDFs and office files as towns publish them, and as strangers may send them.

Does not read any. What a library makes well is made by it; what no library would write is put together from bytes.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence

import pypdf
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, SimpleDocTemplate

STYLES = getSampleStyleSheet()
LEFT, TOP, STEP = 50, 800, 14


def drawn(*pages: Sequence[str], draw: Callable[[Canvas], None] | None = None, title: str = "") -> bytes:
    """Return a PDF with these lines on each page, and what ``draw`` puts on the last."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4)
    canvas.setTitle(title)
    for number, lines in enumerate(pages, 1):
        for place, line in enumerate(lines):
            canvas.drawString(LEFT, TOP - place * STEP, line)
        if number == len(pages) and draw is not None:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def set_in_type(*parts: tuple[str, str], title: str = "", language: str = "") -> bytes:
    """Return a PDF with these (style, text) one under the other, set in lines as wide as the page."""
    made = io.BytesIO()
    story: list[Flowable] = [Paragraph(text, STYLES[style]) for style, text in parts]
    SimpleDocTemplate(made, pagesize=A4, title=title, lang=language or None).build(story)
    return made.getvalue()


def in_columns(left: str, right: str) -> bytes:
    """Return a PDF of two columns."""
    made = io.BytesIO()
    width = A4[0]
    frames = [Frame(x, 50, width / 2 - 60, 140) for x in (50, width / 2 + 10)]
    document = BaseDocTemplate(made, pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=frames))
    document.build([Paragraph(left, STYLES["BodyText"]), Paragraph(right, STYLES["BodyText"])])
    return made.getvalue()


def scanned(stamp: str = "") -> bytes:
    """Return a PDF of two pages that are pictures, with a stamp on each."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4)
    for _ in range(2):
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
        canvas.drawString(LEFT, TOP, stamp)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def locked(body: bytes, *, user: str, owner: str = "owner") -> bytes:
    """Return a PDF that asks for a password, or, if that is empty, only forbids to change it."""
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(body))
    writer.encrypt(user, owner, algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def raw(*objects: bytes, root: int = 1) -> bytes:
    """Return a PDF of these objects without a table of where they are, so that its reader has to look for them."""
    numbered = (b"%d 0 obj\n%b\nendobj\n" % (number, content) for number, content in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer << /Root %d 0 R >>\n%%%%EOF\n" % root


def stream(content: bytes, more: bytes = b"") -> bytes:
    """Return a compressed stream."""
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %b >>\nstream\n%b\nendstream" % (len(packed), more, packed)


def painted(content: bytes) -> bytes:
    """Return a PDF of one page with this content."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    )
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        stream(content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def many_pages(count: int) -> bytes:
    """Return a PDF whose pages are all the same one."""
    kids = b" ".join([b"3 0 R"] * count)
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        stream(b"BT /F 12 Tf 50 700 Td (Seite des Haushaltsplans) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def office(**files: str) -> bytes:
    """Return a package with these files; "__" stands for the folder, "_" for the dot."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()
