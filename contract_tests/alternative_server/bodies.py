"""The published forms of requests, with the published bounds and a few unpublished ones."""

# ruff: noqa: N815 - the names are the API's

import datetime as dt
import json
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictFloat, StrictInt

Slug: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]


def _instant(text: str) -> str:
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("no offset")
    return text


Instant: TypeAlias = Annotated[str, AfterValidator(_instant)]


def _within_limits(metadata: dict[str, Any]) -> dict[str, Any]:
    # The levels are those inside the metadata: the docs do not say if it is one itself.
    if len(json.dumps(metadata)) > MOST_METADATA_BYTES or _depth(metadata) > MOST_LEVELS + 1:
        raise ValueError("more than 10 KB or more than 3 levels")
    return metadata


def _depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value
    nested = isinstance(value, dict | list)
    return 1 + max(map(_depth, inside), default=0) if nested else 0


MOST_METADATA_BYTES, MOST_LEVELS = 10 * 1024, 3
Metadata: TypeAlias = Annotated[dict[str, Any], AfterValidator(_within_limits)]


class Body(BaseModel):
    """A JSON object. Optional members may not be null."""

    model_config = ConfigDict(strict=True, extra="allow")


class Recurrence(Body):
    type: Literal["none", "daily", "weekly", "cron"] = "none"
    cronExpression: str = ""
    timezone: str = "UTC"


class Schedule(Body):
    startAt: Instant = ""
    endAt: Instant = ""
    recurrence: Recurrence = Recurrence()


class Node(Body):
    type: Literal["group", "rule"] = "rule"
    operator: str = "AND"
    children: list["Node"] = []
    property: str = ""
    ruleOperator: str = ""
    value: Any = None


class Variant(Body):
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$", max_length=40)]
    weight: Annotated[int, Field(ge=0, le=10_000)]
    name: str = ""
    templateUid: str = ""
    variables: dict[str, Any] = {}
    isDefault: bool = False
    conditions: Node = Node()
    schedule: Schedule = Schedule()


class Goal(Body):
    type: Literal["impressions_only", "click_through"] = "impressions_only"
    destinationUrl: str = ""


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
    fallbackImageUrl: str = ""


class Create(Update):
    """A new experiment."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    type: Literal["ab_test", "smart_link", "scheduled"]
    slug: Slug
    variants: Annotated[list[Variant], Field(min_length=2)]
    templateUid: str = ""
    minimumSampleSize: Annotated[int, Field(ge=100)] = 1000
    fallbackTemplateUid: str = ""


class Event(Body):
    """An event of an image."""

    event: Literal["impression", "view", "click", "conversion"]
    experiment: Annotated[str, Field(max_length=60)]
    variantId: str = ""
    channel: Literal["web", "email", "ad", "in-app", "social", "other"] = "other"
    device: Literal["mobile", "desktop", "tablet"] = "desktop"
    referrer: str = ""
    metadata: Metadata = {}
    source: Literal["sdk", "api"] = "api"
    writeKey: str = ""


def unknown_members(body: BaseModel) -> list[str]:
    """Return the members that are not published, at any depth."""
    nested = [value for name in body.model_fields_set for value in _many(getattr(body, name, None))]
    return [
        *(body.model_extra or ()),
        *(name for value in nested for name in unknown_members(value)),
    ]


def _many(value: Any) -> list[BaseModel]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, BaseModel)]
