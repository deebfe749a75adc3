from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.experiment_envelope import ExperimentEnvelope
from ...models.problem import Problem
from ...models.update_experiment_request import UpdateExperimentRequest
from ...types import Response


def _get_kwargs(
    uid: str,
    *,
    body: UpdateExperimentRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/experiments/api/{uid}".format(
            uid=quote(str(uid), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ExperimentEnvelope | Problem | None:
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
    uid: str,
    *,
    client: AuthenticatedClient,
    body: UpdateExperimentRequest,
) -> Response[ExperimentEnvelope | Problem]:
    """Update experiment

     Changes the fields that are sent and leaves the others as they are. Which ones may change depends on
    the status:
    see "What may be edited when". `variants` is always the whole list, with weights that add up to
    10,000.

    Args:
        uid (str):
        body (UpdateExperimentRequest): The fields to change; what is not sent stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEnvelope | Problem]
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
    body: UpdateExperimentRequest,
) -> ExperimentEnvelope | Problem | None:
    """Update experiment

     Changes the fields that are sent and leaves the others as they are. Which ones may change depends on
    the status:
    see "What may be edited when". `variants` is always the whole list, with weights that add up to
    10,000.

    Args:
        uid (str):
        body (UpdateExperimentRequest): The fields to change; what is not sent stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEnvelope | Problem
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
    body: UpdateExperimentRequest,
) -> Response[ExperimentEnvelope | Problem]:
    """Update experiment

     Changes the fields that are sent and leaves the others as they are. Which ones may change depends on
    the status:
    see "What may be edited when". `variants` is always the whole list, with weights that add up to
    10,000.

    Args:
        uid (str):
        body (UpdateExperimentRequest): The fields to change; what is not sent stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEnvelope | Problem]
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
    body: UpdateExperimentRequest,
) -> ExperimentEnvelope | Problem | None:
    """Update experiment

     Changes the fields that are sent and leaves the others as they are. Which ones may change depends on
    the status:
    see "What may be edited when". `variants` is always the whole list, with weights that add up to
    10,000.

    Args:
        uid (str):
        body (UpdateExperimentRequest): The fields to change; what is not sent stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEnvelope | Problem
    """

    return (
        await asyncio_detailed(
            uid=uid,
            client=client,
            body=body,
        )
    ).parsed
