"""Pixels that are not a pixel, may be cached, or count wrongly."""

import asyncio
import functools
from typing import Any

from broken_servers.changes import drop_header, set_header, set_status
from broken_servers.counting import (
    RECORD,
    as_another,
    counting_while,
    for_place,
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
from broken_servers.operations import PIXEL
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
A_DAY, WHILE_FRESH = cache_control("public, max-age=86400"), cache_control("must-revalidate")
REVALIDATE = cache_control("no-cache, must-revalidate")
PLAIN_TEXT = set_header("content-type", "text/plain")
UNCONTROLLED = drop_header("cache-control")

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


for name, sentence, change in (
    ("pixel_holds_a_png", "The pixel is a PNG.", set_content(PNG)),
    ("pixel_is_cut_short", "The last byte is missing.", replace_content(b"\x00;", b"\x00")),
    ("pixel_is_two_wide", "The pixel is two pixels wide.", replace_content(b"9a\x01", b"9a\x02")),
    ("pixel_is_utf8", "The pixel is encoded as UTF-8.", replace_content(b"\xf9", b"\xc3\xb9")),
    ("pixel_is_204", "The pixel answers 204.", set_status(204)),
    ("pixel_is_of_another_type", "The pixel is text/plain.", PLAIN_TEXT),
):
    alter_response("pixel.image", PIXEL, name=name, sentence=sentence)(change)

for name, sentence, change in (
    ("pixel_is_black", "The pixel is black.", set_content(BLACK_GIF)),
    ("pixel_has_a_newline", "There is a byte more.", replace_content(b"\x00;", b"\x00\x00;")),
):
    alter_response("pixel.bytes", PIXEL, name=name, sentence=sentence)(change)

for rule, name, sentence, change in (
    ("pixel.not-cached", "pixel_may_be_kept_a_day", "Caches keep the pixel for a day.", A_DAY),
    ("pixel.not-cached", "pixel_has_to_be_fresh_where_it_is_kept", "Caches keep it.", WHILE_FRESH),
    ("pixel.not-cached", "pixel_says_nothing_of_caches", "No Cache-Control.", UNCONTROLLED),
    ("pixel.not-stored", "pixel_is_only_asked_again", "Caches store the pixel.", REVALIDATE),
):
    alter_response(rule, PIXEL, name=name, sentence=sentence)(change)


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


for rule, name, sentence, change in (
    ("pixel.unknown", "unknown_pixel_is_404", "An unknown pixel is 404.", set_status(404)),
    ("pixel.unknown", "unknown_pixel_is_empty", "An unknown pixel is empty.", set_content(b"")),
    ("pixel.bytes", "unknown_pixel_is_black", "An unknown one is black.", set_content(BLACK_GIF)),
    ("pixel.not-cached", "unknown_pixel_may_be_stored", "Caches keep an unknown one.", A_DAY),
):
    wrap_server(rule, PIXEL, name=name, sentence=sentence)(alter_unknown(change))


# --- counting


for name, sentence, counted in (
    ("pixel_is_not_counted", "A pixel is not counted.", times("impression", 0)),
    ("pixel_counts_twice", "A pixel counts twice.", times("impression", 2)),
    ("pixel_counts_as_click", "A pixel counts as a click.", as_another("impression", "click")),
):
    patch_mock("pixel.counts", name=name, sentence=sentence)(recount(PIXEL_SEEN, counted))
patch_mock(
    "pixel.counted-at-once",
    name="pixel_counts_for_the_first",
    sentence="A pixel counts for the first variant.",
)(recount(PIXEL_SEEN, for_place("impression", 0)))


@wrap_server("pixel.counts", PIXEL)
async def pixel_with_a_query_is_not_counted(request: Request, server: Server) -> Response:
    """A pixel with a query is not counted."""
    return await server(request.like("GET", "/s/none/pixel.gif") if request.query else request)


@patch_mock("pixel.counted-at-once")
def pixel_is_counted_by_a_job(patch: Patch) -> None:
    """A pixel is counted 200 milliseconds later."""

    def record_later(context: Any, hits: Any) -> None:
        asyncio.get_running_loop().call_later(0.2, RECORD, context, hits)

    patch(RequestContext, "record", record_later)


for rule, name, sentence, status in (
    ("pixel.only-running", "pixel_counts_before_the_start", "A draft counts pixels.", Status.DRAFT),
    ("pixel.only-running", "pixel_counts_while_paused", "A pause counts pixels.", Status.PAUSED),
    ("pixel.completed", "pixel_counts_after_the_end", "Completed, it counts on.", Status.COMPLETED),
):
    patch_mock(rule, name=name, sentence=sentence)(functools.partial(counting_while, status=status))


@patch_mock("pixel.head")
def head_counts_a_pixel(patch: Patch) -> None:
    """A HEAD request of the pixel is counted."""
    patch(RequestContext, "counts", True)


@refuse_request("pixel.head", PIXEL, status=405)
def head_of_a_pixel_is_405(request: Request) -> bool:
    """A HEAD request of the pixel is 405."""
    return request.method == "HEAD"


@alter_response("pixel.head", PIXEL)
def head_of_a_pixel_may_be_stored(request: Request, response: Response) -> None:
    """The response to a HEAD request of the pixel has no Cache-Control."""
    if request.method == "HEAD":
        del response.headers["cache-control"]
