"""Delete experiment: `DELETE /experiments/api/{uid}`.

See `PictifyExperiments.delete_experiment` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...types import UNSET, Response, Unset
from ...wire import path_segment


def _call(
    uid: str | models.Experiment,
) -> Call:
    return Call(
        "DELETE",
        f"/experiments/api/{path_segment(uid, 'uid')}",
        security=("bearerAuth",),
        repeatable=True,
    )


def _parse(response: httpx.Response) -> models.DeletedExperiment:
    if response.is_success and not response.content:
        return models.DeletedExperiment(deleted=True)
    if response.is_success:
        return read_json(response, models.DeletedExperiment.from_dict, may_be_empty=False)
    raise status_error(response)


def sync(
    uid: str | models.Experiment,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.DeletedExperiment:
    """Call it with any client; see `PictifyExperiments.delete_experiment`."""
    return _parse(client.send(_call(uid), timeout, headers))


def sync_detailed(
    uid: str | models.Experiment,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.DeletedExperiment]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str | models.Experiment,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.DeletedExperiment:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(uid), timeout, headers))


async def asyncio_detailed(
    uid: str | models.Experiment,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.DeletedExperiment]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)
