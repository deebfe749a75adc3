"""Auto-optimisation that is sold to the wrong ones, or learns the wrong thing."""

from dataclasses import replace
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.operations import CREATE, GET
from pictify_mock import optimiser
from pictify_mock.domain import bandit, editing, lifecycle
from pictify_mock.domain.enums import Status
from pictify_mock.domain.variants import BASIS_POINTS


@patch_mock("bandit.plan")
def every_plan_has_bandits(patch: Patch) -> None:
    """The plan is not asked."""
    patch(editing, "_FIELD_CHECKS", {**editing._FIELD_CHECKS, "bandit": lambda *_: []})


@wrap_server("bandit.plan", CREATE)
async def bandit_is_refused_after_storing(request: Request, server: Server) -> Response:
    """A bandit below standard is refused, and the experiment is left behind without it."""
    response = await server(request)
    if response.status == 400 and b"/banditConfig/enabled" in response.body.content:
        await server(
            request.like("POST", request.path, {**request.json, "banditConfig": {"enabled": False}})
        )
    return response


@alter_error("bandit.plan.status", CREATE, status=400)
def bandit_beyond_the_plan_is_402(_: Request, response: Response) -> None:
    """A bandit below standard is 402."""
    if response.json["errors"][0]["field"] == "/banditConfig/enabled":
        response.status = 402


@patch_mock("bandit.ab-test-only")
def smart_links_have_bandits(patch: Patch) -> None:
    """A bandit is taken with any type."""
    patch(editing, "_check_whole", lambda _: None)


@wrap_server("bandit.ab-test-only", CREATE)
async def scheduled_have_bandits(request: Request, server: Server) -> Response:
    """A bandit is taken with scheduled experiments, and shown switched on."""
    body = request.json if isinstance(request.json, dict) else {}
    if body.get("type") != "scheduled" or not (body.get("banditConfig") or {}).get("enabled"):
        return await server(request)
    return await server(request.like("POST", request.path, {**body, "type": "ab_test"}))


@alter_error("bandit.ab-test-only.status", CREATE, status=400)
def bandit_of_another_type_is_422(_: Request, response: Response) -> None:
    """A bandit with another type is 422."""
    if response.json["errors"][0]["field"] == "/banditConfig/enabled":
        response.status = 422


@patch_mock("bandit.off")
def bandits_are_always_on(patch: Patch) -> None:
    """Weights follow the clicks, whether that is asked for or not."""
    original = editing.created

    def created(uid: str, team: Any, fields: Any, now: Any) -> Any:
        made = original(uid, team, fields, now)
        settings = replace(
            made.bandit, enabled=True, warmup_impressions=5, recompute_interval_minutes=0
        )
        return replace(made, bandit=settings)

    patch(editing, "created", created)


@patch_mock("bandit.warm-up")
def weights_stay_as_sent_during_warm_up(patch: Patch) -> None:
    """Until the warm-up is over the weights stay as they were sent."""
    patch(lifecycle, "warming_up", lambda experiment: experiment)
    patch(bandit, "warming_up", lambda experiment: experiment)


@patch_mock("bandit.warm-up")
def one_warm_variant_is_enough(patch: Patch) -> None:
    """The warm-up is over once any variant has its impressions."""

    def is_warm(experiment: Any) -> bool:
        return any(
            each.counter.impressions >= experiment.bandit.warmup_impressions
            for each in experiment.variants
        )

    patch(bandit, "is_warm", is_warm)


@patch_mock("bandit.better-variant")
def weights_never_move(patch: Patch) -> None:
    """The job that finds the weights does not run."""
    patch(optimiser.Optimiser, "_work_on", lambda _: None)


@patch_mock("bandit.better-variant")
def worse_variant_gets_the_traffic(patch: Patch) -> None:
    """Clicks are taken for failures."""
    worse = property(lambda self: (1 + self.impressions - self.successes, 1 + self.successes))
    patch(bandit.Arm, "posterior", worse)


@patch_mock("bandit.weights-sum")
def weights_miss_a_point(patch: Patch) -> None:
    """Parts are rounded down, and a point is lost."""
    original = bandit.optimised
    patch(
        bandit,
        "optimised",
        lambda made, weights, now: original(made, [weights[0] - 1, *weights[1:]], now),
    )


@patch_mock("bandit.epsilon-greedy")
def best_gets_everything(patch: Patch) -> None:
    """Nothing is left for exploring."""
    patch(bandit, "EXPLORED", 0)


@patch_mock("bandit.epsilon-greedy")
def first_of_equals_gets_everything(patch: Patch) -> None:
    """Of variants with the same click rate the first gets it all."""

    def greedy(arms: Any, _: Any) -> Any:
        yield
        weights = bandit.equal_split(bandit.EXPLORED, len(arms))
        weights[max(range(len(arms)), key=lambda index: arms[index].rate)] += (
            BASIS_POINTS - bandit.EXPLORED
        )
        return weights

    patch(bandit, "ALGORITHMS", {**bandit.ALGORITHMS, "epsilon_greedy": greedy})


@patch_mock("bandit.clicks-capped")
def clicks_beyond_impressions_count(patch: Patch) -> None:
    """A click rate may be more than one."""
    patch(bandit.Arm, "successes", property(lambda self: self.clicks))


@patch_mock("bandit.interval")
def weights_move_with_every_event(patch: Patch) -> None:
    """The interval is not looked at."""
    patch(bandit, "is_due", lambda *_: True)


@alter_response("bandit.outside-running", GET)
def paused_weights_are_equal(_: Request, response: Response) -> None:
    """A pause puts the weights back to equal parts."""
    shown = response.experiments[0]
    if shown["banditConfig"]["enabled"] and shown["status"] == Status.PAUSED:
        for row in shown["variants"]:
            row["weight"] = 10_000 // len(shown["variants"])


@patch_mock("bandit.updated-at")
def weights_move_updated_at(patch: Patch) -> None:
    """New weights count as a change of the experiment."""
    original = bandit.optimised
    patch(
        bandit,
        "optimised",
        lambda made, weights, now: replace(original(made, weights, now), updated_at=now),
    )
