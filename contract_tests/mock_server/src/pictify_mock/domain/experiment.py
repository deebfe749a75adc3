"""Experiments and their parts. All values are immutable, except counters."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.teams import Team


@dataclass(frozen=True, slots=True)
class GoalConfig:
    type: str = "impressions_only"
    destination_url: str | None = None


@dataclass(frozen=True, slots=True)
class BanditConfig:
    enabled: bool = False
    algorithm: str = "thompson_sampling"
    warmup_impressions: int = 50
    recompute_interval_minutes: int = 15


@dataclass(frozen=True, slots=True)
class OutputConfig:
    format: str = "png"
    quality: float = 90


@dataclass(slots=True)
class Counter:
    """Events of a variant. The same counter goes on when its variant is edited."""

    impressions: int = 0
    clicks: int = 0
    tallies: dict[str, int] = field(default_factory=dict)  # keys are those of `events.tally`


@dataclass(frozen=True, slots=True)
class Variant:
    id: str
    weight: int
    name: str | None = None
    template_uid: str | None = None
    variables: dict[str, Any] | None = None
    is_default: bool | None = None
    conditions: dict[str, Any] | None = None
    schedule: dict[str, Any] | None = None
    counter: Counter = field(default_factory=Counter)


# Compared by identity, so that an experiment is a fast key of caches and sets
@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    uid: str
    team: Team
    type: ExperimentType
    name: str
    slug: str
    variants: tuple[Variant, ...]
    created_at: datetime
    updated_at: datetime
    status: Status = Status.DRAFT
    template_uid: str | None = None
    goal: GoalConfig = GoalConfig()
    bandit: BanditConfig = BanditConfig()
    output: OutputConfig = OutputConfig()
    hypothesis: str | None = None
    minimum_sample_size: int = 1000
    confidence_threshold: float = 0.95
    minimum_run_days: int = 7
    fallback_image_url: str | None = None
    winner_variant_id: str | None = None
    winner_declared_at: datetime | None = None
    optimised_at: datetime | None = None  # time of the bandit's last weights

    def variant(self, variant_id: str) -> Variant | None:
        for variant in self.variants:
            if variant.id == variant_id:
                return variant
        return None
