"""Create and edit experiments.

`Fields` hold what a client sent, under the names of `Experiment`: a value sets, None clears. The
three configurations hold only the parts that were sent.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from pictify_mock.domain import conditions, field_names, slugs, urls, variants
from pictify_mock.domain.clock import after
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.errors import FieldError, Refusal, invalid
from pictify_mock.domain.experiment import (
    BanditConfig,
    Counter,
    Experiment,
    GoalConfig,
    OutputConfig,
    Variant,
)
from pictify_mock.domain.json_values import equal
from pictify_mock.domain.plans import Plan
from pictify_mock.domain.teams import Team

Fields = dict[str, Any]

CONFIGS = {"goal": GoalConfig(), "bandit": BanditConfig(), "output": OutputConfig()}
DEFAULTS = {field.name: field.default for field in dataclass_fields(Experiment)}
VARIANT_FIELDS = attrgetter(
    "id", "weight", "name", "template_uid", "variables", "conditions", "schedule"
)


def _getters() -> Iterator[tuple[str, Callable[[Experiment], Any]]]:
    """Yield each field's JSON Pointer and getter. The parts of a configuration are fields."""
    for name, attribute in field_names.EXPERIMENT.items():
        if attribute not in field_names.CONFIGS:
            yield f"/{name}", attrgetter(attribute)
            continue
        for part, part_attribute in field_names.CONFIGS[attribute].items():
            yield f"/{name}/{part}", attrgetter(f"{attribute}.{part_attribute}")


GETTERS = dict(_getters())
_ALL_BUT_TYPE = frozenset(GETTERS) - {"/type"}

EDITABLE = {
    Status.DRAFT: _ALL_BUT_TYPE,
    Status.PAUSED: _ALL_BUT_TYPE,
    Status.RUNNING: frozenset(
        {"/name", "/confidenceThreshold", "/minimumRunDays", "/goalConfig/destinationUrl"}
    ),
    Status.COMPLETED: frozenset({"/name"}),
    Status.ARCHIVED: frozenset(),
}


def created(uid: str, team: Team, fields: Fields, now: datetime) -> Experiment:
    """Create a draft with these fields, and the documented defaults for the rest."""
    blank = Experiment(uid, team, fields["type"], fields["name"], fields["slug"], (), now, now)
    experiment = merged(blank, fields)
    _check_whole(experiment)
    return experiment


def edited(experiment: Experiment, fields: Fields, now: datetime) -> Experiment:
    result = merged(experiment, fields)
    _check_editable(experiment, result)
    _check_whole(result)
    return replace(result, updated_at=after(experiment.updated_at, now))


def check_fields(fields: Fields, plan: Plan) -> None:
    """Refuse what is wrong with these fields alone, for any experiment."""
    faults: list[FieldError] = []
    for name, check in _FIELD_CHECKS.items():
        if fields.get(name) is not None:
            faults += check(fields[name], plan)
    if faults:
        raise invalid(faults)


def _goal_faults(goal: Fields, _: Plan) -> list[FieldError]:
    destination = goal.get("destination_url")
    if not destination:
        return []
    return urls.destination_faults("/goalConfig/destinationUrl", destination)


def _bandit_faults(bandit: Fields, plan: Plan) -> list[FieldError]:
    if plan.bandit or not bandit.get("enabled"):
        return []
    message = f"is not part of the {plan.name} plan; send false, or take a plan from standard up"
    return [FieldError("/banditConfig/enabled", message, "invalid_value")]


_FIELD_CHECKS: dict[str, Callable[[Any, Plan], list[FieldError]]] = {
    "slug": lambda slug, _: slugs.faults(slug),
    "variants": variants.faults,
    "goal": _goal_faults,
    "bandit": _bandit_faults,
    "fallback_image_url": lambda url, _: urls.uri_faults("/fallbackImageUrl", url),
}


def merged(experiment: Experiment, fields: Fields) -> Experiment:
    changes: Fields = {}
    # A part that is missing keeps its value. Null sets the default.
    for name, value in fields.items():
        if name in CONFIGS:
            changes[name] = _merged_config(getattr(experiment, name), CONFIGS[name], value)
        elif name == "variants":
            changes[name] = tuple(_stored(variant, experiment) for variant in value)
        else:
            changes[name] = DEFAULTS[name] if value is None else value
    return replace(experiment, **changes)


def _merged_config(current: Any, default: Any, sent: Fields | None) -> Any:
    if sent is None:
        return default
    # The dashboard sends an empty destination for none. No other part may be an empty text.
    values = {key: getattr(default, key) if v in (None, "") else v for key, v in sent.items()}
    return replace(current, **values)


def _stored(variant: Variant, experiment: Experiment) -> Variant:
    known = experiment.variant(variant.id)
    tree = None if variant.conditions is None else conditions.normal(variant.conditions)
    return replace(variant, conditions=tree, counter=known.counter if known else Counter())


def _check_editable(before: Experiment, result: Experiment) -> None:
    refused = [
        FieldError(pointer, _refusal(pointer, before.status), "not_editable")
        for pointer, get in GETTERS.items()
        if pointer not in EDITABLE[before.status] and not _same(get(before), get(result))
    ]
    if refused:
        raise invalid(refused, "field-not-editable")


def _refusal(pointer: str, status: Status) -> str:
    when = f"while the experiment is {status.value}"
    if pointer == "/type":
        when = "once the experiment is made"
    return f"may not change {when}; leave it out or send the value it has"


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(_same_variant, left, right))
    return equal(left, right)


def _same_variant(left: Variant, right: Variant) -> bool:
    # A missing `isDefault` means false.
    same_default = bool(left.is_default) == bool(right.is_default)
    return same_default and all(map(equal, VARIANT_FIELDS(left), VARIANT_FIELDS(right)))


def _check_whole(experiment: Experiment) -> None:
    """Refuse what is wrong with the combination of fields."""
    faults = []
    if experiment.goal.type == "click_through" and experiment.goal.destination_url is None:
        message = "is missing; a click_through goal needs somewhere to send the viewer"
        faults.append(FieldError("/goalConfig/destinationUrl", message, "required"))
    if experiment.bandit.enabled and experiment.type is not ExperimentType.AB_TEST:
        message = f"is for ab_test only; send false for a {experiment.type.value}"
        faults.append(FieldError("/banditConfig/enabled", message, "invalid_value"))
    if faults:
        raise invalid(faults)


def slug_in_use() -> Refusal:
    message = "is held by another experiment; choose another slug, or delete its holder"
    fault = FieldError("/slug", message, "conflict")
    return Refusal("slug-in-use", f"/slug: {message}", [fault])
