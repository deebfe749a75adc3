"""Requests that a fault makes to the server behind it, with the headers of the client's request."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server

API = "/experiments/api"


async def shown(request: Request, server: Server) -> dict[str, Any]:
    """Read the experiment whose uid is in the path. Return {} if there is none."""
    found = (await server(request.like("GET", f"{API}/{request.name}"))).experiments
    return found[0] if found else {}


async def status_of(request: Request, server: Server) -> str | None:
    """Read the status of the experiment whose uid is in the path."""
    return (await shown(request, server)).get("status")


async def write(request: Request, server: Server, **fields: Any) -> Response:
    """Update the experiment whose uid is in the path."""
    return await server(request.like("PUT", f"{API}/{request.name}", fields))


async def move(request: Request, server: Server, action: str, **fields: Any) -> Response:
    """Start, pause or complete the experiment whose uid is in the path."""
    return await server(request.like("POST", f"{API}/{request.name}/{action}", fields))


async def as_if(request: Request, server: Server, **changes: Any) -> Response:
    """Return a 200 that shows the experiment with changes that were not made."""
    return Response.of(200, {"experiment": {**await shown(request, server), **changes}})
