"""The suite accepts what a server may do otherwise; `nox -s faults` asks all rules of it."""

import httpx
import pytest

from alternative_server.habits import STRANGERS, TEMPLATE
from broken_servers.trial import SEED, silence
from broken_servers.whole import stranger
from pictify_conformance import runner, spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.verdicts import Verdict, judge
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target
from pictify_conformance.testing.payloads import variants

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


def judged(target: Target, rules: list[Rule]) -> dict[str, Verdict]:
    """The verdict on each of the rules."""
    collected = runner.run_rules([target], rules, SEED, silence, silence)
    return {verdict.rule.id: verdict for verdict in judge(rules, collected.findings, {})}


def user(target: Target) -> httpx.Client:
    """Somebody else with the key of the first team."""
    return httpx.Client(
        base_url=target.base_url, headers={"Authorization": f"Bearer {target.api_key}"}
    )


def made(http: httpx.Client, number: int) -> str:
    """The uid of a new experiment of somebody else."""
    body = {
        "name": "Old",
        "type": "ab_test",
        "variants": variants(5000, 5000),
        "templateUid": TEMPLATE,
    }
    answer = http.post(API, json={**body, "slug": f"old-{number}"}).raise_for_status()
    return str(answer.json()["experiment"]["uid"])


@pytest.mark.parametrize("name", STRANGERS)
def test_stranger_breaks_nothing(name: str) -> None:
    """A stranger fails none of the rules that tell most of its habits."""
    with stranger(STRANGERS[name]) as target:
        found = judged(target, TELLING)
    told = [
        f"{id_}: {found[id_].reason}"
        for id_ in found
        if found[id_].outcome in (Outcome.fail, Outcome.error)
    ]
    assert not told, "\n\n".join(told)
    assert found["errors.json"].outcome is Outcome.passed


def test_what_was_deleted_is_in_the_way_of_nothing() -> None:
    """A list that is full of deleted experiments still lets those be judged that stay."""
    rule = spec.rules()["list.while-writing"]
    with stranger(STRANGERS["unlike-again"]) as target, user(target) as http:
        for number in range(101):
            http.delete(f"{API}/{made(http, number)}").raise_for_status()
        assert judged(target, [rule])[rule.id].outcome is Outcome.passed


def test_full_plan_breaks_no_slug() -> None:
    """A plan without a slot left is no refusal of well-formed slugs."""
    rule = spec.rules()["create.slug-format.refused"]
    with stranger(STRANGERS["small"]) as target, user(target) as http:
        made(http, 1)
        assert judged(target, [rule])[rule.id].outcome is Outcome.skip
