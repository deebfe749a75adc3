from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.experiment_event import ExperimentEvent
from ...models.experiment_event_response import ExperimentEventResponse
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: ExperimentEvent | list[ExperimentEvent],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/s/events",
    }

    if isinstance(body, ExperimentEvent):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = []
        for body_type_1_item_data in body:
            body_type_1_item = body_type_1_item_data.to_dict()
            _kwargs["json"].append(body_type_1_item)

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ExperimentEventResponse | Problem | None:
    if response.status_code == 200:
        response_200 = ExperimentEventResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

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
) -> Response[ExperimentEventResponse | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentEvent | list[ExperimentEvent],
) -> Response[ExperimentEventResponse | Problem]:
    """Track events

     Reports one event, or up to 100 in an array. Send a write key in the header, or as `writeKey` in the
    event where headers cannot be set; without one the call is accepted with a warning.
    A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`. Servers may use their API key
    instead.

    `impression` and `click` raise the counters of the variant; `view` and `conversion` are accepted,
    and
    no operation shows them.

    Args:
        body (ExperimentEvent | list[ExperimentEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEventResponse | Problem]
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
    client: AuthenticatedClient | Client,
    body: ExperimentEvent | list[ExperimentEvent],
) -> ExperimentEventResponse | Problem | None:
    """Track events

     Reports one event, or up to 100 in an array. Send a write key in the header, or as `writeKey` in the
    event where headers cannot be set; without one the call is accepted with a warning.
    A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`. Servers may use their API key
    instead.

    `impression` and `click` raise the counters of the variant; `view` and `conversion` are accepted,
    and
    no operation shows them.

    Args:
        body (ExperimentEvent | list[ExperimentEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEventResponse | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentEvent | list[ExperimentEvent],
) -> Response[ExperimentEventResponse | Problem]:
    """Track events

     Reports one event, or up to 100 in an array. Send a write key in the header, or as `writeKey` in the
    event where headers cannot be set; without one the call is accepted with a warning.
    A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`. Servers may use their API key
    instead.

    `impression` and `click` raise the counters of the variant; `view` and `conversion` are accepted,
    and
    no operation shows them.

    Args:
        body (ExperimentEvent | list[ExperimentEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExperimentEventResponse | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentEvent | list[ExperimentEvent],
) -> ExperimentEventResponse | Problem | None:
    """Track events

     Reports one event, or up to 100 in an array. Send a write key in the header, or as `writeKey` in the
    event where headers cannot be set; without one the call is accepted with a warning.
    A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`. Servers may use their API key
    instead.

    `impression` and `click` raise the counters of the variant; `view` and `conversion` are accepted,
    and
    no operation shows them.

    Args:
        body (ExperimentEvent | list[ExperimentEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExperimentEventResponse | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
