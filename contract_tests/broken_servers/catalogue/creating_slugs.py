"""Creates with odd slugs, and with slugs that somebody has."""

import re
from typing import Any

from broken_servers.catalogue.creating import PATH, also_create
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_request, patch_mock, wrap_server
from broken_servers.operations import CREATE
from pictify_conformance.http.write_guard import RESERVED_SLUGS
from pictify_mock.api import experiments
from pictify_mock.domain import slugs
from pictify_mock.domain.enums import Status


@patch_mock("create.slug-format.refused")
def slug_of_61_passes(patch: Patch) -> None:
    """A slug may have 61 characters."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{1,59}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_of_60_is_refused(patch: Patch) -> None:
    """A slug may have 59 characters."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{1,57}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_of_2_passes(patch: Patch) -> None:
    """A slug may have two characters."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_of_3_is_refused(patch: Patch) -> None:
    """A slug needs four characters."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{2,58}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_may_end_in_a_hyphen(patch: Patch) -> None:
    """A hyphen at the end of a slug passes."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{2,59}"))


@patch_mock("create.slug-format.refused")
def slug_may_begin_with_a_hyphen(patch: Patch) -> None:
    """A hyphen at the beginning of a slug passes."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9-]{2,59}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_may_not_begin_with_a_digit(patch: Patch) -> None:
    """A digit at the beginning of a slug is refused, as in a name of a variable."""
    patch(slugs, "PATTERN", re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]"))


@wrap_server("create.slug-format.refused", CREATE)
async def slug_may_hold_no_reserved_word(request: Request, server: Server) -> Response:
    """A reserved word anywhere in a slug is refused."""
    slug = str(request.json.get("slug")) if isinstance(request.json, dict) else ""
    return (
        Response.of(400, {})
        if any(word in slug for word in RESERVED_SLUGS)
        else await server(request)
    )


@patch_mock("create.slug-format.refused")
def slug_may_hold_underscores(patch: Patch) -> None:
    """An underscore in a slug passes."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9_-]{1,58}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_may_hold_two_hyphens_only_apart(patch: Patch) -> None:
    """Two hyphens in a row are refused."""
    patch(slugs, "PATTERN", re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,58}[a-z0-9]"))


@patch_mock("create.slug-format.refused")
def slug_may_end_in_a_newline(patch: Patch) -> None:
    """A newline at the end of a slug passes, as $ has it."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]\n?"))


@patch_mock("create.slug-format.refused")
def slug_may_hold_other_digits(patch: Patch) -> None:
    """Digits of other scripts pass, as \\d has it."""
    patch(slugs, "PATTERN", re.compile(r"[a-z\d][a-z\d-]{1,58}[a-z\d]"))


@alter_request("create.slug-format.refused", CREATE)
def slug_is_put_in_lower_case(request: Request) -> None:
    """A slug in capitals is put in lower case."""
    request.json["slug"] = request.json["slug"].lower()


@alter_request("create.slug-format.refused", CREATE)
def slug_is_trimmed(request: Request) -> None:
    """Spaces around a slug are cut off."""
    request.json["slug"] = request.json["slug"].strip()


@alter_request("create.slug-format.refused", CREATE)
def long_slug_is_cut(request: Request) -> None:
    """A slug over 60 characters is cut."""
    request.json["slug"] = request.json["slug"][:60]


@alter_error("create.slug-format.status", CREATE, status=400)
def malformed_slug_is_422(_: Request, response: Response) -> None:
    """A malformed slug is 422."""
    if response.json["errors"][0]["field"] == "/slug":
        response.status = 422


for _word in sorted(slugs.RESERVED):

    def _slips_through(patch: Patch, word: str = _word) -> None:
        patch(slugs, "RESERVED", slugs.RESERVED - {word})

    _slips_through.__name__ = f"{_word}_slips_through"
    _slips_through.__doc__ = f"Of the reserved words {_word} alone passes as a slug."
    patch_mock("create.slug-reserved.refused")(_slips_through)


@wrap_server("create.slug-reserved.refused", CREATE)
async def reserved_slug_is_kept_for_drafts(request: Request, server: Server) -> Response:
    """A reserved slug is refused, and the experiment is left behind under another."""
    response = await server(request)
    if (
        response.status == 400
        and isinstance(request.json, dict)
        and request.json.get("slug") in slugs.RESERVED
    ):
        await also_create(request, server, slug=request.json["slug"] + "-1")
    return response


@alter_error("create.slug-reserved.status", CREATE, status=400)
def reserved_slug_is_409(_: Request, response: Response) -> None:
    """A reserved slug is 409."""
    if "reserved" in response.json["detail"]:
        response.status = 409


@alter_error("create.slug-taken", CREATE, status=409)
def taken_slug_is_400(_: Request, response: Response) -> None:
    """A taken slug is 400."""
    response.status = 400


@wrap_server("create.slug-taken", CREATE)
async def taken_slug_gets_a_number(request: Request, server: Server) -> Response:
    """A taken slug gets a number and is accepted."""
    response = await server(request)
    return (
        await also_create(request, server, slug=request.json["slug"] + "-2")
        if response.status == 409
        else response
    )


@wrap_server("create.slug-taken", CREATE)
async def taken_slug_leaves_a_draft_behind(request: Request, server: Server) -> Response:
    """A taken slug is refused once the experiment is stored."""
    response = await server(request)
    if response.status == 409:
        await also_create(request, server, slug=request.json["slug"] + "-2")
    return response


@wrap_server("create.slug-taken", CREATE)
async def taken_slug_moves_to_the_newcomer(request: Request, server: Server) -> Response:
    """A create takes the slug away from its holder."""
    response = await server(request)
    if response.status != 409:
        return response
    rows = (await server(request.like("GET", PATH))).experiments
    holder = next((row["uid"] for row in rows if row["slug"] == request.json["slug"]), "")
    for step in ("pause", ""):
        await server(
            request.like("POST" if step else "DELETE", f"{PATH}/{holder}/{step}".rstrip("/"))
        )
    return await server(request)


def _holders(*statuses: Status) -> Any:
    original = experiments._check_slug_free

    def check(context: Any, experiment: Any) -> None:
        holder = context.store.by_slug(experiment.slug)
        if holder is None or holder.status in statuses or holder.uid == experiment.uid:
            original(context, experiment)

    return check


@patch_mock("create.slug-taken")
def running_slug_is_not_taken(patch: Patch) -> None:
    """Only drafts hold their slug."""
    patch(experiments, "_check_slug_free", _holders(Status.DRAFT))


@patch_mock("create.slug-taken.any-status")
def draft_does_not_hold_its_slug(patch: Patch) -> None:
    """A draft does not hold its slug."""
    patch(
        experiments, "_check_slug_free", _holders(Status.RUNNING, Status.PAUSED, Status.COMPLETED)
    )


@patch_mock("create.slug-taken.any-status")
def completed_does_not_hold_its_slug(patch: Patch) -> None:
    """Completion frees the slug."""
    patch(experiments, "_check_slug_free", _holders(Status.RUNNING, Status.PAUSED, Status.DRAFT))


@patch_mock("create.slug-taken.other-team")
def slug_is_taken_for_its_team_only(patch: Patch) -> None:
    """Two teams may have one slug."""
    original = experiments._check_slug_free

    def check(context: Any, experiment: Any) -> None:
        holder = context.store.by_slug(experiment.slug)
        if holder is None or holder.team is experiment.team:
            original(context, experiment)

    patch(experiments, "_check_slug_free", check)


@alter_error("create.slug-taken.problem", CREATE, status=409)
def taken_slug_names_no_field(_: Request, response: Response) -> None:
    """The refusal of a taken slug names no field."""
    del response.json["errors"]
