"""Click redirect: `GET /s/{slug}/click`.

See `PictifyExperiments.track_experiment_click` for its arguments and errors.
"""

from collections.abc import Mapping

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout
from ...errors import status_error
from ...types import UNSET, Response, Unset
from ...wire import path_segment


def _call(
    slug: str | models.Experiment,
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
    slug: str | models.Experiment,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> str:
    """Call it with any client; see `PictifyExperiments.track_experiment_click`."""
    return _parse(client.send(_call(slug), timeout, headers))


def sync_detailed(
    slug: str | models.Experiment,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(_call(slug), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    slug: str | models.Experiment,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> str:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(slug), timeout, headers))


async def asyncio_detailed(
    slug: str | models.Experiment,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(slug), timeout, headers)
    return Response(_parse(response), response)
