"""Texts that the API describes one by one."""

from ..types import OpenEnum


class ExperimentType(OpenEnum):
    """The type of an experiment. It decides which variant a viewer gets."""

    AB_TEST = "ab_test"
    SMART_LINK = "smart_link"
    SCHEDULED = "scheduled"


class ExperimentStatus(OpenEnum):
    """The status of an experiment."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class ExperimentStatusFilter(OpenEnum):
    """The statuses that a list can be filtered by."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"


class GoalType(OpenEnum):
    """The measure of success."""

    IMPRESSIONS_ONLY = "impressions_only"
    CLICK_THROUGH = "click_through"


class BanditAlgorithm(OpenEnum):
    """The algorithm of auto-optimisation."""

    THOMPSON_SAMPLING = "thompson_sampling"
    EPSILON_GREEDY = "epsilon_greedy"


class OutputFormat(OpenEnum):
    """File format of the image."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


class ImageFormat(OpenEnum):
    """File format of an image URL; `jpg` is `jpeg`."""

    PNG = "png"
    JPEG = "jpeg"
    JPG = "jpg"
    WEBP = "webp"


class GroupOperator(OpenEnum):
    """Joins children. All must hold (AND), or any (OR)."""

    AND = "AND"
    OR = "OR"


class RuleOperator(OpenEnum):
    """The comparison of a property with the value."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    GT = "gt"
    LT = "lt"
    GTE = "gte"
    LTE = "lte"


class RecurrenceType(OpenEnum):
    """The recurrence of a schedule."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    CRON = "cron"


class EventType(OpenEnum):
    """`impression`: the image was loaded or displayed. `view`: it came into the viewport. `click`:
    it was clicked through. `conversion`: the viewer did what you wanted."""

    IMPRESSION = "impression"
    VIEW = "view"
    CLICK = "click"
    CONVERSION = "conversion"


class EventChannel(OpenEnum):
    """The channel in which the image was shown."""

    WEB = "web"
    EMAIL = "email"
    AD = "ad"
    IN_APP = "in-app"
    SOCIAL = "social"
    OTHER = "other"


class EventDevice(OpenEnum):
    """The viewer's device."""

    MOBILE = "mobile"
    DESKTOP = "desktop"
    TABLET = "tablet"


class EventSource(OpenEnum):
    """The reporter of the event."""

    SDK = "sdk"
    API = "api"


class FieldErrorCode(OpenEnum):
    """The kind of error in a field."""

    REQUIRED = "required"
    INVALID_TYPE = "invalid_type"
    OUT_OF_RANGE = "out_of_range"
    INVALID_FORMAT = "invalid_format"
    TOO_LONG = "too_long"
    NOT_EDITABLE = "not_editable"
    CONFLICT = "conflict"
    INVALID_VALUE = "invalid_value"
