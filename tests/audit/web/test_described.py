"""The desk answers as its OpenAPI document says, whatever is asked: schemathesis makes up the questions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from audit.web import api, keys
from tests.audit.web.conftest import Clock
from tests.audit.web.numbered import key, numbered, open_desk
from tests.audit.web.visitor import Visitor

EXAMPLES = "5"
PATHS = [
    "/orte",
    "/orte/musterhafen",
    "/orte/musterhafen/pruefungen",
    "/orte/musterhafen/aenderungen",
    "/pruefungen/1",
    "/pruefungen/1/befunde",
]


def test_no_question_brings_the_desk_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No 5xx, no status, header or body that is not described, and nothing without a key."""
    for name in ("OFTEN", "WRONG"):
        monkeypatch.setattr(keys, name, "100000/minute")
    engine = numbered(tmp_path / "api.db")
    with open_desk(engine, Clock()) as address:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}{api.ROOT}{api.DESCRIPTION}"),
            *("--header", f"Authorization: Bearer {key(engine)}", "--phases", "coverage,fuzzing"),
            *(
                "--max-examples",
                EXAMPLES,
                "--generation-deterministic",
                "--continue-on-failure",
                "--no-color",
                "--generation-allow-x00",
                "false",
            ),
        ]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    engine.dispose()
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert f"Tested: {len(api.ADDRESSES)}" in run.stdout


def test_what_is_there_is_told_as_described(tmp_path: Path) -> None:
    """Made-up questions seldom hit a town, so each address is also asked for one."""
    engine = numbered(tmp_path / "api.db")
    described = api.description()
    with open_desk(engine, Clock()) as address:
        header = {"authorization": f"Bearer {key(engine)}"}
        answers = {path: Visitor(address).ask(f"{api.ROOT}{path}", **header) for path in PATHS}
    engine.dispose()
    for (path, answer), name in zip(answers.items(), api.ADDRESSES, strict=True):
        told = described["paths"][name]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema = {**told, "components": described["components"]}
        faults = [fault.message[:300] for fault in Draft202012Validator(schema).iter_errors(json.loads(answer.text))]
        assert (answer.status, faults) == (200, []), path
