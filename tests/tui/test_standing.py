from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.snapshot import AccountView
from curb.tui.standing import Word, day, gravest, guard, state

from . import scenes


@pytest.mark.parametrize(
    "worse",
    [
        {"alert": "the close was refused"},
        {"can_trade": False},
        {"verdict": "CLOSE-ONLY"},
        {"state": "BLOCKED"},
        {"state": "FLATTENING"},
        {"state": "LOCKED"},
        {"state": "COOLDOWN"},
        {"pnl": scenes.pnl(used=Decimal("0.9"))},
    ],
)
def test_the_gravest_account_is_the_one_told_of(worse: dict[str, object]) -> None:
    calm, grave = scenes.account(id=1), scenes.account(id=2, **worse)
    for accounts in ((calm, grave), (grave, calm)):
        assert gravest(scenes.snapshot(*accounts)) == grave


def test_without_accounts_none_is_gravest() -> None:
    nobody = replace(scenes.CALM, accounts=())
    assert gravest(nobody) is None
    assert guard(nobody) == Word("NO ACCOUNT", "breach", is_wrong=True)


def test_an_account_that_cannot_trade_is_told_even_beside_one_that_can() -> None:
    both = scenes.snapshot(scenes.account(), scenes.account(id=2, can_trade=False))
    assert guard(both).text == "CANNOT TRADE"


@pytest.mark.parametrize(("armed", "role"), [(5, "good"), (4, "text")])
def test_armed_says_how_many_of_how_many(armed: int, role: str) -> None:
    assert guard(replace(scenes.CALM, armed=armed)) == Word(f"ARMED {armed}/5", role)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("OPEN", None),
        ("COOLDOWN", Word("COOLDOWN", "warn")),
        ("LOCKED", Word("LOCKED", "breach")),
        ("\x1b[2J", Word("·[2J", "breach")),
    ],
)
def test_an_open_account_needs_no_word(word: str, shown: Word | None) -> None:
    assert state(scenes.account(state=word)) == shown


@pytest.mark.parametrize(
    ("account", "amount"),
    [
        (scenes.account(), Decimal(-386)),
        (scenes.account(pnl=scenes.pnl(basis="realized")), Decimal(-350)),
        (scenes.account(pnl=scenes.pnl(total=None)), None),
    ],
)
def test_the_day_is_what_counts_against_the_limit(
    account: AccountView, amount: Decimal | None
) -> None:
    assert day(account) == amount
