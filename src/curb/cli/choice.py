"""Which of the gateway's accounts are watched."""

from collections.abc import Sequence

from curb.domain.book import Account
from curb.domain.errors import CurbError


def chosen(accounts: Sequence[Account], names: Sequence[str]) -> tuple[Account, ...]:
    """Return the accounts of these names, all where none is named.

    Raises CurbError where one of them is not there, or there is none at all.
    """
    found = tuple(account for account in accounts if not names or account.name in names)
    missing = set(names) - {account.name for account in accounts}
    if missing or not found:
        wanted = ", ".join(sorted(missing)) or "an active account"
        there = ", ".join(account.name for account in accounts) or "none"
        raise CurbError(f"expected {wanted} at the gateway, found {there}")
    return found
