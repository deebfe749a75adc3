"""The suite calls nothing broken that a server may do otherwise; `nox -s faults` asks the strangers everything."""

import pytest

from contract_tests import judging, spec
from contract_tests.faults.other_server.habits import STRANGERS
from contract_tests.faults.trial import SEED, silence
from contract_tests.faults.whole import stranger
from contract_tests.verdict import Outcome, judge

TELLING = [
    spec.rules()[id_]
    for id_ in (
        "auth.team-scope.unlisted",
        "create.echo",
        "delete.answer",
        "errors.json",
        "get.reads-created",
        "lifecycle.conflict.names-status",
        "list.contains-created",
        "update.running-fields",
    )
]


@pytest.mark.parametrize("name", STRANGERS)
def test_stranger_breaks_nothing(name: str) -> None:
    """A stranger fails none of the rules that tell most of its habits."""
    with stranger(STRANGERS[name]) as target:
        haul, _ = judging.judge_by_tests([target], TELLING, SEED, silence)
    found = {verdict.rule.id: verdict for verdict in judge(TELLING, haul.findings, {})}
    told = [f"{id_}: {found[id_].reason}" for id_ in found if found[id_].outcome in (Outcome.fail, Outcome.error)]
    assert not told, "\n\n".join(told)
    assert found["errors.json"].outcome is Outcome.passed
