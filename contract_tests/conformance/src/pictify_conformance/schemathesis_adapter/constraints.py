"""Makes a generated body keep the rules that a schema cannot say, so that it is judged for what was meant.

Without this a valid body would be refused for its weights, and an invalid one for its weights instead of for
what is wrong with it. Each repair touches only a part that is well formed, so what was broken on purpose stays.
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
TOTAL = 10_000
LONGEST_NAME = 255
DEEPEST = 3
EXACT = 2**53 - 1
CRON = "0 9 * * 1-5"
VARIANT_ID = re.compile(r"[a-zA-Z0-9_-]+")
HTTP_URL = re.compile(r"https?://[a-z0-9.-]+(/[ -~]*)?")


def experiment(body: Any, new_slug: Callable[[], str], *, valid: bool) -> Any:
    """A create or update body, with a slug of the run."""
    if not isinstance(body, dict):
        return body
    body = _copied(body)
    if _is_slug(body.get("slug")):
        body["slug"] = new_slug()
    variants = body.get("variants")
    if isinstance(variants, list):
        _variants(variants, valid=valid)
    if valid:
        _goal(body.get("goalConfig"))
        _bandit(body.get("banditConfig"), body.get("type"))
    return body


def marked(body: Any, new_slug: Callable[[], str]) -> Any:
    """Return a create body without a slug of the run with a name of it, by which what it makes can be told."""
    if (
        not isinstance(body, dict)
        or _is_slug(body.get("slug"))
        or not isinstance(name := body.get("name"), str)
    ):
        return body
    mark = f" {new_slug()}"
    return {**body, "name": name + mark} if name and len(name) + len(mark) <= LONGEST_NAME else body


def _is_slug(slug: Any) -> bool:
    return isinstance(slug, str) and SLUG.fullmatch(slug) is not None and slug not in RESERVED_SLUGS


def _copied(node: Any) -> Any:
    """A copy in which nothing stands twice, as a drawn body may, and integers are ones that all JSON readers share."""
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_copied(item) for item in node]
    return interoperable(node)


def interoperable(value: Any) -> Any:
    """Integers beyond those of RFC 8259, section 6, are valid by schema, and no server has to read them."""
    return value if not isinstance(value, (int, float)) or abs(value) <= EXACT else EXACT


def _variants(variants: list[Any], *, valid: bool) -> None:
    if valid:
        del variants[2:]  # every plan allows two
    if not variants or not all(isinstance(variant, dict) for variant in variants):
        return
    if all(_is_weight(variant.get("weight")) for variant in variants):
        _share_out(variants)
    if all(_is_id(variant.get("id")) for variant in variants):
        for index, variant in enumerate(variants):
            variant["id"] = f"v{index}"
    for variant in variants[1:]:
        if variant.get("isDefault") is True:
            variant["isDefault"] = False
    for variant in variants if valid else ():
        _schedule(variant)
        if "conditions" in variant:
            variant["conditions"] = _cut(variant["conditions"], DEEPEST)


def _share_out(variants: list[Json]) -> None:
    share = TOTAL // len(variants)
    for variant in variants:
        variant["weight"] = share
    variants[0]["weight"] += TOTAL - share * len(variants)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and VARIANT_ID.fullmatch(value) is not None


def _is_weight(weight: Any) -> bool:
    number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    return number and float(weight).is_integer() and 0 <= weight <= TOTAL


def _goal(goal: Any) -> None:
    if not isinstance(goal, dict):
        return
    destination = goal.get("destinationUrl", ...)
    unfit = isinstance(destination, str) and not HTTP_URL.fullmatch(destination)
    missed = (
        destination is None and goal.get("type") != "impressions_only"
    )  # the goal that is updated may need it
    if unfit or missed or goal.get("type") == "click_through":
        goal["destinationUrl"] = DESTINATION


def _bandit(bandit: Any, kind: Any) -> None:
    if isinstance(bandit, dict) and kind != "ab_test" and bandit.get("enabled"):
        bandit["enabled"] = False


def _cut(tree: Any, levels: int) -> Any:
    """The tree without the groups below its last level."""
    if not isinstance(tree, dict) or tree.get("type") != "group":
        return tree
    if levels == 0:
        return {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
    return {**tree, "children": [_cut(child, levels - 1) for child in tree.get("children", [])]}


def _schedule(variant: Json) -> None:
    schedule = variant.get("schedule")
    if not isinstance(schedule, dict):
        return
    start, end = (_instant(schedule.get(name)) for name in ("startAt", "endAt"))
    recurrence = schedule.get("recurrence")
    if isinstance(recurrence, dict) and recurrence.get("type") not in (None, "none"):
        recurrence["type"], recurrence["cronExpression"] = "cron", CRON
        schedule["endAt"] = None
    elif start and end and end <= start:
        schedule["endAt"] = None
    if (
        isinstance(recurrence, dict)
        and recurrence.get("timezone") not in zoneinfo.available_timezones()
    ):
        recurrence["timezone"] = "UTC"


def _instant(text: Any) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def events(body: Any, own: Callable[[str], str]) -> Any:
    """An event, a list of them, or either as text, about experiments of the run."""
    if isinstance(body, str):
        return json.dumps(events(_read(body), own))
    if isinstance(body, list):
        return [events(event, own) for event in body]
    if isinstance(body, dict) and isinstance(body.get("experiment"), str):
        return {**body, "experiment": own(body["experiment"])}
    return body


def _read(text: str) -> Any:
    """What a beacon's text holds; any text is valid by its schema, so text that holds no event becomes one."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        held = None
    return held if isinstance(held, (dict, list)) else {"event": "impression", "experiment": ""}
