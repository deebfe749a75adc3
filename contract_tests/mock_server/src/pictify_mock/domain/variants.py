"""Validate the variants of an experiment."""

import re
from collections.abc import Iterator, Sequence

from pictify_mock.domain import conditions, schedules
from pictify_mock.domain.errors import FieldError
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.plans import Plan

BASIS_POINTS = 10_000
ID = re.compile(r"[a-zA-Z0-9_-]+")


def faults(variants: Sequence[Variant], plan: Plan) -> list[FieldError]:
    return [fault for check in _CHECKS for fault in check(variants, plan)]


def _few_enough(variants: Sequence[Variant], plan: Plan) -> Iterator[FieldError]:
    if len(variants) > plan.max_variants:
        message = f"holds {len(variants)} variants; the {plan.name} plan allows {plan.max_variants}"
        yield FieldError("/variants", message, "out_of_range")


def _weights_add_up(variants: Sequence[Variant], _: Plan) -> Iterator[FieldError]:
    total = sum(variant.weight for variant in variants)
    if total != BASIS_POINTS:
        sum_ = f"{total} basis points ({total / 100:.10g} %)"
        message = f"has weights that add up to {sum_}; make that exactly {BASIS_POINTS} (100 %)"
        yield FieldError("/variants", message, "invalid_value")


def _ids_fit(variants: Sequence[Variant], _: Plan) -> Iterator[FieldError]:
    for index, variant in enumerate(variants):
        if not ID.fullmatch(variant.id):
            message = "is not a variant id; use letters, digits, _ and - only, at least one"
            yield FieldError(f"/variants/{index}/id", message, "invalid_format")


def _ids_differ(variants: Sequence[Variant], _: Plan) -> Iterator[FieldError]:
    first: dict[str, int] = {}
    for index, variant in enumerate(variants):
        if first.setdefault(variant.id, index) != index:
            message = f"repeats the id of variant {first[variant.id]}; give each variant its own"
            yield FieldError(f"/variants/{index}/id", message, "conflict")


def _one_default(variants: Sequence[Variant], _: Plan) -> Iterator[FieldError]:
    for index in [index for index, variant in enumerate(variants) if variant.is_default][1:]:
        message = "marks a second default; at most one variant may be the default"
        yield FieldError(f"/variants/{index}/isDefault", message, "conflict")


def _targeting(variants: Sequence[Variant], _: Plan) -> Iterator[FieldError]:
    for index, variant in enumerate(variants):
        if variant.conditions is not None:
            yield from conditions.faults(variant.conditions, f"/variants/{index}/conditions")
        if variant.schedule is not None:
            yield from schedules.faults(variant.schedule, f"/variants/{index}/schedule")


_CHECKS = (_few_enough, _weights_add_up, _ids_fit, _ids_differ, _one_default, _targeting)
