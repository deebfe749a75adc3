"""Which schemathesis check belongs to which level, and what is left out."""

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

# A page promises the form of success, that keys are asked for, and that what was created can be read.
# That 5xx is in no page's list of answers makes it a breach of every page.
ANSWER_DOCUMENTED = (
    "not_a_server_error",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
REQUEST_DOCUMENTED = (*ANSWER_DOCUMENTED, "ignored_auth", "ensure_resource_availability")

# Only where a page lists 400 does it promise that broken input is refused.
REFUSAL_DOCUMENTED = "negative_data_rejection"

# No page lists all its statuses or bounds all its values, and none speaks of other methods or of a deleted uid.
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
    "missing_required_header": "the only required header is Authorization, which ignored_auth and the auth rules try",
    "object_level_authorization": "needs two logins of its own making; the auth.team-scope rules do it with two keys",
    "max_response_time": "no page promises a time",
}

CONFIG: dict[str, Any] = {
    "continue-on-failure": True,
    "cache": {"enabled": False},
    "checks": {
        "negative_data_rejection": {"expected-statuses": ["4xx", "5xx"]}
    },  # 5xx is told by a check of its own
    "max-redirects": 0,  # a redirect is the answer, and may lead off the server to whatever was generated
    "generation": {"database": "none", "allow-x00": True},
    "phases": {
        "coverage": {"unexpected-methods": ["TRACE"]},  # the one that is safe on any path
        "stateful": {
            "inference": {"algorithms": []}
        },  # inferred links would lead from other people's rows to writes
    },
    "output": {"sanitization": {"sensitive-markers": ["authorization", "x-write-key", "writekey"]}},
}

LONG_BODY = 16 * 2**10  # bytes
LONGEST_LIST = 100  # items that are judged: as many as a page may have rows


def for_answers(level: spec.Level) -> Checks:
    """What every answer is checked for, whatever was sent."""
    return _functions(ANSWER_DOCUMENTED if level == "documented" else ANSWER_ASSUMED)


def for_requests(level: spec.Level, operation: Any) -> Checks:
    """What the answer to a generated request is checked for."""
    if level == "assumed":
        return _functions(REQUEST_ASSUMED)
    published_400 = "400" in operation.definition.raw["responses"]
    return _functions(
        (*REQUEST_DOCUMENTED, REFUSAL_DOCUMENTED) if published_400 else REQUEST_DOCUMENTED
    )


@functools.cache
def _functions(names: tuple[str, ...]) -> Checks:
    registry.load_all_checks()
    return [registry.CHECKS.get_one(name) for name in names]


@functools.cache
def schema(level: spec.Level) -> OpenApiSchema:
    """The spec at a level, loaded into schemathesis."""
    return schemathesis.openapi.from_dict(
        spec.view(level), config=SchemathesisConfig.from_dict(CONFIG)
    )


@functools.cache
def _operations(level: spec.Level) -> dict[str, Any]:
    ids = (operation["operationId"] for _, _, operation in spec.operations())
    return {operation_id: schema(level).find_operation_by_id(operation_id) for operation_id in ids}


def operation(level: spec.Level, operation_id: str) -> Any:
    """One operation at a level."""
    return _operations(level)[operation_id]


def links(level: spec.Level) -> list[Any]:
    """Every link of the spec, from each answer that it leads on from."""
    collected = collect_transitions(list(_operations(level).values()))
    return [link for transitions in collected.operations.values() for link in transitions.outgoing]


def judge_answer(level: spec.Level, operation_id: str, response: Response) -> None:
    """Raise what schemathesis raises if the answer is not one that the spec at this level allows."""
    called = operation(level, operation_id)
    anything = dict.fromkeys(re.findall(r"{(\w+)}", called.path), "-")
    called.Case(path_parameters=anything).validate_response(
        beginning(response), checks=for_answers(level)
    )


def beginning(response: Response) -> Response:
    """Return an answer with no more of each list than is judged.

    Every breach takes kilobytes, so the 300,000 rows that fit into a body would take gigabytes.
    """
    if len(response.content) <= LONG_BODY:
        return response
    try:
        value = json.loads(response.content)
        is_cut = _cut(value)
    except (ValueError, RecursionError):
        return response
    shown = copy.copy(response)
    if is_cut:
        shown.content = json.dumps(value).encode()
    return shown


def _cut(value: Any) -> bool:
    """Cut the lists in a JSON value. Return True if any was longer."""
    if isinstance(value, dict):
        return any([*map(_cut, value.values())])
    if not isinstance(value, list):
        return False
    is_long = len(value) > LONGEST_LIST
    del value[LONGEST_LIST:]
    return any([is_long, *map(_cut, value)])
