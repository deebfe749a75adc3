"""Makes a generated body keep the rules that JSON Schema cannot express.

Without this a valid body would be refused for its weights, and an invalid one for its weights
rather than for what is invalid in it. Each function changes only a part that is well formed, so
what was broken on purpose stays broken.
"""

import datetime as dt
import json
import re
import zoneinfo
from collections.abc import Callable
from typing import Any

from pictify_conformance.http.write_guard import RESERVED_SLUGS, SLUG
from pictify_conformance.testing.payloads import DESTINATION

Json = dict[str, Any]
TOTAL_WEIGHT = 10_000
MAX_NAME = 255
DEEPEST_GROUP = 3
MAX_SAFE_INTEGER = 2**53 - 1
CRON = "0 9 * * 1-5"
VARIANT_ID = re.compile(r"[a-zA-Z0-9_-]+")
HTTP_URL = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(/[ -~]*)?")
RULE: Json = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


def experiment(body: Any, new_slug: Callable[[], str], *, valid: bool) -> Any:
    """Return a create or update body with a slug of the run.

    A body that is not meant to be valid gets only consistent weights, ids and defaults.
    """
    if not isinstance(body, dict):
        return body
    body = _copied(body)
    if _is_usable_slug(body.get("slug")):
        body["slug"] = new_slug()
    variants = body.get("variants")
    if isinstance(variants, list):
        if valid:
            del variants[2:]  # every plan allows two
        if all(isinstance(variant, dict) for variant in variants):
            _repair_variants(variants, valid=valid)
    if valid:
        _repair_goal(body.get("goalConfig"))
        bandit = body.get("banditConfig")
        if isinstance(bandit, dict) and body.get("type") != "ab_test" and bandit.get("enabled"):
            bandit["enabled"] = False
    return body


def with_marked_name(body: Any, new_slug: Callable[[], str]) -> Any:
    """Return a create body whose name shows that the run made it, if its slug does not."""
    if not isinstance(body, dict) or _is_usable_slug(body.get("slug")):
        return body
    name, mark = body.get("name"), f" {new_slug()}"
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME - len(mark):
        return body
    return {**body, "name": name + mark}


def _is_usable_slug(slug: Any) -> bool:
    return isinstance(slug, str) and SLUG.fullmatch(slug) is not None and slug not in RESERVED_SLUGS


def _copied(node: Any) -> Any:
    """Copy a body. Hypothesis may use one object in two places, which a deep copy would keep."""
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_copied(item) for item in node]
    return clamp_to_safe_integer(node)


def clamp_to_safe_integer(value: Any) -> Any:
    """Limit a number to what RFC 8259, section 6, lets every JSON reader read, with its sign."""
    is_unsafe = isinstance(value, (int, float)) and abs(value) > MAX_SAFE_INTEGER
    return (MAX_SAFE_INTEGER if value > 0 else -MAX_SAFE_INTEGER) if is_unsafe else value


def _repair_variants(variants: list[Json], *, valid: bool) -> None:
    if variants and all(_is_weight(variant.get("weight")) for variant in variants):
        share, rest = divmod(TOTAL_WEIGHT, len(variants))
        for variant in variants:
            variant["weight"] = share
        variants[0]["weight"] += rest
    if all(_is_id(variant.get("id")) for variant in variants):
        for index, variant in enumerate(variants):
            variant["id"] = f"v{index}"
    for variant in variants[1:]:
        if variant.get("isDefault") is True:
            variant["isDefault"] = False
    for variant in variants if valid else ():
        _repair_schedule(variant.get("schedule"))
        if "conditions" in variant:
            variant["conditions"] = _cut(variant["conditions"], DEEPEST_GROUP)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and VARIANT_ID.fullmatch(value) is not None


def _is_weight(weight: Any) -> bool:
    if not isinstance(weight, (int, float)) or isinstance(weight, bool):
        return False
    return float(weight).is_integer() and 0 <= weight <= TOTAL_WEIGHT


def _repair_goal(goal: Any) -> None:
    if not isinstance(goal, dict):
        return
    url, type_ = goal.get("destinationUrl", ...), goal.get("type")
    is_broken = isinstance(url, str) and not HTTP_URL.fullmatch(url)
    # An update may leave the type out, so null is safe for one type only.
    is_null = url is None and type_ != "impressions_only"
    if is_broken or is_null or type_ == "click_through":
        goal["destinationUrl"] = DESTINATION


def _cut(tree: Any, levels: int) -> Any:
    """Replace empty groups, groups below the deepest level, and `url.param` by a rule."""
    if not isinstance(tree, dict) or tree.get("type") != "group":
        is_nameless = isinstance(tree, dict) and tree.get("property") == "url.param"
        return RULE if is_nameless else tree
    children = tree.get("children", [])
    if levels == 0 or not children:
        return RULE
    return {**tree, "children": [_cut(child, levels - 1) for child in children]}


def _repair_schedule(schedule: Any) -> None:
    if not isinstance(schedule, dict):
        return
    start, end = _instant(schedule.get("startAt")), _instant(schedule.get("endAt"))
    if start and end and end <= start:
        schedule["endAt"] = None
    recurrence = schedule.get("recurrence")
    if not isinstance(recurrence, dict):
        return
    if recurrence.get("type") not in (None, "none"):
        recurrence["type"], recurrence["cronExpression"] = "cron", CRON
        schedule["endAt"] = None
    if recurrence.get("timezone") not in zoneinfo.available_timezones():
        recurrence["timezone"] = "UTC"


def _instant(text: Any) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def events(body: Any, own_slug: Callable[[str], str]) -> Any:
    """Return an event, a list of events or either as text, about experiments of the run."""
    if isinstance(body, str) and body:  # an empty one is broken on purpose
        return json.dumps(events(_parsed(body), own_slug))
    if isinstance(body, list):
        return [events(event, own_slug) for event in body]
    if isinstance(body, dict) and isinstance(body.get("experiment"), str):
        return {**body, "experiment": own_slug(body["experiment"])}
    return body


def _parsed(text: str) -> Any:
    # By its schema the text of a beacon may be anything.
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, (dict, list)) else {"event": "impression", "experiment": ""}
