"""Create experiment: `POST /experiments/api`."""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_json
from ...errors import status_error
from ...models.create_experiment_request import CreateExperimentRequest
from ...models.experiment_envelope import ExperimentEnvelope
from ...types import UNSET, Response, Unset, to_json


def _call(
    body: CreateExperimentRequest,
) -> Call:
    return Call(
        "POST",
        "/experiments/api",
        security=("bearerAuth",),
        repeatable=False,
        body=to_json(body),
    )


def _parse(response: httpx.Response) -> ExperimentEnvelope:
    if response.is_success:
        return read_json(response, ExperimentEnvelope.from_dict)
    raise status_error(response)


def sync(
    body: CreateExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """Create experiment.

    Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two variants whose
    weights add up to exactly 10,000. How many experiments of a type and how many variants you may have depends on the
    plan: see `getExperimentQuota`.

    Args:
        body: The experiment to make.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        ValidationError: The body breaks the schema or one of the rules below; nothing was made.
        AuthenticationError: The API key is missing or not valid.
        SlugInUseError: Another active experiment has this slug; nothing was changed.
        PayloadTooLargeError: The body is larger than 1 MiB.
        UnsupportedMediaTypeError: The body's media type is not one of those listed.
        QuotaExceededError: The plan has no slot left for this type (or too many requests were sent); nothing was
            made.
        RateLimitError: The plan has no slot left for this type (or too many requests were sent); nothing was made.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/create
    """
    return _parse(client.send(_call(body), timeout, headers))


def sync_detailed(
    body: CreateExperimentRequest,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    body: CreateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> ExperimentEnvelope:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(body), timeout, headers))


async def asyncio_detailed(
    body: CreateExperimentRequest,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[ExperimentEnvelope]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(body), timeout, headers)
    return Response(_parse(response), response)
