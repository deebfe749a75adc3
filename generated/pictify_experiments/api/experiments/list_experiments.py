"""List experiments: `GET /experiments/api`.

See `PictifyExperiments.list_experiments` for its arguments and errors.
"""

from collections.abc import Mapping
from typing import Literal

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...types import UNSET, Response, Unset


def _call(
    *,
    type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
    status: models.ExperimentStatusFilter
    | Literal["draft", "running", "paused", "completed"]
    | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Call:
    return Call(
        "GET",
        "/experiments/api",
        security=("bearerAuth",),
        repeatable=True,
        params={
            "type": type,
            "status": status,
            "page": page,
            "limit": limit,
        },
    )


def _parse(response: httpx.Response) -> models.ExperimentList:
    if response.is_success:
        return read_json(response, models.ExperimentList.from_dict)
    raise status_error(response)


def sync(
    *,
    client: Client,
    type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
    status: models.ExperimentStatusFilter
    | Literal["draft", "running", "paused", "completed"]
    | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.ExperimentList:
    """Call it with any client; see `PictifyExperiments.list_experiments`."""
    return _parse(
        client.send(_call(type=type, status=status, page=page, limit=limit), timeout, headers)
    )


def sync_detailed(
    *,
    client: Client,
    type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
    status: models.ExperimentStatusFilter
    | Literal["draft", "running", "paused", "completed"]
    | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentList]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(
        _call(type=type, status=status, page=page, limit=limit), timeout, headers
    )
    return Response(_parse(response), response)


async def asyncio(
    *,
    client: AsyncClient,
    type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
    status: models.ExperimentStatusFilter
    | Literal["draft", "running", "paused", "completed"]
    | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.ExperimentList:
    """Call it as `sync` does, to be awaited."""
    return _parse(
        await client.send(_call(type=type, status=status, page=page, limit=limit), timeout, headers)
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
    status: models.ExperimentStatusFilter
    | Literal["draft", "running", "paused", "completed"]
    | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentList]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(
        _call(type=type, status=status, page=page, limit=limit), timeout, headers
    )
    return Response(_parse(response), response)
