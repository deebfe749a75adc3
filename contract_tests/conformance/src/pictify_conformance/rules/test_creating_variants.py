"""Creating experiments: the number of variants, their ids and their weights."""

import pytest

from pictify_conformance.testing import ApiClient, Experiments, Team
from pictify_conformance.testing.assertions import assert_equal, assert_includes, assert_problem
from pictify_conformance.testing.payloads import TYPES, Json, variants
from pictify_conformance.testing.responses import json_object

each_type = pytest.mark.parametrize("type_", TYPES)


def named_variants(*ids: str) -> list[Json]:
    """Return variants of these ids; the first has all the weight."""
    return [{"id": id_, "weight": 0 if index else 10_000} for index, id_ in enumerate(ids)]


def many_variants(count: int) -> list[Json]:
    return named_variants(*(f"v{index}" for index in range(count)))


def most_variants(api: ApiClient) -> int:
    """Return the plan's limit, or skip the test."""
    most = json_object(api.get_quota()).get("maxVariants")
    if not isinstance(most, int):
        pytest.skip("the quota names no maxVariants")
    return most


@pytest.mark.rule("create.variants-minimum")
@each_type
def test_variants_minimum(experiments: Experiments, type_: str) -> None:
    pair = experiments.body(type=type_, variants=named_variants("b", "a"))
    experiment = experiments.assert_created(pair)
    ids = [row["id"] for row in experiments.read(experiment["uid"])["variants"]]
    assert_equal(ids, ["b", "a"], "the variants")
    too_few = [experiments.body(type=type_, variants=many_variants(count)) for count in (1, 0)]
    experiments.assert_creates_refused(too_few, 400)


@pytest.mark.rule("create.variants-maximum.refused")
@each_type
def test_variants_maximum_refused(api: ApiClient, experiments: Experiments, type_: str) -> None:
    most = most_variants(api)
    body = experiments.body(type=type_, variants=many_variants(most))
    experiment = experiments.assert_created(body)
    count = len(experiments.read(experiment["uid"])["variants"])
    assert_equal(count, most, "the number of variants")
    experiments.assert_creates_refused(
        experiments.body(type=type_, variants=many_variants(most + more)) for more in (1, 100)
    )


@pytest.mark.rule("create.variants-maximum.refused")
def test_variants_maximum_refused_by_plan(teams: list[Team]) -> None:
    for team in teams:
        most, experiments = most_variants(team.api), team.experiments
        experiment = experiments.assert_created(experiments.body(variants=many_variants(most)))
        team.api.remove(experiment["uid"])  # so that the next create has a slot
        too_many = experiments.body(variants=many_variants(most + 1))
        experiments.assert_creates_refused([too_many])


@pytest.mark.rule("create.variants-maximum.status")
@pytest.mark.parametrize("more", [1, 1000])
def test_variants_maximum_status(api: ApiClient, experiments: Experiments, more: int) -> None:
    too_many = many_variants(most_variants(api) + more)
    response = api.create(experiments.body(variants=too_many))
    assert_problem(response, 400, "validation-error", "/variants")


@pytest.mark.rule("create.variant-required")
def test_variant_required(experiments: Experiments) -> None:
    broken: list[list[Json]] = [
        [{"weight": 5000}, {"id": "v1", "weight": 5000}],
        [{"id": "v0", "weight": 5000}, {"weight": 5000}],
        [{"id": "v0"}, {"id": "v1", "weight": 10_000}],
        [{"id": "v0", "weight": 10_000}, {"id": "v1"}],
        [{"id": "v0", "weight": 5000}, {"id": "v1"}],
        [{"id": "v0"}, {"id": "v1"}],
        [{}, {}],
    ]
    bodies = [experiments.body(variants=rows) for rows in broken]
    experiments.assert_creates_refused(bodies, 400)


@pytest.mark.rule("create.variant-id-pattern")
@pytest.mark.parametrize(
    "ids", [("A", "z"), ("0", "9"), ("_", "-"), ("variant-b_2", "Z9-_" * 5)], ids=lambda ids: ids[0]
)
def test_variant_id_pattern_accepted(experiments: Experiments, ids: tuple[str, str]) -> None:
    experiment = experiments.assert_created(experiments.body(variants=named_variants(*ids)))
    assert_equal([row["id"] for row in experiment["variants"]], list(ids), "the ids")


WRONG_IDS = ["", " ", "a b", " a", "a ", "a\n", "a.b", "a/b", "a:b", "a$", "a%20"]
WRONG_IDS += ["é", "变", "٣", "🎈"]


@pytest.mark.rule("create.variant-id-pattern")
@pytest.mark.parametrize("place", [0, 1], ids=["first", "second"])
def test_variant_id_pattern_refused(experiments: Experiments, place: int) -> None:
    pairs = [("good", wrong) if place else (wrong, "good") for wrong in WRONG_IDS]
    bodies = [experiments.body(variants=named_variants(*pair)) for pair in pairs]
    experiments.assert_creates_refused(bodies, 400)


@pytest.mark.rule("create.variant-ids-unique")
def test_variant_ids_unique(api: ApiClient, experiments: Experiments) -> None:
    body = experiments.body(variants=named_variants("same", "same"))
    assert_problem(api.create(body), 400, "validation-error", "/variants/1/id")
    experiments.assert_not_created(body)
    experiments.assert_created(experiments.body(variants=named_variants("same", "Same")))


@pytest.mark.rule("create.single-default")
@each_type
def test_single_default(api: ApiClient, experiments: Experiments, type_: str) -> None:
    first, second = variants(5000, 5000)
    default = {"isDefault": True}
    both = experiments.body(type=type_, variants=[{**first, **default}, {**second, **default}])
    assert_problem(api.create(both), 400, "validation-error", "/variants/1/isDefault")
    experiments.assert_not_created(both)
    not_default = {**first, "isDefault": False}
    for rows in ([{**first, **default}, second], [not_default, {**second, **default}]):
        experiment = experiments.assert_created(experiments.body(type=type_, variants=rows))
        assert_includes(experiment["variants"], rows, "the variants")


@pytest.mark.rule("create.weight-range")
@pytest.mark.parametrize("weights", [(0, 10_000), (10_000, 0), (1, 9999)], ids=str)
def test_weight_range_accepted(experiments: Experiments, weights: tuple[int, int]) -> None:
    experiment = experiments.assert_created(experiments.body(variants=variants(*weights)))
    found = [row.get("weight") for row in experiments.read(experiment["uid"])["variants"]]
    assert_equal(found, list(weights), "the weights")


@pytest.mark.rule("create.weight-range")
@each_type
def test_weight_range_refused(experiments: Experiments, type_: str) -> None:
    """The weights add up to 10,000, as they are or when they are rounded."""
    pairs: list[tuple[float, float]] = [(-1, 10_001), (10_001, -1), (-5000, 15_000)]
    pairs += [(5000.5, 4999.5), (0.5, 9999.5), (10_000.5, -0.5)]
    pairs += [(5000.4, 4999.6), (5000.5, 5000), (4999.5, 5000)]  # to the nearest, down, up
    wrong = [[{"id": "v0", "weight": one}, {"id": "v1", "weight": two}] for one, two in pairs]
    bodies = [experiments.body(type=type_, variants=rows) for rows in wrong]
    experiments.assert_creates_refused(bodies, 400)


WRONG_SUMS = [(5000, 4999), (5000, 5001), (9999, 0), (10_000, 1), (0, 0), (10_000, 10_000)]
WRONG_SUMS += [(50, 50), (1, 0)]


@pytest.mark.rule("create.weights-sum.refused")
@each_type
def test_weights_sum_refused(experiments: Experiments, type_: str) -> None:
    wrong = [*WRONG_SUMS, (3333, 3333, 3333), (10_000, 0, 1)]
    bodies = [experiments.body(type=type_, variants=variants(*weights)) for weights in wrong]
    experiments.assert_creates_refused(bodies)
    experiments.assert_created(experiments.body(type=type_, variants=variants(3333, 6667)))


@pytest.mark.rule("create.weights-sum.status")
@each_type
@pytest.mark.parametrize("weights", WRONG_SUMS, ids=str)
def test_weights_sum_status(
    api: ApiClient, experiments: Experiments, type_: str, weights: tuple[int, int]
) -> None:
    response = api.create(experiments.body(type=type_, variants=variants(*weights)))
    assert_problem(response, 400, "validation-error", "/variants")
