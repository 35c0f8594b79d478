"""Programs read numbers with a key, as the published description says, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, select, update

from audit.web import api
from audit.web.keys import NOTED, OFTEN, WRONG
from audit.web.settings import surroundings
from db import overview
from db.desk import ApiKey, Person
from db.errors import InputError
from db.models import Audit, Town
from db.session import opened
from reports import export
from reports.document import document
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.numbered import ORIGIN, TURNED, key, numbered, open_desk
from tests.audit.web.visitor import Answer, Visitor

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Two towns, three judged audits, one that runs."""
    engine = numbered(tmp_path_factory.mktemp("api") / "api.db")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def served(rows: Engine) -> Iterator[str]:
    """The address of the desk over them."""
    with open_desk(rows, Clock()) as address:
        yield address


@pytest.fixture(scope="module")
def secret(rows: Engine) -> str:
    """A good key."""
    return key(rows)


@pytest.fixture
def ask(served: str, secret: str) -> Ask:
    """Asks as a program does, with a good key."""
    return lambda path, **headers: Visitor(served).ask(path, authorization=f"Bearer {secret}", **headers)


def told(answer: Answer, status: int = 200) -> Any:
    """Return the values of an answer of that status; what is refused says so as RFC 9457 has it."""
    kind = "application/json" if status == 200 else "application/problem+json"
    assert (answer.status, answer.headers["content-type"]) == (status, kind)
    assert "set-cookie" not in answer.headers
    found = json.loads(answer.text)
    assert status == 200 or found["status"] == status
    return found


def number(rows: Engine, town: str) -> int:
    """Return the latest judged audit of a town."""
    with opened(rows) as session:
        wanted = select(Audit.id).join(Town).where(Town.key == town, Audit.judged.is_not(None))
        return session.scalars(wanted.order_by(Audit.id.desc())).first() or 0


# What is told


def test_towns_are_told_with_the_numbers_of_the_overview(ask: Ask, rows: Engine) -> None:
    """A box of the intranet must not say anything else than the desk."""
    found = told(ask("/api/v1/orte"))
    with opened(rows) as session:
        lines = {line.key: line for line in overview.lines(session)}
    assert [one["key"] for one in found["orte"]] == ["musterhafen", "nachbarau"]
    for one in found["orte"]:
        latest = lines[one["key"]].latest
        assert latest is not None
        assert (one["latest"]["audit"], one["latest"]["found"]) == (latest.audit, latest.found)
    assert told(ask("/api/v1/orte/nachbarau")) == found["orte"][1]
    assert found["orte"][1]["before"] is None


def test_a_report_is_the_file_that_the_command_writes(ask: Ask, rows: Engine) -> None:
    """There is one schema, wherever it is read."""
    audit = number(rows, "nachbarau")
    with opened(rows) as session:
        written = json.loads(export.json_text(document(session, audit)))
    assert told(ask(f"/api/v1/pruefungen/{audit}")) == written


def test_pages_go_on_where_the_last_ended(ask: Ask, rows: Engine) -> None:
    """Each row comes once, and the last page says that it is."""
    for path, name in (
        ("orte", "orte"),
        ("orte/musterhafen/pruefungen", "pruefungen"),
        ("orte/musterhafen/aenderungen", "aenderungen"),
    ):
        whole = told(ask(f"/api/v1/{path}"))
        first = told(ask(f"/api/v1/{path}?anzahl=1"))
        second = told(ask(f"/api/v1/{path}?anzahl=1&nach={first['nach']}"))
        assert [*first[name], *second[name]] == whole[name]
        assert (whole["nach"], second["nach"], len(whole[name])) == (None, None, 2)
    base = f"/api/v1/pruefungen/{number(rows, 'nachbarau')}/befunde"
    found, after = [], 0
    while after is not None:
        page = told(ask(f"{base}?anzahl=20&nach={after}"))
        found, after = [*found, *page["befunde"]], page["nach"]
    assert found == told(ask(base))["befunde"]
    assert len(found) > 40


def test_findings_are_told_by_their_verdict(ask: Ask, rows: Engine) -> None:
    """Who builds a list of what is missing need not read the rest."""
    base = f"/api/v1/pruefungen/{number(rows, 'nachbarau')}/befunde"
    found = told(ask(f"{base}?ergebnis=ABSENT"))["befunde"]
    assert {one["verdict"] for one in found} == {"ABSENT"}
    assert 0 < len(found) < len(told(ask(base))["befunde"])


def test_what_turned_is_told_against_the_audit_before(ask: Ask, rows: Engine) -> None:
    """The first audit has nothing before it."""
    second, first = told(ask("/api/v1/orte/musterhafen/aenderungen"))["aenderungen"]
    assert (second["audit"], second["before"]) == (number(rows, "musterhafen"), first["audit"])
    turn = {"criterion": TURNED, "name": "Handyparken", "before": "ABSENT", "after": "FINDABLE"}
    assert second["changes"] == [turn]
    assert (first["before"], first["changes"]) == (None, [])


# Who may ask


def test_without_a_good_key_nothing_is_told(served: str, rows: Engine, secret: str) -> None:
    """No key, a wrong one, one in a cookie, one that has expired or was revoked; the answer does not say which."""
    expired, revoked = key(rows, expires=NOW, name="expired"), key(rows, name="revoked")
    with opened(rows) as session:
        session.execute(update(ApiKey).where(ApiKey.name == "revoked").values(revoked=NOW))
    tried = [{}, *({"authorization": f"Bearer {each}"} for each in ("", "fst_x", "ü", "x" * 5000, expired, revoked))]
    answers = [Visitor(served).ask("/api/v1/orte", **headers) for headers in tried]
    answers.append(Visitor(served, {"fundstelle": secret}).ask("/api/v1/orte"))
    answers.append(Visitor(served).ask(f"/api/v1/orte?key={secret}"))
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="Fundstelle"'}
    assert len({told(answer, 401)["detail"] for answer in answers}) == 1


def test_who_is_shut_out_reads_nothing_by_key_either(served: str, rows: Engine) -> None:
    """Their keys live on in programs that others run."""
    left = key(rows, name="left")
    with opened(rows) as session:
        session.execute(update(Person).where(Person.name == "left").values(disabled=NOW))
    told(Visitor(served).ask("/api/v1/orte", authorization=f"Bearer {left}"), 403)


def test_wrong_keys_are_slowed_down_and_good_ones_counted(served: str, ask: Ask) -> None:
    """Guessing ends soon; a program gone wild does not take the desk from people."""
    for _ in range(int(WRONG.split("/")[0])):
        told(Visitor(served).ask("/api/v1/orte", authorization="Bearer fst_no"), 401)
    assert told(ask("/api/v1/orte"), 429)
    assert ask("/api/v1/orte").headers["retry-after"] == "60"


def test_a_key_may_ask_so_often_a_minute(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it has to wait."""
    assert int(OFTEN.split("/")[0]) >= 60
    monkeypatch.setattr("audit.web.keys.OFTEN", "2/minute")
    assert [ask("/api/v1/orte").status for _ in range(3)] == [200, 200, 429]


def test_when_a_key_was_used_is_written_at_most_every_few_minutes(engine: Engine, clock: Clock) -> None:
    """Reading must not mean writing each time."""
    mine = key(engine)
    used = []
    with open_desk(engine, clock) as address:
        for pause in (timedelta(0), NOTED / 2, NOTED):
            clock.now += pause
            told(Visitor(address).ask("/api/v1/orte", authorization=f"bearer {mine}"))
            with opened(engine) as session:
                used.append(session.scalars(select(ApiKey.used)).one())
    assert used == [NOW, NOW, clock.now]


def test_on_the_own_machine_no_key_is_needed(alone: Visitor) -> None:
    """There nobody signs in either."""
    assert told(alone.ask("/api/v1/orte")) == {"orte": [], "nach": None}
    told(alone.ask("/api/v1/orte/nirgends"), 404)


# What is refused


@pytest.mark.parametrize(
    "path",
    [
        *("orte/nirgends", "orte/nirgends/pruefungen", "pruefungen/0", "pruefungen/-1", "pruefungen/1e3"),
        *("pruefungen/99999999999999999999", "pruefungen/%C2%B2", "pruefungen/x/befunde", "", "gibtesnicht"),
    ],
)
def test_what_is_not_there_is_404(ask: Ask, path: str) -> None:
    """Whatever stands where a name or a number belongs."""
    told(ask(f"/api/v1/{path}"), 404)


def test_an_audit_that_runs_is_409(ask: Ask, rows: Engine) -> None:
    """It is there, and will be told later."""
    with opened(rows) as session:
        running = session.scalars(select(Audit.id).where(Audit.judged.is_(None))).one()
    told(ask(f"/api/v1/pruefungen/{running}"), 409)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("anzahl=0", ["anzahl"]),
        ("anzahl=501", ["anzahl"]),
        ("anzahl=x&nach=-1", ["anzahl", "nach"]),
        ("nach=2147483648", ["nach"]),
        ("nach=%D9%A3", ["nach"]),
        ("nach=1&nach=2", ["nach", "nach"]),
        ("ergebnis=ABSENT", ["ergebnis"]),
        ("anzhal=5", ["anzhal"]),
        ("nach=", ["nach"]),
    ],
)
def test_wrong_parameters_are_named(ask: Ask, asked: str, wrong: list[str]) -> None:
    """A misspelt one would else be passed over, and the numbers be others than meant."""
    faults = told(ask(f"/api/v1/orte?{asked}"), 422)["parameters"]
    assert [fault["name"] for fault in faults] == wrong
    assert all(fault["reason"] for fault in faults)


def test_nothing_can_be_changed(ask: Ask, served: str) -> None:
    """The desk's forms are the only way."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        told(ask("/api/v1/orte", method=method, origin=served), 405)


# Caches and other sites


def test_what_is_the_same_is_not_sent_again(ask: Ask, rows: Engine) -> None:
    """Caches between may not keep it, the program's own may."""
    path = f"/api/v1/pruefungen/{number(rows, 'nachbarau')}"
    first = ask(path)
    assert first.headers["cache-control"] == "private, no-cache"
    for tag in (first.headers["etag"], f'"x", W/{first.headers["etag"]}'):
        again = ask(path, if_none_match=tag)
        assert (again.status, again.text) == (304, "")
    assert ask(path, if_none_match='"x"').status == 200


def test_only_listed_sites_of_the_intranet_may_read_in_a_browser(ask: Ask, served: str, alone: Visitor) -> None:
    """None is listed unless the operator does."""
    allowed = "access-control-allow-origin"
    assert ask("/api/v1/orte", origin=ORIGIN).headers[allowed] == ORIGIN
    assert allowed not in ask("/api/v1/orte", origin="https://evil.example").headers
    assert allowed not in alone.ask("/api/v1/orte", origin=ORIGIN).headers
    asked = {"access_control_request_method": "GET", "access_control_request_headers": "authorization"}
    before = Visitor(served).ask("/api/v1/orte", method="OPTIONS", origin=ORIGIN, sec_fetch_site="cross-site", **asked)
    assert (before.status, before.headers[allowed]) == (200, ORIGIN)
    assert "access-control-allow-credentials" not in before.headers


@pytest.mark.parametrize(
    "text", ["intranet.stadt.example", "*", "null", "https://a.example/pfad", "https://x@a.example"]
)
def test_what_no_browser_calls_a_site_is_refused_at_the_start(text: str) -> None:
    """It would never match, and nobody would know why."""
    with pytest.raises(InputError, match="API_ORIGINS"):
        surroundings({"API_ORIGINS": text})


def test_sites_are_separated_by_commas() -> None:
    """And a slash at the end does no harm."""
    given = "https://a.example/, HTTPS://B.example:8443"
    assert surroundings({"API_ORIGINS": given})["origins"] == ("https://a.example", "https://b.example:8443")


# The description


def test_the_description_is_told_without_a_key_and_names_every_address(served: str) -> None:
    """And none that is not there."""
    found = told(Visitor(served).ask("/api/v1/openapi.json"))
    assert found == json.loads(json.dumps(api.description()))
    published = json.loads(Path("docs/report.schema.json").read_text(encoding="utf-8"))
    assert found["components"]["schemas"]["report"]["properties"].keys() == published["properties"].keys()
    assert set(found["paths"]) == {*api.ADDRESSES, api.DESCRIPTION}


def test_a_connection_can_be_kept(served: str, secret: str) -> None:
    """A program that asks for each town of a state would else open thousands."""
    connection = HTTPConnection(urlsplit(served).netloc)
    for _ in range(2):
        connection.request("GET", "/api/v1/orte", headers={"Authorization": f"Bearer {secret}"})
        assert connection.getresponse().read()
    connection.close()
