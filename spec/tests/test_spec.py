"""The spec and sources.md pass every check, and every check notices a broken one."""

import json
import re
from types import ModuleType
from typing import Any

import pytest

from . import examples, sources, style, tables
from .document import ROOT, Check, Document, load


def checks(*modules: ModuleType) -> list[Check]:
    return [
        member
        for module in modules
        for name, member in vars(module).items()
        if name.startswith("check_")
    ]


CHECKS = checks(style, examples, tables)

REMOVED = object()
LIST = "paths /experiments/api get"
CREATE = "paths /experiments/api post"
START = "paths /experiments/api/{uid}/start post"
GET_LISTED = f"{LIST} responses 200 links GetListed"
SCHEMAS = "components schemas"
VARIANT = f"{SCHEMAS} Variant"
COMPLETE = f"{SCHEMAS} CompleteExperimentRequest"
EXAMPLES = "components examples"
DRAFT = f"{EXAMPLES} DraftExperiment value experiment"
RULE = "x-rules 0"  # auth.missing-key.refused, documented
STATUS = "x-rules 1"  # auth.missing-key.status, assumed
JSON = "content application/json examples"
MOVES = "x-lifecycle transitions"
TEXT = "info description"

# The check that notices, the place to change, its new value, and a part of the finding.
BROKEN: list[tuple[Check, str, Any, str]] = [
    (style.check_openapi, f"{LIST} parameters 0 in", "body", "parameters/0"),
    (style.check_openapi, f"{VARIANT} type", "thing", "thing"),
    (style.check_empty_members, f"{VARIANT} properties name for", None, "name/for is empty"),
    (style.check_empty_members, f"{LIST} summary", "", "summary"),
    (style.check_markup, f"{RULE} text", "A key is `<key>` or <key>.", "x-rules/0/text"),
    (style.check_markup, f"{LIST} description", "<b>Experiments</b>", "description"),
    (style.check_operations, f"{LIST} operationId", REMOVED, "operationId"),
    (style.check_operations, f"{LIST} summary", REMOVED, "summary"),
    (style.check_operations, f"{LIST} description", REMOVED, "description"),
    (style.check_operations, f"{LIST} security", REMOVED, "security"),
    (style.check_operations, f"{LIST} x-source", REMOVED, "x-source"),
    (style.check_descriptions, f"{VARIANT} x-source", REMOVED, "Variant has no x-source"),
    (style.check_descriptions, f"{SCHEMAS} GoalType description", REMOVED, "GoalType has no"),
    (style.check_descriptions, f"{VARIANT} properties id description", REMOVED, "/id has"),
    (style.check_descriptions, "components headers Retry-After description", REMOVED, "Retry-A"),
    (style.check_descriptions, f"{LIST} parameters 0 description", REMOVED, "parameters/0"),
    (style.check_inline_types, f"{VARIANT} properties name enum", ["a"], "enum inline"),
    (style.check_inline_types, f"{VARIANT} properties name properties", {}, "properties in"),
    (style.check_inline_types, f"{LIST} parameters 0 schema", {"enum": ["a"]}, "enum inline"),
    (style.check_sources, f"{LIST} x-source", ["hearsay"], "hearsay"),
    (style.check_sources, f"{VARIANT} x-source", [], "nothing"),
    (style.check_unused_codes, "x-sources blog", "/blog", "blog"),
    (style.check_unused_codes, "x-assumptions A-luck", "Luck.", "A-luck"),
    (style.check_rules, f"{RULE} id", "weather.rain", "weather.rain"),
    (style.check_rules, f"{RULE} id", "auth", "auth is not"),
    (style.check_rules, f"{RULE} id", "auth.Missing_Key", "Missing_Key"),
    (style.check_rules, f"{RULE} source", REMOVED, "members"),
    (style.check_rules, f"{RULE} status", 401, "members"),
    (style.check_rule_texts, f"{RULE} text", "A request should be refused.", "state a fact"),
    (style.check_rule_texts, f"{RULE} text", "A request is refused", "state a fact"),
    (style.check_rule_texts, f"{RULE} text", "A key. A key. A key.", "two sentences"),
    (style.check_rule_texts, f"{RULE} text", "It refuses the request.", "another rule"),
    (style.check_rule_texts, f"{RULE} text", "The refusal is a `Problem`.", "another rule"),
    (style.check_rule_texts, f"{RULE} text", "Nothing happens.", "a thing of the API"),
    (style.check_rule_texts, f"{LIST} x-rules 0 text", "A key is needed.", "GET /experiments/api"),
    (style.check_rule_sources, f"{RULE} level", "assumed", "does not fit"),
    (style.check_rule_sources, f"{RULE} level", "certain", "does not fit"),
    (style.check_rule_sources, f"{RULE} source", ["list", "A-errors"], "does not fit"),
    (style.check_rule_sources, f"{RULE} source", ["vendor-plan"], "does not fit"),
    (style.check_rule_sources, f"{RULE} source", ["list", "hearsay"], "hearsay"),
    (style.check_rule_sources, f"{STATUS} level", "documented", "does not fit"),
    (style.check_rule_sources, f"{STATUS} source", ["list"], "does not fit"),
    (style.check_unique_ids, f"{RULE} id", "auth.missing-key.status", "occurs 2 times"),
    (style.check_unique_ids, f"{LIST} operationId", "getExperiment", "occurs 2 times"),
    (style.check_links, f"{GET_LISTED} operationId", "readExperiment", "not an operation"),
    (style.check_links, f"{GET_LISTED} operationId", "startExperiment", "not a read"),
    (style.check_links, f"{GET_LISTED} operationId", "trackExperimentClick", "not a read"),
    (style.check_links, f"{GET_LISTED} parameters id", "1", "sets id"),
    (style.check_links, f"{GET_LISTED} requestBody", {"a": "$url"}, "openapi-generator refuses"),
    (style.check_marks, f"{LIST} x-level", "guessed", "guessed"),
    (style.check_marks, f"{LIST} x-level", {}, "valid x-level"),
    (style.check_marks, f"{LIST} x-level", {"summary": "guessed"}, "valid x-level"),
    (style.check_marks, f"{LIST} x-level responses 418", "assumed", "responses has no 418"),
    (style.check_marks, f"{LIST} x-level responses 401", "guessed", "guessed is not a valid"),
    (style.check_marks, f"{LIST} responses x-level", "assumed", "read as a status"),
    (style.check_marks, f"{COMPLETE} x-level", {"null": "assumed"}, "null"),
    (style.check_marks, "x-editable x-level colour", "assumed", "colour"),
    (examples.check_bodies_have_examples, f"{CREATE} requestBody {JSON}", REMOVED, "request"),
    (examples.check_bodies_have_examples, f"components responses NotFound {JSON}", REMOVED, "404"),
    (examples.check_body_examples, f"{EXAMPLES} CreateAbTest value variants", [], "createExperim"),
    (examples.check_body_examples, f"{EXAMPLES} CreateAbTest value type", "bandit", "createExper"),
    (examples.check_body_examples, f"{EXAMPLES} UpdateWording value spring", None, "spring"),
    (examples.check_body_examples, f"{DRAFT} createdAt", "today", "date-time"),
    (examples.check_body_examples, f"{EXAMPLES} Quota", REMOVED, "getExperimentQuota"),
    (examples.check_part_examples, f"{VARIANT} properties id examples", ["a b"], "Variant"),
    (examples.check_part_examples, f"{LIST} parameters 3 example", 500, "500"),
    (examples.check_part_examples, "components headers Retry-After example", "soon", "soon"),
    (tables.check_statuses, f"{SCHEMAS} ExperimentStatus enum 0", "new", "statuses with"),
    (tables.check_statuses, f"{SCHEMAS} ExperimentStatusFilter enum 0", "archived", "filter"),
    (tables.check_statuses, "x-lifecycle initial", "made", "made"),
    (tables.check_statuses, "x-editable archived", [], "x-editable"),
    (tables.check_transitions, f"{MOVES} stopExperiment", {}, "stopExperiment"),
    (tables.check_transitions, f"{START} responses 409", REMOVED, "startExperiment"),
    (tables.check_lifecycle_text, f"{MOVES} startExperiment from", ["draft"], "transitions"),
    (tables.check_lifecycle_text, f"{MOVES} pauseExperiment to", "draft", "transitions"),
    (tables.check_lifecycle_text, TEXT, "Nothing.", "transitions"),
    (tables.check_editable_fields, "x-editable running 0", "title", "title"),
    (tables.check_editable_fields, "x-editable running 3", "goalConfig.colour", "Config.colour"),
    (tables.check_editable_fields, "x-editable draft", ["name"], "fields of draft"),
    (tables.check_editable_fields, "x-editable x-level", {"name": "assumed"}, "assumed fields"),
    (tables.check_editable_text, "x-editable completed", ["name", "slug"], "fields of completed"),
    (tables.check_editable_text, TEXT, "Nothing.", "statuses"),
    (tables.check_problems, "x-problems slug-in-use status", 400, "slug-in-use with 409"),
    (tables.check_problems, "x-problems slug-in-use", REMOVED, "slug-in-use with 409"),
    (
        tables.check_problems,
        "x-problems slug-in-use remedy",
        REMOVED,
        "slug-in-use has the members",
    ),
]

# The check that notices, a pattern in sources.md, its replacement, and a part of the finding.
DAMAGED: list[tuple[Check, str, str, str]] = [
    (sources.check_pages, r"\| `pixel` \|.*\n", "", "no row for pixel"),
    (sources.check_pages, "/api-reference/endpoints/experiments/pixel", "/pixel", "not /pixel"),
    (sources.check_pages, r"\| `pixel` \|", "| `dot` |", "dot is not in x-sources"),
    (sources.check_assumptions, "### A-pixel", "### A-dot", "no section for A-pixel"),
    (sources.check_assumptions, "### A-pixel", "### A-dot", "A-dot is not in x-assumptions"),
    (sources.check_assumptions, "### A-pixel", "See A-dot.\n\n### A-pixel", "A-dot is not in"),
    (sources.check_listed_rules, "`pixel.bytes`", "`pixel.size`", "pixel.bytes"),
    (sources.check_listed_marks, "`ExperimentList.required`", "", "not listed"),
    (sources.check_listed_marks, "`ExperimentList.required`", "`ExperimentList.x`", "not marked"),
    (sources.check_listed_marks, "`ExperimentList.required`", "`QuotaUsage.required`", "twice"),
]


@pytest.fixture(scope="module")
def spec() -> Document:
    return load()


@pytest.fixture(scope="module")
def notes() -> str:
    return (ROOT / "spec" / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS)
def test_spec_passes(check: Check, spec: Document) -> None:
    assert list(check(spec)) == []


@pytest.mark.parametrize("check", checks(sources))
def test_sources_pass(check: Check, spec: Document, notes: str) -> None:
    assert list(check(spec, notes)) == []


@pytest.mark.parametrize(("check", "place", "value", "finding"), BROKEN)
def test_broken_spec_is_noticed(
    check: Check, place: str, value: Any, finding: str, spec: Document
) -> None:
    assert finding in "\n".join(check(with_value(spec, place, value)))


@pytest.mark.parametrize(("check", "pattern", "replacement", "finding"), DAMAGED)
def test_damaged_sources_are_noticed(
    check: Check, pattern: str, replacement: str, finding: str, spec: Document, notes: str
) -> None:
    assert finding in "\n".join(check(spec, re.sub(pattern, replacement, notes)))


def test_every_check_can_fail() -> None:
    tried = {check for check, *_ in BROKEN} | {check for check, *_ in DAMAGED}
    assert tried == {*CHECKS, *checks(sources)}


def with_value(spec: Document, place: str, value: Any) -> Document:
    """Return a copy of the spec with another value, or none, in one place."""
    copy: Document = json.loads(json.dumps(spec))
    *parents, last = (int(name) if len(name) == 1 else name for name in place.split())
    node: Any = copy
    for name in parents:
        node = node[name]
    if value is REMOVED:
        del node[last]
    else:
        node[last] = value
    return copy
