"""The points that the docs leave open, and the choices of three servers."""

from dataclasses import dataclass
from typing import Literal

TEMPLATE = "tmpl_of_the_account"
"""The only template that exists."""


@dataclass(frozen=True)
class Behaviour:
    """The choice for each open point. By default all differ from our mock's."""

    archived: Literal["readable", "listed", "gone"] = "readable"
    """A deleted experiment is read as archived, is in lists too, or is unknown."""
    configs: Literal["replaced", "merged"] = "replaced"
    """A goalConfig, banditConfig or outputConfig of an update replaces the old one or is merged."""
    errors: Literal["nested", "message", "problem"] = "nested"
    """The form of an error body."""
    refusal: int = 422
    """The status where the docs say that a request is refused, but not how."""
    bad_key: int = 403
    """The status of a missing or bad key. A list answers 401, which is published."""
    foreign: int = 403
    """The status for the uid of another team."""
    not_on_plan: int = 403
    """The status for a type that the plan does not have."""
    lag: float = 1.0
    """Seconds until a counter shows an event."""
    summaries: bool = True
    """A row of a list has only the required members."""
    defaults: bool = False
    """Responses contain the defaults of members that were not sent."""
    lenient: bool = False
    """Broken queries, unknown members and single bad events are accepted."""
    operator: Literal["ruleOperator", "operator"] = "ruleOperator"
    """The member that holds the comparison of a rule."""
    levels: int = 3
    """The depth of a condition tree, rules included."""
    templates: Literal["any", "needed", "known"] = "any"
    """An experiment needs no template, any template, or one that exists."""
    drafts_count: bool = False
    """A draft takes a slot of the plan."""
    plan: str = "professional"
    prefix: str = ""
    """A prefix of all paths."""


PLANS: dict[str, tuple[int | None, int | None, int | None, int, int]] = {
    # Slots for A/B tests, smart links and scheduled experiments, variants, days.
    "starter": (1, 0, 0, 2, 7),
    "standard": (5, 3, 3, 5, 90),
    "professional": (10, 5, 5, 4, 90),
    "unlimited": (None, None, None, 20, 90),
}

BEHAVIOURS = {
    "unlike": Behaviour(),
    "unlike-again": Behaviour(
        archived="listed",
        configs="merged",
        errors="message",
        refusal=400,
        bad_key=401,
        foreign=404,
        not_on_plan=402,
        lag=0,
        summaries=False,
        defaults=True,
        lenient=True,
        operator="operator",
        levels=5,
        templates="needed",
        plan="standard",
        prefix="/pictify/v2",
    ),
    "small": Behaviour(
        archived="gone",
        errors="problem",
        refusal=409,
        templates="known",
        drafts_count=True,
        lag=0.3,
        plan="starter",
    ),
}
