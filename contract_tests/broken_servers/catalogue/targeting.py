"""Smart links that match the wrong variant, and viewers whose variant changes."""

import itertools
from datetime import timedelta
from typing import Any

from broken_servers.changes import declare_parts
from broken_servers.exchange import Request
from broken_servers.fault import Patch, alter_request, patch_mock, refuse_request
from broken_servers.operations import CLICK, PIXEL
from pictify_mock.domain import assignment, bots, devices, properties, targeting
from pictify_mock.domain.enums import ExperimentType

AB_TEST, SMART_LINK = ExperimentType.AB_TEST, ExperimentType.SMART_LINK
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0"
# The mock's own functions, under names that no patch replaces.
FIRST_MATCH, HOLDS, READINGS = targeting.first_match, targeting.holds, properties.readings
COMPARISONS, SOME = targeting.COMPARISONS, properties._some


def set_choice(patch: Patch, kind: ExperimentType, choose: Any) -> None:
    """Replace the choice of a variant of one type of experiment."""
    patch(assignment, "_CHOICES", {**assignment._CHOICES, kind: choose})


# --- the variant that matches


for rule, name, kind, choose in (
    ("first-match", "smart_link_goes_by_weights", SMART_LINK, assignment._by_bucket),
    ("by-type", "conditions_decide_for_ab_tests_too", AB_TEST, assignment._by_conditions),
    ("by-type", "schedules_decide_for_smart_links_too", SMART_LINK, assignment._by_schedule),
):

    @patch_mock(f"targeting.{rule}", name=name)
    def replace_choice(patch: Patch, kind: ExperimentType = kind, choose: Any = choose) -> None:
        set_choice(patch, kind, choose)


@patch_mock("targeting.first-match")
def last_match_wins(patch: Patch) -> None:
    patch(assignment, "first_match", lambda variants, visit: FIRST_MATCH(variants[::-1], visit))


@patch_mock("targeting.first-match")
def only_the_first_variant_is_looked_at(patch: Patch) -> None:
    """Only the conditions of the first variant are evaluated."""
    patch(assignment, "first_match", lambda variants, visit: FIRST_MATCH(variants[:1], visit))


@patch_mock("targeting.fallback")
def nothing_matches_and_the_first_is_shown(patch: Patch) -> None:
    patch(assignment, "fallback", lambda variants: variants[0])


@patch_mock("targeting.fallback")
def nothing_matches_and_weights_decide(patch: Patch) -> None:
    def choose(experiment: Any, visit: Any) -> Any:
        return FIRST_MATCH(experiment.variants, visit) or assignment._by_bucket(experiment, visit)

    set_choice(patch, SMART_LINK, choose)


@patch_mock("targeting.fallback")
def nothing_matches_and_the_last_is_shown(patch: Patch) -> None:
    """Without a match and a default the last variant is shown."""

    def fallback(variants: Any) -> Any:
        return next((each for each in variants if each.is_default), variants[-1])

    patch(assignment, "fallback", fallback)


@patch_mock("targeting.empty-group")
def empty_group_always_holds(patch: Patch) -> None:
    patch(targeting, "is_empty", lambda _: False)


# --- groups


ALL_CHILDREN, ANY_CHILD = {"AND": all, "OR": all}, {"AND": any, "OR": any}
declare_parts("targeting.first-match", targeting, "GROUPS", one_condition_is_enough=ANY_CHILD)
declare_parts("targeting.groups", targeting, "GROUPS", and_is_or=ANY_CHILD, or_is_and=ALL_CHILDREN)


@patch_mock("targeting.groups")
def third_level_always_holds(patch: Patch) -> None:
    def holds(node: Any, visit: Any, level: int = 1) -> bool:
        if node["type"] != "group":
            return HOLDS(node, visit)
        if level > 2:
            return True
        return targeting.GROUPS[node["operator"]](
            holds(child, visit, level + 1) for child in node["children"]
        )

    patch(targeting, "holds", holds)


# --- operators and values


declare_parts(
    "targeting.operators",
    targeting,
    "COMPARISONS",
    equals_is_contains={**COMPARISONS, "equals": COMPARISONS["contains"]},
    gt_is_gte={**COMPARISONS, "gt": COMPARISONS["gte"]},
)


@patch_mock("targeting.operators")
def gte_is_10(patch: Patch) -> None:
    """The operator gte compares as text, so 9 is more than 10."""
    as_text = targeting._on_text(lambda left, right: left >= right)
    patch(targeting, "COMPARISONS", {**COMPARISONS, "gte": as_text})


@patch_mock("targeting.operators")
def not_equals_is_equals(patch: Patch) -> None:
    def holds(node: Any, visit: Any) -> bool:
        if node.get("ruleOperator") == "not_equals":
            return HOLDS({**node, "ruleOperator": "equals"}, visit)
        return HOLDS(node, visit)

    patch(targeting, "holds", holds)


@patch_mock("targeting.values")
def case_matters(patch: Patch) -> None:
    def text(value: Any) -> str | None:
        return str(value) if isinstance(value, str | int | float) else None

    patch(targeting, "_text", text)


@patch_mock("targeting.values")
def array_means_its_first_value(patch: Patch) -> None:
    """Of an array only the first value is compared."""

    def equals(reading: Any, value: Any) -> bool:
        return COMPARISONS["equals"](reading, value[0] if isinstance(value, list) else value)

    patch(targeting, "COMPARISONS", {**COMPARISONS, "equals": equals})


@patch_mock("targeting.values")
def numbers_are_compared_as_text(patch: Patch) -> None:
    as_text = targeting._any_of(targeting._on_text(lambda left, right: left == right))
    patch(targeting, "COMPARISONS", {**COMPARISONS, "equals": as_text})


@patch_mock("targeting.values")
def array_contains_nothing(patch: Patch) -> None:
    """The operators contains and not_contains do not look into an array."""

    def contains(reading: Any, value: Any) -> bool:
        return not isinstance(value, list) and COMPARISONS["contains"](reading, value)

    patch(targeting, "COMPARISONS", {**COMPARISONS, "contains": contains})


@patch_mock("targeting.missing")
def missing_never_holds(patch: Patch) -> None:
    """For a missing property not even not_equals holds."""

    def holds(node: Any, visit: Any) -> bool:
        missing = node["type"] == "rule" and not READINGS(node, visit)
        return not missing and HOLDS(node, visit)

    patch(targeting, "holds", holds)


@patch_mock("targeting.missing")
def missing_is_empty_text(patch: Patch) -> None:
    patch(targeting, "readings", lambda rule, visit: READINGS(rule, visit) or ("",))


# --- properties of a visit


def set_reader(patch: Patch, reader: Any, *names: str) -> None:
    """Replace the value of properties in a visit."""
    patch(properties, "READERS", {**properties.READERS, **dict.fromkeys(names, reader)})


@patch_mock("targeting.device")
def everything_is_a_desktop(patch: Patch) -> None:
    set_reader(patch, lambda _: ("desktop",), "device", "device.type")


@patch_mock("targeting.device")
def mac_is_mac_os_x(patch: Patch) -> None:
    def system(visit: Any) -> Any:
        name = devices.device(visit.user_agent).os or ""
        return SOME("Mac OS X" if name == "macOS" else name)

    set_reader(patch, system, "device.os")


@patch_mock("targeting.country")
def country_is_lost_behind_the_cdn(patch: Patch) -> None:
    """The header CloudFront-Viewer-Country is ignored."""
    country = lambda visit: SOME(visit.headers.get("cf-ipcountry"))  # noqa: E731
    set_reader(patch, country, "country", "geo.country")


@patch_mock("targeting.country")
def continent_is_the_country(patch: Patch) -> None:
    set_reader(patch, properties._country, "geo.continent")


@patch_mock("targeting.language")
def language_is_the_first_that_is_named(patch: Patch) -> None:
    """The first language in Accept-Language is taken, not the one of the highest quality."""

    def language(visit: Any) -> Any:
        first = visit.headers.get("accept-language", "").split(",")[0]
        return SOME(first.split(";")[0].strip())

    set_reader(patch, language, "browser.language")


@patch_mock("targeting.referrer")
def referrer_is_the_whole_url(patch: Patch) -> None:
    set_reader(patch, lambda visit: SOME(visit.headers.get("referer")), "referrer.domain")


@patch_mock("targeting.time")
def hours_are_an_hour_ahead(patch: Patch) -> None:
    set_reader(patch, lambda visit: ((visit.now + timedelta(hours=1)).hour,), "time.hour")


@patch_mock("targeting.time")
def weeks_begin_on_monday(patch: Patch) -> None:
    set_reader(patch, lambda visit: (visit.now.weekday(),), "time.dayOfWeek")


@patch_mock("targeting.query")
def query_parameters_need_lower_case(patch: Patch) -> None:
    """The property url.param is always missing."""

    def readings(rule: Any, visit: Any) -> Any:
        return () if rule["property"] == "url.param" else READINGS(rule, visit)

    patch(targeting, "readings", readings)


@patch_mock("targeting.query")
def custom_reads_headers(patch: Patch) -> None:
    """A custom property is read from a header, not from the query."""

    def readings(rule: Any, visit: Any) -> Any:
        prefix, _, name = rule["property"].partition("custom.")
        if prefix or not name:
            return READINGS(rule, visit)
        return SOME(visit.headers.get(name.lower()))

    patch(targeting, "readings", readings)


# --- crawlers, sticky variants and weights of 0


@patch_mock("targeting.crawlers")
def crawlers_count(patch: Patch) -> None:
    patch(assignment, "is_bot", lambda _: False)


@patch_mock("targeting.crawlers")
def libraries_count(patch: Patch) -> None:
    """Visits of HTTP libraries are counted."""

    def is_bot(user_agent: str) -> bool:
        return "bot" in user_agent.lower() and bots.is_bot(user_agent)

    patch(assignment, "is_bot", is_bot)


@patch_mock("targeting.crawlers")
def prefetches_count(patch: Patch) -> None:
    patch(assignment, "is_prefetch", lambda _: False)


@patch_mock("targeting.mail-clients")
def mail_clients_are_crawlers(patch: Patch) -> None:
    patch(assignment, "is_mail_client", lambda _: False)


@refuse_request("targeting.crawlers", PIXEL, status=403)
def crawlers_are_refused(request: Request) -> bool:
    return bots.is_bot(request.headers.get("user-agent", ""))


@patch_mock("targeting.sticky")
def variants_are_dealt_in_turn(patch: Patch) -> None:
    numbers = itertools.count()

    def choose(experiment: Any, _: Any) -> Any:
        return experiment.variants[next(numbers) % len(experiment.variants)]

    set_choice(patch, AB_TEST, choose)


@alter_request("targeting.sticky", CLICK)
def click_sees_another_viewer_than_the_pixel(request: Request) -> None:
    """The click link does not tell browsers apart, and the pixel does."""
    request.headers["user-agent"] = FIREFOX


@patch_mock("targeting.zero-weight")
def every_variant_is_shown(patch: Patch) -> None:
    """The weights are ignored: each of two variants gets half of the viewers."""

    def choose(experiment: Any, visit: Any) -> Any:
        return experiment.variants[assignment.bucket(experiment.uid, visit.viewer) % 2]

    set_choice(patch, AB_TEST, choose)


@patch_mock("targeting.zero-weight")
def first_variant_has_one_point_at_least(patch: Patch) -> None:
    """An A/B test shows its default variant, even with weight 0."""
    choose = lambda experiment, _: assignment.fallback(experiment.variants)  # noqa: E731
    set_choice(patch, AB_TEST, choose)
