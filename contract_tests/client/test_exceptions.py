"""Calls raise errors of this package only, for any response of the server."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pictify_experiments import PictifyError, PictifyExperiments
from pictify_experiments.errors import APIStatusError
from pictify_experiments.models import EventType, ExperimentEvent, UpdateExperimentRequest

CALLS: dict[str, Callable[[PictifyExperiments], Any]] = {
    "list": lambda client: client.list_experiments(),
    "iterate": lambda client: list(client.iterate_experiments()),
    "get": lambda client: client.get_experiment("exp_1"),
    "update": lambda client: client.update_experiment("exp_1", UpdateExperimentRequest(name="x")),
    "create": lambda client: client.create_experiment(
        name="x", type="ab_test", slug="x", variants=[]
    ),
    "find": lambda client: client.find_experiment(slug="x"),
    "delete": lambda client: client.delete_experiment("exp_1"),
    "quota": lambda client: client.get_experiment_quota(),
    "track": lambda client: client.track([ExperimentEvent(EventType.CLICK, "slug")] * 150),
    "click": lambda client: client.track_experiment_click("slug"),
    "pixel": lambda client: client.track_experiment_pixel("slug"),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "detail",
                    "message",
                    "title",
                    "error",
                    "errors",
                    "field",
                    "code",
                    "experiment",
                    "experiments",
                    "total",
                    "page",
                    "limit",
                    "uid",
                    "slug",
                    "variants",
                    "conditions",
                    "ok",
                    "processed",
                    "index",
                    "deleted",
                    "plan",
                    "currentStatus",
                    "allowedTransitions",
                    "Location",
                ]
            ),
            children,
            max_size=5,
        )
    ),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "Location", "Content-Type", "X-Request-Id", "Set-Cookie"]),
    st.sampled_from(
        [
            "",
            "0",
            "nan",
            "1e400",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Mon, 01 Jan 0001 00:00:00 +2359",
            "mailto:a@b",
            "tel:1",
            "myapp:x",
            "https://xn--/",
            "http://[::1",
            "//",
            "text/html; charset=zlib",
            "application/json; charset=idna",
            "application/json; charset=undefined",
            "a\x1bb",
        ]
    ),
    max_size=4,
)
STATUSES = st.sampled_from([200, 201, 202, 204, 299, 301, 302, 308, 400, 401, 404, 409, 413, 418])
MORE_STATUSES = st.sampled_from([429, 500, 503, 599])


@pytest.mark.parametrize("name", CALLS)
@given(status=STATUSES | MORE_STATUSES, headers=HEADERS, body=JSON | st.binary(max_size=20))
@example(status=302, headers={"Location": "https://xn--/"}, body=b"")
@example(status=400, headers={}, body={"errors": [{"field": "a", "message": "b", "code": None}]})
@example(status=400, headers={}, body={"detail": ["x"], "message": None, "code": 7})
@example(status=429, headers={"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359"}, body=b"")
def test_only_our_errors(name: str, status: int, headers: dict[str, str], body: Any) -> None:
    """Any status, headers and body give a result or a PictifyError whose parts can be read."""

    def answer(request: httpx.Request) -> httpx.Response:
        content = body if isinstance(body, bytes) else as_json(body)
        return httpx.Response(status, headers=headers, request=request, content=content)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = PictifyExperiments(
            "key", base_url="http://server.test", http_client=http, max_retries=0
        )
        try:
            CALLS[name](client)
        except PictifyError as error:
            assert_readable(error)


def assert_readable(error: PictifyError) -> None:
    assert str(error).isprintable()
    assert repr(error)
    if isinstance(error, APIStatusError):
        assert isinstance(error.field_errors, list)
        assert isinstance(error.code, str | None)


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")
