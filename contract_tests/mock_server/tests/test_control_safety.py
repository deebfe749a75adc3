"""Who may use the control paths, and what of it is there at all."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import httpx
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

from .conftest import InProcess, body, code
from .process import address, end, serve

if TYPE_CHECKING:
    from typing import Any

MOCK = "http://localhost/_mock"
TOKEN = {"Authorization": "Bearer let-me-in"}


def client(base_url: str = "http://localhost", **options: Any) -> httpx.Client:
    """A client of a server of its own."""
    app = create_app([Team(b"pk_test_one", (), PLANS["business"])], **options)
    return httpx.Client(transport=InProcess(app), base_url=base_url)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "127.0.0.1:8080"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Host": "LOCALHOST:1"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://localhost:99"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_host_and_origin(headers: dict[str, str], status: int) -> None:
    """A page of another origin is refused, and so is one that took a name for this machine's address."""
    with client() as http:
        answers = [
            http.get("/_mock/state", headers=headers),
            http.post("/_mock/reset", json={}, headers=headers),
        ]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert status == 200 or {code(answer) for answer in answers} == {"control-forbidden"}


def test_another_address() -> None:
    """What comes in on an address of the network is refused, whatever name it uses."""
    with client("http://192.0.2.1") as http:
        assert code(http.get("/_mock/health", headers={"Host": "localhost"})) == "control-forbidden"


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_writes_are_json(http: httpx.Client, media_type: str | None) -> None:
    """A write that a form of another page could send is refused."""
    headers = {} if media_type is None else {"Content-Type": media_type}
    answer = http.post(f"{MOCK}/reset", content=b"{}", headers=headers)
    assert (answer.status_code, code(answer)) == (415, "unsupported-media-type")


def test_a_token() -> None:
    """With a token the control paths ask for it, on any address, and the page holds no data without it."""
    with client("http://192.0.2.1", control_token="let-me-in") as http:  # noqa: S106 - made up
        assert http.get("/_mock/state", headers=TOKEN).status_code == 200
        refused = [
            http.get("/_mock/state"),
            http.get("/_mock/state", headers={"Authorization": "Bearer let-me"}),
        ]
        assert {(answer.status_code, code(answer)) for answer in refused} == {
            (401, "control-token-required")
        }
        assert (
            http.get("/_mock/state", headers={**TOKEN, "Origin": "http://evil.example"}).status_code
            == 403
        )
        assert http.get("/_mock/").status_code == 200


def test_no_control() -> None:
    """Without control there is no such path, nothing is recorded, and the API is the same."""
    with client(control=False) as http:
        paths = ["/_mock", "/_mock/", "/_mock/health", "/_mock/state"]
        assert [(http.get(path).status_code, code(http.get(path))) for path in paths] == [
            (404, "not-found")
        ] * 4
        assert (
            http.get(
                "/experiments/api", headers={"Authorization": "Bearer pk_test_one"}
            ).status_code
            == 200
        )


def test_unknown_paths_and_methods(http: httpx.Client) -> None:
    """Errors of the control paths are problem documents, with Allow where it helps."""
    unknown, method = http.get(f"{MOCK}/nowhere"), http.delete(f"{MOCK}/health")
    assert (unknown.status_code, code(unknown)) == (404, "not-found")
    assert (method.status_code, method.headers["Allow"]) == (405, "GET, HEAD")
    assert http.head(f"{MOCK}/health").text == ""


def test_the_page(http: httpx.Client) -> None:
    """The page and its files come with a policy that allows no inline script and no other host."""
    assert http.get(f"{MOCK}").headers["Location"] == "/_mock/"
    for path, media_type in (
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
    ):
        answer = http.get(MOCK + path)
        assert answer.headers["Content-Type"].startswith(media_type)
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        assert re.findall(r"https?://|innerHTML|pk_test|wk_", answer.text) == []


def test_no_key_in_the_state(http: httpx.Client) -> None:
    """Neither the state nor the overview nor health has a key."""
    http.post("/experiments/api", json=body())
    texts = [http.get(f"{MOCK}/{path}").text for path in ("state", "experiments", "health")]
    assert [key for key in ("pk_test_", "wk_one", "wk_two") if key in "".join(texts)] == []


@pytest.mark.parametrize(
    ("options", "status", "warning"),
    [
        ([], 200, ""),
        (["--no-control"], 404, ""),
        (["--host", "0.0.0.0"], 404, "there are no control paths"),  # noqa: S104 - the very case
        (["--host", "0.0.0.0", "--control-token", "let-me-in"], 200, "other machines may reach"),  # noqa: S104
    ],
)
def test_away_from_loopback(options: list[str], status: int, warning: str) -> None:
    """Away from loopback there is a warning, and control only with a token."""
    process, line = serve(*options)
    url = address(line).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    assert httpx.get(f"{url}/_mock/health", headers=TOKEN).status_code == status
    _, _, told = end(process, signal.SIGTERM)
    assert told.count("\n") == bool(warning)
    assert warning in told
