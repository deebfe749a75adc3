"""Quotas that are counted, told or enforced in another way than published."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.lookup import API
from broken_servers.operations import COMPLETE, CREATE, DELETE, LIST, QUOTA
from pictify_mock.domain import quota
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal


def is_counted(name: str, sentence: str, *statuses: Status) -> None:
    """Declare the fault that other statuses take a slot."""

    def fault(patch: Patch) -> None:
        patch(quota, "COUNTED", frozenset(statuses))

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock("quota.used")(fault)


is_counted(
    "quota_counts_completed",
    "A completed experiment keeps its slot.",
    *quota.COUNTED,
    Status.COMPLETED,
)
is_counted(
    "quota_leaves_out_drafts", "Only what was started takes a slot.", Status.RUNNING, Status.PAUSED
)
is_counted(
    "quota_leaves_out_paused",
    "A paused experiment gives its slot back.",
    Status.DRAFT,
    Status.RUNNING,
)
is_counted("quota_counts_what_runs", "Only what runs takes a slot.", Status.RUNNING)


@wrap_server("quota.used", QUOTA, DELETE)
async def quota_is_not_given_back(request: Request, server: Server) -> Response:
    """A delete does not take back what the create counted."""
    response = await server(request)
    if request.operation == DELETE and response.status == 200:
        request.memory["deleted"] = request.memory.get("deleted", 0) + 1
    elif request.operation == QUOTA and response.status == 200:
        response.json["quota"]["ab_test"]["used"] += request.memory.get("deleted", 0)
    return response


@alter_response("quota.counts-running", QUOTA)
def quota_counts_types_together(_: Request, response: Response) -> None:
    """used is that of all types together."""
    total = sum(row["used"] for row in response.json["quota"].values())
    for row in response.json["quota"].values():
        row["used"] = total


@alter_response("quota.counts-running", QUOTA)
def quota_mixes_up_types(_: Request, response: Response) -> None:
    """A smart link is counted for scheduled experiments, and the other way round."""
    rows = response.json["quota"]
    rows["smart_link"]["used"], rows["scheduled"]["used"] = (
        rows["scheduled"]["used"],
        rows["smart_link"]["used"],
    )


@alter_response("quota.counts-running", QUOTA)
def quota_is_never_used(_: Request, response: Response) -> None:
    """used is always 0."""
    for row in response.json["quota"].values():
        row["used"] = 0


@wrap_server("quota.used", QUOTA, CREATE, DELETE, COMPLETE)
async def quota_is_counted_one_late(request: Request, server: Server) -> Response:
    """used is what it was when it was last asked for."""
    response = await server(request)
    if request.operation == QUOTA and response.status == 200:
        key = request.headers.get("authorization")
        used = {name: row["used"] for name, row in response.json["quota"].items()}
        before = request.memory.get(key, used)
        request.memory[key] = used
        for name, row in response.json["quota"].items():
            row["used"] = before[name]
    return response


@wrap_server("quota.literal-path", QUOTA)
async def quota_is_no_uid(request: Request, server: Server) -> Response:
    """The route of an experiment comes first, and no experiment is called quota."""
    response = await server(request)
    return (
        Response.of(404, {"title": "Not found", "status": 404})
        if response.status == 200
        else response
    )


@alter_response("quota.literal-path", QUOTA)
def quota_is_an_experiment(_: Request, response: Response) -> None:
    """The quota comes in the envelope of an experiment."""
    response.json = {"experiment": response.json}


@alter_response("quota.literal-path", QUOTA)
def quota_comes_as_rows(_: Request, response: Response) -> None:
    """The quota is a list of types."""
    response.json = [{"type": name, **row} for name, row in response.json["quota"].items()]


def is_told(name: str, sentence: str, change: Any) -> None:
    """Declare the fault that the quota tells something else of a plan."""

    def fault(_: Request, response: Response) -> None:
        change(response.json)

    fault.__name__, fault.__doc__ = name, sentence
    alter_response("quota.plan-table", QUOTA)(fault)


def set_limits(told: Any, old: Any, new: Any) -> None:
    """Put another limit in place of one."""
    for row in told["quota"].values():
        row["limit"] = new if row["limit"] == old else row["limit"]


is_told("unlimited_is_0", "Unlimited is given as 0.", lambda told: set_limits(told, None, 0))
is_told(
    "unlimited_is_minus_1", "Unlimited is given as -1.", lambda told: set_limits(told, None, -1)
)
is_told(
    "unlimited_is_a_large_number",
    "Unlimited is 2^31 - 1.",
    lambda told: set_limits(told, None, 2**31 - 1),
)
is_told(
    "none_at_all_is_unlimited",
    "A limit of 0 is given as null.",
    lambda told: set_limits(told, 0, None),
)
is_told(
    "variants_are_5_for_all", "Every plan has 5 variants.", lambda told: told.update(maxVariants=5)
)
is_told(
    "days_are_90_for_all",
    "Every plan keeps 90 days.",
    lambda told: told.update(analyticsRetentionDays=90),
)
is_told(
    "limits_are_one_more", "The small plan has two A/B tests.", lambda told: set_limits(told, 1, 2)
)


@patch_mock("quota.exceeded")
def quota_is_not_enforced(patch: Patch) -> None:
    """The quota is told and not looked at."""
    patch(quota, "check_slot", lambda *_: None)


@patch_mock("quota.exceeded")
def quota_has_one_slot_more(patch: Patch) -> None:
    """The slot is looked at with <= for <."""
    patch(
        quota, "check_slot", lambda plan, kind, rows: _check(plan, kind, quota.used(rows)[kind] - 1)
    )


def _check(plan: Any, kind: Any, used: int) -> None:
    if plan.limits[kind] is not None and used >= plan.limits[kind]:
        raise Refusal("quota-exceeded", "The plan has no slot left.")


@patch_mock("quota.exceeded")
def limit_of_0_is_none(patch: Patch) -> None:
    """A limit of 0 is falsy, so it counts as no limit."""
    check = quota.check_slot
    patch(
        quota,
        "check_slot",
        lambda plan, kind, rows: check(plan, kind, rows) if plan.limits[kind] else None,
    )


@alter_error("quota.exceeded", CREATE, status=429)
def quota_is_402(_: Request, response: Response) -> None:
    """No slot left is 402."""
    response.status = 402


@alter_error("quota.exceeded", CREATE, status=429)
def quota_is_403(_: Request, response: Response) -> None:
    """No slot left is 403."""
    response.status = 403


@wrap_server("quota.exceeded", CREATE, LIST)
async def refused_for_want_of_a_slot_and_made(request: Request, server: Server) -> Response:
    """The row is written before the slot is looked at, and stays."""
    left = request.memory.setdefault("left", [])
    response = await server(request)
    if request.operation == CREATE and response.status == 429:
        dates = dict.fromkeys(("createdAt", "updatedAt"), "2026-01-01T00:00:00.000Z")
        left.append({"uid": f"exp_LEFT{len(left)}", "status": "draft", **request.json, **dates})
    elif request.operation == LIST and response.status == 200:
        response.json["experiments"] += left
    return response


@wrap_server("quota.exceeded", CREATE, QUOTA)
async def refused_for_want_of_a_slot_and_counted(request: Request, server: Server) -> Response:
    """The counter is raised before the slot is looked at."""
    response = await server(request)
    if request.operation == CREATE and response.status == 429:
        request.memory["refused"] = request.memory.get("refused", 0) + 1
    elif request.operation == QUOTA and response.status == 200:
        rows = response.json["quota"].values()
        for row in (
            row for row in rows if row["limit"] is not None and row["used"] >= row["limit"] > 0
        ):
            row["used"] += request.memory.get("refused", 0)
    return response


async def change_each(
    request: Request, server: Server, status: str, method: str, move: str = "", **body: Any
) -> None:
    """Send a request about each experiment that the team has in a status."""
    every = request.like("GET", API)
    every.query = {"status": status, "limit": "100"}
    for row in (await server(every)).experiments:
        await server(request.like(method, f"{API}/{row['uid']}{move}", body or None))


@wrap_server("quota.exceeded", CREATE)
async def refused_for_want_of_a_slot_and_drafts_deleted(
    request: Request, server: Server
) -> Response:
    """A create that finds no slot makes room among the drafts, and is refused all the same."""
    response = await server(request)
    if response.status == 429:
        await change_each(request, server, "draft", "DELETE")
    return response


@wrap_server("quota.exceeded", CREATE)
async def refused_for_want_of_a_slot_and_drafts_renamed(
    request: Request, server: Server
) -> Response:
    """A create that finds no slot is written over a draft, and refused all the same."""
    response = await server(request)
    if response.status == 429:
        await change_each(request, server, "draft", "PUT", name=request.json["name"])
    return response


@wrap_server("quota.exceeded", CREATE)
async def refused_for_want_of_a_slot_and_all_paused(request: Request, server: Server) -> Response:
    """A plan that is used up pauses what runs."""
    response = await server(request)
    if response.status == 429:
        await change_each(request, server, "running", "POST", "/pause")
    return response


@alter_error("quota.exceeded.problem", CREATE, status=429)
def quota_is_a_rate_limit(_: Request, response: Response) -> None:
    """No slot left is told as too many requests."""
    response.json["type"] = "https://docs.pictify.io/errors/rate-limit-exceeded"


@alter_error("quota.exceeded.problem", CREATE, status=429)
def quota_is_told_in_words(_: Request, response: Response) -> None:
    """No slot left is told by a message."""
    response.json = {"message": "Quota exceeded"}


@patch_mock("quota.zero-limit")
def limit_of_0_is_no_limit(patch: Patch) -> None:
    """0 is taken for false, and false for unlimited."""
    original = quota.check_slot
    patch(
        quota,
        "check_slot",
        lambda plan, kind, rows: plan.limits[kind] and original(plan, kind, rows),
    )


@wrap_server("quota.zero-limit", CREATE)
async def limit_of_0_is_403(request: Request, server: Server) -> Response:
    """A type that the plan does not have is 403."""
    response = await server(request)
    if response.status == 429:
        told = (await server(request.like("GET", f"{API}/quota"))).json
        if told["quota"][request.json["type"]]["limit"] == 0:
            response.status = 403
    return response


@alter_response("quota.literal-path", QUOTA)
def quota_is_wrapped(_: Request, response: Response) -> None:
    """The quota has a wrapper, as an experiment has."""
    response.json = {"quota": response.json}


@wrap_server("quota.counts-running", QUOTA)
async def quota_is_that_of_the_first_day(request: Request, server: Server) -> Response:
    """The first quota that is told is told for ever."""
    response = await server(request)
    if response.status == 200:
        response.json = request.memory.setdefault("quota", response.json)
    return response
