import pytest

from curb.domain.query import COUNTED
from curb.tui.panes.audit import _hits


@pytest.mark.parametrize(
    ("counted", "at_hand", "words"),
    [
        (None, 3, "?"),
        (0, 0, "0"),
        (3, 5, "5"),
        (COUNTED - 1, 5, "9,999"),
        (COUNTED, 5, "10,000+"),
    ],
)
def test_more_than_was_counted_is_said(counted: int | None, at_hand: int, words: str) -> None:
    assert _hits(counted, at_hand) == words
