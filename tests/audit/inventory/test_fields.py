"""Cells of a list: keys, addresses, and what says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.inventory import fields


@pytest.mark.parametrize(
    "text", ["99036008016000", "99 036 008 016 000", "99.036.008.016.000", "99-036-008-016-000", "'99036008016000"]
)
def test_a_key_is_its_fourteen_digits(text: str) -> None:
    """Grouping is a way of writing, not a damage."""
    assert fields.read_key(text) == ("99036008016000", "")


@pytest.mark.parametrize("text", ["99012345000000", "77012345678901"])
def test_keys_of_objects_and_of_the_lander_are_usual(text: str) -> None:
    """Six zeros at the end are a service object; 77 begins the keys of the Länder."""
    assert fields.read_key(text) == (text, "")


def test_a_key_with_another_beginning_is_kept_and_told() -> None:
    """Only most keys begin with 99 or 77."""
    value, complaint = fields.read_key("12345678901234")
    assert value == "12345678901234"
    assert "99 oder 77" in complaint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("99012345678901.0", "als Zahl gespeichert"),
        ("9.9E+13", "als Zahl gespeichert"),
        ("9,90360080E+13", "als Zahl gespeichert"),
        ("9.9036008016e+13", "als Zahl gespeichert"),
        ("99000000000000", "gerundet"),
        ("9903600801600", "nicht 14 Ziffern"),
        ("990360080160001", "nicht 14 Ziffern"),
        ("9901234567890.0", "als Zahl gespeichert"),
        ("99036008O16000", "nicht 14 Ziffern"),
        ("99 036-008 016 000", "nicht 14 Ziffern"),
        ("=A2", "Formel"),
    ],
)
def test_a_damaged_key_is_left_empty_and_not_guessed(text: str, why: str) -> None:
    """Lost digits cannot be known; the complaint says why and what to do."""
    value, complaint = fields.read_key(text)
    assert value is None
    assert why in complaint
    assert "beschädigt" in complaint or "Formel" in complaint
    assert text in complaint
    assert "als Text" in complaint


@pytest.mark.parametrize("text", ["", " ", "-", "–", "k. A.", "n/a", "keine", "?", "ohne"])
def test_a_cell_left_empty_in_words_is_no_damage(text: str) -> None:
    """„k. A.“ is not a damaged key and not a wrong address."""
    assert fields.read_key(text) == (None, "")
    assert fields.read_address(text) == (None, "")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://www.ort.example/parken?id=1", "https://www.ort.example/parken?id=1"),
        ("HTTP://www.ort.example", "HTTP://www.ort.example"),
        ("www.ort.example/parken", "http://www.ort.example/parken"),
        ("ort.example", "http://ort.example"),
        ("bücher.example/ausleihe", "http://bücher.example/ausleihe"),
        ("(www.ort.example)", "http://www.ort.example"),
        ("siehe www.ort.example/parken.", "http://www.ort.example/parken."),
        ("<https://www.ort.example/>", "https://www.ort.example/"),
        ("http://localhost:8000/", "http://localhost:8000/"),
    ],
)
def test_an_address_gets_a_scheme_and_is_otherwise_kept(text: str, address: str) -> None:
    """People leave out http://."""
    assert fields.read_address(text) == (address, "")


@pytest.mark.parametrize(
    "text", ["siehe Homepage", "info@ort.example", "Marktplatz 1, 18439 Ort", "=HYPERLINK(A1)", "ftp://ort.example/"]
)
def test_what_is_no_address_is_left_empty_and_told(text: str) -> None:
    """A mail address or a street is no page."""
    value, complaint = fields.read_address(text)
    assert value is None
    assert text in complaint


def test_of_several_addresses_the_first_is_taken_and_told() -> None:
    """A measure has one address."""
    value, complaint = fields.read_address("www.a.example; www.b.example\nwww.a.example")
    assert value == "http://www.a.example"
    assert "2 Adressen" in complaint


@given(st.text(max_size=200))
def test_no_cell_breaks_the_reading(text: str) -> None:
    """Whatever stands there, a key has 14 digits and an address a scheme, or they are empty."""
    key, address = fields.read_key(text).value, fields.read_address(text).value
    assert key is None or (len(key) == 14 and key.isascii() and key.isdigit())
    assert address is None or address.lower().startswith(("http://", "https://"))
