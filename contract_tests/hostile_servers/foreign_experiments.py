"""Servers that hand out an experiment of somebody else as if it were the caller's."""

from typing import Any

from hostile_servers.experiments import Experiment, ExperimentsServer
from hostile_servers.server import Request, Response

FOREIGN_UID = "exp_foreign"
WRITES = ("DELETE", "PATCH", "POST", "PUT")


class WithForeignExperiment(ExperimentsServer):
    """Hold an experiment of somebody else."""

    def __init__(self) -> None:
        super().__init__()
        rows = [{"id": "v0", "weight": 5000}, {"id": "v1", "weight": 5000}]
        self.foreign = self.add(
            uid=FOREIGN_UID, name="Homepage hero", slug="homepage-hero", variants=rows
        )

    @property
    def harmful_requests(self) -> list[Request]:
        """Return the requests that would have changed the foreign experiment."""
        return [request for request in self.requests_with(*WRITES) if FOREIGN_UID in request.path]


class GetOrCreate(WithForeignExperiment):
    """Answer every create with the foreign experiment."""

    def create(self, body: Experiment) -> Response:  # noqa: ARG002 - it is not read
        return Response.of(201, {"experiment": self.foreign})


class WrongRow(WithForeignExperiment):
    """Create the experiment, and answer with its body but the foreign uid and slug."""

    def create(self, body: Experiment) -> Response:
        shown = {name: self.foreign[name] for name in ("uid", "slug")}
        return Response.of(201, {"experiment": {**self.add(**body), **shown}})


class CopiedShortSlug(WithForeignExperiment):
    """Answer a create with a slug of three characters with the foreign experiment.

    Such a slug is too short for a mark of the caller.
    """

    def create(self, body: Experiment) -> Response:
        if len(str(body.get("slug"))) > 3:
            return super().create(body)
        return Response.of(201, {"experiment": {**self.foreign, "slug": body.get("slug")}})


class CopiedPrefix(WithForeignExperiment):
    """List five foreign experiments whose slugs begin like the newest one of the caller."""

    def page(self, query: dict[str, str]) -> Response:
        slugs = [
            str(row["slug"]) for uid, row in self.experiments.items() if FOREIGN_UID not in uid
        ]
        if slugs:
            prefix = slugs[-1].rpartition("-")[0]
            for number in range(5):
                self.add(uid=f"{FOREIGN_UID}_{number}", slug=f"{prefix}-foreign-{number}")
        return super().page(query)


class OddUid(WithForeignExperiment):
    """Give every experiment the same uid, which is not a plain segment of a path."""

    def __init__(self, uid: str) -> None:
        super().__init__()
        self.uid = uid

    def create(self, body: Experiment) -> Response:
        return Response.of(201, {"experiment": {**self.add(**body), "uid": self.uid}})

    def page(self, query: dict[str, str]) -> Response:
        shown: dict[str, Any] = super().page(query).json
        rows = [
            {**row, "uid": self.uid} if row["uid"] != FOREIGN_UID else row
            for row in shown["experiments"]
        ]
        return Response.of(200, {**shown, "experiments": rows})
