"""The shell over a gateway that is a function from request to answer."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from curb.domain.actions import (
    CloseContract,
    PlaceStop,
    ReadAccount,
    ReduceContract,
    RepairHub,
    Request,
    SaveAudit,
)
from curb.domain.audit import AuditRow
from curb.domain.book import Account
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    Event,
    FlattenAsked,
    Link,
    LinkChanged,
    Outcome,
    PositionSeen,
    RequestEnded,
    Restored,
    TimePassed,
)
from curb.domain.headroom import Headroom
from curb.domain.market import Contract
from curb.engine.clock import TrustedClock
from curb.engine.core import Core
from curb.engine.inbox import Inbox
from curb.engine.policy import Policy
from curb.engine.runner import Runner
from curb.engine.writer import Writer
from curb.rules.max_contracts import MaxContracts
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.rule import Rule
from curb.state.account import AccountState
from tests.engine.test_writer import Disk
from tests.rules.test_trade_management import rule as stops
from tests.scene import ACCOUNT, NOON, Scene, contract

MNQ = contract("MNQ")
ON: dict[str, Any] = {"enabled": True, "mode": "enforce"}


class Venue:
    """Holds positions; every request is answered by its own rules and kept."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.scene = Scene()
        self.asked: list[Request] = []
        self.watched: list[str] = []
        self.repaired: list[tuple[Link, bool]] = []
        self.offers = False
        self._now = now

    async def open(self) -> tuple[Account, ...]:
        return (ACCOUNT,)

    def perform(self, request: Request) -> Coroutine[Any, Any, RequestEnded | AccountRead]:
        self.asked.append(request)
        return self._answer(request)

    async def _answer(self, request: Request) -> RequestEnded | AccountRead:
        if isinstance(request, ReadAccount):
            positions = tuple(self.scene.positions.values())
            return AccountRead(
                request.request_id, ACCOUNT.id, self._now(), 1, ACCOUNT, positions, (), ()
            )
        self.scene.answer([request])
        return RequestEnded(request.request_id, Outcome.DONE, 1)

    async def learn(self, contract_id: str) -> Contract | None:
        return MNQ if contract_id == MNQ.id else None

    async def contracts(self) -> tuple[Contract, ...]:
        return (MNQ,) if self.offers else ()

    def ages(self) -> dict[Link, float | None]:
        return {}

    def watch(self, contract_id: str) -> None:
        self.watched.append(contract_id)

    def repair(self, link: Link, *, is_anew: bool) -> None:
        self.repaired.append((link, is_anew))

    async def close(self) -> None:
        pass


class Engine:
    def __init__(self, *rules: Rule) -> None:
        self.clock = TrustedClock(lambda: asyncio.get_running_loop().time(), lambda: NOON, None)
        self.venue = Venue(self.clock.now)
        self.disk = Disk()
        self.inbox = Inbox()
        days = self.venue.scene.core.policy.days
        policy = Policy(rules, days, "net", "0" * 64, len(rules))
        core = Core(policy, (ACCOUNT,), Restored())
        self.writer = Writer(self.disk)
        self.runner = Runner(core, self.venue, self.writer, self.inbox, self.clock)
        self.rows: list[AuditRow] = []
        self.runner.listen(self.rows.append)

    async def play(self, until: Callable[[], bool], *events: object) -> None:
        writing = asyncio.create_task(self.writer.run())
        self.runner.act(self.runner.core.start(self.clock.now(), {}))
        for link in Link:
            self.runner.submit(LinkChanged(link, True, "", 1))
        running = asyncio.create_task(self.runner.run())
        for event in events:
            self.runner.submit(event)  # type: ignore[arg-type]
        async with asyncio.timeout(30):
            while not until():
                await asyncio.sleep(0.01)
        self.runner.stop()
        await running
        await self.runner.drain()
        self.writer.finish()
        await writing


def finished(engine: Engine, rule: str) -> bool:
    return any(row.rule == rule and row.success for row in engine.rows)


def test_a_flatten_by_hand_is_sent_verified_and_kept() -> None:
    async def scene() -> Engine:
        engine = Engine()
        engine.venue.scene.position("MNQ", 2)
        await engine.play(
            lambda: finished(engine, "MANUAL"),
            PositionSeen(engine.venue.scene.positions[MNQ.id]),
            FlattenAsked(ACCOUNT.id),
        )
        return engine

    engine = asyncio.run(scene())
    closes = [r for r in engine.venue.asked if isinstance(r, CloseContract)]
    assert [r.contract_id for r in closes] == [MNQ.id]
    kept = [r for batch in engine.disk.kept for r in batch]
    assert any(getattr(r, "row", None) and r.row.rule == "MANUAL" for r in kept)  # type: ignore[union-attr]
    assert engine.venue.watched == [MNQ.id]


def test_a_close_has_left_before_its_row_is_told() -> None:
    async def scene() -> list[bool]:
        engine, had_left = Engine(), list[bool]()
        engine.venue.scene.position("MNQ", 2)

        def hear(row: AuditRow) -> None:
            if row.rule == "MANUAL" and row.success is None:
                had_left.append(any(isinstance(r, CloseContract) for r in engine.venue.asked))

        engine.runner.listen(hear)
        await engine.play(
            lambda: finished(engine, "MANUAL"),
            PositionSeen(engine.venue.scene.positions[MNQ.id]),
            FlattenAsked(ACCOUNT.id),
        )
        return had_left

    assert asyncio.run(scene()) == [True]


class Faulty(MaxContracts):
    """A rule that cannot say how near its limit is."""

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        raise ValueError(f"{account.account.name} {now}")


def test_a_fault_of_the_bookkeeping_takes_no_close_back() -> None:
    async def scene() -> Engine:
        engine = Engine(
            Faulty(limit=1, count="net", action="close_all", micro_weight=Decimal(1), **ON)
        )
        engine.venue.scene.position("MNQ", 2)

        def is_flat() -> bool:
            return not engine.venue.scene.positions

        await engine.play(is_flat, PositionSeen(engine.venue.scene.positions[MNQ.id]))
        return engine

    engine = asyncio.run(scene())
    assert any(isinstance(r, CloseContract) for r in engine.venue.asked)
    kept = [r.row for batch in engine.disk.kept for r in batch if isinstance(r, SaveAudit)]
    assert any(row.rule == "RULE-001" for row in kept)
    assert any("internal error ValueError" in row.reason for row in kept)


def test_a_partial_close_leaves_only_after_its_intent_is_on_disk() -> None:
    rule = MaxContractsPerInstrument(
        enabled=True, mode="enforce", limits={"MNQ": 2}, action="reduce", unlisted="block"
    )

    async def scene() -> tuple[Engine, int]:
        engine = Engine(rule)
        engine.disk.gate.clear()
        engine.venue.scene.position("MNQ", 3)
        seen = 0

        def reduced() -> bool:
            nonlocal seen
            waits = list(engine.runner.core.watches[ACCOUNT.id].closing)
            if waits and not engine.disk.gate.is_set():
                seen = sum(isinstance(r, ReduceContract) for r in engine.venue.asked)
                engine.disk.gate.set()
            return finished(engine, "RULE-002")

        await engine.play(
            reduced,
            ContractSeen(MNQ),
            PositionSeen(engine.venue.scene.positions[MNQ.id]),
        )
        return engine, seen

    engine, before = asyncio.run(scene())
    assert before == 0
    assert [r.size for r in engine.venue.asked if isinstance(r, ReduceContract)] == [1]


def test_a_stop_leaves_only_after_its_intent_is_on_disk() -> None:
    async def scene() -> tuple[Engine, int]:
        engine = Engine(stops(initial_stop_ticks=40))
        engine.disk.gate.clear()
        engine.venue.scene.position("MNQ", 2)
        seen = -1

        def placed() -> bool:
            nonlocal seen
            sent = [r for r in engine.venue.asked if isinstance(r, PlaceStop)]
            if seen < 0 and any(row.rule == "RULE-012" for row in engine.rows):
                seen = len(sent)
                engine.disk.gate.set()
            return bool(sent)

        held = engine.venue.scene.positions[MNQ.id]
        await engine.play(placed, ContractSeen(MNQ), PositionSeen(held))
        return engine, seen

    engine, before = asyncio.run(scene())
    assert before == 0
    (sent,) = [r for r in engine.venue.asked if isinstance(r, PlaceStop)]
    assert (sent.size, sent.price) == (2, Decimal(20990))


def test_a_fault_of_ours_is_told_and_the_watch_goes_on() -> None:
    async def scene() -> Engine:
        engine = Engine()
        broken = PositionSeen(None)  # type: ignore[arg-type]
        await engine.play(lambda: finished(engine, "MANUAL"), broken, FlattenAsked(ACCOUNT.id))
        return engine

    engine = asyncio.run(scene())
    faults = [row for row in engine.rows if "internal error" in row.reason]
    assert len(faults) == 1
    assert engine.runner.core.watches[ACCOUNT.id].alert


def test_a_contract_is_asked_for_when_it_is_first_met() -> None:
    async def scene() -> Engine:
        engine = Engine()
        engine.venue.scene.position("MNQ", 1)
        contracts = engine.runner.core.market.contracts
        await engine.play(
            lambda: contracts.get(MNQ.id) is not None,
            PositionSeen(engine.venue.scene.positions[MNQ.id]),
        )
        return engine

    engine = asyncio.run(scene())
    found = engine.runner.core.market.contracts.get(MNQ.id)
    assert found is not None
    assert found.tick_value == Decimal("0.50")


class Sleeper(Core):
    """A core that names one moment, and only while it lies ahead."""

    due_at = NOON + timedelta(days=1)
    is_asked = False
    told = 0

    def deadline(self, now: datetime) -> datetime:
        if not self.is_asked:  # ahead of the first question, however late that comes
            self.is_asked, self.due_at = True, now + timedelta(seconds=0.05)
        return self.due_at if now < self.due_at else NOON + timedelta(days=1)

    def decide(self, event: Event, now: datetime) -> Iterator[Request]:
        self.told += isinstance(event, TimePassed) and now >= self.due_at
        return super().decide(event, now)


def test_a_deadline_that_passes_while_waited_for_is_told() -> None:
    async def scene() -> int:
        engine = Engine()
        core = Sleeper(engine.runner.core.policy, (ACCOUNT,), Restored())
        engine.runner.core = core
        await engine.play(lambda: core.told > 0)
        return core.told

    assert asyncio.run(scene())


def test_what_is_on_offer_is_known_before_it_is_traded() -> None:
    async def scene() -> Engine:
        engine = Engine()
        engine.venue.offers = True
        contracts = engine.runner.core.market.contracts
        await engine.play(lambda: contracts.get(MNQ.id) is not None)
        return engine

    assert asyncio.run(scene()).venue.asked


def test_a_hub_that_left_something_out_is_mended_at_the_gateway() -> None:
    async def scenario() -> None:
        engine = Engine()
        engine.runner.act([RepairHub(Link.USER_HUB, is_anew=True)])
        assert engine.venue.repaired == [(Link.USER_HUB, True)]

    asyncio.run(scenario())
