"""Every door through which something is sent, taken from the route table, so that none can be forgotten: whatever comes, the desk stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from audit.web.app import doors
from audit.web.call import Door
from db.base import Base
from db.session import opened
from tests.audit.web.furnished import Furnished, furnished, looking
from tests.audit.web.visitor import Answer

SENDING = [door for door in doors() if door.method == "POST"]
FORM = re.compile(r'<form ([^>]*method="post"[^>]*)>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r"<(input|textarea|select|button)\b([^>]*)>", re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)"( selected)?')
STRANGE = [
    "",
    "x" * 150_000,
    "9" * 5000,
    "-1",
    "\x00\r\n\x1b[31m",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "٣",
    "../../etc/passwd",
    "' OR 1=1; --",
    "<script>alert(1)</script>\u202e",
    "{{ 7 * 7 }}${7*7}%s%n",
    "http://169.254.169.254/latest",
    "2026-02-31",
]
OTHERS = {502, 504}
"""What is said where a mail server of others is not there."""

ALONE = {"act", "visit"}
"""Tables that also grow when nothing is done twice: who came in, and what was tried."""

AGAIN = {"/leute/{person}/einladung": {"invitation"}}
"""Where the second press means something: whoever asks twice for a link gets two, of which the last holds."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """The desk on which everything is there."""
    with furnished(tmp_path_factory.mktemp("doors")) as one:
        yield one


@pytest.fixture(scope="module")
def forms(desk: Furnished) -> dict[str, list[tuple[str, dict[str, list[str]]]]]:
    """The forms of all screens by the door they lead to: where each goes, and what it would send as it stands."""
    visitor, found = desk.come(), dict[str, list[tuple[str, dict[str, list[str]]]]]()
    for path in [path for door in looking() for path in desk.addresses(door)]:
        answer = visitor.ask(path)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            for action, values in _forms(path, answer):
                found.setdefault(_door(action).path, []).append((action, values))
    return found


def _forms(path: str, answer: Answer) -> Iterator[tuple[str, dict[str, list[str]]]]:
    for head, inside in FORM.findall(answer.text):
        action = re.search(r'action="([^"]*)"', head)
        values = dict[str, list[str]]()
        for kind, told in FIELD.findall(inside):
            told_name, told_value = re.search(r'name="([^"]*)"', told), re.search(r'value="([^"]*)"', told)
            if told_name and told_name[1] != "token" and not ("radio" in told and "checked" not in told):
                value = told_value[1] if told_value else ""
                if kind == "select":
                    options = OPTION.findall(inside[inside.index(told) :].split("</select>")[0])
                    value = next((one for one, chosen in options if chosen), options[0][0] if options else "")
                values.setdefault(told_name[1], []).append(unescape(value))
        yield unescape(action[1]) if action else path, values


def _door(action: str) -> Door:
    """The door that a form's address belongs to; the narrowest, as the route table has it."""
    path = urlsplit(action).path
    fits = [door for door in SENDING if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", door.path), path)]
    assert fits, f"a form leads to {action}, where there is no door"
    return fits[0]


def test_every_door_is_reached_by_a_form(forms: dict[str, object]) -> None:
    """Of some screen; a door that no form leads to is one that nobody has looked at."""
    assert {door.path for door in SENDING} - forms.keys() == set()


def test_nothing_is_taken_without_the_token(desk: Furnished) -> None:
    """Of this browser, or from the page of another site, whoever is signed in; and nothing is changed."""
    before = counted(desk)
    for door in SENDING:
        visitor, path = desk.come(), desk.path(door)
        kind = "application/x-www-form-urlencoded"
        for sent in (b"", b"token=", b"token=" + b"0" * 64):
            answer = visitor.ask(path, method="POST", body=sent, content_type=kind, origin=desk.address)
            assert answer.status == 403, (door.path, sent)
        body = f"token={visitor.token}".encode()
        for origin in ("http://evil.example", "null"):
            answer = visitor.ask(path, method="POST", body=body, content_type=kind, origin=origin)
            assert answer.status == 403, (door.path, origin)
    assert counted(desk) == before


def stands(answer: Answer) -> bool:
    """Was it answered without a fault of ours?"""
    return answer.status < 500 or answer.status in OTHERS


def counted(desk: Furnished) -> Counter[str]:
    """How many rows each table has that tells what was done."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in ALONE]
    with opened(desk.engine) as session:
        return Counter({table.name: session.scalar(select(func.count()).select_from(table)) for table in tables})


@pytest.mark.parametrize("path", [door.path for door in SENDING])
def test_whatever_is_sent_the_desk_stands(
    desk: Furnished, forms: dict[str, list[tuple[str, dict[str, list[str]]]]], path: str
) -> None:
    """Nothing at all, a field missing, huge, hostile, twice or not in the form, a file where there is none: an answer in plain words, never a fault of ours."""
    door = next(one for one in SENDING if one.path == path)
    action, values = forms[path][0]
    for place, text in enumerate(STRANGE if values else STRANGE[:2]):
        desk.restore()
        visitor = desk.come()
        answer = visitor.send(action, **dict.fromkeys(values, text))
        assert stands(answer), (path, text[:20], answer.text)
        some = dict(list(values.items())[place % 2 :: 2])
        more = {name: [*value, text] for name, value in some.items()} | {"id": "1", "role": text[:9], "town_id": "2"}
        assert stands(visitor.send(action, **more)), (path, text[:20])
    strange = [
        desk.path(door).replace(str(one), text)
        for one in ("musterhafen", 1)
        for text in ("%F0%9F%92%A9", "9" * 40, "%27--")
    ]
    assert all(stands(desk.come().send(one, **values)) for one in strange)


@pytest.mark.parametrize("path", [door.path for door in SENDING])
def test_pressed_twice_is_pressed_once(
    desk: Furnished, forms: dict[str, list[tuple[str, dict[str, list[str]]]]], path: str
) -> None:
    """The second time nothing more comes of it, and it is answered like the first or with a page that says why not."""
    for action, values in forms[path][:2]:
        desk.restore()
        visitor = desk.come()
        answer = visitor.send(action, **values)
        assert stands(answer), answer.text
        once = counted(desk)
        assert stands(visitor.send(action, **values))
        grown = {name for name, number in counted(desk).items() if number != once[name]}
        assert grown <= AGAIN.get(path, set()), path
