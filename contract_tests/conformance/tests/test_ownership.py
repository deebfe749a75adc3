"""What counts as the run's own: what it sent, and never what a server shows alone."""

import json
from typing import Any

import pytest

from pictify_conformance.http.write_guard import API, ForeignAnswer, Guard, Trespass

URL = f"http://server.test{API}"
MARK = "t0k3n"
SLUG, NAME = f"ct-{MARK}-1", f"Contract test ct-{MARK}-1"


@pytest.fixture
def guard() -> Guard:
    """A guard that has seen nothing yet."""
    return Guard("http://server.test", MARK)


def create(guard: Guard, sent: dict[str, Any], shown: Any = None, status: int = 201) -> None:
    """Have the guard see a create and its answer."""
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
def test_answer_about_what_was_sent(
    guard: Guard, sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    """An answer that shows what was sent makes its uid the run's own."""
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
def test_answer_about_something_else(
    guard: Guard, sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    """A uid in an answer that is not about what was sent is never changed, but named."""
    create(guard, sent, {"uid": "exp_FOREIGN", **shown})
    for method, path in [
        ("DELETE", ""),
        ("PUT", ""),
        ("POST", "/start"),
        ("POST", "/pause"),
        ("POST", "/complete"),
    ]:
        with pytest.raises(
            ForeignAnswer, match="a create was answered with it, and it is not what was sent"
        ):
            guard.admit(method, f"{URL}/exp_FOREIGN{path}", b"{}")
    assert (guard.left(), list(guard.foreign)) == ([], ["exp_FOREIGN"])


def test_foreign_uid_with_the_token(guard: Guard) -> None:
    """A uid that holds the run's token is no made-up one if a server gave it for something else."""
    guard.admit("DELETE", f"{URL}/exp_{MARK}", b"")
    create(guard, {"slug": SLUG}, {"uid": f"exp_{MARK}", "slug": "homepage-hero"})
    with pytest.raises(ForeignAnswer):
        guard.admit("DELETE", f"{URL}/exp_{MARK}", b"")


@pytest.mark.parametrize(
    "uid",
    [
        "",
        ".",
        "..",
        "quota",
        "../../x",
        "a/b",
        "a\\b",
        "x?y",
        "x#y",
        "%2e",
        "x%2fy",
        "a\nb",
        "a b",
        "x;y",
        "\0",
        "\x9b",
    ],
)
def test_uid_that_is_no_plain_segment(guard: Guard, uid: str) -> None:
    """A uid that would lead elsewhere is never used; its experiment is named as left."""
    create(guard, {"slug": SLUG}, {"uid": uid, "slug": SLUG})
    assert (guard.uids, guard.created) == (set(), [])
    assert guard.left() == [f"{SLUG} {uid!a}"]
    for path in (f"/{uid}", f"/exp_1/../{uid}", "/exp_1/../exp_FOREIGN"):
        with pytest.raises(Trespass):
            guard.admit("DELETE", URL + path, b"")


def row(slug: str, name: str = "Homepage") -> dict[str, Any]:
    """A row of a list."""
    return {"uid": "exp_9", "slug": slug, "name": name}


def test_rows_that_copy_the_prefix(guard: Guard) -> None:
    """A slug that only begins like the run's, or a name that holds its token, makes no row the run's own."""
    create(guard, {"slug": SLUG, "name": NAME})
    assert not guard.adopt(row(f"ct-{MARK}-stranger", NAME))
    assert not guard.adopt(row(SLUG + "x"))
    assert guard.uids == set()


def test_rows_of_what_was_sent(guard: Guard) -> None:
    """A row with a slug that was sent is the run's own, though the create was answered with an error."""
    create(guard, {"slug": SLUG}, status=500)
    assert guard.adopt(row(SLUG))
    guard.admit("DELETE", f"{URL}/exp_9", b"")


def test_rows_with_short_slugs(guard: Guard) -> None:
    """A row with a short slug needs a name that was sent, too, and that holds the token."""
    create(guard, {"slug": "abc", "name": NAME}, status=500)
    create(guard, {"slug": "abd", "name": "Sale"}, status=500)
    assert not guard.owns(row("abc"))
    assert not guard.owns(row("abd", "Sale"))
    assert guard.owns(row("abc", NAME))


def test_rows_with_changed_slugs(guard: Guard) -> None:
    """A slug that an update sent is the run's own, the name that an update sent makes none."""
    create(guard, {"slug": SLUG}, {"uid": "exp_1", "slug": SLUG})
    guard.admit("PUT", f"{URL}/exp_1", json.dumps({"slug": SLUG + "b"}).encode())
    guard.admit("PUT", f"{URL}/exp_1", json.dumps({"name": NAME}).encode())
    assert guard.owns(row(SLUG + "b"))
    assert not guard.owns(row("homepage-hero", NAME))


def test_rows_of_creates_without_a_slug(guard: Guard) -> None:
    """A name makes nothing the run's own, though nobody can guess it: a server may copy it onto any row."""
    create(guard, {"name": NAME}, status=500)
    assert not guard.owns(row("made-by-the-server", NAME))


def test_removed_is_not_left(guard: Guard) -> None:
    """What a delete removed is not named, what a delete did not remove is."""
    for number in (1, 2):
        create(
            guard, {"slug": f"{SLUG}{number}"}, {"uid": f"exp_{number}", "slug": f"{SLUG}{number}"}
        )
    guard.observe("DELETE", f"{URL}/exp_1", b"", 200, b"{}")
    guard.observe("DELETE", f"{URL}/exp_2", b"", 500, b"{}")
    assert guard.left() == [f"{SLUG}2 exp_2"]


def test_answers_to_deletes_of_own_experiments(guard: Guard) -> None:
    """How the server answers the deletes of what the run made is noted, and of no other."""
    create(guard, {"slug": SLUG}, {"uid": "exp_1", "slug": SLUG})
    guard.observe("DELETE", f"{URL}/exp_{MARK}", b"", 404, b"{}")
    assert guard.delete_statuses == set()
    guard.observe("DELETE", f"{URL}/exp_1", b"", 405, b"{}")
    assert guard.delete_statuses == {405}
