import base64
import json
from datetime import timedelta

import pytest

from curb.paper.tokens import Tokens
from tests.paper.play import START


def claims(token: str) -> dict[str, object]:
    text = token.split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert isinstance(found, dict)
    return found


def test_a_token_has_three_parts_and_a_whole_number_of_seconds_to_live() -> None:
    token = Tokens().issue("me", START)
    assert len(token.split(".")) == 3
    assert "=" not in token
    assert claims(token)["exp"] == int(START.timestamp()) + 24 * 3600


def test_a_token_is_valid_for_a_day() -> None:
    tokens = Tokens()
    token = tokens.issue("me", START)
    assert tokens.is_valid(token, START + timedelta(hours=23, minutes=59))
    assert not tokens.is_valid(token, START + timedelta(hours=24))


def test_a_new_token_leaves_the_older_ones_valid() -> None:
    tokens = Tokens()
    first, second = tokens.issue("me", START), tokens.issue("me", START)
    assert first != second
    assert tokens.is_valid(first, START)


@pytest.mark.parametrize(
    "wrong", ["", ".", "..", "a.b.c", "é.ü.ö", "\udcff.x.y", "x.y.\udcff", "{0}x", "{0}.x", "x{0}"]
)
def test_anything_else_is_not_valid(wrong: str) -> None:
    tokens = Tokens()
    token = tokens.issue("me", START)
    assert not tokens.is_valid(wrong.replace("{0}", token), START)


def test_another_process_does_not_take_it() -> None:
    assert not Tokens().is_valid(Tokens().issue("me", START), START)
