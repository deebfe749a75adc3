"""The endpoints that a page names, and those that it lists."""

from .facts import Endpoint, Findings

FEWEST = 3  # endpoints that make a list


class Overview:
    """The endpoints of a page, and those that stand in a list."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.seen: dict[Endpoint, int] = {}
        self.listed: dict[Endpoint, int] = {}

    def saw(self, endpoint: Endpoint, line: int, listed: bool) -> None:
        """An endpoint was named in a line or a row."""
        self.seen.setdefault(endpoint, line)
        if listed:
            self.listed.setdefault(endpoint, line)

    def head(self, endpoint: Endpoint, line: int) -> None:
        """The page goes on about this one."""
        self.findings.add(line, endpoint, "endpoint", str(endpoint), "head", endpoint)
        self.listed.pop(endpoint, None) if self.listed.get(endpoint) == line else None

    def sampled(self, endpoint: Endpoint, line: int) -> None:
        """A sample calls it."""
        self.findings.add(line, endpoint, "endpoint", str(endpoint), "sample", endpoint)

    def fragments(self, found: list[Endpoint], line: int) -> None:
        """A fragment describes them; many are a list."""
        for endpoint in found:
            self.listed.setdefault(endpoint, line)

    def close(self) -> None:
        """State the list, if there was one."""
        for endpoint, line in self.seen.items():
            self.findings.add(line, endpoint, "endpoint", str(endpoint), "named", endpoint)
        if len(self.listed) >= FEWEST:
            line = min(self.listed.values())
            self.findings.add(line, None, "overview", "", "members", tuple(self.listed))
