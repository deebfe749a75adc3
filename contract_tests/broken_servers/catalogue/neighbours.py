"""Calls that touch another experiment than their own, for want of a WHERE."""

from typing import Any

from broken_servers.counting import Hits, recorded
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, patch_mock, wrap_server
from broken_servers.lookup import API, status_of
from broken_servers.operations import COMPLETE, DELETE, GET, PAUSE, START, UPDATE
from pictify_mock.domain.events import CLICK_LINK
from pictify_mock.domain.events import PIXEL as PIXEL_SEEN


async def others(request: Request, server: Server) -> list[dict[str, Any]]:
    """The team's other experiments, the newest first."""
    listed = request.like("GET", API)
    listed.query = {"limit": "100"}
    return [row for row in (await server(listed)).experiments if row["uid"] != request.name]


def does_the_same_to_another(operation: str, action: str) -> None:
    """Declare the fault that a move is made with another experiment, too."""

    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        for row in (await others(request, server))[:1] if response.status == 200 else ():
            winner = {"winnerVariantId": row["variants"][0]["id"]}
            await server(request.like("POST", f"{API}/{row['uid']}/{action}", winner))
        return response

    fault.__name__ = f"{action}_moves_another_one_too"
    fault.__doc__ = f"{action.capitalize()} is done to the newest other experiment as well."
    wrap_server("lifecycle.any-order", operation)(fault)


does_the_same_to_another(START, "start")
does_the_same_to_another(PAUSE, "pause")
does_the_same_to_another(COMPLETE, "complete")


@wrap_server("lifecycle.any-order", UPDATE)
async def update_renames_another_one_too(request: Request, server: Server) -> Response:
    """A name is given to the newest other experiment as well."""
    response = await server(request)
    if response.status == 200 and "name" in request.json:
        for row in (await others(request, server))[:1]:
            await server(request.like("PUT", f"{API}/{row['uid']}", {"name": request.json["name"]}))
    return response


@wrap_server("lifecycle.any-order", DELETE)
async def delete_takes_another_one_too(request: Request, server: Server) -> Response:
    """A delete takes the newest other experiment as well, if it does not run."""
    rows = await others(request, server)
    response = await server(request)
    for row in rows[:1] if response.status == 200 else ():
        await server(request.like("DELETE", f"{API}/{row['uid']}"))
    return response


@wrap_server("lifecycle.any-order", DELETE)
async def delete_of_a_completed_one_takes_a_draft(request: Request, server: Server) -> Response:
    """The delete of a completed experiment takes the newest draft as well."""
    completed = await status_of(request, server) == "completed"
    rows = [row for row in await others(request, server) if row["status"] == "draft"]
    response = await server(request)
    for row in rows[:1] if completed else ():
        await server(request.like("DELETE", f"{API}/{row['uid']}"))
    return response


def counts_for_another(rule: str, name: str, event: str, details: Any) -> None:
    """Declare the fault that what is counted for one experiment is counted for the one before, too."""

    def fault(patch: Patch) -> None:
        seen: list[Any] = []

        def change(hits: Hits) -> Hits:
            found = [
                hit
                for hit in hits
                if hit[1].event == event and (details is None or hit[1].details == details)
            ]
            more = [
                (old, told)
                for to, told in found
                for old in seen[-1:]
                if old.experiment.uid != to.experiment.uid
            ]
            seen.extend(to for to, _ in found)
            return [*hits, *more]

        recorded(patch, change)

    fault.__name__, fault.__doc__ = (
        name,
        f"A counter in the cache is that of the {event} before, too.",
    )
    patch_mock(rule)(fault)


counts_for_another("click.counts", "click_counts_for_the_one_before_too", "click", CLICK_LINK)
counts_for_another("pixel.counts", "pixel_counts_for_the_one_before_too", "impression", PIXEL_SEEN)
counts_for_another("events.batch", "event_counts_for_the_one_before_too", "click", None)


@wrap_server("bandit.ab-test-only.status", UPDATE, GET)
async def smart_links_get_bandits_later(request: Request, server: Server) -> Response:
    """What a create refuses, an update switches on."""
    on = request.memory.setdefault("on", set())
    response = await server(request)
    body = request.json if isinstance(request.json, dict) else {}
    if request.operation == UPDATE and (body.get("banditConfig") or {}).get("enabled"):
        on.add(request.name)
        response = await server(request.like("GET", request.path))
    if response.status == 200 and request.name in on:
        response.experiments[0]["banditConfig"]["enabled"] = True
    return response
