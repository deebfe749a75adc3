"""Pixels that are not a pixel, may be cached, or count wrongly."""

import functools
from typing import Any

from broken_servers.changes import drop_header, set_header, set_status
from broken_servers.counting import (
    as_another,
    counting_while,
    for_place,
    recorded_later,
    recount,
    times,
)
from broken_servers.exchange import Body, Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.operations import PIXEL, UPDATE
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import PIXEL as PIXEL_SEEN

BLACK_GIF = (
    b"GIF89a\x01\x00\x01\x00\xf0"
    + b"\x00" * 8
    + b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01"

cache_control = functools.partial(set_header, "cache-control")
A_DAY = "public, max-age=86400"

# --- bytes, status and headers


def set_content(content: bytes) -> Any:
    return replace_content(b"", content)


def replace_content(old: bytes, new: bytes) -> Any:
    """Return a change of the pixel's bytes: of one part, or of all if `old` is empty."""

    def change(request: Request, response: Response) -> None:
        if request.method == "GET":
            content = response.body.content.replace(old, new, 1) if old else new
            response.body = Body(content)

    return change


for rule, name, change in (
    ("pixel.image", "pixel_holds_a_png", set_content(PNG)),
    ("pixel.image", "pixel_is_cut_short", replace_content(b"\x00;", b"\x00")),
    ("pixel.image", "pixel_is_two_wide", replace_content(b"9a\x01", b"9a\x02")),
    ("pixel.image", "pixel_is_204", set_status(204)),
    ("pixel.image", "pixel_is_of_another_type", set_header("content-type", "text/plain")),
    ("pixel.bytes", "pixel_is_black", set_content(BLACK_GIF)),
    ("pixel.bytes", "pixel_has_a_newline", replace_content(b"\x00;", b"\x00\n;")),
    ("pixel.not-cached", "pixel_may_be_kept_a_day", cache_control(A_DAY)),
    ("pixel.not-cached", "pixel_says_nothing_of_caches", drop_header("cache-control")),
):
    alter_response(rule, PIXEL, name=name)(change)


@alter_response("pixel.not-stored", PIXEL)
def pixel_is_only_asked_again(_: Request, response: Response) -> None:
    """Caches may store the pixel and must revalidate it."""
    response.headers["cache-control"] = "no-cache, must-revalidate"


# --- unknown slugs and drafts


def alter_unknown(change: Any) -> Any:
    """Return a layer that changes the pixel of unknown slugs.

    The image of such a slug is 404. So is that of a draft or a paused experiment, whose pixel
    changes, too.
    """

    async def layer(request: Request, server: Server) -> Response:
        image = await server(request.like("GET", f"/s/{request.name}.png"))
        response = await server(request)
        if image.status == 404:
            change(request, response)
        return response

    return layer


for rule, name, change in (
    ("pixel.unknown", "unknown_pixel_is_404", set_status(404)),
    ("pixel.unknown", "unknown_pixel_is_empty", set_content(b"")),
    ("pixel.bytes", "unknown_pixel_is_black", set_content(BLACK_GIF)),
    ("pixel.not-cached", "unknown_pixel_may_be_stored", cache_control(A_DAY)),
):
    wrap_server(rule, PIXEL, name=name)(alter_unknown(change))


# --- counting


IMPRESSION = "impression"
for rule, name, counted in (
    ("pixel.counts", "pixel_counts_twice", times(IMPRESSION, 2)),
    ("pixel.counts", "pixel_counts_as_click", as_another(IMPRESSION, "click")),
    ("pixel.counted-at-once", "pixel_counts_for_the_first", for_place(IMPRESSION, 0)),
):
    patch_mock(rule, name=name)(recount(PIXEL_SEEN, counted))
patch_mock("pixel.counted-at-once", name="pixel_is_counted_by_a_job")(recorded_later)


@wrap_server("pixel.counts", PIXEL)
async def second_pixel_of_a_viewer_is_not_counted(request: Request, server: Server) -> Response:
    seen = request.memory.setdefault("seen", set())
    viewer = request.headers.get("user-agent")
    if request.method == "GET" and viewer in seen:
        return await server(request.like("GET", "/s/nobody-has-this/pixel.gif"))
    seen.add(viewer)
    return await server(request)


@wrap_server("pixel.counts", PIXEL)
async def pixel_with_a_query_is_not_counted(request: Request, server: Server) -> Response:
    return await server(request.like("GET", "/s/none/pixel.gif") if request.query else request)


@wrap_server("pixel.counts", PIXEL, UPDATE)
async def pixel_of_a_new_slug_is_not_counted(request: Request, server: Server) -> Response:
    changed = request.memory.setdefault("changed", set())
    if request.operation == UPDATE and isinstance(request.json, dict):
        changed.add(request.json.get("slug"))
    elif request.name in changed:
        return await server(request.like("GET", "/s/none/pixel.gif"))
    return await server(request)


for rule, name, status in (
    ("pixel.only-running", "pixel_counts_before_the_start", Status.DRAFT),
    ("pixel.only-running", "pixel_counts_while_paused", Status.PAUSED),
    ("pixel.completed", "pixel_counts_after_the_end", Status.COMPLETED),
):
    sentence = f"The pixel of a {status.value} experiment is counted."
    patch_mock(rule, name=name, sentence=sentence)(functools.partial(counting_while, status=status))


@patch_mock("pixel.head")
def head_counts_a_pixel(patch: Patch) -> None:
    patch(RequestContext, "counts", True)


@refuse_request("pixel.head", PIXEL, status=405)
def head_of_a_pixel_is_405(request: Request) -> bool:
    return request.method == "HEAD"


@alter_response("pixel.head", PIXEL)
def head_of_a_pixel_may_be_stored(request: Request, response: Response) -> None:
    """The response to a HEAD request of the pixel has no Cache-Control."""
    if request.method == "HEAD":
        del response.headers["cache-control"]
