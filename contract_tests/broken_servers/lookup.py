"""What a fault asks the server that it stands before, with the headers of the request."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server

API = "/experiments/api"


async def shown(request: Request, server: Server) -> dict[str, Any]:
    """The experiment whose uid is in the path, as a read shows it; nothing where there is none."""
    found = (await server(request.like("GET", f"{API}/{request.name}"))).experiments
    return found[0] if found else {}


async def status_of(request: Request, server: Server) -> str | None:
    """The status of the experiment whose uid is in the path."""
    return (await shown(request, server)).get("status")


async def write(request: Request, server: Server, **fields: Any) -> Response:
    """What the server answers to an update of the experiment whose uid is in the path."""
    return await server(request.like("PUT", f"{API}/{request.name}", fields))


async def move(request: Request, server: Server, action: str, **fields: Any) -> Response:
    """What the server answers to another move of the experiment whose uid is in the path."""
    return await server(request.like("POST", f"{API}/{request.name}/{action}", fields))


async def as_if(request: Request, server: Server, **changes: Any) -> Response:
    """A 200 that shows the experiment with changes that nobody made."""
    return Response.of(200, {"experiment": {**await shown(request, server), **changes}})
