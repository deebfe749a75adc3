"""Servers on which nothing can be deleted."""

import threading

from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import DropConnection, Response


class RefusesDeletes(ExperimentsServer):
    """Every delete is a 500."""

    def delete(self, uid: str) -> Response:  # noqa: ARG002 - none is deleted
        return Response.of(500, {"title": "Nothing is deleted here"})


class DropsDeletes(ExperimentsServer):
    """Every delete closes the connection without a response."""

    def delete(self, uid: str) -> Response:  # noqa: ARG002 - none is deleted
        raise DropConnection


class PretendsToDelete(ExperimentsServer):
    """Every delete is a 200, and everything stays."""

    def delete(self, uid: str) -> Response:  # noqa: ARG002 - none is deleted
        return Response.of(200, {"deleted": True})


class HoldsDeletes(ExperimentsServer):
    """A delete gets no response for as long as the server runs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        """Set once a delete has come."""

    def delete(self, uid: str) -> Response:  # noqa: ARG002 - none is deleted
        self.asked.set()
        self.stopped.wait()
        raise DropConnection


class DropsOneDelete(ExperimentsServer):
    """The first experiment can never be deleted, the others can."""

    def delete(self, uid: str) -> Response:
        if uid == "exp_1":
            raise DropConnection
        return super().delete(uid)


class OffersNoDelete(ExperimentsServer):
    """There is no operation that deletes."""

    def delete(self, uid: str) -> Response:  # noqa: ARG002 - none is deleted
        return Response.of(405, {"title": "Method not allowed"})
