"""Exit codes of the command, and the error that ends a run with one."""

RULE_BROKEN, WRONG_USAGE, NO_VERDICT = 1, 2, 3
EXIT_CODES = "exit codes: 0 conforming, 1 a rule is broken, 2 wrong usage, 3 no verdict (ours, or nothing judged)"


class Stop(Exception):
    """The run cannot go on; one line says why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
