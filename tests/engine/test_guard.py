"""What stands against several locks at once."""

import pytest

from curb.domain.actions import SaveAudit
from curb.domain.audit import Act
from curb.domain.events import Restored
from curb.domain.locks import LockKind
from tests.scene import Scene, contract_id, lock

MNQ = contract_id("MNQ")


@pytest.mark.parametrize(
    ("first", "second", "closes"),
    [
        pytest.param(2, 1, [(MNQ, 2)], id="the lower ceiling counts"),
        pytest.param(1, 2, [(MNQ, 2)], id="in whatever order"),
        pytest.param(2, 0, [(MNQ, None)], id="one allows nothing"),
    ],
)
def test_of_two_cooldowns_the_one_that_allows_less_counts(
    first: int, second: int, closes: list[tuple[str, int | None]]
) -> None:
    locks = tuple(
        lock(rule, 300, kind=LockKind.COOLDOWN, ceilings=((MNQ, size),) if size else ())
        for rule, size in (("RULE-006", first), ("RULE-007", second))
    )
    scene = Scene(restored=Restored(locks=locks))
    deeds = scene.at(1).position("MNQ", 3)
    assert deeds.closes == closes
    (row,) = [a.row for a in deeds.actions if isinstance(a, SaveAudit)]
    assert row.action is (Act.REDUCE_POSITION if second else Act.CLOSE_POSITION)
