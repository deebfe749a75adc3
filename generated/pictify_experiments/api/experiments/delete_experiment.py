"""Delete experiment: `DELETE /experiments/api/{uid}`.

What it does, takes and raises is told by `PictifyExperiments.delete_experiment`.
"""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.deleted_experiment import DeletedExperiment
from ...types import UNSET, Response, Unset
from ...wire import path_segment


def _call(
    uid: str,
) -> Call:
    return Call(
        "DELETE",
        f"/experiments/api/{path_segment(uid, 'uid')}",
        security=("bearerAuth",),
        repeatable=True,
    )


def _parse(response: httpx.Response) -> DeletedExperiment:
    if response.is_success:
        return read_json(response, DeletedExperiment.from_dict)
    raise status_error(response)


def sync(
    uid: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> DeletedExperiment:
    """As `PictifyExperiments.delete_experiment`, with any client."""
    return _parse(client.send(_call(uid), timeout, headers))


def sync_detailed(
    uid: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[DeletedExperiment]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> DeletedExperiment:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(uid), timeout, headers))


async def asyncio_detailed(
    uid: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[DeletedExperiment]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)
