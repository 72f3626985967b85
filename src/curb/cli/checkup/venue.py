"""Whether the gateway can be reached, lets us in, and which accounts may trade."""

from collections.abc import Sequence

from curb.cli.checkup.finding import Finding, Level
from curb.domain.book import Account
from curb.domain.snapshot import LinkView, Snapshot
from curb.domain.text import safe_text

# Above, a close takes longer than a market needs to move a tick.
_SLOW_MS = 500


def engine_findings(snapshot: Snapshot | None, version: str) -> list[Finding]:
    """Return whether an engine runs, and whether it is of our version."""
    if snapshot is None:
        return [Finding(Level.OK, "engine", "none runs for this state directory")]
    words = f"{snapshot.version}, process {snapshot.pid}, runs and enforces"
    if snapshot.version != version:
        words = f"{words}; this is {version}"
        return [Finding(Level.WARN, "engine", words, "restart it: `u` in the screen")]
    return [Finding(Level.OK, "engine", words)]


def heard_findings(snapshot: Snapshot) -> list[Finding]:
    """Return what the running engine knows of its gateway: no second login is made."""
    name = "paper" if snapshot.is_paper else snapshot.gateway
    links = (snapshot.rest, snapshot.user_hub, snapshot.market_hub)
    found = [_link(name, link) for link in links]
    found += [_account(account.name, account.can_trade) for account in snapshot.accounts]
    if not snapshot.is_ready:
        red = [check for check in snapshot.preflight if not check.is_green]
        words = "; ".join(f"{check.name}: {check.words}" for check in red)
        found.append(Finding(Level.FAIL, "pre-flight", words, "not armed until it is green"))
    return found


def paper_findings() -> list[Finding]:
    """Return what is to be said of a paper gateway that does not run."""
    words = "paper: starts with the engine, on 127.0.0.1; nothing leaves this machine"
    return [Finding(Level.OK, "gateway", words)]


def refused_finding(error: Exception) -> Finding:
    """Return why the gateway could not be reached, or did not let us in."""
    todo = "check network, `[gateway]`, CURB_USERNAME and CURB_API_KEY"
    return Finding(Level.FAIL, "gateway", safe_text(error, 200), todo)


def account_findings(accounts: Sequence[Account]) -> list[Finding]:
    """Return each account and whether it may trade."""
    return [_account(account.name, account.can_trade) for account in accounts]


def hub_finding(name: str, words: str | None) -> Finding:
    """Return whether a hub came up; `words` say why not, None where it did."""
    if words is None:
        return Finding(Level.OK, name, "connected, subscribed")
    return Finding(Level.FAIL, name, words, "a firewall may stop WebSockets to the hub")


def latency_finding(spans_ms: Sequence[int]) -> Finding:
    """Return how long reads of an account took, in milliseconds; none: they failed."""
    if not spans_ms:
        return Finding(Level.FAIL, "latency", "no read of the account was answered")
    words = f"{len(spans_ms)} reads in {min(spans_ms)} to {max(spans_ms)} ms"
    if max(spans_ms) > _SLOW_MS:
        return Finding(Level.WARN, "latency", f"{words}: a close may take as long")
    return Finding(Level.OK, "latency", words)


def _account(name: str, can_trade: bool | None) -> Finding:
    words = safe_text(name)
    if can_trade is None:
        todo = "not armed until it says so"
        return Finding(
            Level.FAIL, "account", f"{words}: the gateway does not say whether it may trade", todo
        )
    if not can_trade:
        todo = "the firm says why; RULE-010 locks it until it may again"
        return Finding(Level.FAIL, "account", f"{words} may not trade", todo)
    return Finding(Level.OK, "account", f"{words} may trade")


def _link(gateway: str, link: LinkView) -> Finding:
    latency = f", {link.latency_ms} ms" if link.latency_ms is not None else ""
    words = f"{link.name} {link.word}{latency}, as the engine hears it"
    level = {"ok": Level.OK, "slow": Level.WARN}.get(link.word, Level.FAIL)
    return Finding(level, safe_text(gateway, 12), words)
