"""Start experiment: `POST /experiments/api/{uid}/start`."""

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
        f"/experiments/api/{path_segment(uid, 'uid')}/start",
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
    """Start experiment.

    A draft or paused experiment begins to be served and counted. No body is needed.

    Args:
        uid: The experiment's uid, as create returned it.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        AuthenticationError: The API key is missing or not valid.
        NotFoundError: Your team has no experiment of this uid.
        InvalidTransitionError: The status does not allow this move; nothing was changed. The body tells the current
            status and the allowed ones.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/start
    """
    return _parse(client.send(_call(uid), timeout, headers))


def sync_detailed(
    uid: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(uid), timeout, headers))


async def asyncio_detailed(
    uid: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(uid), timeout, headers)
    return Response(_parse(response), response)
