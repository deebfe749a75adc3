"""The catalogue of faults: every rule has one, and every fault says what goes wrong."""

import pytest

from contract_tests import spec
from contract_tests.faults import __main__ as command
from contract_tests.faults.fault import Fault, answers, catalogue

faults = pytest.mark.parametrize("fault", catalogue().values(), ids=lambda fault: fault.name)


def test_every_rule_has_a_fault() -> None:
    """No rule is without a server that breaks it."""
    assert spec.rules().keys() - {fault.breaks for fault in catalogue().values()} == set()


@faults
def test_fault_breaks_a_rule_of_the_spec(fault: Fault) -> None:
    """Every fault names the rule that it breaks."""
    assert fault.breaks in spec.rules()


@faults
def test_fault_says_what_goes_wrong(fault: Fault) -> None:
    """Every fault is told in one sentence."""
    assert fault.sentence.endswith(".")
    assert "\n" not in fault.sentence


@faults
def test_fault_is_one_thing(fault: Fault) -> None:
    """A fault is either a layer over the mock or a part inside it."""
    assert (fault.layer is None) != (fault.parts is None)


def test_name_is_given_once() -> None:
    """Two faults of one name are refused."""

    def total_is_the_length_of_the_page(*_: object) -> None:
        """Again."""

    with pytest.raises(ValueError, match="both declare the fault total-is-the-length-of-the-page"):
        answers("list.total")(total_is_the_length_of_the_page)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fault", "no-such"], "no fault 'no-such'"),
        (["--rule", "list.no-such"], "no rule 'list.no-such'"),
        (["--level", "lenient"], "lenient"),
        (["-j", "0"], "-j"),
        (["-j", "many"], "many"),
    ],
)
def test_wrong_usage_is_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    """Wrong usage is 2 and one line that names what is wrong."""
    code = command.main(arguments)
    line = capsys.readouterr().err
    assert (code, line.count("\n"), told in line) == (2, 1, True), line
