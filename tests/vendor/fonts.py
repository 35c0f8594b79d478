"""
The fonts of the desk out of those of KERN: ``python -m tests.vendor.fonts FOLDER`` with the unpacked package ``@kern-ux/native``.

Not run by anything: its result lies in ``reports/static/vendor``. Taking letters out makes another font under the OFL, and Fira is
a trademark, so the result has a name of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

THERE = Path("reports/static/vendor/fundstelle-sans-4.106")
WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
NAME = "Fundstelle Sans"
LATIN = (
    "U+20-7E,U+A0-FF,U+102-107,U+10C-111,U+118-11B,U+11E-11F,U+130-131,U+141-144,U+147-148,U+150-153,U+158-15B,U+15E-161,"
    "U+164-165,U+16E-171,U+178-17E,U+218-21B,U+1E9E,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,"
    "U+2039-203A,U+20AC,U+2122,U+2190-2193,U+2212,U+2260,U+2264-2265"
)
"""The letters of German and its neighbours, Turkish, and the signs of our texts."""

FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
TAKEN = {1, 3, 4, 6, 16, 18, 21}
"""Entries of the name table that hold the family's name."""


def main(folder: Path) -> int:
    """Write one file for each weight."""
    for style in WEIGHTS:
        font = TTFont(folder / f"dist/fonts/fira-sans/FiraSans-{style}.woff2", recalcTimestamp=False)
        options = subset.Options(
            flavor="woff2", layout_features=FEATURES, hinting=False, desubroutinize=False, name_IDs=["*"]
        )
        made = subset.Subsetter(options)
        made.populate(unicodes=subset.parse_unicodes(LATIN))
        made.subset(font)
        _rename(font, style)
        subset.save_font(font, THERE / f"{style.lower()}.woff2", options)
    return 0


def _rename(font: TTFont, style: str) -> None:
    for name in font["name"].names:
        if name.nameID in TAKEN:
            said = str(name)
            plain = said.replace("FiraSans", "FundstelleSans").replace("Fira Sans", NAME)
            font["name"].setName(plain, name.nameID, name.platformID, name.platEncID, name.langID)
    assert all("Fira" not in str(name) for name in font["name"].names if name.nameID in TAKEN), style


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
