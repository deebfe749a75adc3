from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    ABSENT,
    NULL,
    UNSET,
    Model,
    Unset,
    accept_attribute_names,
    list_to_json,
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    parse_datetime,
    read_float,
    read_int,
    read_list,
    read_str,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class Experiment(Model):
    """An experiment with its variants and their counters."""

    uid: str
    """Identifies the experiment in the API. Never changes."""
    slug: str
    """Identifies the experiment in public URLs."""
    type_: ExperimentType = _field(alias="type")
    """The type of an experiment. It decides which variant a viewer gets."""
    name: str
    """A name for people."""
    status: ExperimentStatus
    """The status of an experiment."""
    variants: list[Variant]
    """In order. Weights add up to 10,000."""
    created_at: datetime.datetime
    """Time of creation."""
    updated_at: datetime.datetime
    """Time of the last change."""
    template_uid: str | None | Unset = UNSET
    """Template of the variants that have none of their own."""
    goal_config: GoalConfig | None | Unset = UNSET
    """The goal that the experiment measures."""
    bandit_config: BanditConfig | None | Unset = UNSET
    """Auto-optimisation of the weights, for A/B tests."""
    hypothesis: str | None | Unset = UNSET
    """What you expect and why. At most 500 characters."""
    minimum_sample_size: int | None | Unset = UNSET
    """Impressions to wait for before you decide. The server's default is 1000."""
    confidence_threshold: float | None | Unset = UNSET
    """Probability at which a result counts as certain. The server's default is 0.95."""
    minimum_run_days: int | None | Unset = UNSET
    """Days to wait before you decide. The server's default is 7."""
    winner_variant_id: str | None | Unset = UNSET
    """Id of the winner, or null until completion."""
    winner_declared_at: datetime.datetime | None | Unset = UNSET
    """Time at which the winner was declared, or null until completion."""
    fallback_image_url: str | None | Unset = UNSET
    """Shown once the experiment is over."""
    output_config: OutputConfig | None | Unset = UNSET
    """Format and quality of the image."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("uid")
            self.uid = value if type(value) is str else read_str(value, "uid")
            value = d.pop("slug")
            self.slug = value if type(value) is str else read_str(value, "slug")
            self.type_ = read_enum(ExperimentType, d.pop("type"), "type_")
            value = d.pop("name")
            self.name = value if type(value) is str else read_str(value, "name")
            self.status = read_enum(ExperimentStatus, d.pop("status"), "status")
            self.variants = [
                Variant.from_dict(item) for item in read_list(d.pop("variants"), "variants")
            ]
            self.created_at = parse_datetime(d.pop("createdAt"), "created_at")
            self.updated_at = parse_datetime(d.pop("updatedAt"), "updated_at")
            value = d.pop("templateUid", UNSET)
            self.template_uid = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "template_uid")
            )
            value = d.pop("goalConfig", UNSET)
            self.goal_config = (
                value if value is NULL or value is ABSENT else GoalConfig.from_dict(value)
            )
            value = d.pop("banditConfig", UNSET)
            self.bandit_config = (
                value if value is NULL or value is ABSENT else BanditConfig.from_dict(value)
            )
            value = d.pop("hypothesis", UNSET)
            self.hypothesis = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "hypothesis")
            )
            value = d.pop("minimumSampleSize", UNSET)
            self.minimum_sample_size = (
                value
                if type(value) is int or value is NULL or value is ABSENT
                else read_int(value, "minimum_sample_size")
            )
            value = d.pop("confidenceThreshold", UNSET)
            self.confidence_threshold = (
                value
                if value is NULL or value is ABSENT
                else read_float(value, "confidence_threshold")
            )
            value = d.pop("minimumRunDays", UNSET)
            self.minimum_run_days = (
                value
                if type(value) is int or value is NULL or value is ABSENT
                else read_int(value, "minimum_run_days")
            )
            value = d.pop("winnerVariantId", UNSET)
            self.winner_variant_id = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "winner_variant_id")
            )
            value = d.pop("winnerDeclaredAt", UNSET)
            self.winner_declared_at = (
                value
                if value is NULL or value is ABSENT
                else parse_datetime(value, "winner_declared_at")
            )
            value = d.pop("fallbackImageUrl", UNSET)
            self.fallback_image_url = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "fallback_image_url")
            )
            value = d.pop("outputConfig", UNSET)
            self.output_config = (
                value if value is NULL or value is ABSENT else OutputConfig.from_dict(value)
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "uid": self.uid,
            "slug": self.slug,
            "type": to_json(self.type_),
            "name": self.name,
            "status": to_json(self.status),
            "variants": list_to_json(self.variants, "variants", Variant),
            "createdAt": to_json(self.created_at, "created_at"),
            "updatedAt": to_json(self.updated_at, "updated_at"),
        }
        if self.template_uid is not UNSET:
            d["templateUid"] = self.template_uid
        if self.goal_config is not UNSET:
            d["goalConfig"] = to_json(self.goal_config, "goal_config", GoalConfig)
        if self.bandit_config is not UNSET:
            d["banditConfig"] = to_json(self.bandit_config, "bandit_config", BanditConfig)
        if self.hypothesis is not UNSET:
            d["hypothesis"] = self.hypothesis
        if self.minimum_sample_size is not UNSET:
            d["minimumSampleSize"] = self.minimum_sample_size
        if self.confidence_threshold is not UNSET:
            d["confidenceThreshold"] = self.confidence_threshold
        if self.minimum_run_days is not UNSET:
            d["minimumRunDays"] = self.minimum_run_days
        if self.winner_variant_id is not UNSET:
            d["winnerVariantId"] = self.winner_variant_id
        if self.winner_declared_at is not UNSET:
            d["winnerDeclaredAt"] = to_json(self.winner_declared_at, "winner_declared_at")
        if self.fallback_image_url is not UNSET:
            d["fallbackImageUrl"] = self.fallback_image_url
        if self.output_config is not UNSET:
            d["outputConfig"] = to_json(self.output_config, "output_config", OutputConfig)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .bandit_config import BanditConfig
from .enums import ExperimentStatus, ExperimentType
from .goal_config import GoalConfig
from .output_config import OutputConfig
from .variant import Variant
