"""A team's bench: makes experiments in any status, reads their counters, and clears up after itself."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import httpx
import pytest

from pictify_conformance.http.errors import error_message
from pictify_conformance.http.ownership import is_plain_segment
from pictify_conformance.results.findings import Detail
from pictify_conformance.testing import assertions
from pictify_conformance.testing.failures import Blocked, Unexpected, details_of
from pictify_conformance.testing.payloads import DESTINATION, Bodies, Json, event
from pictify_conformance.testing.plan_limits import PLAN_STATUSES, obstacle

Counters: TypeAlias = dict[str, tuple[int, int]]
Rows: TypeAlias = Callable[[httpx.Response], list[Json]]

A_DOZEN = range(12)  # calls in a row, where one in ten may go wrong
STEADY = 3  # reads in a row that agree, where instances may take turns
PAGES_AT_MOST = 200
_counting: dict[str, bool] = {}


class Lab(Bodies):
    """One team on the target. Everything it makes carries the run's token and is deleted by `clear`."""

    # --- experiments

    def experiment(self, status: str = "draft", **fields: Any) -> Json:
        """A new experiment in this status, as the last answer showed it."""
        body = self.body(**fields)
        made = self._answered(self.attempt(body), 201, "create.draft")
        if not self._echoes(made, body):
            raise Blocked(
                "create.echo", Detail(f"an answer with a uid, the slug and the variants of {body}")
            )
        if status == "draft":
            return made
        made = self._answered(self.start(made["uid"]), 200, "lifecycle.start")
        if status == "paused":
            return self._answered(self.pause(made["uid"]), 200, "lifecycle.pause")
        if status == "completed":
            return self.finish(made["uid"], made["variants"][0]["id"])
        return made

    def clickable(self, status: str = "running", **fields: Any) -> Json:
        """An experiment whose click link leads somewhere."""
        goal = {"type": "click_through", "destinationUrl": DESTINATION}
        return self.experiment(status, **{"goalConfig": goal, **fields})

    def existing(self, status: str = "draft", **fields: Any) -> Json:
        """A new experiment in this status, as a read shows it."""
        return self.read(self.experiment(status, **fields)["uid"])

    def resume(self, uid: str) -> Json:
        """Start what is needed running."""
        return self._answered(self.start(uid), 200, "lifecycle.start")

    def halt(self, uid: str) -> Json:
        """Pause what is needed paused."""
        return self._answered(self.pause(uid), 200, "lifecycle.pause")

    def finish(self, uid: str, winner: str = "v0") -> Json:
        """Complete what is needed completed."""
        return self._answered(self.complete(uid, winner), 200, "lifecycle.complete")

    def read(self, uid: str) -> Json:
        """The experiment as a read shows it now."""
        return self._answered(self.get(uid), 200, "get.reads-created")

    def _echoes(self, made: Json, body: Json) -> bool:
        """Return True if the answer to a create is about what was sent, and can be addressed."""
        return (
            _names(made) == _names(body)
            and is_plain_segment(made["uid"])
            and made["uid"] not in self._guard.foreign
        )

    def _answered(self, response: httpx.Response, status: int, rule: str) -> Json:
        try:
            return assertions.experiment(assertions.status(response, status))
        except pytest.fail.Exception as failure:
            raise Blocked(rule, *details_of(failure)) from None

    def rows(self, read: Rows = assertions.rows, /, **query: Any) -> Iterator[Json]:
        """Every row of a list, page by page; what a page past the end is no page tells.

        A page that is not full is the last one, and so is one with more than was asked for: it may be all there is.
        """
        limit = int(query.setdefault("limit", 100))
        for page in range(1, PAGES_AT_MOST):
            answer = self.list_experiments(**{**query, "page": page})
            if page > 1 and 400 <= answer.status_code < 500:
                return
            rows = read(answer)
            yield from rows
            if len(rows) != limit:
                return

    def find(self, name: str) -> Json | None:
        """The row of this name, if the list has one."""
        return next((row for row in self.rows() if row.get("name") == name), None)

    def accepted(self, body: Json) -> Json:
        """The experiment that the create of a valid body answers."""
        response = assertions.status(self.attempt(body), 201)
        made = assertions.experiment(response)
        if not self._echoes(made, body):
            assertions.fail(
                "a uid that fits a path, and the slug and the variants that were sent", response
            )
        return made

    def unless_refused(self, body: Json) -> Json | None:
        """The experiment that a create answers, or nothing where it is refused: that it is taken is told by no page."""
        response = self.attempt(body, valid=False)
        if response.status_code == 201:
            return assertions.experiment(response)
        assertions.refused(response)
        return None

    def attempt(self, body: Json, *, valid: bool = True) -> httpx.Response:
        """The answer to a create. Where the plan stands in its way the test cannot be done; that is no refusal."""
        response = self.create(body)
        if response.status_code in PLAN_STATUSES or (valid and 400 <= response.status_code < 500):
            type_, count = body.get("type"), len(body["variants"]) if valid else 0
            reason = obstacle(self.quota(), type_, count, lambda: self._holding(type_))
            if reason is None and response.status_code == 429:
                reason = (
                    "the create is 429, so the plan has no slot left or the server limits the rate"
                )
            if reason:
                pytest.skip(reason)
        return response

    def _holding(self, type_: object) -> int:
        """How many experiments of a type the run holds now."""
        return sum(
            self._holds_token(row) and row.get("status") != "archived"
            for row in self.rows(type=type_)
        )

    # --- what did not change

    def unchanged(self, before: Json) -> None:
        """A later read shows the experiment as it was; what moves updatedAt is told by no page."""
        after = assertions.experiment(assertions.status(self.get(before["uid"]), 200))
        shown, expected = (assertions.published(each, "updatedAt") for each in (after, before))
        assertions.same(shown, expected, "the experiment after the refused request")

    def all_refused(self, bodies: Iterable[Json], *statuses: int) -> None:
        """Every body is refused, with one of the statuses where any are given, and leaves nothing behind."""
        found: list[Detail] = []
        bodies = list(bodies)
        for body in bodies:
            response = self.attempt(body, valid=False)
            try:
                assertions.refused(assertions.status(response, *statuses) if statuses else response)
            except pytest.fail.Exception as failure:
                found += details_of(failure)
        if found:
            raise Unexpected(*found)
        self.nothing_left(*bodies)

    def nothing_left(self, *bodies: Json) -> None:
        """The list has no experiment that a refused body describes."""
        described = {
            body.get(key)
            for body in bodies
            for key in ("name", "slug")
            if self._is_own(body.get(key))
        }
        left = [row for row in self._listed() if {row.get("name"), row.get("slug")} & described]
        left = [row for row in left if row.get("uid") not in self._guard.uids]
        for row in left:
            self._adopt(row)
        if left:
            names = ", ".join(repr(row.get("name")) for row in left)
            pytest.fail(f"a refused create left an experiment behind: {names}", pytrace=False)

    def _listed(self) -> list[Json]:
        try:
            return list(self.rows())
        except pytest.fail.Exception as failure:
            raise Blocked("list.limit-100", *details_of(failure)) from None

    def _is_own(self, text: object) -> bool:
        return isinstance(text, str) and self.target.token in text

    def _holds_token(self, row: Json) -> bool:
        """Return True if a row looks like the run's own, which is too little to touch it."""
        return self._is_own(row.get("slug")) or self._is_own(row.get("name"))

    def _adopt(self, row: Json) -> None:
        """Have a row deleted by `clear` if this run created it."""
        if row["uid"] not in self._guard.uids and self._guard.adopt(row):
            self._made.append(row["uid"])

    # --- counters

    def counters(self, uid: str) -> Counters:
        """Impressions and clicks by variant id."""
        return {
            variant["id"]: (_whole(variant, "impressions"), _whole(variant, "clicks"))
            for variant in self.read(uid)["variants"]
        }

    def settled(self, uid: str, arrived: Callable[[Counters], bool], what: str) -> Counters:
        """The counters once they have arrived; they may lag by the target's settle time."""
        first, now = self._waited_for(uid, arrived)
        if arrived(now):
            return now
        still = now == first and not _any_moved(now)
        if still and self.target.level == "documented" and not self._counts_in_time():
            pytest.skip(
                f"no counter moved within {self.target.settle:g} s; raise --settle if this server counts later"
            )
        raise Unexpected(Detail(expected=f"{what} within {self.target.settle:g} s", came=str(now)))

    def eventually(self, check: Callable[[], object]) -> None:
        """Try a check until it passes, for as long as the target's settle time."""
        deadline = time.monotonic() + self.target.settle
        while True:
            try:
                check()
                return
            except pytest.fail.Exception:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(0.1)

    def _waited_for(
        self, uid: str, arrived: Callable[[Counters], bool], steady: int = STEADY
    ) -> tuple[Counters, Counters]:
        first = now = self.counters(uid)
        is_in_vain = _counting.get(self.target.token) is False and not _any_moved(first)
        deadline, in_a_row = (
            time.monotonic() + (0 if is_in_vain else self.target.settle),
            int(arrived(now)),
        )
        while in_a_row < steady and (in_a_row or time.monotonic() < deadline):
            if not in_a_row:
                time.sleep(0.1)
            now = self.counters(uid)
            in_a_row = in_a_row + 1 if arrived(now) else 0
        return first, now

    def _counts_in_time(self) -> bool:
        """Whether anything at all moves a counter of this server; found out once a run."""
        token = self.target.token
        if token not in _counting:
            made = self.clickable()
            for name in ("impression", "click"):
                self.events(event(made, name))
            for visit in (self.pixel, self.click):
                visit(made["slug"])
            _counting[token] = _any_moved(self._waited_for(made["uid"], _any_moved, steady=1)[1])
            self.remove(made["uid"])
        return _counting[token]

    def counted(self, uid: str, expected: Counters) -> None:
        """The counters arrive at exactly this."""
        totals = total(expected)
        reached = self.settled(uid, lambda now: total(now) >= totals, f"the counters {expected}")
        assertions.same(reached, expected, "the counters (variant: impressions, clicks)")

    def totalled(self, uid: str, impressions: int, clicks: int) -> None:
        """The counters of all variants together arrive at exactly this."""
        expected = (impressions, clicks)
        reached = self.settled(
            uid, lambda now: total(now) >= expected, f"impressions and clicks {expected}"
        )
        assertions.same(total(reached), expected, "impressions and clicks over all variants")

    def report(self, experiment: Json, expected: Counters) -> None:
        """Report events of a running experiment that bring its counters from 0 to this."""
        pairs = [(variant, counts) for variant, counts in expected.items() if any(counts)]
        names = [
            (id_, ["impression"] * seen + ["click"] * clicked) for id_, (seen, clicked) in pairs
        ]
        self.events([event(experiment, name, id_) for id_, each in names for name in each])
        try:
            self.counted(experiment["uid"], expected)
        except pytest.fail.Exception as failure:
            raise Blocked("events.batch-counts", *details_of(failure)) from None

    # --- clearing up

    def clear(self) -> None:
        """Delete, newest first, what this lab made; what cannot be deleted is tried again by `sweep`."""
        while self._made:
            uid = self._made.pop()
            if not self.remove(uid):
                self._kept.append(uid)

    def sweep(self) -> None:
        """Delete whatever of the run is left; what cannot be deleted stays noted by the guard.

        The list is read once more if it showed anything, as a server may answer a delete and do nothing.
        """
        listed = self._own_listed()
        for uid in dict.fromkeys([*self._kept, *listed]):
            self.remove(uid)
        if listed:
            self._own_listed()

    def _own_listed(self) -> list[str]:
        """Return the uids of what the list still shows of the run, whatever else is on it."""
        found: list[str] = []
        try:
            for row in self.rows(assertions.rows_of_any_form):
                if row.get("status") == "archived":
                    continue
                if self._guard.adopt(row):
                    found.append(row["uid"])
                elif self._holds_token(row) and not self._guard.owns(row):
                    self._guard.note_foreign(row)
        except (
            Exception,
            pytest.fail.Exception,
        ) as error:  # an odd answer raises odder ones than those of the suite
            self._note_unlisted(
                f"what is left could not be listed: {(error_message(error) or repr(error)).splitlines()[0]}"
            )
        if self._guard.unaddressed:
            self._note_unlisted(
                "creates were answered without a uid, and the list does not show what they made"
            )
        return found

    def _note_unlisted(self, because: str) -> None:
        self._guard.note_unlisted(
            f"whatever has a slug that begins with {self.target.slug_prefix} ({because})"
        )


def _names(experiment: Json) -> list[str]:
    """The slug and the variants' ids, by which everything is addressed."""
    return [experiment["slug"], *(variant["id"] for variant in experiment["variants"])]


def _any_moved(counters: Counters) -> bool:
    return any(map(any, counters.values()))


def _whole(variant: Json, counter: str) -> int:
    value = variant.get(counter, 0)
    if not isinstance(value, int):
        pytest.fail(f"{counter} of {variant['id']} is no whole number: {value!r}", pytrace=False)
    return value


def total(counters: Counters) -> tuple[int, int]:
    """Impressions and clicks over all variants."""
    return sum(pair[0] for pair in counters.values()), sum(pair[1] for pair in counters.values())
