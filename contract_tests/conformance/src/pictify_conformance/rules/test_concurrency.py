"""Calls at the same moment: what holds for calls in sequence holds for them."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.rules.quotas import free_slots
from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_includes,
    assert_problem,
    assert_status,
    assert_that,
    includes,
)
from pictify_conformance.testing.payloads import Json, event, variants, viewer
from pictify_conformance.testing.responses import experiment_of, fail, json_object, rows_of

TRANSITIONS: dict[str, dict[str, Any]] = spec.document()["x-lifecycle"]["transitions"]
ROUNDS = 5  # a race is not lost every time
RIVALS = 3
MAX_LIMIT = 100
SLOTS_AT_MOST = 3
REFUSED = range(400, 500)


def call_together(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Send calls at the same moment, each by a thread of its own. Return the responses."""
    barrier = threading.Barrier(len(calls))

    def send(call: Callable[[], httpx.Response]) -> httpx.Response:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(send, calls))


def successes(responses: list[httpx.Response], status: int, *refusals: int) -> list[httpx.Response]:
    """Return the successful responses. Fail if there is none, or another than a refusal."""
    if all(response.status_code == 429 for response in responses):
        pytest.skip("the plan has no slot left, or the server limits the rate")
    for response in responses:
        assert_status(response, status, *refusals)
    found = [response for response in responses if response.status_code == status]
    if not found:
        fail(f"status {status} for one of {len(responses)} calls at the same moment", responses[0])
    return found


# --- creates


def create_rivals(api: ApiClient, experiments: Experiments) -> list[httpx.Response]:
    """Send creates of one slug."""
    slug = experiments.new_slug()
    bodies = [experiments.body(slug=slug) for _ in range(RIVALS)]
    return call_together(*(partial(api.create, body) for body in bodies))


@pytest.mark.rule("create.slug-race")
@pytest.mark.parametrize("_", range(ROUNDS))
def test_slug_race(api: ApiClient, experiments: Experiments, _: int) -> None:
    """More than one draft may have been created; one of them can be started."""
    created = successes(create_rivals(api, experiments), 201, 409, 429)
    uids = [experiment_of(response, 201)["uid"] for response in created]
    for uid in uids:
        api.start(uid)
    running = [uid for uid in uids if experiments.read(uid).get("status") == "running"]
    assert_equal(running, running[:1] or uids[:1], "the running experiments of one slug")


@pytest.mark.rule("create.slug-race.one-made")
@pytest.mark.parametrize("_", range(ROUNDS))
def test_slug_race_one_made(api: ApiClient, experiments: Experiments, _: int) -> None:
    responses = create_rivals(api, experiments)
    (created, *more) = successes(responses, 201, 409)
    if more:
        fail("one create accepted, the others refused", more[0])
    for response in responses:
        if response is not created:
            assert_problem(response, 409, "slug-in-use", "/slug")
    experiment = experiment_of(created, 201)
    drafts = experiments.rows(status="draft")
    uids = [row["uid"] for row in drafts if row.get("slug") == experiment["slug"]]
    assert_equal(uids, [experiment["uid"]], "the experiments of the slug")


@pytest.mark.alone
@pytest.mark.rule("quota.race")
def test_race(teams: list[Team]) -> None:
    """There is one create more than there are slots."""
    for team in teams:
        for type_, slots in free_slots(team.api).items():
            if 0 < slots <= SLOTS_AT_MOST:
                bodies = [team.experiments.body(type=type_) for _ in range(slots + 1)]
                responses = call_together(*(partial(team.api.create, body) for body in bodies))
                statuses = sorted(response.status_code for response in responses)
                assert_equal(statuses, [201] * slots + [429], "the answers for the last slots")
                return
    needed = f"needs a team whose plan has a limit and 1 to {SLOTS_AT_MOST} free slots"
    pytest.skip(f"{needed}: --second-api-key")


# --- moves


class Move(NamedTuple):
    """A move, and the winner that a completion names."""

    name: str
    winner: str | None = None

    @property
    def transition(self) -> dict[str, Any]:
        return TRANSITIONS[f"{self.name}Experiment"]

    def send(self, api: ApiClient, uid: str) -> httpx.Response:
        if self.winner:
            return api.complete(uid, self.winner)
        response: httpx.Response = getattr(api, self.name)(uid)
        return response


START, PAUSE, DELETE = Move("start"), Move("pause"), Move("delete")
FIRST_WINS, SECOND_WINS = Move("complete", "v0"), Move("complete", "v1")
SAME_MOVES = {
    "start and start": ("draft", START, START),
    "pause and pause": ("running", PAUSE, PAUSE),
    "complete and complete": ("running", FIRST_WINS, SECOND_WINS),
}
RIVAL_MOVES = {
    **SAME_MOVES,
    "start and delete": ("draft", START, DELETE),
    "pause and complete": ("running", PAUSE, FIRST_WINS),
    "start and complete": ("paused", START, SECOND_WINS),
}


class History(NamedTuple):
    """The statuses of two responses, and the experiment after them."""

    responses: tuple[int, ...]
    status: str
    winner: str | None


def send_moves(team: Team, status: str, *moves: Move) -> History:
    """Send moves of a new experiment at the same moment."""
    uid = team.experiments.create(status)["uid"]
    responses = call_together(*(partial(move.send, team.api, uid) for move in moves))
    successes(responses, 200, *REFUSED)
    later = team.api.get(uid)
    team.api.remove_created()  # a small plan has one slot for all rounds
    statuses = tuple(response.status_code for response in responses)
    if later.status_code in (404, 410):
        return History(statuses, "archived", None)
    shown = experiment_of(later)
    return History(statuses, shown["status"], shown.get("winnerVariantId"))


def sequential_histories(status: str, *moves: Move) -> Iterator[History]:
    """Yield the history of each order of moves that are sent one after the other."""
    for order in itertools.permutations(range(len(moves))):
        responses, now, winner = [0] * len(moves), status, None
        for index in order:
            row = moves[index].transition
            responses[index] = 200 if now in row["from"] else 404 if now == "archived" else 409
            if responses[index] == 200:
                now, winner = row["to"], moves[index].winner or winner
        yield History(tuple(responses), now, winner)


@pytest.mark.rule("lifecycle.parallel-moves")
@pytest.mark.parametrize("case", RIVAL_MOVES)
def test_parallel_moves(team: Team, case: str) -> None:
    status, *moves = RIVAL_MOVES[case]
    for _ in range(ROUNDS):
        found = send_moves(team, status, *moves)
        pairs = zip(moves, found.responses, strict=True)
        accepted = [move for move, response in pairs if response == 200]
        ends = [(move.transition["to"], move.winner) for move in accepted]
        is_one = (found.status, found.winner) in ends
        assert_that(is_one, f"the end of an accepted move of {case}, not {found}")


@pytest.mark.rule("lifecycle.parallel-moves.once")
@pytest.mark.parametrize("case", SAME_MOVES)
def test_parallel_moves_once(team: Team, case: str) -> None:
    status, *moves = SAME_MOVES[case]
    for _ in range(ROUNDS):
        accepted = send_moves(team, status, *moves).responses.count(200)
        assert_equal(accepted, 1, f"accepted moves in {case}")


@pytest.mark.rule("lifecycle.parallel-moves.one-history")
@pytest.mark.parametrize("case", RIVAL_MOVES)
def test_parallel_moves_one_history(team: Team, case: str) -> None:
    """It is that of one move after the other."""
    status, *moves = RIVAL_MOVES[case]
    possible = set(sequential_histories(status, *moves))
    for _ in range(ROUNDS):
        found = send_moves(team, status, *moves)
        assert_that(found in possible, f"one of the histories {possible} of {case}, not {found}")


# --- updates


def update_together(team: Team, *bodies: Json) -> tuple[Json, list[Json]]:
    """Send updates of a new experiment. Return a later read, and the accepted bodies."""
    uid = team.experiments.create()["uid"]
    responses = call_together(*(partial(team.api.update, uid, body) for body in bodies))
    successes(responses, 200, *REFUSED)
    shown = team.experiments.read(uid)
    team.api.remove_created()
    pairs = zip(bodies, responses, strict=True)
    return shown, [body for body, response in pairs if response.status_code == 200]


RIVAL_UPDATES: list[Json] = [
    {
        "name": f"Update {number}",
        "hypothesis": f"Guess {number}.",
        "minimumRunDays": number,
        "variants": variants(number, 10_000 - number),
    }
    for number in range(1, RIVALS + 1)
]


@pytest.mark.rule("update.parallel")
def test_parallel(team: Team) -> None:
    for _ in range(ROUNDS):
        shown, accepted = update_together(team, *RIVAL_UPDATES)
        for field in RIVAL_UPDATES[0]:
            is_one = any(includes(shown, {field: body[field]}) for body in accepted)
            expected = f"{field} of an accepted update, not {shown.get(field)!r}"
            assert_that(is_one, expected)


@pytest.mark.rule("update.parallel")
def test_parallel_of_different_fields(team: Team) -> None:
    bodies: list[Json] = [{"name": "Renamed"}, {"hypothesis": "A guess."}, {"minimumRunDays": 30}]
    for _ in range(ROUNDS):
        shown, accepted = update_together(team, *bodies)
        for body in accepted:
            assert_includes(shown, body, "the experiment")


@pytest.mark.rule("update.parallel.whole")
def test_parallel_whole(team: Team) -> None:
    for _ in range(ROUNDS):
        shown, accepted = update_together(team, *RIVAL_UPDATES)
        is_one = any(includes(shown, body) for body in accepted)
        assert_that(is_one, f"all of one update of {accepted}, not {shown}")


# --- counting and listing


@pytest.mark.rule("events.parallel")
def test_parallel_events(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    one = partial(api.send_events, event(experiment))
    click = partial(api.send_events, event(experiment, "click", "v1"))
    four = partial(api.send_events, [event(experiment, variant="v1")] * 4)
    for response in call_together(*[one] * 10, *[click] * 6, four):
        assert_status(response, 200)
    counters.assert_counts(experiment, {"v0": (10, 0), "v1": (4, 6)})


@pytest.mark.rule("events.parallel")
def test_parallel_visits(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create_clickable()
    visits = [
        partial(send, experiment["slug"], headers=viewer(number))
        for send in (api.click, api.load_pixel)
        for number in range(6)
    ]
    for response in call_together(*visits):
        assert_status(response, 200, 302)
    counters.assert_totals(experiment, 6, 6)


@pytest.mark.rule("list.while-writing")
def test_while_writing(api: ApiClient, experiments: Experiments) -> None:
    """The page holds each experiment that stays exactly once."""
    staying = sorted(experiments.create()["uid"] for _ in range(2))
    query = {"type": "ab_test", "status": "draft"}
    list_drafts = partial(api.list_experiments, **query, limit=MAX_LIMIT)
    for number in range(ROUNDS):
        delete = partial(api.delete, experiments.create()["uid"])
        update = partial(api.update, staying[0], {"name": f"Listed {number}"})
        responses = call_together(list_drafts, delete, list_drafts, update, list_drafts)
        for page in responses[::2]:
            uids = [row["uid"] for row in rows_of(page)]
            if json_object(page).get("total", 0) > MAX_LIMIT:
                pytest.skip(f"the team has more than {MAX_LIMIT} drafts of A/B tests")
            found = sorted(uid for uid in uids if uid in staying)
            assert_equal(found, staying, "the experiments that stay, on one page")
