"""What a running engine does when a screen or a command asks for something."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from curb.config.canonical import canonical
from curb.config.models import Config
from curb.control import codec
from curb.control.frames import Reply
from curb.domain.errors import ConfigError
from curb.domain.events import FlattenAsked
from curb.domain.snapshot import Snapshot
from curb.engine.policy import Policy
from curb.engine.reload import Proposal, propose, refusal
from curb.engine.runner import Runner


class Service:
    """The commands of the control socket, by name. Each answers with one sentence."""

    def __init__(
        self,
        runner: Runner,
        config: Config,
        config_path: Path,
        in_force_path: Path,
        snapshot: Callable[[], Snapshot],
        stop_asked: asyncio.Event,
    ) -> None:
        self._runner = runner
        self._config = config
        self._config_path = config_path
        self._in_force_path = in_force_path
        self._snapshot = snapshot
        self._stop_asked = stop_asked
        self._commands: dict[str, Callable[[dict[str, Any]], Awaitable[Reply]]] = {
            "status": self._status,
            "flatten": self._flatten,
            "reload_preview": self._preview,
            "reload": self._reload,
            "stop": self._stop,
            "ack": self._acknowledge,
        }

    async def answer(self, name: str, args: dict[str, Any]) -> Reply:
        """Carry out a command."""
        command = self._commands.get(name)
        if command is None:
            return Reply(ok=False, text=f"this engine does not know the command {name!r}")
        return await command(args)

    def keep_in_force(self) -> None:
        """Write the configuration in force beside the database, canonical."""
        temporary = self._in_force_path.with_suffix(".new")
        temporary.write_text(canonical(self._config), encoding="utf-8")
        temporary.replace(self._in_force_path)

    async def _status(self, _args: dict[str, Any]) -> Reply:
        return Reply(ok=True, text="", data=codec.encode(self._snapshot()))

    async def _flatten(self, args: dict[str, Any]) -> Reply:
        watches = self._runner.core.watches
        symbol = args.get("symbol")
        chosen = args.get("account_id")
        found = [chosen] if chosen is not None else list(watches)
        known = [account_id for account_id in found if account_id in watches]
        if not known:
            return Reply(ok=False, text="no such account")
        if symbol is not None and not any(_holds(watches[i], symbol) for i in known):
            return Reply(ok=False, text=f"nothing open in {symbol}")
        for account_id in known:
            source = str(args.get("source", "key"))
            self._runner.submit(FlattenAsked(account_id, symbol, source))
        return Reply(ok=True, text=f"flatten {symbol or 'ALL'} sent")

    async def _preview(self, _args: dict[str, Any]) -> Reply:
        try:
            proposal = await self._propose()
        except ConfigError as e:
            return Reply(ok=False, text=str(e), data={"changes": [], "error": str(e)})
        refused = refusal(proposal, self._config, self._is_locked)
        data = {"changes": _shown(proposal), "error": refused or None}
        text = refused or f"{len(proposal.changes)} changes"
        return Reply(ok=not refused, text=text, data=data)

    async def _reload(self, _args: dict[str, Any]) -> Reply:
        now = self._runner.clock.now
        core = self._runner.core
        try:
            proposal = await self._propose()
        except ConfigError as e:
            self._runner.act(core.refuse_config(str(e), now()))
            return Reply(ok=False, text=f"{e}; the last good configuration stays in force")
        refused = refusal(proposal, self._config, self._is_locked)
        if refused:
            self._runner.act(core.refuse_config(refused, now()))
            return Reply(ok=False, text=refused)
        self._config = proposal.config
        self.keep_in_force()
        policy = Policy.of(proposal.config)
        self._runner.act(core.adopt(policy, now(), _shown(proposal)))
        waits = [c.key for c in proposal.changes if c.needs_restart]
        after = f"; {', '.join(waits)} after a restart" if waits else ""
        return Reply(ok=True, text=f"config reloaded, {len(proposal.changes)} changes{after}")

    async def _stop(self, _args: dict[str, Any]) -> Reply:
        self._stop_asked.set()
        return Reply(ok=True, text="the engine stops; nothing is enforced any more")

    async def _acknowledge(self, _args: dict[str, Any]) -> Reply:
        for watch in self._runner.core.watches.values():
            watch.acknowledge()
        return Reply(ok=True, text="alert acknowledged")

    async def _propose(self) -> Proposal:
        return await propose(self._config_path, self._config)

    def _is_locked(self) -> bool:
        watches = self._runner.core.watches.values()
        return any(lock.rule in _HOLD for watch in watches for lock in watch.state.lockouts)


# Locks of these rules keep limits from being loosened (rules.md section 4).
_HOLD = frozenset(("RULE-003", "RULE-004", "RULE-005", "RULE-006", "RULE-007", "ENGINE"))


def _holds(watch: Any, symbol: str) -> bool:
    name = watch.state.market.contracts.symbol
    contracts = [position.contract_id for position in watch.state.positions]
    contracts += [order.contract_id for order in watch.state.orders]
    return any(name(contract_id) == symbol for contract_id in contracts)


def _shown(proposal: Proposal) -> list[dict[str, str]]:
    return [
        {"key": c.key, "old": c.old, "new": c.new, "verdict": c.direction} for c in proposal.changes
    ]
