"""Ownership: experiments are the run's own by what it sent, never by what a server shows."""

import json
from typing import Any

import pytest

from pictify_conformance.http.write_guard import API, ForbiddenRequest, ForeignAnswer, Guard

URL = f"http://server.test{API}"
MARK = "t0k3n"
SLUG, NAME = f"ct-{MARK}-1", f"Contract test ct-{MARK}-1"


@pytest.fixture
def guard() -> Guard:
    return Guard("http://server.test", MARK)


def create(guard: Guard, sent: dict[str, Any], shown: Any = None, status: int = 201) -> None:
    """Let the guard see a create and its response."""
    content = json.dumps(sent).encode()
    guard.admit("POST", URL, content)
    guard.observe("POST", URL, content, status, json.dumps({"experiment": shown}).encode())


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"slug": SLUG}, {"slug": SLUG}),
        ({"slug": SLUG, "name": "Sale"}, {"slug": SLUG, "name": "Other"}),
        ({"slug": "abc", "name": NAME}, {"slug": "abc", "name": NAME}),
    ],
    ids=["slug", "slug-with-the-token-needs-no-name", "short-slug-and-name"],
)
def test_response_that_shows_what_was_sent_makes_its_uid_own(
    guard: Guard, sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    create(guard, sent, {"uid": "exp_1", **shown})
    guard.admit("DELETE", f"{URL}/exp_1", b"")
    assert guard.left() == [f"{sent['slug']} exp_1"]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"slug": SLUG, "name": NAME}, {"slug": "homepage-hero", "name": "Homepage"}),
        ({"slug": SLUG, "name": NAME}, {"slug": "homepage-hero", "name": NAME}),
        ({"slug": SLUG, "name": NAME}, {"slug": SLUG + "-2", "name": NAME}),
        ({"slug": SLUG, "name": NAME}, {"name": NAME}),
        ({"slug": "abc", "name": NAME}, {"slug": "abc", "name": "Homepage"}),
        ({"slug": "abc", "name": "Sale"}, {"slug": "abc", "name": "Sale"}),
        ({"name": NAME}, {"slug": "homepage-hero", "name": NAME}),
        ({}, {"slug": "homepage-hero", "name": "Homepage"}),
    ],
    ids=[
        "another-experiment",
        "another-slug",
        "same-prefix",
        "no-slug",
        "short-slug-of-somebody",
        "short-slug-and-a-name-anybody-may-have",
        "sent-no-slug",
        "sent-nothing",
    ],
)
def test_uid_of_something_else_is_not_changed_but_named(
    guard: Guard, sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    create(guard, sent, {"uid": "exp_FOREIGN", **shown})
    for method, move in (("DELETE", ""), ("PUT", ""), ("POST", "/start"), ("POST", "/complete")):
        with pytest.raises(ForeignAnswer, match="answered with it, and it is not what was sent"):
            guard.admit(method, f"{URL}/exp_FOREIGN{move}", b"{}")
    assert (guard.left(), list(guard.foreign)) == ([], ["exp_FOREIGN"])


def test_foreign_uid_is_refused_even_if_it_contains_the_token(guard: Guard) -> None:
    guard.admit("DELETE", f"{URL}/exp_{MARK}", b"")
    create(guard, {"slug": SLUG}, {"uid": f"exp_{MARK}", "slug": "homepage-hero"})
    with pytest.raises(ForeignAnswer):
        guard.admit("DELETE", f"{URL}/exp_{MARK}", b"")


ODD_UIDS = ["", ".", "..", "quota", "../../x", "a/b", "a\\b", "x?y", "x#y", "%2e", "x%2fy"]
ODD_UIDS += ["a\nb", "a b", "x;y", "\0", "\x9b"]


@pytest.mark.parametrize("uid", ODD_UIDS)
def test_uid_that_is_not_a_plain_segment_is_not_used(guard: Guard, uid: str) -> None:
    create(guard, {"slug": SLUG}, {"uid": uid, "slug": SLUG})
    assert (guard.uids, guard.created) == (set(), [])
    assert guard.left() == [f"{SLUG} {uid!a}"]
    for path in (f"/{uid}", f"/exp_1/../{uid}", "/exp_1/../exp_FOREIGN"):
        with pytest.raises(ForbiddenRequest):
            guard.admit("DELETE", URL + path, b"")


def row(slug: str, name: str = "Homepage") -> dict[str, Any]:
    return {"uid": "exp_9", "slug": slug, "name": name}


@pytest.mark.parametrize(
    ("sent", "shown", "is_own"),
    [
        ({"slug": SLUG}, row(SLUG), True),
        ({"slug": SLUG, "name": NAME}, row(f"ct-{MARK}-stranger", NAME), False),
        ({"slug": SLUG}, row(SLUG + "x"), False),
        ({"slug": "abc", "name": NAME}, row("abc", NAME), True),
        ({"slug": "abc", "name": NAME}, row("abc"), False),
        ({"slug": "abd", "name": "Sale"}, row("abd", "Sale"), False),
        ({"name": NAME}, row("made-by-the-server", NAME), False),
    ],
    ids=[
        "slug",
        "same-prefix-and-name",
        "longer-slug",
        "short-slug-and-name",
        "short-slug-without-the-name",
        "short-slug-and-a-name-anybody-may-have",
        "name-alone",
    ],
)
def test_row_is_own_if_its_slug_was_sent(
    guard: Guard, sent: dict[str, Any], shown: dict[str, Any], is_own: bool
) -> None:
    """A create that was answered with an error counts too."""
    create(guard, sent, status=500)
    assert guard.adopt(shown) == is_own
    assert guard.uids == ({"exp_9"} if is_own else set())


def test_slug_of_an_update_makes_a_row_own_and_its_name_does_not(guard: Guard) -> None:
    create(guard, {"slug": SLUG}, {"uid": "exp_1", "slug": SLUG})
    guard.admit("PUT", f"{URL}/exp_1", json.dumps({"slug": SLUG + "b"}).encode())
    guard.admit("PUT", f"{URL}/exp_1", json.dumps({"name": NAME}).encode())
    assert guard.owns(row(SLUG + "b"))
    assert not guard.owns(row("homepage-hero", NAME))


def test_only_what_a_delete_removed_is_not_left(guard: Guard) -> None:
    """The statuses of own deletes are noted, those of made-up uids are not."""
    for number in (1, 2):
        slug = f"{SLUG}{number}"
        create(guard, {"slug": slug}, {"uid": f"exp_{number}", "slug": slug})
    guard.observe("DELETE", f"{URL}/exp_1", b"", 200, b"{}")
    guard.observe("DELETE", f"{URL}/exp_2", b"", 405, b"{}")
    guard.observe("DELETE", f"{URL}/exp_{MARK}", b"", 404, b"{}")
    assert guard.left() == [f"{SLUG}2 exp_2"]
    assert guard.delete_statuses == {200, 405}
