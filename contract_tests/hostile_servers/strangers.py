"""Servers that hand out experiments of somebody else as if they were those of the caller."""

from typing import Any

from hostile_servers.experiments import Experiment, ExperimentsServer
from hostile_servers.server import Request, Response

STRANGER = "exp_stranger"
CHANGES = ("DELETE", "PATCH", "POST", "PUT")


class WithStranger(ExperimentsServer):
    """A server that holds an experiment of somebody else."""

    def __init__(self) -> None:
        super().__init__()
        rows = [{"id": "v0", "weight": 5000}, {"id": "v1", "weight": 5000}]
        self.stranger = self.add(
            uid=STRANGER, name="Homepage hero", slug="homepage-hero", variants=rows
        )

    @property
    def harm(self) -> list[Request]:
        """Return the requests that would have changed an experiment of somebody else."""
        return [request for request in self.requests_with(*CHANGES) if STRANGER in request.path]


class GetOrCreate(WithStranger):
    """Every create is answered with the one experiment that is there, of somebody else."""

    def create(self, body: Experiment) -> Response:  # noqa: ARG002 - it is not read
        return Response.of(201, {"experiment": self.stranger})


class WrongRow(WithStranger):
    """A create makes what was asked for; its response shows the body, but the stranger's uid and slug."""

    def create(self, body: Experiment) -> Response:
        shown = {name: self.stranger[name] for name in ("uid", "slug")}
        return Response.of(201, {"experiment": {**self.add(**body), **shown}})


class CopiedShortSlug(WithStranger):
    """A create with a slug of three characters, which hold no mark of the caller, finds a stranger there."""

    def create(self, body: Experiment) -> Response:
        if len(str(body.get("slug"))) > 3:
            return super().create(body)
        return Response.of(201, {"experiment": {**self.stranger, "slug": body.get("slug")}})


class CopiedPrefix(WithStranger):
    """The list has five experiments of somebody else, whose slugs begin as the newest one of the caller does."""

    def page(self, query: dict[str, str]) -> Response:
        slugs = [str(row["slug"]) for uid, row in self.experiments.items() if STRANGER not in uid]
        if slugs:
            prefix = slugs[-1].rpartition("-")[0]
            for number in range(5):
                self.add(uid=f"{STRANGER}_{number}", slug=f"{prefix}-stranger-{number}")
        return super().page(query)


class OddUid(WithStranger):
    """Every experiment gets the same uid, which is not a plain segment of a path."""

    def __init__(self, uid: str) -> None:
        super().__init__()
        self.uid = uid

    def create(self, body: Experiment) -> Response:
        return Response.of(201, {"experiment": {**self.add(**body), "uid": self.uid}})

    def page(self, query: dict[str, str]) -> Response:
        shown: dict[str, Any] = super().page(query).json
        rows = [
            {**row, "uid": self.uid} if row["uid"] != STRANGER else row
            for row in shown["experiments"]
        ]
        return Response.of(200, {**shown, "experiments": rows})
