"""The verdict follows the last definite word, and mends when what was refused works again."""

from dataclasses import replace
from itertools import count

import pytest

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    OffsetPosition,
    ReadAccount,
    ReduceContract,
    Request,
    SaveAudit,
    SaveCapability,
)
from curb.domain.audit import Act
from curb.domain.capability import Capability, Verdict
from curb.domain.events import Outcome, RequestEnded, Restored, Why
from curb.domain.locks import Lock
from curb.engine.ability import Ability
from curb.engine.clerk import Clerk
from curb.engine.flatten import Phase
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract_id, lock

MNQ = contract_id("MNQ")
CLOSE = CloseContract(1, ACCOUNT.id, MNQ)
REDUCE = ReduceContract(1, ACCOUNT.id, MNQ, 1)
CANCEL = CancelOrder(1, ACCOUNT.id, 9)


def ability() -> Ability:
    return Ability(ACCOUNT.id, Clerk(count(1), "0" * 64, ACCOUNT.id, ACCOUNT.name))


def refused(why: Why | None = Why.ACCOUNT) -> RequestEnded:
    return RequestEnded(1, Outcome.REFUSED, 5, 8, "AccountRejected (8)", why)


@pytest.mark.parametrize(
    ("request_", "verdict"),
    [
        (CLOSE, Verdict.MONITOR_ONLY),
        (REDUCE, Verdict.CLOSE_ONLY),
        (CANCEL, Verdict.CLOSE_ONLY),
    ],
)
def test_what_is_refused_for_the_account_is_said_once_until_it_works(
    request_: Request, verdict: Verdict
) -> None:
    found = ability()
    found.sent((request_,))
    said, (kept, told) = found.ended(refused(), NOON)
    assert said.startswith(f"{verdict.value}: ")
    assert isinstance(kept, SaveCapability)
    assert isinstance(told, SaveAudit)
    assert (found.known.verdict, told.row.success) == (verdict, False)
    assert told.row.reason.startswith(f"{verdict.value}: the gateway refuses ")
    found.sent((request_,))
    assert found.ended(refused(), NOON) == ("", [])
    found.sent((request_,))
    said, (kept, told) = found.ended(RequestEnded(1, Outcome.DONE, 5), NOON)
    assert not said
    assert isinstance(told, SaveAudit)
    assert (found.known.verdict, told.row.success) == (Verdict.ENFORCING, True)


@pytest.mark.parametrize("why", [Why.MARKET, Why.ORDER, Why.BUDGET, None])
def test_other_refusals_say_nothing_of_the_account(why: Why | None) -> None:
    found = ability()
    found.sent((CLOSE,))
    assert found.ended(refused(why), NOON) == ("", [])
    assert found.known == Capability(ACCOUNT.id)


def test_the_first_close_that_works_is_kept_and_not_told() -> None:
    found = ability()
    found.sent((CLOSE, ReadAccount(2, ACCOUNT.id)))
    kept = SaveCapability(Capability(ACCOUNT.id, can_close=True))
    assert found.ended(RequestEnded(1, Outcome.DONE, 5), NOON) == ("", [kept])
    assert found.ended(RequestEnded(2, Outcome.DONE, 5), NOON) == ("", [])


def test_a_restart_remembers_it() -> None:
    mine = Capability(ACCOUNT.id, can_close=False)
    found = ability()
    found.restore(Restored(capabilities=(replace(mine, account_id=1), mine)))
    assert found.known == mine
    other = ability()
    other.restore(Restored())
    assert other.known == Capability(ACCOUNT.id)


def locked() -> Lock:
    return lock("SELF-LOCK", 3600)


def refuse(scene: Scene, deeds: Deeds, why: Why) -> Deeds:
    out: list[Action] = []
    for action in deeds.actions:
        if isinstance(action, CloseContract | ReduceContract):
            number = action.request_id
            ended = RequestEnded(number, Outcome.REFUSED, 5, 1, "no", why)
            out += scene.tell(ended).actions
    return Deeds(tuple(out))


def test_where_closes_are_refused_for_the_account_none_storm_and_no_order_is_placed() -> None:
    scene = Scene(restored=Restored(locks=(locked(),)))
    deeds, closes = scene.trade("MNQ", 2), 0
    for second in range(120):
        closes += len(deeds.closes)
        answered = (*refuse(scene, deeds, Why.ACCOUNT).actions, *scene.answer_pending().actions)
        deeds = Deeds((*answered, *scene.at(second).tick().actions))
        assert not any(isinstance(action, OffsetPosition) for action in deeds.actions)
    assert 7 <= closes <= 9
    assert scene.watch.ability.known.verdict is Verdict.MONITOR_ONLY
    assert "REFUSED FOR THIS ACCOUNT" in scene.watch.alert
    assert [pursuit.hindrance for pursuit in scene.watch.closing] == [Phase.BARRED]


def test_a_restart_in_between_tells_of_it_before_anything_is_refused_again() -> None:
    known = Capability(ACCOUNT.id, can_close=False)
    scene = Scene(restored=Restored(locks=(locked(),), capabilities=(known,)))
    verdicts = [scene.watch.ability.known.verdict]
    deeds = scene.trade("MNQ", 2)
    assert scene.answer(deeds.actions).of("ENGINE")[0].action is Act.WARN
    verdicts.append(scene.watch.ability.known.verdict)
    assert verdicts == [Verdict.MONITOR_ONLY, Verdict.ENFORCING]
