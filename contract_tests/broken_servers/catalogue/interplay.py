"""Checks that something else in the body switches off, which bodies made by hand seldom meet."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, wrap_server
from broken_servers.operations import CREATE, UPDATE


async def unchecked(request: Request, server: Server, fits: bool, **mended: Any) -> Response:
    """What a body gets from a server that overlooks what is wrong with it: the answer to a mended one."""
    response = await server(request)
    if response.status != 400 or not fits:
        return response
    request.json = {**request.json, **mended}
    return await server(request)


def evened(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The variants with weights that add up."""
    rest = 10_000 - 5_000 * (len(rows) - 1)
    return [{**row, "weight": 5_000 if index else rest} for index, row in enumerate(rows)]


@wrap_server("create.weights-sum.refused", CREATE)
async def sum_unchecked_with_a_fallback_image(request: Request, server: Server) -> Response:
    """The sum of the weights is not looked at when there is a fallback image."""
    body = request.json
    return await unchecked(
        request, server, "fallbackImageUrl" in body, variants=evened(body.get("variants", []))
    )


@wrap_server("update.weights-sum.refused", UPDATE)
async def sum_unchecked_with_a_new_name(request: Request, server: Server) -> Response:
    """The sum of the weights is not looked at when the name is changed too."""
    body = request.json
    return await unchecked(
        request, server, "name" in body, variants=evened(body.get("variants", []))
    )


@wrap_server("create.slug-reserved.refused", CREATE)
async def reserved_slug_with_a_template(request: Request, server: Server) -> Response:
    """Reserved words are free for experiments with a template."""
    body = request.json
    return await unchecked(request, server, "templateUid" in body, slug=f"free-{body.get('slug')}")
