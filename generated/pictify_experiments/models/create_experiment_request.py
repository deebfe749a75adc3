from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.experiment_type import ExperimentType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bandit_config_input import BanditConfigInput
    from ..models.goal_config_input import GoalConfigInput
    from ..models.output_config_input import OutputConfigInput
    from ..models.variant_input import VariantInput


T = TypeVar("T", bound="CreateExperimentRequest")


@_attrs_define
class CreateExperimentRequest:
    """A new experiment."""

    name: str
    """ For people, up to 255 characters. """
    type_: ExperimentType
    """ How a viewer's variant is found. """
    slug: str
    """ Names the experiment in public URLs. """
    variants: list[VariantInput]
    """ At least two; the plan sets the most. Weights add up to 10,000. """
    template_uid: None | str | Unset = UNSET
    """ Template of the variants; may be left out when each names its own. """
    goal_config: GoalConfigInput | None | Unset = UNSET
    """ What the experiment measures. """
    bandit_config: BanditConfigInput | None | Unset = UNSET
    """ Auto-optimisation, for A/B tests. """
    hypothesis: None | str | Unset = UNSET
    """ What you expect and why, up to 500 characters. """
    minimum_sample_size: int | None | Unset = UNSET
    """ Impressions to wait for before judging. """
    confidence_threshold: float | None | Unset = UNSET
    """ Probability at which a result counts as sure. """
    minimum_run_days: int | None | Unset = UNSET
    """ Days to wait before judging. """
    output_config: None | OutputConfigInput | Unset = UNSET
    """ The image to render. """
    fallback_image_url: None | str | Unset = UNSET
    """ Shown once the experiment is over. """
    fallback_template_uid: None | str | Unset = UNSET
    """ Template of the fallback; accepted, and in no answer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.bandit_config_input import BanditConfigInput  # noqa: PLC0415
        from ..models.goal_config_input import GoalConfigInput  # noqa: PLC0415
        from ..models.output_config_input import OutputConfigInput  # noqa: PLC0415

        name = self.name

        type_ = self.type_.value

        slug = self.slug

        variants = []
        for variants_item_data in self.variants:
            variants_item = variants_item_data.to_dict()
            variants.append(variants_item)

        template_uid: None | str | Unset
        if isinstance(self.template_uid, Unset):
            template_uid = UNSET
        else:
            template_uid = self.template_uid

        goal_config: dict[str, Any] | None | Unset
        if isinstance(self.goal_config, Unset):
            goal_config = UNSET
        elif isinstance(self.goal_config, GoalConfigInput):
            goal_config = self.goal_config.to_dict()
        else:
            goal_config = self.goal_config

        bandit_config: dict[str, Any] | None | Unset
        if isinstance(self.bandit_config, Unset):
            bandit_config = UNSET
        elif isinstance(self.bandit_config, BanditConfigInput):
            bandit_config = self.bandit_config.to_dict()
        else:
            bandit_config = self.bandit_config

        hypothesis: None | str | Unset
        if isinstance(self.hypothesis, Unset):
            hypothesis = UNSET
        else:
            hypothesis = self.hypothesis

        minimum_sample_size: int | None | Unset
        if isinstance(self.minimum_sample_size, Unset):
            minimum_sample_size = UNSET
        else:
            minimum_sample_size = self.minimum_sample_size

        confidence_threshold: float | None | Unset
        if isinstance(self.confidence_threshold, Unset):
            confidence_threshold = UNSET
        else:
            confidence_threshold = self.confidence_threshold

        minimum_run_days: int | None | Unset
        if isinstance(self.minimum_run_days, Unset):
            minimum_run_days = UNSET
        else:
            minimum_run_days = self.minimum_run_days

        output_config: dict[str, Any] | None | Unset
        if isinstance(self.output_config, Unset):
            output_config = UNSET
        elif isinstance(self.output_config, OutputConfigInput):
            output_config = self.output_config.to_dict()
        else:
            output_config = self.output_config

        fallback_image_url: None | str | Unset
        if isinstance(self.fallback_image_url, Unset):
            fallback_image_url = UNSET
        else:
            fallback_image_url = self.fallback_image_url

        fallback_template_uid: None | str | Unset
        if isinstance(self.fallback_template_uid, Unset):
            fallback_template_uid = UNSET
        else:
            fallback_template_uid = self.fallback_template_uid

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "type": type_,
                "slug": slug,
                "variants": variants,
            }
        )
        if template_uid is not UNSET:
            field_dict["templateUid"] = template_uid
        if goal_config is not UNSET:
            field_dict["goalConfig"] = goal_config
        if bandit_config is not UNSET:
            field_dict["banditConfig"] = bandit_config
        if hypothesis is not UNSET:
            field_dict["hypothesis"] = hypothesis
        if minimum_sample_size is not UNSET:
            field_dict["minimumSampleSize"] = minimum_sample_size
        if confidence_threshold is not UNSET:
            field_dict["confidenceThreshold"] = confidence_threshold
        if minimum_run_days is not UNSET:
            field_dict["minimumRunDays"] = minimum_run_days
        if output_config is not UNSET:
            field_dict["outputConfig"] = output_config
        if fallback_image_url is not UNSET:
            field_dict["fallbackImageUrl"] = fallback_image_url
        if fallback_template_uid is not UNSET:
            field_dict["fallbackTemplateUid"] = fallback_template_uid

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bandit_config_input import BanditConfigInput  # noqa: PLC0415
        from ..models.goal_config_input import GoalConfigInput  # noqa: PLC0415
        from ..models.output_config_input import OutputConfigInput  # noqa: PLC0415
        from ..models.variant_input import VariantInput  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        type_ = ExperimentType(d.pop("type"))

        slug = d.pop("slug")

        variants = []
        _variants = d.pop("variants")
        for variants_item_data in _variants:
            variants_item = VariantInput.from_dict(variants_item_data)

            variants.append(variants_item)

        def _parse_template_uid(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        template_uid = _parse_template_uid(d.pop("templateUid", UNSET))

        def _parse_goal_config(data: object) -> GoalConfigInput | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                goal_config_type_0 = GoalConfigInput.from_dict(data)

                return goal_config_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("GoalConfigInput | None | Unset", data)

        goal_config = _parse_goal_config(d.pop("goalConfig", UNSET))

        def _parse_bandit_config(data: object) -> BanditConfigInput | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                bandit_config_type_0 = BanditConfigInput.from_dict(data)

                return bandit_config_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("BanditConfigInput | None | Unset", data)

        bandit_config = _parse_bandit_config(d.pop("banditConfig", UNSET))

        def _parse_hypothesis(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        hypothesis = _parse_hypothesis(d.pop("hypothesis", UNSET))

        def _parse_minimum_sample_size(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        minimum_sample_size = _parse_minimum_sample_size(d.pop("minimumSampleSize", UNSET))

        def _parse_confidence_threshold(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("float | None | Unset", data)

        confidence_threshold = _parse_confidence_threshold(d.pop("confidenceThreshold", UNSET))

        def _parse_minimum_run_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        minimum_run_days = _parse_minimum_run_days(d.pop("minimumRunDays", UNSET))

        def _parse_output_config(data: object) -> None | OutputConfigInput | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                output_config_type_0 = OutputConfigInput.from_dict(data)

                return output_config_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | OutputConfigInput | Unset", data)

        output_config = _parse_output_config(d.pop("outputConfig", UNSET))

        def _parse_fallback_image_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        fallback_image_url = _parse_fallback_image_url(d.pop("fallbackImageUrl", UNSET))

        def _parse_fallback_template_uid(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        fallback_template_uid = _parse_fallback_template_uid(d.pop("fallbackTemplateUid", UNSET))

        create_experiment_request = cls(
            name=name,
            type_=type_,
            slug=slug,
            variants=variants,
            template_uid=template_uid,
            goal_config=goal_config,
            bandit_config=bandit_config,
            hypothesis=hypothesis,
            minimum_sample_size=minimum_sample_size,
            confidence_threshold=confidence_threshold,
            minimum_run_days=minimum_run_days,
            output_config=output_config,
            fallback_image_url=fallback_image_url,
            fallback_template_uid=fallback_template_uid,
        )

        create_experiment_request.additional_properties = d
        return create_experiment_request

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
