"""Bodies that break one rule that JSON Schema cannot express."""

from typing import Any

from pictify_conformance.http.write_guard import RESERVED_SLUGS

Json = dict[str, Any]

START, BEFORE = "2026-03-01T09:00:00Z", "2026-02-28T09:00:00Z"
CRON = "0 9 * * *"
SCHEMES = ("javascript:alert(1)", "data:text/html,x", "ftp://shop.example.com/", "//example.com/")
# The docs do not say whether the root and the rules count as levels: this is too deep either way.
TOO_DEEP = 9


def rule_mutations(body: Json) -> dict[str, list[Json]]:
    """Return, by rule, variations of a valid create or update that break this rule only."""
    slug, weight = body["slug"], body["variants"][-1]["weight"]
    weights = [_with_variant(body, -1, weight=weight + change) for change in (-1, 1)]
    reserved = [{**body, "slug": word} for word in RESERVED_SLUGS]
    formats = [
        {**body, "slug": wrong}
        for wrong in (f"-{slug}", f"{slug}-", f"{slug}_x", slug.upper(), f"{slug} x")
    ]
    same_id = _with_variant(body, -1, id=body["variants"][0]["id"])
    defaults = {**body, "variants": [{**row, "isDefault": True} for row in body["variants"]]}
    link = {**body, "type": "smart_link"}
    return {
        "create.weights-sum.refused": weights,
        "create.slug-reserved.refused": reserved,
        "create.slug-format.refused": formats,
        "create.condition-depth.refused": [_with_variant(link, 0, conditions=_deep_tree())],
        "create.variant-ids-unique": [same_id],
        "create.single-default": [defaults],
        "create.click-through-destination": [{**body, "goalConfig": {"type": "click_through"}}],
        "create.destination-scheme": [
            {**body, "goalConfig": {"type": "click_through", "destinationUrl": url}}
            for url in SCHEMES
        ],
        "create.schedule-order": [
            _scheduled(body, startAt=START, endAt=end) for end in (START, BEFORE)
        ],
        "create.schedule-cron": [
            _recurring(body, cronExpression=expression)
            for expression in ("99 9 * * *", "0 9 * *", "0 0 9 * * 1", "often")
        ],
        "create.schedule-time-zone": [
            _recurring(body, cronExpression=CRON, timezone="Mars/Olympus")
        ],
        "update.weights-sum.refused": weights,
        "update.slug-bounds": reserved + formats,
        "update.variants-bounds": [same_id, defaults],
    }


def _with_variant(body: Json, index: int, **fields: Any) -> Json:
    variants = list(body["variants"])
    variants[index] = {**variants[index], **fields}
    return {**body, "variants": variants}


def _scheduled(body: Json, **schedule: Any) -> Json:
    return _with_variant({**body, "type": "scheduled"}, 0, schedule=schedule)


def _recurring(body: Json, **recurrence: str) -> Json:
    return _scheduled(body, recurrence={"type": "cron", **recurrence})


def _deep_tree() -> Json:
    tree: Json = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
    for _ in range(TOO_DEEP):
        tree = {"type": "group", "operator": "AND", "children": [tree]}
    return tree


RULES = tuple(rule_mutations({"slug": "ct", "variants": [{"id": "v0", "weight": 10_000}]}))
