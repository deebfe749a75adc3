"""The spec as the suite reads it, at each level."""

from pathlib import Path
from typing import Any

import pytest

from pictify_conformance import rules, spec
from pictify_conformance.schemathesis_adapter.checks import (
    ANSWER_ASSUMED,
    LEFT_OUT,
    REFUSAL_DOCUMENTED,
    REQUEST_ASSUMED,
    REQUEST_DOCUMENTED,
)

TESTS = Path(rules.__file__).parent


def extensions(node: Any) -> list[str]:
    """Every key that begins with x-, at any depth, apart from the names of headers."""
    if isinstance(node, dict):
        own = [key for key in node if str(key).startswith("x-")]
        return own + [key for value in node.values() for key in extensions(value)]
    return [key for item in node for key in extensions(item)] if isinstance(node, list) else []


@pytest.mark.parametrize("level", ["documented", "assumed"])
def test_views_hold_no_extension(level: spec.Level) -> None:
    """Neither view has an extension left."""
    assert extensions(spec.view(level)) == []


def test_documented_view_keeps_what_is_published() -> None:
    """Published statuses, bounds and schemas stay in the documented view."""
    view = spec.view("documented")
    schemas, paths = view["components"]["schemas"], view["paths"]
    assert set(paths["/experiments/api"]["post"]["responses"]) == {"201", "400", "409", "429"}
    assert schemas["CreateExperimentRequest"]["properties"]["slug"]["pattern"]
    assert schemas["Experiment"]["required"]
    assert paths["/s/{slug}/click"]["get"]["responses"]["302"]["headers"].keys() == {"Location"}


def test_documented_view_drops_what_is_assumed() -> None:
    """Statuses, bounds, headers and error bodies of ours are not in the documented view."""
    view = spec.view("documented")
    update = view["components"]["schemas"]["UpdateExperimentRequest"]["properties"]
    assert "pattern" not in update["slug"]
    assert "minItems" not in update["variants"]
    assert "templateUid" not in update
    assert (
        "headers" not in view["paths"]["/experiments/api"]["get"]["responses"]["200"]
        or not (view["paths"]["/experiments/api"]["get"]["responses"]["200"]["headers"])
    )


def test_documented_view_takes_any_error_body() -> None:
    """An error body is JSON of either media type and any form at the documented level."""
    not_found = spec.view("documented")["components"]["responses"]["NotFound"]
    assert not_found["content"] == {"application/json": {}, "application/problem+json": {}}


def test_assumed_view_is_the_whole_spec() -> None:
    """The assumed view has every status, our own included."""
    assert "413" in spec.view("assumed")["paths"]["/experiments/api"]["post"]["responses"]


def test_literal_path_wins_over_a_parameter() -> None:
    """The quota path is the quota operation, not a read of a uid."""
    assert spec.operation_id("GET", "/experiments/api/quota") == "getExperimentQuota"
    assert spec.operation_id("GET", "/experiments/api/exp_1") == "getExperiment"
    assert spec.operation_id("PATCH", "/experiments/api/exp_1") is None


def test_a_dot_of_a_path_is_a_dot() -> None:
    """A slug alone is no image, a pixel is not one, and a picture of the server's own is no operation."""
    assert spec.operation_id("GET", "/s/some-slug.png") == "renderExperimentUrl"
    assert spec.operation_id("GET", "/s/some-slug/pixel.gif") == "trackExperimentPixel"
    assert spec.operation_id("GET", "/s/some-slug/pixelxgif") is None
    assert spec.operation_id("GET", "/s/some-slug") is None
    assert spec.operation_id("GET", "/s/some-slug/images/5f1c9a04b7e2.png") is None


def test_every_operation_has_two_schema_rows() -> None:
    """Each operation is judged at both levels by generated requests."""
    for _, _, operation in spec.operations():
        rows = [
            spec.schema_rule(operation["operationId"], level) for level in ("documented", "assumed")
        ]
        assert [spec.rules()[row].level for row in rows] == ["documented", "assumed"]


def test_every_check_is_chosen_or_left_out_with_a_reason() -> None:
    """No check of schemathesis is forgotten: each belongs to a level or is left out for a written reason."""
    from schemathesis import checks as registry

    registry.load_all_checks()
    chosen = {*REQUEST_DOCUMENTED, REFUSAL_DOCUMENTED, *REQUEST_ASSUMED, *ANSWER_ASSUMED}
    known = set(registry.CHECKS.get_all_names())
    assert chosen | (LEFT_OUT.keys() - {"max_response_time"}) == known
