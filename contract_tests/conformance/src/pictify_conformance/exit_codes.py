"""The exit codes of a run, and the exception that ends it with one."""

CONFORMING, RULE_BROKEN, WRONG_USAGE, NO_VERDICT = 0, 1, 2, 3
EXPLAINED = (
    "exit codes: 2 wrong usage, or a key that is malformed or refused; 1 a rule is broken or an"
    " operation is not implemented, or, with --require-all, a rule was not tested; 3 no verdict:"
    " the suite broke, the server does not answer, nothing was judged, the run did not finish, or"
    " an experiment could not be deleted; 0 something was judged and all of it passed"
)


class Stop(Exception):
    """The run cannot go on, for a reason of one line."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
