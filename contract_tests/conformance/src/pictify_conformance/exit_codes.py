"""The exit codes of a run, and the exception that ends it with one."""

CONFORMING, RULE_BROKEN, WRONG_USAGE, NO_VERDICT = 0, 1, 2, 3
EXPLAINED = (
    "exit codes: 0 conforming, 1 a rule is broken, or was not tested with --require-all,"
    " 2 wrong usage, 3 no verdict (the suite or the connection broke, nothing was judged, or an"
    " experiment could not be removed)"
)


class Stop(Exception):
    """The run cannot go on, for a reason of one line."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
