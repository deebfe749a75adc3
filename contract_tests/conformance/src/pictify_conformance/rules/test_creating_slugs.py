"""Creating experiments: which slugs are accepted, and which are taken."""

import pytest

from pictify_conformance.http.write_guard import RESERVED_SLUGS
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab

LONGEST = 60
TRIES = 20


def malformed(slug: str) -> dict[str, str]:
    """A good slug with each kind of fault; those that are too short hold nothing of it."""
    return {
        "empty": "",
        "one character": "a",
        "two characters": "ab",
        "too long": slug.ljust(LONGEST + 1, "x"),
        "far too long": slug.ljust(1000, "x"),
        "upper case": slug.upper(),
        "one capital": slug + "A",
        "hyphen first": "-" + slug,
        "hyphen last": slug + "-",
        "underscore": slug + "_x",
        "dot": slug + ".png",
        "slash": slug + "/x",
        "space": slug + " x",
        "space first": " " + slug,
        "space last": slug + " ",
        "newline last": slug + "\n",
        "accent": slug + "-été",
        "other digits": slug + "-٣",
        "percent": slug + "%20",
    }


KINDS = tuple(malformed(""))


@pytest.mark.rule("create.slug-format.refused")
def test_slug_format_refused(lab: Lab) -> None:
    """A malformed slug is refused and leaves nothing behind."""
    lab.all_refused(lab.body(slug=slug) for slug in malformed(lab.new_slug()).values())


@pytest.mark.rule("create.slug-format.refused")
@pytest.mark.parametrize(
    ("beginning", "ending"),
    [("", "x" * LONGEST), ("", "0"), ("9", ""), ("", "a--b"), ("", "-9"), ("api-", "-events-sdk")],
    ids=["60 characters", "digit", "digit first", "two hyphens", "short", "reserved words in it"],
)
def test_slug_format_accepted(lab: Lab, beginning: str, ending: str) -> None:
    """A well-formed slug is accepted and kept as it was sent."""
    slug = (beginning + lab.new_slug() + ending)[:LONGEST]
    made = lab.accepted(lab.body(slug=slug))
    assertions.same(
        [made["slug"], lab.read(made["uid"])["slug"]],
        [slug, slug],
        "slug in the answer and in a later read",
    )


@pytest.mark.rule("create.slug-format.refused")
def test_slug_format_shortest(lab: Lab) -> None:
    """A slug of three characters is accepted, unless somebody has it."""
    for slug in lab.shortest_slugs(TRIES):
        response = lab.attempt(lab.body(slug=slug))
        if response.status_code != 409:
            assertions.same(
                assertions.experiment(assertions.status(response, 201))["slug"], slug, "the slug"
            )
            return
    pytest.skip(f"{TRIES} slugs of three characters were all taken")


@pytest.mark.rule("create.slug-format.status")
@pytest.mark.parametrize("kind", KINDS)
def test_slug_format_status(lab: Lab, kind: str) -> None:
    """A malformed slug is 400 validation-error and named."""
    assertions.problem(
        lab.create(lab.body(slug=malformed(lab.new_slug())[kind])), 400, "validation-error", "/slug"
    )


@pytest.mark.rule("create.slug-reserved.refused")
@pytest.mark.parametrize("type_", ["ab_test", "smart_link", "scheduled"])
def test_slug_reserved_refused(lab: Lab, type_: str) -> None:
    """A reserved word is refused as a slug, for every type, and leaves nothing behind."""
    lab.all_refused(lab.body(slug=word, type=type_) for word in RESERVED_SLUGS)


@pytest.mark.rule("create.slug-reserved.status")
@pytest.mark.parametrize("word", RESERVED_SLUGS)
def test_slug_reserved_status(lab: Lab, word: str) -> None:
    """A reserved slug is 400 validation-error and named."""
    assertions.problem(lab.create(lab.body(slug=word)), 400, "validation-error", "/slug")


@pytest.mark.rule("create.slug-taken")
@pytest.mark.parametrize("type_", ["ab_test", "smart_link", "scheduled"])
def test_slug_taken(lab: Lab, type_: str) -> None:
    """The slug of a running experiment is 409 for every type, leaves nothing behind and stays where it is."""
    holder = lab.existing("running")
    lab.all_refused([lab.body(slug=holder["slug"], type=type_)], 409)
    lab.unchanged(holder)


@pytest.mark.rule("create.slug-taken.any-status")
@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_slug_taken_any_status(lab: Lab, status: str) -> None:
    """A draft, a paused and a completed experiment hold their slug."""
    holder = lab.existing(status)
    lab.all_refused([lab.body(slug=holder["slug"])], 409)
    lab.unchanged(holder)


@pytest.mark.rule("create.slug-taken.other-team")
@pytest.mark.parametrize("status", ["draft", "running"])
def test_slug_taken_other_team(lab: Lab, other_lab: Lab, status: str) -> None:
    """A slug that one team holds is taken for another."""
    holder = lab.existing(status)
    other_lab.all_refused([other_lab.body(slug=holder["slug"])], 409)
    lab.unchanged(holder)


@pytest.mark.rule("create.slug-taken.problem")
def test_slug_taken_problem(lab: Lab) -> None:
    """A taken slug is slug-in-use with a conflict on /slug."""
    found = assertions.problem(
        lab.create(lab.body(slug=lab.experiment()["slug"])), 409, "slug-in-use"
    )
    assertions.same(assertions.faults(found), {("/slug", "conflict")}, "the faults")
