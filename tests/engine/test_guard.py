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
    scene = Scene()
    for each in locks:
        scene.watch.state.lockouts.add(each)
    deeds = scene.at(1).position("MNQ", 3)
    assert deeds.closes == closes
    (row,) = [a.row for a in deeds.actions if isinstance(a, SaveAudit)]
    assert row.action is (Act.REDUCE_POSITION if second else Act.CLOSE_POSITION)


def test_an_attempt_says_what_the_lock_leaves_and_until_when() -> None:
    held = lock("RULE-007", 300, kind=LockKind.COOLDOWN)
    scene = Scene(restored=Restored(locks=(held,)))
    deeds = scene.at(1).position("MNQ", 3)
    (row,) = [a.row for a in deeds.actions if isinstance(a, SaveAudit)]
    assert row.details["facts"]["size"] == 3
    figures = [row.details[key] for key in ("what", "value", "sign", "limit", "under_lock")]
    assert figures == ["MNQZ6 open", 3, "is not", 0, True]
    assert row.details["lock"]["until"] == "2026-11-18T18:05:00.000+00:00"
