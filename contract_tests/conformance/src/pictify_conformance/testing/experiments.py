"""Experiments of the run: creates them in any status, reads them, and checks them."""

import itertools
import random
import string
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
import pytest

from pictify_conformance.http.ownership import is_plain_segment
from pictify_conformance.http.write_guard import RESERVED_SLUGS, SHORTEST_SLUG
from pictify_conformance.results.findings import Detail
from pictify_conformance.results.operations import CALLS, NOT_OFFERED
from pictify_conformance.testing.api_client import MAX_TRIED, ApiClient
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.failures import Blocked, Unexpected, details_of
from pictify_conformance.testing.image_templates import Templates
from pictify_conformance.testing.payloads import Json, click_goal, default_last, variants
from pictify_conformance.testing.plan_limits import PLAN_STATUSES, plan_limit_reason
from pictify_conformance.testing.responses import experiment_of, published_fields, rows_of

PAGES_AT_MOST = 200
MOVES_TO: dict[str, tuple[str, ...]] = {
    "draft": (),
    "running": ("startExperiment",),
    "paused": ("startExperiment", "pauseExperiment"),
    "completed": ("startExperiment", "completeExperiment"),
}
"""The operations that bring a new experiment into each status."""
CHANGING = ("updateExperiment", "deleteExperiment", "startExperiment")
_serial = itertools.count(1)


def iterate_rows(
    api: ApiClient, rows_on: Callable[[httpx.Response], list[Json]], **query: Any
) -> Iterator[Json]:
    """Yield every row of a list.

    The docs do not define a page past the end, so a 4xx ends the iteration. So does a page that
    is not full, and one with more rows than requested, from a server that ignores `limit`.
    """
    limit = int(query.setdefault("limit", 100))
    for page in range(1, PAGES_AT_MOST):
        response = api.list_experiments(**{**query, "page": page})
        if page > 1 and 400 <= response.status_code < 500:
            return
        rows = rows_on(response)
        yield from rows
        if len(rows) != limit:
            return


class Experiments:
    """Creates, reads and lists a team's experiments.

    What a test needs before it can begin raises `Blocked` if the server does not do it. What a
    test is about raises `Unexpected`.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api, self.target = api, api.target
        self._drafts: dict[str, Json] = {}  # without fields of a test's own
        self.templates = Templates(self.target.template_uid, self._is_accepted)

    # --- parts of requests; every slug and uid carries the run's token

    def body(self, **fields: Any) -> Json:
        """Return a valid body of a create. A field of `...` is left out."""
        body = {**self._minimal_body(), **self.templates.required_fields, **fields}
        if self.target.level == "documented" and body["type"] == "smart_link":
            body["variants"] = default_last(body["variants"])
        return self.templates.with_known_uids(
            {key: value for key, value in body.items() if value is not ...}
        )

    def new_slug(self, length: int = 0) -> str:
        """Return an unused slug, padded to a length."""
        return f"{self.target.slug_prefix}{next(_serial):x}".ljust(length, "x")

    def shortest_slugs(self, count: int) -> list[str]:
        """Return slugs of three characters, which may be taken, the same ones for each call."""
        characters = string.ascii_lowercase + string.digits
        slugs = {"".join(three) for three in itertools.product(characters, repeat=SHORTEST_SLUG)}
        return random.Random(self.target.token).sample(sorted(slugs - set(RESERVED_SLUGS)), count)

    def unknown_uid(self) -> str:
        return f"exp_{self.target.token}{next(_serial):x}"

    def unknown_uids(self) -> list[str]:
        """Return unknown uids of several forms, since the docs do not define their pattern."""
        token = self.target.token
        return [self.unknown_uid(), token, f"exp_{token}".ljust(200, "x")]

    def _minimal_body(self) -> Json:
        slug = self.new_slug()
        return {
            "name": f"Contract test {slug}",
            "type": "ab_test",
            "slug": slug,
            "variants": variants(5000, 5000),
        }

    def _is_accepted(self, fields: Json) -> bool:
        """Create an experiment with these fields, and remove it."""
        before = len(self._api.created)
        response = self._api.create({**self._minimal_body(), **fields})
        if self._api.created[before:] and self._api.remove(self._api.created[-1]):
            self._api.created.pop()
        return response.status_code == 201

    # --- what a test needs first

    def create(self, status: str = "draft", **fields: Any) -> Json:
        """Create an experiment in this status. Return it as the last response showed it."""
        self._api.require(*MOVES_TO[status])
        is_plain = status == "draft" and not fields
        if is_plain and (kept := self._kept_draft()):
            return kept
        body = self.body(**fields)
        created = _required(self.try_create(body), 201, "create.draft")
        if not self._is_echo(created, body):
            expected = f"an answer with a uid, the slug and the variants of {body}"
            raise Blocked("create.echo", Detail(expected))
        if is_plain:
            self._drafts[created["uid"]] = created
        if status == "draft":
            return created
        started = self.start(created["uid"])
        if status == "paused":
            return self.pause(created["uid"])
        if status == "completed":
            return self.complete(created["uid"], created["variants"][0]["id"])
        return started

    def _kept_draft(self) -> Json | None:
        """Return the draft of an earlier test, on a server that never changes one."""
        undeleted = self._api.undeleted
        if not all(map(self._api.guard.operations.is_missing, CHANGING)):
            return None
        for uid in undeleted:
            if uid in self._drafts:
                undeleted.remove(uid)
                self._api.created.append(uid)
                return self._drafts[uid]
        return None

    def reachable(self, status: str) -> str:
        """Return the status, or draft on a server that cannot bring it about."""
        self._find_out_about_start()
        missing = any(map(self._api.guard.operations.is_missing, MOVES_TO[status]))
        return "draft" if missing else status

    def _find_out_about_start(self) -> None:
        """Start drafts until one starts, or the operation turns out to be missing."""
        calls = self._api.guard.operations.calls
        while (asked := calls.get("startExperiment")) is None or (
            not asked.is_implemented and len(asked.refused) < CALLS
        ):
            response = self._api.start(self.create(hypothesis="May be started.")["uid"])
            if response.status_code not in NOT_OFFERED:
                return

    def create_clickable(self, status: str = "running", **fields: Any) -> Json:
        """Create an experiment whose click link has a destination."""
        return self.create(status, **{"goalConfig": click_goal(), **fields})

    def create_and_read(self, status: str = "draft", **fields: Any) -> Json:
        """Create an experiment in this status. Return it as a read shows it."""
        return self.read(self.create(status, **fields)["uid"])

    def start(self, uid: str) -> Json:
        return _required(self._api.start(uid), 200, "lifecycle.start")

    def pause(self, uid: str) -> Json:
        return _required(self._api.pause(uid), 200, "lifecycle.pause")

    def update_paused(self, uid: str, fields: Json) -> Json:
        return _required(self._api.update(uid, fields), 200, "update.paused-fields")

    def complete(self, uid: str, winner: str = "v0") -> Json:
        return _required(self._api.complete(uid, winner), 200, "lifecycle.complete")

    def read(self, uid: str) -> Json:
        return _required(self._api.get(uid), 200, "get.reads-created")

    # --- what a test is about

    def rows(self, **query: Any) -> Iterator[Json]:
        """Yield every row of the list that a query selects."""
        return iterate_rows(self._api, rows_of, **query)

    def try_create(self, body: Json, *, valid: bool = True) -> httpx.Response:
        """Send a create. Skip the test if the plan has no room, which is not a refusal."""
        response = self._api.create(body)
        if response.status_code in PLAN_STATUSES or (valid and 400 <= response.status_code < 500):
            type_, count = body.get("type"), len(body["variants"]) if valid else 0
            reason = plan_limit_reason(
                self._api.get_quota(), type_, count, lambda: self._held_slots(type_)
            )
            # Even if the quota names no reason, a 429 says nothing about this body.
            if reason is None and response.status_code == 429:
                reason = "the create is 429: no slot of the plan is left, or the rate is limited"
            if reason:
                pytest.skip(reason)
        return response

    def create_unless_refused(self, body: Json) -> Json | None:
        """Create an experiment. Return None if it is refused.

        For bodies of which the docs do not say whether they must be accepted.
        """
        self._api.require_deletion(MAX_TRIED)
        response = self.try_create(body, valid=False)
        if response.status_code == 201:
            return experiment_of(response, 201)
        assert_refused(response)
        return None

    def assert_created(self, body: Json) -> Json:
        """Assert that a valid create is accepted. Return the experiment in the response."""
        self._api.require_deletion(MAX_TRIED)
        response = self.try_create(body)
        created = experiment_of(response, 201)
        expected = "a uid that fits a path, and the slug and the variants that were sent"
        assert_that(self._is_echo(created, body), expected, response)
        return created

    def assert_creates_refused(self, bodies: Iterable[Json], *statuses: int) -> None:
        """Assert that every body is refused and creates nothing.

        Where statuses are given, the refusal has one of them.
        """
        bodies = list(bodies)
        _assert_all_refused((self.try_create(body, valid=False) for body in bodies), *statuses)
        self.assert_not_created(*bodies)

    def assert_updates_refused(self, before: Json, bodies: Iterable[Json], *statuses: int) -> None:
        """Assert that every update of an experiment is refused and changes nothing."""
        _assert_all_refused((self._api.update(before["uid"], body) for body in bodies), *statuses)
        self.assert_unchanged(before)

    def assert_not_created(self, *bodies: Json) -> None:
        """Assert that the list has no experiment with the name or slug of a refused body."""
        token, guard = self.target.token, self._api.guard
        sent = set[str]().union(*(_texts(body, "name", "slug") for body in bodies))
        own = {text for text in sent if token in text}
        found = [row for row in self._listed() if _texts(row, "name", "slug") & own]
        found = [row for row in found if row.get("uid") not in guard.uids]
        # What was created all the same must be deleted after the test.
        for row in found:
            if guard.adopt(row):
                self._api.created.append(row["uid"])
        assert_equal([row.get("name") for row in found], [], "what a refused create left behind")

    def assert_unchanged(self, before: Json) -> None:
        """Assert that a read shows the experiment as before.

        The docs do not define what moves updatedAt.
        """
        after = experiment_of(self._api.get(before["uid"]))
        shown, expected = (published_fields(each, "updatedAt") for each in (after, before))
        assert_equal(shown, expected, "the experiment after the refused request")

    def _is_echo(self, created: Json, body: Json) -> bool:
        """Return True if the response shows what was sent and has a uid that can be used."""
        uid = created["uid"]
        is_usable = is_plain_segment(uid) and uid not in self._api.guard.foreign
        return is_usable and _identifiers(created) == _identifiers(body)

    def _listed(self) -> list[Json]:
        try:
            return list(self.rows())
        except pytest.fail.Exception as failure:
            raise Blocked("list.limit-100", *details_of(failure)) from None

    def _held_slots(self, type_: object) -> int:
        """Return how many slots of a type experiments with the run's token hold."""
        token = self.target.token
        return sum(
            token in f"{row.get('slug')} {row.get('name')}" and row.get("status") != "archived"
            for row in self.rows(type=type_)
        )


def _texts(row: Json, *members: str) -> set[str]:
    """Return the values of these members that are texts."""
    return {value for member in members if isinstance(value := row.get(member), str)}


def _required(response: httpx.Response, status: int, rule: str) -> Json:
    """Return the experiment in a response that a test needs before it can begin."""
    try:
        return experiment_of(response, status)
    except pytest.fail.Exception as failure:
        raise Blocked(rule, *details_of(failure)) from None


def _assert_all_refused(responses: Iterable[httpx.Response], *statuses: int) -> None:
    """Assert that every request is refused. A failure shows each that was not."""
    found: list[Detail] = []
    for response in responses:
        try:
            if statuses:
                assert_status(response, *statuses)
            assert_refused(response)
        except pytest.fail.Exception as failure:
            found += details_of(failure)
    if found:
        raise Unexpected(*found)


def _identifiers(experiment: Json) -> list[str]:
    """Return the slug and the ids of the variants."""
    return [experiment["slug"], *(variant["id"] for variant in experiment["variants"])]
