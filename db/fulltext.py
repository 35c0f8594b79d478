"""
Rows of words that can be searched: in memory in SQLite's FTS5, or in PostgreSQL's full text.

Does not know words: whoever writes rows gives tokens, and asks for the same. Nothing of it is kept; it ends with its owner.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import chain, islice
from typing import Any, Protocol

from sqlalchemy import Engine, text

from db.session import translated

Row = Sequence[str]
"""An address, and for each column its tokens with a space between them."""

Pair = tuple[str, str]

FREQUENT, LENGTH = 1.2, 0.75
"""BM25's k1 and b: how soon more of the same word stops to count, and how much longer rows must say it more often (as in FTS5)."""

LETTERS = "ABC"
"""PostgreSQL has four weights; the three heaviest of four or more columns have one each, all others together the lightest."""

LAST_PLACE, LARGEST, LONGEST = 16_383, 1_000_000, 500
"""What a tsvector holds: positions, bytes of all its lexemes, and of one lexeme in characters (PostgreSQL, section 12.11)."""

PLACE = 6
"""Bytes that the position of a lexeme takes at most, with what goes with it."""

GAP = 50  # places between two columns, so that nothing stands near the words of another

BATCH = 500  # rows sent to PostgreSQL at a time

SETTINGS = (
    "SET temp_buffers = '256MB'",  # the rows of a large town; with the usual 8 MB each search reads them from files
    "SET jit = off",  # it takes longer than the search
)

TABLE = (
    # Most rows stay whole in their block: fetched from a side table or unpacked, each word of a question would do it again.
    "CREATE TEMPORARY TABLE listed (url text, tokens integer, words tsvector) WITH (toast_tuple_target = 8160)",
    "ALTER TABLE listed ALTER words SET STORAGE EXTERNAL",
)

INDEXES = ("CREATE INDEX ON listed (url)", "CREATE INDEX ON listed USING gin (words)", "ANALYZE listed")

INSERT = text("INSERT INTO listed VALUES (:url, :tokens, CAST(:words AS tsvector))")

RANKED = text("""
SELECT url FROM listed, LATERAL (
    SELECT sum(weight * often * (1 + :k1) / (often + :k1 * (1 - :b + :b * tokens / :average))) AS score
    FROM (
        SELECT weight, :heaviest * ts_rank_cd(CAST(:weights AS real[]), words, query) AS often
        FROM unnest(CAST(:queries AS tsquery[]), CAST(:rarities AS float[])) AS asked (query, weight)
        OFFSET 0
    ) AS told
) AS scored
WHERE words @@ CAST(:found AS tsquery)
ORDER BY score DESC, url COLLATE "C" LIMIT :limit
""")


class Fulltext(Protocol):
    """Rows of tokens in columns, and which of them a question finds first."""

    def fill(self, rows: Iterable[Row]) -> None:
        """Write the first rows, all at once."""

    def put(self, row: Row) -> None:
        """Write a row, in place of one of the same address."""

    def delete(self, url: str) -> None:
        """Take a row away, if there is one."""

    def tried(self) -> AbstractContextManager[None]:
        """Forget in the end what is written within."""

    def ranked(
        self,
        tokens: Sequence[str],
        pairs: Sequence[Pair],
        *,
        near: int,
        rarity: Callable[[str], float],
        limit: int,
    ) -> list[str]:
        """
        Return addresses by BM25, the best first: of rows with any of the tokens, or with a pair in one column.

        The tokens of a pair have at most ``near`` others between them; those that have count again. ``rarity`` is the weight
        of a token by how few rows have it, for a store that does not count this itself.
        """


Maker = Callable[[Mapping[str, float]], Fulltext]
"""Makes an empty one with these columns, each with the weight of a word in it."""


def of(engine: Engine) -> Maker:
    """Return what makes the store that goes with a database."""
    return partial(Postgres, engine) if engine.dialect.name == "postgresql" else InMemory


class InMemory:
    """In SQLite's FTS5, which ranks and counts by itself."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = ", ".join(map(str, weights.values()))
        self._rows: dict[str, int] = {}
        self._index = sqlite3.connect(":memory:", isolation_level=None)
        self._index.execute(
            f"CREATE VIRTUAL TABLE page USING fts5(url UNINDEXED, {', '.join(weights)}, tokenize='ascii')"
        )
        self._insert = f"INSERT INTO page VALUES (?{', ?' * len(weights)})"  # noqa: S608 the columns are ours

    def fill(self, rows: Iterable[Row]) -> None:
        self._index.execute("BEGIN")
        for row in rows:
            self.put(row)
        self._index.execute("COMMIT")

    def put(self, row: Row) -> None:
        self.delete(row[0])
        self._rows[row[0]] = int(self._index.execute(self._insert, row).lastrowid or 0)

    def delete(self, url: str) -> None:
        number = self._rows.pop(url, None)
        if number is not None:
            self._index.execute("DELETE FROM page WHERE rowid = ?", (number,))

    @contextmanager
    def tried(self) -> Iterator[None]:
        rows = dict(self._rows)
        self._index.execute("BEGIN")
        try:
            yield
        finally:
            self._index.execute("ROLLBACK")
            self._rows = rows

    def ranked(
        self,
        tokens: Sequence[str],
        pairs: Sequence[Pair],
        *,
        near: int,
        rarity: Callable[[str], float],  # noqa: ARG002 it counts by itself
        limit: int,
    ) -> list[str]:
        asked = [_literal(token) for token in tokens]
        asked += [f"NEAR({_literal(one)} {_literal(other)}, {near})" for one, other in pairs]
        found = self._index.execute(
            f"SELECT url FROM page WHERE page MATCH ? ORDER BY bm25(page, 0, {self._weights}), url LIMIT ?",  # noqa: S608
            (" OR ".join(asked), limit),
        )
        return [url for (url,) in found]


def _literal(token: str) -> str:
    return '"{}"'.format(token.replace('"', '""'))


class Postgres:
    """
    In a temporary table of PostgreSQL, on a connection of its own which ends with this object.

    PostgreSQL does not know how rare a word is, so the score is put together here as BM25 has it. ``ts_rank_cd`` of one word
    is the weighted count of its places; of two words it is how often and how near they stand to each other.
    """

    def __init__(self, engine: Engine, weights: Mapping[str, float]) -> None:
        heavy = sorted(weights, key=weights.__getitem__, reverse=True)[: len(LETTERS)]
        letters = dict(zip(heavy, LETTERS, strict=False))
        self._columns = [letters.get(name, "D") for name in weights]
        self._heaviest = max(weights.values())
        # From the lightest, each as a part of the heaviest.
        told = [min(weights.values()), *(weights[name] for name in reversed(heavy))]
        self._weights = [weight / self._heaviest for weight in told]
        self._average = 1.0
        self._engine = engine
        with translated(engine):
            self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.detach()  # else the next who gets it from the pool would find the table
            driver = self._connection.connection.dbapi_connection
        assert driver is not None
        # The driver's own way out does not ask the server, which may be gone by then.
        weakref.finalize(self, driver.close)
        self._run(*SETTINGS, *TABLE)

    def fill(self, rows: Iterable[Row]) -> None:
        counted = map(self._row, rows)
        self._run("BEGIN")
        with translated(self._engine):
            while batch := list(islice(counted, BATCH)):
                self._connection.execute(INSERT, batch)
        self._run("COMMIT", *INDEXES)
        with translated(self._engine):
            self._average = float(self._connection.scalar(text("SELECT avg(tokens) FROM listed")) or 1)

    def put(self, row: Row) -> None:
        self.delete(row[0])
        with translated(self._engine):
            self._connection.execute(INSERT, self._row(row))

    def delete(self, url: str) -> None:
        with translated(self._engine):
            self._connection.execute(text("DELETE FROM listed WHERE url = :url"), {"url": url})

    @contextmanager
    def tried(self) -> Iterator[None]:
        self._run("BEGIN")
        try:
            yield
        finally:
            self._run("ROLLBACK")

    def ranked(
        self,
        tokens: Sequence[str],
        pairs: Sequence[Pair],
        *,
        near: int,
        rarity: Callable[[str], float],
        limit: int,
    ) -> list[str]:
        words = {token: _lexeme(token) for token in chain(tokens, *pairs)}
        told = {words[token]: rarity(token) for token in tokens}
        told |= {f"{words[one]} & {words[other]}": rarity(one) + rarity(other) for one, other in pairs}
        beside = [
            f"{words[one]} <{far}> {words[other]}"
            for pair in pairs
            for one, other in (pair, pair[::-1])
            for far in range(1, near + 2)
        ]
        values = {
            "found": " | ".join([*(words[token] for token in tokens), *beside]),
            "queries": list(told),
            "rarities": list(told.values()),
            "weights": self._weights,
            "heaviest": self._heaviest,
            "k1": FREQUENT,
            "b": LENGTH,
            "average": self._average,
            "limit": limit,
        }
        with translated(self._engine):
            return list(self._connection.scalars(RANKED, values))

    def _row(self, row: Row) -> dict[str, Any]:
        url, *texts = row
        places: defaultdict[str, list[str]] = defaultdict(list)
        for token, place in self._places(texts):
            places[token].append(place)
        words = " ".join(f"{_lexeme(token)}:{','.join(found)}" for token, found in places.items())
        return {"url": url, "tokens": sum(len(words.split()) for words in texts), "words": words}

    def _places(self, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Return each token with its place and letter, as far as a tsvector holds them."""
        place, size = 0, 0
        for letter, words in zip(self._columns, texts, strict=True):
            for token in words.split():
                place += 1
                size += PLACE + len(token.encode())
                if place > LAST_PLACE or size > LARGEST:
                    return
                yield token, f"{place}{letter}"
            place += GAP

    def _run(self, *statements: str) -> None:
        with translated(self._engine):
            for statement in statements:
                self._connection.exec_driver_sql(statement)


def _lexeme(token: str) -> str:
    """Return a token as PostgreSQL reads a lexeme, whatever it consists of."""
    return "'{}'".format(token[:LONGEST].replace("\\", "\\\\").replace("'", "''"))
