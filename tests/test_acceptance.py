"""Every row of the acceptance table is a test that says so.

A test says it with the row's number at the beginning of its docstring or of the id of its
parameters: "3.4 a cent short".
"""

import re

import pytest

from curb.rules.listing import RULES
from tests.collected import collected

# Rule and how many rows it has, counted from 1: RULE-003 has 3.1 to 3.13.
ROWS = {
    "RULE-001": 9,
    "RULE-002": 10,
    "RULE-003": 13,
    "RULE-004": 11,
    "RULE-005": 7,
    "RULE-006": 11,
    "RULE-007": 8,
    "RULE-008": 10,
    "RULE-009": 7,
    "RULE-010": 9,
    "RULE-011": 10,
    "RULE-012": 11,
}

# X8 is a benchmark.
ENGINE_ROWS = {f"X{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9)}

_ROW = re.compile(r"(\d{1,2}\.\d{1,2}|X\d)(?: |$)")


def rows_of(rule: str) -> set[str]:
    return {f"{int(rule[-3:])}.{number}" for number in range(1, ROWS[rule] + 1)}


def said() -> set[str]:
    """Return the rows that tests name."""
    tests = collected("rules", "engine", "cli")
    found = (_ROW.match(title) for test in tests for title in test.titles)
    return {match[1] for match in found if match}


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_row_of_a_rule_is_a_test(rule: str) -> None:
    assert rows_of(rule) - said() == set()


def test_every_row_of_the_engine_is_a_test() -> None:
    assert ENGINE_ROWS - said() == set()


def test_no_test_names_a_row_that_is_none() -> None:
    known = ENGINE_ROWS.union(*map(rows_of, ROWS))
    assert said() - known == set()
