"""Which real accounts their owner took live: said once by their last characters, and kept.

A restart by the screen, or at night, asks nobody. A start on paper takes back what was said
for the same state directory: who goes live again says it again.
"""

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from curb.control.paths import account_consent_path
from curb.domain.book import Account
from curb.domain.errors import CurbError
from curb.domain.text import safe_text

ENDS = 4
"""How many characters of the account's name are typed."""


def matches(account: Account, typed: str) -> bool:
    """Tell whether these are the last characters of the account's name."""
    return typed.strip() == account.name[-ENDS:].strip()


def is_given(gateway: str, account: Account) -> bool:
    """Tell whether the account was taken live."""
    return _read(account_consent_path(gateway, account.id)) is not None


def missing(gateway: str, accounts: Sequence[Account]) -> tuple[Account, ...]:
    """Return the accounts that nobody took live yet."""
    return tuple(account for account in accounts if not is_given(gateway, account))


def allowed(gateway: str, accounts: Sequence[Account]) -> tuple[Account, ...]:
    """Return the accounts that were taken live. Raises CurbError where none was.

    One that is new must not keep an engine, at night, from guarding the others.
    """
    found = missing(gateway, accounts)
    if len(found) == len(accounts):
        names = ", ".join(safe_text(account.name) for account in found)
        raise CurbError(
            f"{names}: expected an account that was taken live, found one that was not: "
            "run `curb live` in a terminal, it asks for the account's last four characters"
        )
    return tuple(account for account in accounts if account not in found)


def give(gateway: str, account: Account, state_dir: Path) -> None:
    """Keep that the account was taken live. Raises CurbError where it cannot be kept."""
    path = account_consent_path(gateway, account.id)
    words = {"gateway": gateway, "account": account.name, "id": str(account.id)}
    words["state_dir"] = str(state_dir.resolve())
    temporary = path.with_name(f"{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(
            temporary, "w", encoding="utf-8", opener=lambda p, _: os.open(p, flags, 0o600)
        ) as f:
            f.write(json.dumps(words) + "\n")
        temporary.replace(path)
    except OSError as e:
        raise CurbError(f"{path}: expected to keep it there, found {e.strerror}") from None


def names(gateway: str) -> frozenset[str]:
    """Return the names of the accounts of a gateway that were taken live."""
    found = (_read(path) for path in _every())
    return frozenset(words["account"] for words in found if words and words["gateway"] == gateway)


def known(gateway: str) -> tuple[Account, ...]:
    """Return the accounts of a gateway that were taken live, without asking it."""
    told = ((path, words) for path in _every() if (words := _read(path)))
    return tuple(
        Account(int(words["id"]), words["account"])
        for path, words in told
        if words["gateway"] == gateway
        and words["id"].isdecimal()
        # A file that was moved or edited is none of that account.
        and account_consent_path(gateway, int(words["id"])) == path
    )


def withdraw(state_dir: Path) -> None:
    """Take back what was said for a state directory: it practices now."""
    place = str(state_dir.resolve())
    for path in _every():
        words = _read(path)
        if words is not None and words["state_dir"] == place:
            with contextlib.suppress(OSError):
                path.unlink()


def _every() -> list[Path]:
    return sorted(account_consent_path("", 0).parent.glob("account-*.live"))


def _read(path: Path) -> dict[str, str] | None:
    """Return what was kept, None where there is nothing of ours."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {key: str(found[key]) for key in ("gateway", "account", "id", "state_dir")}
    except (OSError, ValueError, LookupError, TypeError):
        return None
