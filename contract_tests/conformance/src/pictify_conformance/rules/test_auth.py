"""Who may do what: API keys, write keys, no key at all, and teams."""

import base64
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.results.findings import Detail
from pictify_conformance.testing import assertions, plan_limits
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.failures import Blocked, Unexpected, details_of
from pictify_conformance.testing.payloads import DESTINATION, Json, event

Operation = Callable[[Lab, str], httpx.Response]

ON_ONE: dict[str, Operation] = {
    "get": lambda lab, uid: lab.get(uid),
    "update": lambda lab, uid: lab.update(uid, {"name": f"Renamed {uid}"}),
    "delete": lambda lab, uid: lab.delete(uid),
    "start": lambda lab, uid: lab.start(uid),
    "pause": lambda lab, uid: lab.pause(uid),
    "complete": lambda lab, uid: lab.complete(uid),
}
MANAGEMENT: dict[str, Operation] = {
    "list": lambda lab, _: lab.list_experiments(),
    "create": lambda lab, _: lab.create(lab.body(name=f"Keyless {lab.target.token}")),
    "quota": lambda lab, _: lab.quota(),
    **ON_ONE,
}
NEEDS_RUNNING = ("pause", "complete")

each_operation = pytest.mark.parametrize("name", MANAGEMENT)
each_on_one = pytest.mark.parametrize("name", ON_ONE)


def ready_for(lab: Lab, name: str) -> Json:
    """An experiment on which the operation works with the right key."""
    return lab.read(lab.experiment("running" if name in NEEDS_RUNNING else "draft")["uid"])


def wrong_keys(key: str) -> dict[str, str]:
    """Keys that are nearly the right one, and one that is not."""
    return {
        "unknown": "ct-no-such-key",
        "cut short": key[:-1],
        "first half": key[: len(key) // 2],
        "longer": key + "0",
    }


def refused_without_trace(lab: Lab, sender: Lab, names: Iterable[str] = MANAGEMENT) -> None:
    """Each of the sender's operations is refused, and neither the experiment nor the list shows that it was tried."""
    error_message: list[Detail] = []
    for name in names:
        try:
            _refused_without_trace(lab, sender, name)
        except pytest.fail.Exception as failure:
            error_message += [detail.within(name) for detail in details_of(failure)]
        lab.clear()  # a small plan has one slot for all of them
    if error_message:
        raise Unexpected(*error_message)


def _refused_without_trace(lab: Lab, sender: Lab, name: str) -> None:
    before = ready_for(lab, name)
    assertions.refused(MANAGEMENT[name](sender, before["uid"]))
    lab.unchanged(before)
    if name == "create":
        lab.nothing_left({"name": f"Keyless {lab.target.token}"})


@pytest.mark.rule("auth.missing-key.refused")
@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer"}], ids=["no header", "no key"])
def test_missing_key_refused(lab: Lab, sent: dict[str, str]) -> None:
    """A management operation without an API key is refused and changes nothing."""
    refused_without_trace(lab, lab.with_headers(**sent))


@pytest.mark.rule("auth.missing-key.status")
@each_operation
def test_missing_key_status(lab: Lab, name: str) -> None:
    """A management operation without an API key is 401 missing-authorization."""
    answer = MANAGEMENT[name](lab.with_headers(), ready_for(lab, name)["uid"])
    assertions.problem(answer, 401, "missing-authorization")


@pytest.mark.rule("auth.invalid-key.refused")
@pytest.mark.parametrize("which", wrong_keys(""))
def test_invalid_key_refused(lab: Lab, which: str) -> None:
    """A key that is not exactly one of a team is refused and changes nothing."""
    key = wrong_keys(lab.target.api_key)[which]
    refused_without_trace(lab, lab.with_headers(Authorization=f"Bearer {key}"))


@pytest.mark.rule("auth.scheme.refused")
@pytest.mark.parametrize("scheme", ["Basic", "Token"])
def test_scheme_refused(lab: Lab, scheme: str) -> None:
    """The right key under another scheme than Bearer is refused and changes nothing."""
    key = lab.target.api_key
    for sent in {key, base64.b64encode(f"{key}:".encode()).decode() if scheme == "Basic" else key}:
        refused_without_trace(lab, lab.with_headers(Authorization=f"{scheme} {sent}"))


@pytest.mark.rule("auth.invalid-key.status")
@each_operation
def test_invalid_key_status(lab: Lab, name: str) -> None:
    """A wrong key, a wrong scheme and no scheme are 401 invalid-api-key."""
    uid, key = ready_for(lab, name)["uid"], lab.target.api_key
    bearers = [f"Bearer {wrong}" for wrong in wrong_keys(key).values()]
    for credentials in [
        *bearers,
        f"Basic {key}",
        f"Token {key}",
        key,
        "Bearer",
        f"Bearer {key.swapcase()}",
    ]:
        answer = MANAGEMENT[name](lab.with_headers(Authorization=credentials), uid)
        assertions.problem(answer, 401, "invalid-api-key")


WITHOUT_A_LOOK: dict[str, Callable[[Lab], httpx.Response]] = {
    "unknown uid": lambda lab: lab.get(lab.unknown_uid()),
    "delete of an unknown uid": lambda lab: lab.delete(lab.unknown_uid()),
    "start of an unknown uid": lambda lab: lab.start(lab.unknown_uid()),
    "broken create": lambda lab: lab.create({}),
    "broken update": lambda lab: lab.update(lab.unknown_uid(), {"name": 7}),
    "no winner": lambda lab: lab.request("POST", f"{API}/{lab.unknown_uid()}/complete", json={}),
    "no JSON": lambda lab: lab.create(content=b"{", headers={"Content-Type": "application/json"}),
    "no media type of ours": lambda lab: lab.create(
        content=b"<a/>", headers={"Content-Type": "application/xml"}
    ),
    "broken query": lambda lab: lab.list_experiments(limit=0),
}


@pytest.mark.rule("auth.before-anything-else")
@pytest.mark.parametrize("case", WITHOUT_A_LOOK)
def test_before_anything_else(lab: Lab, case: str) -> None:
    """A request that is wrong in other ways too is told about its key only."""
    send = WITHOUT_A_LOOK[case]
    assertions.problem(send(lab.with_headers()), 401, "missing-authorization")
    error_message = assertions.problem(
        send(lab.with_headers(Authorization="Bearer ct-no-such-key")), 401, "invalid-api-key"
    )
    assertions.same(error_message.get("errors") or [], [], "errors of a request with a bad key")


@pytest.mark.rule("auth.before-anything-else")
@each_on_one
def test_before_anything_else_same_for_every_uid(lab: Lab, name: str) -> None:
    """A bad key is told the same about a uid that exists and one that does not."""
    stranger = lab.with_headers(Authorization="Bearer ct-no-such-key")
    known, unknown = ready_for(lab, name)["uid"], lab.unknown_uid()
    answers = [_without(uid, MANAGEMENT[name](stranger, uid)) for uid in (known, unknown)]
    assertions.same(answers[0], answers[1], "the answer about a uid that exists")


def _without(uid: str, response: httpx.Response) -> Any:
    """Status and body with the uid blotted out."""
    return [response.status_code, response.text.replace(uid, "{uid}")]


def _says(response: httpx.Response, text: str) -> bool:
    return text in response.text or any(text in value for value in response.headers.values())


@pytest.mark.rule("auth.key-not-echoed")
@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", ""])
def test_key_not_echoed(lab: Lab, scheme: str) -> None:
    """No answer to a wrong key holds it."""
    key = f"ct-{lab.target.token}-wrong-key"
    stranger, uid = lab.with_headers(Authorization=scheme + key), lab.unknown_uid()
    answers = [operation(stranger, uid) for operation in MANAGEMENT.values()]
    answers.append(lab.events(event({"slug": lab.new_slug()}), **{"X-Write-Key": key}))
    answers.append(lab.events(event({"slug": lab.new_slug()}, writeKey=key)))
    for answer in answers:
        if _says(answer, key):
            assertions.fail("an answer that does not repeat the key", answer)


@pytest.mark.rule("auth.key-not-echoed")
@each_operation
def test_key_not_echoed_when_right(lab: Lab, name: str) -> None:
    """No answer to the right key holds it."""
    for uid in (ready_for(lab, name)["uid"], lab.unknown_uid()):
        if _says(answer := MANAGEMENT[name](lab, uid), lab.target.api_key):
            assertions.fail("an answer that does not repeat the key", answer)


@pytest.mark.rule("auth.key-not-echoed")
@pytest.mark.parametrize(
    "path", [API, f"{API}/quota", f"{API}/{{uid}}", "/s/events", "/s/{slug}/click"]
)
def test_key_not_echoed_by_trace(lab: Lab, path: str) -> None:
    """TRACE, which sends a request back as it came, does not send the key back."""
    answer = lab.request("TRACE", path.format(uid=lab.unknown_uid(), slug=lab.new_slug()))
    if _says(answer, lab.target.api_key):
        assertions.fail("an answer that does not repeat the key", answer)


@pytest.mark.rule("auth.scheme-case")
@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_scheme_case(lab: Lab, scheme: str) -> None:
    """The right key is taken after each spelling, and a wrong one after none."""
    made = lab.experiment()
    right = lab.with_headers(Authorization=f"{scheme} {lab.target.api_key}")
    assertions.status(right.list_experiments(), 200)
    assertions.status(right.update(made["uid"], {"name": "Spelt otherwise"}), 200)
    wrong = lab.with_headers(Authorization=f"{scheme} ct-no-such-key")
    assertions.problem(wrong.get(made["uid"]), 401, "invalid-api-key")


@pytest.mark.rule("auth.write-key-manages-nothing")
@pytest.mark.parametrize("header", ["Authorization", "X-Write-Key"])
def test_write_key_manages_nothing(lab: Lab, write_key: str, header: str) -> None:
    """A management operation with the write key is refused and changes nothing."""
    credentials = f"Bearer {write_key}" if header == "Authorization" else write_key
    refused_without_trace(lab, lab.with_headers(**{header: credentials}))


@pytest.mark.rule("auth.public-operations")
def test_public_operations_events(lab: Lab) -> None:
    """An event is taken without any credential."""
    error_message = assertions.page(lab.events(event(lab.experiment("running"))))
    assertions.same(
        [error_message.get("processed", 1), error_message.get("errors", [])],
        [1, []],
        "processed and errors",
    )


@pytest.mark.rule("auth.public-operations")
def test_public_operations_click(lab: Lab) -> None:
    """A click link leads to the destination without any credential."""
    assertions.leads_to(lab.click(lab.clickable()["slug"]), DESTINATION)


@pytest.mark.rule("auth.public-operations")
def test_public_operations_pixel(lab: Lab) -> None:
    """The pixel is an image without any credential."""
    answer = assertions.status(lab.pixel(lab.experiment("running")["slug"]), 200)
    if not answer.headers.get("content-type", "").lower().startswith("image/gif"):
        assertions.fail("Content-Type: image/gif", answer)


@pytest.mark.rule("auth.team-scope.refused")
def test_team_scope_refused(lab: Lab, other_lab: Lab) -> None:
    """Another team's key is refused by each operation on an experiment and changes nothing."""
    refused_without_trace(lab, other_lab, ON_ONE)


@pytest.mark.rule("auth.team-scope.refused")
@pytest.mark.parametrize("status", ["running", "paused", "completed"])
def test_team_scope_refused_in_every_status(lab: Lab, other_lab: Lab, status: str) -> None:
    """What another team's key is refused for a draft it is refused later too."""
    before = lab.existing(status)
    for operation in ON_ONE.values():
        assertions.refused(operation(other_lab, before["uid"]))
        lab.unchanged(before)


@pytest.mark.rule("auth.team-scope.unlisted")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_team_scope_unlisted(lab: Lab, other_lab: Lab, status: str) -> None:
    """In every status an experiment is in its own team's list only, whatever the filters."""
    uid = lab.experiment(status)["uid"]
    queries: list[dict[str, str]] = [
        {},
        {"type": "ab_test"},
        {"status": status},
        {"type": "ab_test", "status": status},
    ]
    for query in queries:
        if uid not in {row["uid"] for row in lab.rows(**query)}:
            raise Blocked(
                "list.contains-created", Detail("a list that holds the team's own experiment")
            )
        if uid in {row["uid"] for row in other_lab.rows(**query)}:
            pytest.fail(
                f"another team's list with {query} holds {uid}, which is {status}", pytrace=False
            )


@pytest.mark.alone  # the quota is the account's
@pytest.mark.rule("auth.team-scope.any-order")
def test_team_scope_quota(lab: Lab, other_lab: Lab) -> None:
    """What one team has is no part of another's quota."""
    before = plan_limits.usage(lab.quota(), "ab_test")
    other_lab.experiment("running")
    assertions.same(plan_limits.usage(lab.quota(), "ab_test"), before, "used and limit of ab_test")


@pytest.mark.rule("auth.team-scope.status")
@pytest.mark.parametrize("status", ["draft", "running"])
@each_on_one
def test_team_scope_status(lab: Lab, other_lab: Lab, name: str, status: str) -> None:
    """Another team's uid is answered like an unknown one, whatever its status."""
    theirs, unknown = lab.experiment(status)["uid"], lab.unknown_uid()
    assertions.problem(ON_ONE[name](other_lab, theirs), 404, "experiment-not-found")
    answers = [_without(uid, ON_ONE[name](other_lab, uid)) for uid in (theirs, unknown)]
    assertions.same(answers[0], answers[1], "the answer about another team's uid")
