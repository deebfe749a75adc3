"""Ways to break, in an otherwise valid body, one rule that a schema cannot say."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pictify_conformance.http.write_guard import RESERVED_SLUGS

Json = dict[str, Any]

FAR_TOO_DEEP = 9  # whether the root and the rules count is assumed
BRANCH: Json = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


@dataclass(frozen=True)
class Probe:
    """A rule, and the bodies that break it and nothing else, made from a valid one."""

    rule: str
    broken: Callable[[Json], Iterator[Json]]


def _weights_sum(body: Json) -> Iterator[Json]:
    yield _with(body, lambda rows: rows[-1].update(weight=rows[-1]["weight"] - 1))
    yield _with(body, lambda rows: rows[-1].update(weight=rows[-1]["weight"] + 1))


def _slug_reserved(body: Json) -> Iterator[Json]:
    for word in RESERVED_SLUGS:
        yield {**body, "slug": word}


def _slug_format(body: Json) -> Iterator[Json]:
    slug = body["slug"]
    yield from (
        {**body, "slug": wrong}
        for wrong in (f"-{slug}", f"{slug}-", f"{slug}_x", slug.upper(), f"{slug} x")
    )


def _condition_depth(body: Json) -> Iterator[Json]:
    tree = BRANCH
    for _ in range(FAR_TOO_DEEP):
        tree = {"type": "group", "operator": "AND", "children": [tree]}
    yield _with({**body, "type": "smart_link"}, lambda rows: rows[0].update(conditions=tree))


def _variant_ids_unique(body: Json) -> Iterator[Json]:
    yield _with(body, lambda rows: rows[-1].update(id=rows[0]["id"]))


def _single_default(body: Json) -> Iterator[Json]:
    yield _with(body, lambda rows: [row.update(isDefault=True) for row in rows])


def _click_through_destination(body: Json) -> Iterator[Json]:
    yield {**body, "goalConfig": {"type": "click_through"}}


def _destination_scheme(body: Json) -> Iterator[Json]:
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://shop.example.com/",
        "//shop.example.com/",
    ):
        yield {**body, "goalConfig": {"type": "click_through", "destinationUrl": url}}


def _schedule_order(body: Json) -> Iterator[Json]:
    for end in ("2026-03-01T09:00:00Z", "2026-02-28T09:00:00Z"):
        yield _scheduled(body, {"startAt": "2026-03-01T09:00:00Z", "endAt": end})


def _schedule_cron(body: Json) -> Iterator[Json]:
    for expression in ("99 9 * * *", "0 9 * *", "0 0 9 * * 1", "often"):
        yield _scheduled(body, {"recurrence": {"type": "cron", "cronExpression": expression}})


def _schedule_time_zone(body: Json) -> Iterator[Json]:
    yield _scheduled(
        body,
        {"recurrence": {"type": "cron", "cronExpression": "0 9 * * *", "timezone": "Mars/Olympus"}},
    )


def _scheduled(body: Json, schedule: Json) -> Json:
    return _with({**body, "type": "scheduled"}, lambda rows: rows[0].update(schedule=schedule))


def _with(body: Json, change: Callable[[list[Json]], object]) -> Json:
    """A copy whose variants are changed."""
    changed = copy.deepcopy(body)
    change(changed["variants"])
    return changed


# The rules of a create, and those of an update that the same breaks.
PROBES = (
    Probe("create.weights-sum.refused", _weights_sum),
    Probe("create.slug-reserved.refused", _slug_reserved),
    Probe("create.slug-format.refused", _slug_format),
    Probe("create.condition-depth.refused", _condition_depth),
    Probe("create.variant-ids-unique", _variant_ids_unique),
    Probe("create.single-default", _single_default),
    Probe("create.click-through-destination", _click_through_destination),
    Probe("create.destination-scheme", _destination_scheme),
    Probe("create.schedule-order", _schedule_order),
    Probe("create.schedule-cron", _schedule_cron),
    Probe("create.schedule-time-zone", _schedule_time_zone),
    Probe("update.weights-sum.refused", _weights_sum),
    Probe("update.slug-bounds", _slug_reserved),
    Probe("update.slug-bounds", _slug_format),
    Probe("update.variants-bounds", _variant_ids_unique),
    Probe("update.variants-bounds", _single_default),
)
