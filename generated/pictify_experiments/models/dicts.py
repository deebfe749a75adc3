"""Plain dicts for the arguments of calls. The models of the same names describe the keys."""

import datetime
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Required

from ..types import Unset

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from typing import TypedDict
else:
    try:  # pydantic needs that of typing_extensions, and brings it
        from typing_extensions import TypedDict
    except ImportError:
        from typing import TypedDict

from .bandit_config import BanditConfig
from .bandit_config_input import BanditConfigInput
from .condition_group import ConditionGroup
from .condition_rule import ConditionRule
from .enums import (
    BanditAlgorithm,
    EventChannel,
    EventDevice,
    EventSource,
    EventType,
    ExperimentType,
    GoalType,
    GroupOperator,
    OutputFormat,
    RecurrenceType,
    RuleOperator,
)
from .experiment import Experiment
from .goal_config import GoalConfig
from .goal_config_input import GoalConfigInput
from .output_config import OutputConfig
from .output_config_input import OutputConfigInput
from .recurrence import Recurrence
from .recurrence_input import RecurrenceInput
from .variant import Variant
from .variant_input import VariantInput
from .variant_schedule import VariantSchedule
from .variant_schedule_input import VariantScheduleInput


class CreateExperimentDict(TypedDict, total=False):
    """A new experiment."""

    name: Required["str"]
    type: Required['ExperimentType | Literal["ab_test", "smart_link", "scheduled"]']
    slug: Required["str"]
    variants: Required["Sequence[VariantInput | Variant | VariantDict]"]
    template_uid: "str | None | Unset"
    goal_config: "GoalConfigInput | GoalConfig | GoalConfigDict | None | Unset"
    bandit_config: "BanditConfigInput | BanditConfig | BanditConfigDict | None | Unset"
    hypothesis: "str | None | Unset"
    minimum_sample_size: "int | None | Unset"
    confidence_threshold: "float | None | Unset"
    minimum_run_days: "int | None | Unset"
    output_config: "OutputConfigInput | OutputConfig | OutputConfigDict | None | Unset"
    fallback_image_url: "str | None | Unset"
    fallback_template_uid: "str | None | Unset"


class UpdateExperimentDict(TypedDict, total=False):
    """The fields to change. Other fields stay unchanged."""

    name: "str | Unset"
    slug: "str | Unset"
    template_uid: "str | None | Unset"
    variants: "Sequence[VariantInput | Variant | VariantDict] | Unset"
    goal_config: "GoalConfigInput | GoalConfig | GoalConfigDict | None | Unset"
    bandit_config: "BanditConfigInput | BanditConfig | BanditConfigDict | None | Unset"
    output_config: "OutputConfigInput | OutputConfig | OutputConfigDict | None | Unset"
    hypothesis: "str | None | Unset"
    minimum_sample_size: "int | None | Unset"
    confidence_threshold: "float | None | Unset"
    minimum_run_days: "int | None | Unset"
    fallback_image_url: "str | None | Unset"


class CompleteExperimentDict(TypedDict, total=False):
    """The winner."""

    winner_variant_id: Required["str"]


class ExperimentEventDict(TypedDict, total=False):
    """An event of an experiment's image."""

    event: Required['EventType | Literal["impression", "view", "click", "conversion"]']
    experiment: Required["str | Experiment"]
    variant_id: "str | None | Unset"
    channel: (
        'EventChannel | Literal["web", "email", "ad", "in-app", "social", "other"] | None | Unset'
    )
    device: 'EventDevice | Literal["mobile", "desktop", "tablet"] | None | Unset'
    referrer: "str | None | Unset"
    metadata: "Mapping[str, Any] | None | Unset"
    source: 'EventSource | Literal["sdk", "api"] | None | Unset'
    write_key: "str | None | Unset"


class BanditConfigDict(TypedDict, total=False):
    """Auto-optimisation of the weights, for A/B tests."""

    enabled: "bool | None | Unset"
    algorithm: 'BanditAlgorithm | Literal["thompson_sampling", "epsilon_greedy"] | None | Unset'
    warmup_impressions: "int | None | Unset"
    recompute_interval_minutes: "int | None | Unset"


class GoalConfigDict(TypedDict, total=False):
    """The goal that the experiment measures."""

    type: 'GoalType | Literal["impressions_only", "click_through"] | None | Unset'
    destination_url: "str | None | Unset"


class OutputConfigDict(TypedDict, total=False):
    """Format and quality of the image."""

    format: 'OutputFormat | Literal["png", "jpeg", "webp"] | None | Unset'
    quality: "float | None | Unset"


class VariantDict(TypedDict, total=False):
    """One image of an experiment."""

    id: Required["str"]
    weight: Required["int"]
    name: "str | None | Unset"
    template_uid: "str | None | Unset"
    variables: "Mapping[str, Any] | None | Unset"
    is_default: "bool | None | Unset"
    conditions: (
        "ConditionGroup | ConditionRule | ConditionGroupDict | ConditionRuleDict | None | Unset"
    )
    schedule: "VariantScheduleInput | VariantSchedule | VariantScheduleDict | None | Unset"


class ConditionGroupDict(TypedDict, total=False):
    """Holds if all (AND) or any (OR) of its children hold."""

    type: Required['Literal["group"]']
    operator: Required['GroupOperator | Literal["AND", "OR"]']
    children: Required[
        "Sequence[ConditionGroup | ConditionRule | ConditionGroupDict | ConditionRuleDict]"
    ]


class ConditionRuleDict(TypedDict, total=False):
    """Compares one property of the viewer with a value."""

    type: Required['Literal["rule"]']
    property: Required["str"]
    rule_operator: Required[
        'RuleOperator | Literal["equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", "gt", "lt", "gte", "lte"]'
    ]
    value: Required["Any"]
    param_name: "str | None | Unset"


class VariantScheduleDict(TypedDict, total=False):
    """The schedule of a variant of a scheduled experiment."""

    start_at: "datetime.datetime | None | Unset"
    end_at: "datetime.datetime | None | Unset"
    recurrence: "RecurrenceInput | Recurrence | RecurrenceDict | None | Unset"


class RecurrenceDict(TypedDict, total=False):
    """The recurrence of a schedule."""

    type: 'RecurrenceType | Literal["none", "daily", "weekly", "cron"] | None | Unset'
    cron_expression: "str | None | Unset"
    timezone: "str | None | Unset"
