"""Servers on which nothing can be deleted."""

import threading

from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import DropConnection, Response

# ruff: noqa: ARG002 - most of these servers delete nothing, so they do not read the uid


class RefusesDeletes(ExperimentsServer):
    """Answer every delete with 500."""

    def delete(self, uid: str) -> Response:
        return Response.of(500, {"title": "Nothing is deleted here"})


class DropsDeletes(ExperimentsServer):
    """Close the connection of every delete without a response."""

    def delete(self, uid: str) -> Response:
        raise DropConnection


class PretendsToDelete(ExperimentsServer):
    """Answer every delete with 200, and delete nothing."""

    def delete(self, uid: str) -> Response:
        return Response.of(200, {"deleted": True})


class HoldsDeletes(ExperimentsServer):
    """Answer no delete for as long as the server runs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        """Set once a delete has come."""

    def delete(self, uid: str) -> Response:
        self.asked.set()
        self.stopped.wait()
        raise DropConnection


class DropsOneDelete(ExperimentsServer):
    """Delete every experiment but the first."""

    def delete(self, uid: str) -> Response:
        if uid == "exp_1":
            raise DropConnection
        return super().delete(uid)


class OffersNoDelete(ExperimentsServer):
    """Answer every delete with 405."""

    def delete(self, uid: str) -> Response:
        return Response.of(405, {"title": "Method not allowed"})
