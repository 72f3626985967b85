"""Which of the gateway's accounts are watched."""

import pytest

from curb.cli.choice import chosen
from curb.domain.book import Account
from curb.domain.errors import CurbError

ONE, TWO = Account(1, "50KTC-1"), Account(2, "50KTC-2")


@pytest.mark.parametrize(
    ("names", "found"),
    [((), (ONE, TWO)), (("50KTC-2",), (TWO,)), (("50KTC-2", "50KTC-1"), (ONE, TWO))],
)
def test_those_that_are_named_else_all(names: tuple[str, ...], found: tuple[Account, ...]) -> None:
    assert chosen((ONE, TWO), names) == found


@pytest.mark.parametrize(
    ("accounts", "names", "words"),
    [
        ((), (), "expected an active account at the gateway, found none"),
        ((ONE,), ("50KTC-9",), "expected 50KTC-9 at the gateway, found 50KTC-1"),
    ],
)
def test_one_that_is_not_there(
    accounts: tuple[Account, ...], names: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CurbError, match=words):
        chosen(accounts, names)
