"""W3C trace context."""

import pytest

from common.trace import continued, trace_id

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_callers_trace_goes_on_in_a_span_of_its_own() -> None:
    given = f"00-{TRACE}-00f067aa0ba902b7-01"
    ours = continued(given)
    assert trace_id(ours) == TRACE
    assert ours != given
    assert ours.endswith("-01")


@pytest.mark.parametrize(
    "malformed",
    [None, "", "00-zz", f"00-{TRACE.upper()}-00f067aa0ba902b7-01", f"ff-{TRACE}-00f067aa0ba902b7-01",
     f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-00f067aa0ba902b7"],
)  # fmt: skip
def test_a_malformed_one_is_ignored_and_a_new_trace_begun(malformed: str | None) -> None:
    assert trace_id(continued(malformed)) not in (TRACE, "0" * 32)


def test_two_new_traces_differ() -> None:
    assert trace_id(continued(None)) != trace_id(continued(None))
