"""What a running engine does when a screen or a command asks for something."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from curb.cli.reloading import Reloading
from curb.control import codec
from curb.control.frames import Reply
from curb.domain.events import FlattenAsked
from curb.domain.snapshot import Snapshot
from curb.engine.runner import Runner


class Service:
    """The commands of the control socket, by name. Each answers with one sentence."""

    def __init__(
        self,
        runner: Runner,
        reloading: Reloading,
        snapshot: Callable[[], Snapshot],
        stop_asked: asyncio.Event,
    ) -> None:
        self._runner = runner
        self._snapshot = snapshot
        self._stop_asked = stop_asked
        self._commands: dict[str, Callable[[dict[str, Any]], Awaitable[Reply]]] = {
            "status": self._status,
            "flatten": self._flatten,
            "reload_preview": reloading.preview,
            "reload": reloading.reload,
            "stop": self._stop,
            "ack": self._acknowledge,
        }

    async def answer(self, name: str, args: dict[str, Any]) -> Reply:
        """Carry out a command."""
        command = self._commands.get(name)
        if command is None:
            return Reply(ok=False, text=f"this engine does not know the command {name!r}")
        return await command(args)

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

    async def _stop(self, _args: dict[str, Any]) -> Reply:
        self._stop_asked.set()
        return Reply(ok=True, text="the engine stops; nothing is enforced any more")

    async def _acknowledge(self, _args: dict[str, Any]) -> Reply:
        for watch in self._runner.core.watches.values():
            watch.acknowledge()
        return Reply(ok=True, text="alert acknowledged")


def _holds(watch: Any, symbol: str) -> bool:
    name = watch.state.market.contracts.symbol
    contracts = [position.contract_id for position in watch.state.positions]
    contracts += [order.contract_id for order in watch.state.orders]
    return any(name(contract_id) == symbol for contract_id in contracts)
