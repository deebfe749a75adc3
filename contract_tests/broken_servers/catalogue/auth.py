"""Keys that open too much or too little."""

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, alter_response, wrap_server
from broken_servers.operations import (
    CLICK,
    COMPLETE,
    CREATE,
    DELETE,
    EVENTS,
    GET,
    LIST,
    MANAGEMENT,
    PAUSE,
    PIXEL,
    QUOTA,
    START,
    UPDATE,
)

PATH = "/experiments/api"
WORDS = dict(
    zip(
        MANAGEMENT,
        ("list", "get", "quota", "create", "update", "delete", "start", "pause", "complete"),
        strict=True,
    )
)
ON_ONE = (GET, UPDATE, DELETE, START, PAUSE, COMPLETE)


def key_of(request: Request) -> str:
    """The key that came with a request."""
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def authorise(request: Request, which: str = "key") -> None:
    """Let the request pass as if it had come with a good key."""
    request.headers["authorization"] = f"Bearer {request.memory[which]}"


def _needs_no_key(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Response:
        if "authorization" not in request.headers:
            authorise(request)
        return await server(request)

    fault.__name__ = f"{WORDS[operation]}_needs_no_key"
    fault.__doc__ = f"{WORDS[operation].capitalize()} works without a key."
    wrap_server("auth.missing-key.refused", operation)(fault)


def _takes_any_key(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Response:
        if key_of(request) and key_of(request) != request.memory["second key"]:
            authorise(request)
        return await server(request)

    fault.__name__ = f"{WORDS[operation]}_takes_any_key"
    fault.__doc__ = f"{WORDS[operation].capitalize()} looks whether there is a key, not which."
    wrap_server("auth.invalid-key.refused", operation)(fault)


def _takes_the_write_key(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Response:
        if key_of(request) == request.memory["write key"]:
            authorise(request)
        return await server(request)

    fault.__name__ = f"{WORDS[operation]}_takes_the_write_key"
    fault.__doc__ = f"{WORDS[operation].capitalize()} works with a write key."
    wrap_server("auth.write-key-manages-nothing", operation)(fault)


for _operation in MANAGEMENT:
    _needs_no_key(_operation)
    _takes_any_key(_operation)
    _takes_the_write_key(_operation)


@wrap_server("auth.missing-key.refused", CREATE)
async def create_without_key_is_stored(request: Request, server: Server) -> Response:
    """A create without a key is 401 once the experiment is stored."""
    response = await server(request)
    if response.status == 401 and "authorization" not in request.headers:
        authorise(request)
        await server(request)
    return response


@wrap_server("auth.missing-key.refused", DELETE)
async def delete_without_key_is_done(request: Request, server: Server) -> Response:
    """A delete without a key is 401 and done all the same."""
    response = await server(request)
    if response.status == 401 and "authorization" not in request.headers:
        authorise(request)
        await server(request)
    return response


@wrap_server("auth.missing-key.refused", *MANAGEMENT)
async def bearer_without_key_is_enough(request: Request, server: Server) -> Response:
    """The word Bearer passes, with no key after it."""
    if request.headers.get("authorization", "").strip() == "Bearer":
        authorise(request)
    return await server(request)


@alter_error("auth.missing-key.refused", QUOTA, status=401)
def keyless_is_sent_to_the_login(_: Request, response: Response) -> None:
    """Without a key the quota is a redirect to the login page."""
    response.status, response.headers["location"] = 302, "/login"


@alter_error("auth.missing-key.status", START, status=401)
def start_without_key_is_forbidden(_: Request, response: Response) -> None:
    """A start without a key is 403."""
    response.status = 403


@alter_error("auth.missing-key.status", status=401)
def missing_key_is_told_as_invalid(_: Request, response: Response) -> None:
    """A missing key has the problem of an unknown one."""
    response.json["type"] = response.json["type"].replace(
        "missing-authorization", "invalid-api-key"
    )


@wrap_server("auth.invalid-key.refused", *MANAGEMENT)
async def beginning_of_the_key_is_enough(request: Request, server: Server) -> Response:
    """The key is compared up to the length of what was sent."""
    if key_of(request) and request.memory["key"].startswith(key_of(request)):
        authorise(request)
    return await server(request)


@wrap_server("auth.invalid-key.refused", *MANAGEMENT)
async def key_is_compared_by_its_beginning(request: Request, server: Server) -> Response:
    """What follows the key does not matter."""
    if key_of(request).startswith(request.memory["key"]):
        authorise(request)
    return await server(request)


@wrap_server("auth.invalid-key.refused", *MANAGEMENT)
async def last_character_of_the_key_does_not_matter(request: Request, server: Server) -> Response:
    """The column of keys is one character too short."""
    if key_of(request) == request.memory["key"][:-1]:
        authorise(request)
    return await server(request)


@wrap_server("auth.invalid-key.refused", UPDATE)
async def update_with_wrong_key_is_done(request: Request, server: Server) -> Response:
    """An update with a wrong key is 401 and done all the same."""
    response = await server(request)
    if response.status == 401 and key_of(request):
        authorise(request)
        await server(request)
    return response


@alter_error("auth.invalid-key.status", status=401)
def invalid_key_is_forbidden(request: Request, response: Response) -> None:
    """An unknown key is 403."""
    if "authorization" in request.headers:
        response.status = 403


@wrap_server("auth.scheme.refused", *MANAGEMENT)
async def scheme_does_not_matter(request: Request, server: Server) -> Response:
    """The key is taken under any scheme."""
    scheme, _, key = request.headers.get("authorization", "").rpartition(" ")
    if scheme:
        request.headers["authorization"] = f"Bearer {key}"
    return await server(request)


@wrap_server("auth.invalid-key.status", *MANAGEMENT)
async def case_of_the_key_does_not_matter(request: Request, server: Server) -> Response:
    """Keys are compared without regard to case."""
    if key_of(request).lower() == request.memory["key"].lower():
        authorise(request)
    return await server(request)


@wrap_server("auth.before-anything-else", *ON_ONE)
async def uid_is_looked_up_before_the_key(request: Request, server: Server) -> Response:
    """Without a key an unknown uid is 404."""
    response = await server(request)
    if response.status == 401:
        authorise(request)
        if (known := await server(request.like("GET", f"{PATH}/{request.name}"))).status == 404:
            return known
    return response


@wrap_server("auth.before-anything-else", CREATE)
async def body_is_checked_before_the_key(request: Request, server: Server) -> Response:
    """Without a key an empty create is 400."""
    response = await server(request)
    return Response.of(400, {}) if response.status == 401 and request.json == {} else response


@alter_error("auth.key-not-echoed", status=401)
def wrong_key_is_quoted(request: Request, response: Response) -> None:
    """The refusal of a key quotes it."""
    response.json["detail"] += f" It was {request.headers['authorization']}."


@alter_response("auth.key-not-echoed", QUOTA)
def quota_tells_the_key(request: Request, response: Response) -> None:
    """The quota names the key that it is for."""
    response.headers["x-api-key"] = key_of(request)


@alter_error("auth.key-not-echoed", EVENTS, status=401)
def wrong_write_key_is_quoted(request: Request, response: Response) -> None:
    """The refusal of a write key quotes it."""
    response.json["detail"] += (
        f" It was {request.headers.get('x-write-key') or request.json['writeKey']}."
    )


@wrap_server("auth.write-key-manages-nothing", *MANAGEMENT)
async def write_key_header_opens_everything(request: Request, server: Server) -> Response:
    """X-Write-Key is looked at by the guard of management operations too."""
    if request.headers.get("x-write-key") == request.memory["write key"]:
        authorise(request)
    return await server(request)


def _needs_a_key(operation: str, word: str) -> None:
    async def fault(request: Request, server: Server) -> Response:
        known = "authorization" in request.headers or "x-write-key" in request.headers
        return await server(request) if known else Response.of(401, {"error": "Unauthorized"})

    fault.__name__ = f"{word}_needs_a_key"
    fault.__doc__ = f"{word.capitalize()} without a key is 401."
    wrap_server("auth.public-operations", operation)(fault)


for _operation, _word in ((EVENTS, "events"), (CLICK, "click"), (PIXEL, "pixel")):
    _needs_a_key(_operation, _word)


def _is_open_to_other_teams(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status == 404 and key_of(request) == request.memory["second key"]:
            authorise(request)
            return await server(request)
        return response

    fault.__name__ = f"{WORDS[operation]}_is_open_to_other_teams"
    fault.__doc__ = f"{WORDS[operation].capitalize()} looks up the uid without the team."
    wrap_server("auth.team-scope.refused", operation)(fault)


for _operation in ON_ONE:
    _is_open_to_other_teams(_operation)


@wrap_server("auth.team-scope.refused", DELETE)
async def delete_of_another_team_is_404_and_done(request: Request, server: Server) -> Response:
    """A delete by another team is 404 and done all the same."""
    response = await server(request)
    if response.status == 404 and key_of(request) == request.memory["second key"]:
        authorise(request)
        await server(request)
    return response


@wrap_server("auth.team-scope.refused", PAUSE)
async def pause_of_another_team_is_404_and_done(request: Request, server: Server) -> Response:
    """A pause by another team is 404 and done all the same."""
    response = await server(request)
    if response.status == 404 and key_of(request) == request.memory["second key"]:
        authorise(request)
        await server(request)
    return response


@wrap_server("auth.team-scope.unlisted", LIST)
async def list_holds_all_teams(request: Request, server: Server) -> Response:
    """The list is that of all teams."""
    response = await server(request)
    if key_of(request) == request.memory["second key"]:
        authorise(request)
        others = await server(request)
        response.json["experiments"] = response.experiments + others.experiments
    return response


@wrap_server("auth.team-scope.unlisted", LIST)
async def list_holds_what_runs_anywhere(request: Request, server: Server) -> Response:
    """What runs is in the lists of all teams."""
    response = await server(request)
    if key_of(request) == request.memory["second key"] and response.status == 200:
        authorise(request)
        request.query = {**request.query, "status": "running"}
        response.json["experiments"] = response.experiments + (await server(request)).experiments
    return response


@wrap_server("auth.team-scope.any-order", QUOTA)
async def quota_counts_all_teams(request: Request, server: Server) -> Response:
    """The quota counts what all teams have."""
    response = await server(request)
    if response.status == 200:
        own, other = (request.memory[which] for which in ("key", "second key"))
        request.headers["authorization"] = f"Bearer {own if key_of(request) == other else other}"
        others = await server(request)
        for name, row in response.json["quota"].items():
            row["used"] += others.json["quota"][name]["used"]
    return response


@wrap_server("auth.team-scope.unlisted", LIST)
async def filtered_list_holds_all_teams(request: Request, server: Server) -> Response:
    """With a filter the list is that of all teams."""
    if key_of(request) == request.memory["second key"] and "status" in request.query:
        authorise(request)
    return await server(request)


@alter_error("auth.team-scope.status", *ON_ONE, status=404)
def uid_of_another_team_is_forbidden(request: Request, response: Response) -> None:
    """Another team's uid is 403."""
    if key_of(request) == request.memory["second key"]:
        response.status = 403


@wrap_server("auth.team-scope.status", *ON_ONE)
async def existing_uid_of_another_team_is_told_apart(request: Request, server: Server) -> Response:
    """The text of the 404 tells another team's uid from an unknown one."""
    response = await server(request)
    if response.status == 404 and key_of(request) == request.memory["second key"]:
        authorise(request)
        if (await server(request.like("GET", f"{PATH}/{request.name}"))).status == 200:
            response.json["detail"] = "This experiment belongs to another team."
    return response
