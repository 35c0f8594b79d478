"""What stands in ``deploy`` is true of the code: each variable, command, file and limit it names."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from audit.cli import app
from audit.web import guard
from crawler.browser import VARIABLE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
VARIABLES = re.compile(r'"(FUNDSTELLE_[A-Z]+(?:_[A-Z]+)*|OIDC_[A-Z_]+|DATABASE_URL|SMTP_URL|API_ORIGINS|HTTPS?_PROXY)"')
PROGRAM = "/opt/fundstelle/bin/fundstelle"
EXPOSED = 2.5
"""What systemd counts of a service at most, from 0 to 10."""

OURS = {"upgrade", "desk", "worker", "backup"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def settings(file: str) -> list[str]:
    """The names that an environment file sets or could set, in its order."""
    lines = (DEPLOY / file).read_text(encoding="utf-8").splitlines()
    return [found[1] for line in lines if (found := re.match(r"#?([A-Z_]+)=", line))]


def test_every_variable_that_the_code_reads_is_explained_and_no_other() -> None:
    """A new one must be said to those who run it; one that is gone must not be."""
    code = [path for room in ("audit", "crawler", "db", "reports") for path in (ROOT / room).rglob("*.py")]
    read = {name for path in code for name in VARIABLES.findall(path.read_text(encoding="utf-8"))}
    assert VARIABLE in read
    # Read by the libraries that ask.
    assert sorted(settings("fundstelle.env.example")) == sorted(
        read | {"NO_PROXY", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in read if f"`{name}`" not in readme] == []


def commands() -> Iterator[str]:
    """Every call of the program in units, compose file, container file and guide."""
    for unit in UNITS:
        yield from re.findall(rf"^ExecStart={PROGRAM} (.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    for name in OURS:
        yield " ".join(compose()["services"][name]["command"])
    (found,) = re.findall(r"^CMD \[(.+)\]$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    yield found.replace('"', "").replace(",", "")
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    yield from re.findall(r"(?:„|`|/)fundstelle ([a-z][^“`\n;|&#]*)", guide)


@pytest.mark.parametrize("call", sorted(set(commands())))
def test_every_command_that_is_named_is_there(call: str) -> None:
    """With all of its options."""
    words = shlex.split(call)
    found: click.Command = app
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        inner = found.get_command(click.Context(found), words[0])
        if inner is None and found.params:
            break
        assert inner is not None, words[0]
        found, words = inner, words[1:]
    known = {name for parameter in found.params for name in parameter.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known


def test_the_compose_file_names_what_is_there() -> None:
    """Every file it mounts, every password, every image by name and version; each of ours is shut in."""
    document = compose()
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"\$\{([A-Z_]+):\?", text))) == sorted(settings("compose.env.example"))
    assert "$" not in re.sub(r"\$\{[A-Z_]+:\?fehlt in \.env\}", "", text)
    for name, service in document["services"].items():
        if name in OURS:
            assert (service["image"], service["read_only"]) == ("fundstelle", True)
            assert (ROOT / service["build"]["dockerfile"]).exists()
        else:
            assert re.fullmatch(r"[a-z]+:[0-9.]+", service["image"])
        assert "no-new-privileges:true" in service["security_opt"]
        assert name == "database" or service["cap_drop"] == ["ALL"]
        assert set(service["networks"]) <= set(document["networks"])
        assert set(service.get("depends_on", {})) <= set(document["services"])
        for mount in service["volumes"]:
            source = mount.split(":")[0]
            assert source in {*document["volumes"], "./tls"} or (DEPLOY / source).exists(), source
    desk = document["services"]["desk"]["environment"]
    (front,) = document["networks"]["front"]["ipam"]["config"]
    assert desk["FUNDSTELLE_PROXIES"] == front["subnet"]
    assert f"server desk:{desk['FUNDSTELLE_PORT']};" in (DEPLOY / "nginx" / "desk-compose.conf").read_text()
    named = {name for service in document["services"].values() for name in service.get("environment", {})}
    ours = {name for name in named if name.startswith("FUNDSTELLE")}
    assert ours <= set(settings("fundstelle.env.example"))
    assert document["networks"]["inside"]["internal"]


def test_the_image_holds_what_the_program_needs_and_runs_as_nobody() -> None:
    """Of these versions, without leftovers, and with a look whether it lives."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert all((ROOT / name).exists() for name in copied)
    assert {f"!{name}" for name in copied} == {line for line in ignored if line.startswith("!")}
    wheel = re.search(r"^packages = \[(.+)\]$", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert wheel is not None
    assert set(re.findall(r'"(\w+)"', wheel[1])) <= set(copied)
    assert "--no-cache-dir --constraint constraints.txt" in text
    assert text.index("\nUSER fundstelle\n") < text.index("\nENTRYPOINT")
    assert "/healthz" in text


def test_nginx_takes_as_much_as_the_desk() -> None:
    """What one lets through and the other refuses nobody would understand."""
    found = re.search(
        r"client_max_body_size (\d+)m;", (DEPLOY / "nginx" / "fundstelle.conf").read_text(encoding="utf-8")
    )
    assert found is not None
    assert guard.LARGEST <= int(found[1]) * 2**20 < 1.1 * guard.LARGEST


@pytest.mark.systemd
def test_systemd_takes_the_units_and_finds_them_shut_in(tmp_path: Path) -> None:
    """Without a word of complaint, and with little that they could still do to the system."""
    for unit in UNITS:
        name = unit.name.replace("@.", "@1.")
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, shutil.which("true") or "")
        (tmp_path / name).write_text(text, encoding="utf-8")
    names = sorted(str(path) for path in tmp_path.iterdir())
    verified = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    ours = [line for line in verified.stderr.splitlines() if "fundstelle" in line]
    assert (verified.returncode, ours) == (0, [])
    for name in (name for name in names if name.endswith(".service")):
        words = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={10 * EXPOSED:.0f}", name]
        assert subprocess.run(words, capture_output=True, check=False).returncode == 0, name
