"""The catalogue of faults: every rule has one, and every fault says what goes wrong."""

import pytest

from broken_servers import __main__ as command
from broken_servers.fault import answers, catalogue
from pictify_conformance import spec

FAULTS = catalogue().values()


def test_every_rule_has_a_fault() -> None:
    """No rule is without a server that breaks it."""
    assert spec.rules().keys() - {fault.breaks for fault in FAULTS} == set()


def test_every_fault_breaks_a_rule_of_the_spec() -> None:
    """No fault names a rule that the spec does not state."""
    assert [fault.name for fault in FAULTS if fault.breaks not in spec.rules()] == []


def test_every_fault_says_what_goes_wrong() -> None:
    """Every fault is told in one sentence on one line."""
    assert [fault.name for fault in FAULTS if not fault.sentence.endswith(".") or "\n" in fault.sentence] == []


def test_every_fault_is_one_thing() -> None:
    """A fault is either a layer over the mock or a part inside it."""
    assert [fault.name for fault in FAULTS if (fault.layer is None) == (fault.parts is None)] == []


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
