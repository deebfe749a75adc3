"""Every error that a call raises.

    PictifyError
    ├── MissingKeyError                 the operation needs a key, and the client has none
    ├── APIConnectionError              no whole answer came: refused, reset, cut off
    │   └── APITimeoutError             it did not come in time
    ├── UnreadableResponseError         a success whose body is not what the API describes
    ├── TrackingInterruptedError        some of the events were taken, then a call failed
    └── APIStatusError                  the server refused
        ├── BadRequestError             400
        │   ├── ValidationError         what was sent breaks a rule
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

A wrong argument, such as an empty uid or a date-time without a time zone, is a `ValueError`, and nothing is sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isfinite
from time import time
from typing import TYPE_CHECKING, Any, cast

import httpx

from . import models

if TYPE_CHECKING:
    from .models import ExperimentEventResponse, ExperimentStatus, FieldError

EXCERPT = 200  # characters of a body that is no problem


class PictifyError(Exception):
    """Any error of this client."""


class MissingKeyError(PictifyError):
    """The operation needs a key, and the client has none. Nothing was sent."""


class APIConnectionError(PictifyError):
    """No whole answer came. Whether the server acted is not known. `__cause__` is the error of httpx."""


class APITimeoutError(APIConnectionError):
    """No whole answer came in time. Whether the server acted is not known."""


class TrackingInterruptedError(PictifyError):
    """Some of the events were taken, then a call failed. `__cause__` is why."""

    def __init__(self, message: str, accepted: ExperimentEventResponse, next_index: int) -> None:
        super().__init__(message, accepted, next_index)
        self.accepted = accepted
        """What became of the events before `next_index`."""
        self.next_index = next_index
        """Index of the first event of the call that failed. Those from here on may be sent again."""

    def __str__(self) -> str:
        return str(self.args[0])


class _ResponseError(PictifyError):
    def __init__(self, response: httpx.Response, message: str | None = None) -> None:
        super().__init__(response, message)
        self.response = response
        """The answer as httpx has it."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def request_id(self) -> str | None:
        """What to quote in a question to the operator."""
        found: str | None = self.response.headers.get("X-Request-Id")
        return found

    def __str__(self) -> str:
        request, response = self.response.request, self.response
        status = f"{response.status_code} {response.reason_phrase}".strip()
        words = [f"{request.method} {path_of(request)}: {status}", self._detail()]
        known_as = f" (request {self.request_id})" if self.request_id else ""
        return ": ".join(word for word in words if word) + known_as

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _detail(self) -> str:
        return self.args[1] or ""


class UnreadableResponseError(_ResponseError):
    """The answer is a success, and its body is not what the API describes."""


class APIStatusError(_ResponseError):
    """The server refused."""

    @property
    def problem(self) -> dict[str, Any]:
        """The body, if it is a JSON object; else an empty dict."""
        return problem_of(self.response)

    @property
    def code(self) -> str | None:
        """Which problem it is, such as `validation-error`: the end of its `type`."""
        return code_of(self.problem)

    @property
    def detail(self) -> str | None:
        """What is wrong, and what to do about it."""
        members = [self.problem.get(name) for name in ("detail", "message", "title", "error")]
        return next((str(member) for member in members if member and isinstance(member, str)), None)

    @property
    def field_errors(self) -> list[FieldError]:
        """The fields that are wrong."""
        rows = self.problem.get("errors")
        return [
            models.FieldError.from_dict(row) for row in _objects(rows) if {"field", "message", "code"} <= row.keys()
        ]

    def _detail(self) -> str:
        detail = self.detail or " ".join(self.response.text.split())[:EXCERPT]
        rows = [f"{row.field} {row.message}" for row in self.field_errors if row.message not in detail]
        return "; ".join([detail, *rows])


class BadRequestError(APIStatusError):
    """400: the request breaks a rule. `field_errors` names the fields."""


class ValidationError(BadRequestError):
    """What was sent breaks a rule. `field_errors` names the fields."""


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
    def current_status(self) -> ExperimentStatus | None:
        """The status that it has."""
        text = self.problem.get("currentStatus")
        return models.ExperimentStatus(text) if isinstance(text, str) else None

    @property
    def allowed_transitions(self) -> list[ExperimentStatus]:
        """The statuses that start, pause and complete can reach now."""
        texts = self.problem.get("allowedTransitions")
        return [models.ExperimentStatus(text) for text in _list(texts) if isinstance(text, str)]


class SlugInUseError(ConflictError):
    """Another active experiment has this slug."""


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
        """Seconds to wait before the next try, if the server tells."""
        return retry_after(self.response.headers)


class QuotaExceededError(TooManyRequestsError):
    """The plan has no slot left for this type. Waiting frees none; complete or delete an experiment."""


class RateLimitError(TooManyRequestsError):
    """Too many requests. `retry_after` tells how long to wait."""


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
    """The error of a refusal, by its problem and else by its status."""
    if response.is_success:
        return UnreadableResponseError(response, "a redirect is described")
    by_status = _BY_STATUS.get(response.status_code, ServerError if response.status_code >= 500 else APIStatusError)
    by_code = _BY_CODE.get(code_of(problem_of(response)), by_status)
    if by_code is TooManyRequestsError and retry_after(response.headers) is not None:
        return RateLimitError(response)
    return by_code(response) if issubclass(by_code, by_status) else by_status(response)


def path_of(request: httpx.Request) -> str:
    """The path as it was sent."""
    return request.url.raw_path.partition(b"?")[0].decode("ascii")


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """The body, if it is a JSON object; else an empty dict."""
    try:
        body: Any = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def code_of(problem: dict[str, Any]) -> str | None:
    """The end of a problem's `type`."""
    uri = problem.get("type")
    return uri.rpartition("/")[2] if isinstance(uri, str) else None


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds until the moment that `Retry-After` names, in either of its forms."""
    value = headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - time()
    return max(seconds, 0.0) if isfinite(seconds) else None


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [row for row in _list(value) if isinstance(row, dict)]
