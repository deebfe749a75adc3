"""Servers that accept wrong slugs, refuse good ones, or give away slugs that are in use."""

import re
from collections.abc import Callable
from typing import Any

from broken_servers.catalogue.creating import also_create
from broken_servers.changes import declare_parts, declare_statuses, drop_member
from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, alter_request, refuse_request, wrap_server
from broken_servers.lookup import API
from broken_servers.operations import CREATE
from pictify_conformance.http.write_guard import RESERVED_SLUGS
from pictify_mock.api import experiments
from pictify_mock.domain import slugs
from pictify_mock.domain.enums import Status

# --- the format

declare_parts(
    "create.slug-format.refused",
    slugs,
    "PATTERN",
    slug_of_61_passes=re.compile(r"[a-z0-9][a-z0-9-]{1,59}[a-z0-9]"),
    slug_of_60_is_refused=re.compile(r"[a-z0-9][a-z0-9-]{1,57}[a-z0-9]"),
    slug_of_2_passes=re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]"),
    slug_of_3_is_refused=re.compile(r"[a-z0-9][a-z0-9-]{2,58}[a-z0-9]"),
    slug_may_begin_with_a_hyphen=re.compile(r"[a-z0-9-]{2,59}[a-z0-9]"),
    slug_may_not_begin_with_a_digit=re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]"),
    slug_may_hold_two_hyphens_only_apart=re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,58}[a-z0-9]"),
    slug_may_end_in_a_newline=re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]\n?"),
    slug_may_hold_other_digits=re.compile(r"[a-z\d][a-z\d-]{1,58}[a-z\d]"),
)


@refuse_request("create.slug-format.refused", CREATE)
def slug_may_hold_no_reserved_word(request: Request) -> bool:
    return any(word in request.json["slug"] for word in RESERVED_SLUGS)


@alter_request("create.slug-format.refused", CREATE)
def slug_is_put_in_lower_case(request: Request) -> None:
    """A slug in capitals is accepted in lower case."""
    request.json["slug"] = request.json["slug"].lower()


@alter_error("create.slug-format.status", CREATE, status=400)
def malformed_slug_is_422(_: Request, response: Response) -> None:
    if response.json["errors"][0]["field"] == "/slug":
        response.status = 422


# --- reserved words

for word in ("api", "track"):
    others = slugs.RESERVED - {word}
    name = f"{word}_slips_through"
    declare_parts("create.slug-reserved.refused", slugs, "RESERVED", **{name: others})


@wrap_server("create.slug-reserved.refused", CREATE)
async def reserved_slug_is_kept_for_drafts(request: Request, server: Server) -> Response:
    """A reserved slug is refused, and the experiment is stored with another slug."""
    response = await server(request)
    slug = request.json.get("slug") if isinstance(request.json, dict) else None
    if response.status == 400 and slug in slugs.RESERVED:
        await also_create(request, server, slug=f"{slug}-1")
    return response


@alter_error("create.slug-reserved.status", CREATE, status=400)
def reserved_slug_is_409(_: Request, response: Response) -> None:
    if "reserved" in response.json["detail"]:
        response.status = 409


# --- slugs that are in use

declare_statuses("create.slug-taken", CREATE, 409, taken_slug_is_400=400)
alter_error("create.slug-taken.problem", CREATE, status=409, name="taken_slug_names_no_field")(
    drop_member("errors")
)


@wrap_server("create.slug-taken", CREATE)
async def taken_slug_leaves_a_draft_behind(request: Request, server: Server) -> Response:
    """A taken slug is refused, and the experiment is stored with another slug."""
    response = await server(request)
    if response.status == 409:
        await also_create(request, server, slug=request.json["slug"] + "-2")
    return response


@wrap_server("create.slug-taken", CREATE)
async def taken_slug_moves_to_the_newcomer(request: Request, server: Server) -> Response:
    """The experiment that has the slug is deleted, and the new one gets the slug."""
    response = await server(request)
    if response.status != 409:
        return response
    rows = (await server(request.like("GET", API))).experiments
    uid = next((row["uid"] for row in rows if row["slug"] == request.json["slug"]), "")
    await server(request.like("POST", f"{API}/{uid}/pause"))
    await server(request.like("DELETE", f"{API}/{uid}"))
    return await server(request)


def check_slug_if(counts: Callable[[Any, Any], bool]) -> Callable[[Any, Any], None]:
    """Return a check that overlooks the holders of a slug for which `counts` is false."""
    original = experiments._check_slug_free

    def check(context: Any, experiment: Any) -> None:
        holder = context.store.by_slug(experiment.slug)
        if holder is None or holder.uid == experiment.uid or counts(holder, experiment):
            original(context, experiment)

    return check


def all_but(status: Status) -> Callable[[Any, Any], None]:
    """Return a check that overlooks the experiments in one status."""
    return check_slug_if(lambda holder, _: holder.status is not status)


for rule, name, check in (
    ("create.slug-taken", "running_slug_is_not_taken", all_but(Status.RUNNING)),
    ("create.slug-taken.any-status", "draft_does_not_hold_its_slug", all_but(Status.DRAFT)),
    ("create.slug-taken.any-status", "completed_does_not_hold_its_slug", all_but(Status.COMPLETED)),
    (
        "create.slug-taken.other-team",
        "slug_is_taken_for_its_team_only",
        check_slug_if(lambda holder, experiment: holder.team is experiment.team),
    ),
):
    declare_parts(rule, experiments, "_check_slug_free", **{name: check})
