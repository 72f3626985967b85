"""Why not everything is protected at a moment."""

from curb.domain.snapshot import AccountView, Snapshot

_UP = ("ok", "slow")


def lapse(snapshot: Snapshot) -> str:
    """Return what keeps an account from being protected in full, "" where nothing does.

    Protected is an account while all links are up, it has been read, at least one rule is
    on, and every rule that is on can be evaluated.
    """
    for link in (snapshot.rest, snapshot.user_hub, snapshot.market_hub):
        if link.word not in _UP:
            return f"{link.name} {link.word}"
    for account in snapshot.accounts:
        if why := _of(account):
            return f"…{account.name[-4:]} {why}" if len(snapshot.accounts) > 1 else why
    return "" if snapshot.accounts else "no account"


def _of(account: AccountView) -> str:
    blind = [rule.id for rule in account.rules if rule.blind]
    if blind:
        return f"{blind[0]} not evaluated"
    if account.armed:
        return ""
    is_any_on = any(rule.word != "off" for rule in account.rules)
    return "not read yet" if is_any_on else "no rule is on"
