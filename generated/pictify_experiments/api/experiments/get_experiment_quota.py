"""Check quota: `GET /experiments/api/quota`.

See `PictifyExperiments.get_experiment_quota` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...types import UNSET, Response, Unset


def _call() -> Call:
    return Call(
        "GET",
        "/experiments/api/quota",
        security=("bearerAuth",),
        repeatable=True,
    )


def _parse(response: httpx.Response) -> models.ExperimentQuota:
    if response.is_success:
        return read_json(response, models.ExperimentQuota.from_dict)
    raise status_error(response)


def sync(
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.ExperimentQuota:
    """Call it with any client; see `PictifyExperiments.get_experiment_quota`."""
    return _parse(client.send(_call(), timeout, headers))


def sync_detailed(
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentQuota]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(_call(), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.ExperimentQuota:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(), timeout, headers))


async def asyncio_detailed(
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentQuota]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(), timeout, headers)
    return Response(_parse(response), response)
