"""The server, with one method for each operation."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from alternative_server import assignment, bodies
from alternative_server.behaviour import TEMPLATE, Behaviour
from alternative_server.state import MOVES, TYPES, Experiment, Json, State, Team, now

RESERVED = ("events", "api", "admin", "health", "status", "pixel", "track", "sdk")
CONFIGS = ("goalConfig", "banditConfig", "outputConfig")
WHILE_RUNNING = {"name", "confidenceThreshold", "minimumRunDays", "goalConfig"}
BATCH = 100
TOO_MANY = 429
GIF = bytes.fromhex(
    "47494638376101000100800100ffffff00000021f90401000001002c00000000010001000002024401003b"
)
ROUTES = (
    ("GET", r"/experiments/api/quota", "quota"),
    ("GET", r"/experiments/api", "list"),
    ("POST", r"/experiments/api", "create"),
    ("GET", r"/experiments/api/([^/]+)", "get"),
    ("PUT", r"/experiments/api/([^/]+)", "update"),
    ("DELETE", r"/experiments/api/([^/]+)", "delete"),
    ("POST", r"/experiments/api/([^/]+)/(start|pause|complete)", "move"),
    ("POST", r"/s/events", "events"),
    ("GET", r"/s/([^/]+)/click", "click"),
    ("GET", r"/s/([^/]+)/pixel.gif", "pixel"),
)


class Refused(Exception):
    """Raised to refuse a request with this status and message."""

    def __init__(self, status: int, message: str, **members: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.members = status, message, members


def create_app(teams: list[Team], behaviour: Behaviour) -> ASGIApp:
    return Server(State(teams, behaviour), behaviour)


class Server:
    """Route each request to its operation."""

    def __init__(self, state: State, behaviour: Behaviour) -> None:
        self.state, self.behaviour = state, behaviour

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        content = await request.body()
        try:
            response = self._route(request, content)
        except Refused as refusal:
            response = self._refusal(refusal)
        await response(scope, receive, send)

    def _route(self, request: Request, content: bytes) -> Response:
        path = request.scope["path"]
        if path.startswith(self.behaviour.prefix):
            for method, pattern, name in ROUTES:
                found = re.fullmatch(self.behaviour.prefix + pattern, path)
                if found and method == request.method:
                    answer: Response = getattr(self, name)(request, content, *found.groups())
                    return answer
        return Response("<h1>Not here</h1>", 404, media_type="text/html")

    def _refusal(self, refusal: Refused) -> Response:
        media_type, message = "application/json", refusal.message
        document: Json = {"error": {"text": message, **refusal.members}}
        if self.behaviour.errors == "message":
            document = {"message": message, **refusal.members}
        elif self.behaviour.errors == "problem":
            document = {
                "type": "about:blank",
                "title": "No",
                "status": refusal.status,
                "detail": message,
                "context": refusal.members,
            }
            media_type = "application/problem+json"
        response = _json(document, refusal.status, media_type)
        if refusal.status == TOO_MANY:
            response.headers["Retry-After"] = "Thu, 31 Dec 2026 23:59:59 GMT"
            response.headers["X-RateLimit-Reset"] = "tomorrow"
        return response

    # Authentication and request bodies

    def _team(self, request: Request, status: int = 0) -> Team:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        for team in self.state.teams:
            if scheme.lower() == "bearer" and key == team.api_key:
                return team
        raise Refused(status or self.behaviour.bad_key, "Invalid Request")

    def _own(self, request: Request, uid: str) -> Experiment:
        team, found = self._team(request), self.state.experiments.get(uid)
        if found is None or (found.status == "archived" and self.behaviour.archived == "gone"):
            raise Refused(404, "There is nothing here")
        if found.team is not team:
            raise Refused(self.behaviour.foreign, "There is nothing for you here")
        return found

    def _body(self, content: bytes, shape: type[BaseModel]) -> Json:
        sent = _parsed(content)
        try:
            found = shape.model_validate_json(content)
        except ValidationError as error:
            raise Refused(400, f"This does not fit: {error.errors()[0]['loc']}") from None
        unknown = bodies.unknown_members(found)
        if unknown and not self.behaviour.lenient:
            raise Refused(self.behaviour.refusal, f"What is {unknown[0]}?")
        return {name: sent[name] for name in sent if name in shape.model_fields}

    # Management

    def list(self, request: Request, _: bytes) -> Response:
        team, query = self._team(request, 401), request.query_params
        page, limit = self._number(query, "page", 1, 10**9), self._number(query, "limit", 20, 100)
        hidden = () if self.behaviour.archived == "listed" else ("archived",)
        found = [each for each in self.state.of(team) if each.status not in hidden]
        found = [each for each in found if query.get("status") in (None, each.status)]
        found = [each for each in found if query.get("type") in (None, each.sent["type"])]
        rows = found[(page - 1) * limit : page * limit]
        if page > 1 and not rows and not self.behaviour.lenient:
            raise Refused(404, "There is no such page")
        shown = [each.shown(self.behaviour, summary=self.behaviour.summaries) for each in rows]
        return _json(
            {
                "experiments": shown,
                "total": len(found),
                "page": page,
                "limit": limit,
                "object": "list",
            }
        )

    def _number(self, query: Any, name: str, default: int, most: int) -> int:
        text = query.get(name, str(default))
        if not text.isdecimal() or not 1 <= int(text) <= most:
            if not self.behaviour.lenient:
                raise Refused(self.behaviour.refusal, f"{name} is out of range")
            return default
        return int(text)

    def create(self, request: Request, content: bytes) -> Response:
        team = self._team(request)
        sent = self._body(content, bodies.Create)
        self._check_variants(team, sent)
        if sent["slug"] in RESERVED:
            raise Refused(self.behaviour.refusal, "That slug is ours")
        if self.state.taken(sent["slug"]):
            raise Refused(409, "Somebody has that slug")
        if sent.get("banditConfig", {}).get("enabled") and (
            sent["type"] != "ab_test" or team.plan == "starter"
        ):
            if not self.behaviour.lenient:
                raise Refused(self.behaviour.refusal, "There is nothing to optimise")
            sent["banditConfig"] = {**sent["banditConfig"], "enabled": False}
        if self.behaviour.templates != "any" and not all(
            "templateUid" in {**sent, **row} for row in sent["variants"]
        ):
            raise Refused(self.behaviour.refusal, "Of what are these pictures?")
        self._check_templates(sent)
        self._check_plan(team, sent["type"])
        made = Experiment(team, sent)
        self.state.experiments[made.uid] = made
        return _json({"experiment": made.shown(self.behaviour)}, 201)

    def _check_templates(self, sent: Json) -> None:
        fields = ("templateUid", "fallbackTemplateUid")
        named = {
            each[field]
            for each in (sent, *sent.get("variants", ()))
            for field in fields
            if field in each
        }
        if self.behaviour.templates == "known" and named - {TEMPLATE}:
            raise Refused(404, "There is no such template")

    def _check_plan(self, team: Team, kind: str) -> None:
        limit = self.state.limit(team, kind)
        if limit == 0:
            raise Refused(self.behaviour.not_on_plan, "Your plan does not have these")
        if limit is not None and self.state.used(team, kind) >= limit:
            raise Refused(TOO_MANY, "Your plan is used up")

    def _check_variants(self, team: Team, sent: Json) -> None:
        rows = sent.get("variants", ())
        if rows and sum(row["weight"] for row in rows) != 10_000:
            raise Refused(self.behaviour.refusal, "The weights do not add up")
        if len(rows) > team.variants:
            raise Refused(self.behaviour.refusal, "These are too many")
        if any(_depth(row.get("conditions", {})) > self.behaviour.levels for row in rows):
            raise Refused(self.behaviour.refusal, "These conditions are too deep")

    def get(self, request: Request, _: bytes, uid: str) -> Response:
        return _json({"experiment": self._own(request, uid).shown(self.behaviour)})

    def update(self, request: Request, content: bytes, uid: str) -> Response:
        found = self._own(request, uid)
        sent = self._body(content, bodies.Update)
        if found.status == "archived":
            raise Refused(404, "It is over")
        self._check_editable(found, sent)
        self._check_variants(found.team, sent)
        self._check_templates(sent)
        if "slug" in sent and (sent["slug"] in RESERVED or self.state.taken(sent["slug"], found)):
            raise Refused(self.behaviour.refusal, "That slug cannot be had")
        if self.behaviour.configs == "merged":
            sent |= {
                name: {**found.sent.get(name, {}), **sent[name]} for name in CONFIGS if name in sent
            }
        found.sent, found.updated = {**found.sent, **sent}, now()
        return _json({"experiment": found.shown(self.behaviour)})

    def _check_editable(self, found: Experiment, sent: Json) -> None:
        if found.status == "running":
            frozen = set(sent) - WHILE_RUNNING
            kind = found.sent.get("goalConfig", {}).get("type", "impressions_only")
            alone = kind if self.behaviour.configs == "merged" else "impressions_only"
            if "goalConfig" in sent and sent["goalConfig"].get("type", alone) != kind:
                frozen.add("goalConfig")
        else:
            frozen = set(sent) - {"name"} if found.status == "completed" else set()
        if frozen:
            raise Refused(400, f"Not now: {', '.join(sorted(frozen))}")

    def delete(self, request: Request, _: bytes, uid: str) -> Response:
        found = self._own(request, uid)
        if found.status == "running":
            raise Refused(self.behaviour.refusal, "It is running")
        found.status = "archived"
        return _json({"deleted": True, "uid": uid})

    def move(self, request: Request, content: bytes, uid: str, name: str) -> Response:
        found, winner = self._own(request, uid), ""
        if found.status not in MOVES[name]:
            possible = [move for move, statuses in MOVES.items() if found.status in statuses]
            raise Refused(409, "That cannot be done", state=found.status.upper(), possible=possible)
        if name == "start" and self.state.taken(found.sent["slug"], found):
            raise Refused(409, "Somebody has its slug", state=found.status)
        if name == "complete":
            sent = _parsed(content)
            named = sent.get("winnerVariantId") if isinstance(sent, dict) else None
            if named not in [row["id"] for row in found.sent["variants"]]:
                raise Refused(400, "Who won?")
            winner = str(named)
        found.move(name, winner)
        return _json({"experiment": found.shown(self.behaviour), "previous": uid})

    def quota(self, request: Request, _: bytes) -> Response:
        team, state = self._team(request), self.state
        rows = {
            kind: {"used": state.used(team, kind), "limit": state.limit(team, kind)}
            for kind in TYPES
        }
        days = 7 if team.plan == "starter" else 90
        shown = {"quota": {**rows, "bandit": {"used": 0}}, "maxVariants": team.variants}
        return _json({"plan": team.plan, **shown, "analyticsRetentionDays": days, "renews": now()})

    # Public operations

    def events(self, request: Request, content: bytes) -> Response:
        sent = _parsed(content)
        events = sent if isinstance(sent, list) else [sent]
        if len(events) > BATCH:
            raise Refused(413, "One at a time")
        errors = [
            {"index": index, "error": problem}
            for index, event in enumerate(events)
            if (problem := self._count(event))
        ]
        if errors and not isinstance(sent, list) and not self.behaviour.lenient:
            raise Refused(400, str(errors[0]["error"]))
        given = [
            request.headers.get("x-write-key"),
            *(each.get("writeKey") for each in events if isinstance(each, dict)),
        ]
        keyed = any(team.write_key in given for team in self.state.teams)
        warning = {} if keyed else {"warning": "write_key_recommended"}
        return _json(
            {
                "ok": True,
                "processed": len(events) - len(errors),
                "errors": errors,
                "took": 0.1,
                **warning,
            }
        )

    def _count(self, sent: Any) -> str:
        """Count an event. Return why it cannot be counted, or an empty text."""
        try:
            event = bodies.Event.model_validate_json(json.dumps(sent))
        except ValidationError as error:
            return f"This is not an event: {error.errors()[0]['loc']}"
        found = self.state.holder(event.experiment)
        if found is None or found.status not in ("running", "completed"):
            return "Nothing runs there"
        rows = [row["id"] for row in found.sent["variants"]]
        variant = event.variantId or rows[0]
        counter = {"impression": "impressions", "click": "clicks"}.get(event.event)
        if variant in rows and counter:
            found.count(variant, counter, self.behaviour.lag)
        return "" if variant in rows else "There is no such variant"

    def click(self, request: Request, _: bytes, slug: str) -> Response:
        """Redirect with the query parameters of the request."""
        found = self.state.holder(slug)
        destination = (found.sent.get("goalConfig") or {}).get("destinationUrl") if found else None
        if found is None or found.status != "running" or not destination:
            return Response("<h1>Gone</h1>", 404, media_type="text/html")
        found.count(
            assignment.assigned_variant(found, request, self.behaviour),
            "clicks",
            self.behaviour.lag,
        )
        place = urlsplit(destination)
        query = [*parse_qsl(place.query), *request.query_params.multi_items(), ("via", "other")]
        return Response(None, 302, {"LOCATION": place._replace(query=urlencode(query)).geturl()})

    def pixel(self, request: Request, _: bytes, slug: str) -> Response:
        found = self.state.holder(slug)
        if found is not None and found.status == "running":
            found.count(
                assignment.assigned_variant(found, request, self.behaviour),
                "impressions",
                self.behaviour.lag,
            )
        headers = {"Cache-Control": "private, No-Store, max-age=0", "Pragma": "no-cache"}
        return Response(GIF, 200, headers, "IMAGE/GIF")


def _json(value: Any, status: int = 200, media_type: str = "application/json") -> Response:
    text = json.dumps(value, indent=1) + "\n"
    return Response(text, status, media_type=f"{media_type}; charset=UTF-8")


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Refused(400, "This is not JSON") from None


def _depth(node: Json) -> int:
    return 1 + max(map(_depth, node["children"]), default=-1) if "children" in node else 1
