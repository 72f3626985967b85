import pytest

from curb.domain.capability import Capability, Verdict


@pytest.mark.parametrize(
    ("close", "reduce", "cancel", "verdict", "words"),
    [
        (None, None, None, Verdict.ENFORCING, "no close has come through yet"),
        (True, None, None, Verdict.ENFORCING, "closes work"),
        (True, True, False, Verdict.CLOSE_ONLY, "the gateway refuses cancels for this account"),
        (
            None,
            False,
            True,
            Verdict.CLOSE_ONLY,
            "the gateway refuses partial closes for this account",
        ),
        (
            False,
            None,
            False,
            Verdict.MONITOR_ONLY,
            "the gateway refuses closes, cancels for this account",
        ),
    ],
)
def test_the_worst_that_was_refused_decides(
    close: bool | None, reduce: bool | None, cancel: bool | None, verdict: Verdict, words: str
) -> None:
    known = Capability(7, close, reduce, cancel)
    assert (known.verdict, known.words) == (verdict, words)
