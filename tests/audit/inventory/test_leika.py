"""The official list of services is read however it was saved, and says what it knows of a catalogue's keys."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from audit.inventory import leika
from audit.inventory.leika import Service
from db.errors import MeasuresError
from tests.audit.classify.made import PARKING, TAX, catalogue, criterion

ROWS = [
    ("99102008000000", "Hundesteuer Festsetzung", "Hund anmelden"),
    ("99115003012000", "Meldebescheinigung Ausstellung", "Meldebescheinigung beantragen"),
    ("99115003012001", "Meldebescheinigung Ausstellung erweitert", "Meldebescheinigung beantragen, erweitert"),
    ("99012345678901", "Waffenbesitzkarte Erteilung", "Waffe, Karte; öffentlich"),
]
RECORD = criterion("meldebescheinigung", "transaction", name="Meldebescheinigung online", object=["meldebescheinigung"])


def official(
    path: Path, *, rows: list[tuple[str, ...]] = ROWS, sign: str = ";", encoding: str = "cp1252", head: str = ""
) -> Path:
    """Write a list as fimportal.de does, or otherwise."""
    names = head or sign.join(["Schluessel", "Bezeichnung", "Bezeichnung2"])
    lines = [names, *(sign.join(f'"{cell}"' for cell in row) for row in rows)]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("sign", "encoding", "head"),
    [
        (";", "cp1252", ""),
        (",", "utf-8-sig", '"Leistungsschlüssel","Leistungsbezeichnung I","Leistungsbezeichnung II"'),
        ("\t", "utf-16", "LeiKa-Schlüssel\tName\tBezeichnung 2"),
    ],
)
def test_the_list_is_read_however_it_was_saved(tmp_path: Path, sign: str, encoding: str, head: str) -> None:
    """Delimiter, quotes, encoding and the words above the columns differ from year to year."""
    found = leika.read(official(tmp_path / "liste.csv", sign=sign, encoding=encoding, head=head))
    assert [service.key for service in found.services.values()] == [row[0] for row in ROWS]
    assert found.services["99012345678901"] == Service("99012345678901", ROWS[3][1:], 5)
    assert found.notes == []


def test_the_list_is_read_out_of_its_zip_file(tmp_path: Path) -> None:
    """The portal offers it packed."""
    with zipfile.ZipFile(tmp_path / "liste.csv.zip", "w") as archive:
        archive.write(official(tmp_path / "liste.csv"), "leika_leistungen_de.csv")
        archive.writestr("liesmich.txt", "Stand November")
    assert len(leika.read(tmp_path / "liste.csv.zip").services) == 4


def test_damaged_keys_are_told_with_their_row(tmp_path: Path) -> None:
    """Excel rounds keys to 9.9E+13 and drops digits; such a row proves nothing."""
    rows = [("9.9102E+13", "Hund", ""), ("9911500301200", "Pass", ""), ("99000000000000", "Bad", ""), *ROWS]
    found = leika.read(official(tmp_path / "liste.csv", rows=rows))
    assert [note.row for note in found.notes] == [2, 3, 4]
    assert all("beschädigt" in note.text and "zählt nicht mit" in note.text for note in found.notes)
    assert len(found.services) == 4


def test_more_rows_than_a_list_of_measures_may_have(tmp_path: Path) -> None:
    """The official list is longer than any town's."""
    rows = [(f"99{number:012d}", "Sache", "") for number in range(1, 20_003)]
    assert len(leika.read(official(tmp_path / "liste.csv", rows=rows)).services) == 20_002


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a;b\n1;2\n", "keine Spalte mit Schl"),
        (b"Bezeichnung;Stand\nHund;heute\n", "keine Spalte mit Schl"),
        (b"", "keine Spalte mit Schl"),
        (b"PK\x03\x04 no archive", "ZIP-Datei ist besch"),
        (b'Schluessel;Bezeichnung\n"99102008000000;Hund\n', "passen"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """The message says where to get the right file."""
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(MeasuresError, match=told) as caught:
        leika.read(path)
    assert caught.value.remedy


def test_an_archive_without_one_list_is_refused(tmp_path: Path) -> None:
    """Nobody can tell which of two is meant."""
    with zipfile.ZipFile(tmp_path / "zwei.zip", "w") as archive:
        archive.writestr("eins.csv", "a")
        archive.writestr("zwei.csv", "b")
    with pytest.raises(MeasuresError, match="enthält 2 CSV-Dateien"):
        leika.read(tmp_path / "zwei.zip")
    with pytest.raises(MeasuresError, match="gibt es nicht"):
        leika.read(tmp_path / "fehlt.zip")


def test_a_key_has_to_be_there_and_to_mean_the_criterion() -> None:
    """One that is not in the list was invented or withdrawn; one with another name was mixed up."""
    wrong = TAX.model_copy(update={"leika": ["99102008000000", "99999999999999", "99012345678901"]})
    services = {row[0]: Service(row[0], row[1:], place) for place, row in enumerate(ROWS, 2)}
    found = leika.compare(catalogue(wrong, PARKING), services)
    assert found.confirmed == 1
    assert [(doubt.key, doubt.service and doubt.service.row) for doubt in found.doubts] == [
        ("99999999999999", None),
        ("99012345678901", 5),
    ]


def test_services_are_proposed_for_criteria_without_a_key() -> None:
    """The likeliest first, five at most, only for what a person can apply for, and never what another criterion means."""
    more = {f"9911500301{number:04d}": ("Meldebescheinigung Erteilung",) for number in range(8)}
    rows = {row[0]: row[1:] for row in ROWS} | more
    services = {key: Service(key, names, 2) for key, names in rows.items()}
    found = leika.compare(catalogue(RECORD, PARKING, TAX), services)
    assert list(found.proposals) == ["meldebescheinigung"]
    proposals = found.proposals["meldebescheinigung"]
    assert len(proposals) == leika.MOST
    assert all("Meldebescheinigung" in one.service.names[0] and one.score >= leika.LIKELY for one in proposals)
    assert [one.score for one in proposals] == sorted((one.score for one in proposals), reverse=True)
