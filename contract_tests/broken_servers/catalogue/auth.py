"""Servers whose keys open too much or too little."""

from collections.abc import Callable

from broken_servers.changes import RequestChange, declare_statuses
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Layer,
    Server,
    alter_error,
    alter_request,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import API
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

ON_ONE = (GET, UPDATE, DELETE, START, PAUSE, COMPLETE)
Condition = Callable[[Request], bool]


def key_of(request: Request) -> str:
    """Return the key in the Authorization header."""
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def valid_key(request: Request, which: str = "key") -> str:
    """Return the first team's key, or its write key, or the key of the second team."""
    return str(request.memory[which])


def authorise(request: Request, which: str = "key") -> None:
    """Give the request a valid key."""
    request.headers["authorization"] = f"Bearer {valid_key(request, which)}"


def is_of_other_team(request: Request) -> bool:
    return key_of(request) == valid_key(request, "second key")


def authorise_if(condition: Condition) -> RequestChange:
    """Return a change that gives the key of the first team to some requests."""

    def change(request: Request) -> None:
        if condition(request):
            authorise(request)

    return change


def accept_if(rule: str, *operations: str) -> Callable[[Condition], None]:
    """Decorate `f(request) -> bool`. Requests for which it is true pass as with a valid key."""

    def declare(condition: Condition) -> None:
        name, sentence = condition.__name__, condition.__doc__ or ""
        alter_request(rule, *operations, name=name, sentence=sentence)(authorise_if(condition))

    return declare


def accept_if_on_each(rule: str, *operations: str) -> Callable[[Condition], None]:
    """Declare a fault for each operation, whose verb precedes the function's name."""

    def declare(condition: Condition) -> None:
        for operation in operations:
            name = f"{operation.partition('Experiment')[0]}_{condition.__name__}"
            alter_request(rule, operation, name=name)(authorise_if(condition))

    return declare


def do_after_refusal(status: int) -> Layer:
    """Return a layer that does what the server refuses with this status."""

    async def layer(request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status == status:
            authorise(request)
            await server(request)
        return response

    return layer


for name, rule, operation, status in (
    ("create_without_key_is_stored", "auth.missing-key.refused", CREATE, 401),
    ("update_with_wrong_key_is_done", "auth.invalid-key.refused", UPDATE, 401),
    ("pause_of_another_team_is_404_and_done", "auth.team-scope.refused", PAUSE, 404),
):
    wrap_server(rule, operation, name=name)(do_after_refusal(status))


# --- no key


@accept_if_on_each("auth.missing-key.refused", LIST, DELETE, COMPLETE)
def needs_no_key(request: Request) -> bool:
    return "authorization" not in request.headers


@accept_if("auth.missing-key.refused", *MANAGEMENT)
def bearer_without_key_is_enough(request: Request) -> bool:
    return request.headers.get("authorization", "").strip() == "Bearer"


@alter_error("auth.missing-key.refused", QUOTA, status=401)
def keyless_is_sent_to_the_login(_: Request, response: Response) -> None:
    """The quota without a key redirects to the login page."""
    response.status, response.headers["location"] = 302, "/login"


declare_statuses("auth.missing-key.status", START, 401, start_without_key_is_forbidden=403)


@alter_error("auth.missing-key.status", status=401)
def missing_key_is_told_as_invalid(_: Request, response: Response) -> None:
    """A missing key has the problem type of an unknown one."""
    type_ = response.json["type"]
    response.json["type"] = type_.replace("missing-authorization", "invalid-api-key")


# --- a wrong key


@accept_if_on_each("auth.invalid-key.refused", GET, START)
def takes_any_key(request: Request) -> bool:
    return key_of(request) != "" and not is_of_other_team(request)


@accept_if("auth.invalid-key.refused", *MANAGEMENT)
def beginning_of_the_key_is_enough(request: Request) -> bool:
    """The key is compared up to the length of what was sent."""
    return key_of(request) != "" and valid_key(request).startswith(key_of(request))


@accept_if("auth.invalid-key.refused", *MANAGEMENT)
def key_is_compared_by_its_beginning(request: Request) -> bool:
    """Text after the key is ignored."""
    return key_of(request).startswith(valid_key(request))


@accept_if("auth.invalid-key.refused", *MANAGEMENT)
def last_character_of_the_key_does_not_matter(request: Request) -> bool:
    """The column of keys is one character too short."""
    return key_of(request) == valid_key(request)[:-1]


@accept_if("auth.invalid-key.status", *MANAGEMENT)
def case_of_the_key_does_not_matter(request: Request) -> bool:
    return key_of(request).lower() == valid_key(request).lower()


@alter_error("auth.invalid-key.status", status=401)
def invalid_key_is_forbidden(request: Request, response: Response) -> None:
    if "authorization" in request.headers:
        response.status = 403


@alter_request("auth.scheme.refused", *MANAGEMENT)
def scheme_does_not_matter(request: Request) -> None:
    """The key is accepted under any scheme."""
    scheme, _, key = request.headers.get("authorization", "").rpartition(" ")
    if scheme:
        request.headers["authorization"] = f"Bearer {key}"


# --- what a refusal reveals


@wrap_server("auth.before-anything-else", *ON_ONE)
async def uid_is_looked_up_before_the_key(request: Request, server: Server) -> Response:
    """An unknown uid without a key is 404."""
    response = await server(request)
    if response.status == 401:
        authorise(request)
        if (known := await server(request.like("GET", f"{API}/{request.name}"))).status == 404:
            return known
    return response


@refuse_request("auth.before-anything-else", CREATE)
def body_is_checked_before_the_key(request: Request) -> bool:
    """An empty create without a key is 400."""
    return "authorization" not in request.headers and request.json == {}


@alter_error("auth.key-not-echoed", status=401)
def wrong_key_is_quoted(request: Request, response: Response) -> None:
    response.json["detail"] += f" It was {request.headers['authorization']}."


@alter_response("auth.key-not-echoed", QUOTA)
def quota_tells_the_key(request: Request, response: Response) -> None:
    """A header of the quota has the key."""
    response.headers["x-api-key"] = key_of(request)


@alter_error("auth.key-not-echoed", EVENTS, status=401)
def wrong_write_key_is_quoted(request: Request, response: Response) -> None:
    key = request.headers.get("x-write-key") or request.json["writeKey"]
    response.json["detail"] += f" It was {key}."


# --- write keys and public operations


@accept_if_on_each("auth.write-key-manages-nothing", CREATE, PAUSE)
def takes_the_write_key(request: Request) -> bool:
    return key_of(request) == valid_key(request, "write key")


@accept_if("auth.write-key-manages-nothing", *MANAGEMENT)
def write_key_header_opens_everything(request: Request) -> bool:
    """Management operations accept X-Write-Key."""
    return request.headers.get("x-write-key") == valid_key(request, "write key")


def has_no_key(request: Request) -> bool:
    return not {"authorization", "x-write-key"} & request.headers.keys()


for word, operation in (("events", EVENTS), ("click", CLICK), ("pixel", PIXEL)):
    name = f"{word}_needs_a_key"
    refuse_request("auth.public-operations", operation, status=401, name=name)(has_no_key)


@refuse_request("auth.public-operations", CLICK, PIXEL, status=401)
def public_links_refuse_unknown_keys(request: Request) -> bool:
    return key_of(request) not in ("", valid_key(request))


# --- other teams


async def find_in_all_teams(request: Request, server: Server) -> Response:
    """Do for the second team what only the first may do."""
    response = await server(request)
    if response.status == 404 and is_of_other_team(request):
        authorise(request)
        return await server(request)
    return response


for word, operation in (("get", GET), ("update", UPDATE)):
    name = f"{word}_is_open_to_other_teams"
    wrap_server("auth.team-scope.refused", operation, name=name)(find_in_all_teams)


@wrap_server("auth.team-scope.unlisted", LIST)
async def list_holds_all_teams(request: Request, server: Server) -> Response:
    response = await server(request)
    if is_of_other_team(request):
        authorise(request)
        others = await server(request)
        response.json["experiments"] = response.experiments + others.experiments
    return response


@alter_request("auth.team-scope.unlisted", LIST)
def filtered_list_holds_all_teams(request: Request) -> None:
    if is_of_other_team(request) and "status" in request.query:
        authorise(request)


@wrap_server("auth.team-scope.any-order", QUOTA)
async def quota_counts_all_teams(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 200:
        authorise(request, "key" if is_of_other_team(request) else "second key")
        others = await server(request)
        for name, row in response.json["quota"].items():
            row["used"] += others.json["quota"][name]["used"]
    return response


@alter_error("auth.team-scope.status", *ON_ONE, status=404)
def uid_of_another_team_is_forbidden(request: Request, response: Response) -> None:
    if is_of_other_team(request):
        response.status = 403


@wrap_server("auth.team-scope.status", *ON_ONE)
async def existing_uid_of_another_team_is_told_apart(request: Request, server: Server) -> Response:
    """The detail of the 404 tells another team's uid from an unknown one."""
    response = await server(request)
    if response.status == 404 and is_of_other_team(request):
        authorise(request)
        if (await server(request.like("GET", f"{API}/{request.name}"))).status == 200:
            response.json["detail"] = "This experiment belongs to another team."
    return response
