"""The schemathesis checks of each level, and the spec as schemathesis loads it."""

import copy
import functools
import json
import re
from typing import Any, TypeAlias

import schemathesis
from schemathesis import checks as registry
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.specs.openapi.stateful import collect_transitions

from pictify_conformance import spec

Checks: TypeAlias = list[Any]

# The docs define the form of a success, that a key is required, and that what was created can be
# read. No operation lists a 5xx.
ANSWER_DOCUMENTED = (
    "not_a_server_error",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
REQUEST_DOCUMENTED = (*ANSWER_DOCUMENTED, "ignored_auth", "ensure_resource_availability")

# Only where an operation lists 400 do the docs promise that broken input is refused.
REFUSAL_DOCUMENTED = "negative_data_rejection"

# The docs list neither all statuses nor all bounds, and do not define other methods or the uid of
# a deleted experiment.
ANSWER_ASSUMED = (*ANSWER_DOCUMENTED, "status_code_conformance")
REQUEST_ASSUMED = (
    *REQUEST_DOCUMENTED,
    "status_code_conformance",
    "positive_data_acceptance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
)

LEFT_OUT = {
    "missing_required_header": "the only one is Authorization: see ignored_auth and the auth rules",
    "object_level_authorization": "the auth.team-scope rules do it, with two keys",
    "max_response_time": "the docs promise no time",
}

CONFIG: dict[str, Any] = {
    "continue-on-failure": True,
    "cache": {"enabled": False},
    # A 5xx is reported by a check of its own.
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx", "5xx"]}},
    # A redirect is the answer, and may lead to any host that was generated.
    "max-redirects": 0,
    "generation": {"database": "none", "allow-x00": True},
    "phases": {
        # TRACE is safe on any path.
        "coverage": {"unexpected-methods": ["TRACE"]},
        # Inferred links would lead from rows of other people to writes.
        "stateful": {"inference": {"algorithms": []}},
    },
    "output": {"sanitization": {"sensitive-markers": ["authorization", "x-write-key", "writekey"]}},
}

LONG_BODY = 16 * 2**10  # bytes
MAX_ITEMS = 100  # items: as many as a page may have rows


def for_requests(level: spec.Level, operation: Any) -> Checks:
    """Return the checks of the answer to a generated request."""
    if level == "assumed":
        return _functions(REQUEST_ASSUMED)
    lists_400 = "400" in operation.definition.raw["responses"]
    return _functions((*REQUEST_DOCUMENTED, *([REFUSAL_DOCUMENTED] if lists_400 else [])))


@functools.cache
def _functions(names: tuple[str, ...]) -> Checks:
    registry.load_all_checks()
    return [registry.CHECKS.get_one(name) for name in names]


@functools.cache
def schema(level: spec.Level) -> OpenApiSchema:
    """Load the spec at a level into schemathesis."""
    return schemathesis.openapi.from_dict(
        spec.view(level), config=SchemathesisConfig.from_dict(CONFIG)
    )


@functools.cache
def _operations(level: spec.Level) -> dict[str, Any]:
    ids = (operation["operationId"] for _, _, operation in spec.operations())
    return {operation_id: schema(level).find_operation_by_id(operation_id) for operation_id in ids}


def operation(level: spec.Level, operation_id: str) -> Any:
    return _operations(level)[operation_id]


def links(level: spec.Level) -> list[Any]:
    """Return every link of the spec, from each response that has it."""
    collected = collect_transitions(list(_operations(level).values()))
    return [link for transitions in collected.operations.values() for link in transitions.outgoing]


def judge_answer(level: spec.Level, operation_id: str, response: Response) -> None:
    """Raise schemathesis' failures if the spec does not allow this response to any request."""
    called = operation(level, operation_id)
    parameters = dict.fromkeys(re.findall(r"{(\w+)}", called.path), "-")
    names = ANSWER_DOCUMENTED if level == "documented" else ANSWER_ASSUMED
    called.Case(path_parameters=parameters).validate_response(
        shortened(response), checks=_functions(names)
    )


def shortened(response: Response) -> Response:
    """Return the response with at most 100 items of each list.

    Each failure takes kilobytes, so a body with 300,000 broken rows would take gigabytes.
    """
    if len(response.content) <= LONG_BODY:
        return response
    try:
        value = json.loads(response.content)
        short_value = _shortened(value)
    except (ValueError, RecursionError):
        return response
    if short_value == value:
        return response
    short = copy.copy(response)
    short.content = json.dumps(short_value).encode()
    return short


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value[:MAX_ITEMS]]
    return value
