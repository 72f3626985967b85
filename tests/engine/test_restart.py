"""A restart at any moment changes nothing: what the core keeps goes through the database."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, get_args

import pytest

from curb.domain.actions import Action, Record
from curb.domain.book import OrderType, Side
from curb.domain.events import Event, SelfLockAsked
from curb.rules.rule import Rule
from curb.store import reading, writing
from tests.engine.test_watch import daily_loss
from tests.rules import (
    test_auth_loss_guard as permission,
)
from tests.rules import (
    test_cooldown_after_loss as loss,
)
from tests.rules import (
    test_max_unrealized_profit as profit,
)
from tests.rules import (
    test_no_stop_loss_grace as bare,
)
from tests.rules import (
    test_symbol_blocks as blocks,
)
from tests.rules import (
    test_trade_frequency_limit as frequency,
)
from tests.scene import ACCOUNT, Deeds, Scene
from tests.store.samples import inline

STOP = OrderType.STOP


class Kept(Scene):
    """A scene whose records are kept, and that can start again from them alone."""

    def __init__(
        self, *rules: Rule, connection: sqlite3.Connection | None = None, **venue: Any
    ) -> None:
        self.rules = rules
        self.connection = connection or inline(())
        super().__init__(*rules, **venue)

    def begin(self) -> Deeds:
        deeds = super().begin()
        self._keep(deeds.actions)
        return deeds

    def _handle(self, event: Event) -> list[Action]:
        actions = super()._handle(event)
        self._keep(actions)
        return actions

    def _keep(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if isinstance(action, get_args(Record)):
                for sql, values in writing.statements(action):
                    self.connection.execute(sql, values)

    def restarted(self) -> "Kept":
        rows = [self.connection.execute(sql).fetchall() for sql in reading.LOAD]
        again = Kept(
            *self.rules,
            connection=self.connection,
            restored=reading.restored(rows),
            account=self.account,
            positions=(),
        )
        again.now, again.last_id = self.now, self.last_id
        again.positions, again.orders, again.fills = self.positions, self.orders, self.fills
        again.settle(again.begin())
        return again

    def fingerprint(self) -> object:
        """What must be the same with and without a restart."""
        state = self.watch.state
        return (
            {(k.rule, k.symbol, k.kind, k.since, k.until, k.ceilings) for k in state.lockouts},
            set(state.timers),
            set(state.highs),
            {cid: position.size for cid, position in self.positions.items()},
            state.realized(self.now),
            state.resets.day,
        )


Step = Callable[[Kept], Deeds]

STORIES: dict[str, tuple[tuple[Rule, ...], tuple[Step, ...]]] = {
    "a cooldown after too many trades": (
        (frequency.rule(),),
        (
            lambda s: s.at(0).trade("MNQ", 1),
            lambda s: s.at(10).trade("MNQ", 1),
            lambda s: s.at(20).trade("MNQ", 1),
            lambda s: s.at(30).trade("MNQ", 1),
            lambda s: s.at(40).trade("MNQ", -2, pnl="0"),
            lambda s: s.at(50).trade("MNQ", 3),
            lambda s: s.at(60).trade("ES", 1),
            lambda s: s.at(89).tick(),
            lambda s: s.at(90).tick(),
            lambda s: s.at(91).trade("ES", 1),
        ),
    ),
    "a grace period": (
        (bare.rule(),),
        (
            lambda s: s.at(0).trade("MNQ", 1),
            lambda s: s.at(5).order("MNQ", Side.SELL, STOP, 1, price="20950", order_id=81),
            lambda s: s.at(10).cancel(81),
            lambda s: s.at(20).trade("MNQ", 1),
            lambda s: s.at(29).tick(),
            bare.due,
            lambda s: s.at(40).trade("ES", -1, "5800"),
            lambda s: s.at(69).tick(),
            lambda s: bare.due(s, 70),
        ),
    ),
    "a profit that armed its position": (
        (profit.rule(exit="breakeven"),),
        (
            lambda s: s.at(0).trade("MNQ", 1),
            lambda s: s.at(10).quote("MNQ", "21004.75"),
            lambda s: s.at(20).quote("MNQ", "21005.00"),
            lambda s: s.at(30).quote("MNQ", "21001.00"),
            lambda s: s.at(40).quote("MNQ", "21000.00"),
        ),
    ),
    "losses, their cooldown and the day's limit": (
        (loss.rule(), daily_loss()),
        (
            lambda s: s.at(0).trade("MNQ", 1),
            lambda s: s.at(10).trade("MNQ", -1, pnl="-120"),
            lambda s: s.at(20).trade("MNQ", 1),
            lambda s: s.at(310).tick(),
            lambda s: s.at(320).trade("MNQ", 1),
            lambda s: s.at(330).trade("MNQ", -1, pnl="-380"),
            lambda s: s.at(340).trade("MNQ", 1),
            lambda s: s.at(5 * 3600).tick(),
            lambda s: s.at(5 * 3600 + 10).trade("MNQ", 1),
        ),
    ),
    "locks by hand": (
        (),
        (
            lambda s: s.at(0).trade("MNQ", 1),
            lambda s: s.at(10).tell(SelfLockAsked(ACCOUNT.id, 600, "ES")),
            lambda s: s.at(20).trade("ES", 1, "5800"),
            lambda s: s.at(30).tell(SelfLockAsked(ACCOUNT.id, 300)),
            lambda s: s.at(40).trade("NQ", 1),
            lambda s: s.at(330).tick(),
            lambda s: s.at(340).trade("MNQ", 1),
            lambda s: s.at(610).tick(),
            lambda s: s.at(620).trade("ES", 1, "5800"),
        ),
    ),
    "locks that a condition ends": (
        (permission.rule(), blocks.rule()),
        (
            lambda s: s.at(0).trade("RTY", 1, "2300"),
            lambda s: s.at(10).trade("MNQ", 1),
            lambda s: s.at(20).permit(False),
            lambda s: s.at(30).trade("MNQ", 1),
            lambda s: s.at(40).permit(True),
            lambda s: s.at(50).trade("RTY", 1, "2300"),
        ),
    ),
}


def told(
    rules: tuple[Rule, ...], steps: tuple[Step, ...], restart_before: int | None
) -> list[object]:
    scene = Kept(*rules)
    found = []
    for number, step in enumerate(steps):
        if number == restart_before:
            scene = scene.restarted()
        scene.settle(step(scene))
        found.append(scene.fingerprint())
    return found


@pytest.mark.parametrize(
    ("name", "moment"),
    [(name, number) for name, (_, steps) in STORIES.items() for number in range(len(steps))],
)
def test_the_story_goes_on_as_without_a_restart(name: str, moment: int) -> None:
    rules, steps = STORIES[name]
    assert told(rules, steps, moment) == told(rules, steps, None)


def test_time_spent_stopped_is_time_spent() -> None:
    scene = Kept(frequency.rule())
    for second in (0, 10, 20, 30):
        scene.at(second).trade("MNQ", 1)
    scene.at(40)
    scene.now += timedelta(hours=1)
    assert list(scene.restarted().watch.state.lockouts) == []
