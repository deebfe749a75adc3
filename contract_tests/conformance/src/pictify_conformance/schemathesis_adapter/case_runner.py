"""Puts generated requests on the run's own experiments, sends them, and judges the answers."""

from typing import Any
from urllib.parse import unquote

import pytest
import requests
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation

from pictify_conformance import spec
from pictify_conformance.http.errors import leaves, told
from pictify_conformance.http.transport import exchange_of
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.findings import Detail
from pictify_conformance.schemathesis_adapter import checks, constraints
from pictify_conformance.testing.failures import UnexpectedAnswer
from pictify_conformance.testing.team import Team

RUNNING_FIRST = frozenset(
    {
        "pauseExperiment",
        "completeExperiment",
        "trackExperimentEvents",
        "trackExperimentClick",
        "trackExperimentPixel",
        "renderExperimentUrl",
    }
)
LONGEST_SLUG = 60
MOVES = frozenset({"startExperiment", "pauseExperiment", "completeExperiment", "deleteExperiment"})


class Stage:
    """Where a generated case becomes a request about the run's own data."""

    def __init__(self, lab: Team, guard: Guard, session: requests.Session) -> None:
        self.lab, self.guard, self.session = lab, guard, session
        self._current: dict[str, Any] | None = None
        self._created: list[str] = []

    def send(self, case: Any) -> Any:
        """Send a case, put on own data."""
        self.put_on_own_data(case)
        before = len(self.guard.created)
        response = case.call(**self.how(case))
        self._created += self.guard.created[before:]
        return response

    def how(self, case: Any) -> dict[str, Any]:
        """The transport's arguments: where to, through which session, with the key where the operation wants it."""
        secured = any(
            "bearerAuth" in scheme for scheme in case.operation.definition.raw["security"]
        )
        headers = dict(self.lab.api.headers) if secured else {}
        target = self.lab.target
        return {
            "base_url": target.base_url,
            "session": self.session,
            "headers": headers,
            "timeout": target.timeout,
        }

    def judge(self, level: spec.Level, case: Any, response: Any, recorder: Any = None) -> None:
        """Raise what the level's checks find; some look back at what the recorder saw."""
        how = self.how(case)
        functions = checks.for_requests(level, case.operation)
        excused = _excused(level, case, response)
        functions = [function for function in functions if function.__name__ != excused]
        try:
            case.validate_response(
                checks.beginning(response),
                checks=functions,
                headers=how["headers"],
                transport_kwargs=how,
                recorder=recorder,
            )
        except* Failure as group:
            found = "\n".join(map(told, leaves(group)))
            raise UnexpectedAnswer(Detail(found, exchange=exchange_of(response.request))) from None

    def put_on_own_data(self, case: Any) -> None:
        """Replace uids and slugs by own or made-up ones, and mend what a schema cannot say."""
        operation_id = case.operation.definition.raw["operationId"]
        if operation_id == "listExperiments":
            self._own(operation_id)  # the form of rows shows in rows
        for name, own in (("uid", self.uid), ("slug", self.slug), ("format", _harmless)):
            if name in (case.path_parameters or {}):
                case.path_parameters = {
                    **case.path_parameters,
                    name: own(str(case.path_parameters[name]), operation_id),
                }
        if operation_id in ("createExperiment", "updateExperiment"):
            valid = not _is_broken(case)
            case.body = constraints.experiment(
                case.body, self.lab.experiments.new_slug, valid=valid
            )
            if valid and operation_id == "createExperiment":
                case.body = {**self.lab.experiments.templates.required_fields, **case.body}
            elif operation_id == "createExperiment":
                case.body = constraints.marked(case.body, self.lab.experiments.new_slug)
        elif operation_id == "completeExperiment" and not _is_broken(case):
            case.body = {**case.body, "winnerVariantId": "v0"}
        elif operation_id == "trackExperimentEvents":
            case.body = constraints.events(case.body, self.event_slug)
        if case.query:
            case.query = {
                name: constraints.interoperable(value) for name, value in case.query.items()
            }

    def uid(self, drawn: str, operation_id: str) -> str:
        """An own uid, or now and then one that nobody has."""
        if unquote(drawn) in self.guard.uids or self.lab.target.token in drawn:
            return drawn  # a link has it in the form that it has in a path
        return (
            self.lab.experiments.unknown_uid()
            if len(drawn) % 4 == 3
            else str(self._own(operation_id)["uid"])
        )

    def slug(self, drawn: str, operation_id: str) -> str:
        """An own slug, or now and then one that nobody has."""
        if self.lab.target.token in drawn:
            return drawn
        return (
            self.lab.experiments.new_slug()
            if len(drawn) % 4 == 3
            else str(self._own(operation_id)["slug"])
        )

    def event_slug(self, drawn: str) -> str:
        """The same for the experiment of an event; one that is too long on purpose stays too long."""
        if len(drawn) > LONGEST_SLUG:
            return self.lab.target.slug_prefix + drawn
        return self.slug(drawn, "trackExperimentEvents")

    def _own(self, operation_id: str) -> dict[str, Any]:
        status = "running" if operation_id in RUNNING_FIRST else "draft"
        if self._current is None or self._current["status"] != status or operation_id in MOVES:
            self.lab.api.remove_created()
            self._current = self._made(status)
        return self._current

    def _made(self, status: str) -> dict[str, Any]:
        try:
            return self.lab.experiments.create_clickable(status)
        except pytest.skip.Exception:
            self.clear()  # on a small plan the slots may be those of what was created on the way
            return self.lab.experiments.create_clickable(status)

    def clear(self) -> None:
        """Delete what was created on the way."""
        self.lab.api.remove_created()
        self._current = None
        for uid in self._created:
            self.lab.api.remove(uid)
        self._created.clear()


def _excused(level: spec.Level, case: Any, response: Any) -> str | None:
    """The check that an answer passes for a reason that schemathesis cannot see."""
    if (
        response.status_code == 200
        and _tells_errors(response)
        and (level == "documented" or isinstance(case.body, list))
    ):
        return "negative_data_rejection"  # broken events of an array are told one by one; of one alone no page says
    if response.status_code == 400 and b"/field-not-editable" in response.content:
        return "positive_data_acceptance"  # what was wrong is the status, not the data
    if response.status_code == 410:
        return "positive_data_acceptance"  # a valid slug, whose experiment the walk has deleted
    return None


def _tells_errors(response: Any) -> bool:
    """Whether an answer to events names some that were not taken."""
    try:
        told = response.json()
    except ValueError:
        return False
    return isinstance(told, dict) and bool(told.get("errors"))


def _harmless(drawn: str, _: str) -> str:
    """A format that is broken on purpose stays broken, without characters that could lead to another path."""
    return drawn if drawn.isalnum() and drawn.isascii() else "tiff"


def _is_broken(case: Any) -> bool:
    return case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
