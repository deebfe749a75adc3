"""Let a test choose the variant of one visit."""

from urllib.parse import parse_qs

from starlette.types import Scope

from pictify_mock.api.context import ForcedVariant
from pictify_mock.control import access
from pictify_mock.http.request_body import Headers

HEADER = b"x-pictify-mock-variant"
PARAMETER = "_mock_variant"


def read(scope: Scope, headers: Headers, token: str | None) -> ForcedVariant | None:
    """Return the variant that a header or the query asks for.

    The place and the token are checked as for a control path, but not the origin: a page of
    another origin shows the image, and may load it without a variant, too.
    """
    sent = headers.get(HEADER)
    if sent is not None:
        forced = ForcedVariant(f"header.{HEADER.decode()}", sent.decode("latin-1"))
    elif PARAMETER.encode() in scope["query_string"]:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if PARAMETER not in query:
            return None
        forced = ForcedVariant(f"query.{PARAMETER}", query[PARAMETER][-1])
    else:
        return None
    access.check_place(scope, headers, token)
    if token is not None:
        access.check_token(headers, token)
    return forced
