"""Pixels that are no pixels, may be stored, or count wrongly."""

import asyncio
from typing import Any

from broken_servers.counting import (
    RECORD,
    Change,
    also_as,
    as_another,
    counting_while,
    for_place,
    recorded,
    times,
)
from broken_servers.exchange import Body, Request, Response
from broken_servers.fault import Patch, Server, alter_response, patch_mock, wrap_server
from broken_servers.operations import CREATE, PIXEL, START
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import PIXEL as PIXEL_SEEN

OPAQUE = (
    b"GIF89a\x01\x00\x01\x00\xf0"
    + b"\x00" * 8
    + b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def is_sent(rule: str, name: str, sentence: str, change: Any) -> None:
    """Declare the fault that other bytes are sent."""

    def fault(request: Request, response: Response) -> None:
        if request.method == "GET":
            response.body = Body(change(response.body.content))

    fault.__name__, fault.__doc__ = name, sentence
    alter_response(rule, PIXEL)(fault)


is_sent("pixel.image", "pixel_is_empty", "The pixel has no bytes.", lambda _: b"")
is_sent("pixel.image", "pixel_holds_a_png", "The pixel is a PNG that says GIF.", lambda _: PNG)
is_sent("pixel.image", "pixel_is_cut_short", "The pixel lacks its last byte.", lambda gif: gif[:-1])
is_sent(
    "pixel.image",
    "pixel_is_two_wide",
    "The pixel is two by one.",
    lambda gif: gif[:6] + b"\x02" + gif[7:],
)
is_sent(
    "pixel.image",
    "pixel_is_base64",
    "The pixel is sent as text.",
    lambda _: b"R0lGODlhAQABAIAAAAAAAP///yH5BA",
)
is_sent(
    "pixel.image",
    "pixel_is_utf8",
    "Bytes over 127 are two.",
    lambda gif: gif.replace(b"\xf9", b"\xc3\xb9"),
)
is_sent("pixel.bytes", "pixel_is_black", "The pixel is black.", lambda _: OPAQUE)
is_sent(
    "pixel.bytes",
    "pixel_has_a_newline",
    "The pixel has a byte more.",
    lambda gif: gif[:-1] + b"\x00;",
)


@alter_response("pixel.image", PIXEL)
def pixel_is_204(_: Request, response: Response) -> None:
    """The pixel is no content."""
    response.status, response.body = 204, Body(b"")


@alter_response("pixel.image", PIXEL)
def pixel_is_of_another_type(_: Request, response: Response) -> None:
    """The pixel is application/octet-stream."""
    response.headers["content-type"] = "application/octet-stream"


@alter_response("pixel.image", PIXEL)
def pixel_is_of_no_type(_: Request, response: Response) -> None:
    """The pixel has no media type."""
    del response.headers["content-type"]


@wrap_server("pixel.unknown", PIXEL)
async def unknown_pixel_is_404(request: Request, server: Server) -> Response:
    """An unknown slug has no pixel."""
    return Response.of(404, {}) if await is_unknown(request, server) else await server(request)


@wrap_server("pixel.unknown", PIXEL)
async def unknown_pixel_is_404_with_a_pixel(request: Request, server: Server) -> Response:
    """The pixel of an unknown slug is 404."""
    response = await server(request)
    if await is_unknown(request, server):
        response.status = 404
    return response


@wrap_server("pixel.unknown", PIXEL)
async def unknown_pixel_is_empty(request: Request, server: Server) -> Response:
    """The pixel of an unknown slug has no bytes."""
    response = await server(request)
    if await is_unknown(request, server):
        response.body = Body(b"")
    return response


@wrap_server("pixel.not-cached", PIXEL)
async def unknown_pixel_may_be_stored(request: Request, server: Server) -> Response:
    """The pixel of an unknown slug may be stored."""
    response = await server(request)
    if await is_unknown(request, server):
        response.headers["cache-control"] = "public, max-age=3600"
    return response


@wrap_server("pixel.bytes", PIXEL)
async def unknown_pixel_is_black(request: Request, server: Server) -> Response:
    """The pixel of an unknown slug is black."""
    response = await server(request)
    if await is_unknown(request, server):
        response.body = Body(OPAQUE)
    return response


async def is_unknown(request: Request, server: Server) -> bool:
    """Whether nobody has the slug: its image is 404 with or without a fallback only then, and in a draft or pause."""
    return (await server(request.like("GET", f"/s/{request.name}.png"))).status == 404


def is_cached(name: str, sentence: str, said: str, breaks: str = "pixel.not-cached") -> None:
    """Declare the fault that a pixel may be stored."""

    def fault(_: Request, response: Response) -> None:
        response.headers["cache-control"] = said

    fault.__name__, fault.__doc__ = name, sentence
    alter_response(breaks, PIXEL)(fault)


is_cached("pixel_may_be_kept_a_day", "The pixel is a static file.", "public, max-age=86400")
is_cached("pixel_may_be_kept_by_browsers", "The pixel may be stored by browsers.", "private")
is_cached(
    "pixel_has_to_be_fresh_where_it_is_kept",
    "Only a stale pixel is asked for again.",
    "must-revalidate",
)
is_cached(
    "pixel_is_only_asked_again",
    "The pixel is asked for again.",
    "no-cache, must-revalidate",
    "pixel.not-stored",
)


@alter_response("pixel.not-cached", PIXEL)
def pixel_says_nothing_of_caches(_: Request, response: Response) -> None:
    """The pixel has no Cache-Control."""
    response.headers.pop("cache-control", None)


# --- counting


def is_counted(rule: str, name: str, sentence: str, change: Change) -> None:
    """Declare the fault that pixels are counted in another way."""

    def fault(patch: Patch) -> None:
        recorded(patch, lambda hits: change(hits) if hits[0][1].details == PIXEL_SEEN else hits)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


for name, sentence, change in (
    ("pixel_counts_twice", "The edge and the server both count a pixel.", times("impression", 2)),
    (
        "pixel_is_not_counted",
        "The pixel is a static file, and nobody counts.",
        times("impression", 0),
    ),
    ("pixel_counts_as_click", "A pixel is counted as a click.", as_another("impression", "click")),
    ("pixel_counts_a_click_too", "A pixel counts a click, too.", also_as("impression", "click")),
):
    is_counted("pixel.counts", name, sentence, change)
is_counted(
    "pixel.counted-at-once",
    "pixel_counts_for_the_first",
    "It is the first's.",
    for_place("impression", 0),
)


@patch_mock("pixel.counted-at-once")
def pixel_is_counted_by_a_job(patch: Patch) -> None:
    """A pixel is counted 200 milliseconds later."""
    patch(
        RequestContext,
        "record",
        lambda context, hits: (
            asyncio.get_running_loop().call_later(0.2, RECORD, context, hits) and None
        ),
    )


@wrap_server("pixel.counts", PIXEL)
async def second_pixel_of_a_viewer_is_not_counted(request: Request, server: Server) -> Response:
    """A viewer is counted once an hour, whichever pixel is loaded."""
    seen = request.memory.setdefault("seen", set())
    viewer = request.headers.get("user-agent")
    if request.method == "GET" and viewer in seen:
        request.scope["method"] = "HEAD"
        gif = await server(request)
        gif.body = (await server(request.like("GET", "/s/nobody-has-this/pixel.gif"))).body
        request.scope["method"] = "GET"
        return gif
    seen.add(viewer)
    return await server(request)


def counts_while(rule: str, name: str, sentence: str, status: Status) -> None:
    """Declare the fault that pixels count in another status, too."""

    def fault(patch: Patch) -> None:
        counting_while(patch, status)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


counts_while(
    "pixel.only-running", "pixel_counts_before_the_start", "A draft counts pixels.", Status.DRAFT
)
counts_while(
    "pixel.only-running",
    "pixel_counts_while_paused",
    "The pause is cosmetic: pixels count.",
    Status.PAUSED,
)
counts_while(
    "pixel.completed", "pixel_counts_after_the_end", "Pixels go on counting.", Status.COMPLETED
)


@wrap_server("pixel.only-running", PIXEL, START)
async def pixels_of_a_pause_are_counted_after_it(request: Request, server: Server) -> Response:
    """Pixels that are loaded during a pause wait in a queue until the start."""
    waiting = request.memory.setdefault("waiting", [])
    if request.operation == PIXEL:
        waiting.append((request.name, request.path))
        return await server(request)
    response = await server(request)
    if response.status == 200:
        for _, path in [each for each in waiting if each[0] == response.experiments[0]["slug"]]:
            await server(request.like("GET", path))
    return response


@patch_mock("pixel.head")
def head_counts_a_pixel(patch: Patch) -> None:
    """HEAD counts like GET."""
    patch(RequestContext, "counts", True)


@wrap_server("pixel.head", PIXEL)
async def head_of_a_pixel_is_405(request: Request, server: Server) -> Response:
    """HEAD is no method of a pixel."""
    return Response.of(405, {}) if request.method == "HEAD" else await server(request)


@wrap_server("pixel.head", PIXEL)
async def head_of_a_pixel_may_be_stored(request: Request, server: Server) -> Response:
    """HEAD of a pixel has other headers."""
    response = await server(request)
    if request.method == "HEAD":
        response.headers.pop("cache-control", None)
    return response


@wrap_server("pixel.not-cached", CREATE, PIXEL, START)
async def pixel_may_be_stored_before_the_start(request: Request, server: Server) -> Response:
    """The pixel of what was not started yet may be stored."""
    drafts, response = request.memory.setdefault("drafts", set()), await server(request)
    if request.operation == CREATE:
        drafts.update(row["slug"] for row in response.experiments)
    elif request.operation == START:
        drafts.difference_update(row["slug"] for row in response.experiments)
    elif request.name in drafts:
        response.headers["cache-control"] = "public, max-age=3600"
    return response


@wrap_server("pixel.counts", PIXEL)
async def pixel_with_a_query_is_not_counted(request: Request, server: Server) -> Response:
    """A pixel with a query is answered by the edge."""
    return await server(request.like("GET", "/s/none/pixel.gif") if request.query else request)
