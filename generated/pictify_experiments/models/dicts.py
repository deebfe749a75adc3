"""Plain dicts that stand for models in the arguments of a call; their keys are those of the models."""

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

from .bandit_algorithm import BanditAlgorithm
from .bandit_config import BanditConfig
from .bandit_config_input import BanditConfigInput
from .condition_group import ConditionGroup
from .condition_rule import ConditionRule
from .experiment_type import ExperimentType
from .goal_config import GoalConfig
from .goal_config_input import GoalConfigInput
from .goal_type import GoalType
from .group_operator import GroupOperator
from .output_config import OutputConfig
from .output_config_input import OutputConfigInput
from .output_format import OutputFormat
from .recurrence import Recurrence
from .recurrence_input import RecurrenceInput
from .recurrence_type import RecurrenceType
from .rule_operator import RuleOperator
from .variant import Variant
from .variant_input import VariantInput
from .variant_schedule import VariantSchedule
from .variant_schedule_input import VariantScheduleInput


class CreateExperimentDict(TypedDict, total=False):
    """A new experiment."""

    name: Required["str"]
    """For people, up to 255 characters."""
    type: Required['ExperimentType | Literal["ab_test", "smart_link", "scheduled"]']
    """How a viewer's variant is found."""
    slug: Required["str"]
    """Names the experiment in public URLs. Of the form `^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$`."""
    variants: Required["Sequence[VariantInput | Variant | VariantDict]"]
    """At least two; the plan sets the most. Weights add up to 10,000."""
    template_uid: "str | None | Unset"
    """Template of the variants; may be left out when each names its own."""
    goal_config: "GoalConfigInput | GoalConfig | GoalConfigDict | None | Unset"
    """What the experiment measures."""
    bandit_config: "BanditConfigInput | BanditConfig | BanditConfigDict | None | Unset"
    """Auto-optimisation, for A/B tests."""
    hypothesis: "str | None | Unset"
    """What you expect and why, up to 500 characters."""
    minimum_sample_size: "int | None | Unset"
    """Impressions to wait for before judging. The server's default is 1000."""
    confidence_threshold: "float | None | Unset"
    """Probability at which a result counts as sure. The server's default is 0.95."""
    minimum_run_days: "int | None | Unset"
    """Days to wait before judging. The server's default is 7."""
    output_config: "OutputConfigInput | OutputConfig | OutputConfigDict | None | Unset"
    """The image to render."""
    fallback_image_url: "str | None | Unset"
    """Shown once the experiment is over."""
    fallback_template_uid: "str | None | Unset"
    """Template of the fallback; accepted, and in no answer."""


class UpdateExperimentDict(TypedDict, total=False):
    """The fields to change; what is not sent stays."""

    name: "str | Unset"
    """For people, up to 255 characters."""
    slug: "str | Unset"
    """Names the experiment in public URLs. Of the form `^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$`."""
    template_uid: "str | None | Unset"
    """Template of the variants."""
    variants: "Sequence[VariantInput | Variant | VariantDict] | Unset"
    """The whole new list. Weights add up to 10000."""
    goal_config: "GoalConfigInput | GoalConfig | GoalConfigDict | None | Unset"
    """While running, destinationUrl alone."""
    bandit_config: "BanditConfigInput | BanditConfig | BanditConfigDict | None | Unset"
    """Auto-optimisation, for A/B tests."""
    output_config: "OutputConfigInput | OutputConfig | OutputConfigDict | None | Unset"
    """The image to render."""
    hypothesis: "str | None | Unset"
    """What you expect and why. At most 500 characters."""
    minimum_sample_size: "int | None | Unset"
    """Impressions to wait for before judging."""
    confidence_threshold: "float | None | Unset"
    """Probability at which a result counts as sure."""
    minimum_run_days: "int | None | Unset"
    """Days to wait before judging."""
    fallback_image_url: "str | None | Unset"
    """Shown once the experiment is over."""


class CompleteExperimentDict(TypedDict, total=False):
    """The winner."""

    winner_variant_id: Required["str"]
    """Id of one of the experiment's variants."""


class BanditConfigDict(TypedDict, total=False):
    """Auto-optimisation of the weights, for A/B tests."""

    enabled: "bool | None | Unset"
    """Whether traffic shifts towards the better variant. The server's default is false."""
    algorithm: 'BanditAlgorithm | Literal["thompson_sampling", "epsilon_greedy"] | None | Unset'
    """How the weights are found. The server's default is "thompson_sampling"."""
    warmup_impressions: "int | None | Unset"
    """Impressions needed before the weights move. The server's default is 50."""
    recompute_interval_minutes: "int | None | Unset"
    """Minutes between two changes of the weights. The server's default is 15."""


class GoalConfigDict(TypedDict, total=False):
    """What the experiment measures."""

    type: 'GoalType | Literal["impressions_only", "click_through"] | None | Unset'
    """What counts as success. The server's default is "impressions_only"."""
    destination_url: "str | None | Unset"
    """Where the click link leads; http or https. Needed for click_through."""


class OutputConfigDict(TypedDict, total=False):
    """The image to render."""

    format: 'OutputFormat | Literal["png", "jpeg", "webp"] | None | Unset'
    """Its file format. The server's default is "png"."""
    quality: "float | None | Unset"
    """Quality of the encoding; no bounds are published. The server's default is 90."""


class VariantDict(TypedDict, total=False):
    """One image of an experiment."""

    id: Required["str"]
    """Names the variant within the experiment: letters, digits, _ and -. Of the form
    `^[a-zA-Z0-9_-]+$`."""
    weight: Required["int"]
    """Share of the viewers in basis points (10,000 is all)."""
    name: "str | None | Unset"
    """For people."""
    template_uid: "str | None | Unset"
    """Its own template in place of the experiment's."""
    variables: "Mapping[str, Any] | None | Unset"
    """Values for the template."""
    is_default: "bool | None | Unset"
    """Shown where no other variant applies; at most one. The server's default is false."""
    conditions: (
        "ConditionGroup | ConditionRule | ConditionGroupDict | ConditionRuleDict | None | Unset"
    )
    """For smart links: when it applies."""
    schedule: "VariantScheduleInput | VariantSchedule | VariantScheduleDict | None | Unset"
    """For scheduled experiments: when it is shown."""


class ConditionGroupDict(TypedDict, total=False):
    """Holds if all (AND) or any (OR) of its children hold."""

    type: Required['Literal["group"]']
    """This is a group."""
    operator: Required['GroupOperator | Literal["AND", "OR"]']
    """All of the children, or any."""
    children: Required[
        "Sequence[ConditionGroup | ConditionRule | ConditionGroupDict | ConditionRuleDict]"
    ]
    """Groups and rules."""


class ConditionRuleDict(TypedDict, total=False):
    """Compares one property of the viewer with a value."""

    type: Required['Literal["rule"]']
    """This is a rule."""
    property: Required["str"]
    """What is compared, such as `device` or `country`."""
    rule_operator: Required[
        'RuleOperator | Literal["equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", "gt", "lt", "gte", "lte"]'
    ]
    """How a property is compared with the value."""
    value: Required["Any"]
    """What it is compared with, of any type."""
    param_name: "str | Unset"
    """With the property `url.param`: the query parameter that is compared."""


class VariantScheduleDict(TypedDict, total=False):
    """When a variant of a scheduled experiment is shown."""

    start_at: "datetime.datetime | None | Unset"
    """The window opens."""
    end_at: "datetime.datetime | None | Unset"
    """The window closes; after startAt."""
    recurrence: "RecurrenceInput | Recurrence | RecurrenceDict | None | Unset"
    """How it repeats."""


class RecurrenceDict(TypedDict, total=False):
    """How a schedule repeats."""

    type: 'RecurrenceType | Literal["none", "daily", "weekly", "cron"] | None | Unset'
    """Never, daily, weekly or by a cron expression. The server's default is "none"."""
    cron_expression: "str | None | Unset"
    """Five fields; needed with the type cron."""
    timezone: "str | None | Unset"
    """IANA name of the time zone the windows are meant in. The server's default is "UTC"."""
