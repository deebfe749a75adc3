"""Keys that open too much or too little."""

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Server, answers, around, refusals
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
    async def fault(request: Request, server: Server) -> Answer:
        if "authorization" not in request.headers:
            authorise(request)
        return await server(request)

    fault.__name__ = f"{WORDS[operation]}_needs_no_key"
    fault.__doc__ = f"{WORDS[operation].capitalize()} works without a key."
    around("auth.missing-key.refused", operation)(fault)


def _takes_any_key(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Answer:
        if key_of(request) and key_of(request) != request.memory["second key"]:
            authorise(request)
        return await server(request)

    fault.__name__ = f"{WORDS[operation]}_takes_any_key"
    fault.__doc__ = f"{WORDS[operation].capitalize()} looks whether there is a key, not which."
    around("auth.invalid-key.refused", operation)(fault)


def _takes_the_write_key(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Answer:
        if key_of(request) == request.memory["write key"]:
            authorise(request)
        return await server(request)

    fault.__name__ = f"{WORDS[operation]}_takes_the_write_key"
    fault.__doc__ = f"{WORDS[operation].capitalize()} works with a write key."
    around("auth.write-key-manages-nothing", operation)(fault)


for _operation in MANAGEMENT:
    _needs_no_key(_operation)
    _takes_any_key(_operation)
    _takes_the_write_key(_operation)


@around("auth.missing-key.refused", CREATE)
async def create_without_key_is_stored(request: Request, server: Server) -> Answer:
    """A create without a key is 401 once the experiment is stored."""
    answer = await server(request)
    if answer.status == 401 and "authorization" not in request.headers:
        authorise(request)
        await server(request)
    return answer


@around("auth.missing-key.refused", DELETE)
async def delete_without_key_is_done(request: Request, server: Server) -> Answer:
    """A delete without a key is 401 and done all the same."""
    answer = await server(request)
    if answer.status == 401 and "authorization" not in request.headers:
        authorise(request)
        await server(request)
    return answer


@around("auth.missing-key.refused", *MANAGEMENT)
async def bearer_without_key_is_enough(request: Request, server: Server) -> Answer:
    """The word Bearer passes, with no key after it."""
    if request.headers.get("authorization", "").strip() == "Bearer":
        authorise(request)
    return await server(request)


@refusals("auth.missing-key.refused", QUOTA, status=401)
def keyless_is_sent_to_the_login(_: Request, answer: Answer) -> None:
    """Without a key the quota is a redirect to the login page."""
    answer.status, answer.headers["location"] = 302, "/login"


@refusals("auth.missing-key.status", START, status=401)
def start_without_key_is_forbidden(_: Request, answer: Answer) -> None:
    """A start without a key is 403."""
    answer.status = 403


@refusals("auth.missing-key.status", status=401)
def missing_key_is_told_as_invalid(_: Request, answer: Answer) -> None:
    """A missing key has the problem of an unknown one."""
    answer.json["type"] = answer.json["type"].replace("missing-authorization", "invalid-api-key")


@around("auth.invalid-key.refused", *MANAGEMENT)
async def beginning_of_the_key_is_enough(request: Request, server: Server) -> Answer:
    """The key is compared up to the length of what was sent."""
    if key_of(request) and request.memory["key"].startswith(key_of(request)):
        authorise(request)
    return await server(request)


@around("auth.invalid-key.refused", *MANAGEMENT)
async def key_is_compared_by_its_beginning(request: Request, server: Server) -> Answer:
    """What follows the key does not matter."""
    if key_of(request).startswith(request.memory["key"]):
        authorise(request)
    return await server(request)


@around("auth.invalid-key.refused", *MANAGEMENT)
async def last_character_of_the_key_does_not_matter(request: Request, server: Server) -> Answer:
    """The column of keys is one character too short."""
    if key_of(request) == request.memory["key"][:-1]:
        authorise(request)
    return await server(request)


@around("auth.invalid-key.refused", UPDATE)
async def update_with_wrong_key_is_done(request: Request, server: Server) -> Answer:
    """An update with a wrong key is 401 and done all the same."""
    answer = await server(request)
    if answer.status == 401 and key_of(request):
        authorise(request)
        await server(request)
    return answer


@refusals("auth.invalid-key.status", status=401)
def invalid_key_is_forbidden(request: Request, answer: Answer) -> None:
    """An unknown key is 403."""
    if "authorization" in request.headers:
        answer.status = 403


@around("auth.scheme.refused", *MANAGEMENT)
async def scheme_does_not_matter(request: Request, server: Server) -> Answer:
    """The key is taken under any scheme."""
    scheme, _, key = request.headers.get("authorization", "").rpartition(" ")
    if scheme:
        request.headers["authorization"] = f"Bearer {key}"
    return await server(request)


@around("auth.invalid-key.status", *MANAGEMENT)
async def case_of_the_key_does_not_matter(request: Request, server: Server) -> Answer:
    """Keys are compared without regard to case."""
    if key_of(request).lower() == request.memory["key"].lower():
        authorise(request)
    return await server(request)


@around("auth.before-anything-else", *ON_ONE)
async def uid_is_looked_up_before_the_key(request: Request, server: Server) -> Answer:
    """Without a key an unknown uid is 404."""
    answer = await server(request)
    if answer.status == 401:
        authorise(request)
        if (known := await server(request.like("GET", f"{PATH}/{request.name}"))).status == 404:
            return known
    return answer


@around("auth.before-anything-else", CREATE)
async def body_is_checked_before_the_key(request: Request, server: Server) -> Answer:
    """Without a key an empty create is 400."""
    answer = await server(request)
    return Answer.of(400, {}) if answer.status == 401 and request.json == {} else answer


@refusals("auth.key-not-echoed", status=401)
def wrong_key_is_quoted(request: Request, answer: Answer) -> None:
    """The refusal of a key quotes it."""
    answer.json["detail"] += f" It was {request.headers['authorization']}."


@answers("auth.key-not-echoed", QUOTA)
def quota_tells_the_key(request: Request, answer: Answer) -> None:
    """The quota names the key that it is for."""
    answer.headers["x-api-key"] = key_of(request)


@refusals("auth.key-not-echoed", EVENTS, status=401)
def wrong_write_key_is_quoted(request: Request, answer: Answer) -> None:
    """The refusal of a write key quotes it."""
    answer.json["detail"] += (
        f" It was {request.headers.get('x-write-key') or request.json['writeKey']}."
    )


@around("auth.write-key-manages-nothing", *MANAGEMENT)
async def write_key_header_opens_everything(request: Request, server: Server) -> Answer:
    """X-Write-Key is looked at by the guard of management operations too."""
    if request.headers.get("x-write-key") == request.memory["write key"]:
        authorise(request)
    return await server(request)


def _needs_a_key(operation: str, word: str) -> None:
    async def fault(request: Request, server: Server) -> Answer:
        known = "authorization" in request.headers or "x-write-key" in request.headers
        return await server(request) if known else Answer.of(401, {"error": "Unauthorized"})

    fault.__name__ = f"{word}_needs_a_key"
    fault.__doc__ = f"{word.capitalize()} without a key is 401."
    around("auth.public-operations", operation)(fault)


for _operation, _word in ((EVENTS, "events"), (CLICK, "click"), (PIXEL, "pixel")):
    _needs_a_key(_operation, _word)


def _is_open_to_other_teams(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Answer:
        answer = await server(request)
        if answer.status == 404 and key_of(request) == request.memory["second key"]:
            authorise(request)
            return await server(request)
        return answer

    fault.__name__ = f"{WORDS[operation]}_is_open_to_other_teams"
    fault.__doc__ = f"{WORDS[operation].capitalize()} looks up the uid without the team."
    around("auth.team-scope.refused", operation)(fault)


for _operation in ON_ONE:
    _is_open_to_other_teams(_operation)


@around("auth.team-scope.refused", DELETE)
async def delete_of_another_team_is_404_and_done(request: Request, server: Server) -> Answer:
    """A delete by another team is 404 and done all the same."""
    answer = await server(request)
    if answer.status == 404 and key_of(request) == request.memory["second key"]:
        authorise(request)
        await server(request)
    return answer


@around("auth.team-scope.refused", PAUSE)
async def pause_of_another_team_is_404_and_done(request: Request, server: Server) -> Answer:
    """A pause by another team is 404 and done all the same."""
    answer = await server(request)
    if answer.status == 404 and key_of(request) == request.memory["second key"]:
        authorise(request)
        await server(request)
    return answer


@around("auth.team-scope.unlisted", LIST)
async def list_holds_all_teams(request: Request, server: Server) -> Answer:
    """The list is that of all teams."""
    answer = await server(request)
    if key_of(request) == request.memory["second key"]:
        authorise(request)
        others = await server(request)
        answer.json["experiments"] = answer.experiments + others.experiments
    return answer


@around("auth.team-scope.unlisted", LIST)
async def list_holds_what_runs_anywhere(request: Request, server: Server) -> Answer:
    """What runs is in the lists of all teams."""
    answer = await server(request)
    if key_of(request) == request.memory["second key"] and answer.status == 200:
        authorise(request)
        request.query = {**request.query, "status": "running"}
        answer.json["experiments"] = answer.experiments + (await server(request)).experiments
    return answer


@around("auth.team-scope.any-order", QUOTA)
async def quota_counts_all_teams(request: Request, server: Server) -> Answer:
    """The quota counts what all teams have."""
    answer = await server(request)
    if answer.status == 200:
        own, other = (request.memory[which] for which in ("key", "second key"))
        request.headers["authorization"] = f"Bearer {own if key_of(request) == other else other}"
        others = await server(request)
        for name, row in answer.json["quota"].items():
            row["used"] += others.json["quota"][name]["used"]
    return answer


@around("auth.team-scope.unlisted", LIST)
async def filtered_list_holds_all_teams(request: Request, server: Server) -> Answer:
    """With a filter the list is that of all teams."""
    if key_of(request) == request.memory["second key"] and "status" in request.query:
        authorise(request)
    return await server(request)


@refusals("auth.team-scope.status", *ON_ONE, status=404)
def uid_of_another_team_is_forbidden(request: Request, answer: Answer) -> None:
    """Another team's uid is 403."""
    if key_of(request) == request.memory["second key"]:
        answer.status = 403


@around("auth.team-scope.status", *ON_ONE)
async def existing_uid_of_another_team_is_told_apart(request: Request, server: Server) -> Answer:
    """The text of the 404 tells another team's uid from an unknown one."""
    answer = await server(request)
    if answer.status == 404 and key_of(request) == request.memory["second key"]:
        authorise(request)
        if (await server(request.like("GET", f"{PATH}/{request.name}"))).status == 200:
            answer.json["detail"] = "This experiment belongs to another team."
    return answer
