"""Updates that lose fields, or accept or refuse a field in the wrong status."""

from dataclasses import replace
from typing import Any

from broken_servers.catalogue.updating import store_refused_name
from broken_servers.changes import drop_from_request
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import as_if, shown, status_of, write
from broken_servers.operations import GET, START, UPDATE
from pictify_mock.domain import editing
from pictify_mock.domain.enums import Status

NOT_EDITABLE = "https://docs.pictify.io/errors/field-not-editable"
RUNNING, COMPLETED = Status.RUNNING, Status.COMPLETED


# --- fields that a status wrongly ignores or refuses

NAME, GOAL, VARIANTS = {"name"}, {"goalConfig"}, {"variants"}
LOCKED = {"slug", "variants", "banditConfig", "outputConfig", "hypothesis", "fallbackImageUrl"}
OTHERS = GOAL | LOCKED | {"confidenceThreshold", "minimumRunDays"}  # all but the name


def react(verb: str, status: str, fields: set[str]) -> Any:
    """Return a layer that ignores or refuses fields in a status."""

    async def layer(request: Request, server: Server) -> Response:
        if fields & request.json.keys() and await status_of(request, server) == status:
            if verb == "refuses":
                return Response.of(400, {})
            request.json = {k: v for k, v in request.json.items() if k not in fields}
        return await server(request)

    return layer


for rule, name, status, verb, fields in (
    ("draft-fields", "update_ignores_name", "draft", "ignores", NAME),
    ("draft-fields", "update_ignores_goalConfig", "draft", "ignores", GOAL),
    ("draft-fields", "update_ignores_variants", "draft", "ignores", VARIANTS),
    ("paused-fields", "paused_update_ignores_slug", "paused", "ignores", {"slug"}),
    ("paused-fields", "paused_update_ignores_outputConfig", "paused", "ignores", {"outputConfig"}),
    ("paused-fields", "paused_update_ignores_variants", "paused", "ignores", VARIANTS),
    ("paused-fields", "paused_is_locked_like_running", "paused", "refuses", LOCKED),
    ("running-fields", "running_locks_every_field", "running", "refuses", NAME | OTHERS),
    ("running-fields", "running_refuses_another_destination", "running", "refuses", GOAL),
    ("running-fields", "running_ignores_another_destination", "running", "ignores", GOAL),
    ("running-refused", "running_overlooks_forbidden_fields", "running", "ignores", LOCKED),
    ("completed-fields", "completed_is_locked", "completed", "refuses", NAME),
    ("completed-fields", "completed_keeps_its_name", "completed", "ignores", NAME),
    ("completed-refused", "completed_overlooks_forbidden_fields", "completed", "ignores", OTHERS),
    ("equal-values", "equal_values_are_changes", "running", "refuses", {"slug"}),
):
    concerned = " or ".join(sorted(fields)) if len(fields) < 3 else f"{len(fields)} fields"
    sentence = f"An update of a {status} experiment {verb} {concerned}."
    wrap_server(f"update.{rule}", UPDATE, name=name, sentence=sentence)(react(verb, status, fields))

for rule, status, field, pointer in (
    ("running-refused", RUNNING, "variants", "/variants"),
    ("running-refused", RUNNING, "bandit_settings", "/banditConfig/warmupImpressions"),
    ("completed-refused", COMPLETED, "destination", "/goalConfig/destinationUrl"),
    ("completed-refused", COMPLETED, "confidence_threshold", "/confidenceThreshold"),
    ("unpublished-fields", RUNNING, "template", "/templateUid"),
    ("unpublished-fields", COMPLETED, "sample_size", "/minimumSampleSize"),
):
    name = f"{status.value}_lets_{field}_change"
    sentence = f"A {status.value} experiment lets {pointer} change."

    @patch_mock(f"update.{rule}", name=name, sentence=sentence)
    def allow_field(patch: Patch, status: Status = status, pointer: str = pointer) -> None:
        fields = editing.EDITABLE[status] | {pointer}
        patch(editing, "EDITABLE", {**editing.EDITABLE, status: fields})


# --- drafts


@wrap_server("update.draft-fields", UPDATE)
async def update_is_echoed_and_not_kept(request: Request, server: Server) -> Response:
    """An update is answered with 200 and not stored."""
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200:
        await server(request.like("PUT", request.path, before))
    return response


@wrap_server("update.draft-fields", UPDATE)
async def update_answers_what_was(request: Request, server: Server) -> Response:
    """The response to an update shows the experiment before it."""
    before = await as_if(request, server)
    response = await server(request)
    return before if response.status == 200 else response


@alter_request("update.draft-fields", UPDATE)
def update_takes_one_field_at_a_time(request: Request) -> None:
    request.json = dict(list(request.json.items())[:1])


@alter_request("update.draft-fields", UPDATE)
def update_keeps_one_decimal(request: Request) -> None:
    """A confidenceThreshold is rounded to one decimal."""
    request.json["confidenceThreshold"] = round(request.json["confidenceThreshold"], 1)


@alter_request("update.draft-fields", UPDATE)
def updated_variants_lose_their_variables(request: Request) -> None:
    for variant in request.json["variants"]:
        variant.pop("variables", None)


@alter_request("update.draft-fields", UPDATE)
def bandit_stays_on(request: Request) -> None:
    if request.json["banditConfig"] == {"enabled": False}:
        request.json["banditConfig"] = {}


@alter_request("update.draft-fields", UPDATE)
def update_ignores_an_empty_hypothesis(request: Request) -> None:
    if request.json["hypothesis"] == "":
        del request.json["hypothesis"]


# --- paused experiments


@wrap_server("update.paused-fields", UPDATE, START)
async def start_takes_the_variants_from_before_the_pause(
    request: Request, server: Server
) -> Response:
    """A start restores the variants from before the pause."""
    stored = request.memory.setdefault("variants", {})
    before = await shown(request, server)
    if request.operation == UPDATE and before.get("status") == "paused":
        stored.setdefault(request.name, before["variants"])
    elif request.operation == START and request.name in stored:
        await write(request, server, variants=stored.pop(request.name))
    return await server(request)


# --- running experiments


@wrap_server("update.running-fields", UPDATE)
async def running_update_is_echoed_and_not_kept(request: Request, server: Server) -> Response:
    """The update of a running experiment is answered with 200 and not stored."""
    if await status_of(request, server) == "running":
        return await as_if(request, server, **request.json)
    return await server(request)


@patch_mock("update.running-fields")
def new_destination_is_for_impressions(patch: Patch) -> None:
    edited = editing.edited

    def edit(experiment: Any, fields: Any, now: Any) -> Any:
        result = edited(experiment, fields, now)
        if experiment.status is not RUNNING or "goal" not in fields:
            return result
        return replace(result, goal=replace(result.goal, type="impressions_only"))

    patch(editing, "edited", edit)


@wrap_server("update.running-fields", UPDATE)
async def update_pauses_what_runs(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 200 and response.experiments[0]["status"] == "running":
        await server(request.like("POST", f"{request.path}/pause"))
    return response


@alter_error("update.running-refused", UPDATE, status=400)
def running_refuses_with_409(_: Request, response: Response) -> None:
    """A field that a running experiment refuses is 409."""
    if response.json["type"] == NOT_EDITABLE:
        response.status = 409


@wrap_server("update.running-refused", UPDATE, GET)
async def running_refuses_and_changes(request: Request, server: Server) -> Response:
    """A refused update of a running experiment shows in later reads."""
    response, changes = await server(request), request.memory.setdefault(request.name, {})
    if request.operation == GET:
        for experiment in response.experiments:
            experiment.update(changes)
    elif response.status == 400 and await status_of(request, server) == "running":
        changes.update(request.json)
    return response


for rule, name in (
    ("update.running-refused", "running_refuses_once_the_name_is_stored"),
    ("update.refused-whole", "allowed_fields_are_changed_all_the_same"),
):
    wrap_server(rule, UPDATE, name=name)(store_refused_name)


# --- completed experiments


@alter_error("update.completed-refused", UPDATE, status=400)
def completed_refuses_with_409(_: Request, response: Response) -> None:
    """A field that a completed experiment refuses is 409."""
    if response.json["type"] == NOT_EDITABLE and "completed" in response.json["detail"]:
        response.status = 409


# --- refusals as a whole, equal values and the type


@alter_error("update.refused-whole", UPDATE, status=400)
def first_locked_field_is_named(_: Request, response: Response) -> None:
    del response.json["errors"][1:]


@alter_error("update.refused-whole", UPDATE, status=400)
def every_sent_field_is_named(request: Request, response: Response) -> None:
    errors = [{"field": f"/{key}", "message": "", "code": "not_editable"} for key in request.json]
    response.json["errors"] = errors


@refuse_request("update.equal-values", UPDATE)
def counters_may_not_be_sent_back(request: Request) -> bool:
    return any("clicks" in row for row in request.json["variants"])


@alter_request("update.type-immutable", UPDATE)
def another_type_is_overlooked(request: Request) -> None:
    del request.json["type"]


@refuse_request("update.type-immutable", UPDATE)
def same_type_is_refused(request: Request) -> bool:
    return "type" in request.json


@refuse_request("update.running-goal-config", UPDATE)
def destination_needs_its_type(request: Request) -> bool:
    return "type" not in request.json["goalConfig"]


@alter_response("update.running-goal-config", UPDATE)
def destination_alone_is_answered_whole(request: Request, response: Response) -> None:
    """The response shows only the members of goalConfig that were sent."""
    response.experiments[0]["goalConfig"] = request.json["goalConfig"]


@patch_mock("update.running-goal-config")
def destination_makes_a_click_through(patch: Patch) -> None:
    original = editing.edited

    def edited(before: Any, fields: Any, now: Any) -> Any:
        after = original(before, fields, now)
        if "type" in (fields.get("goal") or {"type": None}):
            return after
        return replace(after, goal=replace(after.goal, type="click_through"))

    patch(editing, "edited", edited)


# --- fields beyond the documented ones

alter_request(
    "update.unpublished-fields",
    UPDATE,
    name="update_ignores_template_uid",
    sentence="An update ignores templateUid.",
)(drop_from_request("templateUid"))


@refuse_request("update.unpublished-fields", UPDATE)
def update_refuses_minimum_sample_size(request: Request) -> bool:
    return "minimumSampleSize" in request.json
