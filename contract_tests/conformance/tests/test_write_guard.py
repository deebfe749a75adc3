"""The write guard: reads and the run's own experiments pass, all else is refused."""

import json
import re

import pytest

from pictify_conformance.http.write_guard import ForbiddenRequest, Guard, NeedsToWrite

BASE = "http://server.test/prefix"
OWN = "exp_OWN"
SLUG = "ct-t0k3n-own"


@pytest.fixture
def guard() -> Guard:
    """A guard that has seen a successful create."""
    guard = Guard(BASE, "t0k3n")
    sent, shown = body(slug=SLUG), body(experiment={"uid": OWN, "slug": SLUG})
    guard.admit("POST", f"{BASE}/experiments/api", sent)
    guard.observe("POST", f"{BASE}/experiments/api", sent, 201, shown)
    return guard


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("GET", "/experiments/api", b""),
        ("GET", "/experiments/api/exp_FOREIGN", b""),
        ("TRACE", "/experiments/api", b""),
        ("POST", "/experiments/api", body(slug="ct-t0k3n-1")),
        ("POST", "/experiments/api", body(slug="events")),
        ("POST", "/experiments/api", body(slug="No Slug")),
        ("POST", "/experiments/api", body(slug="abc")),
        ("POST", "/experiments/api", b"not json"),
        ("PUT", f"/experiments/api/{OWN}", b"{}"),
        ("POST", f"/experiments/api/{OWN}/start", b""),
        ("POST", f"/experiments/api/{OWN}/start/", b""),
        ("DELETE", "/experiments/api/exp_t0k3n9", b""),
        ("POST", "/s/events", body(event="click", experiment="ct-t0k3n-1")),
        ("POST", "/s/events", b"[1, null]"),
        ("GET", "/s/ct-t0k3n-1/click", b""),
        ("HEAD", "/s/ct-t0k3n-1/pixel.gif", b""),
        ("GET", "/s/ct-t0k3n-1..0", b""),
        ("GET", "/s/ct-t0k3n-1.png", b""),
        ("GET", "/s/ct-t0k3n-1/images/5f1c9a04b7e2.png", b""),
        ("GET", "/s/pictures/5f1c9a04b7e2.webp", b""),
        ("OPTIONS", "/s/events", b""),
    ],
)
def test_reads_and_own_experiments_are_admitted(
    guard: Guard, method: str, path: str, content: bytes
) -> None:
    guard.admit(method, BASE + path, content)


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/experiments/api", body(slug="homepage-hero-test")),
        ("DELETE", "/experiments/api", b""),
        ("PATCH", "/experiments/api", b""),
        ("PUT", "/experiments/api/exp_FOREIGN", b"{}"),
        ("DELETE", "/experiments/api/exp_FOREIGN", b""),
        ("DELETE", "/experiments/api/", b""),
        ("DELETE", "/experiments/api/quota", b""),
        ("DELETE", f"/experiments/api/{OWN}/../exp_FOREIGN", b""),
        ("DELETE", f"/experiments/api/{OWN}/%2e%2e/exp_FOREIGN", b""),
        ("DELETE", f"/experiments/api/{OWN}/%252e%252e/exp_FOREIGN", b""),
        ("DELETE", f"/experiments/api/{OWN}%5C..%5Cexp_FOREIGN", b""),
        ("DELETE", f"/experiments/api/exp_FOREIGN/../{OWN}", b""),
        ("DELETE", "/experiments/api//", b""),
        ("DELETE", "/experiments/api//exp_FOREIGN", b""),
        ("DELETE", "/experiments/api/t0k3n%3Fx", b""),
        ("POST", f"/experiments/api/{OWN}/..", body(slug="homepage-hero-test")),
        ("POST", "/experiments/api/", body(slug="homepage-hero-test")),
        ("DELETE", f"/experiments/api/{OWN}%2F..%2Fexp_FOREIGN", b""),
        ("DELETE", "/experiments/api/t0k3n%2f..%2fexp_FOREIGN", b""),
        ("POST", "/experiments/api/exp_FOREIGN/start", b""),
        ("POST", "/s/events", body(event="click", experiment="homepage-hero-test")),
        ("POST", "/s/events", b'[{"experiment": "ct-t0k3n-1"}, {"experiment": "foreign"}]'),
        ("GET", "/s/homepage-hero-test/click", b""),
        ("GET", "/s/abc/click", b""),
        ("GET", "//s/homepage-hero-test/click", b""),
        ("GET", "/experiments/api/../../s/homepage-hero-test/click", b""),
        ("GET", "/experiments/%2e%2e/s/homepage-hero-test/click", b""),
        ("POST", "/experiments/api", body(slug="abcd")),
        ("HEAD", "/s/homepage-hero-test/pixel.gif", b""),
        ("GET", "/s/ct-t0k3n-1/../homepage-hero-test/click", b""),
        ("GET", "/s/ct-t0k3n-1/%2e%2e/homepage-hero-test/click", b""),
        ("GET", "/s/homepage-hero-test.png", b""),
        ("GET", "/s/pictures/../homepage-hero-test.png", b""),
        ("GET", "/s/pictures/..%2Fhomepage-hero-test.png", b""),
        ("POST", "/s/pictures/5f1c9a04b7e2.webp", b""),
        ("HEAD", "/s/homepage-hero-test.t0k3n", b""),
        ("GET", "/s/homepage-hero-test%2Et0k3n", b""),
        ("POST", "/elsewhere", b""),
    ],
)
def test_request_that_may_touch_what_others_made_is_refused(
    guard: Guard, method: str, path: str, content: bytes
) -> None:
    with pytest.raises(ForbiddenRequest):
        guard.admit(method, BASE + path, content)


@pytest.mark.parametrize(
    "url", ["https://server.test/prefix/", "http://other.test/prefix/", "http://server.test:81/"]
)
def test_read_of_another_server_is_refused(guard: Guard, url: str) -> None:
    with pytest.raises(ForbiddenRequest, match="it is for another server"):
        guard.admit("GET", url, b"")


def test_default_port_may_be_left_out() -> None:
    Guard("http://server.test:80", "t0k3n").admit("GET", "http://Server.test/experiments/api", b"")


@pytest.mark.parametrize(
    ("method", "status", "answer"),
    [
        ("POST", 201, b""),
        ("POST", 201, b"[]"),
        ("POST", 201, b'{"experiment": null}'),
        ("POST", 201, b'{"experiment": {"uid": 5}}'),
        ("POST", 409, body(experiment={"uid": "exp_FOREIGN", "slug": SLUG})),
        ("GET", 200, body(experiment={"uid": "exp_FOREIGN", "slug": SLUG})),
    ],
    ids=["empty", "list", "null", "number", "refusal", "read"],
)
def test_only_a_successful_create_that_shows_a_uid_adds_one(
    guard: Guard, method: str, status: int, answer: bytes
) -> None:
    guard.observe(method, f"{BASE}/experiments/api", body(slug=SLUG), status, answer)
    assert guard.uids == {OWN}


@pytest.mark.parametrize(
    ("method", "path", "does"),
    [
        ("POST", "/experiments/api", "writes"),
        ("PUT", f"/experiments/api/{OWN}", "writes"),
        ("DELETE", "/experiments/api/exp_t0k3n9", "writes"),
        ("TRACE", "/experiments/api", "writes"),
        ("POST", "/s/events", "writes"),
        ("GET", "/s/ct-t0k3n-1/click", "may be counted"),
        ("HEAD", "/s/ct-t0k3n-1/pixel.gif", "may be counted"),
        ("GET", "/s/ct-t0k3n-1.png", "may be counted"),
    ],
)
def test_read_only_guard_refuses_writes_and_visits(method: str, path: str, does: str) -> None:
    """Those of own experiments too."""
    message = f"^{method} {re.escape(path)} {does}, and the run is --read-only$"
    with pytest.raises(NeedsToWrite, match=message):
        Guard(BASE, "t0k3n", read_only=True).admit(method, BASE + path, b"{}")


@pytest.mark.parametrize("path", ["?limit=1", "/quota", "/exp_FOREIGN"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_read_only_guard_admits_reads(method: str, path: str) -> None:
    guard = Guard(BASE, "t0k3n", read_only=True)
    guard.admit(method, f"{BASE}/experiments/api{path}", b"")
