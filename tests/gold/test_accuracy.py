"""The classifier does not get worse on the gold set without anybody noticing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit import catalogue, checked
from audit.catalogue import Accuracy
from audit.classify.evaluation import evaluate
from db.errors import CatalogueError
from tests import gold

BASELINE = json.loads((Path(__file__).parent / "baseline.json").read_text(encoding="utf-8"))
SLACK = 0.01
"""So much may be lost for something that is gained elsewhere; whoever gives up more writes the baseline anew and says why."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, float]]]:
    """The figures of now, by part of the set and band."""
    file = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    return {part: evaluate(found)["sets"]["all"] for part, found in gold.measured(file).items()}


@pytest.mark.parametrize("part", list(BASELINE))
@pytest.mark.parametrize("band", ["automatic", "review"])
@pytest.mark.parametrize("figure", ["precision", "recall", "f1"])
def test_no_figure_falls_below_the_baseline(
    measured: dict[str, dict[str, dict[str, float]]], part: str, band: str, figure: str
) -> None:
    """``python -m tests.gold`` writes the baseline anew."""
    assert measured[part][band][figure] >= BASELINE[part][band][figure] - SLACK


@pytest.mark.parametrize("band", ["automatic", "review"])
def test_reports_print_what_the_baseline_says(band: str) -> None:
    """Whoever writes the baseline anew writes both; figures by hand or of an older measurement are found out."""
    file = catalogue.FOLDER / catalogue.DEFAULT / catalogue.ACCURACY
    printed = getattr(checked.read(file, Accuracy, error=CatalogueError), band).model_dump()
    assert {figure: printed[figure] for figure in BASELINE["held_out"][band]} == BASELINE["held_out"][band]
