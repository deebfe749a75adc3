from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.complete_experiment_request import CompleteExperimentRequest
from ...models.experiment_envelope import ExperimentEnvelope
from ...models.problem import Problem
from ...models.transition_problem import TransitionProblem
from ...types import Response


def _get_kwargs(
    uid: str,
    *,
    body: CompleteExperimentRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/experiments/api/{uid}/complete".format(
            uid=quote(str(uid), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ExperimentEnvelope | Problem | TransitionProblem | None:
    if response.status_code == 200:
        response_200 = ExperimentEnvelope.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = TransitionProblem.from_dict(response.json())

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
) -> Response[ExperimentEnvelope | Problem | TransitionProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    uid: str,
    *,
    client: AuthenticatedClient,
    body: CompleteExperimentRequest,
) -> Response[ExperimentEnvelope | Problem | TransitionProblem]:
    """Complete experiment

     Ends a running or paused experiment for good and declares the winner, which all viewers get from
    then on.

    Args:
        uid (str):
        body (CompleteExperimentRequest): The winner.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEnvelope | Problem | TransitionProblem]
    """

    kwargs = _get_kwargs(
        uid=uid,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    uid: str,
    *,
    client: AuthenticatedClient,
    body: CompleteExperimentRequest,
) -> ExperimentEnvelope | Problem | TransitionProblem | None:
    """Complete experiment

     Ends a running or paused experiment for good and declares the winner, which all viewers get from
    then on.

    Args:
        uid (str):
        body (CompleteExperimentRequest): The winner.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEnvelope | Problem | TransitionProblem
    """

    return sync_detailed(
        uid=uid,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    uid: str,
    *,
    client: AuthenticatedClient,
    body: CompleteExperimentRequest,
) -> Response[ExperimentEnvelope | Problem | TransitionProblem]:
    """Complete experiment

     Ends a running or paused experiment for good and declares the winner, which all viewers get from
    then on.

    Args:
        uid (str):
        body (CompleteExperimentRequest): The winner.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEnvelope | Problem | TransitionProblem]
    """

    kwargs = _get_kwargs(
        uid=uid,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    uid: str,
    *,
    client: AuthenticatedClient,
    body: CompleteExperimentRequest,
) -> ExperimentEnvelope | Problem | TransitionProblem | None:
    """Complete experiment

     Ends a running or paused experiment for good and declares the winner, which all viewers get from
    then on.

    Args:
        uid (str):
        body (CompleteExperimentRequest): The winner.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEnvelope | Problem | TransitionProblem
    """

    return (
        await asyncio_detailed(
            uid=uid,
            client=client,
            body=body,
        )
    ).parsed
