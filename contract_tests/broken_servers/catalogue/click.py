"""Click links that lead elsewhere, or count wrongly."""

import asyncio
from typing import Any
from urllib.parse import unquote, urlsplit

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
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.lookup import API, shown
from broken_servers.operations import CLICK, CREATE, PAUSE, UPDATE
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import CLICK_LINK


def redirects(status: int) -> None:
    """Declare the fault that a link redirects with another status."""

    def fault(_: Request, response: Response) -> None:
        response.status = status

    fault.__name__, fault.__doc__ = f"click_is_{status}", f"A click link answers {status}."
    alter_response("click.redirect", CLICK)(fault)


for each in (200, 301, 303, 307, 308):
    redirects(each)


@alter_response("click.redirect", CLICK)
def fragment_of_the_destination_is_lost(_: Request, response: Response) -> None:
    """What follows # in the destination is left out of Location."""
    response.headers["location"] = response.headers["location"].partition("#")[0]


def only_for_ab_tests(kind: str) -> None:
    """Declare the fault that experiments of a type have no link."""

    async def fault(request: Request, server: Server) -> Response:
        mine = request.memory.setdefault("slugs", set())
        response = await server(request)
        mine.update(shown["slug"] for shown in response.experiments if shown["type"] == kind)
        return (
            Response.of(404, {})
            if request.operation == CLICK and request.name in mine
            else response
        )

    fault.__name__, fault.__doc__ = f"{kind}_has_no_link", f"The click link of a {kind} is 404."
    wrap_server("click.redirect", CREATE, CLICK)(fault)


only_for_ab_tests("smart_link")
only_for_ab_tests("scheduled")


@wrap_server("click.redirect", PAUSE, CLICK)
async def link_is_dead_after_a_pause(request: Request, server: Server) -> Response:
    """A pause takes the click link away, and a start does not bring it back."""
    paused = request.memory.setdefault("slugs", set())
    response = await server(request)
    if request.operation == PAUSE:
        paused.update(shown["slug"] for shown in response.experiments)
    return (
        Response.of(404, {}) if request.operation == CLICK and request.name in paused else response
    )


@alter_response("click.redirect", CLICK)
def click_leads_to_the_host(_: Request, response: Response) -> None:
    """A click link leads to the start page of the destination."""
    where = urlsplit(response.headers["location"])
    response.headers["location"] = f"{where.scheme}://{where.netloc}/"


@alter_response("click.redirect", CLICK)
def click_leads_to_lower_case(_: Request, response: Response) -> None:
    """A click link leads to the destination in lower case."""
    response.headers["location"] = response.headers["location"].lower()


@alter_response("click.redirect", CLICK)
def click_undoes_the_escapes(_: Request, response: Response) -> None:
    """A click link leads to the destination without its escapes."""
    response.headers["location"] = unquote(response.headers["location"])


@alter_response("click.redirect", CLICK)
def click_loses_the_query(_: Request, response: Response) -> None:
    """A click link leads to the destination without its query."""
    response.headers["location"] = response.headers["location"].partition("?")[0]


@alter_response("click.redirect", CLICK)
def click_loses_the_port(_: Request, response: Response) -> None:
    """A click link leads to the host's usual port."""
    response.headers["location"] = response.headers["location"].replace(":8443", "")


@alter_response("click.redirect", CLICK)
def click_makes_it_https(_: Request, response: Response) -> None:
    """A click link leads to https whatever was stored."""
    response.headers["location"] = response.headers["location"].replace("http:", "https:")


@alter_response("click.redirect", CLICK)
def link_names_no_location(_: Request, response: Response) -> None:
    """A click link names its destination in a page."""
    del response.headers["location"]


@wrap_server("click.redirect", CLICK)
async def click_leads_where_the_last_one_led(request: Request, server: Server) -> Response:
    """A cache of destinations has the viewer for its key, not the slug."""
    response = await server(request)
    if response.status == 302:
        key = request.headers.get("user-agent")
        response.headers["location"] = request.memory.setdefault(key, response.headers["location"])
    return response


def takes_target(name: str, *parameters: str) -> None:
    """Declare the fault that a query parameter is a target."""

    def fault(request: Request, response: Response) -> None:
        for parameter in parameters:
            if parameter in request.query:
                response.headers["location"] = request.query[parameter]

    fault.__name__, fault.__doc__ = (
        name,
        f"The query parameter {parameters[0]} is where the link leads.",
    )
    alter_response("click.no-open-redirect", CLICK)(fault)


takes_target("click_leads_to_url", "url")
takes_target("click_leads_to_redirect_uri", "redirect_uri")
takes_target("click_leads_to_next", "next")
takes_target("click_leads_to_destination_url", "destinationUrl")
takes_target("click_leads_to_u", "u")


@alter_response("click.no-open-redirect", CLICK)
def click_leads_to_a_path_of_another_host(request: Request, response: Response) -> None:
    """A target that is no URL with http is a path, and // is one."""
    target = request.query.get("to", "")
    if target.startswith("/"):
        response.headers["location"] = target


@alter_response("click.no-open-redirect", CLICK)
def click_leads_to_the_bare_query(request: Request, response: Response) -> None:
    """A query without a name is where the link leads."""
    query = request.scope["query_string"].decode()
    if query and "=" not in query:
        response.headers["location"] = query.replace("%3A", ":").replace("%2F", "/")


@alter_response("click.exact-location", CLICK)
def click_passes_the_query_on(request: Request, response: Response) -> None:
    """The query of the request is added to the destination."""
    query = request.scope["query_string"].decode()
    if query:
        response.headers["location"] += (
            "&" if "?" in response.headers["location"] else "?"
        ) + query


@alter_response("click.exact-location", CLICK)
def click_adds_a_slash(_: Request, response: Response) -> None:
    """A destination without a path gets one."""
    if not urlsplit(response.headers["location"]).path:
        response.headers["location"] += "/"


@alter_response("click.exact-location", CLICK)
def click_normalises_the_host(_: Request, response: Response) -> None:
    """The host is written in lower case."""
    where = urlsplit(response.headers["location"])
    response.headers["location"] = where._replace(netloc=where.netloc.lower()).geturl()


@alter_response("click.exact-location", CLICK)
def click_adds_its_name(_: Request, response: Response) -> None:
    """utm_source is added to the destination."""
    sign = "&" if "?" in response.headers["location"] else "?"
    response.headers["location"] += f"{sign}utm_source=experiment"


# --- counting


def every_variant(hits: Any) -> Any:
    """The hits for each variant of their experiment."""
    return [(to._replace(variant=one), seen) for to, seen in hits for one in to.experiment.variants]


def is_counted(rule: str, name: str, sentence: str, change: Change) -> None:
    """Declare the fault that clicks on links are counted in another way."""

    def fault(patch: Patch) -> None:
        recorded(patch, lambda hits: change(hits) if hits[0][1].details == CLICK_LINK else hits)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


for name, sentence, change in (
    ("click_counts_twice", "The edge and the server both count a click.", times("click", 2)),
    ("click_is_not_counted", "The link redirects and does not count.", times("click", 0)),
    (
        "click_counts_as_impression",
        "A click is counted as an impression.",
        as_another("click", "impression"),
    ),
    (
        "click_counts_an_impression_too",
        "A click counts an impression, too.",
        also_as("click", "impression"),
    ),
    ("click_counts_for_every_variant", "A click counts for all variants.", every_variant),
):
    is_counted("click.counts", name, sentence, change)


is_counted(
    "click.counted-at-once",
    "click_counts_for_the_first",
    "A click is the first variant's.",
    for_place("click", 0),
)


@patch_mock("click.counted-at-once")
def click_is_counted_by_a_job(patch: Patch) -> None:
    """A click is counted 200 milliseconds later."""
    patch(
        RequestContext,
        "record",
        lambda context, hits: (
            asyncio.get_running_loop().call_later(0.2, RECORD, context, hits) and None
        ),
    )


@wrap_server("click.counts", CLICK)
async def second_click_of_a_viewer_is_not_counted(request: Request, server: Server) -> Response:
    """A viewer is counted once an hour, whichever link is clicked."""
    seen = request.memory.setdefault("seen", set())
    viewer = request.headers.get("user-agent")
    if request.method == "GET" and viewer in seen:
        request.scope["method"] = "HEAD"
    seen.add(viewer)
    return await server(request)


def counts_while(rule: str, name: str, sentence: str, status: Status) -> None:
    """Declare the fault that clicks count in another status, too."""

    def fault(patch: Patch) -> None:
        counting_while(patch, status)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


counts_while(
    "click.paused",
    "click_counts_while_paused",
    "The pause is cosmetic: clicks count.",
    Status.PAUSED,
)
counts_while(
    "click.outside-running",
    "click_counts_after_the_end",
    "Clicks go on counting.",
    Status.COMPLETED,
)


@patch_mock("click.head")
def head_counts_a_click(patch: Patch) -> None:
    """HEAD counts like GET."""
    patch(RequestContext, "counts", True)


@wrap_server("click.head", CLICK)
async def head_of_a_link_is_405(request: Request, server: Server) -> Response:
    """HEAD is no method of a link."""
    return Response.of(405, {}) if request.method == "HEAD" else await server(request)


# --- where it leads nowhere


@alter_error("click.unknown", CLICK, status=404)
def unknown_link_leads_home(_: Request, response: Response) -> None:
    """An unknown slug leads to the vendor's start page."""
    response.status, response.headers["location"] = 302, "https://pictify.io/"


@alter_error("click.unknown", CLICK, status=404)
def unknown_link_is_200(_: Request, response: Response) -> None:
    """An unknown slug is an empty page."""
    response.status = 200


@alter_error("click.unknown", CLICK, status=404)
def unknown_link_is_410(_: Request, response: Response) -> None:
    """An unknown slug is gone."""
    response.status = 410


@alter_error("click.unknown", CLICK, status=404)
def unknown_link_is_500(_: Request, response: Response) -> None:
    """An unknown slug breaks the server."""
    response.status = 500


@alter_error("click.unknown", CLICK, status=404)
def link_of_61_characters_is_500(request: Request, response: Response) -> None:
    """A slug that fits no column breaks the server."""
    response.status = 500 if len(request.name) > 60 else response.status


@alter_error("click.no-destination", CLICK, status=404)
def link_without_destination_is_204(_: Request, response: Response) -> None:
    """Without a destination a click is counted and answered with nothing."""
    response.status = 204


def has_status(name: str, sentence: str, status: str, code: int) -> None:
    """Declare the fault that a link of what does not run is answered otherwise."""

    async def fault(request: Request, server: Server) -> Response:
        keys = request.memory.setdefault("keys", {})
        if request.operation == CREATE:
            keys["authorization"] = request.headers.get("authorization", "")
            return await server(request)
        listed = request.like("GET", API)
        listed.headers = {**listed.headers, **keys}
        listed.query = {"status": status, "limit": "100"}
        found = request.name in [row["slug"] for row in (await server(listed)).experiments]
        return (
            Response.of(code, location="https://shop.example.com/")
            if found
            else await server(request)
        )

    fault.__name__, fault.__doc__ = name, sentence
    wrap_server("click.outside-running", CLICK, CREATE)(fault)


has_status("link_of_paused_is_404", "While paused the link is 404.", "paused", 404)
has_status("link_of_completed_is_410", "After the end the link is 410.", "completed", 410)
has_status("link_of_a_draft_leads_on", "Before the start the link leads somewhere.", "draft", 302)


@wrap_server("click.new-destination", CLICK, UPDATE)
async def click_keeps_the_old_destination(request: Request, server: Server) -> Response:
    """The edge keeps a destination for an hour."""
    response = await server(request)
    if request.operation == CLICK and response.status == 302:
        response.headers["location"] = request.memory.setdefault(
            request.name, response.headers["location"]
        )
    return response


def is_cached(name: str, sentence: str, said: str) -> None:
    """Declare the fault that a redirect may be stored."""

    def fault(_: Request, response: Response) -> None:
        response.headers["cache-control"] = said

    fault.__name__, fault.__doc__ = name, sentence
    alter_response("click.not-cached", CLICK)(fault)


is_cached("click_may_be_kept_a_minute", "The redirect may be stored.", "public, max-age=60")
is_cached(
    "click_may_be_kept_by_browsers", "The redirect may be stored by browsers.", "private, max-age=0"
)
is_cached("click_is_only_asked_again", "The redirect is asked for again.", "no-cache")


@alter_response("click.not-cached", CLICK)
def click_says_nothing_of_caches(_: Request, response: Response) -> None:
    """The redirect has no Cache-Control."""
    response.headers.pop("cache-control", None)


@wrap_server("click.unknown", CLICK)
async def beginning_of_a_slug_is_enough(request: Request, server: Server) -> Response:
    """A slug is looked up by how it begins."""
    known, response = request.memory.setdefault("known", {}), await server(request)
    if response.status == 302:
        known[request.name] = response
    begun = [found for slug, found in known.items() if slug.startswith(request.name)]
    return begun[0] if response.status == 404 and begun else response


@alter_response("click.redirect", CLICK)
def location_has_255_characters(_: Request, response: Response) -> None:
    """The column of destinations is 255 characters wide."""
    response.headers["location"] = response.headers["location"][:255]


@wrap_server("click.new-destination.at-once", CLICK)
async def click_leads_to_the_old_destination_once(request: Request, server: Server) -> Response:
    """The first click after a change leads to the old destination."""
    response = await server(request)
    if response.status == 302:
        before, now = request.memory.get(request.name), response.headers["location"]
        request.memory[request.name] = now
        response.headers["location"] = before or now
    return response


@wrap_server("click.unknown", CLICK, UPDATE)
async def link_keeps_its_old_slugs(request: Request, server: Server) -> Response:
    """A slug leads on after the experiment was given another."""
    slugs = request.memory.setdefault("slugs", {})
    if request.operation == UPDATE:
        before, response = await shown(request, server), await server(request)
        if response.status == 200 and "slug" in request.json:
            slugs[before["slug"]] = response.experiments[0]["slug"]
        return response
    return await server(request.like("GET", f"/s/{slugs.get(request.name, request.name)}/click"))
