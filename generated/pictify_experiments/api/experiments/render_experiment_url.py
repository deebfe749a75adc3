"""Experiment image (withdrawn): `GET /s/{slug}.{format}`."""

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
    """Experiment image (withdrawn).

    Deprecated: the vendor published this URL in March 2026, withdrew it from later editions of the API description
    and never listed it with the twelve other operations. A server that claims the API need not have it.

    The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test the drawn one, for a
    smart link the first whose conditions hold, for a schedule the one that is open now, and after completion the
    winner. The answer is a redirect to a picture that was rendered before, which is different for each variant and may be
    stored, while the redirect may not. A server may answer with the picture itself.

    Args:
        slug: The experiment's slug.
        format_: The file format of the image.
        timeout: Seconds to wait for each step of this call, in place of the client's.
        headers: Sent with this call, in place of the client's of the same name.

    Raises:
        NotFoundError: No such experiment, or it shows nothing now.
        GoneError: The experiment is over, and nothing stands in for its image.
        RateLimitError: Too many requests; wait as long as Retry-After says.

    Docs: https://docs.pictify.io/concepts/url-rendering
    """
    return _parse(client.send(_call(slug, format_), timeout, headers))


def sync_detailed(
    slug: str,
    format_: ImageFormat,
    *,
    client: Client,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes | str]:
    """As `sync`, with the status and the headers of the answer."""
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
    """As `sync`, to be awaited."""
    return _parse(await client.send(_call(slug, format_), timeout, headers))


async def asyncio_detailed(
    slug: str,
    format_: ImageFormat,
    *,
    client: AsyncClient,
    timeout: Timeout | Unset = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes | str]:
    """As `sync_detailed`, to be awaited."""
    response = await client.send(_call(slug, format_), timeout, headers)
    return Response(_parse(response), response)
