"""Track events: `POST /s/events`.

What it does, takes and raises is told by `PictifyExperiments.track_experiment_events`.
"""

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
    """As `PictifyExperiments.track_experiment_events`, with any client."""
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
