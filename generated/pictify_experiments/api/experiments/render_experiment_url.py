"""Experiment image (withdrawn): `GET /s/{slug}.{format}`.

See `PictifyExperiments.render_experiment_url` for its arguments and errors.
"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urljoin

import httpx

from ... import models
from ...client import AsyncClient, Call, Client, Timeout, read_bytes
from ...errors import status_error
from ...types import UNSET, Response, Unset
from ...wire import path_segment, warn_deprecated


def _call(
    slug: str | models.Experiment,
    format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
) -> Call:
    warn_deprecated(
        "render_experiment_url is deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API description and never listed it with the twelve other operations."
    )
    return Call(
        "GET",
        f"/s/{path_segment(slug, 'slug')}.{path_segment(format, 'format')}",
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
    slug: str | models.Experiment,
    format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> bytes | str:
    """Call it with any client; see `PictifyExperiments.render_experiment_url`."""
    return _parse(client.send(_call(slug, format), timeout, headers))


def sync_detailed(
    slug: str | models.Experiment,
    format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes | str]:
    """Call it, and return the whole body with its status and headers."""
    response = client.send(_call(slug, format), timeout, headers)
    return Response(_parse(response), response)


async def asyncio(
    slug: str | models.Experiment,
    format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> bytes | str:
    """Call it as `sync` does, to be awaited."""
    return _parse(await client.send(_call(slug, format), timeout, headers))


async def asyncio_detailed(
    slug: str | models.Experiment,
    format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes | str]:
    """Call it as `sync_detailed` does, to be awaited."""
    response = await client.send(_call(slug, format), timeout, headers)
    return Response(_parse(response), response)
