"""What the database kept of another account is not ours."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountRead, FillSeen, Restored
from curb.domain.highs import High
from curb.domain.locks import LockKind
from curb.domain.money import ZERO
from curb.state.account import AccountState, Market
from tests.scene import ACCOUNT, NOON, Scene, contract_id, grace, lock

MNQ = contract_id("MNQ")
FILL = Fill(1, ACCOUNT.id, MNQ, 2, Side.SELL, 1, Decimal(21000), NOON, Decimal(-40))
HIGH = High(ACCOUNT.id, MNQ, 5, 1, 12, Decimal(21003))


def state() -> AccountState:
    return AccountState(ACCOUNT, Market(), Scene().core.policy.days, "net")


def kept(account_id: int) -> Restored:
    return Restored(
        locks=(replace(lock("RULE-003", 60), account_id=account_id),),
        graces=(replace(grace("MNQ", 0, 10), account_id=account_id),),
        highs=(replace(HIGH, account_id=account_id),),
        fills=(replace(FILL, account_id=account_id),),
        resets=((account_id, NOON.date()),),
    )


def test_what_was_kept_of_this_account_is_back() -> None:
    found = state()
    found.restore(kept(ACCOUNT.id))
    assert [held.rule for held in found.lockouts] == ["RULE-003"]
    assert [running.rule for running in found.timers] == ["RULE-008"]
    assert list(found.highs) == [HIGH]
    assert found.realized(NOON) == Decimal(-40)
    assert found.resets.day == NOON.date()


def test_a_grace_that_was_kept_runs_on_until_the_first_read() -> None:
    found = state()
    found.restore(kept(ACCOUNT.id))
    assert not found.apply(FillSeen(replace(FILL, id=3, contract_id="MES")), NOON).graces
    read = AccountRead(1, ACCOUNT.id, NOON, 1, None, (), (), ())
    assert [ended.rule for ended in found.apply(read, NOON).graces] == ["RULE-008"]
    assert not found.timers


def test_what_was_kept_of_another_account_is_left_alone() -> None:
    found = state()
    found.restore(kept(8))
    assert not [*found.lockouts, *found.timers, *found.highs, *found.trades.valid()]
    assert found.realized(NOON) == 0
    assert found.resets.day is None


def test_the_fills_of_a_first_read_count_once() -> None:
    found = state()
    found.restore(kept(ACCOUNT.id))
    learnt = found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, (), (), (FILL,)), NOON)
    assert learnt.fills == ()
    other = replace(FILL, id=3)
    first = state()
    learnt = first.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, (), (), (FILL, other)), NOON)
    assert learnt.fills == (FILL, other)
    assert first.account is ACCOUNT
    assert first.realized(NOON) == Decimal(-80)


def test_a_later_read_adds_the_fills_that_the_hub_missed() -> None:
    found = state()
    found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, (), (), ()), NOON)
    found.apply(AccountRead(2, ACCOUNT.id, NOON, 1, None, (), (), (FILL,)), NOON)
    assert found.positions.exposures() == {MNQ: -1}


def test_the_days_extremes_are_of_realized_and_open_together() -> None:
    scene = Scene()
    scene.trade("MNQ", 2, "21000")
    scene.trade("MNQ", -1, "21000", pnl="-40")
    account = scene.watch.state
    account.note_extremes(NOON)  # without a mark the sum is not known
    assert account.pnl.extremes(account.day(NOON)) == (ZERO, ZERO)
    for mark in ("21050", "20970"):
        scene.quote("MNQ", mark)
        account.note_extremes(NOON)
    assert account.pnl.extremes(account.day(NOON)) == (Decimal(60), Decimal(-100))


@pytest.mark.parametrize("is_held", [False, True])
def test_a_grace_kept_of_what_a_read_shows_flat_is_over(is_held: bool) -> None:
    found = state()
    found.restore(Restored(graces=(grace("MNQ", 0, 10),)))
    held = (Position(ACCOUNT.id, MNQ, 1, Decimal(21000)),) if is_held else ()
    learnt = found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, held, (), ()), NOON)
    assert learnt.graces == (() if is_held else (grace("MNQ", 0, 10),))
    assert bool(list(found.timers)) is is_held


def test_an_order_that_a_read_does_not_show_was_cancelled() -> None:
    found = state()
    orders = [
        Order(number, ACCOUNT.id, MNQ, Side.BUY, OrderType.LIMIT, OrderStatus.OPEN, 1)
        for number in (1, 2)
    ]
    learnt = found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, (), tuple(orders), ()), NOON)
    assert learnt.orders == tuple(orders)
    learnt = found.apply(AccountRead(2, ACCOUNT.id, NOON, 1, None, (), (orders[1],), ()), NOON)
    assert learnt.orders == (replace(orders[0], status=OrderStatus.CANCELLED),)


def test_what_a_read_is_the_first_to_show_is_a_difference() -> None:
    found = state()
    assert (found.read_at, found.differences) == (None, 0)
    held = (Position(ACCOUNT.id, MNQ, 2, Decimal(21000)),)
    later = NOON + timedelta(seconds=30)
    reads = [
        (NOON, held, (), 0),  # nothing was known before: no news of that kind
        (later, held, (), 0),
        (later, (), (), 1),
        (later, (), (FILL,), 2),
    ]
    for began_at, positions, fills, differences in reads:
        found.apply(AccountRead(1, ACCOUNT.id, began_at, 1, None, positions, (), fills), began_at)
        assert (found.read_at, found.differences) == (began_at, differences)


@pytest.mark.parametrize("parts", [{"positions": ()}, {"orders": ()}, {}], ids=str)
def test_a_read_that_lacks_a_part_reconciles_nothing(parts: dict[str, tuple[()]]) -> None:
    found = state()
    found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, **parts), NOON)  # type: ignore[arg-type]
    assert (found.read_at, found.differences) == (None, 0)


@pytest.mark.parametrize(("ago_s", "exposure"), [(30, {}), (1, {FILL.contract_id: FILL.signed})])
def test_an_old_fill_that_only_a_read_tells_is_in_the_positions_that_it_shows(
    ago_s: float, exposure: dict[str, int]
) -> None:
    mine, later = state(), NOON + timedelta(seconds=40)
    mine.apply(AccountRead(1, ACCOUNT.id, NOON, 1, positions=(), orders=()), NOON)
    missed = replace(FILL, account_id=ACCOUNT.id, at=later - timedelta(seconds=ago_s))
    read = AccountRead(2, ACCOUNT.id, later, 1, positions=(), orders=(), fills=(missed,))
    mine.apply(read, later)
    assert mine.positions.exposures() == exposure
    assert mine.trades.valid() == (missed,)


@pytest.mark.parametrize(
    ("held", "quiet_s", "is_told", "ceiling"),
    [
        pytest.param(1, 30, True, 1, id="to what it shows, though that has not moved"),
        pytest.param(0, 30, True, 0, id="to nothing where nothing is open"),
        pytest.param(3, 30, True, 2, id="not up to more"),
        pytest.param(1, 1, True, 2, id="not while a position may be on its way"),
        pytest.param(1, 30, False, 2, id="not where it shows nothing"),
    ],
)
def test_a_read_lowers_the_ceiling_of_a_cooldown(
    held: int, quiet_s: float, is_told: bool, ceiling: int
) -> None:
    found = state()
    there = tuple(Position(ACCOUNT.id, MNQ, size, Decimal(21000)) for size in (held,) if size)
    first = AccountRead(1, ACCOUNT.id, NOON, 1, positions=there, orders=())
    found.apply(first, NOON)
    late = replace(FILL, side=Side.BUY, pnl=None)
    found.apply(FillSeen(late), NOON)
    found.lockouts.add(lock("RULE-006", 600, kind=LockKind.COOLDOWN, ceilings=((MNQ, 2),)))
    later = NOON + timedelta(seconds=quiet_s)
    shown = there if is_told else None
    learnt = found.apply(replace(first, began_at=later, positions=shown), later)
    (standing,) = found.lockouts
    assert standing.ceilings == ((MNQ, ceiling),)
    assert learnt.locks == ((standing,) if ceiling < 2 else ())


def test_a_ceiling_falls_at_a_start_to_what_was_closed_before_it() -> None:
    found = state()
    cooling = lock("RULE-006", 600, kind=LockKind.COOLDOWN, ceilings=((MNQ, 2),))
    found.restore(Restored(locks=(cooling,)))
    found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, positions=(), orders=()), NOON)
    assert [standing.ceilings for standing in found.lockouts] == [((MNQ, 0),)]


def test_a_void_takes_out_what_was_counted_though_it_tells_other_figures() -> None:
    found = state()
    found.apply(AccountRead(1, ACCOUNT.id, NOON, 1, positions=(), orders=()), NOON)
    found.apply(FillSeen(FILL), NOON)
    assert found.realized(NOON) == Decimal(-40)
    # The half-turn that it closed was voided before it: the venue calls it an opening one now.
    found.apply(FillSeen(replace(FILL, pnl=None, is_voided=True)), NOON)
    assert found.realized(NOON) == 0
    assert found.positions.exposures() == {}
