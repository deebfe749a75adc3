"""The class of error in `errors.py` for each problem, by the code at the end of its type."""

PROBLEMS = {
    "experiment-gone": "GoneError",
    "experiment-not-found": "NotFoundError",
    "field-not-editable": "FieldNotEditableError",
    "invalid-api-key": "AuthenticationError",
    "invalid-state-transition": "InvalidTransitionError",
    "invalid-winner": "InvalidWinnerError",
    "missing-authorization": "AuthenticationError",
    "payload-too-large": "PayloadTooLargeError",
    "quota-exceeded": "QuotaExceededError",
    "rate-limit-exceeded": "RateLimitError",
    "slug-in-use": "SlugInUseError",
    "unsupported-media-type": "UnsupportedMediaTypeError",
    "validation-error": "ValidationError",
}
