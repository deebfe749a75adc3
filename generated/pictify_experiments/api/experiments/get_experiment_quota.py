"""Check quota: `GET /experiments/api/quota`.

What it does, takes and raises is told by `PictifyExperiments.get_experiment_quota`.
"""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.experiment_quota import ExperimentQuota
from ...types import UNSET, Response, Unset


def _call() -> Call:
    return Call(
        "GET",
        "/experiments/api/quota",
        security=("bearerAuth",),
        repeatable=True,
    )


def _parse(response: httpx.Response) -> ExperimentQuota:
    if response.is_success:
        return read_json(response, ExperimentQuota.from_dict)
    raise status_error(response)


def sync(
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentQuota:
    """As `PictifyExperiments.get_experiment_quota`, with any client."""
    return _parse(client.send(_call(), timeout, headers))


def sync_detailed(
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentQuota]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentQuota:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(), timeout, headers))


async def asyncio_detailed(
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentQuota]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(), timeout, headers)
    return Response(_parse(response), response)
