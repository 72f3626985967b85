"""What `curb status` says of a snapshot."""

from curb.cli.ask import sentences
from tests.control import samples


def test_a_rule_that_is_not_evaluated_says_why_and_never_ok() -> None:
    words = sentences(samples.snapshot())
    against = "-376.00 of -500.00, fires at MNQZ6 21315.25"
    assert words[-2:] == [
        "  RULE-001 MaxContracts: ok 3 of 5",
        f"  RULE-003 DailyRealizedLoss: not evaluated (MESZ6 has no mark) {against}",
    ]


def test_a_position_names_the_rules_next_to_its_mark() -> None:
    words = sentences(samples.snapshot())
    assert "  MNQZ6 +2 @ 21350.25  open -26.00  RULE-003 at 21315.25" in words
    assert "  MESZ6 -1 @ ?  open ?" in words
