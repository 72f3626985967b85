"""What a report says of its mutants, and that a sample is the same again."""

from tests.mutants.report import report
from tests.mutants.trial import Mutant, Verdict, mutants, sample


def test_a_report_counts_and_names_what_nobody_noticed() -> None:
    found = [
        Verdict(Mutant("a.py", 0, 7, "x < y\n -> LtE"), "survived"),
        Verdict(Mutant("a.py", 1, 9, "z -> pass"), "killed"),
        Verdict(Mutant("b.py", 0, 1, "i -> pass"), "timeout"),
    ]
    text = report(found, "command", 40)
    assert "`command`: of 40 small changes" in text
    assert "noticed 2: 66.7 %" in text
    assert "| a.py | 2 | 1 |\n| b.py | 1 | 1 |" in text
    assert text.endswith("## Not noticed\n\n- a.py:7 `x < y -> LtE`\n")


def test_a_seed_chooses_the_same_again() -> None:
    assert sample(600, 1) == sample(600, 1) != sample(600, 2)
    assert len(set(sample(600, 1))) == 600 <= len(mutants())
