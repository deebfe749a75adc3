"""Refused requests.

Refusal               one refused request: a code, its status, a sentence
└── FieldError        one wrong part of the request

`REFUSALS` gives each code its status and title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REFUSALS = {
    "missing-authorization": (401, "The Authorization header is missing"),
    "invalid-api-key": (401, "The key is not known"),
    "validation-error": (400, "The request is not valid"),
    "field-not-editable": (400, "A field may not change in the current status"),
    "invalid-winner": (400, "The winner is not one of the variants"),
    "control-token-required": (401, "The control token is missing or wrong"),
    "control-forbidden": (403, "The control paths are not for this caller"),
    "experiment-not-found": (404, "There is no such experiment"),
    "not-found": (404, "There is no such path"),
    "method-not-allowed": (405, "The method is not allowed on this path"),
    "request-timeout": (408, "The request came too slowly"),
    "slug-in-use": (409, "The slug is taken"),
    "invalid-state-transition": (409, "The current status does not allow this"),
    "experiment-gone": (410, "The experiment was archived"),
    "payload-too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The media type is not supported"),
    "quota-exceeded": (429, "The plan has no slot left"),
    "rate-limit-exceeded": (429, "Too many requests"),
    "headers-too-large": (431, "The headers are too large"),
    "injected-fault": (500, "A fault was injected"),
    "internal-error": (500, "The mock server has a bug"),
    "storage-unavailable": (503, "The state could not be saved"),
}

MOST_FIELD_ERRORS = 100


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field` is a JSON Pointer into the body, or `query.<name>`, or `path.<name>`."""

    field: str
    message: str
    code: str


class Refusal(Exception):
    def __init__(
        self,
        code: str,
        detail: str,
        fields: Sequence[FieldError] = (),
        *,
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.status, self.title = REFUSALS[code]
        self.detail = detail
        self.fields = list(fields)[:MOST_FIELD_ERRORS]
        self.members = dict(members or {})
        self.headers = dict(headers or {})


def invalid(faults: Sequence[FieldError], code: str = "validation-error") -> Refusal:
    """Return the refusal of a request with these faults. Its detail is the first of them."""
    first = faults[0]
    more = f" ({len(faults) - 1} more in errors)" if len(faults) > 1 else ""
    return Refusal(code, f"{first.field or 'The body'}: {first.message}{more}", faults)


def invalid_field(
    field: str, message: str, code: str, refusal: str = "validation-error"
) -> Refusal:
    """Return the refusal of a request with a single fault."""
    return invalid([FieldError(field, message, code)], refusal)
