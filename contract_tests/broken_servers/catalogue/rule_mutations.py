"""Servers that skip a check if the body has a certain other member."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, wrap_server
from broken_servers.operations import CREATE, UPDATE


async def accept_corrected(request: Request, server: Server, **corrections: Any) -> Response:
    """Accept a body as if it were correct: send it again with corrections if it was refused."""
    # A body that another check refuses stays refused: the correction does not mend it.
    response = await server(request)
    if response.status != 400:
        return response
    request.json = {**request.json, **corrections}
    return await server(request)


def correct_weights(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the variants with weights that add up."""
    rows = body.get("variants", [])
    first = 10_000 - 5_000 * (len(rows) - 1)
    return [{**row, "weight": 5_000 if index else first} for index, row in enumerate(rows)]


@wrap_server("create.weights-sum.refused", CREATE)
async def sum_unchecked_with_a_fallback_image(request: Request, server: Server) -> Response:
    """With a fallback image the sum of the weights is not checked."""
    if "fallbackImageUrl" not in request.json:
        return await server(request)
    return await accept_corrected(request, server, variants=correct_weights(request.json))


@wrap_server("update.weights-sum.refused", UPDATE)
async def sum_unchecked_with_a_new_name(request: Request, server: Server) -> Response:
    """With a new name the sum of the weights is not checked."""
    if "name" not in request.json:
        return await server(request)
    return await accept_corrected(request, server, variants=correct_weights(request.json))


@wrap_server("create.slug-reserved.refused", CREATE)
async def reserved_slug_with_a_template(request: Request, server: Server) -> Response:
    """With a template reserved slugs are accepted."""
    if "templateUid" not in request.json:
        return await server(request)
    return await accept_corrected(request, server, slug=f"free-{request.json.get('slug')}")
