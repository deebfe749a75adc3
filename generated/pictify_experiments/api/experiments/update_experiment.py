"""Update experiment: `PUT /experiments/api/{uid}`.

See `PictifyExperiments.update_experiment` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.experiment_envelope import ExperimentEnvelope
from ...models.update_experiment_request import UpdateExperimentRequest
from ...types import UNSET, Response, Unset, to_json
from ...wire import path_segment


def _call(
    uid: str,
    body: UpdateExperimentRequest,
) -> Call:
    return Call(
        "PUT",
        f"/experiments/api/{path_segment(uid, 'uid')}",
        security=("bearerAuth",),
        repeatable=True,
        body=to_json(body),
    )


def _parse(response: httpx.Response) -> ExperimentEnvelope:
    if response.is_success:
        return read_json(response, ExperimentEnvelope.from_dict)
    raise status_error(response)


def sync(
    uid: str,
    body: UpdateExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Call it with any client; see `PictifyExperiments.update_experiment`."""
    return _parse(client.send(_call(uid, body), timeout, headers))


def sync_detailed(
    uid: str,
    body: UpdateExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """Call it as `sync` does, and return the status and the headers too."""
    response = client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str,
    body: UpdateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(uid, body), timeout, headers))


async def asyncio_detailed(
    uid: str,
    body: UpdateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)
