"""Quotas that are counted, shown or enforced wrongly."""

from typing import Any

from broken_servers.changes import declare_parts, declare_statuses
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.lookup import API
from broken_servers.operations import CREATE, DELETE, LIST, QUOTA
from pictify_mock.domain import quota
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal

COUNTED = quota.COUNTED

# --- used slots


declare_parts(
    "quota.used",
    quota,
    "COUNTED",
    quota_counts_completed=COUNTED | {Status.COMPLETED},
    quota_leaves_out_paused=COUNTED - {Status.PAUSED},
)


@alter_response("quota.used", QUOTA, DELETE)
def quota_is_not_given_back(request: Request, response: Response) -> None:
    """A deleted experiment keeps its slot."""
    if request.operation == DELETE:
        request.memory["deleted"] = request.memory.get("deleted", 0) + 1
    else:
        response.json["quota"]["ab_test"]["used"] += request.memory.get("deleted", 0)


@alter_response("quota.counts-running", QUOTA)
def quota_mixes_up_types(_: Request, response: Response) -> None:
    """Smart links are counted as scheduled experiments, and the other way round."""
    link, scheduled = (response.json["quota"][name] for name in ("smart_link", "scheduled"))
    link["used"], scheduled["used"] = scheduled["used"], link["used"]


@alter_response("quota.counts-running", QUOTA)
def quota_counts_to_twenty(_: Request, response: Response) -> None:
    for usage in response.json["quota"].values():
        usage["used"] = min(usage["used"], 20)


@alter_response("quota.counts-running", QUOTA)
def quota_is_that_of_the_first_day(request: Request, response: Response) -> None:
    """Every response repeats the first."""
    response.json = request.memory.setdefault("quota", response.json)


# --- the response


@wrap_server("quota.literal-path", QUOTA)
async def quota_is_no_uid(request: Request, server: Server) -> Response:
    """The word quota in the path is taken for a uid, and is 404."""
    response = await server(request)
    return Response.of(404, {"status": 404}) if response.status == 200 else response


for name, member in (("quota_is_an_experiment", "experiment"), ("quota_is_wrapped", "quota")):
    sentence = f"The quota is wrapped in `{member}`."

    @alter_response("quota.literal-path", QUOTA, name=name, sentence=sentence)
    def wrap_json(_: Request, response: Response, member: str = member) -> None:
        response.json = {member: response.json}


def replace_limit(old: int | None, new: int | None) -> Any:
    """Return a change of a limit, wherever the response shows it."""

    def change(_: Request, response: Response) -> None:
        for row in response.json["quota"].values():
            row["limit"] = new if row["limit"] == old else row["limit"]

    return change


def set_member(member: str, value: int) -> Any:
    def change(_: Request, response: Response) -> None:
        response.json[member] = value

    return change


@alter_response("quota.plan-table", QUOTA)
def plan_has_its_display_name(_: Request, response: Response) -> None:
    response.json["plan"] = response.json["plan"].title()


for name, sentence, change in (
    ("unlimited_is_0", "Unlimited is shown as 0.", replace_limit(None, 0)),
    ("limits_are_one_more", "A limit of 1 is shown as 2.", replace_limit(1, 2)),
    ("variants_are_5_for_all", "Every plan has 5 variants.", set_member("maxVariants", 5)),
    ("days_are_90_for_all", "All keep 90 days.", set_member("analyticsRetentionDays", 90)),
):
    alter_response("quota.plan-table", QUOTA, name=name, sentence=sentence)(change)

# --- enforcement


@patch_mock("quota.exceeded")
def quota_has_one_slot_more(patch: Patch) -> None:
    def check_slot(plan: Any, kind: Any, rows: Any) -> None:
        limit = plan.limits[kind]
        if limit is not None and quota.used(rows)[kind] > limit:
            raise Refusal("quota-exceeded", "The plan has no slot left.")

    patch(quota, "check_slot", check_slot)


def ignore_zero_limit(patch: Patch) -> None:
    check_slot = quota.check_slot

    def check(plan: Any, kind: Any, rows: Any) -> None:
        if plan.limits[kind] != 0:
            check_slot(plan, kind, rows)

    patch(quota, "check_slot", check)


for rule, name in (
    ("quota.exceeded", "limit_of_0_is_none"),
    ("quota.zero-limit", "limit_of_0_is_no_limit"),
):
    patch_mock(rule, name=name, sentence="A limit of 0 is not enforced.")(ignore_zero_limit)


@alter_error("quota.exceeded.problem", CREATE, status=429)
def quota_is_a_rate_limit(_: Request, response: Response) -> None:
    """The refusal has the problem type of a rate limit."""
    response.json["type"] = "https://docs.pictify.io/errors/rate-limit-exceeded"


declare_statuses("quota.exceeded", CREATE, 429, quota_is_403=403)


@alter_error("quota.exceeded.problem", CREATE, status=429)
def quota_is_told_in_words(_: Request, response: Response) -> None:
    """The refusal holds just a message."""
    response.json = {"message": "Quota exceeded"}


# --- side effects of a refusal


@wrap_server("quota.exceeded", CREATE, LIST)
async def refused_for_want_of_a_slot_and_made(request: Request, server: Server) -> Response:
    """The refused experiment is listed."""
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
    """The refused experiment is counted."""
    response = await server(request)
    refused = request.memory.setdefault("refused", [])
    if request.operation == CREATE and response.status == 429:
        refused.append(request.json)
    elif request.operation == QUOTA and response.status == 200:
        for row in response.json["quota"].values():
            if row["limit"] and row["used"] >= row["limit"]:
                row["used"] += len(refused)
    return response


@wrap_server("quota.exceeded", CREATE)
async def refused_for_want_of_a_slot_and_all_paused(request: Request, server: Server) -> Response:
    """A refused create pauses the running experiments."""
    response = await server(request)
    if response.status == 429:
        for experiment in (await server(request.like("GET", API))).experiments:
            await server(request.like("POST", f"{API}/{experiment['uid']}/pause"))
    return response
