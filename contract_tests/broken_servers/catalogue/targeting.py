"""Smart links that show something else, and viewers that are shown now this and now that."""

import itertools
from datetime import timedelta
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_request, patch_mock, wrap_server
from broken_servers.operations import CLICK, PIXEL
from pictify_mock.domain import assignment, bots, devices, properties, targeting
from pictify_mock.domain.enums import ExperimentType

SHOWING = (PIXEL, CLICK)


def _choosing(patch: Patch, kind: ExperimentType, choose: Any) -> None:
    patch(assignment, "_CHOICES", {**assignment._CHOICES, kind: choose})


@patch_mock("targeting.first-match")
def last_match_wins(patch: Patch) -> None:
    """Of the variants whose conditions hold the last is shown."""
    original = targeting.first_match
    patch(assignment, "first_match", lambda variants, visit: original(variants[::-1], visit))


@patch_mock("targeting.first-match")
def only_the_first_variant_is_looked_at(patch: Patch) -> None:
    """Only the conditions of the first variant are looked at."""
    original = targeting.first_match
    patch(assignment, "first_match", lambda variants, visit: original(variants[:1], visit))


@patch_mock("targeting.first-match")
def default_wins_over_conditions(patch: Patch) -> None:
    """A default variant is shown even where conditions hold."""
    _choosing(
        patch,
        ExperimentType.SMART_LINK,
        lambda experiment, _: assignment.fallback(experiment.variants),
    )


@patch_mock("targeting.first-match")
def smart_link_goes_by_weights(patch: Patch) -> None:
    """A smart link is split by weights like an A/B test."""
    _choosing(patch, ExperimentType.SMART_LINK, assignment._by_bucket)


@patch_mock("targeting.first-match")
def one_condition_is_enough(patch: Patch) -> None:
    """Conditions are searched for one that holds, however they are joined."""
    patch(targeting, "GROUPS", {"AND": any, "OR": any})


@patch_mock("targeting.first-match")
def match_is_counted_for_the_first(patch: Patch) -> None:
    """Whatever variant matches, the visit counts for the first."""
    _choosing(patch, ExperimentType.SMART_LINK, lambda experiment, _: experiment.variants[0])


@patch_mock("targeting.first-match")
def match_is_random(patch: Patch) -> None:
    """Of the variants whose conditions hold the one with the shortest conditions is shown."""

    def shortest(variants: Any, visit: Any) -> Any:
        held = [
            each for each in variants if each.conditions and targeting.holds(each.conditions, visit)
        ]
        return max(held, key=lambda each: each.id, default=None)

    patch(assignment, "first_match", shortest)


@patch_mock("targeting.fallback")
def nothing_matches_and_the_first_is_shown(patch: Patch) -> None:
    """Without a match the first variant is shown, not the default."""
    patch(assignment, "fallback", lambda variants: variants[0])


@patch_mock("targeting.fallback")
def nothing_matches_and_weights_decide(patch: Patch) -> None:
    """Without a match the weights decide."""

    def aimed(experiment: Any, visit: Any) -> Any:
        return targeting.first_match(experiment.variants, visit) or assignment._by_bucket(
            experiment, visit
        )

    _choosing(patch, ExperimentType.SMART_LINK, aimed)


@patch_mock("targeting.fallback")
def nothing_matches_and_the_last_is_shown(patch: Patch) -> None:
    """Without a match and a default the last variant is shown."""
    patch(
        assignment, "fallback", lambda rows: next((row for row in rows if row.is_default), rows[-1])
    )


@patch_mock("targeting.by-type")
def conditions_decide_for_ab_tests_too(patch: Patch) -> None:
    """Conditions are looked at in A/B tests."""
    _choosing(patch, ExperimentType.AB_TEST, assignment._by_conditions)


@patch_mock("targeting.by-type")
def schedules_decide_for_smart_links_too(patch: Patch) -> None:
    """An open schedule wins over the conditions of a smart link."""
    _choosing(patch, ExperimentType.SMART_LINK, assignment._by_schedule)


@patch_mock("targeting.groups")
def or_is_and(patch: Patch) -> None:
    """A group of OR asks for all of its children."""
    patch(targeting, "GROUPS", {"AND": all, "OR": all})


@patch_mock("targeting.groups")
def and_is_or(patch: Patch) -> None:
    """A group of AND is content with any of its children."""
    patch(targeting, "GROUPS", {"AND": any, "OR": any})


@patch_mock("targeting.groups")
def third_level_always_holds(patch: Patch) -> None:
    """Groups on the third level are not looked into."""
    original = targeting.holds
    depth = itertools.count(1)

    def holds(node: Any, visit: Any, level: int = 1) -> bool:
        if node["type"] != "group":
            return original(node, visit)
        if level > 2:
            return next(depth) > 0
        return targeting.GROUPS[node["operator"]](
            holds(child, visit, level + 1) for child in node["children"]
        )

    patch(targeting, "holds", holds)


def _compares(word: str, test: Any, sentence: str) -> None:
    def fault(patch: Patch) -> None:
        patch(targeting, "COMPARISONS", {**targeting.COMPARISONS, word: test})

    fault.__name__, fault.__doc__ = (
        f"{word}_is_{sentence.split()[-1].rstrip('.').replace('-', '_')}",
        sentence,
    )
    patch_mock("targeting.operators")(fault)


_compares("contains", targeting.COMPARISONS["equals"], "contains asks for the whole: it is equals.")
_compares(
    "starts_with",
    targeting.COMPARISONS["contains"],
    "starts_with finds it anywhere: it is contains.",
)
_compares(
    "ends_with",
    targeting.COMPARISONS["starts_with"],
    "ends_with looks at the other end: it is starts_with.",
)
_compares("gt", targeting.COMPARISONS["gte"], "gt takes what is equal: it is gte.")
_compares("lte", targeting.COMPARISONS["lt"], "lte leaves out what is equal: it is lt.")
_compares(
    "gte",
    targeting._on_text(lambda left, right: left >= right),
    "gte compares as text, so 9 is more than 10.",
)
_compares(
    "equals", targeting.COMPARISONS["contains"], "equals is content with a part: it is contains."
)


@patch_mock("targeting.operators")
def not_equals_is_equals(patch: Patch) -> None:
    """The negation is lost."""
    original = targeting.holds

    def holds(node: Any, visit: Any) -> bool:
        if node.get("ruleOperator") == "not_equals":
            return original({**node, "ruleOperator": "equals"}, visit)
        return original(node, visit)

    patch(targeting, "holds", holds)


@patch_mock("targeting.values")
def case_matters(patch: Patch) -> None:
    """Texts are compared with regard to case."""
    patch(
        targeting,
        "_text",
        lambda value: str(value) if isinstance(value, str | int | float) else None,
    )


@patch_mock("targeting.values")
def array_means_its_first_value(patch: Patch) -> None:
    """Of an array the first value counts."""
    equals = targeting.COMPARISONS["equals"]
    first = lambda reading, value: equals(reading, value[0] if isinstance(value, list) else value)  # noqa: E731
    patch(targeting, "COMPARISONS", {**targeting.COMPARISONS, "equals": first})


@patch_mock("targeting.values")
def numbers_are_compared_as_text(patch: Patch) -> None:
    """7.0 is not 7."""
    patch(targeting, "_same", targeting._on_text(lambda left, right: left == right))


@patch_mock("targeting.missing")
def missing_never_holds(patch: Patch) -> None:
    """For a property that a visit lacks nothing holds, not_equals included."""
    original = targeting.holds

    def holds(node: Any, visit: Any) -> bool:
        if node["type"] == "rule" and not properties.readings(node, visit):
            return False
        return original(node, visit)

    patch(targeting, "holds", holds)


@patch_mock("targeting.missing")
def missing_is_empty_text(patch: Patch) -> None:
    """A property that a visit lacks is the empty text."""
    original = properties.readings
    patch(targeting, "readings", lambda rule, visit: original(rule, visit) or ("",))


def _reads(rule: str, name: str, reader: Any, sentence: str, *keys: str) -> None:
    def fault(patch: Patch) -> None:
        patch(properties, "READERS", {**properties.READERS, **dict.fromkeys(keys, reader)})

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


_reads(
    "targeting.device",
    "everything_is_a_desktop",
    lambda _: ("desktop",),
    "Every device is a desktop.",
    "device",
    "device.type",
)
_reads(
    "targeting.device", "systems_are_unknown", lambda _: (), "device.os is not known.", "device.os"
)
_reads(
    "targeting.device",
    "mac_is_mac_os_x",
    lambda visit: properties._some(
        {"macOS": "Mac OS X"}.get(found := devices.device(visit.user_agent).os or "", found)
    ),
    "macOS is called Mac OS X.",
    "device.os",
)
_reads(
    "targeting.country",
    "country_is_lost_behind_the_cdn",
    lambda visit: properties._some(visit.headers.get("cf-ipcountry")),
    "CloudFront-Viewer-Country is not looked at.",
    "country",
    "geo.country",
)
_reads(
    "targeting.country",
    "continent_is_the_country",
    properties._country,
    "geo.continent is a country.",
    "geo.continent",
)
_reads(
    "targeting.language",
    "language_is_the_first_that_is_named",
    lambda visit: properties._some(
        visit.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    ),
    "The first language is taken, whatever its weight.",
    "browser.language",
)
_reads(
    "targeting.referrer",
    "referrer_is_the_whole_url",
    lambda visit: properties._some(visit.headers.get("referer")),
    "referrer.domain is the whole URL.",
    "referrer.domain",
)
_reads(
    "targeting.time",
    "hours_are_an_hour_ahead",
    lambda visit: ((visit.now + timedelta(hours=1)).hour,),
    "time.hour is that of the server's own clock, an hour ahead.",
    "time.hour",
)
_reads(
    "targeting.time",
    "weeks_begin_on_monday",
    lambda visit: (visit.now.weekday(),),
    "Monday is day 0.",
    "time.dayOfWeek",
)


@patch_mock("targeting.query")
def query_parameters_need_lower_case(patch: Patch) -> None:
    """url.param reads no parameter but its own name."""
    original = properties.readings

    def readings(rule: Any, visit: Any) -> Any:
        return () if rule["property"] == "url.param" else original(rule, visit)

    patch(targeting, "readings", readings)


@patch_mock("targeting.query")
def custom_reads_headers(patch: Patch) -> None:
    """custom.<name> reads a header, not the query."""
    original = properties.readings

    def readings(rule: Any, visit: Any) -> Any:
        name = rule["property"]
        custom = name.startswith("custom.")
        return (
            properties._some(visit.headers.get(name[7:].lower()))
            if custom
            else original(rule, visit)
        )

    patch(targeting, "readings", readings)


@patch_mock("targeting.crawlers")
def crawlers_count(patch: Patch) -> None:
    """Visits of crawlers are counted."""
    patch(assignment, "is_bot", lambda _: False)


@patch_mock("targeting.crawlers")
def libraries_count(patch: Patch) -> None:
    """Crawlers are known by the word bot, HTTP libraries are not."""
    patch(
        assignment,
        "is_bot",
        lambda user_agent: "bot" in user_agent.lower() and bots.is_bot(user_agent),
    )


@wrap_server("targeting.crawlers", PIXEL)
async def crawlers_are_refused(request: Request, server: Server) -> Response:
    """Crawlers get 403 for a pixel."""
    crawler = bots.is_bot(request.headers.get("user-agent", ""))
    return Response.of(403, {}) if crawler else await server(request)


@patch_mock("targeting.sticky")
def variants_are_dealt_in_turn(patch: Patch) -> None:
    """Every request is given the next variant."""
    turn = itertools.count()
    _choosing(
        patch,
        ExperimentType.AB_TEST,
        lambda experiment, _: experiment.variants[next(turn) % len(experiment.variants)],
    )


@alter_request("targeting.sticky", CLICK)
def click_sees_another_viewer_than_the_pixel(request: Request) -> None:
    """The click link hashes the address alone, the pixel the browser too."""
    request.headers["user-agent"] = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0"
    )


@patch_mock("targeting.zero-weight")
def every_variant_is_shown(patch: Patch) -> None:
    """Weights do not matter: each variant has an equal part."""
    _choosing(
        patch,
        ExperimentType.AB_TEST,
        lambda experiment, visit: experiment.variants[
            assignment.bucket(experiment.uid, visit.viewer) % 2
        ],
    )


@patch_mock("targeting.zero-weight")
def first_variant_has_one_point_at_least(patch: Patch) -> None:
    """An A/B test shows its default variant, whatever it weighs."""
    _choosing(
        patch,
        ExperimentType.AB_TEST,
        lambda experiment, _: assignment.fallback(experiment.variants),
    )
