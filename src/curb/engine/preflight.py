"""The pre-flight: what must be proven before the first line says ARMED on a real account.

Nothing waits for it but that word: what is known to be a breach is enforced from the first
read on. An engine's locks and credentials are no part of it: without them it does not run.
"""

from dataclasses import dataclass

from curb.domain.events import Link
from curb.domain.snapshot import CheckView
from curb.domain.text import safe_text
from curb.engine.core import Core
from curb.engine.watch import AccountWatch
from curb.state.links import LinkState

_END = 4  # characters of an account's name that tell which one it is
_WORDS = 120


@dataclass(frozen=True, slots=True)
class Known:
    """What the engine's shell knows, and its core does not."""

    is_venue_time: bool  # the gateway's own clock was heard
    config_fault: str  # why the file cannot be used, "" where it is in force
    store_word: str  # "ok", or what is wrong with the database
    left_out: tuple[str, ...] = ()  # names of accounts on offer that nobody took live


@dataclass(frozen=True, slots=True)
class Preflight:
    """The checks as they stand, and whether all of them were green once.

    What fails later has its own place on the screen; it does not take the word back.
    """

    checks: tuple[CheckView, ...] = ()
    is_passed: bool = False

    def then(self, checks: tuple[CheckView, ...]) -> "Preflight":
        """Return the pre-flight after another look."""
        is_green = bool(checks) and all(check.is_green for check in checks)
        return Preflight(checks, self.is_passed or is_green)


def checks(core: Core, known: Known) -> tuple[CheckView, ...]:
    """Return the eight checks, green or with what is missing."""
    links = core.market.links
    watches = tuple(core.watches.values())
    return (
        _check("clock", "" if known.is_venue_time else "the gateway has not told its time yet"),
        _check("config", known.config_fault),
        _check("login", _down(links[Link.REST])),
        _check("account", _barred(watches, known.left_out)),
        _check("user hub", _down(links[Link.USER_HUB])),
        _check("market hub", _down(links[Link.MARKET_HUB])),
        _check("first read", _unread(watches)),
        _check("database", "" if known.store_word == "ok" else known.store_word),
    )


def _check(name: str, missing: str) -> CheckView:
    return CheckView(name, is_green=not missing, words=safe_text(missing, _WORDS) or "ok")


def _down(link: LinkState) -> str:
    return "" if link.is_up else link.words


def _barred(watches: tuple[AccountWatch, ...], left_out: tuple[str, ...]) -> str:
    if not watches:
        return "no account is watched"
    words = {False: "may not trade", None: "the gateway does not say whether it may trade"}
    found = [
        f"{_end(watch)} {words[watch.state.account.can_trade]}"
        for watch in watches
        if watch.state.account.can_trade is not True
    ]
    found += [f"…{name[-_END:]} was not taken live: curb live" for name in left_out]
    return "; ".join(found)


def _unread(watches: tuple[AccountWatch, ...]) -> str:
    unread = [_end(watch) for watch in watches if not watch.state.positions.is_known]
    return f"what {', '.join(unread)} holds is not known yet" if unread else ""


def _end(watch: AccountWatch) -> str:
    return f"…{watch.state.account.name[-_END:]}"
