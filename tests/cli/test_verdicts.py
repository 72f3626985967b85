import pytest

from curb.cli.verdicts import lines

CHANGE = {"key": "rules.a.limit", "old": "5", "new": "4", "verdict": "tighter: applies now"}


def test_each_change_has_its_line_and_verdict() -> None:
    data = {"changes": [CHANGE, CHANGE | {"new": "\x1b[2J"}]}
    first, second = lines(data)
    assert first == "  rules.a.limit: 5 -> 4  tighter: applies now"
    assert second.isprintable()


@pytest.mark.parametrize("data", [None, [], {}, {"changes": []}, {"changes": None}])
def test_an_answer_without_changes_has_no_lines(data: object) -> None:
    assert lines(data) == []
