"""A run that only reads: a test that needs to write is skipped."""

from _pytest.outcomes import Skipped

from pictify_conformance.http.write_guard import Guard, NeedsToWrite


class ReadOnlySkip(Skipped):
    """The test was skipped because the run only reads.

    Hypothesis and pytest let a skip pass. Hypothesis would shrink the example of another error.
    """


class SkippingGuard(Guard):
    """A guard that skips the test instead of refusing its request, in a run that only reads."""

    def admit(self, method: str, url: str, body: bytes) -> None:
        """Admit a request, or skip the test that needs to write."""
        try:
            super().admit(method, url, body)
        except NeedsToWrite as error:
            raise ReadOnlySkip(str(error)) from None
