"""The spec at each level, and the operation of a request."""

from typing import Any

import pytest

from pictify_conformance import spec
from pictify_conformance.schemathesis_adapter.checks import (
    ANSWER_ASSUMED,
    LEFT_OUT,
    REFUSAL_DOCUMENTED,
    REQUEST_ASSUMED,
    REQUEST_DOCUMENTED,
)


def extensions(node: Any) -> list[str]:
    """Return every member at any depth whose name begins with x-."""
    if isinstance(node, dict):
        own = [key for key in node if str(key).startswith("x-")]
        return own + [key for value in node.values() for key in extensions(value)]
    return [key for item in node for key in extensions(item)] if isinstance(node, list) else []


@pytest.mark.parametrize("level", ["documented", "assumed"])
def test_views_have_no_extensions(level: spec.Level) -> None:
    assert extensions(spec.view(level)) == []


@pytest.mark.parametrize("level", ["documented", "assumed"])
def test_links_send_the_body_of_their_extension(level: spec.Level) -> None:
    links = spec.view(level)["components"]["links"]
    winner = {"winnerVariantId": "$response.body#/experiment/variants/0/id"}
    assert links["Complete"]["requestBody"] == winner
    assert links["TrackImpression"]["requestBody"]["event"] == "impression"


def test_documented_view_keeps_what_is_published() -> None:
    view = spec.view("documented")
    schemas, paths = view["components"]["schemas"], view["paths"]
    assert set(paths["/experiments/api"]["post"]["responses"]) == {"201", "400", "409", "429"}
    assert schemas["CreateExperimentRequest"]["properties"]["slug"]["pattern"]
    assert schemas["Experiment"]["required"]
    assert paths["/s/{slug}/click"]["get"]["responses"]["302"]["headers"].keys() == {"Location"}


def test_documented_view_has_nothing_that_is_assumed() -> None:
    view = spec.view("documented")
    update = view["components"]["schemas"]["UpdateExperimentRequest"]["properties"]
    assert "pattern" not in update["slug"]
    assert "minItems" not in update["variants"]
    assert "templateUid" not in update
    assert "operator" not in view["components"]["schemas"]["ConditionRule"]["properties"]
    listed = view["paths"]["/experiments/api"]["get"]["responses"]["200"]
    assert not listed.get("headers")


def test_documented_view_accepts_any_json_as_the_body_of_an_error() -> None:
    not_found = spec.view("documented")["components"]["responses"]["NotFound"]
    assert not_found["content"] == {"application/json": {}, "application/problem+json": {}}


def test_assumed_view_has_every_status() -> None:
    assert "413" in spec.view("assumed")["paths"]["/experiments/api"]["post"]["responses"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/experiments/api/quota", "getExperimentQuota"),
        ("GET", "/experiments/api/exp_1", "getExperiment"),
        ("PATCH", "/experiments/api/exp_1", None),
        ("HEAD", "/experiments/api/exp_1", None),
        ("GET", "/s/some-slug.png", "renderExperimentUrl"),
        ("GET", "/s/some-slug/pixel.gif", "trackExperimentPixel"),
        ("GET", "/s/some-slug/pixelxgif", None),
        ("GET", "/s/some-slug", None),
        ("GET", "/s/some-slug/images/5f1c9a04b7e2.png", None),
    ],
)
def test_operation_of_a_request(method: str, path: str, expected: str | None) -> None:
    assert spec.operation_id(method, path) == expected


def test_every_operation_has_a_schema_rule_for_each_level() -> None:
    for _, _, operation in spec.operations():
        for level in ("documented", "assumed"):
            rule = spec.schema_rule(operation["operationId"], level)
            assert spec.rules()[rule].level == level


def test_every_check_of_schemathesis_is_used_or_left_out_with_a_reason() -> None:
    from schemathesis import checks as registry

    registry.load_all_checks()
    used = {*REQUEST_DOCUMENTED, REFUSAL_DOCUMENTED, *REQUEST_ASSUMED, *ANSWER_ASSUMED}
    known = set(registry.CHECKS.get_all_names())
    assert used | (LEFT_OUT.keys() - {"max_response_time"}) == known
