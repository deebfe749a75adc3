"""Creating experiments: the slugs that are accepted, and those that are taken."""

import pytest

from pictify_conformance.http.write_guard import RESERVED_SLUGS
from pictify_conformance.testing import ApiClient, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_field_errors,
    assert_problem,
)
from pictify_conformance.testing.payloads import TYPES
from pictify_conformance.testing.responses import experiment_of

MAX_SLUG = 60
TRIES = 20


def malformed(slug: str) -> dict[str, str]:
    """Return malformed slugs made from a good one."""
    return {
        "empty": "",
        "one character": "a",
        "two characters": "ab",
        "too long": slug.ljust(MAX_SLUG + 1, "x"),
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


@pytest.mark.rule("create.slug-format.refused")
def test_slug_format_refused(experiments: Experiments) -> None:
    slugs = malformed(experiments.new_slug()).values()
    experiments.assert_creates_refused(experiments.body(slug=slug) for slug in slugs)


@pytest.mark.rule("create.slug-format.refused")
@pytest.mark.parametrize(
    ("beginning", "ending"),
    [
        ("", "x" * MAX_SLUG),
        ("", "0"),
        ("9", ""),
        ("", "a--b"),
        ("", "-9"),
        ("api-", "-events-sdk"),
    ],
    ids=["60 characters", "digit", "digit first", "two hyphens", "short", "reserved words in it"],
)
def test_slug_format_accepted(experiments: Experiments, beginning: str, ending: str) -> None:
    slug = (beginning + experiments.new_slug() + ending)[:MAX_SLUG]
    experiment = experiments.assert_created(experiments.body(slug=slug))
    assert_equal(experiment["slug"], slug, "slug in the answer")
    assert_equal(experiments.read(experiment["uid"])["slug"], slug, "slug in a later read")


@pytest.mark.rule("create.slug-format.refused")
def test_slug_format_shortest(experiments: Experiments) -> None:
    for slug in experiments.shortest_slugs(TRIES):
        response = experiments.try_create(experiments.body(slug=slug))
        if response.status_code != 409:
            assert_equal(experiment_of(response, 201)["slug"], slug, "the slug")
            return
    pytest.skip(f"{TRIES} slugs of three characters were all taken")


@pytest.mark.rule("create.slug-format.status")
@pytest.mark.parametrize("kind", malformed(""))
def test_slug_format_status(api: ApiClient, experiments: Experiments, kind: str) -> None:
    slug = malformed(experiments.new_slug())[kind]
    response = api.create(experiments.body(slug=slug))
    assert_problem(response, 400, "validation-error", "/slug")


@pytest.mark.rule("create.slug-reserved.refused")
@pytest.mark.parametrize("type_", TYPES)
def test_slug_reserved_refused(experiments: Experiments, type_: str) -> None:
    bodies = [experiments.body(slug=word, type=type_) for word in RESERVED_SLUGS]
    experiments.assert_creates_refused(bodies)


@pytest.mark.rule("create.slug-reserved.status")
@pytest.mark.parametrize("word", RESERVED_SLUGS)
def test_slug_reserved_status(api: ApiClient, experiments: Experiments, word: str) -> None:
    response = api.create(experiments.body(slug=word))
    assert_problem(response, 400, "validation-error", "/slug")


@pytest.mark.rule("create.slug-taken")
@pytest.mark.parametrize("type_", TYPES)
def test_slug_taken(experiments: Experiments, type_: str) -> None:
    holder = experiments.create_and_read("running")
    experiments.assert_creates_refused([experiments.body(slug=holder["slug"], type=type_)], 409)
    experiments.assert_unchanged(holder)


@pytest.mark.rule("create.slug-taken.any-status")
@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_slug_taken_any_status(experiments: Experiments, status: str) -> None:
    holder = experiments.create_and_read(status)
    experiments.assert_creates_refused([experiments.body(slug=holder["slug"])], 409)
    experiments.assert_unchanged(holder)


@pytest.mark.rule("create.slug-taken.other-team")
@pytest.mark.parametrize("status", ["draft", "running"])
def test_slug_taken_other_team(experiments: Experiments, other_team: Team, status: str) -> None:
    holder, theirs = experiments.create_and_read(status), other_team.experiments
    theirs.assert_creates_refused([theirs.body(slug=holder["slug"])], 409)
    experiments.assert_unchanged(holder)


@pytest.mark.rule("create.slug-taken.problem")
def test_slug_taken_problem(api: ApiClient, experiments: Experiments) -> None:
    response = api.create(experiments.body(slug=experiments.create()["slug"]))
    assert_problem(response, 409, "slug-in-use")
    assert_field_errors(response, {("/slug", "conflict")})
