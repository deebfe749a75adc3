"""Reading one experiment."""

import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_includes,
    assert_no_body,
    assert_status,
)
from pictify_conformance.testing.responses import experiment_of, published_fields


@pytest.mark.rule("get.reads-created")
def test_reads_created(api: ApiClient, experiments: Experiments) -> None:
    hypotheses = ("Reads follow writes.", "Reads follow many writes.")
    for experiment in [experiments.create(hypothesis=each) for each in hypotheses]:
        read = experiment_of(api.get(experiment["uid"]))
        assert_includes(published_fields(read), published_fields(experiment), "the read")


@pytest.mark.rule("get.unknown")
def test_unknown(api: ApiClient, experiments: Experiments) -> None:
    for uid in experiments.unknown_uids():
        assert_status(api.get(uid), 404)


@pytest.mark.rule("get.unknown")
def test_unknown_similar_uid(api: ApiClient, experiments: Experiments) -> None:
    uid = experiments.create()["uid"]
    for similar in (uid[:-1], f"{uid}-x"):
        response = api.get(similar)
        # Another experiment of the account may have the shorter uid.
        if response.status_code != 200 or experiment_of(response)["uid"] != similar:
            assert_status(response, 404)


PATHS = {"list": f"{API}?limit=1", "get": f"{API}/{{uid}}", "quota": f"{API}/quota"}


@pytest.mark.rule("get.head")
@pytest.mark.parametrize("name", PATHS)
def test_head(api: ApiClient, experiments: Experiments, name: str) -> None:
    path = PATHS[name].format(uid=experiments.create()["uid"])
    head, get = api.request("HEAD", path), api.request("GET", path)
    assert_status(get, 200)
    assert_status(head, 200)
    assert_no_body(head)
    content_types = [each.headers.get("content-type") for each in (head, get)]
    assert_equal(content_types[0], content_types[1], "Content-Type")
    length = int(head.headers.get("content-length", len(get.content)))
    assert_equal(length, len(get.content), "Content-Length")


@pytest.mark.rule("get.head")
@pytest.mark.parametrize("name", PATHS)
def test_head_without_key(api: ApiClient, experiments: Experiments, name: str) -> None:
    path = PATHS[name].format(uid=experiments.create()["uid"])
    response = api.with_headers().request("HEAD", path)
    assert_status(response, 401)
    assert_no_body(response)


@pytest.mark.rule("get.head")
@pytest.mark.parametrize(
    ("path", "status"), [(f"{API}?limit=0", 400), (f"{API}/{{uid}}", 404)], ids=["list", "get"]
)
def test_head_refused(api: ApiClient, experiments: Experiments, path: str, status: int) -> None:
    response = api.request("HEAD", path.format(uid=experiments.unknown_uid()))
    assert_status(response, status)
    assert_no_body(response)
