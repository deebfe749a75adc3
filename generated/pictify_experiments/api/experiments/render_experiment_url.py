from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.image_format import ImageFormat
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    slug: str,
    format_: ImageFormat,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/s/{slug}.{format_}".format(
            slug=quote(str(slug), safe=""),
            format_=quote(str(format_), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> bytes | Problem | str | None:
    if response.status_code == 200:
        return response.content

    if response.status_code == 302:
        return urljoin(str(response.url), response.headers["Location"])

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 410:
        response_410 = Problem.from_dict(response.json())

        return response_410

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[bytes | Problem | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    slug: str,
    format_: ImageFormat,
    *,
    client: AuthenticatedClient | Client,
) -> Response[bytes | Problem | str]:
    """Experiment image (withdrawn)

     Deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API
    description
    and never listed it with the twelve other operations. A server that claims the API need not have it.

    The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test the drawn
    one, for a
    smart link the first whose conditions hold, for a schedule the one that is open now, and after
    completion the
    winner. The answer is a redirect to a picture that was rendered before, which is different for each
    variant and may be
    stored, while the redirect may not. A server may answer with the picture itself.

    Args:
        slug (str):
        format_ (ImageFormat): File format of an image URL; `jpg` is `jpeg`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[bytes | Problem | str]
    """

    kwargs = _get_kwargs(
        slug=slug,
        format_=format_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    slug: str,
    format_: ImageFormat,
    *,
    client: AuthenticatedClient | Client,
) -> bytes | Problem | str | None:
    """Experiment image (withdrawn)

     Deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API
    description
    and never listed it with the twelve other operations. A server that claims the API need not have it.

    The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test the drawn
    one, for a
    smart link the first whose conditions hold, for a schedule the one that is open now, and after
    completion the
    winner. The answer is a redirect to a picture that was rendered before, which is different for each
    variant and may be
    stored, while the redirect may not. A server may answer with the picture itself.

    Args:
        slug (str):
        format_ (ImageFormat): File format of an image URL; `jpg` is `jpeg`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        bytes | Problem | str
    """

    return sync_detailed(
        slug=slug,
        format_=format_,
        client=client,
    ).parsed


async def asyncio_detailed(
    slug: str,
    format_: ImageFormat,
    *,
    client: AuthenticatedClient | Client,
) -> Response[bytes | Problem | str]:
    """Experiment image (withdrawn)

     Deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API
    description
    and never listed it with the twelve other operations. A server that claims the API need not have it.

    The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test the drawn
    one, for a
    smart link the first whose conditions hold, for a schedule the one that is open now, and after
    completion the
    winner. The answer is a redirect to a picture that was rendered before, which is different for each
    variant and may be
    stored, while the redirect may not. A server may answer with the picture itself.

    Args:
        slug (str):
        format_ (ImageFormat): File format of an image URL; `jpg` is `jpeg`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[bytes | Problem | str]
    """

    kwargs = _get_kwargs(
        slug=slug,
        format_=format_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    slug: str,
    format_: ImageFormat,
    *,
    client: AuthenticatedClient | Client,
) -> bytes | Problem | str | None:
    """Experiment image (withdrawn)

     Deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API
    description
    and never listed it with the twelve other operations. A server that claims the API need not have it.

    The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test the drawn
    one, for a
    smart link the first whose conditions hold, for a schedule the one that is open now, and after
    completion the
    winner. The answer is a redirect to a picture that was rendered before, which is different for each
    variant and may be
    stored, while the redirect may not. A server may answer with the picture itself.

    Args:
        slug (str):
        format_ (ImageFormat): File format of an image URL; `jpg` is `jpeg`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        bytes | Problem | str
    """

    return (
        await asyncio_detailed(
            slug=slug,
            format_=format_,
            client=client,
        )
    ).parsed
