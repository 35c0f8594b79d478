"""
Keep the town's own list: take a new list over, change, add and drop lines, and remember who did it.

Does not read files and does not say what is a change; ``audit.inventory`` does. Whoever writes holds the town first, so that nobody
writes over what another has just written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.catalogue import Catalogue
from audit.inventory import matching, revision
from audit.inventory.measures import MeasureList
from audit.inventory.revision import NAMING, Difference
from db import queries
from db.desk import MeasureEdit
from db.errors import ConflictError, NotFoundError
from db.models import Measure, Town

FIRST = 2
"""The line of the first measure in a file: above it stand the heads."""


@dataclass(frozen=True)
class By:
    """Who changes the list, and when."""

    who: str
    now: datetime


def held(session: Session, key: str) -> Town:
    """Return a town whose list nobody else can change until the session ends; raise NotFoundError if there is none."""
    found = town(session, key)
    queries.hold_town(session, found.id)
    return found


def town(session: Session, key: str) -> Town:
    """Return a town; raise NotFoundError if there is none."""
    found = queries.town(session, key)
    if found is None:
        raise NotFoundError("Diesen Ort gibt es hier nicht.")
    return found


def measure(session: Session, of: Town, number: int) -> Measure:
    """Return a line of a town's list; raise NotFoundError if that list has none of the number."""
    found = session.get(Measure, number)
    if found is None or found.town_id != of.id:
        raise NotFoundError("Diese Maßnahme steht nicht (mehr) im Verzeichnis.")
    return found


def draft(old: Sequence[Measure], found: MeasureList, *, rules: Catalogue, town: Town) -> Difference:
    """Return what a list that was read would change; the new lines get their criteria, nothing else is written."""
    pairs = revision.pair(old, found.measures)
    revision.carry(pairs, found.columns)
    matching.match(found.measures, rules, aliases=town.aliases)
    for before, after in pairs:
        if before is not None and after is not None and _is_matched_alike(before, after):
            # An audit has matched it by what it saw; that is more than the list alone tells.
            after.criterion, after.matched_by = before.criterion, before.matched_by
    return revision.compare(pairs)


def take(session: Session, of: Town, difference: Difference, *, by: By) -> None:
    """Make the list what the difference says, and remember each line that has changed."""
    before = [revision.state(one) for one in difference.dropped]
    for old, new in difference.kept:
        _match(old, new)
    edits = [_edit(of, one, by, before=said) for one, said in zip(difference.dropped, before, strict=True)]
    for old, new, _ in difference.changed:
        said = revision.state(old)
        revision.put(old, revision.state(new))
        _match(old, new)
        edits.append(_edit(of, old, by, before=said, after=revision.state(old)))
    for one in difference.dropped:
        session.delete(one)
    for one in difference.added:
        one.town_id = of.id
    session.add_all(difference.added)
    session.flush()
    session.add_all([*edits, *(_edit(of, one, by, after=revision.state(one)) for one in difference.added)])


def add(session: Session, of: Town, wanted: Mapping[str, Any], *, rules: Catalogue, by: By) -> Measure:
    """Add a line at the end; raise ConflictError if the list has the measure; the same line sent twice is one."""
    known = queries.measures(session, of.id)
    row = max((one.row for one in known), default=FIRST - 1) + 1
    new = Measure(town_id=of.id, title="", row=row)
    revision.put(new, wanted)
    twin = next((one for one in known if revision.is_twin(one, new)), None)
    if twin is not None:
        if not revision.differing(revision.state(twin), wanted):
            return twin
        raise ConflictError(f"„{twin.title}“ steht schon im Verzeichnis.")
    matching.match([new], rules, aliases=of.aliases)
    session.add(new)
    session.flush()
    session.add(_edit(of, new, by, after=revision.state(new)))
    return new


def change(
    session: Session, of: Town, number: int, wanted: Mapping[str, Any], *, seen: str, rules: Catalogue, by: By
) -> Measure:
    """
    Write a line anew; what is so already is left alone.

    Raises:
        NotFoundError: The list has no such line.
        ConflictError: It is not as it was ``seen`` (``revision.digest`` of it alone).
    """
    found = measure(session, of, number)
    before = revision.state(found)
    if not revision.differing(before, wanted):
        return found
    if revision.digest([found]) != seen:
        raise ConflictError("Jemand anderes hat diese Zeile inzwischen geändert.")
    _write(session, found, wanted, of=of, rules=rules, by=by)
    return found


def drop(session: Session, of: Town, number: int, *, seen: str, by: By) -> None:
    """Take a line out; raise ConflictError if it is not as it was seen; one that is gone stays so."""
    found = session.get(Measure, number)
    if found is None and history(session, of, number):
        return
    found = measure(session, of, number)
    if revision.digest([found]) != seen:
        raise ConflictError("Jemand anderes hat diese Zeile inzwischen geändert.")
    session.add(_edit(of, found, by, before=revision.state(found)))
    session.delete(found)


def undo(session: Session, of: Town, number: int, *, rules: Catalogue, by: By) -> int:
    """
    Make a line what it was before an edit, and return its number; that is an edit too.

    Raises:
        NotFoundError: The list has no such edit.
        ConflictError: The line is no longer as that edit has left it.
    """
    edit = session.get(MeasureEdit, number)
    if edit is None or edit.town_id != of.id:
        raise NotFoundError("Diese Änderung gibt es nicht.")
    found = session.get(Measure, edit.measure)
    present = revision.state(found) if found is not None else None
    if _is_same(present, edit.before):
        return edit.measure
    if not _is_same(present, edit.after):
        raise ConflictError("Diese Zeile wurde seither noch einmal geändert.")
    if edit.before is None:
        assert found is not None
        session.add(_edit(of, found, by, before=present))
        session.delete(found)
    elif found is not None:
        _write(session, found, edit.before, of=of, rules=rules, by=by)
    else:
        back = Measure(town_id=of.id, title="", row=edit.before["row"])
        back.id = edit.measure
        session.add(back)
        _write(session, back, edit.before, of=of, rules=rules, by=by, is_back=True)
    return edit.measure


def history(session: Session, of: Town, number: int | None = None, *, most: int = 200) -> list[MeasureEdit]:
    """Return the last edits of a town's list, or of one of its lines, the latest first."""
    wanted = select(MeasureEdit).where(MeasureEdit.town_id == of.id)
    if number is not None:
        wanted = wanted.where(MeasureEdit.measure == number)
    return list(session.scalars(wanted.order_by(MeasureEdit.id.desc()).limit(most)))


def _write(
    session: Session,
    found: Measure,
    wanted: Mapping[str, Any],
    *,
    of: Town,
    rules: Catalogue,
    by: By,
    is_back: bool = False,
) -> None:
    before = None if is_back else revision.state(found)
    fields = revision.put(found, wanted)
    if found.matched_by is None or NAMING & {*fields}:
        matching.match([found], rules, aliases=of.aliases)
    session.add(_edit(of, found, by, before=before, after=revision.state(found)))


def _edit(
    of: Town, one: Measure, by: By, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> MeasureEdit:
    return MeasureEdit(town_id=of.id, measure=one.id, at=by.now, who=by.who, before=before, after=after)


def _match(old: Measure, new: Measure) -> None:
    """The file says where a line stands in it; its criterion is found already."""
    old.row, old.criterion, old.matched_by = new.row, new.criterion, new.matched_by


def _is_matched_alike(old: Measure, new: Measure) -> bool:
    is_by_matching = old.matched_by not in {None, "column"} and new.matched_by != "column"
    return is_by_matching and all(getattr(old, name) == getattr(new, name) for name in NAMING)


def _is_same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return not revision.differing(one, other)
