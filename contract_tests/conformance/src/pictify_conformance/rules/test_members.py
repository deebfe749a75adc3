"""The table of request members: every documented member and word, kept or refused.

See `testing/member_table.py`. The tests loop over the rows, so a quick run has all of them. All are
documented. What the assumed rules add is in `test_schema_mutations.py`.

| a member is | in | requests |
| --- | --- | --- |
| kept in the answer and a read | a row of a type | 3 for all members |
| kept among many experiments | a row of an experiment | 5 for all members |
| kept by moves and updates | a row of a type | 18 for all members |
| changed by an update | a row of a type and status | 2 for all members |
| refused with a wrong value | a value, on create and update | 1 for each value |
"""

from collections.abc import Iterator
from typing import Any

import pytest

from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.schemathesis_adapter.schema_mutations import broken, wrong_types
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import assert_equal, assert_includes, is_equal
from pictify_conformance.testing.late_counters import LateCounterCheck
from pictify_conformance.testing.member_table import (
    ROWS,
    body_schema,
    first_rows,
    row,
    update_row,
)
from pictify_conformance.testing.payloads import TYPES, Json
from pictify_conformance.testing.plan_limits import has_auto_optimisation, is_unlimited
from pictify_conformance.testing.responses import common_keys, experiment_of, published_fields

MORE_THAN_A_PAGE = 21
READS = range(3)
ODD_WEIGHTS: list[tuple[Any, Any]] = [(True, 9999), ("5000", 5000)]
ODD_WEIGHTS += [(5000.4, 4999.6), (5000.5, 5000)]
MOVED = ("status", "updatedAt", "winnerVariantId", "winnerDeclaredAt")
each_type = pytest.mark.parametrize("type_", TYPES)


def assert_shows(shown: Json, sent: Json, name: str) -> None:
    """Assert that an experiment shows what was sent, and exactly the variables that were."""
    found, expected = published_fields(shown), published_fields(sent)
    if (expected.get("banditConfig") or {}).get("algorithm") == "epsilon_greedy":
        del expected["banditConfig"]["algorithm"]  # no published response has this word
    assert_includes(found, expected, name)
    for variant, sent_variant in zip(found["variants"], expected["variants"], strict=True):
        expected_variables = sent_variant.get("variables")
        assert_equal(variant.get("variables"), expected_variables, f"the variables in {name}")


@pytest.mark.rule("create.echo")
@each_type
def test_echo_of_members(api: ApiClient, experiments: Experiments, type_: str) -> None:
    for number in ROWS:
        sent = experiments.body(**row(type_, number))
        created = experiments.assert_created(sent)
        assert_shows(created, sent, "the answer")
        assert_shows(experiments.read(created["uid"]), sent, "a later read")
        api.remove(created["uid"])


@pytest.mark.rule("create.echo")
def test_echo_of_many_experiments(
    api: ApiClient, experiments: Experiments, late_counters: LateCounterCheck
) -> None:
    """Each is read three times once all exist, and one of them again at the end of the run.

    A plan with limits may have room for one only.
    """
    has_room = all(is_unlimited(api.get_quota(), type_) for type_ in TYPES)
    bodies = [
        experiments.body(**row(TYPES[nth % len(TYPES)], nth % len(ROWS)))
        for nth in range(MORE_THAN_A_PAGE if has_room else 1)
    ]
    sent = {experiments.assert_created(body)["uid"]: body for body in bodies}
    for _ in READS:
        for uid, body in sent.items():
            assert_shows(experiments.read(uid), body, "a later read")
    rows = {each["uid"]: each for each in experiments.rows() if each["uid"] in sent}
    for uid, shown in rows.items():
        found, expected = map(published_fields, (shown, sent[uid]))
        assert_equal(common_keys(found, expected), common_keys(expected, found), "the row")
    late_counters.keep(experiments.read(next(iter(sent))))


@pytest.mark.rule("lifecycle.any-order")
@each_type
def test_any_order_keeps_members(api: ApiClient, experiments: Experiments, type_: str) -> None:
    """No move, and no update of another field, changes what an earlier read has shown."""
    for number in ROWS:
        before = experiments.create_and_read(**row(type_, number))
        uid, kept = before["uid"], published_fields(before, "name", *MOVED)
        for name in ("start", "pause", "update", "start", "update", "pause", "complete", "update"):
            change = (uid, {"name": f"After {name}"}) if name == "update" else (uid,)
            if name == "complete":
                change = (uid, before["variants"][1]["id"])
            answer = experiment_of(getattr(api, name)(*change))
            for shown in (answer, experiments.read(uid)):
                assert_includes(published_fields(shown), kept, f"the experiment after {name}")
        api.remove(uid)


@pytest.mark.rule("lifecycle.any-order")
def test_any_order_keeps_auto_optimisation(api: ApiClient, experiments: Experiments) -> None:
    """It is enabled if the plan has it."""
    is_enabled = has_auto_optimisation(api.get_quota())
    before = experiments.create_and_read(banditConfig={"enabled": is_enabled})
    for move in (api.start, api.pause, api.start):
        for shown in (experiment_of(move(before["uid"])), experiments.read(before["uid"])):
            assert_includes(shown.get("banditConfig"), before.get("banditConfig"), "banditConfig")


@pytest.mark.parametrize(
    ("status", "type_"),
    [
        of_rule(f"update.{status}-fields", status, type_)
        for status in ("draft", "paused")
        for type_ in TYPES
    ],
)
def test_update_of_members(
    api: ApiClient, experiments: Experiments, status: str, type_: str
) -> None:
    """One experiment takes every row in turn, and the last one is there after a start."""
    uid = experiments.create_and_read(status, type=type_)["uid"]
    for number in ROWS:
        body = experiments.templates.with_known_uids(update_row(type_, number))
        assert_shows(experiment_of(api.update(uid, body)), body, "the answer")
        assert_shows(experiments.read(uid), body, "a later read")
    experiments.start(uid)
    assert_shows(experiments.read(uid), body, "the experiment after its start")


@pytest.mark.parametrize(
    "operation", [of_rule(f"{operation}.types", operation) for operation in ("create", "update")]
)
def test_types(api: ApiClient, experiments: Experiments, operation: str) -> None:
    """Each member gets a value of each other JSON type, and words that the docs do not name."""
    schema = body_schema(operation)
    for fields in first_rows():
        valid = experiments.body(**{**fields, "name": f"Wrong type {experiments.new_slug()}"})
        wrong = [*broken(schema, valid, "documented", wrong_types), *with_odd_weights(valid)]
        bodies = [body for body in wrong if isinstance(body, dict)]
        if operation == "create":
            experiments.assert_creates_refused(bodies, 400)
            continue
        before = experiments.create_and_read(**valid)
        # An update requires no member, and the docs do not say what null does.
        changes = [
            {"name": "A valid change", **changed_members(valid, body)}
            for body in bodies
            if body.keys() == valid.keys() and None not in body.values()
        ]
        experiments.assert_updates_refused(before, changes, 400)
        api.remove(before["uid"])


def with_odd_weights(body: Json) -> Iterator[Json]:
    """Yield bodies whose weights add up, or would if they were converted."""
    for weights in ODD_WEIGHTS:
        rows = zip(body["variants"], weights, strict=True)
        yield {**body, "variants": [{**row, "weight": weight} for row, weight in rows]}


def changed_members(before: Json, after: Json) -> Json:
    return {name: value for name, value in after.items() if not is_equal(value, before[name])}
