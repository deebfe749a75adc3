"""Update experiment: `PUT /experiments/api/{uid}`."""

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
    """Update experiment.

    Changes the fields that are sent and leaves the others as they are. Which ones may change depends on the status:
    see "What may be edited when". `variants` is always the whole list, with weights that add up to 10,000.

    Args:
        uid: The experiment's uid, as create returned it.
        body: The fields to change.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        FieldNotEditableError: The body breaks a rule, or a field may not change in this status; nothing was
            changed.
        ValidationError: The body breaks a rule, or a field may not change in this status; nothing was changed.
        AuthenticationError: The API key is missing or not valid.
        NotFoundError: Your team has no experiment of this uid.
        SlugInUseError: Another active experiment has this slug; nothing was changed.
        PayloadTooLargeError: The body is larger than 1 MiB.
        UnsupportedMediaTypeError: The body's media type is not one of those listed.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/update
    """
    return _parse(client.send(_call(uid, body), timeout, headers))


def sync_detailed(
    uid: str,
    body: UpdateExperimentRequest,
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
    body: UpdateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(uid, body), timeout, headers))


async def asyncio_detailed(
    uid: str,
    body: UpdateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(uid, body), timeout, headers)
    return Response(_parse(response), response)
