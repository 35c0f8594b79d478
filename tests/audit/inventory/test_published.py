"""Lists of published ranks: what is wrong is told with its line, what fits nobody is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.inventory import published
from db.errors import InputError
from db.models import Town

HEAD = "year,town,rank,cities,degree_percent,source"
GOOD = "2021,Greifswald,87,403,,https://press.example/"


def file(folder: Path, *lines: str) -> str:
    path = folder / "plaetze.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_the_list_that_comes_with_the_program() -> None:
    """Each rank has its source, and no rank is beyond the number of cities."""
    ranks = published.read("haselhorst")
    assert len(ranks) == 19
    assert all(rank.source.startswith("https://") and rank.rank <= rank.cities for rank in ranks)
    assert {rank.town for rank in ranks if rank.rank == 1} == {"München"}


def test_a_list_may_be_saved_by_excel(tmp_path: Path) -> None:
    """With semicolons, a comma in numbers and columns in another order."""
    path = file(tmp_path, "rank;town;cities;year;degree_percent", "3;Köln;409;2023;45,8")
    assert published.read(path) == [published.Rank(2, 2023, "Köln", 3, 409, 45.8, "")]


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        (["year,town,cities", "2021,Greifswald,403"], 1, "Die Spalte „rank“ fehlt"),
        ([HEAD, GOOD, "2021,Wismar,x,403,,"], 3, "In „rank“ steht „x“"),
        ([HEAD, "2021,Wismar,404,403,,"], 2, "Platz 404 von 403"),
        ([HEAD, "2021,Wismar,0,403,,"], 2, "In „rank“ steht „0“"),
        ([HEAD, "21,Wismar,4,403,,"], 2, "In „year“ steht „21“"),
        ([HEAD, "2021,Wismar,4,,,"], 2, "In „cities“ steht „“"),
        ([HEAD, "2021,,4,403,,"], 2, "Der Name der Stadt fehlt"),
        ([HEAD, "2021,Wismar,4,403,viel,"], 2, "In „degree_percent“ steht „viel“"),
        ([HEAD, "2021,Wismar,4,403,nan,"], 2, "In „degree_percent“ steht „nan“"),
        ([HEAD, GOOD, "2021,Hansestadt Greifswald,88,403,,"], 3, "steht für 2021 schon in Zeile 2"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, lines: list[str], line: int, told: str) -> None:
    """And with what to do."""
    with pytest.raises(InputError, match=told) as caught:
        published.read(file(tmp_path, *lines))
    assert (caught.value.line, bool(caught.value.remedy)) == (line, True)


def test_an_empty_or_missing_file_is_told(tmp_path: Path) -> None:
    """With the lists there are."""
    with pytest.raises(InputError, match="leer"):
        published.read(file(tmp_path, ""))
    for wrong in (str(tmp_path / "fehlt.csv"), str(tmp_path)):
        with pytest.raises(InputError, match=r"lässt sich nicht lesen.*haselhorst"):
            published.read(wrong)


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    """Only CSV is read, so nothing else is recommended."""
    (tmp_path / "plaetze.csv").write_bytes(b"\x00\x01,\x02\n")
    with pytest.raises(InputError, match="Nullzeichen") as caught:
        published.read(str(tmp_path / "plaetze.csv"))
    assert caught.value.remedy == "Speichern Sie die Liste als „CSV UTF-8“."


def test_towns_are_known_by_key_name_and_title(tmp_path: Path) -> None:
    """Other places are counted, and what no place is called is named with its line."""
    path = file(tmp_path, HEAD, "2021,Universitäts- und Hansestadt Greifswald,87,403,,", "2021,Rostock,1,403,,", "2021,Rostokk,2,403,,", "2021,ort,3,403,,")  # fmt: skip
    towns = [Town(key="greifswald", name="Greifswald"), Town(key="ort", name="Ein Ort")]
    told = published.matched(published.read(path), towns)
    assert [(row["town"], row["rank"]) for row in told["rows"]] == [("greifswald", 87), ("ort", 3)]
    assert (told["others"], told["unknown"]) == (1, ["Rostokk (Zeile 4)"])
