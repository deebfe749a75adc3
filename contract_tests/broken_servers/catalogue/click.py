"""Servers whose click links lead elsewhere or are counted wrongly."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from broken_servers.changes import declare_statuses, drop_header, set_header
from broken_servers.counting import (
    Hits,
    also_as,
    counting_while,
    for_place,
    recorded_later,
    recount,
    times,
)
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Layer,
    Patch,
    Server,
    alter_error,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import API, shown
from broken_servers.operations import CLICK, CREATE, PAUSE, UPDATE
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import CLICK_LINK


def alter_location(rule: str) -> Callable[[Callable[[str], str]], None]:
    """Decorate `f(location) -> location`, which changes where the link leads."""

    def declare(function: Callable[[str], str]) -> None:
        def change(_: Request, response: Response) -> None:
            response.headers["location"] = function(response.headers["location"])

        name, sentence = function.__name__, function.__doc__ or ""
        alter_response(rule, CLICK, name=name, sentence=sentence)(change)

    return declare


# --- the redirect

declare_statuses("click.redirect", CLICK, 302, click_is_200=200, click_is_301=301)
alter_response("click.redirect", CLICK, name="link_names_no_location")(drop_header("location"))


@alter_location("click.redirect")
def fragment_of_the_destination_is_lost(location: str) -> str:
    return location.partition("#")[0]


@alter_location("click.redirect")
def click_leads_to_lower_case(location: str) -> str:
    """Location is the destination in lower case."""
    return location.lower()


@alter_location("click.redirect")
def click_loses_the_port(location: str) -> str:
    return location.replace(":8443", "")


@alter_location("click.redirect")
def click_makes_it_https(location: str) -> str:
    """A link to an http URL leads to https."""
    return location.replace("http:", "https:")


@alter_location("click.redirect")
def location_has_255_characters(location: str) -> str:
    """The column of destinations is 255 characters wide."""
    return location[:255]


@wrap_server("click.redirect", CREATE, CLICK)
async def scheduled_has_no_link(request: Request, server: Server) -> Response:
    slugs = request.memory.setdefault("slugs", set())
    response = await server(request)
    slugs.update(
        experiment["slug"]
        for experiment in response.experiments
        if experiment["type"] == "scheduled"
    )
    found = request.operation == CLICK and request.name in slugs
    return Response.of(404, {}) if found else response


@wrap_server("click.redirect", PAUSE, CLICK)
async def link_is_dead_after_a_pause(request: Request, server: Server) -> Response:
    """A pause takes the click link away, and a start does not bring it back."""
    paused = request.memory.setdefault("slugs", set())
    response = await server(request)
    if request.operation == PAUSE:
        paused.update(experiment["slug"] for experiment in response.experiments)
    elif request.name in paused:
        return Response.of(404, {})
    return response


@wrap_server("click.redirect", CLICK)
async def click_leads_where_the_last_one_led(request: Request, server: Server) -> Response:
    """A cache of destinations has the viewer as its key, not the slug."""
    response = await server(request)
    if response.status == 302:
        viewer, location = request.headers.get("user-agent"), response.headers["location"]
        response.headers["location"] = request.memory.setdefault(viewer, location)
    return response


@alter_location("click.exact-location")
def click_adds_a_slash(location: str) -> str:
    """A destination without a path gets one."""
    return location if urlsplit(location).path else f"{location}/"


@alter_location("click.exact-location")
def click_normalises_the_host(location: str) -> str:
    """The host is in lower case."""
    where = urlsplit(location)
    return where._replace(netloc=where.netloc.lower()).geturl()


@alter_response("click.exact-location", CLICK)
def click_passes_the_query_on(request: Request, response: Response) -> None:
    """The query of the request is added to the destination."""
    if query := request.scope["query_string"].decode():
        sign = "&" if "?" in response.headers["location"] else "?"
        response.headers["location"] += sign + query


# --- open redirects


@alter_response("click.no-open-redirect", CLICK)
def click_leads_to_url(request: Request, response: Response) -> None:
    response.headers["location"] = request.query["url"]


@alter_response("click.no-open-redirect", CLICK)
def click_leads_to_a_path_of_another_host(request: Request, response: Response) -> None:
    """A parameter that begins with a slash is accepted as a path, and so is `//host`."""
    target = request.query["to"]
    if target.startswith("/"):
        response.headers["location"] = target


@alter_response("click.no-open-redirect", CLICK)
def click_leads_to_the_bare_query(request: Request, response: Response) -> None:
    """A query without a parameter name is the destination."""
    query = request.scope["query_string"].decode()
    if query and "=" not in query:
        response.headers["location"] = unquote(query)


# --- counting


def only_of_clickers(hits: Hits) -> Hits:
    """Leave out the clicks on experiments whose goal is not click_through."""
    return [hit for hit in hits if hit[0].experiment.goal.type == "click_through"]


for rule, name, change in (
    ("click.counts", "click_counts_for_its_goal_only", only_of_clickers),
    ("click.counts", "click_counts_twice", times("click", 2)),
    ("click.counts", "click_is_not_counted", times("click", 0)),
    ("click.counts", "click_counts_an_impression_too", also_as("click", "impression")),
    ("click.counted-at-once", "click_counts_for_the_first", for_place("click", 0)),
):
    patch_mock(rule, name=name)(recount(CLICK_LINK, change))


@patch_mock("click.counted-at-once")
def click_is_counted_by_a_job(patch: Patch) -> None:
    """A click is counted 200 milliseconds later."""
    recorded_later(patch)


@wrap_server("click.counts", CLICK)
async def second_click_of_a_viewer_is_not_counted(request: Request, server: Server) -> Response:
    """Only the first click of a viewer is counted, on any link."""
    viewers = request.memory.setdefault("viewers", set())
    viewer = request.headers.get("user-agent")
    if request.method == "GET" and viewer in viewers:
        # The mock redirects HEAD as it does GET, and does not count it.
        request.scope["method"] = "HEAD"
    viewers.add(viewer)
    return await server(request)


@patch_mock("click.paused")
def click_counts_while_paused(patch: Patch) -> None:
    counting_while(patch, Status.PAUSED)


@patch_mock("click.outside-running")
def click_counts_after_the_end(patch: Patch) -> None:
    counting_while(patch, Status.COMPLETED)


@patch_mock("click.head")
def head_counts_a_click(patch: Patch) -> None:
    patch(RequestContext, "counts", True)


@refuse_request("click.head", CLICK, status=405)
def head_of_a_link_is_405(request: Request) -> bool:
    return request.method == "HEAD"


# --- links that must lead nowhere

declare_statuses("click.no-destination", CLICK, 404, link_without_destination_is_204=204)


@alter_error("click.unknown", CLICK, status=404)
def unknown_link_leads_home(_: Request, response: Response) -> None:
    """An unknown slug leads to the vendor's start page."""
    response.status, response.headers["location"] = 302, "https://pictify.io/"


@refuse_request("click.unknown", CLICK, status=500)
def link_of_61_characters_is_500(request: Request) -> bool:
    return len(request.name) > 60


@wrap_server("click.unknown", CLICK)
async def beginning_of_a_slug_is_enough(request: Request, server: Server) -> Response:
    known, response = request.memory.setdefault("known", {}), await server(request)
    if response.status == 302:
        known[request.name] = response
    begun = [found for slug, found in known.items() if slug.startswith(request.name)]
    return begun[0] if response.status == 404 and begun else response


@wrap_server("click.unknown", CLICK, UPDATE)
async def link_keeps_its_old_slugs(request: Request, server: Server) -> Response:
    """A slug still leads to the experiment that has another slug now."""
    slugs = request.memory.setdefault("slugs", {})
    if request.operation == CLICK:
        slug = slugs.get(request.name, request.name)
        return await server(request.like("GET", f"/s/{slug}/click"))
    before, response = await shown(request, server), await server(request)
    if response.status == 200 and "slug" in request.json:
        slugs[before["slug"]] = response.experiments[0]["slug"]
    return response


def respond_in_status(status: str, code: int) -> Layer:
    """Return a layer that responds to links of experiments in this status with another code."""

    async def layer(request: Request, server: Server) -> Response:
        memory = request.memory
        if request.operation == CREATE:
            memory["authorization"] = request.headers.get("authorization", "")
            return await server(request)
        # A click has no key. The list needs the key of the create.
        listed = request.like("GET", API)
        listed.headers["authorization"] = memory.get("authorization", "")
        listed.query = {"status": status, "limit": "100"}
        if request.name in [row["slug"] for row in (await server(listed)).experiments]:
            return Response.of(code, location="https://shop.example.com/")
        return await server(request)

    return layer


for name, layer in (
    ("link_of_completed_is_410", respond_in_status("completed", 410)),
    ("link_of_a_draft_leads_on", respond_in_status("draft", 302)),
):
    wrap_server("click.outside-running", CLICK, CREATE, name=name)(layer)


# --- caches


@wrap_server("click.new-destination", CLICK, UPDATE)
async def click_keeps_the_old_destination(request: Request, server: Server) -> Response:
    """A cache keeps the destination of each link."""
    response = await server(request)
    if request.operation == CLICK and response.status == 302:
        location = response.headers["location"]
        response.headers["location"] = request.memory.setdefault(request.name, location)
    return response


@wrap_server("click.new-destination.at-once", CLICK)
async def click_leads_to_the_old_destination_once(request: Request, server: Server) -> Response:
    """The first click after a change leads to the old destination."""
    response = await server(request)
    if response.status == 302:
        before, now = request.memory.get(request.name), response.headers["location"]
        request.memory[request.name] = now
        response.headers["location"] = before or now
    return response


for name, set_or_drop in (
    ("click_may_be_kept_a_minute", set_header("cache-control", "public, max-age=60")),
    ("click_is_only_asked_again", set_header("cache-control", "no-cache")),
    ("click_says_nothing_of_caches", drop_header("cache-control")),
):
    alter_response("click.not-cached", CLICK, name=name)(set_or_drop)
