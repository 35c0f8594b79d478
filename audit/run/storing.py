"""
Where the archives of audits are, and the way of a finished one from the own disk to the place where it is kept for good.

Does not read archives. Whatever fails on that way may be tried again: the file stays until the database names what is safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crawler.archive.places import VARIABLE, Place, Remote, Stored, configured
from db.errors import PlaceError
from db.models import Audit
from db.session import home, opened


class Pushed(NamedTuple):
    """An archive that is now safe."""

    name: str
    stored: Stored


def archives() -> Path:
    """Return the folder in which archives are written, and where they stay if no other place is named."""
    return home() / "archives"


def sources(name: str, stored: Sequence[dict[str, Any]]) -> list[Path | Remote]:
    """
    Return where what an audit kept is to be looked for; the columns ``archive`` and ``stored`` say what there should be.

    Raises:
        PlaceError: some of it is in a place that is not named.
    """
    there = [Remote(_place(), Stored(**one)) for one in stored]
    here = archives() / name
    return [here, *there] if here.exists() or not there else [*there]


def push(engine: Engine) -> Iterator[Pushed]:
    """
    Bring all finished archives of this machine to their place, and yield them as they are safe; nothing if none is named.

    Raises:
        PlaceError: it does not serve us, or a file here cannot be read; the rest stays here.
    """
    goal = configured()
    if goal is None:
        return
    with opened(engine) as session:
        waiting = _waiting(session)
    for audit_id, name in waiting:
        path = archives() / name
        try:
            one = goal.put(path)
            # What was added in the meantime is not there yet.
            if _name(engine, audit_id, one) and path.stat().st_size == one.size:
                path.unlink()
                yield Pushed(name, one)
        except FileNotFoundError:  # another process of this machine was faster
            continue
        except OSError as fault:
            raise PlaceError(
                f"Das Archiv lässt sich nicht lesen oder nicht löschen ({fault.strerror or fault}).",
                file=path,
                remedy="Geben Sie dem Benutzer, unter dem Fundstelle läuft, das Recht dazu.",
            ) from None


def size(name: str, stored: Sequence[dict[str, Any]]) -> int:
    """Return the bytes of what an audit kept, here and in its place; 0: nothing is left."""
    here = archives() / name
    there = sum(Stored(**one).size for one in stored)
    return there + (here.stat().st_size if here.exists() else 0)


def lost(stored: Sequence[dict[str, Any]], *, is_quick: bool) -> list[str]:
    """
    Return the names of stored archives that are not in their place; if not ``is_quick``, also of those that have changed there.

    Raises:
        PlaceError: the place does not serve us.
    """
    known = [Stored(**one) for one in stored]
    return [one.sha256 for one in known if not _place().holds(one, is_quick=is_quick)]


def forget(session: Session, audit: Audit) -> None:
    """
    Delete what an audit kept, except what another one names too.

    Raises:
        PlaceError: the place does not serve us; what is gone by then is no fault when it is tried again.
    """
    assert audit.archive is not None
    others = session.scalars(select(Audit.stored).where(Audit.id != audit.id, Audit.archive.is_not(None)))
    named = {one["sha256"] for stored in others for one in stored} if audit.stored else set()
    for one in audit.stored:
        if one["sha256"] not in named:
            _place().delete(Stored(**one))
    (archives() / audit.archive).unlink(missing_ok=True)
    audit.archive, audit.stored = None, []


def _waiting(session: Session) -> list[tuple[int, str]]:
    """Return the audits that were read to their end and have a file here."""
    folder = archives()
    names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    wanted = select(Audit.id, Audit.archive).where(Audit.archive.in_(names), Audit.crawled.is_not(None))
    return [(audit_id, name) for audit_id, name in session.execute(wanted.order_by(Audit.id)) if name is not None]


def _name(engine: Engine, audit_id: int, one: Stored) -> bool:
    """Write down what is safe; False: nobody wants it any more."""
    with opened(engine) as session:
        # A crawl that was taken up elsewhere left a part on each machine.
        audit = session.get(Audit, audit_id, with_for_update=True)
        if audit is None or audit.archive is None:
            return False
        if one._asdict() not in audit.stored:
            audit.stored = [*audit.stored, one._asdict()]
        return True


def _place() -> Place:
    found = configured()
    if found is None:
        raise PlaceError(
            f"Archive liegen in einem Speicher, und {VARIABLE} ist nicht gesetzt.",
            remedy=f"Setzen Sie {VARIABLE} wie bei der Prüfung.",
        )
    return found
