"""Track events: `POST /s/events`.

See `PictifyExperiments.track_experiment_events` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...types import UNSET, Response, Unset, list_to_json, to_json


def _call(
    body: models.ExperimentEvent | list[models.ExperimentEvent],
) -> Call:
    return Call(
        "POST",
        "/s/events",
        security=("writeKeyAuth", "bearerAuth", None),
        repeatable=False,
        body=list_to_json(body, "body", models.ExperimentEvent)
        if isinstance(body, list)
        else to_json(body, "body", models.ExperimentEvent),
    )


def _parse(response: httpx.Response) -> models.ExperimentEventResponse:
    if response.is_success and not response.content:
        return models.ExperimentEventResponse(ok=True, processed=0)
    if response.is_success:
        return read_json(response, models.ExperimentEventResponse.from_dict, may_be_empty=False)
    raise status_error(response)


def sync(
    body: models.ExperimentEvent | list[models.ExperimentEvent],
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.ExperimentEventResponse:
    """Call it with any client; see `PictifyExperiments.track_experiment_events`."""
    return _parse(client.send(_call(body), timeout, headers))


def sync_detailed(
    body: models.ExperimentEvent | list[models.ExperimentEvent],
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentEventResponse]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    body: models.ExperimentEvent | list[models.ExperimentEvent],
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.ExperimentEventResponse:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(body), timeout, headers))


async def asyncio_detailed(
    body: models.ExperimentEvent | list[models.ExperimentEvent],
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentEventResponse]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)
