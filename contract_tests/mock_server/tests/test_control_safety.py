"""Access to the control paths."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

import pictify_mock
from pictify_mock import __version__
from pictify_mock.app import create_app
from pictify_mock.control import dashboard

from .conftest import API, MOCK, TEAMS, body, in_process_client, problem_code
from .process import address, serve, stop

if TYPE_CHECKING:
    from typing import Any

TOKEN = {"Authorization": "Bearer let-me-in"}
DOCUMENT = "/api/openapi.json"


def client(**options: Any) -> httpx.Client:
    return in_process_client(create_app(TEAMS, **options))


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
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_a_page_of_another_origin_is_refused(
    http: httpx.Client, headers: dict[str, str], status: int
) -> None:
    """A page under a name that resolves to this machine is refused too (DNS rebinding)."""
    responses = [
        http.get(f"{MOCK}/state", headers=headers),
        http.post(f"{MOCK}/reset", json={}, headers=headers),
    ]
    assert [response.status_code for response in responses] == [status] * 2
    assert status == 200 or {problem_code(each) for each in responses} == {"control-forbidden"}


def test_an_empty_body_needs_no_media_type(http: httpx.Client) -> None:
    """A bare `curl -X POST` sends none."""
    assert http.post(f"{MOCK}/reset").json() == {"reset": "all"}


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 415),
    ],
)
@pytest.mark.parametrize("content", [b"", b"a=b"])
def test_a_form_of_another_page_is_refused(
    http: httpx.Client, headers: dict[str, str], content: bytes, status: int
) -> None:
    http.post(API, json=body())
    response = http.post(f"{MOCK}/reset", content=content, headers=FORM | headers)
    assert response.status_code == status
    assert http.get(API).json()["total"] == 1


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_write_that_a_form_could_send_is_refused(
    http: httpx.Client, media_type: str | None
) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    response = http.post(f"{MOCK}/reset", content=b"{}", headers=headers)
    assert (response.status_code, problem_code(response)) == (415, "unsupported-media-type")


def test_a_token_opens_the_control_paths_on_any_address() -> None:
    """The dashboard holds no data without it."""
    with client(control_token="let-me-in") as http:  # noqa: S106 - made up
        http.base_url = "http://192.0.2.1"
        assert http.get("/_mock/state", headers=TOKEN).status_code == 200
        for headers in ({}, {"Authorization": "Bearer let-me"}):
            refused = http.get("/_mock/state", headers=headers)
            assert (refused.status_code, problem_code(refused)) == (401, "control-token-required")
        for origin, status in (("https://192.0.2.1", 200), ("http://evil.example", 403)):
            response = http.post("/_mock/reset", headers={**TOKEN, "Origin": origin})
            assert response.status_code == status, origin
        for page in ("/_mock/", "/_mock/api/"):
            assert http.get(page).status_code == 200


HEALTH = {"status": "ok", "version": __version__}


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"control": False}, {}),
        ({"control_token": "let-me-in"}, {}),
        ({"control_token": "let-me-in"}, {"Authorization": "Bearer wrong"}),
        ({}, {"Host": "mock.example"}),
        ({}, {"Origin": "http://evil.example"}),
    ],
)
def test_anybody_may_know_that_the_server_is_up(
    options: dict[str, Any], headers: dict[str, str]
) -> None:
    with client(**options) as http:
        response = http.get(f"{MOCK}/health", headers=headers)
        assert (response.status_code, response.json()) == (200, HEALTH)
        assert http.post(f"{MOCK}/health", headers=headers).status_code == 405


def test_health_needs_no_host_in_http_1_0() -> None:
    process, line = serve("--host", "0.0.0.0")  # noqa: S104 - as in a container
    port = int(address(line).rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /_mock/health HTTP/1.0\r\n\r\n")
        response = b"".join(iter(lambda: connection.recv(4096), b""))
    stop(process)
    assert response.startswith(b"HTTP/1.1 200"), response


def test_without_control_there_are_no_control_paths() -> None:
    with client(control=False) as http:
        for path in ("/_mock", "/_mock/", "/_mock/state", "/_mock/api/"):
            response = http.get(path)
            assert (response.status_code, problem_code(response)) == (404, "not-found")
            assert "--control-token" in response.json()["detail"]
        assert http.get(API).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "nowhere", None),
        ("GET", "experiments/exp_A/visits", None),
        ("POST", "experiments/exp_A/explode", None),
        ("DELETE", "health", "GET, HEAD"),
        ("POST", "experiments/exp_A/visit", "GET, HEAD"),
        ("GET", "experiments/exp_A/start", "POST"),
        ("POST", "page.js", "GET, HEAD"),
        ("DELETE", "", "GET, HEAD"),
    ],
)
def test_unknown_control_paths_and_methods_are_problem_documents(
    http: httpx.Client, method: str, path: str, allowed: str | None
) -> None:
    response = http.request(method, f"{MOCK}/{path}", json={})
    expected = (405, "method-not-allowed") if allowed else (404, "not-found")
    assert (response.status_code, problem_code(response)) == expected
    assert response.headers.get("Allow") == allowed
    assert http.head(f"{MOCK}/health").text == ""


def test_the_dashboard_allows_no_inline_script_and_no_other_host(http: httpx.Client) -> None:
    assert http.get(MOCK).headers["Location"] == "_mock/"  # works behind a proxy with a prefix
    assert http.get(f"{MOCK}/api").headers["Location"] == "api/"
    assert {"/", "/page.css", "/api/", "/api/page.js"} <= dashboard.FILES.keys()
    for path, file in dashboard.FILES.items():
        response = http.get(MOCK + path)
        media_type = dashboard.MEDIA_TYPES[file.suffix]
        assert response.headers["Content-Type"].startswith(media_type)
        assert "script-src 'self';" in response.headers["Content-Security-Policy"]
        if path.startswith("/api/vendor/") or path == DOCUMENT:
            continue
        assert re.findall(r"https?://(?!example\.com)|innerHTML|pk_test|wk_", response.text) == []
        assert re.findall(r"""(?:href|src)="/|from "[^.]""", response.text) == []


def test_no_module_reads_the_document_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mock is written from the docs. It sends the document's bytes, and works without it."""
    modules = Path(pictify_mock.__file__).parent.rglob("*.py")
    texts = {file: file.read_text(encoding="utf-8").lower() for file in modules}
    assert [file for file, text in texts.items() if "openapi" in text] == []
    others = {path: file for path, file in dashboard.FILES.items() if "/api/" not in path}
    monkeypatch.setattr(dashboard, "FILES", others)
    with client() as http:
        assert http.get(MOCK + DOCUMENT).status_code == 404
        assert http.get(f"{MOCK}/").status_code == 200
        assert http.post(API, json=body()).status_code == 201


def test_no_key_is_in_the_state_the_overview_or_health(http: httpx.Client) -> None:
    http.post(API, json=body())
    texts = [http.get(f"{MOCK}/{path}").text for path in ("state", "experiments", "health")]
    assert [key for key in ("pk_test_", "wk_one", "wk_two") if key in "".join(texts)] == []


@pytest.mark.parametrize(
    ("options", "status", "warning"),
    [
        (["--no-control"], 404, ""),
        (["--host", "0.0.0.0"], 404, "there are no control paths"),  # noqa: S104 - the very case
        (["--host", "0.0.0.0", "--control-token", "let-me-in"], 200, "other machines may reach"),  # noqa: S104
    ],
)
def test_away_from_loopback_control_needs_a_token(
    options: list[str], status: int, warning: str
) -> None:
    process, line = serve(*options)
    url = address(line).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    assert httpx.get(f"{url}/_mock/clock", headers=TOKEN).status_code == status
    _, _, err = stop(process, signal.SIGTERM)
    assert err.count("\n") == bool(warning)
    assert warning in err
