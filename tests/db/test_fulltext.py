"""Both stores of full text find the same rows, forget what was tried, and take any token for a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Engine, text

from db import fulltext
from db.errors import StoreError
from db.fulltext import LAST_PLACE, Fulltext, InMemory, Maker, Postgres
from db.session import connect

WEIGHTS = {"title": 5.0, "headings": 2.5, "anchors": 3.0, "description": 1.5, "main": 1.0}
HOSTILE = ["'", "''); DROP TABLE listed; --", "\\", "a' | 'b", "a & !b", '"', '" OR "b', "%s", ":url", "x:*", "<->", "{a,b}"]  # fmt: skip


@pytest.fixture(scope="module")
def server(postgres: Callable[[str], str]) -> Iterator[Engine]:
    """An empty database of PostgreSQL."""
    engine = connect(postgres("fulltext"))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def maker(request: pytest.FixtureRequest) -> Maker:
    """Each of the two stores."""
    engine = request.getfixturevalue("server") if request.param == "postgresql" else connect("sqlite://")
    return fulltext.of(engine)


def row(url: str, main: str = "", *, title: str = "", anchors: str = "") -> tuple[str, ...]:
    return (url, title, "", anchors, "", main)


def filled(maker: Maker, *rows: tuple[str, ...]) -> Fulltext:
    """A store with these rows and some that say something else."""
    store = maker(WEIGHTS)
    store.fill([*rows, *(row(f"f{number}", f"nichts davon {number}") for number in range(20))])
    return store


def found(store: Fulltext, *tokens: str, pairs: Sequence[tuple[str, str]] = ()) -> list[str]:
    return store.ranked(tokens, pairs, near=6, rarity=lambda _: 2.0, limit=10)


@pytest.mark.postgres
def test_the_store_goes_with_the_database(server: Engine) -> None:
    """An audit on PostgreSQL is searched there, any other in memory."""
    assert isinstance(fulltext.of(server)(WEIGHTS), Postgres)
    assert isinstance(fulltext.of(connect("sqlite://"))(WEIGHTS), InMemory)


def test_a_word_counts_by_where_it_stands(maker: Maker) -> None:
    """In the title it counts most, then in the words of links; saying it more often counts too, and a long text less."""
    rows = [row("once", "amt platz"), row("title", "platz", title="amt"), row("links", "platz", anchors="amt")]
    store = filled(maker, *rows, row("often", "amt amt"), row("long", "amt " + "platz " * 90))
    assert found(store, "amt") == ["title", "links", "often", "once", "long"]


def test_words_near_each_other_count_again(maker: Maker) -> None:
    """Beside each other they are more than far apart, and near in two columns is not near."""
    far = "park " + "platz " * 9 + "handy"
    store = filled(
        maker, row("far", far), row("near", f"park handy {'platz ' * 9}"), row("apart", "park", title="handy")
    )
    assert found(store, "park", "handy", pairs=[("handy", "park")])[-1] == "far"
    assert found(store, pairs=[("handy", "park")]) == ["near"]


def test_rows_are_replaced_and_deleted(maker: Maker) -> None:
    """An address has one row, the last that was written."""
    store = filled(maker, row("a", "amt"), row("b", "amt"))
    store.put(row("a", "neu"))
    store.put(row("c", "neu"))
    store.delete("b")
    store.delete("unknown")
    assert (found(store, "amt"), found(store, "neu")) == ([], ["a", "c"])


def fail_within_a_try(store: Fulltext) -> None:
    with store.tried():
        store.put(row("a", "neu"))
        store.put(row("new", "neu amt"))
        store.delete("b")
        assert (found(store, "amt"), found(store, "neu")) == (["new"], ["a", "new"])
        raise ZeroDivisionError


def test_what_is_tried_leaves_no_trace(maker: Maker) -> None:
    """Also where the try fails; and rows can be written and tried again afterwards."""
    store = filled(maker, row("a", "amt"), row("b", "amt"))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail_within_a_try(store)
        assert (found(store, "amt"), found(store, "neu")) == (["a", "b"], [])
    store.put(row("a", "neu"))
    assert found(store, "neu") == ["a"]


@pytest.mark.parametrize("token", HOSTILE)
def test_a_hostile_token_is_only_a_word(maker: Maker, token: str) -> None:
    """Neither written nor asked is it syntax: it finds no row of other words, and nothing is lost."""
    store = filled(maker, row("a", "b"), row("hostile", f"{token} wort"))
    assert set(found(store, token, pairs=[(token, "wort")])) <= {"hostile", "a"}
    assert "f0" not in found(store, token)
    assert found(store, "wort") == ["hostile"]
    assert len(found(store, "davon")) == 10


@pytest.mark.postgres
def test_a_hostile_token_is_found_whole(server: Engine) -> None:
    """PostgreSQL keeps our tokens as they are, so the row is found by it and no other."""
    for token in (token for token in HOSTILE if " " not in token):
        assert found(filled(fulltext.of(server), row("a", "b"), row("hostile", token)), token) == ["hostile"]


def test_no_row_is_too_large(maker: Maker) -> None:
    """A word of 20,000 letters, a word said 20,000 times, more words and more bytes than a tsvector holds."""
    many = " ".join(f"wort{number}" for number in range(LAST_PLACE + 10))
    bulky = " ".join(f"{number}{'x' * 200}" for number in range(8_000))
    rows = [row("long", "x" * 20_000), row("again", "amt " * 20_000), row("many", many), row("bulky", bulky)]
    store = filled(maker, *rows)
    assert found(store, "x" * 20_000) == ["long"]
    assert found(store, "amt") == ["again"]
    assert found(store, "wort0") == ["many"]
    assert found(store, f"0{'x' * 200}") == ["bulky"]


@pytest.mark.postgres
def test_nothing_stays_behind_in_the_database(server: Engine) -> None:
    """The table ends with its owner: whoever gets a connection next knows nothing of it."""
    store = filled(fulltext.of(server), row("a", "amt"))
    assert found(store, "amt") == ["a"]
    del store
    with server.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('listed')")) is None


@pytest.mark.postgres
def test_a_lost_connection_is_told_in_words(server: Engine) -> None:
    """Whoever stops the server reads what to look at, not a traceback."""
    store = filled(fulltext.of(server), row("a", "amt"))
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with server.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))
    with pytest.raises(StoreError, match="antwortet nicht"):
        found(store, "amt")
