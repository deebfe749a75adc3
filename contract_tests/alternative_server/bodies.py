"""The published forms of requests, with the published bounds and a few caps that no page speaks of."""

# ruff: noqa: N815 - the names are the API's

import datetime as dt
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictFloat, StrictInt

Text: TypeAlias = str
Slug: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]


def _instant(text: str) -> str:
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("no offset")
    return text


Instant: TypeAlias = Annotated[str, AfterValidator(_instant)]
Url: TypeAlias = str


class Body(BaseModel):
    """A JSON object. What may be left out may not be null."""

    model_config = ConfigDict(strict=True, extra="allow")


class Recurrence(Body):
    type: Literal["none", "daily", "weekly", "cron"] = "none"
    cronExpression: Text = ""
    timezone: Text = "UTC"


class Schedule(Body):
    startAt: Instant = ""
    endAt: Instant = ""
    recurrence: Recurrence = Recurrence()


class Node(Body):
    type: Literal["group", "rule"] = "rule"
    operator: Text = "AND"
    children: list["Node"] = []
    property: Text = ""
    ruleOperator: Text = ""
    value: Any = None


class Variant(Body):
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$", max_length=40)]
    weight: Annotated[int, Field(ge=0, le=10_000)]
    name: Text = ""
    templateUid: Text = ""
    variables: dict[str, Any] = {}
    isDefault: bool = False
    conditions: Node = Node()
    schedule: Schedule = Schedule()


class Goal(Body):
    type: Literal["impressions_only", "click_through"] = "impressions_only"
    destinationUrl: Url = ""


class Bandit(Body):
    enabled: bool = False
    algorithm: Literal["thompson_sampling", "epsilon_greedy"] = "thompson_sampling"
    warmupImpressions: Annotated[int, Field(ge=10)] = 50
    recomputeIntervalMinutes: Annotated[int, Field(ge=5, le=60)] = 15


class Output(Body):
    format: Literal["png", "jpeg", "webp"] = "png"
    quality: Annotated[StrictInt | StrictFloat, Field(ge=1, le=100)] = 90


class Update(Body):
    """The ten fields of an update."""

    name: Annotated[str, Field(min_length=1, max_length=255)] = ""
    slug: Slug = ""
    variants: Annotated[list[Variant], Field(min_length=2)] = []
    goalConfig: Goal = Goal()
    banditConfig: Bandit = Bandit()
    outputConfig: Output = Output()
    hypothesis: Annotated[str, Field(max_length=500)] = ""
    confidenceThreshold: Annotated[StrictInt | StrictFloat, Field(ge=0.5, lt=1)] = 0.95
    minimumRunDays: Annotated[int, Field(ge=1, le=90)] = 7
    fallbackImageUrl: Url = ""


class Create(Update):
    """A new experiment."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    type: Literal["ab_test", "smart_link", "scheduled"]
    slug: Slug
    variants: Annotated[list[Variant], Field(min_length=2)]
    templateUid: Text = ""
    minimumSampleSize: Annotated[int, Field(ge=100)] = 1000
    fallbackTemplateUid: Text = ""


class Event(Body):
    """Something that happened to an image."""

    event: Literal["impression", "view", "click", "conversion"]
    experiment: Annotated[str, Field(max_length=60)]
    variantId: Text = ""
    channel: Literal["web", "email", "ad", "in-app", "social", "other"] = "other"
    device: Literal["mobile", "desktop", "tablet"] = "desktop"
    referrer: Text = ""
    metadata: dict[str, Any] = {}
    source: Literal["sdk", "api"] = "api"
    writeKey: Text = ""


def unknown_members(body: BaseModel) -> list[str]:
    """The members that no page has, at whatever depth."""
    nested = [value for name in body.model_fields_set for value in _many(getattr(body, name, None))]
    return [
        *(body.model_extra or ()),
        *(name for value in nested for name in unknown_members(value)),
    ]


def _many(value: Any) -> list[BaseModel]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, BaseModel)]
