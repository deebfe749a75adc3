from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_experiment_request import CreateExperimentRequest
from ...models.experiment_envelope import ExperimentEnvelope
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: CreateExperimentRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/experiments/api",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ExperimentEnvelope | Problem | None:
    if response.status_code == 201:
        response_201 = ExperimentEnvelope.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ExperimentEnvelope | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateExperimentRequest,
) -> Response[ExperimentEnvelope | Problem]:
    """Create experiment

     Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two variants
    whose
    weights add up to exactly 10,000. How many experiments of a type and how many variants you may have
    depends on the
    plan: see `getExperimentQuota`.

    Args:
        body (CreateExperimentRequest): A new experiment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEnvelope | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateExperimentRequest,
) -> ExperimentEnvelope | Problem | None:
    """Create experiment

     Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two variants
    whose
    weights add up to exactly 10,000. How many experiments of a type and how many variants you may have
    depends on the
    plan: see `getExperimentQuota`.

    Args:
        body (CreateExperimentRequest): A new experiment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEnvelope | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateExperimentRequest,
) -> Response[ExperimentEnvelope | Problem]:
    """Create experiment

     Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two variants
    whose
    weights add up to exactly 10,000. How many experiments of a type and how many variants you may have
    depends on the
    plan: see `getExperimentQuota`.

    Args:
        body (CreateExperimentRequest): A new experiment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEnvelope | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateExperimentRequest,
) -> ExperimentEnvelope | Problem | None:
    """Create experiment

     Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two variants
    whose
    weights add up to exactly 10,000. How many experiments of a type and how many variants you may have
    depends on the
    plan: see `getExperimentQuota`.

    Args:
        body (CreateExperimentRequest): A new experiment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEnvelope | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
