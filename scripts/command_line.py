"""What the commands here have in common: a mistake is one line on stderr and exit code 2."""

import argparse
from typing import NoReturn

WRONG_USAGE = 2


class OneLineParser(argparse.ArgumentParser):
    """Options of the command of this name, which the first line of its docstring describes."""

    def __init__(self, name: str, doc: str | None, prog: str | None = None) -> None:
        super().__init__(prog=prog, description=(doc or "").partition("\n")[0])
        self._name = name

    def error(self, message: str) -> NoReturn:
        """End without the usage, which `--help` shows."""
        self.exit(WRONG_USAGE, f"{self._name}: {message}\n")
