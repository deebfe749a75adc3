"""Create experiment: `POST /experiments/api`.

See `PictifyExperiments.create_experiment` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.create_experiment_request import CreateExperimentRequest
from ...models.experiment_envelope import ExperimentEnvelope
from ...types import UNSET, Response, Unset, to_json


def _call(
    body: CreateExperimentRequest,
) -> Call:
    return Call(
        "POST",
        "/experiments/api",
        security=("bearerAuth",),
        repeatable=False,
        body=to_json(body),
    )


def _parse(response: httpx.Response) -> ExperimentEnvelope:
    if response.is_success:
        return read_json(response, ExperimentEnvelope.from_dict)
    raise status_error(response)


def sync(
    body: CreateExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Call it with any client; see `PictifyExperiments.create_experiment`."""
    return _parse(client.send(_call(body), timeout, headers))


def sync_detailed(
    body: CreateExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """Call it as `sync` does, and return the status and the headers too."""
    response = client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    body: CreateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(body), timeout, headers))


async def asyncio_detailed(
    body: CreateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)
