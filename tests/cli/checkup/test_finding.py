"""A finding for people, for scripts, and the exit code of all."""

import pytest

from curb.cli.checkup.finding import Finding, Level, exit_code

OK, NOTE, WARN, FAIL = (Finding(level, "clock", "right") for level in Level)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((), 0),
        ((OK, NOTE), 0),
        ((WARN, OK), 1),
        ((FAIL, WARN), 2),
        ((WARN, FAIL, NOTE), 2),
    ],
)
def test_the_worst_decides(findings: tuple[Finding, ...], code: int) -> None:
    assert exit_code(findings) == code


def test_as_lines_and_as_a_record() -> None:
    assert OK.lines() == ["ok    clock        right"]
    both = Finding(Level.FAIL, "database", "damaged", "move it away")
    assert both.lines() == ["FAIL  database     damaged", "                   > move it away"]
    assert both.record() == {
        "level": "fail",
        "about": "database",
        "words": "damaged",
        "todo": "move it away",
    }


def test_long_words_stand_under_one_another() -> None:
    found = Finding(Level.NOTE, "place", "one two three four five six", "seven eight nine ten")
    assert found.lines(43) == [
        "note  place        one two three four five",
        "                   six",
        "                   > seven eight nine ten",
    ]


def test_hostile_words_stay_on_one_harmless_line() -> None:
    (line,) = Finding(Level.OK, "a\x1b[2Jb", "x\ny\x1b]52;c;QUJD\x07").lines()
    assert line.isprintable()
