"""What audits must survive, in the short forms of ``tests.chaos``: each is complete once, with the pages and verdicts of one undisturbed."""

from __future__ import annotations

import pytest

from tests.chaos import faults
from tests.chaos.scene import Fault, scene
from tests.conftest import PostgresServer


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", [faults.killed_desk, pytest.param(faults.full_disk, marks=pytest.mark.namespaces)])
def test_on_a_machine_of_its_own(fault: Fault) -> None:
    """As a town has it, with its data in a file."""
    with scene(None, fault.__name__) as here:
        fault(here)


@pytest.mark.postgres
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", [faults.killed_notifying, faults.crashed_judging, faults.many_queued])
def test_on_a_server(fault: Fault, postgres: PostgresServer) -> None:
    """As a country has it."""
    with scene(postgres, fault.__name__, away=0.5) as here:
        fault(here)
