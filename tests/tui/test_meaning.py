"""No meaning by color alone: roles of opposite meaning never come with the same words."""

import re
from itertools import combinations

import pytest

from curb.tui.whole import whole

from .moments import view
from .test_glyphs import SCENES, SIZES

# Each pair means another thing; what they have in common would be told by color alone.
OPPOSITES = [
    *combinations(("good", "warn", "breach", "lock"), 2),
    ("good", "stale"),
    ("profit", "loss"),
    ("live", "paper"),
]
# A figure may be good or bad: what tells is the word or the sign beside it.
_FIGURE = re.compile(r"[\d.,:%/$ ]*(?:[a-z]{1,2})?")


def words_of(role: str) -> set[str]:
    found = set()
    for name, snapshot in SCENES.items():
        # Strangers' words are not the screen's.
        for size in SIZES if name != "hostile" else ():
            for part in whole(view(snapshot), *size):
                spans = (span for row in part.rows for span in row if span.role == role)
                found |= {" ".join(span.text.split()) for span in spans}
    return {words for words in found if words and not _FIGURE.fullmatch(words)}


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_opposite_roles_share_no_words(one: str, other: str) -> None:
    assert words_of(one) & words_of(other) == set()


@pytest.mark.parametrize(("role", "signs"), [("profit", "+▲"), ("loss", "-▼")])
def test_money_won_or_lost_has_a_sign(role: str, signs: str) -> None:
    figures = [words for words in words_of(role) if any(map(str.isdigit, words))]
    assert figures
    assert all(words[0] in signs for words in figures)
