"""Which real accounts were taken live, and what takes it back."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from curb.cli import consent
from curb.control.paths import account_consent_path
from curb.domain.book import Account
from curb.domain.errors import CurbError

GATEWAY = "gateway.invalid:443"
ONE, TWO = Account(1_000_000_001, "50KTC-V2-1234508841"), Account(1_000_000_002, "ABC")


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    for account in (ONE, TWO):
        account_consent_path(GATEWAY, account.id).unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("account", "typed", "is_right"),
    [
        (ONE, "8841", True),
        (ONE, " 8841\n", True),
        (ONE, "8842", False),
        (ONE, "841", False),
        (ONE, "08841", False),
        (ONE, "", False),
        (TWO, "ABC", True),
        (TWO, "abc", False),
    ],
)
def test_only_the_last_four_characters_fit(account: Account, typed: str, is_right: bool) -> None:
    assert consent.matches(account, typed) is is_right


def test_what_was_said_is_kept_for_the_account_and_gateway(tmp_path: Path) -> None:
    with pytest.raises(CurbError, match="run `curb live`"):
        consent.allowed(GATEWAY, (ONE,))
    consent.give(GATEWAY, ONE, tmp_path)
    assert consent.allowed(GATEWAY, (ONE, TWO)) == (ONE,)
    assert consent.missing(GATEWAY, (ONE, TWO)) == (TWO,)
    assert consent.names(GATEWAY) == {ONE.name}
    assert not consent.is_given("other.invalid:443", ONE)
    path = account_consent_path(GATEWAY, ONE.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_practice_takes_back_what_was_said_for_the_same_directory(tmp_path: Path) -> None:
    consent.give(GATEWAY, ONE, tmp_path / "a")
    consent.give(GATEWAY, TWO, tmp_path / "b")
    consent.withdraw(tmp_path / "a")
    assert consent.missing(GATEWAY, (ONE, TWO)) == (ONE,)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"gateway": 1}', "\x00"])
def test_what_is_not_ours_says_nothing(tmp_path: Path, text: str) -> None:
    account_consent_path(GATEWAY, ONE.id).write_text(text)
    assert not consent.is_given(GATEWAY, ONE)
    assert ONE.name not in consent.names(GATEWAY)
    consent.withdraw(tmp_path)
