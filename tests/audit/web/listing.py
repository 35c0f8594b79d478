"""
A town with a small catalogue, a judged audit and a list of measures, for the tests of the screens about them.

Does not test anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, select

from db import queries
from db.models import Audit, Measure
from db.session import opened
from tests.audit import stored
from tests.audit.web.visitor import Answer, Visitor
from tests.audit.written import base

HEAD = "Maßnahme;Leistungsschlüssel;Internetadresse;Zuständig;Status;Seit;Bemerkung;Kriterium;Zugeordnet durch"
LIST = "/orte/ort/verzeichnis"
LINE = {"title": "", "key": "", "address": "", "department": "", "status": "", "since": "", "note": "", "criterion": ""}


def town(engine: Engine, folder: Path, *titles: str) -> int:
    """Store the town „Ort“ with these measures, and return its number; its catalogue knows handyparken and hundesteuer."""
    number = stored.town(engine, source=str(base(folder)))
    with opened(engine) as session:
        audit = session.scalars(select(Audit)).one()
        audit.enough = True
        rows = [Measure(town_id=number, title=title, row=row) for row, title in enumerate(titles, 2)]
        session.add_all(rows)
    return number


def listed(engine: Engine, town_id: int = 1) -> list[Measure]:
    """The list as it stands."""
    with opened(engine) as session:
        return queries.measures(session, town_id)


def titles(engine: Engine) -> list[str]:
    """The titles of the list as it stands."""
    return [one.title for one in listed(engine)]


def upload(visitor: Visitor, data: bytes | Sequence[str], name: str = "liste.csv") -> Answer:
    """Send a file as the form does; lines stand under the usual head."""
    body = data if isinstance(data, bytes) else "\r\n".join([HEAD, *data]).encode()
    visitor.open(f"{LIST}/einlesen")
    mark = "grenze0123456789"
    parts = [
        f'--{mark}\r\ncontent-disposition: form-data; name="token"\r\n\r\n{visitor.token}\r\n'.encode(),
        f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + body + b"\r\n",
        f"--{mark}--\r\n".encode(),
    ]
    kind = f"multipart/form-data; boundary={mark}"
    return visitor.ask(
        f"{LIST}/einlesen", method="POST", body=b"".join(parts), content_type=kind, origin=visitor.address
    )
