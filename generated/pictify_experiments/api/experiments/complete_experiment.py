"""Complete experiment: `POST /experiments/api/{uid}/complete`.

See `PictifyExperiments.complete_experiment` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import MissingMemberError, status_error, unreadable
from ...types import UNSET, Response, Unset, body_to_json
from ...wire import path_segment


def _call(
    uid: str | models.Experiment,
    body: models.CompleteExperimentRequest,
) -> Call:
    return Call(
        "POST",
        f"/experiments/api/{path_segment(uid, 'uid')}/complete",
        security=("bearerAuth",),
        repeatable=False,
        body=body_to_json("complete_experiment", body, models.CompleteExperimentRequest),
    )


def _parse(response: httpx.Response) -> models.ExperimentEnvelope:
    if response.is_success:
        return read_json(response, models.ExperimentEnvelope.from_dict)
    raise status_error(response)


def _result(response: httpx.Response) -> models.Experiment:
    try:
        return _parse(response).experiment
    except MissingMemberError as error:
        raise unreadable(response, str(error)) from error


def sync(
    uid: str | models.Experiment,
    body: models.CompleteExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.Experiment:
    """Call it with any client; see `PictifyExperiments.complete_experiment`."""
    return _result(client.send(_call(uid, body), timeout, headers))


def sync_detailed(
    uid: str | models.Experiment,
    body: models.CompleteExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentEnvelope]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str | models.Experiment,
    body: models.CompleteExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> models.Experiment:
    """Call it as `sync` does, to be awaited."""
    return _result(await client.send(_call(uid, body), timeout, headers))


async def asyncio_detailed(
    uid: str | models.Experiment,
    body: models.CompleteExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[models.ExperimentEnvelope]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)
