"""Delete experiment: `DELETE /experiments/api/{uid}`."""

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
    """Delete experiment.

    Archives the experiment, which cannot be undone. Pause or complete a running one first.

    Args:
        uid: The experiment's uid, as create returned it.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        AuthenticationError: The API key is missing or not valid.
        NotFoundError: Your team has no experiment of this uid.
        InvalidTransitionError: It is running; pause or complete it first. Nothing was changed.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/delete
    """
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
