"""Pause experiment: `POST /experiments/api/{uid}/pause`.

See `PictifyExperiments.pause_experiment` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.experiment_envelope import ExperimentEnvelope
from ...types import UNSET, Response, Unset
from ...wire import path_segment


def _call(
    uid: str,
) -> Call:
    return Call(
        "POST",
        f"/experiments/api/{path_segment(uid, 'uid')}/pause",
        security=("bearerAuth",),
        repeatable=False,
    )


def _parse(response: httpx.Response) -> ExperimentEnvelope:
    if response.is_success:
        return read_json(response, ExperimentEnvelope.from_dict)
    raise status_error(response)


def sync(
    uid: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Call it with any client; see `PictifyExperiments.pause_experiment`."""
    return _parse(client.send(_call(uid), timeout, headers))


def sync_detailed(
    uid: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """Call it as `sync` does, and return the status and the headers too."""
    response = client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(uid), timeout, headers))


async def asyncio_detailed(
    uid: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)
