"""Changing an experiment: what is kept, what stays, and what is refused whatever its status."""

from typing import Any

import pytest

from pictify_conformance.rules.updates import EDITABLE, FULL, change_of, refused
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, variants


def without(shown: Json, *fields: str) -> Json:
    """What is published of an experiment but these and updatedAt."""
    return assertions.published(shown, *fields, "updatedAt")


@pytest.mark.rule("update.unknown")
def test_unknown(lab: Lab) -> None:
    """An unknown uid is 404, whatever it looks like."""
    for uid in lab.unknown_uids():
        assertions.status(lab.update(uid, {"name": "Nobody's"}), 404)


WRONG_TYPES = [
    ("name", 7),
    ("name", {"text": "A name"}),
    ("slug", 7),
    ("slug", ["slug"]),
    ("variants", "v0"),
    ("variants", {"id": "v0", "weight": 10000}),
    ("variants", [1, 2]),
    ("goalConfig", "click_through"),
    ("goalConfig", []),
    ("banditConfig", 1),
    ("banditConfig", []),
    ("outputConfig", "png"),
    ("outputConfig", []),
    ("hypothesis", ["A guess."]),
    ("confidenceThreshold", "high"),
    ("minimumRunDays", "a week"),
    ("minimumRunDays", 1.5),
    ("fallbackImageUrl", {"url": "https://cdn.example.com/x.png"}),
]


@pytest.mark.rule("update.types")
@pytest.mark.parametrize(("field", "value"), WRONG_TYPES)
def test_types(lab: Lab, field: str, value: Any) -> None:
    """A value of another JSON type is 400 and changes nothing, not even the field beside it."""
    before = lab.existing(**FULL)
    assertions.status(lab.update(before["uid"], {"name": "Beside it", field: value}), 400)
    lab.unchanged(before)


@pytest.mark.rule("update.name-length")
@pytest.mark.parametrize("letter", ["n", "\u00e9"], ids=["ascii", "two-byte"])
def test_name_length(lab: Lab, letter: str) -> None:
    """A name has 255 characters at most."""
    uid = lab.experiment()["uid"]
    assertions.status(lab.update(uid, {"name": letter * 255}), 200)
    before = lab.read(uid)
    assertions.same(before.get("name"), letter * 255, "the name")
    assertions.status(lab.update(uid, {"name": "x" + letter * 255}), 400)
    lab.unchanged(before)


@pytest.mark.rule("update.partial")
@pytest.mark.parametrize(
    "field", [field for field in EDITABLE["draft"] if field not in EDITABLE["x-level"]]
)
def test_partial(lab: Lab, field: str) -> None:
    """What is not sent stays."""
    before = lab.existing(**FULL)
    assertions.status(lab.update(before["uid"], change_of(lab, field)), 200)
    assertions.same(
        without(lab.read(before["uid"]), field), without(before, field), f"all but {field}"
    )


@pytest.mark.rule("update.partial")
@pytest.mark.parametrize(
    ("status", "field"),
    [
        ("running", "name"),
        ("running", "confidenceThreshold"),
        ("running", "minimumRunDays"),
        ("paused", "name"),
        ("paused", "variants"),
        ("completed", "name"),
    ],
)
def test_partial_after_the_start(lab: Lab, status: str, field: str) -> None:
    """What is not sent stays in the other statuses too."""
    before = lab.existing(status, **FULL)
    assertions.status(lab.update(before["uid"], change_of(lab, field)), 200)
    assertions.same(
        without(lab.read(before["uid"]), field), without(before, field), f"all but {field}"
    )


@pytest.mark.rule("update.partial")
def test_partial_counters(lab: Lab) -> None:
    """Counters stay where the variants are not sent, and what is counted between two updates is not undone."""
    made, counted = lab.experiment("running"), {"v0": (2, 1), "v1": (1, 0)}
    assertions.status(lab.update(made["uid"], {"name": "Before"}), 200)
    lab.report(made, counted)
    assertions.status(lab.update(made["uid"], {"name": "After"}), 200)
    assertions.same(lab.counters(made["uid"]), counted, "the counters after the second update")


WEIGHTS = [(5000, 4999), (5000, 5001), (0, 0), (10000, 10000), (3333, 3333, 3333)]


@pytest.mark.rule("update.weights-sum.refused")
@pytest.mark.parametrize("status", ["draft", "paused"])
@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
def test_weights_sum_refused(lab: Lab, status: str, weights: tuple[int, ...]) -> None:
    """Weights that miss 10,000 are refused, with all that came with them."""
    before = lab.existing(status)
    assertions.refused(
        lab.update(before["uid"], {"name": "With it", "variants": variants(*weights)})
    )
    lab.unchanged(before)


@pytest.mark.rule("update.weights-sum.status")
@pytest.mark.parametrize("weights", WEIGHTS[:2], ids=str)
def test_weights_sum_status(lab: Lab, weights: tuple[int, ...]) -> None:
    """The refusal names the variants."""
    refused(lab, lab.existing(), {"variants": variants(*weights)}, "/variants")


@pytest.mark.rule("update.slug-of-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_slug_of_running(lab: Lab, status: str) -> None:
    """Of two experiments that ask for one slug a single one runs."""
    holder, other = lab.existing("running"), lab.experiment(status)
    answer = lab.update(other["uid"], {"slug": holder["slug"]})
    if answer.status_code == 200 and lab.read(other["uid"])["slug"] == holder["slug"]:
        answer = lab.start(other["uid"])
    if answer.status_code == 200:
        assertions.fail("a refusal of the update or of the start after it", answer)
    assertions.refused(answer)
    lab.unchanged(holder)


@pytest.mark.rule("update.slug-taken")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_slug_taken(lab: Lab, status: str) -> None:
    """The slug of another experiment is refused."""
    holder, before = lab.experiment(status), lab.existing()
    answer = lab.update(before["uid"], {"name": "With it", "slug": holder["slug"]})
    found = assertions.faults(assertions.problem(answer, 409, "slug-in-use"))
    assertions.same(found, {("/slug", "conflict")}, "field and code of the errors")
    lab.unchanged(before)


@pytest.mark.rule("update.slug-taken")
def test_slug_taken_by_another_team(lab: Lab, other_lab: Lab) -> None:
    """The slug of another team's experiment is refused too, since the public path has no team."""
    holder, before = other_lab.experiment(), lab.existing()
    assertions.problem(
        lab.update(before["uid"], {"slug": holder["slug"]}), 409, "slug-in-use", "/slug"
    )
    lab.unchanged(before)


@pytest.mark.rule("update.slug-taken")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_slug_taken_by_itself(lab: Lab, status: str) -> None:
    """Its own slug again is no conflict."""
    made = lab.experiment(status)
    assertions.status(lab.update(made["uid"], {"slug": made["slug"]}), 200)


@pytest.mark.rule("update.slug-moves")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_slug_moves(lab: Lab, status: str) -> None:
    """The old slug is free and leads nowhere; the new one leads on."""
    made, new = lab.clickable(status), lab.new_slug()
    assertions.status(lab.update(made["uid"], {"slug": new}), 200)
    lab.resume(made["uid"])
    assertions.status(lab.click(made["slug"]), 404)
    assertions.status(lab.click(new), 302)
    assertions.status(lab.create(lab.body(slug=made["slug"])), 201)
    assertions.status(lab.create(lab.body(slug=new)), 409)


@pytest.mark.rule("update.updated-at")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_updated_at(lab: Lab, status: str) -> None:
    """An accepted update moves updatedAt forward, a refused one does not, and none moves createdAt."""
    shown = lab.existing(status)
    for name in ("Second", "Third"):
        before = shown
        assertions.status(lab.update(before["uid"], {"name": name}), 200)
        shown = lab.read(before["uid"])
        times = [assertions.moment(each.get("updatedAt"), "updatedAt") for each in (before, shown)]
        assert times[0] < times[1], f"updatedAt went from {times[0]} to {times[1]}"
        assertions.same(shown.get("createdAt"), before.get("createdAt"), "createdAt")
    assertions.status(lab.update(shown["uid"], {"name": 7}), 400)
    assertions.same(
        lab.read(shown["uid"]).get("updatedAt"),
        shown.get("updatedAt"),
        "updatedAt after a refused update",
    )
