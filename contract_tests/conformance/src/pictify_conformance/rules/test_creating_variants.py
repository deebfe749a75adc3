"""Creating experiments: how many variants, their ids and their weights."""

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, variants

TYPES = ("ab_test", "smart_link", "scheduled")


def named(*ids: str) -> list[Json]:
    """Variants of these ids; the first has all the weight."""
    return [{"id": id_, "weight": 0 if index else 10_000} for index, id_ in enumerate(ids)]


def many(count: int) -> list[Json]:
    """So many variants."""
    return named(*(f"v{index}" for index in range(count)))


@pytest.mark.rule("create.variants-minimum")
@pytest.mark.parametrize("type_", TYPES)
def test_variants_minimum(lab: Lab, type_: str) -> None:
    """Two variants are kept in their order; one or none is 400."""
    made = lab.accepted(lab.body(type=type_, variants=named("b", "a")))
    assertions.same(
        [row["id"] for row in lab.read(made["uid"])["variants"]], ["b", "a"], "the variants"
    )
    lab.all_refused([lab.body(type=type_, variants=many(count)) for count in (1, 0)], 400)


def most_variants(lab: Lab) -> int:
    """The plan's limit."""
    most = assertions.page(lab.quota()).get("maxVariants")
    if not isinstance(most, int):
        pytest.skip("the quota names no maxVariants")
    return most


@pytest.mark.rule("create.variants-maximum.refused")
@pytest.mark.parametrize("type_", TYPES)
def test_variants_maximum_refused(lab: Lab, type_: str) -> None:
    """As many variants as the quota says are accepted; one more is refused and leaves nothing behind."""
    most = most_variants(lab)
    made = lab.accepted(lab.body(type=type_, variants=many(most)))
    assertions.same(len(lab.read(made["uid"])["variants"]), most, "the number of variants")
    lab.all_refused([lab.body(type=type_, variants=many(most + more)) for more in (1, 100)])


@pytest.mark.rule("create.variants-maximum.refused")
def test_variants_maximum_refused_by_plan(teams: list[Lab]) -> None:
    """Each team that there is a key for has the limit of its own plan."""
    for team in teams:
        most = most_variants(team)
        made = team.accepted(team.body(variants=many(most)))
        team.remove(made["uid"])  # the one more is refused for its variants, not for want of a slot
        team.all_refused([team.body(variants=many(most + 1))])


@pytest.mark.rule("create.variants-maximum.status")
@pytest.mark.parametrize("more", [1, 1000])
def test_variants_maximum_status(lab: Lab, more: int) -> None:
    """More variants than the plan allows are 400 and named."""
    answer = lab.create(lab.body(variants=many(most_variants(lab) + more)))
    assertions.problem(answer, 400, "validation-error", "/variants")


@pytest.mark.rule("create.variant-required")
def test_variant_required(lab: Lab) -> None:
    """A variant without id or weight is 400, wherever it stands and whatever would make the weights add up."""
    broken: list[list[Json]] = [
        [{"weight": 5000}, {"id": "v1", "weight": 5000}],
        [{"id": "v0", "weight": 5000}, {"weight": 5000}],
        [{"id": "v0"}, {"id": "v1", "weight": 10_000}],
        [{"id": "v0", "weight": 10_000}, {"id": "v1"}],
        [{"id": "v0", "weight": 5000}, {"id": "v1"}],
        [{"id": "v0"}, {"id": "v1"}],
        [{}, {}],
    ]
    lab.all_refused([lab.body(variants=rows) for rows in broken], 400)


@pytest.mark.rule("create.variant-id-pattern")
@pytest.mark.parametrize(
    "ids", [("A", "z"), ("0", "9"), ("_", "-"), ("variant-b_2", "Z9-_" * 5)], ids=lambda ids: ids[0]
)
def test_variant_id_pattern_accepted(lab: Lab, ids: tuple[str, str]) -> None:
    """Ids of letters, digits, underscores and hyphens come back as they were sent."""
    made = lab.accepted(lab.body(variants=named(*ids)))
    assertions.same([row["id"] for row in made["variants"]], list(ids), "the ids")


BAD_IDS = [
    "",
    " ",
    "a b",
    " a",
    "a ",
    "a\n",
    "a.b",
    "a/b",
    "a:b",
    "a$",
    "a%20",
    "é",
    "变",
    "٣",
    "🎈",
]


@pytest.mark.rule("create.variant-id-pattern")
@pytest.mark.parametrize("place", [0, 1], ids=["first", "second"])
def test_variant_id_pattern_refused(lab: Lab, place: int) -> None:
    """An empty id, or one with any other character, is 400."""
    pairs = [("good", bad) if place else (bad, "good") for bad in BAD_IDS]
    lab.all_refused([lab.body(variants=named(*pair)) for pair in pairs], 400)


@pytest.mark.rule("create.variant-ids-unique")
def test_variant_ids_unique(lab: Lab) -> None:
    """Two variants with one id are 400; ids that differ in case only are two."""
    body = lab.body(variants=named("same", "same"))
    assertions.problem(lab.create(body), 400, "validation-error", "/variants/1/id")
    lab.nothing_left(body)
    lab.accepted(lab.body(variants=named("same", "Same")))


@pytest.mark.rule("create.single-default")
@pytest.mark.parametrize("type_", TYPES)
def test_single_default(lab: Lab, type_: str) -> None:
    """Two default variants are 400; one, be it the first or the second, is accepted."""
    first, second = variants(5000, 5000)
    both = lab.body(
        type=type_, variants=[{**first, "isDefault": True}, {**second, "isDefault": True}]
    )
    assertions.problem(lab.create(both), 400, "validation-error", "/variants/1/isDefault")
    lab.nothing_left(both)
    for rows in (
        [{**first, "isDefault": True}, second],
        [{**first, "isDefault": False}, {**second, "isDefault": True}],
    ):
        made = lab.accepted(lab.body(type=type_, variants=rows))
        assertions.shows(made["variants"], rows, "the variants")


@pytest.mark.rule("create.weight-range")
@pytest.mark.parametrize("weights", [(0, 10_000), (10_000, 0), (1, 9999)], ids=str)
def test_weight_range_accepted(lab: Lab, weights: tuple[int, int]) -> None:
    """Weights from 0 to 10,000 are accepted and kept."""
    made = lab.accepted(lab.body(variants=variants(*weights)))
    assertions.same(
        [row.get("weight") for row in lab.read(made["uid"])["variants"]],
        list(weights),
        "the weights",
    )


@pytest.mark.rule("create.weight-range")
@pytest.mark.parametrize("type_", TYPES)
def test_weight_range_refused(lab: Lab, type_: str) -> None:
    """A negative weight, one over 10,000 and a fraction are 400, though all add up to 10,000."""
    pairs = [
        (-1, 10_001),
        (10_001, -1),
        (-5000, 15_000),
        (5000.5, 4999.5),
        (0.5, 9999.5),
        (10_000.5, -0.5),
    ]
    bodies = [
        lab.body(
            type=type_, variants=[{"id": "v0", "weight": first}, {"id": "v1", "weight": second}]
        )
        for first, second in pairs
    ]
    lab.all_refused(bodies, 400)


OFF = [
    (5000, 4999),
    (5000, 5001),
    (9999, 0),
    (10_000, 1),
    (0, 0),
    (10_000, 10_000),
    (50, 50),
    (1, 0),
]


@pytest.mark.rule("create.weights-sum.refused")
@pytest.mark.parametrize("type_", TYPES)
def test_weights_sum_refused(lab: Lab, type_: str) -> None:
    """Weights that do not add up to 10,000 are refused and leave nothing behind; weights that do are accepted."""
    off = [*OFF, (3333, 3333, 3333), (10_000, 0, 1)]
    lab.all_refused([lab.body(type=type_, variants=variants(*weights)) for weights in off])
    lab.accepted(lab.body(type=type_, variants=variants(3333, 6667)))


@pytest.mark.rule("create.weights-sum.status")
@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("weights", OFF, ids=str)
def test_weights_sum_status(lab: Lab, type_: str, weights: tuple[int, int]) -> None:
    """Weights that do not add up to 10,000 are 400 and named."""
    answer = lab.create(lab.body(type=type_, variants=variants(*weights)))
    assertions.problem(answer, 400, "validation-error", "/variants")
