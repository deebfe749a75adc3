"""Which field may be changed in which status, field by field from the spec's table."""

import pytest

from pictify_conformance.rules.updates import (
    CHANGES,
    CLICK_THROUGH,
    EDITABLE,
    FULL,
    change_of,
    refused,
)
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import DESTINATION, Json

UNPUBLISHED = list(EDITABLE["x-level"])
NEW_DESTINATION = f"{DESTINATION}/new"


def fields(status: str) -> list[str]:
    """The published fields that this status lets change."""
    return [field for field in EDITABLE[status] if field not in UNPUBLISHED]


def others(status: str) -> list[str]:
    """The published fields that this status does not let change as a whole."""
    return [field for field in fields("draft") if field not in EDITABLE[status]]


DRAFT_AND_PAUSED = [
    pytest.param(status, marks=pytest.mark.rule(f"update.{status}-fields"))
    for status in ("draft", "paused")
]


def check_changed(lab: Lab, status: str, field: str) -> None:
    """A change of the field is accepted, and a later read shows it."""
    uid, body = (
        lab.existing(status, **FULL)["uid"],
        change_of(lab, field),
    )  # read before, so that a cache may be wrong
    answer = assertions.experiment(assertions.status(lab.update(uid, body), 200))
    assertions.shows(answer.get(field), body[field], f"{field} in the answer")
    assertions.shows(lab.read(uid).get(field), body[field], f"{field} in a later read")


def check_refused(lab: Lab, status: str, body: Json) -> None:
    """The change is 400 and changes nothing."""
    before = lab.existing(status, **FULL)
    assertions.status(lab.update(before["uid"], body), 400)
    lab.unchanged(before)


@pytest.mark.rule("update.draft-fields")
@pytest.mark.parametrize("field", fields("draft"))
def test_draft_fields(lab: Lab, field: str) -> None:
    """A draft lets each published field change."""
    check_changed(lab, "draft", field)


@pytest.mark.rule("update.paused-fields")
@pytest.mark.parametrize("field", fields("paused"))
def test_paused_fields(lab: Lab, field: str) -> None:
    """A paused experiment lets each published field change."""
    check_changed(lab, "paused", field)


@pytest.mark.parametrize("status", DRAFT_AND_PAUSED)
def test_all_fields_at_once(lab: Lab, status: str) -> None:
    """All published fields can change in one request."""
    uid, body = lab.experiment(status, **FULL)["uid"], {}
    for field in fields(status):
        body.update(change_of(lab, field))
    assertions.status(lab.update(uid, body), 200)
    assertions.shows(lab.read(uid), body, "the experiment")
    lab.resume(uid)
    assertions.shows(lab.read(uid), body, "the experiment, once it runs,")


@pytest.mark.parametrize("status", DRAFT_AND_PAUSED)
def test_bandit_switched_off(lab: Lab, status: str) -> None:
    """A bandit that is on can be switched off."""
    made = lab.attempt(lab.body(banditConfig={"enabled": True}))
    if made.status_code != 201 or not (assertions.experiment(made).get("banditConfig") or {}).get(
        "enabled"
    ):
        pytest.skip(
            "needs a team whose plan has auto-optimisation (standard or above): --api-key of such a team"
        )
    uid = assertions.experiment(made)["uid"]
    if status == "paused":
        lab.resume(uid)
        lab.halt(uid)
    assertions.status(lab.update(uid, {"banditConfig": {"enabled": False}}), 200)
    assertions.same(
        (lab.read(uid).get("banditConfig") or {}).get("enabled", False),
        False,
        "banditConfig.enabled",
    )


@pytest.mark.parametrize("status", DRAFT_AND_PAUSED)
def test_empty_hypothesis(lab: Lab, status: str) -> None:
    """An empty hypothesis takes the place of the old one, unless it is refused."""
    uid = lab.experiment(status, **FULL)["uid"]
    answer = lab.update(uid, {"hypothesis": ""})
    if answer.status_code != 200:
        assertions.refused(answer)
        return
    assertions.same(lab.read(uid).get("hypothesis") or "", "", "the hypothesis")


@pytest.mark.rule("update.running-fields")
@pytest.mark.parametrize("field", [field for field in fields("running") if "." not in field])
def test_running_fields(lab: Lab, field: str) -> None:
    """A running experiment lets these fields change."""
    check_changed(lab, "running", field)


@pytest.mark.rule("update.running-fields")
def test_running_fields_destination(lab: Lab) -> None:
    """A running experiment lets its destination change, sent alone or with the type it has."""
    made = lab.clickable()
    alone = lab.update(made["uid"], {"goalConfig": {"destinationUrl": NEW_DESTINATION}})
    if alone.status_code != 200:
        assertions.status(
            lab.update(
                made["uid"], {"goalConfig": {**CLICK_THROUGH, "destinationUrl": NEW_DESTINATION}}
            ),
            200,
        )
    shown = lab.read(made["uid"])
    assertions.shows(shown.get("goalConfig"), {"destinationUrl": NEW_DESTINATION}, "goalConfig")
    assertions.same(shown.get("status"), "running", "the status")


@pytest.mark.rule("update.running-refused")
@pytest.mark.parametrize("field", [field for field in others("running") if field != "goalConfig"])
def test_running_refused(lab: Lab, field: str) -> None:
    """A running experiment lets no other field change."""
    check_refused(lab, "running", change_of(lab, field))


MEMBERS: list[tuple[str, Json]] = [
    ("goalConfig", {"type": "impressions_only"}),
    ("banditConfig", {"algorithm": "epsilon_greedy"}),
    ("banditConfig", {"warmupImpressions": 70}),
    ("banditConfig", {"recomputeIntervalMinutes": 25}),
    ("outputConfig", {"format": "jpeg"}),
    ("outputConfig", {"quality": 70}),
]


@pytest.mark.rule("update.running-refused")
@pytest.mark.parametrize(("config", "change"), MEMBERS, ids=str)
def test_running_refused_member(lab: Lab, config: str, change: Json) -> None:
    """A running experiment lets no single member of a configuration change but the destination."""
    check_refused(lab, "running", {config: {**FULL[config], **change}})


@pytest.mark.rule("update.running-refused")
def test_running_refused_weights(lab: Lab) -> None:
    """A running experiment does not let weights alone change."""
    weighed = [
        {**variant, "weight": weight}
        for variant, weight in zip(FULL["variants"], (1, 9999), strict=True)
    ]
    check_refused(lab, "running", {"variants": weighed})


@pytest.mark.rule("update.running-refused")
@pytest.mark.parametrize("field", ["hypothesis", "variants"])
def test_running_refused_beside_a_name(lab: Lab, field: str) -> None:
    """Beside a new name no other field changes either, and a refusal keeps the old name."""
    before = lab.existing("running", **FULL)
    answer = lab.update(before["uid"], {**change_of(lab, "name"), **change_of(lab, field)})
    if answer.status_code == 200:
        shown, expected = (
            assertions.published(each).get(field) for each in (lab.read(before["uid"]), before)
        )
        assertions.same(shown, expected, f"{field} after an update of the name was taken")
        return
    assertions.refused(answer)
    lab.unchanged(before)


@pytest.mark.rule("update.completed-fields")
@pytest.mark.parametrize("field", fields("completed"))
def test_completed_fields(lab: Lab, field: str) -> None:
    """A completed experiment lets its name change."""
    check_changed(lab, "completed", field)


@pytest.mark.rule("update.completed-refused")
@pytest.mark.parametrize("field", others("completed"))
def test_completed_refused(lab: Lab, field: str) -> None:
    """A completed experiment lets no other field change."""
    check_refused(lab, "completed", change_of(lab, field))


@pytest.mark.rule("update.completed-refused")
@pytest.mark.parametrize(
    ("config", "change"), [*MEMBERS, ("goalConfig", {"destinationUrl": NEW_DESTINATION})], ids=str
)
def test_completed_refused_member(lab: Lab, config: str, change: Json) -> None:
    """A completed experiment lets no single member of a configuration change."""
    check_refused(lab, "completed", {config: {**FULL[config], **change}})


@pytest.mark.rule("update.unpublished-fields")
@pytest.mark.parametrize("status", ["draft", "paused"])
@pytest.mark.parametrize("field", UNPUBLISHED)
def test_unpublished_fields(lab: Lab, status: str, field: str) -> None:
    """Draft and paused let these fields change too."""
    check_changed(lab, status, field)


@pytest.mark.rule("update.unpublished-fields")
@pytest.mark.parametrize("status", ["running", "completed"])
@pytest.mark.parametrize("field", UNPUBLISHED)
def test_unpublished_fields_refused(lab: Lab, status: str, field: str) -> None:
    """Running and completed do not let them change."""
    refused(
        lab,
        lab.existing(status, **FULL),
        change_of(lab, field),
        f"/{field}",
        code="field-not-editable",
    )


MIXED = [
    pytest.param(
        "running", {"name", "confidenceThreshold"}, {"hypothesis", "fallbackImageUrl"}, id="running"
    ),
    pytest.param("running", {"name"}, {"slug", "variants", "templateUid"}, id="running-identity"),
    pytest.param("completed", {"name"}, {"confidenceThreshold", "minimumRunDays"}, id="completed"),
]


@pytest.mark.rule("update.refused-whole")
@pytest.mark.parametrize(("status", "allowed", "forbidden"), MIXED)
def test_refused_whole(lab: Lab, status: str, allowed: set[str], forbidden: set[str]) -> None:
    """Fields that may change do not if they come with ones that may not, and only the latter are named."""
    before, body = lab.existing(status, **FULL), {}
    for field in sorted(allowed | forbidden):
        body.update(change_of(lab, field))
    problem = refused(lab, before, body, code="field-not-editable")
    expected = {(f"/{field}", "not_editable") for field in forbidden}
    assert assertions.faults(problem) == expected, (
        f"errors name {assertions.faults(problem)}, not {expected}"
    )


@pytest.mark.rule("update.refused-whole")
def test_refused_whole_goal(lab: Lab) -> None:
    """A destination that may change does not if it comes with a goal type that may not."""
    body = {"goalConfig": {"type": "impressions_only", "destinationUrl": NEW_DESTINATION}}
    problem = refused(lab, lab.existing("running", **FULL), body, code="field-not-editable")
    expected = {("/goalConfig/type", "not_editable")}
    assert assertions.faults(problem) == expected, (
        f"errors name {assertions.faults(problem)}, not {expected}"
    )


@pytest.mark.rule("update.equal-values")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
@pytest.mark.parametrize(
    "made_with", [{}, {**FULL, "templateUid": "tmpl_first"}], ids=["plain", "full"]
)
def test_equal_values(lab: Lab, status: str, made_with: Json) -> None:
    """What a read returned is accepted and changes nothing but updatedAt."""
    before = lab.existing(status, **made_with)
    assertions.status(lab.update(before["uid"], before), 200)
    after = lab.read(before["uid"])
    assertions.same({**after, "updatedAt": None}, {**before, "updatedAt": None}, "the experiment")


@pytest.mark.rule("update.running-goal-config")
@pytest.mark.parametrize("kind", ["click_through", "impressions_only"])
def test_running_goal_config(lab: Lab, kind: str) -> None:
    """The destination alone is enough, and the type stays."""
    uid = lab.experiment("running", goalConfig={"type": kind, "destinationUrl": DESTINATION})["uid"]
    answer = assertions.status(
        lab.update(uid, {"goalConfig": {"destinationUrl": NEW_DESTINATION}}), 200
    )
    for shown in (assertions.experiment(answer), lab.read(uid)):
        assertions.same(
            shown.get("goalConfig"), {"type": kind, "destinationUrl": NEW_DESTINATION}, "goalConfig"
        )


@pytest.mark.rule("update.type-immutable")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_type_immutable(lab: Lab, status: str) -> None:
    """The type never changes."""
    before = lab.existing(status)
    body = {"name": "With it", "type": "smart_link"}
    refused(lab, before, body, "/type", code="field-not-editable")
    assertions.status(
        lab.update(before["uid"], {"type": before.get("type"), "name": CHANGES["name"]}), 200
    )
    assertions.same(lab.read(before["uid"]).get("name"), CHANGES["name"], "the name")
