"""The fields that may be changed in each status, from the spec's table."""

import pytest

from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.rules.updates import (
    CHANGES,
    EDITABLE,
    FULL,
    UNPUBLISHED,
    assert_update_refused,
    changes_of,
)
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_field_errors,
    assert_includes,
    assert_refused,
    assert_status,
)
from pictify_conformance.testing.member_table import WORDS
from pictify_conformance.testing.payloads import DESTINATION, STATUSES, Json
from pictify_conformance.testing.responses import experiment_of, published_fields

NEW_DESTINATION = f"{DESTINATION}/new"


def editable(status: str) -> list[str]:
    """Return the published fields that may be changed in this status."""
    return [field for field in EDITABLE[status] if field not in UNPUBLISHED]


def fixed(status: str) -> list[str]:
    """Return the published fields that may not be changed as a whole in this status."""
    return [field for field in editable("draft") if field not in EDITABLE[status]]


draft_and_paused = pytest.mark.parametrize(
    "status", [of_rule(f"update.{status}-fields", status) for status in ("draft", "paused")]
)
CHANGEABLE = [
    of_rule(
        f"update.{status}-fields", status, [each for each in editable(status) if "." not in each]
    )
    for status in STATUSES
]
CHANGEABLE += [
    of_rule("update.unpublished-fields", status, UNPUBLISHED) for status in ("draft", "paused")
]


@pytest.mark.parametrize(("status", "fields"), CHANGEABLE)
def test_changeable(
    api: ApiClient, experiments: Experiments, status: str, fields: list[str]
) -> None:
    # Reading first gives a server the occasion to cache the experiment.
    uid = experiments.create_and_read(status, **FULL)["uid"]
    for field in fields:
        body = changes_of(experiments, field)
        updated = experiment_of(api.update(uid, body))
        assert_includes(updated.get(field), body[field], f"{field} in the answer")
        assert_includes(experiments.read(uid).get(field), body[field], f"{field} in a later read")


@draft_and_paused
def test_bandit_switched_off(api: ApiClient, experiments: Experiments, status: str) -> None:
    response = experiments.try_create(experiments.body(banditConfig={"enabled": True}))
    experiment = experiment_of(response, 201) if response.status_code == 201 else {}
    if not (experiment.get("banditConfig") or {}).get("enabled"):
        pytest.skip("needs a plan with auto-optimisation (standard or above): --api-key")
    if status == "paused":
        experiments.start(experiment["uid"])
        experiments.pause(experiment["uid"])
    assert_status(api.update(experiment["uid"], {"banditConfig": {"enabled": False}}), 200)
    config = experiments.read(experiment["uid"]).get("banditConfig") or {}
    assert_equal(config.get("enabled", False), False, "banditConfig.enabled")


@draft_and_paused
def test_empty_hypothesis(api: ApiClient, experiments: Experiments, status: str) -> None:
    """The docs do not say whether it may be empty."""
    uid = experiments.create(status, **FULL)["uid"]
    response = api.update(uid, {"hypothesis": ""})
    if response.status_code != 200:
        assert_refused(response)
        return
    assert_equal(experiments.read(uid).get("hypothesis") or "", "", "the hypothesis")


@pytest.mark.rule("update.running-fields")
@pytest.mark.parametrize("type_", WORDS["GoalType"])
def test_running_fields_destination(api: ApiClient, experiments: Experiments, type_: str) -> None:
    """It is sent alone or, if that is refused, with the type that it has."""
    goal = {"type": type_, "destinationUrl": DESTINATION}
    before = experiments.create_and_read("running", goalConfig=goal)
    change = {"destinationUrl": NEW_DESTINATION}
    if api.update(before["uid"], {"goalConfig": change}).status_code != 200:
        assert_status(api.update(before["uid"], {"goalConfig": {**goal, **change}}), 200)
    shown, expected = (
        published_fields(each, "updatedAt") for each in (experiments.read(before["uid"]), before)
    )
    # An absent type is the published default.
    for each in (shown, expected):
        each["goalConfig"] = {"type": "impressions_only", **each.get("goalConfig", {})}
    expected["goalConfig"] |= change
    assert_equal(shown, expected, "the experiment")


WEIGHTS = [
    {**row, "weight": weight} for row, weight in zip(FULL["variants"], (1, 9999), strict=True)
]
PARTS: list[Json] = [
    {"goalConfig": {"type": "impressions_only"}},
    {"banditConfig": {"algorithm": "epsilon_greedy"}},
    {"banditConfig": {"warmupImpressions": 70}},
    {"banditConfig": {"recomputeIntervalMinutes": 25}},
    {"outputConfig": {"format": "jpeg"}},
    {"outputConfig": {"quality": 70}},
]


@pytest.mark.parametrize(
    "status", [of_rule(f"update.{status}-refused", status) for status in ("running", "completed")]
)
def test_not_changeable(experiments: Experiments, status: str) -> None:
    """Neither a whole field nor one member of it may be changed."""
    before = experiments.create_and_read(status, **FULL)
    new = changes_of(experiments, *fixed(status))
    if status == "running":
        del new["goalConfig"]  # its destination may be changed
    bodies = [{field: value} for field, value in new.items()] + [{"variants": WEIGHTS}]
    bodies += [
        {config: {**FULL[config], **change}} for part in PARTS for config, change in part.items()
    ]
    experiments.assert_updates_refused(before, bodies, 400)


@pytest.mark.rule("update.running-refused")
@pytest.mark.parametrize("field", ["hypothesis", "variants"])
def test_running_refused_beside_a_name(
    api: ApiClient, experiments: Experiments, field: str
) -> None:
    """A server may refuse both, or accept the name alone."""
    before = experiments.create_and_read("running", **FULL)
    response = api.update(before["uid"], changes_of(experiments, "name", field))
    if response.status_code != 200:
        assert_refused(response)
        experiments.assert_unchanged(before)
        return
    after = published_fields(experiments.read(before["uid"])).get(field)
    assert_equal(after, published_fields(before).get(field), field)


@pytest.mark.rule("update.unpublished-fields")
@pytest.mark.parametrize("status", ["running", "completed"])
@pytest.mark.parametrize("field", UNPUBLISHED)
def test_unpublished_fields_refused(
    api: ApiClient, experiments: Experiments, status: str, field: str
) -> None:
    before, body = experiments.create_and_read(status, **FULL), changes_of(experiments, field)
    code = "field-not-editable"
    assert_update_refused(api, experiments, before, body, f"/{field}", code=code)


@pytest.mark.rule("update.refused-whole")
@pytest.mark.parametrize(
    ("status", "allowed", "forbidden"),
    [
        ("running", ["confidenceThreshold", "name"], ["fallbackImageUrl", "hypothesis"]),
        ("running", ["name"], ["slug", "templateUid", "variants"]),
        ("completed", ["name"], ["confidenceThreshold", "minimumRunDays"]),
    ],
    ids=["running", "running-identity", "completed"],
)
def test_refused_whole(
    api: ApiClient,
    experiments: Experiments,
    status: str,
    allowed: list[str],
    forbidden: list[str],
) -> None:
    before = experiments.create_and_read(status, **FULL)
    body = changes_of(experiments, *allowed, *forbidden)
    response = assert_update_refused(api, experiments, before, body, code="field-not-editable")
    assert_field_errors(response, {(f"/{field}", "not_editable") for field in forbidden})


@pytest.mark.rule("update.refused-whole")
def test_refused_whole_goal(api: ApiClient, experiments: Experiments) -> None:
    before = experiments.create_and_read("running", **FULL)
    body = {"goalConfig": {"type": "impressions_only", "destinationUrl": NEW_DESTINATION}}
    response = assert_update_refused(api, experiments, before, body, code="field-not-editable")
    assert_field_errors(response, {("/goalConfig/type", "not_editable")})


@pytest.mark.rule("update.equal-values")
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    "fields", [{}, {**FULL, "templateUid": "tmpl_first"}], ids=["plain", "full"]
)
def test_equal_values(api: ApiClient, experiments: Experiments, status: str, fields: Json) -> None:
    before = experiments.create_and_read(status, **fields)
    assert_status(api.update(before["uid"], before), 200)
    after = experiments.read(before["uid"])
    assert_equal({**after, "updatedAt": None}, {**before, "updatedAt": None}, "the experiment")


@pytest.mark.rule("update.running-goal-config")
@pytest.mark.parametrize("type_", ["click_through", "impressions_only"])
def test_running_goal_config(api: ApiClient, experiments: Experiments, type_: str) -> None:
    goal = {"type": type_, "destinationUrl": DESTINATION}
    uid = experiments.create("running", goalConfig=goal)["uid"]
    change = {"destinationUrl": NEW_DESTINATION}
    updated = experiment_of(api.update(uid, {"goalConfig": change}))
    for shown in (updated, experiments.read(uid)):
        assert_equal(shown.get("goalConfig"), {**goal, **change}, "goalConfig")


@pytest.mark.rule("update.type-immutable")
@pytest.mark.parametrize("status", STATUSES)
def test_type_immutable(api: ApiClient, experiments: Experiments, status: str) -> None:
    before, name = experiments.create_and_read(status), CHANGES["name"]
    changed = {"name": "A valid change", "type": "smart_link"}
    code = "field-not-editable"
    assert_update_refused(api, experiments, before, changed, "/type", code=code)
    same_type = {"name": name, "type": before.get("type")}
    assert_status(api.update(before["uid"], same_type), 200)
    assert_equal(experiments.read(before["uid"]).get("name"), name, "the name")
