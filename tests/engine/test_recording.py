"""Every call of the core becomes a line, and the line the call again."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from curb.config.parse import parse
from curb.domain.actions import Action
from curb.domain.codec import FrameError
from curb.domain.events import FlattenAsked, PositionSeen, Restored, TimePassed
from curb.engine import recording
from curb.engine.adoption import Adoption
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.engine.recording import CALLS, Call, RecordedCore
from tests.cli.live import config_text
from tests.scene import ACCOUNT, NOON, contract, grace, lock

CONFIG = parse((Path(__file__).parents[2] / "config.toml").read_text(), "config.toml")
POLICY = Policy.of(CONFIG)
TIGHTER = parse(config_text(**{"rules.max_contracts.limit": 4}), "config.toml")


def recorded() -> tuple[RecordedCore, list[Call]]:
    calls: list[Call] = []
    return RecordedCore(POLICY, (ACCOUNT,), Restored(), Adoption(CONFIG), calls.append), calls


MAKE: dict[str, Callable[[Core], list[Action]]] = {
    "start": lambda core: core.start(NOON, {"version": "0.1.0"}),
    "stop": lambda core: core.stop(NOON, "engine stopped"),
    "handle": lambda core: core.handle(FlattenAsked(ACCOUNT.id, None, "test"), NOON),
    "govern": lambda core: core.govern(NOON, is_first=True),
    "compare": lambda core: core.compare(CONFIG, "f" * 64),
    "reload": lambda core: core.reload(CONFIG, "f" * 64, NOON, is_confirmed=True),
    "adopt": lambda core: core.adopt(POLICY, NOON),
    "refuse_config": lambda core: core.refuse_config("config.toml:3: expected less", "", NOON),
    "fault": lambda core: core.fault("internal error", NOON),
    "warn": lambda core: core.warn("the disk is full", NOON),
    "upkeep": lambda core: core.upkeep("7 fills taken out", {"fills": 7}, NOON),
    "acknowledge": lambda core: core.acknowledge(),
}


def test_every_call_of_the_core_is_told_of() -> None:
    assert set(MAKE) == CALLS
    halves = {"decide", "settle"}  # of "handle", told as one
    assert all(vars(RecordedCore).get(name) for name in (CALLS | halves) - {"handle"})


@pytest.mark.parametrize("name", sorted(MAKE))
def test_a_call_comes_back_from_its_line(name: str) -> None:
    core, calls = recorded()
    actions = MAKE[name](core)
    assert [call.name for call in calls] == [name]
    line = recording.line_of(calls[0])
    assert line.count("\n") == 1
    read, answer = recording.read_call(line)
    assert (read.name, read.args) == (name, calls[0].args)
    assert len(answer) == len(actions)
    assert all(isinstance(told, dict) and len(told) == 1 for told in answer)


def test_a_core_answers_the_same_whether_it_tells_or_not() -> None:
    plain, (told, _) = Core(POLICY, (ACCOUNT,), Restored()), recorded()
    for name in ("start", "handle", "adopt", "stop"):
        assert MAKE[name](plain) == MAKE[name](told)


def test_an_error_of_the_core_is_told_by_its_name() -> None:
    core, calls = recorded()
    with pytest.raises(AttributeError):
        core.handle(PositionSeen(None), NOON)  # type: ignore[arg-type]
    assert [(call.name, call.raised, call.actions) for call in calls] == [
        ("handle", "AttributeError", ())
    ]
    with pytest.raises(AttributeError):
        core.adopt(None, NOON)  # type: ignore[arg-type]
    assert [(call.name, call.raised) for call in calls[1:]] == [("adopt", "AttributeError")]


def test_a_call_that_the_core_makes_of_itself_is_not_told_of() -> None:
    core, calls = recorded()
    core.fault("internal error", NOON)  # says it through `warn`
    assert [call.name for call in calls] == ["fault"]


def test_a_beginning_comes_back_from_its_line() -> None:
    restored = Restored(
        locks=(lock("RULE-006", 60, ceilings=(("CON.F.US.MNQ.Z26", -2),)),),
        graces=(grace("MNQ", 0, 10),),
        contracts=(contract("MNQ"),),
        resets=((ACCOUNT.id, NOON.date()),),
        next_audit_id=41,
        last_seen_at=NOON + timedelta(microseconds=1),
    )
    found = recording.read_first(recording.first_line("0.1.0", POLICY, (ACCOUNT,), restored))
    assert found.restored == restored
    assert found.accounts == (ACCOUNT,)
    assert recording.policy_of(found.config) == POLICY


def test_a_beginning_that_an_older_curb_recorded_comes_back() -> None:
    line = recording.first_line("0.1.0", POLICY, (ACCOUNT,), Restored(next_audit_id=41))
    told = json.loads(line)
    for name in ("positions", "orders", "days", "watched"):
        del told["restored"][name]
    assert recording.read_first(json.dumps(told)).restored == Restored(next_audit_id=41)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("not JSON\n", "expected one JSON object"),
        ("[]\n", "expected one JSON object"),
        ("{}\n", "expected a recording"),
        ('{"recording": 2}\n', "expected a recording of format 1, found format 2"),
        ('{"recording": 1}\n', "expected a field version"),
    ],
)
def test_a_beginning_that_cannot_be_read_says_why(line: str, complaint: str) -> None:
    with pytest.raises(FrameError, match=complaint):
        recording.read_first(line)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{\n", "expected one JSON object"),
        ("{}\n", "expected a call of the core"),
        ('{"call": "_quote", "args": {}}\n', "expected a call of the core"),
        ('{"call": "stop", "args": {"reason": "x"}}\n', "stop: expected now, reason"),
        ('{"call": "acknowledge", "args": {}, "actions": {}}\n', "expected a list of actions"),
    ],
)
def test_a_call_that_cannot_be_read_says_why(line: str, complaint: str) -> None:
    with pytest.raises(FrameError, match=complaint):
        recording.read_call(line)


def test_a_line_keeps_its_values_when_what_was_told_changes_later() -> None:
    core, calls = recorded()
    core.start(NOON, {})
    before = recording.line_of(calls[0])
    core.handle(TimePassed(), NOON + timedelta(minutes=5))
    assert recording.line_of(calls[0]) == before
