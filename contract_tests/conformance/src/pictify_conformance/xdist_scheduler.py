"""The scheduler that gives the workers of pytest-xdist their tests."""

from collections.abc import Callable
from typing import Any

from xdist.scheduler import LoadScheduling


class AloneLast(LoadScheduling):  # type: ignore[misc]
    """Queue two tests at each worker, slow ones first, so that none of them waits long.

    Tests that run alone begin once only one worker is left.
    """

    collection: list[str] | None
    pending: list[int]

    def __init__(self, config: Any, log: Any, marked: Callable[[], dict[str, set[str]]]) -> None:
        super().__init__(config, log)
        self._find_marked, self._alone = marked, list[int]()

    @property
    def tests_finished(self) -> bool:
        """Return True if no test is left to be sent."""
        return not self._alone and bool(super().tests_finished)

    def schedule(self) -> None:
        """Send the first tests, also to a worker that replaces a crashed one."""
        if self.collection is None:
            if not self._check_nodes_have_same_collection():
                return
            tests: list[str] = next(iter(self.node2collection.values()))
            self.collection, self.maxschedchunk = tests, 1
            marked = self._find_marked()
            order = sorted(range(len(tests)), key=lambda index: tests[index] not in marked["slow"])
            self._alone = [index for index in order if tests[index] in marked["alone"]]
            self.pending = [index for index in order if tests[index] not in marked["alone"]]
        for node in self.nodes:
            self.check_schedule(node)

    def check_schedule(self, node: Any, duration: float = 0) -> None:
        """Send a worker its next test, or shut it down."""
        if self.pending or not self._alone:
            super().check_schedule(node, duration)
        elif node.shutting_down:
            return
        elif self.nodes == [node]:
            self.pending, self._alone = self._alone, []
            self._send_tests(node, len(self.pending))
            node.shutdown()
        elif any(not other.shutting_down for other in self.nodes if other is not node):
            node.shutdown()

    def remove_node(self, node: Any) -> str | None:
        """Take back what a worker had. The last worker may now run the tests that run alone."""
        crashed: str | None = super().remove_node(node)
        for other in self.nodes:
            self.check_schedule(other)
        return crashed
