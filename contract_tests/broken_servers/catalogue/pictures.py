"""Pictures of the wrong kind, and images that count or show when they should not."""

import asyncio
from dataclasses import replace
from typing import Any

from starlette.responses import Response as StarletteResponse

from broken_servers.counting import RECORD, Change, as_another, for_place, recorded, times
from broken_servers.exchange import Body, Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.operations import DELETE, IMAGE
from pictify_mock.api import images, tracking
from pictify_mock.api.context import RequestContext
from pictify_mock.domain import image_content
from pictify_mock.domain.assignment import Assignment, assign
from pictify_mock.domain.enums import Status
from pictify_mock.domain.visit import Visit
from pictify_mock.http import responses

ASSIGN, SHOWN = assign, tracking.assign_and_count


# --- what is shown


def picture_is(rule: str, name: str, sentence: str, change: Any) -> None:
    """Declare the fault that a picture is answered otherwise."""

    def fault(patch: Patch) -> None:
        original = responses.picture

        def picture(content: bytes, format_: str) -> StarletteResponse:
            return change(original, content, format_)  # type: ignore[no-any-return]

        patch(responses, "picture", picture)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


def kept(said: str) -> Any:
    """A picture with another Cache-Control."""

    def change(original: Any, content: bytes, format_: str) -> StarletteResponse:
        response = original(content, format_)
        response.headers["cache-control"] = said
        return response  # type: ignore[no-any-return]

    return change


for name, sentence, change in (
    (
        "picture_is_always_a_png",
        "Every format is called png.",
        lambda make, content, _: make(content, "png"),
    ),
    (
        "picture_says_jpg",
        "jpeg is called jpg.",
        lambda make, content, kind: make(content, kind.replace("jpeg", "jpg")),
    ),
    (
        "picture_is_a_page",
        "The picture is HTML.",
        lambda make, _, kind: make(b"<html></html>", kind),
    ),
    ("picture_is_empty", "The picture has no bytes.", lambda make, _, kind: make(b"", kind)),
):
    picture_is("image.shown", name, sentence, change)
for name, sentence, change in (
    ("picture_is_kept_a_day", "A picture is kept a day.", kept("public, max-age=86400")),
    (
        "picture_is_kept_by_browsers",
        "A picture is private.",
        kept("private, max-age=31536000, immutable"),
    ),
    ("picture_is_not_kept", "A picture is not stored.", kept("no-store")),
):
    picture_is("image.picture", name, sentence, change)


@alter_response("image.redirect", IMAGE)
def image_is_307(_: Request, response: Response) -> None:
    """The image is a 307."""
    response.status = 307


@alter_response("image.redirect", IMAGE)
def image_is_301(_: Request, response: Response) -> None:
    """The image has moved for good."""
    response.status = 301


def said(rule: str, name: str, sentence: str, cache_control: str) -> None:
    """Declare the fault that the redirect may be stored."""

    def fault(_: Request, response: Response) -> None:
        response.headers["cache-control"] = cache_control

    fault.__name__, fault.__doc__ = name, sentence
    alter_response(rule, IMAGE)(fault)


said(
    "image.not-cached",
    "image_may_be_kept_a_minute",
    "The redirect may be stored.",
    "public, max-age=60",
)


@alter_response("image.not-cached", IMAGE)
def image_says_nothing_of_caches(_: Request, response: Response) -> None:
    """The redirect has no Cache-Control."""
    response.headers.pop("cache-control", None)


# --- counting


def is_counted(rule: str, name: str, sentence: str, change: Change) -> None:
    """Declare the fault that images are counted in another way."""

    def fault(patch: Patch) -> None:
        recorded(patch, lambda hits: change(hits) if hits[0][1].details == images.IMAGE else hits)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


for name, sentence, recount in (
    ("image_is_not_counted", "Images are for the pixel to count.", times("impression", 0)),
    ("image_counts_as_click", "An image is counted as a click.", as_another("impression", "click")),
):
    is_counted("image.counts", name, sentence, recount)
is_counted(
    "image.counted-at-once",
    "image_counts_for_the_first",
    "It is the first's.",
    for_place("impression", 0),
)


@patch_mock("image.counted-at-once")
def image_is_counted_by_a_job(patch: Patch) -> None:
    """An image is counted 200 milliseconds later."""
    patch(
        RequestContext,
        "record",
        lambda context, hits: (
            asyncio.get_running_loop().call_later(0.2, RECORD, context, hits) and None
        ),
    )


@wrap_server("image.counted-at-once")
async def picture_counts_too(request: Request, server: Server) -> Response:
    """The picture itself counts once more."""
    if "/images/" in request.path:
        await server(request.like("GET", f"/s/{request.path.split('/')[2]}.png"))
    return await server(request)


@patch_mock("image.sticky")
def image_and_pixel_draw_apart(patch: Patch) -> None:
    """Image and pixel have buckets of their own, so they disagree for some viewers."""

    def shown(context: Any, experiment: Any, event: str, details: Any) -> Any:
        if details == images.IMAGE and experiment.status is Status.RUNNING:
            turned = replace(experiment, variants=experiment.variants[::-1])
            return SHOWN(context, turned, event, details)
        return SHOWN(context, experiment, event, details)

    patch(images, "assign_and_count", shown)


# --- who is no viewer, and what does not run


def as_browser(visit: Visit) -> Visit:
    """The same visit of a browser."""
    return replace(visit, headers={**visit.headers, "user-agent": "Mozilla/5.0 (Windows NT 10.0)"})


@patch_mock("image.crawlers")
def image_counts_crawlers(patch: Patch) -> None:
    """A crawler is a viewer like any other."""

    def assign(experiment: Any, visit: Any) -> Assignment:
        return ASSIGN(experiment, as_browser(visit))

    patch(tracking, "assign", assign)


def serves(rule: str, name: str, sentence: str, status: Status, counts: bool) -> None:
    """Declare the fault that images are served in another status, too."""

    def fault(patch: Patch) -> None:
        def assign(experiment: Any, visit: Any) -> Assignment:
            found = ASSIGN(experiment, visit)
            return found._replace(counts=counts) if experiment.status is status else found

        patch(tracking, "assign", assign)
        patch(images, "UNSERVED", images.UNSERVED - {status})

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


serves(
    "image.only-running",
    "image_counts_before_the_start",
    "A draft's images count.",
    Status.DRAFT,
    True,
)
serves(
    "image.only-running",
    "image_counts_while_paused",
    "The pause is cosmetic: they count.",
    Status.PAUSED,
    True,
)
serves("image.fallback", "draft_shows_its_image", "A draft can be looked at.", Status.DRAFT, False)
serves(
    "image.winner", "image_counts_after_the_end", "Images go on counting.", Status.COMPLETED, True
)


@alter_error("image.fallback", IMAGE, status=404)
def image_without_fallback_is_204(_: Request, response: Response) -> None:
    """What has no fallback has an empty image."""
    response.status = 204


# --- what is not there


@wrap_server("image.deleted", IMAGE, DELETE)
async def deleted_image_is_shown_on(request: Request, server: Server) -> Response:
    """The edge goes on showing what was deleted, another's slug or not."""
    before = request.memory.setdefault("shown", {})
    if request.operation == DELETE:
        return await server(request)
    response = await server(request)
    if response.status == 302:
        before[request.name] = response
    return before.get(request.name, response) if response.status == 410 else response


@alter_error("image.unknown", IMAGE, status=404)
def unknown_image_is_a_pixel(_: Request, response: Response) -> None:
    """An unknown slug has a transparent image."""
    response.status, response.headers["content-type"] = 200, "image/png"
    response.body = Body(b"\x89PNG\r\n\x1a\n")


@alter_error("image.unknown", IMAGE, status=404)
def unknown_image_leads_to_a_picture(_: Request, response: Response) -> None:
    """An unknown slug leads to a picture that says so."""
    response.status, response.headers["location"] = 302, "https://cdn.example.com/not-found.png"


@patch_mock("image.unknown-format")
def unknown_formats_are_png(patch: Patch) -> None:
    """An unknown format is sent as png."""
    patch(
        image_content,
        "FORMATS",
        {**image_content.FORMATS, **dict.fromkeys(("gif", "svg", "pdf"), "png")},
    )


@wrap_server("image.head", IMAGE)
async def head_of_an_image_is_405(request: Request, server: Server) -> Response:
    """HEAD is no method of an image."""
    return Response.of(405, {}) if request.method == "HEAD" else await server(request)
