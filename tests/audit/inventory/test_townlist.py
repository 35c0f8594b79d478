"""Lists of towns as associations keep them: which column is what, what is made of a row, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from audit.inventory import townlist
from audit.inventory.townlist import TownList
from db.errors import InputError


def listed(tmp_path: Path, *rows: str, head: str = "Kommune;Homepage;Einwohner;Bundesland;AGS;Kürzel") -> TownList:
    file = tmp_path / "liste.csv"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    return townlist.read(file)


def test_a_row_becomes_a_town(tmp_path: Path) -> None:
    """With whatever is known; blank rows are nothing, and „-“ is left open."""
    (one, two) = listed(
        tmp_path, "Musterau;www.musterau.example;12.345;Bayern;;", ";;;;;", "Nordau;nordau.example;-;;;nord"
    ).towns
    assert (one.row, one.profile.key, one.profile.population, one.profile.state) == (2, "musterau", 12_345, "BY")
    assert one.profile.sites[0].url == "http://www.musterau.example"
    assert (two.row, two.profile.key, two.profile.population, two.profile.state) == (4, "nord", None, None)


def test_a_workbook_is_read_alike(tmp_path: Path) -> None:
    """Numbers are numbers there, and a key has lost its zero in front."""
    book = Workbook()
    assert book.active is not None
    for row in (
        ["Mitglieder 2026"],
        ["Stadt", "Website", "Einwohnerzahl", "AGS"],
        ["Musterau", "musterau.example", 12345, 1058001],
    ):
        book.active.append(row)
    book.save(tmp_path / "liste.xlsx")
    (one,) = townlist.read(tmp_path / "liste.xlsx").towns
    assert (one.row, one.profile.population, one.profile.state, one.profile.ars) == (3, 12_345, "SH", None)


def test_the_directory_knows_keys_and_websites(tmp_path: Path) -> None:
    """A name that one place has needs no website; of several the website or the Land tells which."""
    rows = ("Stralsund;;;;;", "Altdorf;www.altdorf.de;;Bayern;;", "Hansestadt Rostock;;;;;")
    made = listed(tmp_path, *rows)
    assert made.faults == []
    assert [one.profile.key for one in made.towns][::2] == ["stralsund", "rostock"]
    assert made.towns[0].profile.sites[0].url == "https://www.stralsund.de/"
    assert made.towns[1].profile.key.startswith("altdorf")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";www.ort.example;;;;", "Der Name des Ortes fehlt."),
        ("Ort;kein link;;;;", "„kein link“ ist keine Internetadresse."),
        ("Gibtsnichtdorf;;;;;", "„Gibtsnichtdorf“ kennt das Verzeichnis nicht."),
        ("Altdorf;;;;;", "gibt es im Verzeichnis mehrmals."),
        ("Ort;ort.example;viele;;;", "„viele“ ist keine Zahl von Einwohnern."),
        ("Ort;ort.example;0;;;", "Erwartet wird eine ganze Zahl von 1"),
        ("Ort;ort.example;;Atlantis;;", "Ein Land „Atlantis“ gibt es nicht."),
        ("Ort;ort.example;;;99123;", "„99123“ ist kein amtlicher Schlüssel."),
        ("Ort;ort.example;;;;Ort Ü", "Das Kürzel „ort ü“ geht nicht"),
        ("Ort;http://a:b@ort.example;;;;", "keinen Benutzernamen"),
        ("Gut;anders.example;;;;", "„Gut“ steht schon in Zeile 2."),
    ],
)
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    """The others are read all the same, so that all faults are told at once."""
    made = listed(tmp_path, "Gut;gut.example;;;;", row)
    assert [one.profile.key for one in made.towns] == ["gut"]
    ((number, text),) = made.faults
    assert number == 3
    assert said in text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"a;b\n1;2\n", b"Stadt;Website\n"])
def test_what_is_no_list_of_towns_is_refused(tmp_path: Path, content: bytes) -> None:
    """With the file and what to do."""
    file = tmp_path / "liste.csv"
    file.write_bytes(content)
    with pytest.raises(InputError) as fault:
        townlist.read(file)
    assert str(file) in str(fault.value)
    assert fault.value.remedy
