"""The bench: what it tells where the server or the plan cannot do what a test needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex

import pytest

from contract_tests.faults.other_server.habits import STRANGERS
from contract_tests.faults.trial import silence
from contract_tests.faults.whole import stranger
from contract_tests.guard import Guard
from contract_tests.lab import Lab
from contract_tests.plugin import Judge
from contract_tests.target import Target
from contract_tests.traffic import Line, http_client


@contextmanager
def lab_on(target: Target) -> Iterator[Lab]:
    """The first team's bench on a target."""
    guard = Guard(target.base_url, target.token)
    with http_client(Line(target, guard, Judge(target, [], silence))) as client:
        yield Lab(target, client, guard, target.api_key)


@pytest.fixture
def one_slot() -> Iterator[Target]:
    """A server whose plan has one slot, which a draft takes."""
    with stranger(STRANGERS["small"]) as target:
        yield target


def test_slot_that_the_run_holds(one_slot: Target) -> None:
    """Where the run's own experiments take all slots, the plan is too small: there is nothing to free."""
    with lab_on(one_slot) as lab, lab_on(one_slot) as of_another_process:
        made = lab.experiment()
        for each in (lab, of_another_process):
            with pytest.raises(pytest.skip.Exception, match=r"^needs 2 slots .*, and the plan has 1: use a larger"):
                each.experiment()
        lab.remove(made["uid"])
        lab.experiment()


def test_slot_that_somebody_holds(one_slot: Target) -> None:
    """Where others have taken the slots, one of theirs can be freed."""
    with lab_on(one_slot) as lab, lab_on(replace(one_slot, token=token_hex(4))) as of_another_run:
        of_another_run.experiment()
        with pytest.raises(pytest.skip.Exception, match=r"\(1 of 1 taken\): free one or use a larger plan$"):
            lab.experiment()
