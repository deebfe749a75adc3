"""Errors, for every refusal and for every response that cannot be read."""

import json
import pickle
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pictify_experiments import errors
from pictify_experiments.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    FieldNotEditableError,
    InvalidTransitionError,
    InvalidWinnerError,
    MissingKeyError,
    NotFoundError,
    PayloadTooLargeError,
    PictifyError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    SlugInUseError,
    TooManyRequestsError,
    UnreadableResponseError,
    UnsupportedMediaTypeError,
    ValidationError,
)
from pictify_experiments.models import (
    CompleteExperimentRequest,
    EventType,
    Experiment,
    ExperimentEvent,
    ExperimentStatus,
    ImageFormat,
    UpdateExperimentRequest,
    VariantInput,
)

from pictify_mock import MockServer
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

from .conftest import AT_ONCE, Open, answering, request

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"
HTML: dict[str, Any] = {
    "content": b"<html><body>Bad gateway</body></html>",
    "headers": {"Content-Type": "text/html"},
}
STATUSES = {
    302: APIStatusError,
    400: BadRequestError,
    401: AuthenticationError,
    402: APIStatusError,
    403: errors.PermissionDeniedError,
    404: NotFoundError,
    409: errors.ConflictError,
    410: errors.GoneError,
    413: PayloadTooLargeError,
    415: UnsupportedMediaTypeError,
    429: TooManyRequestsError,
    500: ServerError,
    502: ServerError,
    503: ServerError,
    520: ServerError,
    599: ServerError,
}
BODIES: dict[str, dict[str, Any]] = {
    "HTML": HTML,
    "nothing": {},
    "cut JSON": {"content": b'{"type": "https://'},
    "a list": {"json": ["what"]},
    "odd members": {"json": {"type": 7, "detail": ["x"], "errors": "no", "title": None}},
    "odd rows": {
        "json": {
            "errors": [None, {"field": "/x"}, "y"],
            "allowedTransitions": 3,
            "currentStatus": 4,
        }
    },
    "no text": {"content": b"\xff\xfe\x00"},
    "deep": {"content": b"[" * 100_000},
}


def test_every_problem_of_the_spec_has_its_class() -> None:
    """Each problem of the spec raises its own class, or the class of its status."""
    examples = yaml.safe_load(SPEC.read_text(encoding="utf-8"))["components"]["examples"].values()
    problems = [
        example["value"] for example in examples if "/errors/" in str(example["value"])[:60]
    ]
    for problem in problems:
        asked = httpx.Request("GET", "http://server.test/x")
        found = errors.status_error(httpx.Response(problem["status"], json=problem, request=asked))
        assert isinstance(found, APIStatusError)
        assert type(found).__subclasses__() == [], problem["type"]
        assert (found.status_code, found.detail) == (problem["status"], problem["detail"])
    assert problems


def test_tree_is_drawn() -> None:
    """The tree in the docstring has every class, under the one that it extends."""
    drawn, parents = {}, {}
    for line in str(errors.__doc__).splitlines():
        if found := re.match(r"^    ([│├└─ ]*)(\w+Error)", line):
            parents[len(found[1])] = found[2]
            drawn[found[2]] = parents.get(len(found[1]) - 4)
    classes = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and name[0] != "_"
    }
    ours = {name: kind for name, kind in classes.items() if issubclass(kind, PictifyError)}
    assert drawn == {name: public_parent(kind) for name, kind in ours.items()}


def public_parent(kind: type) -> str | None:
    """The name of the nearest public class above that is ours."""
    above = [parent.__name__ for parent in kind.__mro__[1:] if issubclass(parent, PictifyError)]
    return next((name for name in above if name[0] != "_"), None)


def test_validation_error(pictify: Any) -> None:
    """A refused create says where, what and why, and names the fields."""
    variants = [VariantInput(id="a", weight=5000), VariantInput(id="b", weight=4999)]
    with pytest.raises(
        ValidationError, match=r"POST /experiments/api: 400 Bad Request: .*weights"
    ) as caught:
        pictify.create_experiment(request(variants=variants))
    assert [row.field for row in caught.value.field_errors] == ["/variants"]
    assert caught.value.code == "validation-error"
    assert str(caught.value.request_id) in str(caught.value)


def test_field_not_editable(pictify: Any, running: Experiment) -> None:
    """A field that may not change now is an error of its own, and names it."""
    with pytest.raises(FieldNotEditableError) as caught:
        pictify.update_experiment(running.uid, UpdateExperimentRequest(slug="another-slug"))
    assert [row.field for row in caught.value.field_errors] == ["/slug"]


def test_invalid_winner(pictify: Any, running: Experiment) -> None:
    """A winner that is not a variant raises its own class."""
    with pytest.raises(InvalidWinnerError):
        pictify.complete_experiment(
            running.uid, CompleteExperimentRequest(winner_variant_id="nobody")
        )


def test_authentication(open_client: Open, server: MockServer) -> None:
    """A key that is not valid is an error that does not show it."""
    client = open_client("not-the-key", base_url=server.url)
    with pytest.raises(AuthenticationError) as caught:
        client.list_experiments()
    assert "not-the-key" not in f"{caught.value} {caught.value!r}"


def test_missing_key(open_client: Open, server: MockServer) -> None:
    """Without a key nothing is sent, and the error says how to give one."""
    with pytest.raises(MissingKeyError, match="PICTIFY_API_KEY"):
        open_client(base_url=server.url).list_experiments()


def test_not_found(pictify: Any) -> None:
    """An unknown uid is an error that names the path."""
    with pytest.raises(NotFoundError, match="GET /experiments/api/exp_nobody: 404 Not Found"):
        pictify.get_experiment("exp_nobody")


def test_conflict_tells_the_status(pictify: Any, draft: Experiment) -> None:
    """A refused move gives the current status and those that can be reached."""
    with pytest.raises(InvalidTransitionError) as caught:
        pictify.pause_experiment(draft.uid)
    assert caught.value.current_status is ExperimentStatus.DRAFT
    assert caught.value.allowed_transitions == [ExperimentStatus.RUNNING]


def test_slug_in_use(pictify: Any, draft: Experiment) -> None:
    """A slug that is taken is a conflict of its own."""
    with pytest.raises(SlugInUseError):
        pictify.create_experiment(request(slug=draft.slug))


def test_payload_too_large(pictify: Any) -> None:
    """A body of more than 1 MiB is an error of its own."""
    with pytest.raises(PayloadTooLargeError):
        pictify.create_experiment(request(hypothesis="x" * 2**20))


def test_quota_and_rate_limit(open_client: Open) -> None:
    """A quota and a rate limit are told apart, and the latter says how long to wait."""
    team = Team(b"key-of-a-starter", (), PLANS["starter"])
    with MockServer([team]) as server:
        client = open_client("key-of-a-starter", base_url=server.url, retries=AT_ONCE)
        client.create_experiment(request())
        with pytest.raises(QuotaExceededError) as full:
            client.create_experiment(request())
        assert full.value.retry_after is None
        httpx.post(f"{server.url}/_mock/faults", json={"status": 429, "retryAfter": 600})
        with pytest.raises(RateLimitError) as fast:
            client.list_experiments()
        assert fast.value.retry_after == 600


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("body", BODIES)
def test_any_status_with_any_body(open_client: Open, status: int, body: str) -> None:
    """Any status with any body raises the class of the status, whose parts can be read."""
    client = open_client(
        "key",
        base_url="http://server.test",
        transport=answering(status, **BODIES[body]),
        retries=AT_ONCE,
    )
    with pytest.raises(APIStatusError) as caught:
        client.get_experiment("exp_1")
    assert type(caught.value) is STATUSES[status]
    assert f"GET /experiments/api/exp_1: {status}" in str(caught.value)
    assert caught.value.field_errors == []
    copied = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - it is our own
    assert str(copied) == str(caught.value)


def test_transition_with_odd_members() -> None:
    """A transition problem whose members are not as described still tells what it can."""
    body = {
        "type": "x/invalid-state-transition",
        "currentStatus": 4,
        "allowedTransitions": ["draft", None, "new"],
    }
    response = httpx.Response(409, json=body, request=httpx.Request("POST", "http://server.test/x"))
    found = errors.status_error(response)
    assert isinstance(found, InvalidTransitionError)
    assert (found.current_status, found.allowed_transitions) == (None, ["draft", "new"])


@pytest.mark.parametrize(
    "body", [*BODIES.values(), {"json": {}}, {"json": {"experiment": None}}, {"json": None}]
)
def test_unreadable_success(open_client: Open, body: dict[str, Any]) -> None:
    """A success whose body is not as described is an error that has the answer."""
    client = open_client("key", base_url="http://server.test", transport=answering(200, **body))
    with pytest.raises(
        UnreadableResponseError, match="GET /experiments/api/exp_1: 200 OK: "
    ) as caught:
        client.get_experiment("exp_1")
    assert caught.value.response.status_code == 200


def test_unreadable_success_names_the_member(open_client: Open) -> None:
    """The error names the model and the missing member."""
    body = {"experiment": {"uid": "exp_1", "slug": "s"}}
    client = open_client("key", base_url="http://server.test", transport=answering(200, json=body))
    with pytest.raises(UnreadableResponseError, match="Experiment has no member 'type'"):
        client.get_experiment("exp_1")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the body is empty"), (b'{"experiment": "\xff"}', "the body is not UTF-8")],
)
def test_body_that_is_no_text(open_client: Open, content: bytes, reason: str) -> None:
    transport = answering(200, content=content)
    client = open_client("key", base_url="http://server.test", transport=transport)
    with pytest.raises(UnreadableResponseError, match=f"200 OK: {reason}$"):
        client.get_experiment("exp_1")


def test_page_in_the_place_of_json(open_client: Open) -> None:
    """A page in the place of an experiment, such as that of a login, is told as one."""
    client = open_client("key", base_url="http://server.test", transport=answering(200, **HTML))
    with pytest.raises(UnreadableResponseError, match="200 OK: text/html is not JSON: "):
        client.get_experiment("exp_1")


def test_click_that_is_a_page(open_client: Open) -> None:
    """A page in the place of the redirect is an error that has the answer."""
    client = open_client(base_url="http://server.test", transport=answering(200, **HTML))
    with pytest.raises(UnreadableResponseError, match="200 OK: the API describes a redirect"):
        client.track_experiment_click("a-slug")


def test_pixel_that_is_a_page(open_client: Open) -> None:
    """A page in the place of the pixel is an error."""
    client = open_client(base_url="http://server.test", transport=answering(200, **HTML))
    with pytest.raises(UnreadableResponseError, match="text/html is not image"):
        client.track_experiment_pixel("a-slug")


@pytest.mark.filterwarnings("ignore:render_experiment_url is deprecated")
def test_click_and_image_of_nobody(pictify: Any) -> None:
    """The link and the image of an unknown slug are not found; its pixel is a pixel."""
    with pytest.raises(NotFoundError):
        pictify.track_experiment_click("nobodys-slug")
    with pytest.raises(NotFoundError):
        pictify.render_experiment_url("nobodys-slug", ImageFormat.PNG)
    assert pictify.track_experiment_pixel("nobodys-slug")


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (httpx.ConnectError("refused"), APIConnectionError),
        (httpx.RemoteProtocolError("cut off"), APIConnectionError),
        (httpx.DecodingError("not gzip"), APIConnectionError),
        (httpx.ReadTimeout("too slow"), APITimeoutError),
        (httpx.ConnectTimeout(""), APITimeoutError),
    ],
)
def test_no_answer(open_client: Open, cause: httpx.RequestError, kind: type[PictifyError]) -> None:
    """A call without a response raises one of two errors, caused by that of httpx."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise cause

    client = open_client(
        "key", base_url="http://server.test", transport=httpx.MockTransport(fail), retries=AT_ONCE
    )
    with pytest.raises(kind, match=r"GET /experiments/api/exp_1: .") as caught:
        client.get_experiment("exp_1")
    assert type(caught.value) is kind
    assert caught.value.__cause__ is cause


def test_nobody_listens(open_client: Open) -> None:
    """A server that is not there is a connection error, which names it."""
    with pytest.raises(APIConnectionError, match=r": cannot connect to http://127\.0\.0\.1:1: ."):
        open_client("key", base_url="http://127.0.0.1:1", retries=AT_ONCE).list_experiments()


@pytest.mark.parametrize("fault", [{"drop": "request"}, {"drop": "answer"}, {"truncate": 20}])
def test_broken_connection(
    pictify: Any, control: httpx.Client, draft: Experiment, fault: dict[str, Any]
) -> None:
    """A connection that breaks before or in the answer is a connection error."""
    control.post("/faults", json=fault)
    with pytest.raises(APIConnectionError):
        pictify.start_experiment(draft.uid)


def test_too_slow(pictify: Any, control: httpx.Client, draft: Experiment) -> None:
    """An answer that does not come in the time of the call is a timeout."""
    control.post("/faults", json={"delay": 30})
    with pytest.raises(APITimeoutError, match=r"response from http:\S+ within timeout=0\.05 s$"):
        pictify.start_experiment(draft.uid, timeout=0.05)


@pytest.mark.parametrize(
    ("cause", "options", "reason"),
    [
        (httpx.ConnectTimeout, {}, "cannot connect to http://server.test within timeout=5 s"),
        (
            httpx.ConnectTimeout,
            {"deadline": 3},
            "cannot connect to http://server.test within deadline=3 s",
        ),
        (httpx.ReadTimeout, {}, "no whole response from http://server.test within timeout=30 s"),
        (
            httpx.WriteTimeout,
            {"timeout": httpx.Timeout(9, write=7)},
            "no whole response from http://server.test within timeout=7 s",
        ),
        (
            httpx.PoolTimeout,
            {"timeout": 2},
            "no connection to http://server.test was free within timeout=2 s",
        ),
        (httpx.ReadTimeout, {"timeout": None}, "no whole response from http://server.test"),
    ],
)
def test_timeout_names_the_limit_that_was_reached(
    open_client: Open, cause: type[httpx.RequestError], options: dict[str, Any], reason: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise cause("")

    transport = httpx.MockTransport(fail)
    client = open_client(
        "key", base_url="http://server.test", transport=transport, max_retries=0, **options
    )
    with pytest.raises(APITimeoutError, match=f": {reason}"):
        client.list_experiments()


def test_errors_of_events(open_client: Open, server: MockServer) -> None:
    """A write key that is unknown refuses the whole call."""
    client = open_client(base_url=server.url, write_key="wk_unknown")
    with pytest.raises(AuthenticationError):
        client.track(ExperimentEvent(event=EventType.VIEW, experiment="any-slug"))


def test_body_of_an_error_is_kept(open_client: Open) -> None:
    """The problem and the raw answer are within reach."""
    body = {"type": "about:blank", "detail": "No.", "hint": "ask again"}
    client = open_client("key", base_url="http://server.test", transport=answering(404, json=body))
    with pytest.raises(NotFoundError, match=r"404 Not Found: No\.$") as caught:
        client.get_experiment("exp_1")
    assert caught.value.problem == body
    assert json.loads(caught.value.response.content) == body
