"""
What the page „Leistung“ of the Search Console exports, in both languages, for an invented town.

Does not know what is wrong with it; the tests do.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

GERMAN = """Häufigste Suchanfragen,Klicks,Impressionen,CTR,Position
handyparken ort,25,"1.312","1,91 %","4,2"
hund anmelden ort,0,8,0 %,11
"""
ENGLISH = """Top queries,Clicks,Impressions,CTR,Position
handyparken ort,25,"1,312",1.91%,4.2
hund anmelden ort,0,8,0%,11
"""
PAGES = 'Häufigste Seiten,Klicks,Impressionen,CTR,Position\nhttps://www.ort.example/,1,9,"11,1 %",3\n'
FILTER = "Filter,Wert\nSuchtyp,{kind}\nDatum,Letzte 3 Monate\n"
CHART = 'Datum,Klicks,Impressionen,CTR,Position\n2026-11-01,3,40,"7,5 %",8\n'


def packed(folder: Path, *, queries: str = GERMAN, kind: str = "Web") -> Path:
    """Write a ZIP as the page „Leistung“ exports it."""
    files = {"Suchanfragen.csv": queries, "Seiten.csv": PAGES, "Diagramm.csv": CHART, "Filter.csv": FILTER}
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text.format(kind=kind))
    return folder / "export.zip"
