"""
The log of who did what as a table.

Does not choose the lines (``db.acts``) and does not write the file (``reports.csvs``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.terms import N_
from reports import desk_words, words
from reports.language import gettext as _
from reports.tables import Column, Table, plain

COLUMNS = (
    Column(N_("Wann"), lambda row: row["at"], 22),
    Column(N_("Wer"), lambda row: row["who"], 25),
    Column(N_("Was"), lambda row: words.say(row["what"], desk_words.ACTS), 35),
    Column(N_("Ort"), lambda row: row["town"], 20),
    Column(N_("Woran"), lambda row: row["about"], 60),
)


def table(lines: Sequence[Mapping[str, Any]]) -> Table:
    """Return lines of the log (``db.acts.Line`` as dictionaries, ``at`` in ISO 8601) as a table."""
    return Table(
        key="protokoll",
        sheet=_("Protokoll"),
        means=_("Wer hat wann was getan?"),
        columns=COLUMNS,
        rows=[[plain(column.of(line)) for column in COLUMNS] for line in lines],
        none="",
    )
