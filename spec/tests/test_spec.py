import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from . import notes, samples, style, tables
from .document import ROOT, Document, load
from .style import Check

GONE = object()
CHECKS = (*style.CHECKS, *samples.CHECKS, *tables.CHECKS)

LIST = ("paths", "/experiments/api", "get")
CREATE = ("paths", "/experiments/api", "post")
START = ("paths", "/experiments/api/{uid}/start", "post")
SCHEMAS = ("components", "schemas")
EXAMPLES = ("components", "examples")
LISTED = (*LIST, "responses", "200", "links", "GetListed")
RULE = ("x-rules", 0)  # auth.missing-key.refused, documented
STATUS = ("x-rules", 1)  # auth.missing-key.status, assumed

# One line breaks one thing: the check that notices, where, what stands there now, a word of the finding.
BROKEN: list[tuple[Check, tuple[str | int, ...], Any, str]] = [
    (style.is_valid_openapi, (*LIST, "parameters", 0, "in"), "body", "parameters/0"),
    (style.is_valid_openapi, (*SCHEMAS, "Variant", "type"), "thing", "thing"),
    (
        style.has_no_empty_member,
        (*SCHEMAS, "Variant", "properties", "name", "for people"),
        None,
        "for people",
    ),
    (style.has_no_empty_member, (*LIST, "summary"), "", "summary"),
    (style.describes_operations, (*LIST, "operationId"), GONE, "operationId"),
    (style.describes_operations, (*LIST, "summary"), GONE, "summary"),
    (style.describes_operations, (*LIST, "description"), GONE, "description"),
    (style.describes_operations, (*LIST, "security"), GONE, "security"),
    (style.describes_operations, (*LIST, "x-source"), GONE, "x-source"),
    (style.describes_schemas, (*SCHEMAS, "Variant", "x-source"), GONE, "Variant has no x-source"),
    (
        style.describes_schemas,
        (*SCHEMAS, "GoalType", "description"),
        GONE,
        "GoalType has no description",
    ),
    (
        style.describes_properties,
        (*SCHEMAS, "Variant", "properties", "id", "description"),
        GONE,
        "Variant/properties/id",
    ),
    (
        style.describes_parts,
        ("components", "headers", "Retry-After", "description"),
        GONE,
        "Retry-After",
    ),
    (style.describes_parts, (*LIST, "parameters", 0, "description"), GONE, "parameter type"),
    (
        style.names_its_types,
        (*SCHEMAS, "Variant", "properties", "name", "enum"),
        ["a"],
        "enum inline",
    ),
    (
        style.names_its_types,
        (*SCHEMAS, "Variant", "properties", "name", "properties"),
        {},
        "properties inline",
    ),
    (
        style.names_its_types,
        (*LIST, "parameters", 0, "schema"),
        {"type": "string", "enum": ["a"]},
        "enum inline",
    ),
    (style.knows_its_sources, (*LIST, "x-source"), ["hearsay"], "hearsay"),
    (style.knows_its_sources, (*SCHEMAS, "Variant", "x-source"), [], "nothing"),
    (style.uses_every_code, ("x-sources", "blog"), "/blog", "blog"),
    (style.uses_every_code, ("x-assumptions", "A-luck"), "Luck.", "A-luck"),
    (style.forms_rules, (*RULE, "id"), "weather.rain", "weather.rain"),
    (style.forms_rules, (*RULE, "id"), "auth", "auth is no"),
    (style.forms_rules, (*RULE, "id"), "auth.Missing_Key", "Missing_Key"),
    (style.forms_rules, (*RULE, "text"), "It should be refused.", "state a fact"),
    (style.forms_rules, (*RULE, "text"), "It is refused", "state a fact"),
    (style.forms_rules, (*RULE, "source"), GONE, "members"),
    (style.forms_rules, (*RULE, "status"), 401, "members"),
    (style.sources_rules, (*RULE, "level"), "assumed", "does not fit"),
    (style.sources_rules, (*RULE, "level"), "certain", "does not fit"),
    (style.sources_rules, (*RULE, "source"), ["list", "A-errors"], "does not fit"),
    (style.sources_rules, (*RULE, "source"), ["vendor-plan"], "does not fit"),
    (style.sources_rules, (*RULE, "source"), ["list", "hearsay"], "hearsay"),
    (style.sources_rules, (*STATUS, "level"), "documented", "does not fit"),
    (style.sources_rules, (*STATUS, "source"), ["list"], "does not fit"),
    (style.tells_rules_apart, (*RULE, "id"), "auth.missing-key.status", "stands 2 times"),
    (style.tells_rules_apart, (*LIST, "operationId"), "getExperiment", "stands 2 times"),
    (style.leads_somewhere, (*LISTED, "operationId"), "readExperiment", "no operation"),
    (style.leads_somewhere, (*LISTED, "operationId"), "startExperiment", "no reading operation"),
    (
        style.leads_somewhere,
        (*LISTED, "operationId"),
        "trackExperimentClick",
        "no reading operation",
    ),
    (style.leads_somewhere, (*LISTED, "parameters", "id"), "1", "fills in id"),
    (style.marks_what_is_there, (*LIST, "x-level"), "guessed", "guessed"),
    (style.marks_what_is_there, (*LIST, "x-level"), {}, "no x-level"),
    (style.marks_what_is_there, (*LIST, "x-level"), {"summary": "guessed"}, "no x-level"),
    (style.marks_what_is_there, (*LIST, "responses", "x-level"), {"418": "assumed"}, "418"),
    (
        style.marks_what_is_there,
        (*SCHEMAS, "CompleteExperimentRequest", "x-level"),
        {"null": "assumed"},
        "null",
    ),
    (style.marks_what_is_there, ("x-editable", "x-level", "colour"), "assumed", "colour"),
    (
        samples.shows_bodies,
        (*CREATE, "requestBody", "content", "application/json", "examples"),
        GONE,
        "request",
    ),
    (
        samples.shows_bodies,
        ("components", "responses", "NotFound", "content", "application/json", "examples"),
        GONE,
        "404",
    ),
    (
        samples.validates_bodies,
        (*EXAMPLES, "CreateAbTest", "value", "variants"),
        [],
        "createExperiment",
    ),
    (
        samples.validates_bodies,
        (*EXAMPLES, "CreateAbTest", "value", "type"),
        "bandit",
        "createExperiment",
    ),
    (samples.validates_bodies, (*EXAMPLES, "UpdateWording", "value", "spring"), None, "spring"),
    (
        samples.validates_bodies,
        (*EXAMPLES, "DraftExperiment", "value", "experiment", "createdAt"),
        "today",
        "date-time",
    ),
    (samples.validates_bodies, (*EXAMPLES, "Quota"), GONE, "getExperimentQuota"),
    (
        samples.validates_parts,
        (*SCHEMAS, "Variant", "properties", "id", "examples"),
        ["a b"],
        "Variant",
    ),
    (samples.validates_parts, (*LIST, "parameters", 3, "example"), 500, "500"),
    (samples.validates_parts, ("components", "headers", "Retry-After", "example"), "soon", "soon"),
    (tables.names_statuses, (*SCHEMAS, "ExperimentStatus", "enum", 0), "new", "statuses"),
    (tables.names_statuses, (*SCHEMAS, "ExperimentStatusFilter", "enum", 0), "archived", "filter"),
    (tables.names_statuses, ("x-lifecycle", "initial"), "made", "made"),
    (tables.names_statuses, ("x-editable", "archived"), [], "x-editable"),
    (
        tables.moves_by_operations,
        ("x-lifecycle", "transitions", "stopExperiment"),
        {},
        "stopExperiment",
    ),
    (tables.moves_by_operations, (*START, "responses", "409"), GONE, "startExperiment"),
    (
        tables.explains_the_lifecycle,
        ("x-lifecycle", "transitions", "startExperiment", "from"),
        ["draft"],
        "moves",
    ),
    (
        tables.explains_the_lifecycle,
        ("x-lifecycle", "transitions", "pauseExperiment", "to"),
        "draft",
        "moves",
    ),
    (tables.explains_the_lifecycle, ("info", "description"), "Nothing.", "moves"),
    (tables.edits_what_update_takes, ("x-editable", "running", 0), "title", "title"),
    (
        tables.edits_what_update_takes,
        ("x-editable", "running", 3),
        "goalConfig.colour",
        "goalConfig.colour",
    ),
    (tables.edits_what_update_takes, ("x-editable", "draft"), ["name"], "draft"),
    (
        tables.edits_what_update_takes,
        ("x-editable", "x-level"),
        {"templateUid": "assumed"},
        "assumed fields",
    ),
    (tables.explains_the_fields, ("x-editable", "completed"), ["name", "slug"], "completed"),
    (tables.explains_the_fields, ("info", "description"), "Nothing.", "statuses"),
    (
        tables.tells_its_problems,
        ("x-problems", "slug-in-use", "status"),
        400,
        "slug-in-use with 409",
    ),
    (tables.tells_its_problems, ("x-problems", "slug-in-use"), GONE, "slug-in-use with 409"),
    (
        tables.tells_its_problems,
        ("x-problems", "slug-in-use", "remedy"),
        GONE,
        "slug-in-use has the members",
    ),
    (tables.has_places_for_tables, ("info", "description"), "Nothing.", "no place for x-problems"),
]

# One line damages the notes in one place: the check that notices, what is replaced, by what, a word of the finding.
DAMAGED: list[tuple[notes.Check, str, str, str]] = [
    (notes.lists_the_pages, r"\| `pixel` \|.*\n", "", "no row for pixel"),
    (notes.lists_the_pages, r"/api-reference/endpoints/experiments/pixel", "/pixel", "not /pixel"),
    (notes.lists_the_pages, r"\| `pixel` \|", "| `dot` |", "dot is no code"),
    (notes.lists_the_assumptions, "### A-pixel", "### A-dot", "no section for A-pixel"),
    (notes.lists_the_assumptions, "### A-pixel", "### A-dot", "A-dot is no code"),
    (notes.lists_the_rules, "`pixel.bytes`", "`pixel.size`", "pixel.bytes"),
    (notes.lists_the_marks, "`ExperimentList.required`", "", "listed nowhere"),
    (notes.lists_the_marks, "`ExperimentList.required`", "`ExperimentList.order`", "not marked"),
    (notes.lists_the_marks, "`ExperimentList.required`", "`QuotaUsage.required`", "listed twice"),
    (notes.names_known_codes, "### A-pixel", "See A-dot.\n\n### A-pixel", "A-dot is unknown"),
]


def ids(cases: Iterable[tuple[Any, ...]]) -> list[str]:
    return [f"{check.__name__}: {word}" for check, *_, word in cases]


@pytest.fixture(scope="module")
def spec() -> Document:
    return load()


@pytest.fixture(scope="module")
def sources() -> str:
    return (ROOT / "spec" / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_spec_keeps_to_its_style(check: Check, spec: Document) -> None:
    """The spec breaks none of the checks of its style."""
    assert list(check(spec)) == []


@pytest.mark.parametrize("check", notes.CHECKS, ids=lambda check: check.__name__)
def test_sources_tell_what_the_spec_rests_on(
    check: notes.Check, spec: Document, sources: str
) -> None:
    """sources.md names the codes, rules and marks of the spec, all of them and no others."""
    assert list(check(spec, sources)) == []


@pytest.mark.parametrize(("check", "place", "value", "word"), BROKEN, ids=ids(BROKEN))
def test_broken_spec_is_noticed(
    check: Check, place: tuple[str | int, ...], value: Any, word: str, spec: Document
) -> None:
    """A spec that is broken in one place is noticed by the check for it."""
    assert word in "\n".join(check(broken(spec, place, value)))


@pytest.mark.parametrize(("check", "pattern", "replacement", "word"), DAMAGED, ids=ids(DAMAGED))
def test_damaged_sources_are_noticed(
    check: notes.Check, pattern: str, replacement: str, word: str, spec: Document, sources: str
) -> None:
    """Notes that are damaged in one place are noticed by the check for it."""
    assert word in "\n".join(check(spec, re.sub(pattern, replacement, sources)))


def test_every_check_can_fail() -> None:
    """Every check has a broken spec or damaged notes that it notices."""
    tried = {check.__name__ for check, *_ in BROKEN} | {check.__name__ for check, *_ in DAMAGED}
    assert tried == {check.__name__ for check in (*CHECKS, *notes.CHECKS)}


def broken(spec: Document, place: tuple[str | int, ...], value: Any) -> Document:
    """A copy of the spec with another value, or none, in one place."""
    copy: Document = json.loads(json.dumps(spec))
    *parents, last = place
    node: Any = copy
    for name in parents:
        node = node[name]
    if value is GONE:
        del node[last]
    else:
        node[last] = value
    return copy
