"""Complete experiment: `POST /experiments/api/{uid}/complete`."""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.complete_experiment_request import CompleteExperimentRequest
from ...models.experiment_envelope import ExperimentEnvelope
from ...types import UNSET, Response, Unset, to_json
from ...wire import path_segment


def _call(
    uid: str,
    body: CompleteExperimentRequest,
) -> Call:
    return Call(
        "POST",
        f"/experiments/api/{path_segment(uid, 'uid')}/complete",
        security=("bearerAuth",),
        repeatable=False,
        body=to_json(body),
    )


def _parse(response: httpx.Response) -> ExperimentEnvelope:
    if response.is_success:
        return read_json(response, ExperimentEnvelope.from_dict)
    raise status_error(response)


def sync(
    uid: str,
    body: CompleteExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Complete experiment.

    Ends a running or paused experiment for good and declares the winner, which all viewers get from then on.

    Args:
        uid: The experiment's uid, as create returned it.
        body: The winner.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        InvalidWinnerError: winnerVariantId is missing or is no variant of the experiment; nothing was changed.
        AuthenticationError: The API key is missing or not valid.
        NotFoundError: Your team has no experiment of this uid.
        InvalidTransitionError: The status does not allow this move; nothing was changed. The body tells the current
            status and the allowed ones.
        PayloadTooLargeError: The body is larger than 1 MiB.
        UnsupportedMediaTypeError: The body's media type is not one of those listed.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/complete
    """
    return _parse(client.send(_call(uid, body), timeout, headers))


def sync_detailed(
    uid: str,
    body: CompleteExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    uid: str,
    body: CompleteExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(uid, body), timeout, headers))


async def asyncio_detailed(
    uid: str,
    body: CompleteExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)
