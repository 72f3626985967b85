"""The async shell: one inbox, one timer; it carries out what the core returns."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    LearnContract,
    ReadAccount,
    Record,
    RepairHub,
    Request,
    SaveAudit,
    WatchQuotes,
)
from curb.domain.audit import AuditRow
from curb.domain.events import ContractSeen, Event, FillSeen, OrderSeen, TimePassed
from curb.engine.clock import TrustedClock
from curb.engine.core import Core, words_of
from curb.engine.inbox import Inbox
from curb.engine.ports import Gateway
from curb.engine.writer import Writer

# What is not idempotent is written ahead, but a disk slower than this is not waited for.
_WRITE_AHEAD_S = 0.25

_AT_ONCE = (CloseContract, CancelOrder, ReadAccount)

# Even without a deadline the core is asked this often.
_IDLE_S = 1.0

_BREATH_S = 0.005

_NEVER = datetime.max.replace(tzinfo=UTC)

_LEARN_RETRY_S = 1.0
_OFFER_RETRY_S = 10.0  # without what is on offer only new symbols are unknown


# Told of every audit row; one whose `success` is None comes again with its outcome.
Listener = Callable[[AuditRow], None]


class Runner:
    """Feeds the core and acts on its answers. Nothing here decides."""

    def __init__(
        self, core: Core, gateway: Gateway, writer: Writer, inbox: Inbox, clock: TrustedClock
    ) -> None:
        self.core = core
        self.clock = clock
        self._gateway = gateway
        self._writer = writer
        self._inbox = inbox
        self._listeners: list[Listener] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        inbox.serve(self._decide)

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every audit row from now on."""
        self._listeners.append(listener)

    def submit(self, event: Event) -> None:
        """Hand an event or a command in, from the same event loop."""
        self._inbox.put(event)

    def act(self, actions: Iterable[Action]) -> None:
        """Carry out actions: requests leave at once, records go to the disk beside them."""
        actions = tuple(actions)
        for action in actions:
            if isinstance(action, Request):
                self._send(action)
        records = [action for action in actions if isinstance(action, Record)]
        if records:
            self._writer.put(records)
        for action in actions:
            match action:
                case LearnContract(contract_id):
                    self._spawn(self._learn(contract_id))
                case WatchQuotes() | RepairHub():
                    self._steer(action)
                case SaveAudit(row):
                    for listener in self._listeners:
                        listener(row)
                case _:
                    pass

    async def run(self) -> None:
        """Decide until stopped; first the contracts on offer are asked for."""
        self._spawn(self._learn_all())
        due = _NEVER
        while not self._stopping.is_set():
            event = self._inbox.take()
            now = self.clock.now()
            if event is not None:
                self._decide(event)
                await asyncio.sleep(0)
                continue
            # What was due before the wait is due after it, though it is no future moment now.
            due = min(due, self.core.deadline(now))
            if due <= now:
                due = _NEVER
                self._decide(TimePassed())
                # A deadline that cannot be met at once must not starve the loop.
                await self._inbox.wait(_BREATH_S)
            else:
                await self._inbox.wait(min((due - now).total_seconds(), _IDLE_S))

    def stop(self) -> None:
        """Let `run` end after the event at hand."""
        self._stopping.set()
        self._inbox.put(TimePassed())

    async def drain(self) -> None:
        """End the requests under way; their answers are not waited for."""
        await asyncio.sleep(0)  # one that has just left can be ended only once it waits
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _decide(self, event: Event) -> None:
        self._hear_stamp(event)
        now = self.clock.now()
        try:
            for request in self.core.decide(event, now):
                self._send(request)
            self.act(self.core.settle(now))
        except Exception as e:  # noqa: BLE001 - a fault of ours must not end the watch
            self.act(self.core.fault(words_of(e, event), now))

    def _hear_stamp(self, event: Event) -> None:
        match event:
            case FillSeen(fill):
                self.clock.hear_stamp(fill.at)
            case OrderSeen(order) if order.updated_at is not None:
                self.clock.hear_stamp(order.updated_at)
            case _:
                pass

    def _send(self, request: Request) -> None:
        if isinstance(request, _AT_ONCE):
            self._spawn(self._hear(self._gateway.perform(request)))
        else:
            self._spawn(self._perform_after_write(request))

    def _steer(self, action: WatchQuotes | RepairHub) -> None:
        if isinstance(action, WatchQuotes):
            self._gateway.watch(action.contract_id)
        else:
            self._gateway.repair(action.link, is_anew=action.is_anew)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear(self, end: Awaitable[Event]) -> None:
        self._inbox.put(await end)

    async def _perform_after_write(self, request: Request) -> None:
        # The records of the same event go to the writer before this begins.
        await self._writer.durable(_WRITE_AHEAD_S)
        self._inbox.put(await self._gateway.perform(request))

    async def _learn_all(self) -> None:
        contracts = await self._gateway.contracts()
        while not contracts:
            await asyncio.sleep(_OFFER_RETRY_S)
            contracts = await self._gateway.contracts()
        for contract in contracts:
            self._inbox.put(ContractSeen(contract))

    async def _learn(self, contract_id: str) -> None:
        contract = await self._gateway.learn(contract_id)
        while contract is None:
            await asyncio.sleep(_LEARN_RETRY_S)
            contract = await self._gateway.learn(contract_id)
        self._inbox.put(ContractSeen(contract))
