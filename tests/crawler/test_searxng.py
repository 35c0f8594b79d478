"""Guards how an instance of SearXNG is asked, over real HTTP: what counts as a hit, and that a failure is never an empty answer."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator
from http.client import HTTPMessage
from urllib.request import Request

import pytest

from crawler import searxng
from crawler.searxng import LARGEST, MOST, PARTIAL, WORDS, Answer, SearXNG, is_over, read
from db.errors import InputError
from tests.crawler.metasearch import FakeSearXNG, Reply, refusal, results

TOWN = "https://www.ort.example"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSearXNG]:
    """An instance in our own network, while the way out is a proxy that does not answer."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with FakeSearXNG() as fake:
        yield fake


def ask(fake: FakeSearXNG, reply: Reply) -> Answer:
    fake.said["*"] = reply
    return SearXNG(fake.address).ask("Ort handyparken")


def test_the_question_is_one_of_the_api(fake: FakeSearXNG) -> None:
    """GET /search with the words, as JSON, in German; our name is told."""
    SearXNG(f"{fake.address}/searxng/").ask("Ort müll & app")
    assert fake.asked == [
        {"q": "Ort müll & app", "format": "json", "language": "de-DE", "path": "/searxng/search"},
    ]
    assert fake.headers["User-Agent"].startswith("Fundstelle/")
    assert "Authorization" not in fake.headers


def test_the_address_of_the_search_page_will_do(fake: FakeSearXNG) -> None:
    """People copy it from their browser."""
    SearXNG(f"{fake.address}/search").ask("Ort")
    assert fake.asked[0]["path"] == "/search"


def test_hits_are_the_first_ten_addresses(fake: FakeSearXNG) -> None:
    """Canonical, each once, in the order of the answer; engines are those of these hits."""
    many = [f"{TOWN}/{n}" for n in range(1, 15)]
    answer = ask(fake, results(f"{TOWN}:443/1#oben", *many, "javascript:void(0)"))
    assert answer == Answer(hits=many[:MOST], engines=["google", "bing"])


def test_engines_that_did_not_answer_are_named(fake: FakeSearXNG) -> None:
    """With the instance's own word for why."""
    answer = ask(fake, results(f"{TOWN}/1", engines=["bing"], silent={"google": "Suspended: CAPTCHA"}))
    assert (answer.engines, answer.silent, answer.error) == (["bing"], ["google: Suspended: CAPTCHA"], None)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(403), "refused"),
        (refusal(429), "too_many"),
        (refusal(401), "login"),
        (refusal(500), "status"),
        (refusal(404), "status"),
        (Reply(b"<!doctype html><title>SearXNG</title>", type="text/html"), "no_json"),
        (Reply(b'{"error": "No query"}'), "no_json"),
        (Reply(b"[]"), "no_json"),
        (Reply(b'{"results": [1]}'), "no_json"),
        (Reply(b'{"results": {"url": 3}}'), "no_json"),
        (Reply(b'{"results": [], "unresponsive_engines": ["google"]}'), "no_json"),
        (Reply(b"[" * 100_000), "no_json"),
        (Reply(b"\xff\xfe\x00"), "no_json"),
        (Reply(b'{"results": [' + b" " * LARGEST + b"]}"), "too_large"),
        (Reply(status=None), "connection"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "redirect"),
        (Reply(status=302, headers={"Location": "/search?q=immer"}), "redirect"),
        (results(), "empty"),
        (results(silent={"google": "CAPTCHA", "bing": "timeout"}), "engines"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failure_has_its_name(fake: FakeSearXNG, reply: Reply, error: str) -> None:
    """Each has its German words, and none looks as if the town had not been found."""
    answer = ask(fake, reply)
    assert (answer.hits, answer.error) == ([], error)
    assert WORDS[error].endswith(".")


def test_another_server_is_not_asked_in_its_place(fake: FakeSearXNG) -> None:
    """Neither the question nor the password goes to whom nobody named; the same server under another path is asked."""
    with FakeSearXNG() as other:
        fake.said["*"] = Reply(status=307, headers={"Location": f"{other.address}/search?q=Ort"})
        assert SearXNG(f"http://name:geheim@{fake.host}").ask("Ort").error == "redirect"
        assert other.asked == []
    fake.said = {"Ort": Reply(status=301, headers={"Location": "/neu/search?q=neu"}), "neu": results(f"{TOWN}/1")}
    assert SearXNG(fake.address).ask("Ort").hits == [f"{TOWN}/1"]


@pytest.mark.parametrize(
    ("before", "after", "goes_on"),
    [
        ("http://suche.ort.example/search", "https://suche.ort.example/search", True),
        ("https://suche.ort.example/search", "https://suche.ort.example/neu", True),
        ("https://suche.ort.example/search", "http://suche.ort.example/search", False),
        ("https://suche.ort.example/search", "https://suche.ort.example:8443/search", False),
        ("https://suche.ort.example/search", "https://suche.ort.example@anderswo.example/search", False),
    ],
)
def test_a_redirect_never_leads_to_another_server_or_out_of_encryption(
    before: str,
    after: str,
    goes_on: bool,  # noqa: FBT001
) -> None:
    """What was sent encrypted stays so."""
    asked = Request(before, headers={"Authorization": "Basic x"})
    went = searxng._SameHost().redirect_request(asked, io.BytesIO(), 302, "", HTTPMessage(), after)
    assert (went is not None) is goes_on


def test_an_instance_outside_is_reached_through_the_proxy(fake: FakeSearXNG, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most town halls have no other way out; one in the own network is asked directly, as in all other tests here."""
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", fake.address)
    SearXNG("http://suche.ort.example").ask("Ort")
    assert fake.headers["Host"] == "suche.ort.example"


def test_nobody_there_and_nobody_answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port and a silent one are two reasons."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        search = SearXNG(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert search.ask("Ort").error == "connection"
        taken.listen()
        monkeypatch.setattr(searxng, "TIMEOUT", 0.05)
        assert search.ask("Ort").error == "timeout"


def test_name_and_password_are_sent_and_not_kept(fake: FakeSearXNG) -> None:
    """What may be shown of an address is its host."""
    search = SearXNG(f"http://stadt:gehe%40im@{fake.host}/")
    search.ask("Ort")
    assert fake.password == "stadt:gehe@im"
    assert search.host == fake.host


@pytest.mark.parametrize(
    "address",
    ["", "suche.ort.example", "ftp://geheim@suche.ort.example", "http://:geheim@", "https://geheim@suche.ort.example:99999/",
     "http://suche ort.example/geheim", "https://suche.ort.example/?token=geheim", "http://suche.ort.example\\@geheim.example/"],
)  # fmt: skip
def test_a_wrong_address_is_refused_without_repeating_it(address: str) -> None:
    """It may hold a password, and messages end in logs."""
    with pytest.raises(InputError) as told:
        SearXNG(address)
    assert "--searxng" in str(told.value)
    assert "geheim" not in str(told.value)


def test_answers_do_not_depend_on_what_instances_leave_out() -> None:
    """Older ones name one engine of a result, and none that was silent."""
    answer = read(json.dumps({"results": [{"url": TOWN, "engine": "mojeek"}, {"title": "ohne"}]}).encode())
    assert answer == Answer(hits=[f"{TOWN}/"], engines=["mojeek"])


def test_what_is_no_text_cannot_be_stored() -> None:
    """JSON may hold half of a sign, which no database takes."""
    answer = read(rb'{"results": [{"url": "https://www.ort.example/\ud800", "engines": ["a\udfff"]}]}')
    assert answer == Answer(hits=[f"{TOWN}/"], engines=["a"])


@pytest.mark.parametrize(
    ("errors", "over"),
    [
        ([], False),
        (["refused"], True),
        ([None, "too_many"], True),
        (["timeout", "engines"], False),
        (["timeout", "engines", "empty"], True),
        (["timeout", None, "timeout", "timeout"], False),
        (["timeout", PARTIAL, "timeout"], False),
        ([PARTIAL] * 9, False),
    ],
)
def test_who_refuses_or_fails_is_asked_no_more(errors: list[str | None], over: bool) -> None:  # noqa: FBT001
    """At once, or after three failures in a row; an answer by some engines is an answer."""
    assert is_over(errors) is over
