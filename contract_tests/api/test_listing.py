"""Listing experiments: what is in the list, filters, pages and order."""

import math
from collections.abc import Callable, Iterable

import pytest

from contract_tests import expect, spec
from contract_tests.lab import Json, Lab, variants

TYPES = ("ab_test", "smart_link", "scheduled")
STATUSES = ("draft", "running", "paused", "completed")
PAUSED = {"type": "ab_test", "status": "paused"}
DEFAULT_LIMIT, LARGEST_LIMIT = 20, 100
VARIANT = spec.document()["components"]["schemas"]["Variant"]


def uids(experiments: Iterable[Json]) -> list[str]:
    """The uids, in order."""
    return [experiment["uid"] for experiment in experiments]


def filtered(lab: Lab, inside: list[Json], outside: list[Json], **query: str) -> None:
    """Every row of the filtered list matches; of the run's own, those inside are there and those outside are not."""
    rows = list(lab.rows(**query))
    strangers = [{key: row.get(key) for key in ("uid", *query)} for row in rows if not query.items() <= row.items()]
    expect.same(strangers, [], f"rows that do not match {query}")
    own = {*uids(inside), *uids(outside)}
    expect.same(sorted(own & set(uids(rows))), sorted(uids(inside)), f"the run's own rows that match {query}")


@pytest.mark.rule("list.unauthorised")
@pytest.mark.parametrize(
    "query", [{}, {"type": "ab_test", "status": "draft", "page": 1, "limit": 1}], ids=["all", "some"]
)
def test_unauthorised(lab: Lab, query: dict[str, str]) -> None:
    """A list without a key, or with one that is not valid, is 401."""
    key = lab.target.api_key
    expect.status(lab.with_headers().list_experiments(**query), 401)
    for wrong in ("ct-no-such-key", key[:-1], key + "0"):
        expect.status(lab.with_headers(Authorization=f"Bearer {wrong}").list_experiments(**query), 401)


@pytest.mark.rule("list.contains-created")
@pytest.mark.parametrize(
    ("type_", "status"), [*((type_, "draft") for type_ in TYPES), *(("ab_test", status) for status in STATUSES[1:])]
)
def test_contains_created(lab: Lab, type_: str, status: str) -> None:
    """The list shows an experiment once, and what is required of it as get does, in any type and status."""
    made = lab.experiment(status, type=type_)
    shown = [row for row in lab.rows() if row["uid"] == made["uid"] or row.get("name") == made.get("name")]
    expect.same([*map(required, shown)], [required(lab.read(made["uid"]))], "the rows of the experiment")


@pytest.mark.rule("list.contains-created")
def test_contains_created_once(lab: Lab) -> None:
    """One create makes one row, which is renamed with its experiment, however long the name."""
    made = lab.experiment()
    for name in (made["name"], f"Renamed {lab.new_slug()}".ljust(255, "!")):
        if name != made["name"]:
            expect.status(lab.update(made["uid"], {"name": name}), 200)
        shown = [row for row in lab.rows() if row["uid"] == made["uid"] or row.get("name") == name]
        expect.same([*map(required, shown)], [required(lab.read(made["uid"]))], "the rows of the experiment")


def required(experiment: Json) -> Json:
    """What every experiment shows of itself and of its variants."""
    variants = [{name: row.get(name) for name in VARIANT["required"]} for row in experiment.get("variants", ())]
    shown = expect.published(experiment)
    return {**{name: shown.get(name) for name in expect.EXPERIMENT["required"]}, "variants": variants}


@pytest.mark.rule("list.rows-agree")
@pytest.mark.parametrize("status", STATUSES)
def test_rows_agree(lab: Lab, status: str) -> None:
    """A row shows nothing else than get shows, in any status, once what was counted has arrived."""
    rows = [{**row, "name": "Each", "variables": {"headline": row["id"]}} for row in variants(*weights_on(lab))]
    made = lab.clickable("draft" if status == "draft" else "running", hypothesis="Lists agree.", variants=rows)
    if status != "draft":
        lab.report(made, {**{row["id"]: (0, 0) for row in rows}, "v0": (2, 1), "v1": (1, 0)})
    if status in MOVES:
        MOVES[status](lab, made["uid"])
    lab.eventually(lambda: agree(lab, made["uid"]))


MOVES: dict[str, Callable[[Lab, str], Json]] = {"paused": Lab.halt, "completed": Lab.finish}


def weights_on(lab: Lab) -> tuple[int, ...]:
    """The weights of three variants, or of two where the plan has no more."""
    most = expect.page(lab.quota()).get("maxVariants")
    return (5000, 5000) if isinstance(most, int) and most < 3 else (5000, 3000, 2000)


def agree(lab: Lab, uid: str) -> None:
    """What a row shows is what get shows, as far as both show it."""
    whole = expect.published(lab.read(uid))
    shown = [expect.published(row) for row in lab.rows() if row["uid"] == uid]
    expect.same([expect.of(row, whole) for row in shown], [expect.of(whole, row) for row in shown], "the row")
    counts = [len(row.get("variants", whole["variants"])) for row in shown]
    expect.same(counts, [len(whole["variants"])], "the number of variants in the row")


@pytest.mark.rule("list.whole-rows")
@pytest.mark.parametrize("type_", TYPES)
def test_whole_rows(lab: Lab, type_: str) -> None:
    """A row shows all that get shows."""
    made = lab.experiment(type=type_, hypothesis="Lists show all.", templateUid="tmpl_xyz789")
    shown = [row for row in lab.rows() if row["uid"] == made["uid"]]
    expect.same(shown, [lab.read(made["uid"])], "the rows of the experiment")


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


def limits(total: int) -> list[int]:
    """Two limits that give a few pages, the last one full and not full where the total is 3."""
    few = max(1, math.ceil(total / 3))
    return [min(few, 99), min(few + 1, 100)]


@pytest.mark.alone
@pytest.mark.rule("list.paging")
def test_paging(lab: Lab) -> None:
    """Pages are no longer than the limit, say which they are, and show each match once."""
    made = [lab.experiment("paused") for _ in range(3)]
    total = len(list(lab.rows(**PAUSED)))
    lab.experiment()  # matches on no page
    for limit in limits(total):
        rows: list[Json] = []
        for number in range(1, math.ceil(total / limit) + 1):
            rows += page_of(lab, number, limit, **PAUSED)
        seen = uids(rows)
        expect.same([row.get("status") for row in rows], ["paused"] * len(rows), f"the status on all pages of {limit}")
        own = [uid for uid in seen if uid in uids(made)]
        expect.same(sorted(own), sorted(uids(made)), f"the run's own rows over all pages of {limit}")
        expect.same(len(set(seen)), len(seen), f"how many different rows the pages of {limit} hold")


def page_of(lab: Lab, number: int, limit: int, **query: str) -> list[Json]:
    """A page that says its number and limit and keeps to the limit."""
    answer = lab.list_experiments(page=number, limit=limit, **query)
    body, rows = expect.page(answer), expect.rows(answer)
    expect.same([body.get("page"), body.get("limit")], [number, limit], "page and limit")
    if len(rows) > limit:
        expect.fail(f"at most {limit} rows, not {len(rows)}", answer)
    return rows


@pytest.mark.alone
@pytest.mark.rule("list.paging")
def test_paging_without_filters(lab: Lab) -> None:
    """Neighbouring pages of the whole list share no row, and a page before the last is full."""
    made = [lab.experiment() for _ in range(3)]
    pages = [uids(page_of(lab, number, 1)) for number in range(1, len(made) + 1)]
    expect.same(list(map(len, pages)), [1, 1, 1], "rows on the first pages of 1")
    expect.same(len({uid for page in pages for uid in page}), len(made), "how many different rows they hold")


@pytest.mark.alone
@pytest.mark.rule("list.total")
@pytest.mark.parametrize(
    "query", [{}, {"type": "ab_test"}, {"status": "paused"}, PAUSED], ids=["all", "type", "status", "both"]
)
def test_total(lab: Lab, query: dict[str, str]) -> None:
    """total counts the matches of the filters, on every page and with every limit."""
    for status, type_ in (("paused", "ab_test"), ("paused", "ab_test"), ("draft", "ab_test"), ("paused", "scheduled")):
        lab.experiment(status, type=type_)
    matches = len(list(lab.rows(**query)))
    for more in ({"limit": 1}, {"limit": 1, "page": 2}, {"limit": 100}, {}):
        answer = lab.list_experiments(**query, **more)
        if expect.page(answer).get("total") != matches:
            expect.fail(f"a total of {matches}", answer)


@pytest.mark.alone
@pytest.mark.rule("list.total")
@pytest.mark.parametrize("type_", TYPES)
def test_total_follows(lab: Lab, type_: str) -> None:
    """total grows by one with a create and shrinks when an experiment no longer matches."""
    totals = [total(lab, type=type_, status="draft")]
    made = lab.experiment(type=type_)
    totals.append(total(lab, type=type_, status="draft"))
    lab.resume(made["uid"])
    totals.append(total(lab, type=type_, status="draft"))
    expect.same(totals, [totals[0], totals[0] + 1, totals[0]], "total before, with and without one more match")


@pytest.mark.alone
@pytest.mark.rule("list.total")
def test_total_of_one_team(lab: Lab, other_lab: Lab) -> None:
    """total does not count another team's experiments."""
    before = total(lab)
    other_lab.experiment("paused")
    expect.same(total(lab), before, "total after another team has made an experiment")


def total(lab: Lab, **query: str) -> int:
    """How many matches the list says there are, of paused A/B tests where nothing else is asked for."""
    answer = lab.list_experiments(**(query or PAUSED))
    found = expect.page(answer).get("total")
    if not isinstance(found, int):
        expect.fail("a total", answer)
    return found


@pytest.mark.alone
@pytest.mark.rule("list.default-page")
def test_default_page(lab: Lab) -> None:
    """A list without page and limit is the first page of 20."""
    lab.experiment()
    present = filled(lab, DEFAULT_LIMIT + 1)
    answer = lab.list_experiments()
    body, rows = expect.page(answer), expect.rows(answer)
    expect.same([body.get("page"), body.get("limit")], [1, DEFAULT_LIMIT], "page and limit")
    expect.same(len(rows), min(present, DEFAULT_LIMIT), f"the number of rows, of {present}")
    expect.same(uids(rows), uids(page_of(lab, 1, DEFAULT_LIMIT)), "the rows of the default page and those of page 1")


def filled(lab: Lab, wanted: int) -> int:
    """How many experiments there are, once they are as many as are wanted or the plan has no room for more."""
    present = len(list(lab.rows()))
    while present < wanted and lab.create(lab.body()).status_code == 201:
        present += 1
    return present


@pytest.mark.rule("list.limit-100")
@pytest.mark.parametrize("limit", [1, 100])
def test_limit_100(lab: Lab, limit: int) -> None:
    """Both ends of the range of limit are accepted."""
    made = [lab.experiment(), lab.experiment()]
    if len(page_of(lab, 1, limit)) < min(limit, len(made)):
        pytest.fail(f"the first page of {limit} misses rows", pytrace=False)


@pytest.mark.alone
@pytest.mark.rule("list.full-page")
def test_full_page(lab: Lab) -> None:
    """A page of 100 holds all matches, or 100 of more."""
    present = filled(lab, LARGEST_LIMIT)
    expected = min(present, LARGEST_LIMIT)
    expect.same(len(page_of(lab, 1, LARGEST_LIMIT)), expected, f"rows on the page of {LARGEST_LIMIT}, of {present}")
    if present < LARGEST_LIMIT:
        pytest.skip(f"needs {LARGEST_LIMIT} experiments, and the plan has room for {present}: use a larger plan")


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
    found = expect.problem(lab.list_experiments(**{parameter: value}), 400, "validation-error")
    expect.same(expect.faults(found), {(f"query.{parameter}", code)}, "the faults")


@pytest.mark.rule("list.newest-first")
@pytest.mark.parametrize("query", [{}, {"type": "ab_test"}, {"status": "draft"}], ids=["all", "type", "status"])
def test_newest_first(lab: Lab, query: dict[str, str]) -> None:
    """Rows come newest first by createdAt, even when an older one has changed since."""
    first, newest = older_and_newer(lab)
    lab.update(first["uid"], {"name": f"Changed {lab.target.token}"})
    rows = list(lab.rows(**query))
    times = [expect.moment(row.get("createdAt"), "createdAt") for row in rows]
    expect.same(list(map(str, times)), list(map(str, sorted(times, reverse=True))), "createdAt of the rows")
    own = [uid for uid in uids(rows) if uid in (first["uid"], newest["uid"])]
    expect.same(own, [newest["uid"], first["uid"]], "the order of a newer and an older experiment")


def older_and_newer(lab: Lab) -> tuple[Json, Json]:
    """Two experiments that were not made in the same tick of the server's clock."""
    first = lab.experiment()
    for _ in range(50):
        newer = lab.experiment()
        if newer.get("createdAt") != first.get("createdAt"):
            return first, newer
    return pytest.fail("createdAt stands still over 50 creates", pytrace=False)


@pytest.mark.alone
@pytest.mark.rule("list.past-the-end")
@pytest.mark.parametrize("beyond", [1, 1_000_000])
def test_past_the_end(lab: Lab, beyond: int) -> None:
    """A page past the end is empty and has the same total."""
    lab.experiment("paused")
    matches = total(lab)
    answer = lab.list_experiments(**PAUSED, limit=1, page=matches + beyond)
    body = expect.page(answer)
    expect.same([body.get("experiments"), body.get("total")], [[], matches], "experiments and total")
