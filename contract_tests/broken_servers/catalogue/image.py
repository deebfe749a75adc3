"""Images of the wrong variant, format or status, and images that are cached or counted wrongly."""

import functools
import itertools
from typing import Any

from broken_servers.changes import declare_statuses, drop_header, set_header
from broken_servers.counting import (
    as_another,
    counting_while,
    for_place,
    recorded_later,
    recount,
    times,
)
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_request,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.operations import IMAGE, PIXEL
from pictify_mock.api import images
from pictify_mock.domain import assignment, image_content
from pictify_mock.domain.enums import Status
from pictify_mock.http import responses

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0"
PICTURE = responses.picture

cache_control = functools.partial(set_header, "cache-control")
REVALIDATE, NO_STORE = cache_control("no-cache"), cache_control("no-store")
UNCONTROLLED = drop_header("cache-control")

# --- the picture


@alter_response("image.shown", IMAGE)
def image_leads_nowhere(_: Request, response: Response) -> None:
    """The redirect leads to a picture that does not exist."""
    response.headers["location"] = response.headers["location"].replace("/images/", "/image/")


@alter_request("image.shown", IMAGE)
def every_image_is_a_png(request: Request) -> None:
    request.scope["path"] = f"/s/{request.name}.png"


@refuse_request("image.shown", IMAGE, status=404)
def jpg_is_not_known(request: Request) -> bool:
    return request.path.endswith(".jpg")


@patch_mock("image.shown")
def picture_is_a_page(patch: Patch) -> None:
    """The content of a picture is HTML."""
    patch(responses, "picture", lambda _, kind: PICTURE(b"<html></html>", kind))


async def alter_picture(request: Request, server: Server, change: Any) -> Response:
    response = await server(request)
    if "/images/" in request.path:
        change(request, response)
    return response


@wrap_server("image.picture")
async def picture_is_kept_a_day(request: Request, server: Server) -> Response:
    """A picture may be cached for a day."""
    return await alter_picture(request, server, cache_control("public, max-age=86400"))


@wrap_server("image.picture")
async def picture_is_kept_by_browsers(request: Request, server: Server) -> Response:
    """Only browsers may cache a picture."""
    private = cache_control("private, max-age=31536000, immutable")
    return await alter_picture(request, server, private)


@patch_mock("image.redirect")
def image_is_always_that_of_the_first(patch: Patch) -> None:
    """Every viewer is shown the picture of the first variant."""
    original = image_content.of
    patch(
        image_content,
        "of",
        lambda experiment, _, format_: original(experiment, experiment.variants[0], format_),
    )


@patch_mock("image.new-content")
def edited_pictures_keep_their_name(patch: Patch) -> None:
    """The URL of a picture depends on its variant's id, not on its content."""
    patch(image_content.Picture, "digest", property(lambda self: f"{self.slug}-{self.variant_id}"))


@patch_mock("image.new-content")
def pictures_are_named_anew_each_time(patch: Patch) -> None:
    """The URL of a picture ends in a new number each time."""
    numbers = itertools.count()
    digest = property(lambda self: f"{self.variant_id}{next(numbers)}")
    patch(image_content.Picture, "digest", digest)


# --- the redirect

declare_statuses("image.redirect", IMAGE, 302, image_is_301=301)
for rule, name, sentence, change in (
    ("image.not-cached", "images_are_revalidated", "The redirect may be stored.", REVALIDATE),
    ("image.not-cached", "image_says_nothing_of_caches", "Cache-Control is missing.", UNCONTROLLED),
    (
        "image.cache-control",
        "cache_control_is_no_store_alone",
        "It is just no-store.",
        cache_control("no-store"),
    ),
):
    alter_response(rule, IMAGE, name=name, sentence=sentence)(change)


# --- counting


IMPRESSION = "impression"
for rule, name, counted in (
    ("image.counts", "image_counts_twice", times(IMPRESSION, 2)),
    ("image.counts", "image_counts_as_click", as_another(IMPRESSION, "click")),
    ("image.counted-at-once", "image_counts_for_the_first", for_place(IMPRESSION, 0)),
):
    patch_mock(rule, name=name)(recount(images.IMAGE, counted))
patch_mock("image.counted-at-once", name="image_is_counted_by_a_job")(recorded_later)


async def send_uncounted(request: Request, server: Server) -> Response:
    request.scope["method"] = "HEAD"
    response = await server(request)
    request.scope["method"] = "GET"
    return response


@wrap_server("image.counts", IMAGE)
async def only_png_counts(request: Request, server: Server) -> Response:
    if request.method == "GET" and not request.path.endswith(".png"):
        return await send_uncounted(request, server)
    return await server(request)


@wrap_server("image.counted-at-once")
async def picture_counts_too(request: Request, server: Server) -> Response:
    if "/images/" in request.path:
        await server(request.like("GET", f"/s/{request.path.split('/')[2]}.png"))
    return await server(request)


# --- viewers and crawlers


@patch_mock("image.sticky")
def images_are_dealt_in_turn(patch: Patch) -> None:
    """Each image request is given the next variant."""
    numbers = itertools.count()
    original = image_content.of

    def of(experiment: Any, _: Any, format_: str) -> Any:
        return original(experiment, experiment.variants[next(numbers) % 2], format_)

    patch(image_content, "of", of)


@alter_request("image.sticky", PIXEL)
def pixel_sees_another_viewer_than_the_image(request: Request) -> None:
    """The pixel does not tell browsers apart, and the image does."""
    request.headers["user-agent"] = FIREFOX


@patch_mock("image.crawlers")
def crawlers_see_what_viewers_see(patch: Patch) -> None:
    """Crawlers are given a variant and counted like viewers."""
    patch(assignment, "is_bot", lambda _: False)


# --- statuses


def show_while(status: Status) -> Any:
    """Return a patch that shows and counts images in another status, too."""

    def patch_status(patch: Patch) -> None:
        counting_while(patch, status)
        patch(images, "UNSERVED", images.UNSERVED - {status})

    return patch_status


for rule, name, status in (
    ("image.only-running", "image_counts_before_the_start", Status.DRAFT),
    ("image.only-running", "image_counts_while_paused", Status.PAUSED),
    ("image.winner", "image_counts_after_the_end", Status.COMPLETED),
    ("image.fallback", "draft_shows_its_image", Status.DRAFT),
):
    patch_mock(rule, name=name)(show_while(status))


@patch_mock("image.paused")
def pause_of_the_image_is_cosmetic(patch: Patch) -> None:
    """A paused experiment goes on showing its images."""
    patch(images, "UNSERVED", frozenset())


@alter_response("image.fallback", IMAGE)
def fallback_loses_its_query(_: Request, response: Response) -> None:
    response.headers["location"] = response.headers["location"].partition("?")[0]


@patch_mock("image.completed")
def winner_is_not_shown(patch: Patch) -> None:
    """After completion viewers see the variants that they saw before."""

    def assigned(experiment: Any, visit: Any) -> Any:
        return assignment._CHOICES[experiment.type](experiment, visit)

    patch(assignment, "assigned", assigned)


@wrap_server("image.completed", IMAGE)
async def viewer_keeps_a_picture(request: Request, server: Server) -> Response:
    """After completion a cache still shows viewers the picture that they saw before."""
    seen = request.memory.setdefault("seen", {})
    viewer = request.path, request.headers.get("user-agent")
    response: Response = seen[viewer] if viewer in seen else await server(request)
    seen[viewer] = response
    return response


@patch_mock("image.winner")
def first_variant_is_shown_after_completion(patch: Patch) -> None:
    original = assignment.assigned

    def assigned(experiment: Any, visit: Any) -> Any:
        if experiment.winner_variant_id is not None:
            return experiment.variants[0]
        return original(experiment, visit)

    patch(assignment, "assigned", assigned)


# --- images that do not exist

declare_statuses("image.fallback", IMAGE, 404, image_without_fallback_is_204=204)
declare_statuses("image.deleted", IMAGE, 410, deleted_image_is_unknown=404)
declare_statuses("image.unknown", IMAGE, 404, unknown_image_is_gone=410)


@alter_request("image.unknown-format", IMAGE)
def format_is_taken_in_capitals(request: Request) -> None:
    """The format PNG is accepted in capitals."""
    request.scope["path"] = request.path.replace(".PNG", ".png")


@patch_mock("image.unknown-format")
def unknown_formats_are_png(patch: Patch) -> None:
    more = dict.fromkeys(("gif", "svg", "pdf"), "png")
    patch(image_content, "FORMATS", {**image_content.FORMATS, **more})


@alter_request("image.head", IMAGE)
def head_of_an_image_counts(request: Request) -> None:
    request.scope["method"] = "GET"


@refuse_request("image.head", IMAGE, status=405)
def head_of_an_image_is_405(request: Request) -> bool:
    return request.method == "HEAD"
