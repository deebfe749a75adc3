"""Click redirect: `GET /s/{slug}/click`."""

from collections.abc import Mapping

import httpx

from ...client import AsyncClient, Call, Client, Timeout
from ...errors import status_error
from ...types import UNSET, Response, Unset
from ...wire import path_segment


def _call(
    slug: str,
) -> Call:
    return Call(
        "GET",
        f"/s/{path_segment(slug, 'slug')}/click",
        security=(None,),
        repeatable=False,
    )


def _parse(response: httpx.Response) -> str:
    if response.has_redirect_location:
        return response.headers["Location"]
    raise status_error(response)


def sync(
    slug: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> str:
    """Click redirect.

    Counts a click for the viewer's variant and redirects to `goalConfig.destinationUrl`. Put it around the image.
    The target is always the configured one: nothing in the request can change it.

    Args:
        slug: The experiment's slug.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        NotFoundError: No such experiment, or it leads nowhere.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/api-reference/endpoints/experiments/click
    """
    return _parse(client.send(_call(slug), timeout, headers))


def sync_detailed(
    slug: str,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """As `sync`, with the status and the headers of the answer."""
    response = client.send(_call(slug), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    slug: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> str:
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(slug), timeout, headers))


async def asyncio_detailed(
    slug: str,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(slug), timeout, headers)
    return Response(_parse(response), response)
