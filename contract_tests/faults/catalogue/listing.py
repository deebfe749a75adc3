"""Lists that miss, repeat or miscount."""

from contract_tests.faults.exchange import Answer, Request
from contract_tests.faults.fault import answers, refusals

LIST = "listExperiments"


@refusals("list.unauthorised", LIST, status=401)
def list_without_key_is_forbidden(_: Request, answer: Answer) -> None:
    """A missing key is answered with 403."""
    answer.status = 403


@answers("list.total", LIST)
def total_is_the_length_of_the_page(_: Request, answer: Answer) -> None:
    """total is the number of rows on the page."""
    answer.json["total"] = len(answer.json["experiments"])
