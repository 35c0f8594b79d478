"""Taking up towns at the desk, where one stands, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from audit.run.reaching import Reached
from audit.web.town_settings import DOORS as SETTINGS
from audit.web.towns import DOORS
from db import queries
from db.models import Site, Town
from db.session import opened
from db.terms import PersonRole
from reports.desk_words import SAID
from tests.audit.web.conftest import Clock, serving
from tests.audit.web.visitor import Answer, Visitor

ADDRESS = "/orte/musterhafen/einstellungen"
PROFILE = b'key: ort\nname: Ort\nsites:\n  - {url: "http://www.ort.example/", role: city}\n'
TYPED = {
    "name": "Musterhafen",
    "state": "MV",
    "ars": "",
    "population": "59.000",
    "competences": ["kreisfrei"],
    "aliases": "OpenR@thaus: Open Rathaus, OpenRathaus",
    "neighbours": "nachbarau, altenfurt",
    "pages_per_site": "300",
    "seconds_per_site": "600",
    "delay_seconds": "1,5",
    "searches_per_site": "0",
    "search_share": "0,5",
}


def keys(engine: Engine) -> list[str]:
    with opened(engine) as session:
        return list(session.scalars(select(Town.key).order_by(Town.id)))


def known(engine: Engine) -> Town:
    with opened(engine) as session:
        town = queries.town(session, "musterhafen")
    assert town is not None
    return town


def seen(answer: Answer) -> str:
    return answer.text.split('name="seen" value="')[1].split('"')[0]


def upload(visitor: Visitor, content: bytes, *, name: str = "profil.yaml") -> Answer:
    """Send a profile as a browser does."""
    mark = uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{visitor.token}\r\n'
    head += f'--{mark}\r\nContent-Disposition: form-data; name="profile"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    return visitor.ask("/orte", method="POST", body=body, content_type=kind, origin=visitor.address)


def test_a_town_of_the_directory_is_taken_up(
    at_hafen: Visitor, hafen: Engine, acts: Callable[[], list[tuple[str, str]]]
) -> None:
    """By its name and then by its key, for names repeat; sent twice it is there once."""
    assert "Altdorf bei Nürnberg" in at_hafen.open("/orte?suche=Altdorf").text
    assert at_hafen.send("/orte", key="stralsund").there == "/orte/stralsund?gesagt=town_added"
    assert at_hafen.send("/orte", key="stralsund").there == "/orte/stralsund?gesagt=town_known"
    assert keys(hafen) == ["musterhafen", "stralsund"]
    assert [what for what, _ in acts()] == ["town_added"]
    assert at_hafen.open("/orte/stralsund").status == 200


def test_a_town_nobody_knows_is_taken_up_by_its_address(at_hafen: Visitor, hafen: Engine) -> None:
    """With or without the scheme."""
    at_hafen.open("/orte")
    assert at_hafen.send("/orte", address="www.neustadt.example").there == "/orte/neustadt?gesagt=town_added_https"
    assert at_hafen.send("/orte", address="http://www.altstadt.example").there == "/orte/altstadt?gesagt=town_added"
    assert at_hafen.send("/orte", address="http://www.musterhafen.example/x").there.endswith("town_known")
    assert at_hafen.send("/orte", address="www.neustadt.example").there.endswith("town_known")
    assert keys(hafen) == ["musterhafen", "neustadt", "altstadt"]


ADDRESSES = {
    "WWW.Musterstadt.example:8443/start?x=1": "www.musterstadt.example:8443/start?x=1",
    "www.müsterstadt.example": "www.xn--msterstadt-9db.example/",
}


@pytest.mark.parametrize("how", ["http", "certificate", "nowhere"])
def test_how_a_website_answers_is_told_and_kept(hafen: Engine, clock: Clock, how: str) -> None:
    """What was typed without a protocol gets the one that was found, with its port and path."""
    scheme = "http" if how == "http" else "https"

    def reach(_engine: Engine, url: str) -> Reached:
        return Reached(url.replace("https:", f"{scheme}:"), how)

    with serving(hafen, clock, sign_in=False, reach=reach) as address:
        visitor = Visitor(address)
        visitor.open("/orte")
        for typed, place in ADDRESSES.items():
            there = visitor.send("/orte", address=typed).there
            assert there.endswith(f"?gesagt=town_added_{how}")
            assert SAID[f"town_added_{how}"] in visitor.open(there).text
            with opened(hafen) as session:
                assert f"{scheme}://{place}" in set(session.scalars(select(Site.url)))


@pytest.mark.parametrize(
    "sent",
    [
        {"address": ""},
        {"address": "http://.."},
        {"address": "javascript:alert(1)"},
        {"address": "http://127.0.0.1:8350/"},
        {"address": "http://169.254.169.254/latest"},
        {"address": "x" * 40_000},
        {"address": "http://www.musterhafen.other/"},
        {"address": "name:geheim@www.neustadt.example"},
        {"address": "https://name:geheim@www.neustadt.example"},
        {"address": "10.0.0.7"},
        {"address": "rathaus"},
        {"address": "intranet.rathaus.local"},
        {"address": "www.neustadt.example:99999"},
        {"key": "profil.yaml"},
        {"key": "nirgends"},
        {"key": "/etc/passwd"},
        {"profile": "profil.yaml"},
    ],
)
def test_what_is_no_town_is_refused_with_the_reason(
    quiet: tuple[Visitor, Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: dict[str, str]
) -> None:
    """And no file of the server is opened, nothing inside a network taken up, no other town overwritten."""
    at_hafen, hafen = quiet
    (tmp_path / "profil.yaml").write_bytes(PROFILE)
    monkeypatch.chdir(tmp_path)
    at_hafen.open("/orte")
    answer = at_hafen.send("/orte", **sent)
    assert answer.status == 400
    assert 'class="fault"' in answer.text or 'class="refused"' in answer.text
    assert keys(hafen) == ["musterhafen"]


def test_a_profile_is_taken_up_once(at_hafen: Visitor, hafen: Engine) -> None:
    """A town that is known already keeps what people have said of it."""
    at_hafen.open("/orte")
    assert upload(at_hafen, PROFILE).there == "/orte/ort?gesagt=town_added"
    assert "Ort ist schon aufgenommen" in upload(at_hafen, PROFILE.replace(b"name: Ort", b"name: Ort")).text
    assert keys(hafen) == ["musterhafen", "ort"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PROFILE.replace(b"role: city", b"role: stadt"), "Zeile 4"),
        (b"key: ort\nname: [", "kein gültiges YAML"),
        (b"\xff\xfe\x00", "nicht in UTF-8"),
        (b"- nur\n- eine Liste", "Zeile 1"),
        (PROFILE.replace(b"www.ort.example", b"10.0.0.1"), "nicht zu erreichen"),
    ],
)
def test_a_wrong_profile_says_where(quiet: tuple[Visitor, Engine], content: bytes, words: str) -> None:
    """By the name the file had on the machine it came from, without its folders; nothing is written."""
    at_hafen, hafen = quiet
    at_hafen.open("/orte")
    answer = upload(at_hafen, content, name="C:/geheim/<b>ort.yaml")
    assert answer.status == 400
    assert words in answer.text
    assert "geheim" not in answer.text
    assert "<b>ort" not in answer.text
    assert keys(hafen) == ["musterhafen"]


def test_the_page_of_a_town_tells_where_it_stands(quiet: tuple[Visitor, Engine]) -> None:
    """In numbers, what waits, its audits, and the way to each of its rooms."""
    at_hafen = quiet[0]
    text = at_hafen.open("/orte/musterhafen").text
    assert "Ergebnis ansehen" in text
    assert "1 Website: Gehört sie zum Ort?" in text
    for path in (
        "/pruefungen/1",
        "/orte/musterhafen/verzeichnis",
        "/orte/musterhafen/pruefen",
        "/zeitplan?ort=musterhafen",
    ):
        assert f'href="{path}"' in text


@pytest.mark.parametrize("door", [door for door in (*DOORS, *SETTINGS) if "{key}" in door.path])
def test_a_town_that_is_not_there_is_not_found(quiet: tuple[Visitor, Engine], door: object) -> None:
    """Whatever stands in the address."""
    at_hafen = quiet[0]
    at_hafen.open("/orte")
    for key in ("nirgends", "..", "%00", "x" * 3000, "musterhafen%27--"):
        path = door.path.replace("{key}", key)
        answer = at_hafen.open(path) if door.method == "GET" else at_hafen.send(path, **TYPED)
        assert answer.status == 404, path


def test_a_hostile_name_is_only_text(at_hafen: Visitor, hafen: Engine) -> None:
    """On every page that shows it."""
    with opened(hafen) as session:
        town = queries.town(session, "musterhafen")
        assert town is not None
        town.name = "<script>alert(1)</script>\u202e"
        town.aliases = {"</textarea><img src=x>": ["<b>"]}
    for path in (
        "/orte",
        "/orte/musterhafen",
        ADDRESS,
        "/orte/musterhafen/websites",
        "/orte/musterhafen/websites/brief",
    ):
        text = at_hafen.open(path).text
        assert "&lt;script&gt;" in text
        assert "<script>" not in text
        assert "<img src" not in text


def test_what_is_known_of_a_town_can_be_changed(
    at_hafen: Visitor, hafen: Engine, acts: Callable[[], list[tuple[str, str]]]
) -> None:
    """As it is typed in German; what is no field of the form is not changed, and sent twice it is saved once."""
    sent = {**TYPED, "seen": seen(at_hafen.open(ADDRESS)), "id": "7", "key": "anders", "sites": "x"}
    assert at_hafen.send(ADDRESS, **sent).there == f"{ADDRESS}?gesagt=town_saved"
    town = known(hafen)
    assert (town.id, town.key, town.population, town.competences) == (1, "musterhafen", 59_000, ["kreisfrei"])
    assert town.aliases == {"OpenR@thaus": ["Open Rathaus", "OpenRathaus"]}
    assert town.neighbours == ["nachbarau", "altenfurt"]
    assert town.budget["delay_seconds"] == 1.5
    assert len(town.sites) == 6
    again = at_hafen.send(ADDRESS, **{**sent, "population": "59000"})
    assert again.there == f"{ADDRESS}?gesagt=town_saved"
    assert [what for what, _ in acts()] == ["town_changed"]
    assert "Einwohner" in acts()[0][1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("state", "XX"),
        ("ars", "12"),
        ("population", "viele"),
        ("population", "9" * 400),
        ("competences", ["kreisfrei", "kreisangehoerig"]),
        ("aliases", "ohne Doppelpunkt"),
        ("neighbours", "Groß Ort"),
        ("pages_per_site", "0"),
        ("delay_seconds", "nan"),
        ("search_share", "2"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(
    quiet: tuple[Visitor, Engine], name: str, value: str | list[str]
) -> None:
    """What was typed stays in the form, and nothing is written."""
    at_hafen, hafen = quiet
    sent = {**TYPED, "name": "Neuer Name", name: value, "seen": seen(at_hafen.open(ADDRESS))}
    answer = at_hafen.send(ADDRESS, **sent)
    assert answer.status == 400
    assert answer.text.count('class="fault"') == 1
    assert ("Groß Ort" if name == "neighbours" else "nachbarau, altenfurt") in answer.text
    assert known(hafen).name == "Musterhafen"


def test_two_who_change_one_town_see_each_other(enter: Callable[..., Visitor], hafen: Engine) -> None:
    """The second sees both versions with the name of the first, and is asked; nothing is overwritten."""
    visitor = enter(PersonRole.ADMIN)
    early = seen(visitor.open(ADDRESS))
    assert visitor.send(ADDRESS, **{**TYPED, "name": "Erste", "seen": early}).status == 303
    answer = visitor.send(ADDRESS, **{**TYPED, "name": "Zweite", "seen": early})
    assert answer.status == 409
    assert "Geändert von Admin" in answer.text
    assert "Erste" in answer.text
    assert known(hafen).name == "Erste"
    assert visitor.send(ADDRESS, **{**TYPED, "name": "Zweite", "seen": seen(answer)}).status == 303
    assert known(hafen).name == "Zweite"
