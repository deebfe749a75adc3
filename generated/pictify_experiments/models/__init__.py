"""The objects of requests and responses. Each is imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bandit_config import BanditConfig
    from .bandit_config_input import BanditConfigInput
    from .complete_experiment_request import CompleteExperimentRequest
    from .condition_group import ConditionGroup
    from .condition_rule import ConditionRule
    from .condition_tree import ConditionTree
    from .create_experiment_request import CreateExperimentRequest
    from .deleted_experiment import DeletedExperiment
    from .dicts import (
        BanditConfigDict,
        CompleteExperimentDict,
        ConditionGroupDict,
        ConditionRuleDict,
        CreateExperimentDict,
        ExperimentEventDict,
        GoalConfigDict,
        OutputConfigDict,
        RecurrenceDict,
        UpdateExperimentDict,
        VariantDict,
        VariantScheduleDict,
    )
    from .enums import (
        BanditAlgorithm,
        EventChannel,
        EventDevice,
        EventSource,
        EventType,
        ExperimentStatus,
        ExperimentStatusFilter,
        ExperimentType,
        FieldErrorCode,
        GoalType,
        GroupOperator,
        ImageFormat,
        OutputFormat,
        RecurrenceType,
        RuleOperator,
    )
    from .event_error import EventError
    from .event_metadata import EventMetadata
    from .experiment import Experiment
    from .experiment_envelope import ExperimentEnvelope
    from .experiment_event import ExperimentEvent
    from .experiment_event_response import ExperimentEventResponse
    from .experiment_list import ExperimentList
    from .experiment_quota import ExperimentQuota
    from .field_error import FieldError
    from .goal_config import GoalConfig
    from .goal_config_input import GoalConfigInput
    from .output_config import OutputConfig
    from .output_config_input import OutputConfigInput
    from .problem import Problem
    from .quota_by_type import QuotaByType
    from .quota_usage import QuotaUsage
    from .recurrence import Recurrence
    from .recurrence_input import RecurrenceInput
    from .template_variables import TemplateVariables
    from .transition_problem import TransitionProblem
    from .update_experiment_request import UpdateExperimentRequest
    from .variant import Variant
    from .variant_input import VariantInput
    from .variant_schedule import VariantSchedule
    from .variant_schedule_input import VariantScheduleInput

_MODULES = {
    "BanditAlgorithm": "enums",
    "BanditConfig": "bandit_config",
    "BanditConfigDict": "dicts",
    "BanditConfigInput": "bandit_config_input",
    "CompleteExperimentDict": "dicts",
    "CompleteExperimentRequest": "complete_experiment_request",
    "ConditionGroup": "condition_group",
    "ConditionGroupDict": "dicts",
    "ConditionRule": "condition_rule",
    "ConditionRuleDict": "dicts",
    "ConditionTree": "condition_tree",
    "CreateExperimentDict": "dicts",
    "CreateExperimentRequest": "create_experiment_request",
    "DeletedExperiment": "deleted_experiment",
    "EventChannel": "enums",
    "EventDevice": "enums",
    "EventError": "event_error",
    "EventMetadata": "event_metadata",
    "EventSource": "enums",
    "EventType": "enums",
    "Experiment": "experiment",
    "ExperimentEnvelope": "experiment_envelope",
    "ExperimentEvent": "experiment_event",
    "ExperimentEventDict": "dicts",
    "ExperimentEventResponse": "experiment_event_response",
    "ExperimentList": "experiment_list",
    "ExperimentQuota": "experiment_quota",
    "ExperimentStatus": "enums",
    "ExperimentStatusFilter": "enums",
    "ExperimentType": "enums",
    "FieldError": "field_error",
    "FieldErrorCode": "enums",
    "GoalConfig": "goal_config",
    "GoalConfigDict": "dicts",
    "GoalConfigInput": "goal_config_input",
    "GoalType": "enums",
    "GroupOperator": "enums",
    "ImageFormat": "enums",
    "OutputConfig": "output_config",
    "OutputConfigDict": "dicts",
    "OutputConfigInput": "output_config_input",
    "OutputFormat": "enums",
    "Problem": "problem",
    "QuotaByType": "quota_by_type",
    "QuotaUsage": "quota_usage",
    "Recurrence": "recurrence",
    "RecurrenceDict": "dicts",
    "RecurrenceInput": "recurrence_input",
    "RecurrenceType": "enums",
    "RuleOperator": "enums",
    "TemplateVariables": "template_variables",
    "TransitionProblem": "transition_problem",
    "UpdateExperimentDict": "dicts",
    "UpdateExperimentRequest": "update_experiment_request",
    "Variant": "variant",
    "VariantDict": "dicts",
    "VariantInput": "variant_input",
    "VariantSchedule": "variant_schedule",
    "VariantScheduleDict": "dicts",
    "VariantScheduleInput": "variant_schedule_input",
}

__all__ = (
    "BanditAlgorithm",
    "BanditConfig",
    "BanditConfigDict",
    "BanditConfigInput",
    "CompleteExperimentDict",
    "CompleteExperimentRequest",
    "ConditionGroup",
    "ConditionGroupDict",
    "ConditionRule",
    "ConditionRuleDict",
    "ConditionTree",
    "CreateExperimentDict",
    "CreateExperimentRequest",
    "DeletedExperiment",
    "EventChannel",
    "EventDevice",
    "EventError",
    "EventMetadata",
    "EventSource",
    "EventType",
    "Experiment",
    "ExperimentEnvelope",
    "ExperimentEvent",
    "ExperimentEventDict",
    "ExperimentEventResponse",
    "ExperimentList",
    "ExperimentQuota",
    "ExperimentStatus",
    "ExperimentStatusFilter",
    "ExperimentType",
    "FieldError",
    "FieldErrorCode",
    "GoalConfig",
    "GoalConfigDict",
    "GoalConfigInput",
    "GoalType",
    "GroupOperator",
    "ImageFormat",
    "OutputConfig",
    "OutputConfigDict",
    "OutputConfigInput",
    "OutputFormat",
    "Problem",
    "QuotaByType",
    "QuotaUsage",
    "Recurrence",
    "RecurrenceDict",
    "RecurrenceInput",
    "RecurrenceType",
    "RuleOperator",
    "TemplateVariables",
    "TransitionProblem",
    "UpdateExperimentDict",
    "UpdateExperimentRequest",
    "Variant",
    "VariantDict",
    "VariantInput",
    "VariantSchedule",
    "VariantScheduleDict",
    "VariantScheduleInput",
)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    return found


def __dir__() -> tuple[str, ...]:
    return __all__
