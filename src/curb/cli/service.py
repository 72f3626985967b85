"""What a running engine does when a screen or a command asks for something."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from curb.cli import rooms
from curb.control.frames import STOP_WORD, Reply
from curb.domain import codec
from curb.domain.events import FlattenAsked, SelfLockAsked
from curb.domain.locks import LockKind
from curb.domain.snapshot import Snapshot
from curb.domain.text import safe_text
from curb.engine.runner import Runner
from curb.engine.selflock import ends_at, moment
from curb.engine.selflock import refusal as refused_lock

AGAIN = 3
"""The exit code of an engine that was stopped to be started anew: a failure for systemd."""

Command = Callable[[dict[str, Any]], Awaitable[Reply]]
"""Takes the arguments of a command and answers with one sentence."""


class Service:
    """The commands of the control socket, by name; `more` are those of other parts.

    `is_to_return` says that who stopped the engine wants another one.
    """

    def __init__(
        self,
        runner: Runner,
        snapshot: Callable[[], Snapshot],
        stop_asked: asyncio.Event,
        more: Mapping[str, Command],
    ) -> None:
        self._runner = runner
        self._snapshot = snapshot
        self._stop_asked = stop_asked
        self.is_to_return = False
        self._commands: dict[str, Command] = {
            "status": self._status,
            "flatten": self._flatten,
            "stop": self._stop,
            "ack": self._acknowledge,
            "lock": self._lock,
            "headroom": self._headroom,
            **more,
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
        symbol, chosen = args.get("symbol"), args.get("account_id")
        if not isinstance(symbol, str | None) or not isinstance(chosen, int | None):
            return Reply(ok=False, text="expected a symbol as text and an account as a number")
        found = [chosen] if chosen is not None else list(watches)
        known = [account_id for account_id in found if account_id in watches]
        if not known:
            return Reply(ok=False, text="no such account")
        # What is not known yet may well be open.
        are_read = all(watches[i].state.positions.is_known for i in known)
        if symbol is not None and are_read and not any(_holds(watches[i], symbol) for i in known):
            words = f"nothing open in {safe_text(symbol, 12)}"
            return Reply(ok=False, text=words, data={"flat": True})
        for account_id in known:
            source = str(args.get("source", "key"))
            self._runner.submit(FlattenAsked(account_id, symbol, source))
        return Reply(ok=True, text=f"flatten {safe_text(symbol or 'ALL', 12)} sent")

    async def _lock(self, args: dict[str, Any]) -> Reply:
        watches = self._runner.core.watches
        chosen, symbol, asked = (args.get(k) for k in ("account_id", "symbol", "duration_s"))
        known = [i for i in watches if chosen in (None, i)]
        if not known:
            return Reply(ok=False, text="no such account: nothing was locked")
        if asked != "reset" and (not isinstance(asked, int) or isinstance(asked, bool)):
            return Reply(ok=False, text='expected duration_s in whole seconds, or "reset"')
        seconds = None if asked == "reset" else asked
        refused = refused_lock(seconds)
        if not refused and symbol is not None:
            symbol = str(symbol).upper()
            offered = self._runner.core.market.contracts.symbols()
            if symbol not in offered:
                refused = f"the gateway offers no {safe_text(symbol, 12)}: nothing was locked"
        if refused:
            return Reply(ok=False, text=refused)
        source = str(args.get("source", "key"))
        for account_id in known:
            self._runner.submit(SelfLockAsked(account_id, seconds, symbol, source))
        now = self._runner.clock.now()
        ends = moment(max(ends_at(watches[i].state, seconds, now) for i in known))
        return Reply(ok=True, text=f"LOCK {symbol or 'ALL'} until {ends}; nothing ends it sooner")

    async def _headroom(self, args: dict[str, Any]) -> Reply:
        return rooms.answer(self._runner.core, self._snapshot(), args, self._runner.clock.now())

    async def _stop(self, args: dict[str, Any]) -> Reply:
        at_stake = self._at_stake()
        if at_stake and args.get("word") != STOP_WORD:
            text = f"{at_stake}: nothing is enforced any more; locks stand when it starts again"
            return Reply(ok=False, text=text, data={"word": STOP_WORD})
        self.is_to_return = args.get("again") is True
        self._stop_asked.set()
        return Reply(ok=True, text="the engine stops; nothing is enforced any more")

    async def _acknowledge(self, _args: dict[str, Any]) -> Reply:
        self._runner.act(self._runner.core.acknowledge())
        return Reply(ok=True, text="alert acknowledged")

    def _at_stake(self) -> str:
        """Say what a stop would leave unguarded, "" where all is flat and unlocked."""
        states = [watch.state for watch in self._runner.core.watches.values()]
        sizes = [state.positions.exposures() for state in states]
        positions = sum(map(len, sizes))
        orders = sum(1 for state in states for _ in state.orders)
        locks = [lock for state in states for lock in state.lockouts]
        counts = (
            (positions, "open position"),
            (orders, "working order"),
            (sum(lock.kind is LockKind.LOCKOUT for lock in locks), "lockout"),
            (sum(lock.kind is LockKind.COOLDOWN for lock in locks), "cooldown"),
        )
        if not all(state.positions.is_known for state in states):
            return "what is open is not known yet"
        if not positions and not locks:
            return ""
        return ", ".join(f"{n} {noun}{'s' if n > 1 else ''}" for n, noun in counts if n)


def _holds(watch: Any, symbol: str) -> bool:
    name = watch.state.market.contracts.symbol
    contracts = [position.contract_id for position in watch.state.positions]
    contracts += [order.contract_id for order in watch.state.orders]
    return any(name(contract_id) == symbol for contract_id in contracts)
