"""The command line: exit codes, German messages, and nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from audit import cli
from audit.cli import PARTS, app, run, texts
from crawler import browser

PROFILE = """key: ort
name: Ort
state: MV
sites:
  - {url: "http://www.ort.example/", role: city}
"""


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has its own data, and no way to the internet: the proxy is a closed port."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def wrong(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must fail as bad input; return what it says."""
    assert run(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Fehler: ")
    assert "Traceback" not in told.err
    return told.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "Den Befehl 'nonsense' gibt es nicht"),
        (["audit"], "Es fehlt die Angabe"),
        (["audit", "--pagse", "3", "ort"], "--pagse gibt es nicht"),
        (["audit", "--pages", "0", "stralsund"], "--pages"),
        (["audit", "Qqqqqstadt"], "Qqqqqstadt"),
        (["audit", "stralsund", "Stralsund"], "zweimal"),
        (["judge", "77"], "Prüfung „77“ gibt es nicht"),
        (["judge", "²"], "Eine Prüfung „²“ gibt es nicht"),
        (["judge", "9" * 30], "gibt es nicht"),
        (["report", "stralsund"], "gibt es nicht"),
        (["report", "stralsund", "--format", "docx"], "docx"),
        (["compare", "stralsund"], "zwei bis 12"),
        (["explain", "stralsund", "handyparken"], "gibt es nicht"),
        (["criteria", "list", "--area", "kochen"], "Bereiche:"),
        (["inspect"], "Nötig ist"),
        (["inspect", "nowhere.html", "--url", "http://x.example/"], "nowhere.html"),
        (["classify", "nowhere.jsonl"], "nowhere.jsonl"),
        (["measures", "import", "stralsund", "nowhere.xlsx"], "nowhere.xlsx"),
        (["town", "find", "Qqqqqstadt"], "kennt das Verzeichnis nicht"),
        (["archive", "verify", "nowhere.warc.gz"], "nowhere.warc.gz"),
        (["archive", "list", "stralsund"], "gibt es nicht"),
        (["archive", "prune"], "--days"),
        (["audit", "stralsund", "--archive", "nowhere.warc.gz"], "nowhere.warc.gz"),
        (["audit", "stralsund", "--archive", __file__], "WARC oder WACZ"),
        (["town", "letter", "stralsund", "--address", "quatsch"], "ist keine Adresse und kein Netz"),
        (["town", "letter", "stralsund", "--site", "www.example.org"], "gehört nicht zu Stralsund"),
        (["town", "letter", "stralsund", "--out", "/nirgends/brief.txt"], "/nirgends/brief.txt"),
    ],
)
def test_wrong_words_end_in_a_clear_message(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one German sentence on stderr, nothing on stdout."""
    assert told in wrong(words, capsys)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PROFILE + "colour: blue\n", "Zeile 6"),
        (PROFILE.replace("role: city", "role: castle"), "Zeile 5"),
        (PROFILE.replace("http://www.ort.example/", "ftp://www.ort.example/"), "Zeile 5"),
        ("key: Ort Ort\nname: Ort\nsites: []\n", "Zeile 1"),
        ("key: [", "Zeile"),
    ],
)
def test_a_wrong_profile_names_file_and_line_and_writes_nothing(
    text: str, told: str, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The person who wrote the profile finds the place; no database was made for it."""
    file = house / "profil.yaml"
    file.write_text(text, encoding="utf-8")
    message = wrong(["audit", str(file)], capsys)
    assert str(file) in message
    assert told in message
    assert run(["town", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_unreachable_database_is_told_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No site is asked when the result could not be kept."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    message = wrong(["audit", "stralsund"], capsys)
    assert "Datenbank" in message
    assert "secret" not in message


def test_without_network_everything_is_unknown_and_nothing_absent(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, each host with its reason, no criterion called absent."""
    assert run(["audit", "stralsund", "--json", "--no-delay"]) == 3
    document = json.loads(capsys.readouterr().out)
    verdicts = {row["verdict"] for row in document["findings"]}
    assert verdicts == {"UNKNOWN"}
    assert document["coverage"]["enough"] is False
    assert document["coverage"]["sites"]
    assert all(site["reason"] for site in document["coverage"]["sites"])
    assert {row["gap"] for row in document["findings"]} <= {"UNCHECKED", None}
    assert run(["town", "letter", "stralsund"]) == 0
    written = capsys.readouterr().out
    assert "- www.stralsund.de: Der Server nimmt keine Verbindung an" in written
    assert "Was wir nicht lesen können" in written


def test_the_town_with_two_namesakes_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Equal names come with their Land and a way to choose."""
    message = wrong(["audit", "Altdorf"], capsys)
    assert "Baden-Württemberg" in message
    assert "Rheinland-Pfalz" in message
    assert "town find" in message


def _commands() -> list[list[str]]:
    found = [[name] for name in _all()]
    for name, command in _all().items():
        found += [[name, inner] for inner in getattr(command, "commands", {})]
    return found


def _all() -> dict[str, click.Command]:
    context = click.Context(app)
    return {name: command for name in app.list_commands(context) if (command := app.get_command(context, name))}


def test_every_command_of_a_module_is_known() -> None:
    """By its name and where it lies, since it is loaded only when somebody asks for it."""
    folder = Path(cli.__file__).parent
    parts = {path.stem: import_module(f"audit.cli.{path.stem}") for path in folder.glob("[a-z]*.py")}
    found = {
        name: tuple(one.name for one in part.COMMANDS) for name, part in parts.items() if hasattr(part, "COMMANDS")
    }
    assert found == PARTS


def test_what_a_command_does_not_need_is_not_loaded() -> None:
    """Whoever asks for the version does not wait for a crawler or a database."""
    told = "from audit.cli import run; run(['--version']); import sys; print(sorted({'scrapy', 'sqlalchemy', 'jinja2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-P", "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """``--help`` is German and shows an example."""
    assert run([*words, "--help"]) == 0
    told = capsys.readouterr().out
    assert "Aufruf: fundstelle" in told
    assert "Beispiel" in told or "Befehle:" in told
    assert "Show this message" not in told


def test_every_command_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """On the help page, with the whole of its first sentence."""
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    for name, command in _all().items():
        line = " ".join((command.help or "").split("\n\n")[0].split())
        assert f"  {name} " in told
        assert line in " ".join(told.split())


@pytest.mark.browser
def test_doctor_looks_at_everything(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A healthy set-up is told as such, for people and for scripts."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert run(["doctor", "--json"]) == 0
    assert all(check["ok"] for check in json.loads(capsys.readouterr().out))
    assert run(["doctor"]) == 0
    assert "in Ordnung" in capsys.readouterr().out


def browser_check(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code = run(["doctor", "--json"])
    checks = json.loads(capsys.readouterr().out)
    assert code == (0 if all(check["ok"] for check in checks) else 2)
    (check,) = [check for check in checks if check["name"] == "Browser"]
    return dict(check)


@pytest.mark.parametrize("program", ["/nirgends/chromium", "/bin/false"])
def test_doctor_tells_what_pages_made_by_scripts_lack(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """A Chromium that is not there, or does not start, is a fault with its remedy."""
    monkeypatch.setenv(browser.VARIABLE, program)
    check = browser_check(capsys)
    assert not check["ok"]
    assert browser.VARIABLE in check["remedy"]


def test_without_the_extra_doctor_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault to do without."""
    monkeypatch.setattr(browser, "is_installed", lambda: False)
    check = browser_check(capsys)
    assert check["ok"]
    assert "fundstelle[browser]" in check["found"]


@pytest.mark.browser
def test_doctor_starts_the_browser(capsys: pytest.CaptureFixture[str]) -> None:
    """That pages can be shown is tried, not guessed."""
    assert "gelesen" in browser_check(capsys)["found"]


@pytest.mark.postgres
def test_the_same_commands_run_on_postgresql(
    postgres: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An audit without network, judged again, on PostgreSQL."""
    monkeypatch.setenv("DATABASE_URL", postgres("cli"))
    assert run(["audit", "greifswald", "--json", "--no-delay"]) == 3
    assert run(["judge", "greifswald", "--json"]) == 3
    capsys.readouterr()


def test_the_summary_says_what_was_left_out_and_why() -> None:
    """A limit that can be raised and a calendar without end are two things, also where the reading came to its end."""
    site = {"url": "http://www.ort.example/", "end": "finished", "reason": "", "left_out": 1320}
    site |= {"left_out_by": {"budget": 120, "endless": 1200}}
    read = {"enough": True, "sites": [site], "changes": None}
    told = {"town_name": "Ort", "audit": 1, "score": {"found": 1, "of": 2}, "coverage": read}
    summary = texts.summary({**told, "findings": [], "proposals": []})
    assert (
        "1.320 Adressen ausgelassen, davon 120 wegen der Grenze für die Zahl der Seiten, 1.200 aus endlosen" in summary
    )
