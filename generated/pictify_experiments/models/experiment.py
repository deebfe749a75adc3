from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.experiment_status import ExperimentStatus
from ..models.experiment_type import ExperimentType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bandit_config import BanditConfig
    from ..models.goal_config import GoalConfig
    from ..models.output_config import OutputConfig
    from ..models.variant import Variant


T = TypeVar("T", bound="Experiment")


@_attrs_define
class Experiment:
    """An experiment with its variants and their counters."""

    uid: str
    """ Names the experiment in the API, for ever. """
    slug: str
    """ Names it in public URLs. """
    type_: ExperimentType
    """ How a viewer's variant is found. """
    name: str
    """ For people. """
    status: ExperimentStatus
    """ Where in its life an experiment is. """
    variants: list[Variant]
    """ In order; weights add up to 10,000. """
    created_at: datetime.datetime
    """ When it was made. """
    updated_at: datetime.datetime
    """ When it was last changed. """
    template_uid: str | Unset = UNSET
    """ Template of the variants that name none of their own. """
    goal_config: GoalConfig | Unset = UNSET
    """ What the experiment measures. """
    bandit_config: BanditConfig | Unset = UNSET
    """ Auto-optimisation of the weights, for A/B tests. """
    hypothesis: str | Unset = UNSET
    """ What you expect and why. """
    minimum_sample_size: int | Unset = UNSET
    """ Impressions to wait for before judging. """
    confidence_threshold: float | Unset = UNSET
    """ Probability at which a result counts as sure. """
    minimum_run_days: int | Unset = UNSET
    """ Days to wait before judging. """
    winner_variant_id: None | str | Unset = UNSET
    """ Id of the winner; null until completion. """
    winner_declared_at: datetime.datetime | None | Unset = UNSET
    """ When the winner was declared; null until completion. """
    fallback_image_url: str | Unset = UNSET
    """ Shown once the experiment is over. """
    output_config: OutputConfig | Unset = UNSET
    """ The image to render. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        uid = self.uid

        slug = self.slug

        type_ = self.type_.value

        name = self.name

        status = self.status.value

        variants = []
        for variants_item_data in self.variants:
            variants_item = variants_item_data.to_dict()
            variants.append(variants_item)

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        template_uid = self.template_uid

        goal_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.goal_config, Unset):
            goal_config = self.goal_config.to_dict()

        bandit_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.bandit_config, Unset):
            bandit_config = self.bandit_config.to_dict()

        hypothesis = self.hypothesis

        minimum_sample_size = self.minimum_sample_size

        confidence_threshold = self.confidence_threshold

        minimum_run_days = self.minimum_run_days

        winner_variant_id: None | str | Unset
        if isinstance(self.winner_variant_id, Unset):
            winner_variant_id = UNSET
        else:
            winner_variant_id = self.winner_variant_id

        winner_declared_at: None | str | Unset
        if isinstance(self.winner_declared_at, Unset):
            winner_declared_at = UNSET
        elif isinstance(self.winner_declared_at, datetime.datetime):
            winner_declared_at = self.winner_declared_at.isoformat()
        else:
            winner_declared_at = self.winner_declared_at

        fallback_image_url = self.fallback_image_url

        output_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.output_config, Unset):
            output_config = self.output_config.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "uid": uid,
                "slug": slug,
                "type": type_,
                "name": name,
                "status": status,
                "variants": variants,
                "createdAt": created_at,
                "updatedAt": updated_at,
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
        if winner_variant_id is not UNSET:
            field_dict["winnerVariantId"] = winner_variant_id
        if winner_declared_at is not UNSET:
            field_dict["winnerDeclaredAt"] = winner_declared_at
        if fallback_image_url is not UNSET:
            field_dict["fallbackImageUrl"] = fallback_image_url
        if output_config is not UNSET:
            field_dict["outputConfig"] = output_config

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bandit_config import BanditConfig  # noqa: PLC0415
        from ..models.goal_config import GoalConfig  # noqa: PLC0415
        from ..models.output_config import OutputConfig  # noqa: PLC0415
        from ..models.variant import Variant  # noqa: PLC0415

        d = dict(src_dict)
        uid = d.pop("uid")

        slug = d.pop("slug")

        type_ = ExperimentType(d.pop("type"))

        name = d.pop("name")

        status = ExperimentStatus(d.pop("status"))

        variants = []
        _variants = d.pop("variants")
        for variants_item_data in _variants:
            variants_item = Variant.from_dict(variants_item_data)

            variants.append(variants_item)

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updatedAt"))

        template_uid = d.pop("templateUid", UNSET)

        _goal_config = d.pop("goalConfig", UNSET)
        goal_config: GoalConfig | Unset
        if isinstance(_goal_config, Unset):
            goal_config = UNSET
        else:
            goal_config = GoalConfig.from_dict(_goal_config)

        _bandit_config = d.pop("banditConfig", UNSET)
        bandit_config: BanditConfig | Unset
        if isinstance(_bandit_config, Unset):
            bandit_config = UNSET
        else:
            bandit_config = BanditConfig.from_dict(_bandit_config)

        hypothesis = d.pop("hypothesis", UNSET)

        minimum_sample_size = d.pop("minimumSampleSize", UNSET)

        confidence_threshold = d.pop("confidenceThreshold", UNSET)

        minimum_run_days = d.pop("minimumRunDays", UNSET)

        def _parse_winner_variant_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        winner_variant_id = _parse_winner_variant_id(d.pop("winnerVariantId", UNSET))

        def _parse_winner_declared_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                winner_declared_at_type_0 = datetime.datetime.fromisoformat(data)

                return winner_declared_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        winner_declared_at = _parse_winner_declared_at(d.pop("winnerDeclaredAt", UNSET))

        fallback_image_url = d.pop("fallbackImageUrl", UNSET)

        _output_config = d.pop("outputConfig", UNSET)
        output_config: OutputConfig | Unset
        if isinstance(_output_config, Unset):
            output_config = UNSET
        else:
            output_config = OutputConfig.from_dict(_output_config)

        experiment = cls(
            uid=uid,
            slug=slug,
            type_=type_,
            name=name,
            status=status,
            variants=variants,
            created_at=created_at,
            updated_at=updated_at,
            template_uid=template_uid,
            goal_config=goal_config,
            bandit_config=bandit_config,
            hypothesis=hypothesis,
            minimum_sample_size=minimum_sample_size,
            confidence_threshold=confidence_threshold,
            minimum_run_days=minimum_run_days,
            winner_variant_id=winner_variant_id,
            winner_declared_at=winner_declared_at,
            fallback_image_url=fallback_image_url,
            output_config=output_config,
        )

        experiment.additional_properties = d
        return experiment

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
