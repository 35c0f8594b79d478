"""
Pictures of what the demonstration wrote, and the page that shows them: ``python -m tests.towns.pictures build/demo``.

Does not audit and draws nothing itself: a real browser shows the pages, a real reader the PDF.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import chromium

DOCS = Path("docs")
COLOURS = 64
"""Of a picture: enough for our pages, and a fifth of the bytes."""


class Shot(NamedTuple):
    """One picture: what file of the demonstration, how wide the window, and how much of the page, in CSS pixels."""

    name: str
    file: str
    words: str
    width: int = 1280
    height: int = 1500
    part: str = ""  #: selector of the part that is shown; empty: from the top


SHOTS = (
    Shot("bericht", "musterhafen/musterhafen-*.html", "Der Lückenbericht: das Ergebnis in einem Satz, was lesbar war, und die zehn Bereiche."),
    Shot("schritte", "musterhafen/musterhafen-*.html", "Die nächsten Schritte mit Wirkung, Aufwand und dem Wortlaut zum Kopieren.", part="section[aria-labelledby=schritte]"),
    Shot("befunde", "musterhafen/musterhafen-*.html", "Jeder Befund mit Beleg, Weg und Rat.", part="section[aria-labelledby=befunde]"),
    Shot("telefon", "musterhafen/musterhafen-*.html", "Derselbe Bericht auf dem Telefon.", width=390, height=1400),
    Shot("kurzbericht", "musterhafen/musterhafen-*-kurz.pdf", "Eine Seite für Rat und Verwaltungsspitze, als PDF."),
    Shot("vergleich", "vergleich-musterhafen-nachbarau.html", "Zwei Städte nebeneinander: Spannen statt Plätze.", height=1300),
    Shot("aenderungen", "aenderungen-musterhafen-*.html", "Was sich zwischen zwei Prüfungen geändert hat, und warum."),
    Shot("verlauf", "verlauf-musterhafen.html", "Der Verlauf über alle Prüfungen.", height=1000),
    Shot("dossier", "musterhafen/dossier/*.html", "Das Dossier für eine Rangliste: Antwort, Fundstelle, Zitat, Zeitpunkt, Prüfsumme."),
    Shot("angebote", "musterhafen/digitale-angebote/digitale-angebote.html", "Die Seite „Digitale Angebote“, die eine Stadt selbst veröffentlichen kann."),
    Shot("weitergeben", "weitergeben/index.html", "Alles zum Weitergeben: Ordner oder ZIP für jeden Webspace.", height=760),
)  # fmt: skip


def main(folder: Path) -> int:
    """Write the pictures to ``docs/pictures`` and the page ``docs/reports.md``."""
    (DOCS / "pictures").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for shot in SHOTS:
            _write(shot.name, _taken(shot, folder, browser))
        browser.close()
    (DOCS / "reports.md").write_text("\n".join(_page()), encoding="utf-8")
    print(DOCS / "reports.md")
    return 0


def _taken(shot: Shot, folder: Path, browser: Browser) -> Image.Image:
    file = next(iter(sorted(folder.glob(shot.file))), None)
    assert file is not None, f"the demonstration wrote no {shot.file}"
    if file.suffix == ".pdf":
        picture: Image.Image = pypdfium2.PdfDocument(file)[0].render(scale=1.5).to_pil()
        return picture
    page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
    page.goto(file.resolve().as_uri())
    top = 0.0
    if shot.part:
        box = page.locator(shot.part).first.bounding_box()
        assert box is not None
        top = box["y"] - 16
    clip = {"x": 0, "y": top, "width": shot.width, "height": shot.height}
    content = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    page.close()
    return Image.open(io.BytesIO(content))


def _write(name: str, picture: Image.Image) -> None:
    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(DOCS / "pictures" / f"{name}.png", optimize=True)


def _page() -> Iterator[str]:
    yield "# Die Berichte in Bildern"
    yield ""
    yield "Von `make pictures` aus der Vorführung mit den erfundenen Städten Musterhafen und Nachbarau aufgenommen."
    for shot in SHOTS:
        yield f"\n## {shot.words}\n\n![{shot.words}](pictures/{shot.name}.png)"
    yield ""


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:2] or ["build/demo"])))
