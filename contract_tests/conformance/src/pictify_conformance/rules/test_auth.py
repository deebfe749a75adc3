"""Credentials: API keys, write keys, none at all, and those of another team."""

import base64
from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.results.findings import Detail
from pictify_conformance.rules.operations import MANAGEMENT, ON_EXPERIMENT, call
from pictify_conformance.testing import ApiClient, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_leads_to,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.failures import Blocked, Unexpected, details_of
from pictify_conformance.testing.payloads import DESTINATION, STATUSES, Json, event
from pictify_conformance.testing.plan_limits import usage
from pictify_conformance.testing.responses import json_object, json_of, media_type_of

UNKNOWN_KEY = "Bearer ct-no-such-key"
WITHOUT_A_KEY = {"nothing": {}, "unknown keys": {"Authorization": UNKNOWN_KEY, "X-Write-Key": "ct"}}

each_operation = pytest.mark.parametrize("name", MANAGEMENT)
each_without_a_key = pytest.mark.parametrize("headers", WITHOUT_A_KEY.values(), ids=WITHOUT_A_KEY)
each_on_experiment = pytest.mark.parametrize("name", ON_EXPERIMENT)


def create_ready_for(experiments: Experiments, name: str) -> Json:
    """Create an experiment on which the operation works with the right key, if there can be one."""
    status = experiments.reachable("running") if name in ("pause", "complete") else "draft"
    return experiments.create_and_read(status)


def wrong_keys(key: str) -> dict[str, str]:
    return {
        "unknown": "ct-no-such-key",
        "cut short": key[:-1],
        "first half": key[: len(key) // 2],
        "longer": key + "0",
    }


def assert_refused_without_trace(
    team: Team, sender: ApiClient, names: Iterable[str] = MANAGEMENT
) -> None:
    """Assert that each of the sender's operations is refused and changes nothing of the team's."""
    found: list[Detail] = []
    for name in names:
        before = create_ready_for(team.experiments, name)
        body = team.experiments.body(name=f"Keyless {team.target.token}")
        try:
            assert_refused(call(sender, name, before["uid"], body))
            team.experiments.assert_unchanged(before)
            if name == "create":
                team.experiments.assert_not_created({"name": body["name"]})
        except pytest.fail.Exception as failure:
            found += [detail.within(name) for detail in details_of(failure)]
        team.api.remove_created()  # a small plan has one slot for all operations
    if found:
        raise Unexpected(*found)


@pytest.mark.rule("auth.missing-key.refused")
@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer"}], ids=["no header", "no key"])
def test_missing_key_refused(team: Team, sent: dict[str, str]) -> None:
    assert_refused_without_trace(team, team.api.with_headers(**sent))


@pytest.mark.rule("auth.missing-key.status")
@each_operation
def test_missing_key_status(api: ApiClient, experiments: Experiments, name: str) -> None:
    uid = create_ready_for(experiments, name)["uid"]
    response = call(api.with_headers(), name, uid, experiments.body())
    assert_problem(response, 401, "missing-authorization")


@pytest.mark.rule("auth.invalid-key.refused")
@pytest.mark.parametrize("kind", wrong_keys(""))
def test_invalid_key_refused(team: Team, kind: str) -> None:
    key = wrong_keys(team.target.api_key)[kind]
    assert_refused_without_trace(team, team.api.with_headers(Authorization=f"Bearer {key}"))


@pytest.mark.rule("auth.scheme.refused")
@pytest.mark.parametrize("scheme", ["Basic", "Token"])
def test_scheme_refused(team: Team, scheme: str) -> None:
    key = team.target.api_key
    encoded = base64.b64encode(f"{key}:".encode()).decode()
    for credentials in {key, encoded if scheme == "Basic" else key}:
        sender = team.api.with_headers(Authorization=f"{scheme} {credentials}")
        assert_refused_without_trace(team, sender)


@pytest.mark.rule("auth.invalid-key.status")
@each_operation
def test_invalid_key_status(api: ApiClient, experiments: Experiments, name: str) -> None:
    uid, key = create_ready_for(experiments, name)["uid"], api.target.api_key
    wrong = [f"Bearer {wrong}" for wrong in [*wrong_keys(key).values(), key.swapcase()]]
    for credentials in [*wrong, f"Basic {key}", f"Token {key}", key, "Bearer"]:
        sender = api.with_headers(Authorization=credentials)
        response = call(sender, name, uid, experiments.body())
        assert_problem(response, 401, "invalid-api-key")


@pytest.mark.rule("auth.before-anything-else")
@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "missing-authorization"), ({"Authorization": UNKNOWN_KEY}, "invalid-api-key")],
    ids=["no key", "unknown key"],
)
def test_before_anything_else(
    api: ApiClient, experiments: Experiments, headers: dict[str, str], code: str
) -> None:
    """Each request is wrong in another way, too."""
    sender, uid = api.with_headers(**headers), experiments.unknown_uid()
    for response in (
        sender.get(uid),
        sender.delete(uid),
        sender.start(uid),
        sender.update(uid, {"name": 7}),
        sender.request("POST", f"{API}/{uid}/complete", json={}),
        sender.create(content=b"{", headers={"Content-Type": "application/json"}),
        sender.create(content=b"<a/>", headers={"Content-Type": "application/xml"}),
        sender.list_experiments(limit=0),
    ):
        assert_problem(response, 401, code)
        assert_equal(json_of(response).get("errors") or [], [], "errors besides the key")


def assert_same_for_unknown_uid(
    api: ApiClient, experiments: Experiments, name: str, uid: str
) -> None:
    """Assert that the operation answers for this uid as for an unknown one."""
    answers = []
    for each in (uid, experiments.unknown_uid()):
        response = call(api, name, each, experiments.body())
        answers.append([response.status_code, response.text.replace(each, "{uid}")])
    assert_equal(answers[0], answers[1], "the answer about a uid that exists")


@pytest.mark.rule("auth.before-anything-else")
@each_on_experiment
def test_before_anything_else_same_for_every_uid(
    api: ApiClient, experiments: Experiments, name: str
) -> None:
    uid = create_ready_for(experiments, name)["uid"]
    sender = api.with_headers(Authorization=UNKNOWN_KEY)
    assert_same_for_unknown_uid(sender, experiments, name, uid)


def assert_not_echoed(response: httpx.Response, key: str) -> None:
    texts = [response.text, *response.headers.values()]
    is_echoed = any(key in text for text in texts)
    assert_that(not is_echoed, "an answer that does not repeat the key", response)


@pytest.mark.rule("auth.key-not-echoed")
@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", ""])
def test_key_not_echoed(api: ApiClient, experiments: Experiments, scheme: str) -> None:
    key = f"ct-{api.target.token}-wrong-key"
    sender, uid = api.with_headers(Authorization=scheme + key), experiments.unknown_uid()
    unknown = {"slug": experiments.new_slug()}
    for name in MANAGEMENT:
        assert_not_echoed(call(sender, name, uid, experiments.body()), key)
    assert_not_echoed(api.send_events(event(unknown), **{"X-Write-Key": key}), key)
    assert_not_echoed(api.send_events(event(unknown, writeKey=key)), key)


@pytest.mark.rule("auth.key-not-echoed")
@each_operation
def test_key_not_echoed_when_right(api: ApiClient, experiments: Experiments, name: str) -> None:
    for uid in (create_ready_for(experiments, name)["uid"], experiments.unknown_uid()):
        assert_not_echoed(call(api, name, uid, experiments.body()), api.target.api_key)


@pytest.mark.rule("auth.key-not-echoed")
@pytest.mark.parametrize(
    "path", [API, f"{API}/quota", f"{API}/{{uid}}", "/s/events", "/s/{slug}/click"]
)
def test_key_not_echoed_by_trace(api: ApiClient, experiments: Experiments, path: str) -> None:
    """TRACE sends a request back as it came."""
    url = path.format(uid=experiments.unknown_uid(), slug=experiments.new_slug())
    assert_not_echoed(api.request("TRACE", url), api.target.api_key)


@pytest.mark.rule("auth.scheme-case")
@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_scheme_case(api: ApiClient, experiments: Experiments, scheme: str) -> None:
    experiment = experiments.create()
    right = api.with_headers(Authorization=f"{scheme} {api.target.api_key}")
    assert_status(right.list_experiments(), 200)
    assert_status(right.update(experiment["uid"], {"name": "Spelt otherwise"}), 200)
    wrong = api.with_headers(Authorization=f"{scheme} ct-no-such-key")
    assert_problem(wrong.get(experiment["uid"]), 401, "invalid-api-key")


@pytest.mark.rule("auth.write-key-manages-nothing")
@pytest.mark.parametrize("header", ["Authorization", "X-Write-Key"])
def test_write_key_manages_nothing(team: Team, write_key: str, header: str) -> None:
    credentials = f"Bearer {write_key}" if header == "Authorization" else write_key
    assert_refused_without_trace(team, team.api.with_headers(**{header: credentials}))


@pytest.mark.rule("auth.public-operations")
def test_public_operations_events(api: ApiClient, experiments: Experiments) -> None:
    body = json_object(api.send_events(event(experiments.create("running"))))
    found = [body.get("processed", 1), body.get("errors", [])]
    assert_equal(found, [1, []], "processed and errors")


@pytest.mark.rule("auth.public-operations")
@each_without_a_key
def test_public_operations_click(
    api: ApiClient, experiments: Experiments, headers: dict[str, str]
) -> None:
    slug = experiments.create_clickable()["slug"]
    assert_leads_to(api.click(slug, headers=headers), DESTINATION)


@pytest.mark.rule("auth.public-operations")
@each_without_a_key
def test_public_operations_pixel(
    api: ApiClient, experiments: Experiments, headers: dict[str, str]
) -> None:
    response = api.load_pixel(experiments.create("running")["slug"], headers=headers)
    assert_status(response, 200)
    assert_equal(media_type_of(response), "image/gif", "the media type")


@pytest.mark.rule("auth.team-scope.refused")
def test_team_scope_refused(team: Team, other_team: Team) -> None:
    assert_refused_without_trace(team, other_team.api, ON_EXPERIMENT)


@pytest.mark.rule("auth.team-scope.refused")
@pytest.mark.parametrize("status", STATUSES[1:])
def test_team_scope_refused_in_every_status(
    experiments: Experiments, other_team: Team, status: str
) -> None:
    before = experiments.create_and_read(status)
    for name in ON_EXPERIMENT:
        assert_refused(call(other_team.api, name, before["uid"]))
        experiments.assert_unchanged(before)


@pytest.mark.rule("auth.team-scope.unlisted")
@pytest.mark.parametrize("status", STATUSES)
def test_team_scope_unlisted(experiments: Experiments, other_team: Team, status: str) -> None:
    uid, type_ = experiments.create(status)["uid"], {"type": "ab_test"}
    queries: list[dict[str, Any]] = [{}, type_, {"status": status}, {**type_, "status": status}]
    for query in queries:
        if uid not in {row["uid"] for row in experiments.rows(**query)}:
            detail = Detail("a list that holds the team's own experiment")
            raise Blocked("list.contains-created", detail)
        theirs = [row["uid"] for row in other_team.experiments.rows(**query)]
        assert_equal(theirs.count(uid), 0, f"rows of {uid} in another team's list with {query}")


@pytest.mark.alone  # the quota is the account's
@pytest.mark.rule("auth.team-scope.any-order")
def test_team_scope_quota(api: ApiClient, other_team: Team) -> None:
    before = usage(api.get_quota(), "ab_test")
    other_team.experiments.create("running")
    assert_equal(usage(api.get_quota(), "ab_test"), before, "used and limit of ab_test")


@pytest.mark.rule("auth.team-scope.status")
@pytest.mark.parametrize("status", ["draft", "running"])
@each_on_experiment
def test_team_scope_status(
    experiments: Experiments, other_team: Team, name: str, status: str
) -> None:
    uid = experiments.create(status)["uid"]
    assert_problem(call(other_team.api, name, uid), 404, "experiment-not-found")
    assert_same_for_unknown_uid(other_team.api, experiments, name, uid)
