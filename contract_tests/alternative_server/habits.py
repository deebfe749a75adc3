"""What no page settles, and how a stranger may go about it."""

from dataclasses import dataclass
from typing import Literal

TEMPLATE = "tmpl_of_the_account"
"""The one that is there."""


@dataclass(frozen=True)
class Habits:
    """One point that the pages leave open in each field; by default all are other than our mock's."""

    archived: Literal["readable", "listed", "gone"] = "readable"
    """What a deleted experiment is: read as archived, in the list too, or unknown."""
    configs: Literal["replaced", "merged"] = "replaced"
    """What becomes of the members of a goalConfig, a banditConfig or an outputConfig that an update leaves out."""
    errors: Literal["nested", "message", "problem"] = "nested"
    """The form of an error body."""
    refusal: int = 422
    """The status of what a page calls refused without saying how."""
    bad_key: int = 403
    """The status of a missing or bad key, but for the list, whose 401 is published."""
    foreign: int = 403
    """The status of another team's uid."""
    not_on_plan: int = 403
    """The status of a type that the plan does not have at all."""
    lag: float = 1.0
    """Seconds after which a counter shows what was counted."""
    summaries: bool = True
    """Whether a list shows no more of an experiment than what is required."""
    defaults: bool = False
    """Whether what was not sent has its default."""
    lenient: bool = False
    """Whether broken queries, unknown members and single bad events are put up with."""
    operator: Literal["ruleOperator", "operator"] = "ruleOperator"
    """Where the comparison of a rule stands."""
    levels: int = 3
    """How deep a condition tree may be, rules counted; without them and the root there would be one or two more."""
    templates: Literal["any", "needed", "known"] = "any"
    """Whether an experiment can do without a template, needs one, or needs one that is there."""
    drafts_count: bool = False
    """Whether a draft takes a slot of the plan."""
    plan: str = "professional"
    prefix: str = ""
    """A path before all paths."""


PLANS: dict[str, tuple[int | None, int | None, int | None, int, int]] = {
    # slots for A/B tests, smart links and scheduled experiments, variants, days
    "starter": (1, 0, 0, 2, 7),
    "standard": (5, 3, 3, 5, 90),
    "professional": (10, 5, 5, 4, 90),
}

STRANGERS = {
    "unlike": Habits(),
    "unlike-again": Habits(
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
    "small": Habits(
        archived="gone",
        errors="problem",
        refusal=409,
        templates="known",
        drafts_count=True,
        lag=0.3,
        plan="starter",
    ),
}
