"""Client for the Pictify Experiments API, sync and async.

Start with `PictifyExperiments` or `AsyncPictifyExperiments`. `models` has the objects of requests and
responses, `errors` all errors, and `api` every operation as a module of its own.
"""

from ._stamp import VERSION as __version__
from .client import AsyncClient, Client
from .errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ClientStateError,
    ConflictError,
    FieldNotEditableError,
    GoneError,
    InvalidTransitionError,
    InvalidWinnerError,
    MissingKeyError,
    MissingMemberError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PictifyError,
    QuotaExceededError,
    RateLimitError,
    ResponseTooLargeError,
    ServerError,
    SlugInUseError,
    TooManyRequestsError,
    TrackingInterruptedError,
    UnreadableResponseError,
    UnsupportedMediaTypeError,
    ValidationError,
)
from .pictify import AsyncPictifyExperiments, PictifyExperiments
from .retries import RetryPolicy
from .types import UNSET, Response, Unset

__all__ = (
    "UNSET",
    "AsyncClient",
    "AsyncPictifyExperiments",
    "Client",
    "PictifyExperiments",
    "Response",
    "RetryPolicy",
    "Unset",
    "__version__",
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ClientStateError",
    "ConflictError",
    "FieldNotEditableError",
    "GoneError",
    "InvalidTransitionError",
    "InvalidWinnerError",
    "MissingKeyError",
    "MissingMemberError",
    "NotFoundError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PictifyError",
    "QuotaExceededError",
    "RateLimitError",
    "ResponseTooLargeError",
    "ServerError",
    "SlugInUseError",
    "TooManyRequestsError",
    "TrackingInterruptedError",
    "UnreadableResponseError",
    "UnsupportedMediaTypeError",
    "ValidationError",
)
