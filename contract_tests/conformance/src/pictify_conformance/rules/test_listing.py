"""Listing experiments: what is in the list, filters and order."""

from collections.abc import Callable

import pytest

from pictify_conformance import spec
from pictify_conformance.rules.rows import uids
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import TYPES, Json, variants

STATUSES = ("draft", "running", "paused", "completed")
WINNER = ("winnerVariantId", "winnerDeclaredAt")
VARIANT = spec.document()["components"]["schemas"]["Variant"]


def filtered(lab: Lab, inside: list[Json], outside: list[Json], **query: str) -> None:
    """Every row of the filtered list matches; of the run's own, those inside are there and those outside are not."""
    rows = list(lab.rows(**query))
    strangers = [
        {key: row.get(key) for key in ("uid", *query)}
        for row in rows
        if not query.items() <= row.items()
    ]
    assertions.same(strangers, [], f"rows that do not match {query}")
    own = {*uids(inside), *uids(outside)}
    assertions.same(
        sorted(own & set(uids(rows))),
        sorted(uids(inside)),
        f"the run's own rows that match {query}",
    )


@pytest.mark.rule("list.unauthorised")
@pytest.mark.parametrize(
    "query",
    [{}, {"type": "ab_test", "status": "draft", "page": 1, "limit": 1}],
    ids=["all", "some"],
)
def test_unauthorised(lab: Lab, query: dict[str, str]) -> None:
    """A list without a key, or with one that is not valid, is 401."""
    key = lab.target.api_key
    assertions.status(lab.with_headers().list_experiments(**query), 401)
    for wrong in ("ct-no-such-key", key[:-1], key + "0"):
        assertions.status(
            lab.with_headers(Authorization=f"Bearer {wrong}").list_experiments(**query), 401
        )


@pytest.mark.rule("list.contains-created")
@pytest.mark.parametrize(
    ("type_", "status"),
    [*((type_, "draft") for type_ in TYPES), *(("ab_test", status) for status in STATUSES[1:])],
)
def test_contains_created(lab: Lab, type_: str, status: str) -> None:
    """The list shows an experiment once, and what is required of it as get does, in any type and status."""
    made = lab.experiment(status, type=type_)
    shown = [
        row
        for row in lab.rows()
        if row["uid"] == made["uid"] or row.get("name") == made.get("name")
    ]
    assertions.same(
        [*map(required, shown)], [required(lab.read(made["uid"]))], "the rows of the experiment"
    )


@pytest.mark.rule("list.contains-created")
def test_contains_created_once(lab: Lab) -> None:
    """One create makes one row, which is renamed with its experiment, however long the name."""
    made = lab.experiment()
    for name in (made["name"], f"Renamed {lab.new_slug()}".ljust(255, "!")):
        if name != made["name"]:
            assertions.status(lab.update(made["uid"], {"name": name}), 200)
        shown = [row for row in lab.rows() if row["uid"] == made["uid"] or row.get("name") == name]
        assertions.same(
            [*map(required, shown)], [required(lab.read(made["uid"]))], "the rows of the experiment"
        )


def required(experiment: Json) -> Json:
    """What every experiment shows of itself and of its variants."""
    variants = [
        {name: row.get(name) for name in VARIANT["required"]}
        for row in experiment.get("variants", ())
    ]
    shown = assertions.published(experiment)
    return {
        **{name: shown.get(name) for name in assertions.EXPERIMENT["required"]},
        "variants": variants,
    }


@pytest.mark.rule("list.rows-agree")
@pytest.mark.parametrize("status", STATUSES)
def test_rows_agree(lab: Lab, status: str) -> None:
    """A row shows nothing else than get shows, in any status, once what was counted has arrived."""
    rows = [
        {**row, "name": "Each", "variables": {"headline": row["id"]}}
        for row in variants(*weights_on(lab))
    ]
    made = lab.clickable(
        "draft" if status == "draft" else "running", hypothesis="Lists agree.", variants=rows
    )
    if status != "draft":
        lab.report(made, {**{row["id"]: (0, 0) for row in rows}, "v0": (2, 1), "v1": (1, 0)})
    if status in MOVES:
        MOVES[status](lab, made["uid"])
    lab.eventually(lambda: agree(lab, made["uid"]))


MOVES: dict[str, Callable[[Lab, str], Json]] = {"paused": Lab.halt, "completed": Lab.finish}


def weights_on(lab: Lab) -> tuple[int, ...]:
    """The weights of three variants, or of two where the plan has no more."""
    most = assertions.page(lab.quota()).get("maxVariants")
    return (5000, 5000) if isinstance(most, int) and most < 3 else (5000, 3000, 2000)


def agree(lab: Lab, uid: str) -> None:
    """What the row shows is what get shows, as far as both show it, and it says of no winner that there is none."""
    whole, rows = (
        assertions.published(lab.read(uid)),
        [row for row in lab.rows() if row["uid"] == uid],
    )
    assertions.same(len(rows), 1, "how many rows the experiment has")
    shown = assertions.published(rows[0])
    assertions.same(assertions.of(shown, whole), assertions.of(whole, shown), "the row")
    unset = [name for name in WINNER if rows[0].get(name, ...) is None and name in whole]
    assertions.same(unset, [], "what is null in the row, and not where it is read,")


@pytest.mark.rule("list.whole-rows")
@pytest.mark.parametrize("type_", TYPES)
def test_whole_rows(lab: Lab, type_: str) -> None:
    """A row shows all that get shows."""
    made = lab.experiment(type=type_, hypothesis="Lists show all.", templateUid="tmpl_xyz789")
    shown = [row for row in lab.rows() if row["uid"] == made["uid"]]
    assertions.same(shown, [lab.read(made["uid"])], "the rows of the experiment")


@pytest.mark.rule("list.filter-type")
@pytest.mark.parametrize("type_", TYPES)
def test_filter_type(lab: Lab, type_: str) -> None:
    """A list of one type holds the experiments of it and no others."""
    match = lab.experiment(type=type_)
    for other in (candidate for candidate in TYPES if candidate != type_):
        outside = lab.experiment(type=other)
        filtered(lab, [match], [outside], type=type_)
        lab.remove(outside["uid"])


@pytest.mark.rule("list.filter-status")
@pytest.mark.parametrize("status", STATUSES)
def test_filter_status(lab: Lab, status: str) -> None:
    """A list of one status holds the experiments that are in it now and no others."""
    match = lab.experiment(status)
    for other in (candidate for candidate in STATUSES if candidate != status):
        outside = lab.experiment(other)
        filtered(lab, [match], [outside], status=status)
        lab.remove(outside["uid"])


@pytest.mark.rule("list.filter-status")
def test_filter_status_follows_a_move(lab: Lab) -> None:
    """An experiment that has moved on is found by its new status only."""
    made = lab.experiment()
    filtered(lab, [made], [], status="draft")
    lab.resume(made["uid"])
    filtered(lab, [made], [], status="running")
    filtered(lab, [], [made], status="draft")


@pytest.mark.rule("list.filters-combine")
@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_filters_combine(lab: Lab, type_: str, status: str) -> None:
    """A list of one type and status holds the experiments that have both and no others."""
    other_type = next(candidate for candidate in TYPES if candidate != type_)
    match = lab.experiment(status, type=type_)
    others = [lab.experiment("running", type=type_), lab.experiment(status, type=other_type)]
    filtered(lab, [match], others, type=type_, status=status)


INVALID = [
    ("type", "multivariate", "invalid_value"),
    ("type", "AB_TEST", "invalid_value"),
    ("type", "", "invalid_value"),
    ("status", "stopped", "invalid_value"),
    ("status", "archived", "invalid_value"),
    ("status", "Draft", "invalid_value"),
    ("page", "0", "out_of_range"),
    ("page", "-1", "out_of_range"),
    ("page", "first", "invalid_type"),
    ("page", "1.5", "invalid_type"),
    ("limit", "0", "out_of_range"),
    ("limit", "101", "out_of_range"),
    ("limit", "-1", "out_of_range"),
    ("limit", "all", "invalid_type"),
]


@pytest.mark.rule("list.invalid-query")
@pytest.mark.parametrize(("parameter", "value", "code"), INVALID)
def test_invalid_query(lab: Lab, parameter: str, value: str, code: str) -> None:
    """A query parameter that is unknown or out of range is 400 and named."""
    found = assertions.problem(lab.list_experiments(**{parameter: value}), 400, "validation-error")
    assertions.same(assertions.faults(found), {(f"query.{parameter}", code)}, "the faults")


@pytest.mark.rule("list.newest-first")
@pytest.mark.parametrize(
    "query", [{}, {"type": "ab_test"}, {"status": "draft"}], ids=["all", "type", "status"]
)
def test_newest_first(lab: Lab, query: dict[str, str]) -> None:
    """Rows come newest first by createdAt, even when an older one has changed since."""
    first, newest = older_and_newer(lab)
    lab.update(first["uid"], {"name": f"Changed {lab.target.token}"})
    rows = list(lab.rows(**query))
    times = [assertions.moment(row.get("createdAt"), "createdAt") for row in rows]
    assertions.same(
        list(map(str, times)), list(map(str, sorted(times, reverse=True))), "createdAt of the rows"
    )
    own = [uid for uid in uids(rows) if uid in (first["uid"], newest["uid"])]
    assertions.same(
        own, [newest["uid"], first["uid"]], "the order of a newer and an older experiment"
    )


def older_and_newer(lab: Lab) -> tuple[Json, Json]:
    """Two experiments that were not made in the same tick of the server's clock."""
    first = lab.experiment()
    for _ in range(50):
        newer = lab.experiment()
        if newer.get("createdAt") != first.get("createdAt"):
            return first, newer
    return pytest.fail("createdAt stands still over 50 creates", pytrace=False)
