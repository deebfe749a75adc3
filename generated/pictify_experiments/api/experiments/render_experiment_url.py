"""Experiment image (withdrawn): `GET /s/{slug}.{format}`.

See `PictifyExperiments.render_experiment_url` for its arguments and errors.
"""

from collections.abc import Mapping
from urllib.parse import urljoin

import httpx

from ...client import AsyncClient, Call, Client, Timeout, read_bytes
from ...errors import status_error
from ...models.image_format import ImageFormat
from ...types import UNSET, Response, Unset
from ...wire import path_segment, warn_deprecated


def _call(
    slug: str,
    format_: ImageFormat,
) -> Call:
    warn_deprecated(
        "render_experiment_url is deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API description and never listed it with the twelve other operations."
    )
    return Call(
        "GET",
        f"/s/{path_segment(slug, 'slug')}.{path_segment(format_, 'format_')}",
        security=(None,),
        repeatable=False,
    )


def _parse(response: httpx.Response) -> bytes | str:
    if response.is_success:
        return read_bytes(response, "image")
    if response.has_redirect_location:
        return urljoin(str(response.url), response.headers["Location"])
    raise status_error(response)


def sync(
    slug: str,
    format_: ImageFormat,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> bytes | str:
    """Call it with any client; see `PictifyExperiments.render_experiment_url`."""
    return _parse(client.send(_call(slug, format_), timeout, headers))


def sync_detailed(
    slug: str,
    format_: ImageFormat,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes | str]:
    """Call it as `sync` does, and return the status and the headers too."""
    response = client.send(_call(slug, format_), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    slug: str,
    format_: ImageFormat,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> bytes | str:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(slug, format_), timeout, headers))


async def asyncio_detailed(
    slug: str,
    format_: ImageFormat,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes | str]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(slug, format_), timeout, headers)
    return Response(_parse(response), response)
