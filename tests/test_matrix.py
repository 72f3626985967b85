"""The proof matrix is whole and what the tests wrote: see `tests/matrix.py`."""

import pytest

from curb.rules.listing import RULES
from tests import matrix
from tests.collected import collected
from tests.matrix import KINDS, Key


def shown() -> dict[Key, list[str]]:
    """Return what the marks of tests that run say they show."""
    found: dict[Key, list[str]] = {}
    for test in collected("rules", "engine", "cli"):
        for rule, kinds in test.proofs:
            for kind, words in kinds.items():
                found.setdefault((rule, kind), []).append(words)
    return found


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_is_shown(rule: str, kind: str) -> None:
    """Exactly one test shows each, and the table has what it saw."""
    (words,) = shown()[rule, kind]
    assert matrix.table()[rule, kind].startswith(words)


def test_the_table_has_nothing_else() -> None:
    assert matrix.table().keys() == shown().keys()


def test_the_table_is_as_the_tests_write_it() -> None:
    assert matrix.PLACE.read_text() == matrix.rendered(matrix.table())


def test_what_a_cell_says() -> None:
    asked = ["closeContract MNQ", "cancel MNQ"]
    assert matrix.cell("two", asked) == "two: `cancel MNQ`, `closeContract MNQ`"
    assert matrix.cell("none", []) == "none: nothing"
