"""Track events: `POST /s/events`."""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.experiment_event import ExperimentEvent
from ...models.experiment_event_response import ExperimentEventResponse
from ...types import UNSET, Response, Unset, to_json


def _call(
    body: ExperimentEvent | list[ExperimentEvent],
) -> Call:
    return Call(
        "POST",
        "/s/events",
        security=("writeKeyAuth", "bearerAuth", None),
        repeatable=False,
        body=to_json(body),
    )


def _parse(response: httpx.Response) -> ExperimentEventResponse:
    if response.is_success:
        return read_json(response, ExperimentEventResponse.from_dict)
    raise status_error(response)


def sync(
    body: ExperimentEvent | list[ExperimentEvent],
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEventResponse:
    """Track events.

    Reports one event, or up to 100 in an array. Send a write key in the header, or as `writeKey` in the
    event where headers cannot be set; without one the call is accepted with a warning.
    A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`. Servers may use their API key instead.

    `impression` and `click` raise the counters of the variant; `view` and `conversion` are accepted, and
    no operation shows them.

    Args:
        body: One event or an array of them.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        ValidationError: The call as a whole could not be understood; nothing was counted.
        AuthenticationError: The write key or API key is not valid; nothing was counted. Sending none is allowed.
        PayloadTooLargeError: The body is larger than 1 MiB.
        UnsupportedMediaTypeError: The body's media type is not one of those listed.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/events
    """
    return _parse(client.send(_call(body), timeout, headers))


def sync_detailed(
    body: ExperimentEvent | list[ExperimentEvent],
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEventResponse]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    body: ExperimentEvent | list[ExperimentEvent],
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEventResponse:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(body), timeout, headers))


async def asyncio_detailed(
    body: ExperimentEvent | list[ExperimentEvent],
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEventResponse]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)
