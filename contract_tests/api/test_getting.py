"""Reading one experiment."""

import pytest

from contract_tests import expect
from contract_tests.lab import Lab


@pytest.mark.rule("get.reads-created")
def test_reads_created(lab: Lab) -> None:
    """What create answered is what a read returns at once, under the uid it gave."""
    made = lab.experiment(hypothesis="Reads follow writes.")
    expect.same(expect.experiment(expect.status(lab.get(made["uid"]), 200)), made, "the experiment")


@pytest.mark.rule("get.unknown")
def test_unknown(lab: Lab) -> None:
    """An unknown uid is 404."""
    expect.status(lab.get(lab.unknown_uid()), 404)
