"""What a new list of measures changes of the old one, and what of it is kept."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.inventory import revision
from audit.inventory.revision import FIELDS, Difference
from db.models import Measure

ALL = (*FIELDS, "criterion")


def one(title: str, row: int = 2, **values: Any) -> Measure:
    return Measure(town_id=0, title=title, row=row, **values)


def compare(old: list[Measure], new: list[Measure], columns: tuple[str, ...] = ALL) -> Difference:
    pairs = revision.pair(old, new)
    revision.carry(pairs, columns)
    return revision.compare(pairs)


def test_a_measure_is_known_by_its_surest_sign() -> None:
    """Whatever line it stands in: by title and address, else by key, title or address, if they are only there once."""
    old = [
        one("Handyparken", 2, address="http://a/p"),
        one("Hundesteuer", 3, key="99108026012000"),
        one("Mängelmelder", 4),
        one("Alte Bezeichnung", 5, address="http://a/x"),
        one("Fällt weg", 6),
    ]
    new = [
        one("maengelmelder", 2),
        one("Hundesteuer online", 3, key="99108026012000"),
        one("Handyparken", 4, address="https://www.a/p/"),
        one("Neue Bezeichnung", 5, address="http://a/x"),
        one("Neu", 6),
    ]
    found = compare(old, new)
    assert [(change.old.row, change.new.row, change.fields) for change in found.changed] == [
        (4, 2, ["title"]),
        (3, 3, ["title"]),
        (2, 4, ["address"]),
        (5, 5, ["title"]),
    ]
    assert [one.title for one in found.added] == ["Neu"]
    assert [one.title for one in found.dropped] == ["Fällt weg"]


def test_what_is_there_twice_proves_nothing() -> None:
    """Two lines of the same key are told apart by their titles, or not at all."""
    old = [one("A", 2, key="99108026012000"), one("B", 3, key="99108026012000")]
    new = [one("C", 2, key="99108026012000"), one("B", 3, key="99108026012000")]
    found = compare(old, new)
    # B is known by its title; then the key is there once on both sides.
    assert [(change.old.title, change.new.title) for change in found.changed] == [("A", "C")]
    assert [pair[0].title for pair in found.kept] == ["B"]


def test_a_missing_column_says_nothing_and_an_empty_one_does() -> None:
    """A list of titles keeps notes and criteria by hand; a list with an empty column of notes empties them."""

    def old() -> list[Measure]:
        return [one("Handyparken", note="mit App", criterion="handyparken", matched_by="column")]

    kept = compare(old(), [one("Handyparken")], ("title",))
    assert not kept.changed
    [(_, new)] = kept.kept
    assert (new.note, new.criterion, new.matched_by) == ("mit App", "handyparken", "column")
    [change] = compare(old(), [one("Handyparken")]).changed
    assert change.fields == ["note", "criterion"]


def test_only_what_people_wrote_counts() -> None:
    """A criterion that was found by matching, and the line of the file, are no change."""
    old = [one("Handyparken", 2, criterion="handyparken", matched_by="title")]
    found = compare(old, [one("Handyparken", 9)])
    assert not found.changed


def test_a_state_is_written_back_as_it_was() -> None:
    """Also that a person said there is no criterion."""
    none = one("Handyparken", criterion=None, matched_by="column")
    line = one("Anders", criterion="hundesteuer", matched_by="title")
    assert revision.put(line, revision.state(none)) == ["title", "criterion"]
    assert (line.title, line.criterion, line.matched_by) == ("Handyparken", None, "column")
    assert revision.put(line, revision.state(one("Handyparken"))) == ["criterion"]
    assert line.matched_by is None


LINES = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["", "http://a", "http://b"]), st.sampled_from(["", "x"])), max_size=6)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(LINES, LINES)
def test_nothing_is_lost_and_nothing_is_there_twice(
    before: list[tuple[str, ...]], after: list[tuple[str, ...]]
) -> None:
    """Each line of both lists stands in one part of the difference."""
    old, new = (
        [
            one(title, row, address=address or None, note=note or None)
            for row, (title, address, note) in enumerate(lines, 2)
        ]
        for lines in (before, after)
    )
    found = compare(old, new)
    olds = [*found.dropped, *(change.old for change in found.changed), *(pair[0] for pair in found.kept)]
    news = [*found.added, *(change.new for change in found.changed), *(pair[1] for pair in found.kept)]
    assert sorted(map(id, olds)) == sorted(map(id, old))
    assert sorted(map(id, news)) == sorted(map(id, new))
    again = compare(new, [one(x.title, x.row, address=x.address, note=x.note) for x in new])
    assert [again.added, again.changed, again.dropped] == [[], [], []]
