"""A small experiments API without checks, for hostile servers that look sound at first."""

import itertools
import threading
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hostile_servers.server import HostileServer, Request, Response

API = "/experiments/api"
MOVES = {"start": "running", "pause": "paused", "complete": "completed"}
WHEN = "2026-01-05T09:00:00.000Z"
Experiment = dict[str, Any]


class ExperimentsServer(HostileServer):
    """Create, list, get, change and delete experiments. Override a method to do it wrongly."""

    def __init__(self) -> None:
        super().__init__()
        self.experiments: dict[str, Experiment] = {}
        self._awaited: dict[int, threading.Event] = {}
        self._numbers = itertools.count(1)

    def answer(self, request: Request) -> Response:
        """Answer the management operations, and a visit with 404."""
        parts = urlsplit(request.path)
        path = unquote(parts.path)
        match request.method, path.removeprefix(API).strip("/").split("/"):
            case _ if not path.startswith(API):
                return Response.of(404, {"title": "Not found"})
            case "POST", [""]:
                return self.create(request.json if isinstance(request.json, dict) else {})
            case "GET", [""]:
                return self.page(dict(parse_qsl(parts.query)))
            case "GET", ["quota"]:
                return self.quota()
            case "GET", [uid]:
                return self.shown(uid)
            case "PUT", [uid]:
                return self.change(uid, request.json if isinstance(request.json, dict) else {})
            case "POST", [uid, move] if move in MOVES:
                return self.change(uid, {"status": MOVES[move]})
            case "DELETE", [*names]:
                return self.delete("/".join(names))
        return Response.of(405, {"title": "Method not allowed"})

    def create(self, body: Experiment) -> Response:
        made = self.add(**body)
        return Response.of(201, {"experiment": made})

    def add(self, **fields: Any) -> Experiment:
        """Store an experiment with these fields, and return it."""
        uid = str(fields.get("uid", f"exp_{next(self._numbers)}"))
        plain = {
            "name": "An experiment",
            "slug": f"an-experiment-{uid}",
            "type": "ab_test",
            "variants": [],
        }
        times = {"createdAt": WHEN, "updatedAt": WHEN}
        self.experiments[uid] = {**plain, **fields, "uid": uid, "status": "draft", **times}
        if moment := self._awaited.get(len(self.experiments)):
            moment.set()
        return self.experiments[uid]

    def has_made(self, count: int) -> threading.Event:
        """Return an event that is set once there are so many experiments."""
        return self._awaited.setdefault(count, threading.Event())

    def page(self, query: dict[str, str]) -> Response:
        number, limit = int(query.get("page", 1)), int(query.get("limit", 20))
        rows = list(self.experiments.values())
        shown = rows[(number - 1) * limit : number * limit]
        return Response.of(
            200, {"experiments": shown, "total": len(rows), "page": number, "limit": limit}
        )

    def quota(self) -> Response:
        unlimited = {"used": len(self.experiments), "limit": None}
        types = ("ab_test", "smart_link", "scheduled")
        return Response.of(200, {"plan": "business", "quota": dict.fromkeys(types, unlimited)})

    def shown(self, uid: str) -> Response:
        if uid not in self.experiments:
            return Response.of(404, {"title": "No such experiment"})
        return Response.of(200, {"experiment": self.experiments[uid]})

    def change(self, uid: str, fields: Experiment) -> Response:
        if uid in self.experiments:
            self.experiments[uid] |= fields
        return self.shown(uid)

    def delete(self, uid: str) -> Response:
        if self.experiments.pop(uid, None):
            return Response(204)
        return Response.of(404, {"title": "No such experiment"})
