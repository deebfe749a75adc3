"""The options of the scripts: wrong usage is one line on stderr and exit code 2."""

import argparse
from typing import NoReturn

WRONG_USAGE = 2


class OneLineParser(argparse.ArgumentParser):
    """A parser whose description is the first line of the script's docstring."""

    def __init__(self, name: str, doc: str | None, prog: str | None = None) -> None:
        super().__init__(prog=prog, description=(doc or "").partition("\n")[0])
        self._name = name

    def error(self, message: str) -> NoReturn:
        """Print one line, without the usage, and exit."""
        self.exit(WRONG_USAGE, f"{self._name}: {message}\n")
