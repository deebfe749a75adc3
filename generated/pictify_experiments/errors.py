"""Every error that a call raises.

    PictifyError
    ├── MissingKeyError                 the operation needs a key, and the client has none
    ├── ClientStateError                the client is closed, or of another process or event loop
    ├── APIConnectionError              no whole response: refused, reset, cut off
    │   ├── APITimeoutError             it did not come in time
    │   └── ResponseTooLargeError       it is larger than `max_response_bytes`
    ├── UnreadableResponseError         a success whose body is not what the API describes
    ├── MissingMemberError              an attribute whose member the server left out
    ├── TrackingInterruptedError        a call failed, and not all events have the same fate
    └── APIStatusError                  the server refused
        ├── BadRequestError             400
        │   ├── ValidationError         the request breaks a rule
        │   ├── FieldNotEditableError   a field may not change in this status
        │   └── InvalidWinnerError      the winner is no variant of the experiment
        ├── AuthenticationError         401: the key is missing or not valid
        ├── PermissionDeniedError       403
        ├── NotFoundError               404: your team has no such experiment
        ├── ConflictError               409
        │   ├── InvalidTransitionError  the status does not allow this move
        │   └── SlugInUseError          another active experiment has this slug
        ├── GoneError                   410: the experiment was deleted
        ├── PayloadTooLargeError        413
        ├── UnsupportedMediaTypeError   415
        ├── TooManyRequestsError        429
        │   ├── QuotaExceededError      the plan has no slot left; waiting frees none
        │   └── RateLimitError          wait as long as `retry_after` says
        └── ServerError                 500 and above

A wrong argument, such as an empty uid or a date-time without a time zone, is a `ValueError` or a
`TypeError`, and nothing is sent. A call raises nothing else; `MissingMemberError` is raised where
the attribute is read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isfinite
from time import time
from typing import Any, cast

import httpx

from . import models
from .secrets import REDACTOR, Redactor, printable

EXCERPT = 200  # characters of a body that is not a problem
FARTHEST = 366 * 24 * 3600  # seconds of a Retry-After that is taken seriously


class PictifyError(Exception):
    """Any error of this client."""


class MissingKeyError(PictifyError):
    """The operation needs a key, and the client has none. Nothing was sent."""


class ClientStateError(PictifyError):
    """The client is closed, or its connections are of another process or event loop.

    Nothing was sent.
    """


class APIConnectionError(PictifyError):
    """No whole response came. `__cause__` is the error of httpx."""

    def __init__(self, message: str, was_sent: bool = True) -> None:
        super().__init__(message, was_sent)
        self.was_sent = was_sent
        """False if no connection was made, so that the server cannot have acted."""

    def __str__(self) -> str:
        return str(self.args[0])


class APITimeoutError(APIConnectionError):
    """No whole response came in time."""


class ResponseTooLargeError(APIConnectionError):
    """The response is larger than the client reads; `max_response_bytes` sets how much that is."""


class MissingMemberError(PictifyError, AttributeError):
    """The server left the member out, and the docs do not promise that it is always there."""


class TrackingInterruptedError(PictifyError):
    """A call of `track` failed, and not all events have the same fate. `__cause__` is the failure.

    Events before `unknown.start` are accepted, but for those in `accepted.errors`. Those in
    `unknown` were sent, but no readable response came: sending them again may count them twice.
    Those in `unsent` did not count and may be sent again.
    """

    def __init__(
        self,
        cause: BaseException,
        accepted: models.ExperimentEventResponse,
        events: Sequence[models.ExperimentEvent],
        first_unknown: int,
        first_unsent: int,
    ) -> None:
        super().__init__(cause, accepted, events, first_unknown, first_unsent)
        self.accepted = accepted
        """The result of the events that were accepted."""
        self.unknown = range(first_unknown, first_unsent)
        """Indexes of the events that may or may not have counted."""
        self.unsent = range(first_unsent, len(events))
        """Indexes of the events that did not count."""
        self.unknown_events = events[first_unknown:first_unsent]
        """The events that may or may not have counted."""
        self.unsent_events = events[first_unsent:]
        """The events that did not count. `track(error.unsent_events)` goes on with them."""

    def __str__(self) -> str:
        fates = (
            (range(self.unknown.start), "accepted"),
            (self.unknown, "unknown (sent, but no readable response came)"),
            (self.unsent, "not sent or not accepted"),
        )
        found = [f"{_indexes(indexes)}: {fate}" for indexes, fate in fates if indexes]
        cause = self.args[0]
        return f"{'; '.join(found)}. {str(cause) or type(cause).__name__}"

    def __repr__(self) -> str:  # the events may be many
        return f"{type(self).__name__}({str(self)!r})"


def _indexes(indexes: range) -> str:
    if len(indexes) == 1:
        return f"event {indexes.start}"
    return f"events {indexes.start} to {indexes.stop - 1}"


class _ResponseError(PictifyError):
    def __init__(self, response: httpx.Response, message: str) -> None:
        super().__init__(response, message)
        self.response = response
        """The response as httpx has it. Its request has no keys and no body."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def request_id(self) -> str | None:
        """The id to quote in a question to the operator."""
        found: str | None = self.response.headers.get("X-Request-Id")
        return found and printable(found)

    def __str__(self) -> str:
        return str(self.args[1])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class UnreadableResponseError(_ResponseError):
    """The response is a success, and its body is not what the API describes."""


class APIStatusError(_ResponseError):
    """The server refused."""

    @property
    def problem(self) -> dict[str, Any]:
        """The body, if it is a JSON object; else an empty dict."""
        return problem_of(self.response)

    @property
    def code(self) -> str | None:
        """The code of the problem, such as `validation-error`: the end of its `type`."""
        return code_of(self.problem)

    @property
    def detail(self) -> str | None:
        """The explanation of the problem, for people."""
        return _detail(self.problem)

    @property
    def field_errors(self) -> list[models.FieldError]:
        """The fields that are wrong. Rows that name no field or have no message are left out."""
        return _field_errors(self.problem)


class BadRequestError(APIStatusError):
    """400: the server does not take the request."""


class ValidationError(BadRequestError):
    """The request breaks a rule. `field_errors` names the fields."""


class FieldNotEditableError(BadRequestError):
    """A field may not change in this status. `field_errors` names the fields."""


class InvalidWinnerError(BadRequestError):
    """The winner is no variant of the experiment."""


class AuthenticationError(APIStatusError):
    """401: the key is missing or not valid."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""


class NotFoundError(APIStatusError):
    """404: your team has no such experiment, or it leads nowhere."""


class ConflictError(APIStatusError):
    """409: the experiment, or another one, stands in the way."""


class InvalidTransitionError(ConflictError):
    """The status does not allow this move."""

    @property
    def current_status(self) -> models.ExperimentStatus | None:
        """The status that it has."""
        text = self.problem.get("currentStatus")
        return models.ExperimentStatus(text) if isinstance(text, str) else None

    @property
    def allowed_transitions(self) -> list[models.ExperimentStatus]:
        """The statuses that start, pause and complete can reach now."""
        texts = self.problem.get("allowedTransitions")
        return [models.ExperimentStatus(text) for text in _list(texts) if isinstance(text, str)]


class SlugInUseError(ConflictError):
    """Another active experiment has this slug. `find_experiment` finds it, if it is your team's."""


class GoneError(APIStatusError):
    """410: the experiment was deleted, and nothing is left of it."""


class PayloadTooLargeError(APIStatusError):
    """413: the body is larger than 1 MiB."""


class UnsupportedMediaTypeError(APIStatusError):
    """415: the body's media type is not one that the operation takes."""


class TooManyRequestsError(APIStatusError):
    """429: a limit is reached."""

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the next try, if the server names them."""
        return retry_after(self.response.headers)


class QuotaExceededError(TooManyRequestsError):
    """The plan has no slot left for this type. Waiting frees none; complete or delete an experiment."""


class RateLimitError(TooManyRequestsError):
    """Too many requests. `retry_after` is how long to wait, in seconds."""


class ServerError(APIStatusError):
    """500 and above: the server, or what stands before it, failed."""


_BY_CODE: dict[str | None, type[APIStatusError]] = {
    "experiment-gone": GoneError,
    "experiment-not-found": NotFoundError,
    "field-not-editable": FieldNotEditableError,
    "invalid-api-key": AuthenticationError,
    "invalid-state-transition": InvalidTransitionError,
    "invalid-winner": InvalidWinnerError,
    "missing-authorization": AuthenticationError,
    "payload-too-large": PayloadTooLargeError,
    "quota-exceeded": QuotaExceededError,
    "rate-limit-exceeded": RateLimitError,
    "slug-in-use": SlugInUseError,
    "unsupported-media-type": UnsupportedMediaTypeError,
    "validation-error": ValidationError,
}
_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    413: PayloadTooLargeError,
    415: UnsupportedMediaTypeError,
    429: TooManyRequestsError,
}


def status_error(response: httpx.Response) -> APIStatusError | UnreadableResponseError:
    """Return the error of a response, by its problem and else by its status."""
    if response.is_success:
        return unreadable(response, "the API describes a redirect here")
    by_status = _BY_STATUS.get(
        response.status_code, ServerError if response.status_code >= 500 else APIStatusError
    )
    problem = problem_of(response)
    kind = _BY_CODE.get(code_of(problem), by_status)
    if not issubclass(kind, by_status):
        kind = by_status
    if kind is TooManyRequestsError and retry_after(response.headers) is not None:
        kind = RateLimitError
    reason = _reason(response, problem)
    if kind is SlugInUseError:
        reason = f"{reason.removesuffix('.')}. find_experiment(slug=...) finds it in your team"
    return kind(response, _message(response, reason))


def unreadable(response: httpx.Response, reason: str) -> UnreadableResponseError:
    """Return the error of a success that cannot be read."""
    return UnreadableResponseError(response, _message(response, reason))


def _message(response: httpx.Response, reason: str) -> str:
    """Return one line on what was asked and answered, without keys and control characters."""
    redact = response.extensions.get(REDACTOR) or Redactor()
    status = f"{response.status_code} {response.reason_phrase}".strip()
    asked = f"{response.request.method} {path_of(response.request)}"
    request_id = response.headers.get("X-Request-Id")
    known_as = f" (request {redact(request_id)})" if request_id else ""
    return ": ".join(filter(None, [asked, redact(status), redact(reason)])) + known_as


def _reason(response: httpx.Response, problem: dict[str, Any]) -> str:
    """Return the detail and the fields of a problem, or else the beginning of the body."""
    if response.has_redirect_location:
        return f"redirects to {response.headers['Location']}"
    detail = _detail(problem)
    if detail is None:
        detail = " ".join(response.content[: EXCERPT * 4].decode("utf-8", "replace").split())[
            :EXCERPT
        ]
    rows = [f"{row.field} {row.message}" for row in _field_errors(problem)]
    return "; ".join([detail, *(row for row in rows if row.partition(" ")[2] not in detail)])


def _detail(problem: dict[str, Any]) -> str | None:
    members = [problem.get(name) for name in ("detail", "message", "title", "error")]
    return next((member for member in members if member and isinstance(member, str)), None)


def _field_errors(problem: dict[str, Any]) -> list[models.FieldError]:
    found: list[models.FieldError] = []
    for row in _list(problem.get("errors")):
        if isinstance(row, dict):
            members = cast("dict[str, Any]", row)
            field, message, code = (members.get(name) for name in ("field", "message", "code"))
            if isinstance(field, str) and isinstance(message, str):
                known = models.FieldErrorCode(code if isinstance(code, str) else "")
                found.append(models.FieldError(field=field, message=message, code=known))
    return found


def path_of(request: httpx.Request) -> str:
    """Return the path as it was sent."""
    return request.url.raw_path.partition(b"?")[0].decode("ascii")


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """Return the body, if it is a JSON object; else an empty dict."""
    try:
        body: Any = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def code_of(problem: dict[str, Any]) -> str | None:
    """Return the end of a problem's `type`."""
    uri = problem.get("type")
    return uri.rpartition("/")[2] if isinstance(uri, str) else None


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds until the moment that `Retry-After` names, in either of its forms."""
    value = headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds = aware.timestamp() - time()
        except (ValueError, OverflowError):
            return None
    if not isfinite(seconds) or seconds > FARTHEST:
        return None
    return max(seconds, 0.0)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType]
