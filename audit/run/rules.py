"""
By which catalogue a town is judged; one in a folder of its own is kept until an audit has used another state of it.

Does not judge.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.orm import Session

from audit import catalogue
from audit.catalogue import Catalogue
from db import queries
from db.errors import CatalogueError


def rules_of(session: Session, key: str) -> Catalogue:
    """Return the catalogue of a town's latest judged audit, or the usual one if there is none or it is gone."""
    audit = queries.latest_judged(session, key)
    used = audit.catalogue if audit else None
    if used is not None:
        try:
            return _loaded(used.document.get("source") or used.name, used.digest)
        except CatalogueError:
            pass
    return _loaded(catalogue.DEFAULT, "")


@lru_cache(maxsize=4)
def _loaded(source: str, _digest: str) -> Catalogue:
    """Load a catalogue, again only once an audit has used another state of it."""
    return catalogue.load(source)
