"""Calls that arrive at the same moment: what one after the other promises holds for them too."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.rules.slots import free_slots
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, event, variants, viewer

Call = Callable[[], httpx.Response]

TRANSITIONS: dict[str, dict[str, Any]] = spec.document()["x-lifecycle"]["transitions"]
ROUNDS = 5  # a race that can be lost is not lost every time
RIVALS = 3
PAGE = 100
SLOTS_AT_MOST = 3
REFUSED = range(400, 500)


def together(*calls: Call) -> list[httpx.Response]:
    """The answers to calls that are sent at the same moment, each by a thread of its own."""
    gate = threading.Barrier(len(calls))

    def sent(call: Call) -> httpx.Response:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(sent, calls))


def made_or_refused(
    answers: list[httpx.Response], made: int, *refusals: int
) -> list[httpx.Response]:
    """The answers that made something; every other is one of the refusals."""
    if all(answer.status_code == 429 for answer in answers):
        pytest.skip("the plan has no slot left, or the server limits the rate")
    for answer in answers:
        assertions.status(answer, made, *refusals)
    found = [answer for answer in answers if answer.status_code == made]
    if not found:
        assertions.fail(
            f"status {made} for one of {len(answers)} calls at the same moment", answers[0]
        )
    return found


# --- creates


def race(lab: Lab) -> list[httpx.Response]:
    """The answers to creates of one slug."""
    slug = lab.new_slug()
    return together(*(partial(lab.create, lab.body(slug=slug)) for _ in range(RIVALS)))


@pytest.mark.rule("create.slug-race")
@pytest.mark.parametrize("_", range(ROUNDS))
def test_slug_race(lab: Lab, _: int) -> None:
    """Of the experiments that were made of one slug, one runs after all were started."""
    made = [
        assertions.experiment(answer)["uid"] for answer in made_or_refused(race(lab), 201, 409, 429)
    ]
    for uid in made:
        lab.start(uid)
    running = [uid for uid in made if lab.read(uid).get("status") == "running"]
    assertions.same(running, running[:1] or made[:1], "the running experiments of one slug")


@pytest.mark.rule("create.slug-race.one-made")
@pytest.mark.parametrize("_", range(ROUNDS))
def test_slug_race_one_made(lab: Lab, _: int) -> None:
    """One create is made, the others are told that the slug is in use, and a list has one experiment of it."""
    answers = race(lab)
    (first, *others) = made_or_refused(answers, 201, 409)
    if others:
        assertions.fail("one create made, the others refused", others[0])
    for answer in answers:
        if answer is not first:
            assertions.problem(answer, 409, "slug-in-use", "/slug")
    made = assertions.experiment(first)
    rows = [row["uid"] for row in lab.rows(status="draft") if row.get("slug") == made["slug"]]
    assertions.same(rows, [made["uid"]], "the experiments of the slug")


@pytest.mark.alone
@pytest.mark.rule("quota.race")
def test_race(teams: list[Lab]) -> None:
    """Of one create more than there are slots, as many are made as there are slots."""
    known = [(team, name, slots) for team in teams for name, slots in free_slots(team).items()]
    for team, name, slots in known:
        if 0 < slots <= SLOTS_AT_MOST:
            answers = together(
                *(partial(team.create, team.body(type=name)) for _ in range(slots + 1))
            )
            expected = [201] * slots + [429]
            assertions.same(
                sorted(answer.status_code for answer in answers),
                expected,
                "the answers for the last slots",
            )
            return
    pytest.skip(
        f"needs a team whose plan has a limit and 1 to {SLOTS_AT_MOST} free slots: --second-api-key"
    )


# --- moves


class Move(NamedTuple):
    """A move as it is called, and by which operation."""

    operation: str
    call: Callable[[Lab, str], httpx.Response]
    winner: str | None = None


START = Move("startExperiment", Lab.start)
PAUSE = Move("pauseExperiment", Lab.pause)
DELETE = Move("deleteExperiment", Lab.delete)
FIRST_WINS = Move("completeExperiment", lambda lab, uid: lab.complete(uid, "v0"), "v0")
SECOND_WINS = Move("completeExperiment", lambda lab, uid: lab.complete(uid, "v1"), "v1")
RIVALRIES = {
    "start and start": ("draft", START, START),
    "start and delete": ("draft", START, DELETE),
    "pause and pause": ("running", PAUSE, PAUSE),
    "pause and complete": ("running", PAUSE, FIRST_WINS),
    "complete and complete": ("running", FIRST_WINS, SECOND_WINS),
    "start and complete": ("paused", START, SECOND_WINS),
}
each_rivalry = pytest.mark.parametrize("case", RIVALRIES)


class History(NamedTuple):
    """What two moves were answered, and what they left."""

    answers: tuple[int, ...]
    status: str
    winner: str | None


def moved(lab: Lab, status: str, *moves: Move) -> History:
    """What the moves come to when they are sent at the same moment."""
    uid = lab.experiment(status)["uid"]
    answers = together(*(partial(move.call, lab, uid) for move in moves))
    made_or_refused(answers, 200, *REFUSED)
    later = lab.get(uid)
    lab.clear()  # a small plan has one slot for all rounds
    shown = (
        {"status": "archived"}
        if later.status_code in (404, 410)
        else assertions.experiment(assertions.status(later, 200))
    )
    return History(
        tuple(answer.status_code for answer in answers),
        shown["status"],
        shown.get("winnerVariantId"),
    )


def after_each_other(status: str, *moves: Move) -> Iterator[History]:
    """What the moves come to one after the other, in any order."""
    for order in itertools.permutations(range(len(moves))):
        answers, now, winner = [0] * len(moves), status, None
        for index in order:
            row = TRANSITIONS[moves[index].operation]
            answers[index] = 200 if now in row["from"] else 404 if now == "archived" else 409
            if answers[index] == 200:
                now, winner = row["to"], moves[index].winner or winner
        yield History(tuple(answers), now, winner)


@pytest.mark.rule("lifecycle.parallel-moves")
@each_rivalry
def test_parallel_moves(lab: Lab, case: str) -> None:
    """A move that was answered with 200 is the one that a later read shows."""
    status, *moves = RIVALRIES[case]
    for _ in range(ROUNDS):
        found = moved(lab, status, *moves)
        made = [move for move, answer in zip(moves, found.answers, strict=True) if answer == 200]
        ends = {(TRANSITIONS[move.operation]["to"], move.winner) for move in made}
        if (found.status, found.winner) not in ends:
            pytest.fail(
                f"{case} were answered {found.answers}, and left {found.status}, {found.winner}",
                pytrace=False,
            )


@pytest.mark.rule("lifecycle.parallel-moves.once")
@pytest.mark.parametrize("case", ["start and start", "pause and pause", "complete and complete"])
def test_parallel_moves_once(lab: Lab, case: str) -> None:
    """Of two moves to one status a single one is answered with 200: the other one begins where it is no move."""
    status, *moves = RIVALRIES[case]
    for _ in range(ROUNDS):
        answers = moved(lab, status, *moves).answers
        if answers.count(200) > 1:
            pytest.fail(
                f"{case} of a {status} experiment were all answered with 200", pytrace=False
            )


@pytest.mark.rule("lifecycle.parallel-moves.one-history")
@each_rivalry
def test_parallel_moves_one_history(lab: Lab, case: str) -> None:
    """Answers and later read are those of one move after the other."""
    status, *moves = RIVALRIES[case]
    legal = set(after_each_other(status, *moves))
    for _ in range(ROUNDS):
        found = moved(lab, status, *moves)
        if found not in legal:
            pytest.fail(
                f"{case} of a {status} experiment came to {found}, not to one of {legal}",
                pytrace=False,
            )


# --- updates


def rival_updates(lab: Lab) -> tuple[Json, list[Json]]:
    """What a later read shows after updates at the same moment, and the updates that were taken."""
    uid = lab.experiment()["uid"]
    updates: list[Json] = [
        {
            "name": f"Update {n}",
            "hypothesis": f"Guess {n}.",
            "minimumRunDays": n,
            "variants": variants(n, 10_000 - n),
        }
        for n in range(1, RIVALS + 1)
    ]
    answers = together(*(partial(lab.update, uid, body) for body in updates))
    made_or_refused(answers, 200, *REFUSED)
    shown = lab.read(uid)
    lab.clear()
    return shown, [
        body for body, answer in zip(updates, answers, strict=True) if answer.status_code == 200
    ]


def holds(shown: Json, sent: Json) -> bool:
    """Whether a read shows what was sent."""
    try:
        assertions.shows(shown, sent, "the experiment")
    except pytest.fail.Exception:
        return False
    return True


@pytest.mark.rule("update.parallel")
def test_parallel(lab: Lab) -> None:
    """Every field has a value that one of the updates sent."""
    for _ in range(ROUNDS):
        shown, updates = rival_updates(lab)
        for field in updates[0]:
            if not any(holds(shown, {field: body[field]}) for body in updates):
                pytest.fail(f"{field} is {shown.get(field)!r}, which no update sent", pytrace=False)


@pytest.mark.rule("update.parallel")
def test_parallel_of_several_fields(lab: Lab) -> None:
    """Of updates of different fields each that was taken is shown."""
    updates: list[Json] = [{"name": "Renamed"}, {"hypothesis": "A guess."}, {"minimumRunDays": 30}]
    for _ in range(ROUNDS):
        uid = lab.experiment()["uid"]
        answers = together(*(partial(lab.update, uid, body) for body in updates))
        made_or_refused(answers, 200, *REFUSED)
        taken = [
            body for body, answer in zip(updates, answers, strict=True) if answer.status_code == 200
        ]
        assertions.shows(
            lab.read(uid),
            {name: value for body in taken for name, value in body.items()},
            "the experiment",
        )
        lab.clear()


@pytest.mark.rule("update.parallel.whole")
def test_parallel_whole(lab: Lab) -> None:
    """All fields have the values of one and the same update."""
    for _ in range(ROUNDS):
        shown, updates = rival_updates(lab)
        if not any(holds(shown, body) for body in updates):
            pytest.fail(f"a mix of {updates}: {shown}", pytrace=False)


# --- counting and listing


@pytest.mark.rule("events.parallel")
def test_parallel_events(lab: Lab) -> None:
    """Twenty events, four of them in one call, are counted as twenty."""
    made = lab.experiment("running")
    seen, clicked = (
        partial(lab.events, event(made)),
        partial(lab.events, event(made, "click", "v1")),
    )
    answers = together(
        *[seen] * 10, *[clicked] * 6, partial(lab.events, [event(made, variant="v1")] * 4)
    )
    for answer in answers:
        assertions.status(answer, 200)
    lab.counted(made["uid"], {"v0": (10, 0), "v1": (4, 6)})


@pytest.mark.rule("events.parallel")
def test_parallel_visits(lab: Lab) -> None:
    """Clicks and pixels of several viewers are all counted."""
    made = lab.clickable()
    clicks = [partial(lab.click, made["slug"], headers=viewer(number)) for number in range(6)]
    pixels = [partial(lab.pixel, made["slug"], headers=viewer(number)) for number in range(6)]
    for answer in together(*clicks, *pixels):
        assertions.status(answer, 200, 302)
    lab.totalled(made["uid"], 6, 6)


@pytest.mark.rule("list.while-writing")
def test_while_writing(lab: Lab) -> None:
    """Whatever is created, changed and deleted meanwhile, one page has each experiment that stays exactly once."""
    standing = [lab.experiment()["uid"] for _ in range(2)]
    listed = partial(lab.list_experiments, type="ab_test", status="draft", limit=PAGE)
    for number in range(ROUNDS):
        passing = lab.experiment()["uid"]
        update = partial(lab.update, standing[0], {"name": f"Listed {number}"})
        answers = together(listed, partial(lab.delete, passing), listed, update, listed)
        for page in answers[::2]:
            rows = assertions.rows(page)
            if assertions.page(page).get("total", 0) > PAGE:
                pytest.skip(
                    f"this team has more than {PAGE} drafts of A/B tests, so they do not fit on one page"
                )
            found = sorted(row["uid"] for row in rows if row["uid"] in standing)
            assertions.same(found, sorted(standing), "those that stay, on one page")
