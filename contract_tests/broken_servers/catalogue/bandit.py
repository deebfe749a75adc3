"""Servers whose auto-optimisation is open to the wrong plans, or learns the wrong thing."""

from dataclasses import replace
from typing import Any

from broken_servers.changes import do_nothing, set_part
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.operations import CREATE, GET
from pictify_mock import optimiser
from pictify_mock.domain import bandit, editing, lifecycle
from pictify_mock.domain.enums import Status
from pictify_mock.domain.variants import BASIS_POINTS

FIELD = "/banditConfig/enabled"
PLAN_IS_IGNORED = {**editing._FIELD_CHECKS, "bandit": lambda *_: []}
FAILURES = property(lambda arm: (1 + arm.impressions - arm.successes, 1 + arm.successes))
UNCAPPED = property(lambda arm: arm.clicks)


def always(*_: Any) -> bool:
    return True


for name, rule, owner, attribute, part in (
    ("every_plan_has_bandits", "bandit.plan", editing, "_FIELD_CHECKS", PLAN_IS_IGNORED),
    ("weights_never_move", "bandit.better-variant", optimiser.Optimiser, "begin", do_nothing),
    ("worse_variant_gets_the_traffic", "bandit.better-variant", bandit.Arm, "posterior", FAILURES),
    ("best_gets_everything", "bandit.epsilon-greedy", bandit, "EXPLORED", 0),
    ("clicks_beyond_impressions_count", "bandit.clicks-capped", bandit.Arm, "successes", UNCAPPED),
    ("weights_move_with_every_event", "bandit.interval", bandit, "is_due", always),
):
    patch_mock(rule, name=name)(set_part(owner, attribute, part))


@patch_mock("bandit.ab-test-only")
def smart_links_have_bandits(patch: Patch) -> None:
    """Auto-optimisation moves the weights of any experiment."""
    patch(editing, "_check_whole", do_nothing)
    patch(bandit, "is_on", lambda one: one.status is Status.RUNNING and one.bandit.enabled)


@wrap_server("bandit.plan", CREATE)
async def bandit_is_refused_after_storing(request: Request, server: Server) -> Response:
    """The create is refused for its bandit, and stored without the bandit."""
    response = await server(request)
    if response.status == 400 and FIELD.encode() in response.body.content:
        body = {**request.json, "banditConfig": {"enabled": False}}
        await server(request.like("POST", request.path, body))
    return response


for rule, name, status in (
    ("bandit.plan.status", "bandit_beyond_the_plan_is_402", 402),
    ("bandit.ab-test-only.status", "bandit_of_another_type_is_422", 422),
):

    @alter_error(rule, CREATE, status=400, name=name)
    def _(_: Request, response: Response, status: int = status) -> None:
        if response.json["errors"][0]["field"] == FIELD:
            response.status = status


@patch_mock("bandit.off")
def bandits_are_always_on(patch: Patch) -> None:
    original = editing.created

    def created(uid: str, team: Any, fields: Any, now: Any) -> Any:
        experiment = original(uid, team, fields, now)
        eager = replace(experiment.bandit, warmup_impressions=5, recompute_interval_minutes=0)
        return replace(experiment, bandit=replace(eager, enabled=True))

    patch(editing, "created", created)


@patch_mock("bandit.warm-up")
def weights_stay_as_sent_during_warm_up(patch: Patch) -> None:
    patch(lifecycle, "warming_up", lambda experiment: experiment)
    patch(bandit, "warming_up", lambda experiment: experiment)


@patch_mock("bandit.warm-up")
def one_warm_variant_is_enough(patch: Patch) -> None:
    """The warm-up is over once any variant has its impressions."""

    def is_warm(experiment: Any) -> bool:
        needed = experiment.bandit.warmup_impressions
        return any(variant.counter.impressions >= needed for variant in experiment.variants)

    patch(bandit, "is_warm", is_warm)


@patch_mock("bandit.weights-sum")
def weights_miss_a_point(patch: Patch) -> None:
    """Weights are rounded down, so that they add up to 9,999."""
    original = bandit.optimised

    def optimised(experiment: Any, weights: Any, now: Any) -> Any:
        return original(experiment, [weights[0] - 1, *weights[1:]], now)

    patch(bandit, "optimised", optimised)


@patch_mock("bandit.epsilon-greedy")
def first_of_equals_gets_the_rest(patch: Patch) -> None:
    """Variants with the same click rate do not share the 9,000: the first gets them all."""

    def greedy(arms: Any, _: Any) -> Any:
        yield
        weights = bandit.equal_split(bandit.EXPLORED, len(arms))
        best = max(range(len(arms)), key=lambda index: arms[index].rate)
        weights[best] += BASIS_POINTS - bandit.EXPLORED
        return weights

    patch(bandit, "ALGORITHMS", {**bandit.ALGORITHMS, "epsilon_greedy": greedy})


@alter_response("bandit.outside-running", GET)
def paused_weights_are_equal(_: Request, response: Response) -> None:
    [experiment] = response.experiments
    if experiment["banditConfig"]["enabled"] and experiment["status"] == Status.PAUSED:
        for row in experiment["variants"]:
            row["weight"] = BASIS_POINTS // len(experiment["variants"])


@patch_mock("bandit.updated-at")
def weights_move_updated_at(patch: Patch) -> None:
    original = bandit.optimised

    def optimised(experiment: Any, weights: Any, now: Any) -> Any:
        return replace(original(experiment, weights, now), updated_at=now)

    patch(bandit, "optimised", optimised)
