from __future__ import annotations

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
    list_to_json,
    to_json,
)
from ..wire import (
    malformed,
    read_float,
    read_int,
    read_list,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class UpdateExperimentRequest(Model):
    """The fields to change. Other fields stay unchanged."""

    name: str | Unset = UNSET
    """A name for people, up to 255 characters."""
    slug: str | Unset = UNSET
    """Identifies the experiment in public URLs. Of the form `^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$`."""
    template_uid: str | None | Unset = UNSET
    """Template of the variants."""
    variants: list[VariantInput] | Unset = UNSET
    """The whole new list. Weights add up to 10,000."""
    goal_config: GoalConfigInput | None | Unset = UNSET
    """While running, `destination_url` only."""
    bandit_config: BanditConfigInput | None | Unset = UNSET
    """Auto-optimisation, for A/B tests."""
    output_config: OutputConfigInput | None | Unset = UNSET
    """Format and quality of the image."""
    hypothesis: str | None | Unset = UNSET
    """What you expect and why. At most 500 characters."""
    minimum_sample_size: int | None | Unset = UNSET
    """Impressions to wait for before you decide."""
    confidence_threshold: float | None | Unset = UNSET
    """Probability at which a result counts as certain."""
    minimum_run_days: int | None | Unset = UNSET
    """Days to wait before you decide."""
    fallback_image_url: str | None | Unset = UNSET
    """Shown once the experiment is over."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("name", UNSET)
            self.name = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "name")
            )
            value = d.pop("slug", UNSET)
            self.slug = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "slug")
            )
            value = d.pop("templateUid", UNSET)
            self.template_uid = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "template_uid")
            )
            value = d.pop("variants", UNSET)
            self.variants = (
                value
                if value is NULL or value is ABSENT
                else [VariantInput.from_dict(item) for item in read_list(value, "variants")]
            )
            value = d.pop("goalConfig", UNSET)
            self.goal_config = (
                value if value is NULL or value is ABSENT else GoalConfigInput.from_dict(value)
            )
            value = d.pop("banditConfig", UNSET)
            self.bandit_config = (
                value if value is NULL or value is ABSENT else BanditConfigInput.from_dict(value)
            )
            value = d.pop("outputConfig", UNSET)
            self.output_config = (
                value if value is NULL or value is ABSENT else OutputConfigInput.from_dict(value)
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
            value = d.pop("fallbackImageUrl", UNSET)
            self.fallback_image_url = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "fallback_image_url")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if self.name is not UNSET:
            d["name"] = self.name
        if self.slug is not UNSET:
            d["slug"] = self.slug
        if self.template_uid is not UNSET:
            d["templateUid"] = self.template_uid
        if self.variants is not UNSET:
            d["variants"] = list_to_json(self.variants, "variants", VariantInput)
        if self.goal_config is not UNSET:
            d["goalConfig"] = to_json(self.goal_config, "goal_config", GoalConfigInput)
        if self.bandit_config is not UNSET:
            d["banditConfig"] = to_json(self.bandit_config, "bandit_config", BanditConfigInput)
        if self.output_config is not UNSET:
            d["outputConfig"] = to_json(self.output_config, "output_config", OutputConfigInput)
        if self.hypothesis is not UNSET:
            d["hypothesis"] = self.hypothesis
        if self.minimum_sample_size is not UNSET:
            d["minimumSampleSize"] = self.minimum_sample_size
        if self.confidence_threshold is not UNSET:
            d["confidenceThreshold"] = self.confidence_threshold
        if self.minimum_run_days is not UNSET:
            d["minimumRunDays"] = self.minimum_run_days
        if self.fallback_image_url is not UNSET:
            d["fallbackImageUrl"] = self.fallback_image_url
        return {**self.additional_properties, **d} if self.additional_properties else d


from .bandit_config_input import BanditConfigInput
from .goal_config_input import GoalConfigInput
from .output_config_input import OutputConfigInput
from .variant_input import VariantInput
