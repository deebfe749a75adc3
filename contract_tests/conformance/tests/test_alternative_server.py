"""The suite accepts what a server may do otherwise; `nox -s faults` asks all rules of it."""

import httpx
import pytest

from alternative_server.behaviour import BEHAVIOURS, TEMPLATE
from broken_servers.full_suite import alternative_server
from broken_servers.trial import SEED, silence
from pictify_conformance import runner, spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.verdicts import Verdict, judge
from pictify_conformance.target import Target
from pictify_conformance.testing.payloads import variants

RULES = (
    "auth.team-scope.unlisted",
    "create.echo",
    "delete.answer",
    "errors.json",
    "get.reads-created",
    "lifecycle.conflict.names-status",
    "list.contains-created",
    "update.running-fields",
)


def verdicts_on(target: Target, *rules: str) -> list[Verdict]:
    chosen = [spec.rules()[rule] for rule in rules]
    collected = runner.run_rules([target], chosen, SEED, silence, silence)
    return judge(chosen, collected.findings, {})


def client_of(target: Target) -> httpx.Client:
    """Return a client of somebody else with the key of the first team."""
    headers = {"Authorization": f"Bearer {target.api_key}"}
    return httpx.Client(base_url=target.base_url, headers=headers)


def create(client: httpx.Client, number: int) -> str:
    body = {"name": "Old", "type": "ab_test", "variants": variants(5000, 5000)}
    body |= {"slug": f"old-{number}", "templateUid": TEMPLATE}
    response = client.post(API, json=body).raise_for_status()
    return str(response.json()["experiment"]["uid"])


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_alternative_server_breaks_no_rule(name: str) -> None:
    """These rules show most of its differences."""
    with alternative_server(BEHAVIOURS[name]) as target:
        verdicts = {verdict.rule.id: verdict for verdict in verdicts_on(target, *RULES)}
    bad = [each for each in verdicts.values() if each.outcome in (Outcome.fail, Outcome.error)]
    assert not bad, "\n\n".join(f"{each.rule.id}: {each.reason}" for each in bad)
    assert verdicts["errors.json"].outcome is Outcome.passed


def test_list_full_of_deleted_experiments_hides_no_other() -> None:
    with alternative_server(BEHAVIOURS["unlike-again"]) as target, client_of(target) as client:
        for number in range(101):
            client.delete(f"{API}/{create(client, number)}").raise_for_status()
        [verdict] = verdicts_on(target, "list.while-writing")
    assert verdict.outcome is Outcome.passed


def test_full_plan_is_not_a_refusal_of_valid_slugs() -> None:
    with alternative_server(BEHAVIOURS["small"]) as target, client_of(target) as client:
        create(client, 1)
        [verdict] = verdicts_on(target, "create.slug-format.refused")
    assert verdict.outcome is Outcome.skip
