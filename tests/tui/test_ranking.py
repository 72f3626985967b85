from curb.domain.snapshot import RuleView
from curb.tui.ranking import ranked


def rule(number: int, word: str) -> RuleView:
    return RuleView(f"RULE-{number:03}", "a rule", word, "", "")


def test_what_holds_comes_first_and_what_is_off_last() -> None:
    words = ("off", "ok", "warn", "COOLDOWN", "warn only", "LOCKED", "ok", "GRACE", "not evaluated")
    rules = [rule(number, word) for number, word in enumerate(words, 1)]
    assert [(r.word, r.id[-1]) for r in ranked(rules)] == [
        ("LOCKED", "6"),
        ("GRACE", "8"),
        ("COOLDOWN", "4"),
        ("not evaluated", "9"),
        ("warn", "3"),
        ("ok", "2"),
        ("warn only", "5"),
        ("ok", "7"),
        ("off", "1"),
    ]


def test_a_word_that_is_not_known_is_not_taken_for_ok() -> None:
    assert [r.word for r in ranked((rule(1, "ok"), rule(2, "HALTED")))] == ["HALTED", "ok"]
