"""Images of the wrong variant, format or time."""

import itertools
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    wrap_server,
)
from broken_servers.operations import IMAGE, PIXEL
from pictify_mock.api import images
from pictify_mock.domain import assignment, image_content

PNG = "/s/{}.png"


async def picture_of(request: Request, server: Server, response: Response) -> Response:
    """What the redirect of an image leads to."""
    return await server(request.like("GET", f"/s/{response.headers['location']}"))


@alter_response("image.shown", IMAGE)
def image_leads_nowhere(_: Request, response: Response) -> None:
    """The redirect leads to a picture that is not there."""
    response.headers["location"] = response.headers["location"].replace("/images/", "/image/")


@alter_response("image.shown", IMAGE)
def image_leads_to_a_folder_that_is_not_there(_: Request, response: Response) -> None:
    """Pictures were moved out of the folder of their experiment, and only the redirect knows."""
    response.headers["location"] = "/s/pictures/" + response.headers["location"].rpartition("/")[2]


@alter_request("image.shown", IMAGE)
def every_image_is_a_png(request: Request) -> None:
    """The format in the URL is not looked at."""
    request.scope["path"] = PNG.format(request.name)


@wrap_server("image.shown", IMAGE)
async def jpg_is_not_known(request: Request, server: Server) -> Response:
    """jpeg is known and jpg is not."""
    return Response.of(404, {}) if request.path.endswith(".jpg") else await server(request)


@wrap_server("image.shown", IMAGE)
async def webp_is_called_png(request: Request, server: Server) -> Response:
    """A webp is sent as image/png."""
    response = await server(request)
    if response.status != 302 or not request.path.endswith(".webp"):
        return response
    found = await picture_of(request, server, response)
    found.headers |= {
        "content-type": "image/png",
        "cache-control": response.headers["cache-control"],
    }
    return found


@wrap_server("image.redirect", IMAGE)
async def image_is_sent_itself(request: Request, server: Server) -> Response:
    """The image is a 200 in place of a redirect."""
    response = await server(request)
    if response.status != 302 or "/images/" not in response.headers["location"]:
        return response
    found = await picture_of(request, server, response)
    found.headers["cache-control"] = response.headers["cache-control"]
    return found


@alter_response("image.redirect", IMAGE)
def image_redirects_for_ever(_: Request, response: Response) -> None:
    """The redirect of an image is a 301."""
    response.status = 301


@patch_mock("image.redirect")
def image_is_always_that_of_the_first(patch: Patch) -> None:
    """Every viewer gets the picture of the first variant."""
    original = image_content.of
    patch(image_content, "of", lambda made, _, format_: original(made, made.variants[0], format_))


@wrap_server("image.picture")
async def pictures_may_be_kept_for_an_hour(request: Request, server: Server) -> Response:
    """Pictures are cached for an hour."""
    response = await server(request)
    if "/images/" in request.path and response.status == 200:
        response.headers["cache-control"] = "public, max-age=3600"
    return response


@patch_mock("image.new-content")
def edited_pictures_keep_their_name(patch: Patch) -> None:
    """A picture is named after its variant, whatever it shows."""
    patch(image_content.Picture, "digest", property(lambda self: f"{self.slug}-{self.variant_id}"))


@patch_mock("image.new-content")
def pictures_are_named_anew_each_time(patch: Patch) -> None:
    """The URL of a picture ends in a number against caches."""
    numbers = itertools.count()
    patch(
        image_content.Picture, "digest", property(lambda self: f"{self.variant_id}{next(numbers)}")
    )


@alter_response("image.not-cached", IMAGE)
def images_are_cached(_: Request, response: Response) -> None:
    """The image may be cached for a minute."""
    response.headers["cache-control"] = "public, max-age=60"


@alter_response("image.not-cached", IMAGE)
def images_are_revalidated(_: Request, response: Response) -> None:
    """The image may be stored and has to be revalidated."""
    response.headers["cache-control"] = "no-cache"


@alter_response("image.cache-control", IMAGE)
def cache_control_is_no_store_alone(_: Request, response: Response) -> None:
    """Cache-Control is no-store and nothing else."""
    response.headers["cache-control"] = "no-store"


@wrap_server("image.counts", IMAGE)
async def image_counts_twice(request: Request, server: Server) -> Response:
    """The image and the picture it leads to are counted both."""
    await server(request)
    return await server(request)


@wrap_server("image.counts", IMAGE)
async def image_counts_a_click_too(request: Request, server: Server) -> Response:
    """An image is a click as well."""
    await server(request.like("GET", f"/s/{request.name}/click"))
    body = {"event": "click", "experiment": request.name}
    await server(request.like("POST", "/s/events", body))
    return await server(request)


@wrap_server("image.counts", IMAGE)
async def only_png_counts(request: Request, server: Server) -> Response:
    """Images other than PNG are not counted."""
    if not request.path.endswith(".png") and request.method == "GET":
        request.scope["method"] = "HEAD"
        response = await server(request)
        request.scope["method"] = "GET"
        return response
    return await server(request)


@wrap_server("image.counted-at-once", IMAGE)
async def images_are_counted_a_request_later(request: Request, server: Server) -> Response:
    """Images are counted when the next one is asked for."""
    waiting = request.memory.setdefault("waiting", [])
    for path in waiting:
        await server(request.like("GET", path))
    waiting[:] = [request.path]
    request.scope["method"] = "HEAD"
    response = await server(request)
    request.scope["method"] = "GET"
    return response


@patch_mock("image.sticky")
def images_are_dealt_in_turn(patch: Patch) -> None:
    """Every image is the next variant's."""
    turn = itertools.count()
    original = image_content.of
    patch(
        image_content,
        "of",
        lambda made, _, format_: original(made, made.variants[next(turn) % 2], format_),
    )


@alter_request("image.sticky", PIXEL)
def pixel_sees_another_viewer_than_the_image(request: Request) -> None:
    """The pixel hashes the address alone, the image the browser too."""
    request.headers["user-agent"] = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0"
    )


@patch_mock("image.crawlers")
def crawlers_see_what_viewers_see(patch: Patch) -> None:
    """Crawlers are given a variant like anyone and counted."""
    patch(assignment, "is_bot", lambda _: False)


@wrap_server("image.only-running")
async def images_are_buffered_whatever_the_status(request: Request, server: Server) -> Response:
    """Images are put into a buffer that does not know the status, and counted with the next pixel."""
    waiting = request.memory.setdefault("waiting", [])
    if request.operation == IMAGE:
        waiting.append(request.name)
    elif request.operation == PIXEL:
        for slug in waiting:
            await server(request.like("GET", f"/s/{slug}/pixel.gif"))
        waiting.clear()
    return await server(request)


@patch_mock("image.paused")
def pause_of_the_image_is_cosmetic(patch: Patch) -> None:
    """A paused experiment goes on showing its images."""
    patch(images, "UNSERVED", frozenset())


@alter_error("image.fallback", IMAGE, status=404)
def missing_fallback_is_a_pixel(_: Request, response: Response) -> None:
    """Without a fallback a draft has a blank image."""
    response.status, response.headers["content-type"], response.body.content = (
        200,
        "image/png",
        b"\x89PNG\r\n\x1a\n",
    )


@alter_response("image.fallback", IMAGE)
def fallback_loses_its_query(_: Request, response: Response) -> None:
    """The fallback is led to without its query."""
    response.headers["location"] = response.headers["location"].partition("?")[0]


@patch_mock("image.completed")
def winner_is_not_shown(patch: Patch) -> None:
    """Once completed, viewers see the variants that they saw before."""
    patch(
        assignment,
        "assigned",
        lambda experiment, visit: assignment._CHOICES[experiment.type](experiment, visit),
    )


@wrap_server("image.completed", IMAGE)
async def viewer_keeps_a_picture(request: Request, server: Server) -> Response:
    """What a viewer was shown once is in a cache, and the winner is for who comes later."""
    seen = request.memory.setdefault("seen", {})
    viewer = request.path, request.headers.get("user-agent")
    response: Response = seen[viewer] if viewer in seen else await server(request)
    seen[viewer] = response
    return response


@patch_mock("image.winner")
def first_variant_is_shown_after_completion(patch: Patch) -> None:
    """Once completed, everyone sees the first variant, whoever won."""
    original = assignment.assigned

    def assigned(experiment: Any, visit: Any) -> Any:
        over = experiment.winner_variant_id is not None
        return experiment.variants[0] if over else original(experiment, visit)

    patch(assignment, "assigned", assigned)


@alter_error("image.deleted", IMAGE, status=410)
def deleted_image_is_unknown(_: Request, response: Response) -> None:
    """The image of a deleted experiment is 404."""
    response.status = 404


@wrap_server("image.unknown", IMAGE)
async def unknown_image_is_blank(request: Request, server: Server) -> Response:
    """An unknown slug has a blank image."""
    response = await server(request)
    if response.status != 404:
        return response
    blank = Response.of(200, content_type="image/png", cache_control="no-store")
    blank.body.content = b"\x89PNG\r\n\x1a\n"
    return blank


@alter_error("image.unknown", IMAGE, status=404)
def unknown_image_is_gone(_: Request, response: Response) -> None:
    """An unknown slug is 410."""
    response.status = 410


@alter_request("image.unknown-format", IMAGE)
def format_is_taken_in_capitals(request: Request) -> None:
    """PNG in capitals is png."""
    request.scope["path"] = request.path.replace(".PNG", ".png")


@alter_error("image.unknown-format", IMAGE, status=404)
def unknown_format_is_400(request: Request, response: Response) -> None:
    """An unknown format is 400."""
    if not request.path.endswith((".png", ".jpg", ".jpeg", ".webp")):
        response.status = 400


@alter_request("image.head", IMAGE)
def head_of_an_image_counts(request: Request) -> None:
    """HEAD of an image is counted."""
    request.scope["method"] = "GET"
