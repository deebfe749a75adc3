"""The guard lets nothing through that the run did not create."""

import json
import re

import pytest

from pictify_conformance.http.write_guard import Guard, NeedsToWrite, Trespass

BASE = "http://server.test/prefix"
OWN = "exp_OWN"
SLUG = "ct-t0k3n-own"


@pytest.fixture
def guard() -> Guard:
    """A guard that has seen one create succeed."""
    guard = Guard(BASE, "t0k3n")
    created(guard, {"slug": SLUG}, {"uid": OWN, "slug": SLUG})
    return guard


def created(guard: Guard, sent: object, shown: object, status: int = 201) -> None:
    """Have the guard see a create and its answer."""
    content, answer = json.dumps(sent).encode(), json.dumps({"experiment": shown}).encode()
    guard.admit("POST", f"{BASE}/experiments/api", content)
    guard.observe("POST", f"{BASE}/experiments/api", content, status, answer)


def body(**fields: object) -> bytes:
    """A JSON body."""
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
def test_admits_reading_and_own_data(guard: Guard, method: str, path: str, content: bytes) -> None:
    """Reading, and changing what is the run's own, is admitted."""
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
        (
            "POST",
            "/s/events",
            json.dumps([{"experiment": "ct-t0k3n-1"}, {"experiment": "foreign"}]).encode(),
        ),
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
def test_refuses_what_is_not_its_own(guard: Guard, method: str, path: str, content: bytes) -> None:
    """A request that may change or count what others made is not sent."""
    with pytest.raises(Trespass):
        guard.admit(method, BASE + path, content)


@pytest.mark.parametrize(
    "url", ["https://server.test/prefix/", "http://other.test/prefix/", "http://server.test:81/"]
)
def test_never_leaves_the_server(guard: Guard, url: str) -> None:
    """Not even a read is sent to another host, port or scheme, wherever a redirect leads."""
    with pytest.raises(Trespass, match="leads away"):
        guard.admit("GET", url, b"")


def test_knows_the_server_with_and_without_its_default_port() -> None:
    """The default port may be written out or left out."""
    Guard("http://server.test:80", "t0k3n").admit("GET", "http://Server.test/experiments/api", b"")


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"experiment": null}', b'{"experiment": {"uid": 5}}']
)
def test_takes_no_uid_from_odd_answers(guard: Guard, answer: bytes) -> None:
    """Only an answer that names a uid adds one."""
    guard.observe("POST", f"{BASE}/experiments/api", body(slug=SLUG), 201, answer)
    assert guard.uids == {OWN}


def test_takes_no_uid_from_a_refusal_or_a_read(guard: Guard) -> None:
    """A refused create and a read make nothing the run's own."""
    created(guard, {"slug": SLUG}, {"uid": "exp_FOREIGN", "slug": SLUG}, 409)
    foreign = json.dumps({"experiment": {"uid": "exp_FOREIGN", "slug": SLUG}}).encode()
    guard.observe("GET", f"{BASE}/experiments/api/exp_FOREIGN", b"", 200, foreign)
    assert guard.uids == {OWN}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/experiments/api"),
        ("PUT", f"/experiments/api/{OWN}"),
        ("DELETE", "/experiments/api/exp_t0k3n9"),
        ("TRACE", "/experiments/api"),
        ("POST", "/s/events"),
        ("GET", "/s/ct-t0k3n-1/click"),
        ("HEAD", "/s/ct-t0k3n-1/pixel.gif"),
        ("GET", "/s/ct-t0k3n-1.png"),
    ],
)
def test_read_only(method: str, path: str) -> None:
    """A guard that only reads lets no change and no visit pass, not even of the run's own, and says which it was."""
    does = "may be counted" if method in ("GET", "HEAD") else "writes"
    with pytest.raises(
        NeedsToWrite, match=f"^{method} {re.escape(path)} {does}, and the run is --read-only$"
    ):
        Guard(BASE, "t0k3n", read_only=True).admit(method, BASE + path, b"{}")


@pytest.mark.parametrize(
    "path", ["/experiments/api?limit=1", "/experiments/api/quota", "/experiments/api/exp_FOREIGN"]
)
def test_read_only_reads(path: str) -> None:
    """A guard that only reads lets every read of the management pass."""
    for method in ("GET", "HEAD", "OPTIONS"):
        Guard(BASE, "t0k3n", read_only=True).admit(method, BASE + path, b"")
