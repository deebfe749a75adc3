from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.experiment_list import ExperimentList
from ...models.experiment_status_filter import ExperimentStatusFilter
from ...models.experiment_type import ExperimentType
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    type_: ExperimentType | Unset = UNSET,
    status: ExperimentStatusFilter | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_type_: str | Unset = UNSET
    if not isinstance(type_, Unset):
        json_type_ = type_.value

    params["type"] = json_type_

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["page"] = page

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/experiments/api",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ExperimentList | Problem | None:
    if response.status_code == 200:
        response_200 = ExperimentList.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ExperimentList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    type_: ExperimentType | Unset = UNSET,
    status: ExperimentStatusFilter | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[ExperimentList | Problem]:
    """List experiments

     The experiments of your team, a page at a time, optionally of one type or status. `total` counts all
    matches of the filters, not those of the page.

    Args:
        type_ (ExperimentType | Unset): How a viewer's variant is found.
        status (ExperimentStatusFilter | Unset): The statuses a list can be filtered by.
        page (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentList | Problem]
    """

    kwargs = _get_kwargs(
        type_=type_,
        status=status,
        page=page,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    type_: ExperimentType | Unset = UNSET,
    status: ExperimentStatusFilter | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> ExperimentList | Problem | None:
    """List experiments

     The experiments of your team, a page at a time, optionally of one type or status. `total` counts all
    matches of the filters, not those of the page.

    Args:
        type_ (ExperimentType | Unset): How a viewer's variant is found.
        status (ExperimentStatusFilter | Unset): The statuses a list can be filtered by.
        page (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentList | Problem
    """

    return sync_detailed(
        client=client,
        type_=type_,
        status=status,
        page=page,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    type_: ExperimentType | Unset = UNSET,
    status: ExperimentStatusFilter | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[ExperimentList | Problem]:
    """List experiments

     The experiments of your team, a page at a time, optionally of one type or status. `total` counts all
    matches of the filters, not those of the page.

    Args:
        type_ (ExperimentType | Unset): How a viewer's variant is found.
        status (ExperimentStatusFilter | Unset): The statuses a list can be filtered by.
        page (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentList | Problem]
    """

    kwargs = _get_kwargs(
        type_=type_,
        status=status,
        page=page,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    type_: ExperimentType | Unset = UNSET,
    status: ExperimentStatusFilter | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> ExperimentList | Problem | None:
    """List experiments

     The experiments of your team, a page at a time, optionally of one type or status. `total` counts all
    matches of the filters, not those of the page.

    Args:
        type_ (ExperimentType | Unset): How a viewer's variant is found.
        status (ExperimentStatusFilter | Unset): The statuses a list can be filtered by.
        page (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            type_=type_,
            status=status,
            page=page,
            limit=limit,
        )
    ).parsed
