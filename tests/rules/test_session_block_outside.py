"""RULE-009, acceptance rows 9.x."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from curb.domain.audit import Act
from curb.domain.book import Fill, OrderType, Position, Side
from curb.domain.events import ContractSeen, Restored, TimePassed
from curb.domain.locks import Lock, LockKind
from curb.engine.policy import Policy
from curb.rules.session_block_outside import SessionBlockOutside
from tests.scene import ACCOUNT, Deeds, Scene, contract, contract_id

CHICAGO = ZoneInfo("America/Chicago")
RULE = "RULE-009"
ES_HOURS = {"ES": {"start": "17:00", "end": "16:00"}}


def rule(**changes: object) -> SessionBlockOutside:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "start": "08:30",
        "end": "15:00",
        "timezone": "America/Chicago",
        "days": ("Mon", "Tue", "Wed", "Thu", "Fri"),
        "holidays": ("2026-11-26",),
        "action": "close_and_lock",
        "early_closes": {"2026-11-27": "12:15"},
        "sessions": {},
    }
    return SessionBlockOutside.model_validate(keys | changes)


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


def scene_at(text: str, *rules: SessionBlockOutside, **details: object) -> Scene:
    return Scene(*(rules or (rule(),)), start=chicago(text), **details)  # type: ignore[arg-type]


def go(scene: Scene, text: str) -> Scene:
    """Go on to a wall time in Chicago."""
    return scene.at((chicago(text) - scene.start).total_seconds())


def adopt(scene: Scene, *rules: SessionBlockOutside) -> Deeds:
    policy = Policy(rules, scene.core.policy.days, "net", "1" * 64, 1)
    return Deeds(tuple(scene.core.adopt(policy, scene.now)))


def locks(scene: Scene) -> dict[str | None, str]:
    """The end of every lock as a wall time in Chicago, by symbol."""
    ends = {held.symbol: held.until for held in scene.watch.state.lockouts}
    return {s: end.astimezone(CHICAGO).isoformat()[:16] for s, end in ends.items() if end}


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("2026-11-18T10:00:00", None, id="9.1 Wednesday 10:00"),
        pytest.param("2026-11-18T08:29:59", "2026-11-18T08:30", id="9.2 a second early"),
        pytest.param("2026-11-18T08:30:00", None, id="9.2 the first second"),
        pytest.param("2026-11-18T14:59:59", None, id="9.2 the last second"),
        pytest.param("2026-11-18T15:00:00", "2026-11-19T08:30", id="9.2 the end"),
        pytest.param("2026-11-20T15:00:00", "2026-11-23T08:30", id="9.3 over the weekend"),
        pytest.param("2026-11-21T10:00:00", "2026-11-23T08:30", id="9.3 Saturday"),
        pytest.param("2026-11-22T18:00:00", "2026-11-23T08:30", id="9.3 Sunday evening"),
        pytest.param("2026-11-26T10:00:00", "2026-11-27T08:30", id="9.4 a holiday"),
        pytest.param("2026-11-27T12:14:59", None, id="before an early close"),
        pytest.param("2026-11-27T12:15:00", "2026-11-30T08:30", id="an early close"),
        pytest.param("2026-10-30T15:00:00", "2026-11-02T08:30", id="9.7 over the end of DST"),
    ],
)
def test_outside_the_hours_a_position_is_closed_and_the_account_locked(
    now: str, until: str | None
) -> None:
    scene = Scene(start=chicago(now))
    scene.trade("MNQ", 2)
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20000", order_id=81)
    deeds = adopt(scene, rule())
    assert deeds.closes == ([(contract_id("MNQ"), None)] if until else [])
    assert deeds.cancels == ([81] if until else [])
    assert deeds.acts == ([Act.FLATTEN] if until else [])
    for row in deeds.of(RULE) if until else ():
        assert (row.details["limit"], row.details["keys"]["timezone"]) == (
            "08:30-15:00",
            "America/Chicago",
        )
    assert locks(scene) == ({None: until} if until else {})


def test_the_lock_over_a_weekend_lasts_65_and_a_half_hours() -> None:
    """9.3 Friday 15:00 to Monday 08:30."""
    scene = scene_at("2026-11-20T14:00:00")
    (lock,) = go(scene, "2026-11-20T15:00:00").tick().locks
    assert lock.until is not None
    assert lock.until - scene.now == timedelta(hours=65, minutes=30)


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        pytest.param("2026-10-30T13:30", "2026-11-02T14:30", id="9.7 the end of DST"),
        pytest.param("2027-03-12T14:30", "2027-03-15T13:30", id="9.7 its beginning"),
    ],
)
def test_the_session_starts_by_the_clock_on_the_wall(friday: str, monday: str) -> None:
    first, then = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (friday, monday))
    scene = Scene(rule(), start=first - timedelta(seconds=1))
    assert [lock.until for lock in scene.opening.locks] == [first]
    scene.at(1).tick()
    assert locks(scene) == {}
    (lock,) = scene.at(8 * 3600).tick().locks
    assert lock.until == then


def test_the_end_wakes_the_rule_and_locks_a_flat_account() -> None:
    """9.2 the end, flat."""
    scene = scene_at("2026-11-18T10:00:00")
    assert chicago("2026-11-18T15:00:00") in scene.watch.deadlines(scene.now)
    deeds = go(scene, "2026-11-18T15:00:00").tick()
    (row,) = deeds.of(RULE)
    assert (row.action, row.success, row.symbol) == (Act.LOCK, True, None)
    assert "15:00:00 is outside 08:30-15:00" in row.reason
    assert "next session Thu 2026-11-19 08:30" in row.reason
    assert chicago("2026-11-19T08:30:00") in scene.watch.deadlines(scene.now)
    assert go(scene, "2026-11-18T15:00:01").tick().rows == []


def test_the_end_flattens_what_is_open_in_one_row() -> None:
    """9.2 the end, with positions and an order."""
    scene = scene_at("2026-11-18T14:59:00")
    scene.trade("MNQ", 1)
    scene.trade("ES", -1, "6000")
    scene.order("ES", Side.BUY, OrderType.STOP, 1, price="6010", order_id=81)
    deeds = scene.settle(go(scene, "2026-11-18T15:00:00").tick())
    assert {name for name, _ in deeds.closes} == {contract_id("MNQ"), contract_id("ES")}
    assert deeds.cancels == [81]
    assert [row.action for row in deeds.of(RULE) if row.success] == [Act.FLATTEN]


def test_orders_alone_are_cancelled() -> None:
    scene = scene_at("2026-11-18T14:59:00")
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20000", order_id=81)
    deeds = go(scene, "2026-11-18T15:00:00").tick()
    assert (deeds.cancels, deeds.closes) == ([81], [])
    assert [row.action for row in deeds.of(RULE)] == [Act.CANCEL_ORDERS]


def test_the_lock_ends_when_the_session_starts() -> None:
    """9.2 08:30:00."""
    scene = scene_at("2026-11-18T08:29:59")
    assert locks(scene) == {None: "2026-11-18T08:30"}
    scene.settle(scene.trade("MNQ", 1))
    (row,) = go(scene, "2026-11-18T08:30:00").tick().of(RULE)
    assert row.action is Act.UNLOCK
    assert go(scene, "2026-11-18T08:31:00").trade("MNQ", 1).closes == []


def test_what_is_opened_under_the_lock_is_an_attempt() -> None:
    scene = scene_at("2026-11-18T16:00:00")
    deeds = scene.trade("MNQ", 1)
    assert deeds.closes == [(contract_id("MNQ"), None)]
    assert [row.details["under_lock"] for row in deeds.of(RULE)] == [True]
    assert len(locks(scene)) == 1


class TestSymbols:
    """With `sessions` every lock is a symbol's."""

    @pytest.mark.parametrize(
        ("now", "symbol", "until"),
        [
            pytest.param("2026-11-22T17:30:00", "ES", None, id="9.5 ES on Sunday 17:30"),
            pytest.param("2026-11-22T16:59:59", "ES", "2026-11-22T17:00", id="9.5 ES before"),
            pytest.param("2026-11-21T10:00:00", "ES", "2026-11-22T17:00", id="9.5 ES on Saturday"),
            pytest.param("2026-11-20T17:30:00", "ES", "2026-11-22T17:00", id="9.5 ES Friday 17:30"),
            pytest.param("2026-11-18T16:00:00", "ES", "2026-11-18T17:00", id="9.5 ES in its pause"),
            pytest.param("2026-11-18T00:00:00", "ES", None, id="9.5 ES at midnight"),
            pytest.param("2026-11-25T17:30:00", "ES", "2026-11-26T17:00", id="9.5 holiday's eve"),
            pytest.param("2026-11-27T12:15:00", "ES", "2026-11-29T17:00", id="9.5 an early close"),
            pytest.param("2026-11-22T17:30:00", "NQ", "2026-11-23T08:30", id="9.5 NQ on Sunday"),
            pytest.param("2026-11-18T10:00:00", "NQ", None, id="9.5 NQ on Wednesday"),
        ],
    )
    def test_each_is_judged_by_its_own_hours(
        self, now: str, symbol: str, until: str | None
    ) -> None:
        scene = Scene(start=chicago(now))
        scene.trade(symbol, 1, "6000")
        deeds = adopt(scene, rule(sessions=ES_HOURS))
        assert deeds.closes == ([(contract_id(symbol), None)] if until else [])
        assert locks(scene).get(symbol) == until
        assert None not in locks(scene)

    def test_a_lock_leaves_the_other_symbols_alone(self) -> None:
        """9.6 ES on, NQ and MNQ locked."""
        scene = scene_at("2026-11-18T14:59:00", rule(sessions=ES_HOURS))
        scene.trade("ES", 1, "6000")
        scene.trade("NQ", 1)
        scene.trade("MNQ", 1)
        deeds = go(scene, "2026-11-18T15:00:00").tick()
        closed = {contract_id("NQ"), contract_id("MNQ")}
        assert {name for name, _ in deeds.closes} == closed
        assert {row.symbol: row.action for row in deeds.of(RULE)} == {
            "MNQ": Act.CLOSE_POSITION,
            "NQ": Act.CLOSE_POSITION,
        }
        assert locks(scene) == dict.fromkeys(("MNQ", "NQ"), "2026-11-19T08:30")
        scene.settle(deeds)
        assert go(scene, "2026-11-18T15:01:00").trade("ES", 1, "6000").closes == []

    def test_a_listed_symbol_is_locked_though_flat(self) -> None:
        """9.6 a listed symbol, flat."""
        scene = scene_at("2026-11-18T15:59:00", rule(sessions={"es": ES_HOURS["ES"]}))
        assert locks(scene) == {}
        (row,) = go(scene, "2026-11-18T16:00:00").tick().of(RULE)
        assert (row.action, row.symbol) == (Act.LOCK, "ES")
        assert row.reason.startswith("ES: ")
        assert locks(scene) == {"ES": "2026-11-18T17:00"}

    def test_one_that_appears_is_closed_and_locked_then(self) -> None:
        scene = scene_at("2026-11-18T15:30:00", rule(sessions=ES_HOURS))
        assert locks(scene) == {}
        deeds = scene.trade("NQ", 1)
        assert deeds.closes == [(contract_id("NQ"), None)]
        assert locks(scene) == {"NQ": "2026-11-19T08:30"}

    def test_one_that_is_described_late_is_closed_then(self) -> None:
        closed = rule(sessions=ES_HOURS)
        scene = scene_at("2026-11-18T15:30:00", closed, contracts=())
        assert scene.trade("NQ", 1).closes == []
        assert closed.headroom(scene.watch.state, scene.now).blind
        assert scene.tell(ContractSeen(contract("NQ"))).closes == [(contract_id("NQ"), None)]


class TestCancelOrders:
    """`action = "cancel_orders"`: a cooldown until the next session."""

    def test_orders_go_and_positions_stay_and_may_not_grow(self) -> None:
        scene = scene_at("2026-11-18T14:59:00", rule(action="cancel_orders"))
        scene.trade("MNQ", 2)
        scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20000", order_id=81)
        scene.order("MNQ", Side.SELL, OrderType.STOP, 2, price="20900", order_id=82)
        deeds = go(scene, "2026-11-18T15:00:00").tick()
        assert (deeds.closes, deeds.cancels) == ([], [81])
        assert [row.action for row in deeds.of(RULE)] == [Act.CANCEL_ORDERS]
        (lock,) = deeds.locks
        assert (lock.kind, lock.ceilings) == (LockKind.COOLDOWN, ((contract_id("MNQ"), 2),))
        assert locks(scene) == {None: "2026-11-19T08:30"}
        scene.settle(deeds)
        assert go(scene, "2026-11-18T15:01:00").trade("MNQ", 1).closes == [(contract_id("MNQ"), 1)]

    def test_a_flat_account_may_open_nothing(self) -> None:
        scene = scene_at("2026-11-18T16:00:00", rule(action="cancel_orders"))
        assert [row.action for row in scene.opening.of(RULE)] == [Act.LOCK]
        assert scene.trade("MNQ", 1).closes == [(contract_id("MNQ"), None)]

    def test_what_was_told_before_the_clock_struck_has_no_place(self) -> None:
        scene = scene_at("2026-11-18T14:59:00", rule(action="cancel_orders"))
        scene.trade("MNQ", 2)
        deeds = go(scene, "2026-11-18T15:00:00.010").fill("MNQ", 1)  # no tick came before
        assert [lock.ceilings for lock in deeds.locks] == [((contract_id("MNQ"), 2),)]
        assert scene.position("MNQ", 3).closes == [(contract_id("MNQ"), 1)]

    @pytest.mark.parametrize("now", ["2026-11-18T15:00:00", "2026-11-18T15:30:00"])
    def test_a_symbol_that_appears_outside_its_hours_is_closed(self, now: str) -> None:
        scene = scene_at(now, rule(action="cancel_orders", sessions=ES_HOURS))
        assert scene.trade("NQ", 1).closes == [(contract_id("NQ"), None)]
        assert locks(scene) == {"NQ": "2026-11-19T08:30"}

    def test_a_position_that_is_open_when_the_rule_is_switched_on_stays(self) -> None:
        scene = Scene(start=chicago("2026-11-18T15:30:00"))
        scene.trade("NQ", 1)
        assert adopt(scene, rule(action="cancel_orders", sessions=ES_HOURS)).closes == []
        assert locks(scene) == {"NQ": "2026-11-19T08:30"}

    @pytest.mark.parametrize(
        ("before", "after", "kind"),
        [
            ("cancel_orders", "close_and_lock", LockKind.LOCKOUT),
            ("close_and_lock", "cancel_orders", LockKind.LOCKOUT),  # a lock is never loosened
        ],
    )
    def test_another_action_while_closed(self, before: str, after: str, kind: LockKind) -> None:
        scene = scene_at("2026-11-18T14:59:00", rule(action=before))
        scene.trade("MNQ", 1)
        go(scene, "2026-11-18T15:00:00").tick()
        deeds = adopt(scene, rule(action=after))
        assert [held.kind for held in scene.watch.state.lockouts] == [kind]
        assert (contract_id("MNQ"), None) in (*deeds.closes, *_under_way(scene))


def _under_way(scene: Scene) -> Iterable[tuple[str, None]]:
    return ((pursuit.contract_id, None) for pursuit in scene.watch.closing)


def held_lock(now: str, until: str, symbol: str | None = None) -> Lock:
    reason = "outside the session 08:30-15:00"
    return Lock(ACCOUNT.id, RULE, LockKind.LOCKOUT, chicago(now), chicago(until), reason, symbol)


class TestRestart:
    """Restarting at any moment changes nothing."""

    def test_the_lock_is_not_set_twice(self) -> None:
        lock = held_lock("2026-11-18T15:00:00", "2026-11-19T08:30:00")
        scene = scene_at("2026-11-18T16:00:00", restored=Restored(locks=(lock,)))
        assert scene.opening.of(RULE) == []
        assert tuple(scene.watch.state.lockouts) == (lock,)

    def test_a_start_outside_the_hours_closes_and_locks(self) -> None:
        scene = scene_at("2026-11-18T16:00:00", positions=())
        cid = contract_id("MNQ")
        scene.positions[cid] = Position(ACCOUNT.id, cid, 1, Decimal(21000), scene.now)
        scene.fills.append(Fill(1, ACCOUNT.id, cid, 9, Side.BUY, 1, Decimal(21000), scene.now))
        deeds = scene.begin()
        assert deeds.closes == [(cid, None)]
        assert deeds.of(RULE)[0].action is Act.FLATTEN
        assert locks(scene) == {None: "2026-11-19T08:30"}

    def test_a_start_in_the_hours_locks_nothing(self) -> None:
        assert scene_at("2026-11-18T10:00:00").opening.of(RULE) == []

    def test_a_lock_that_ends_while_still_outside_is_set_anew(self) -> None:
        lock = held_lock("2026-11-18T15:00:00", "2026-11-18T20:00:00")  # the hours were others
        later = rule(start="21:00", end="22:00")
        scene = scene_at("2026-11-18T19:00:00", later, restored=Restored(locks=(lock,)))
        assert locks(scene) == {None: "2026-11-18T21:00"}  # longer, so it was replaced
        go(scene, "2026-11-18T20:00:00").tick()
        assert locks(scene) == {None: "2026-11-18T21:00"}

    def test_a_longer_lock_outlives_hours_that_begin_earlier(self) -> None:  # X2
        scene = scene_at("2026-11-18T16:00:00")
        assert adopt(scene, rule(start="07:00")).of(RULE) == []
        assert locks(scene) == {None: "2026-11-19T08:30"}
        go(scene, "2026-11-19T07:00:00").tick()
        assert locks(scene) == {None: "2026-11-19T08:30"}


class TestWarn:
    """`mode = "warn"` tells, and does nothing."""

    def test_what_is_open_at_the_end_is_told_once(self) -> None:
        scene = scene_at("2026-11-18T14:59:00", rule(mode="warn"))
        scene.trade("MNQ", 1)
        rows = [
            row
            for second in range(3)
            for row in go(scene, f"2026-11-18T15:00:0{second}").tick().of(RULE)
        ]
        assert [row.action for row in rows] == [Act.WARN]
        assert "15:00:00 is outside 08:30-15:00" in rows[0].reason
        assert locks(scene) == {}
        assert list(scene.watch.closing) == []

    def test_a_flat_account_is_not_told_of_the_end(self) -> None:
        scene = scene_at("2026-11-18T14:59:00", rule(mode="warn"))
        assert go(scene, "2026-11-18T15:00:00").tick().of(RULE) == []


class TestHeadroom:
    """What the screen says of the hours."""

    @pytest.mark.parametrize(
        ("now", "sessions", "value", "limit", "used"),
        [
            ("2026-11-18T12:47:00", {}, "2:13 h to 15:00", "08:30-15:00", "0.66"),
            ("2026-11-18T08:30:00", {}, "6:30 h to 15:00", "08:30-15:00", "0.00"),
            ("2026-11-18T14:59:59", {}, "0:00 h to 15:00", "08:30-15:00", "1.00"),
            ("2026-11-18T15:00:00", {}, "closed to Thu 2026-11-19 08:30", "08:30-15:00", "1.00"),
            ("2026-11-27T10:22:30", {}, "1:52 h to 12:15", "08:30-15:00", "0.50"),
            ("2026-11-18T12:00:00", ES_HOURS, "ES: 4:00 h to 16:00", "17:00-16:00", "0.83"),
            (
                "2026-11-21T12:00:00",
                ES_HOURS,
                "ES: closed to Sun 2026-11-22 17:00",
                "17:00-16:00",
                "1.00",
            ),
        ],
    )
    def test_it_says_how_long_the_session_goes_on(
        self, now: str, sessions: object, value: str, limit: str, used: str
    ) -> None:
        scene = Scene(start=chicago(now))
        room = rule(sessions=sessions).headroom(scene.watch.state, scene.now)
        assert (room.value, room.limit, f"{room.used:.2f}") == (value, limit, used)

    def test_of_several_sessions_it_is_the_one_that_ends_first(self) -> None:
        scene = Scene(start=chicago("2026-11-18T12:47:00"))
        scene.trade("NQ", 1)
        room = rule(sessions=ES_HOURS).headroom(scene.watch.state, scene.now)
        assert room.value == "NQ: 2:13 h to 15:00"

    def test_of_several_closed_it_is_the_one_that_begins_first(self) -> None:
        scene = Scene(start=chicago("2026-11-21T12:00:00"))
        scene.trade("NQ", 1)
        room = rule(sessions=ES_HOURS).headroom(scene.watch.state, scene.now)
        assert room.value == "ES: closed to Sun 2026-11-22 17:00"

    def test_a_session_nearly_over_is_told_once(self) -> None:
        scene = scene_at("2026-11-18T10:00:00")
        near = [
            row
            for minute in (40, 42, 43, 50)
            for row in go(scene, f"2026-11-18T13:{minute}:00").tick().of(RULE)
        ]
        assert [(row.action, row.reason) for row in near] == [
            (Act.WARN, "Session: 1:18 h to 15:00 of 08:30-15:00")
        ]


@pytest.mark.parametrize(
    "changes",
    [
        {"days": ()},
        {"days": ("Mon", "Mon")},
        {"days": ("Monday",)},
        {"end": "08:30"},
        {"start": "8:30"},
        {"timezone": "Chicago"},
        {"holidays": ("2027-02-29",)},
        {"early_closes": {"2026-11-27": "24:00"}},
        {"sessions": {"ES": {"start": "17:00", "end": "17:00"}}},
    ],
)
def test_hours_that_nobody_can_mean_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        rule(**changes)


def test_a_cooldown_that_stands_is_not_set_again() -> None:
    cooling = rule(action="cancel_orders")
    scene = scene_at("2026-11-18T16:00:00", cooling)
    assert [held.kind for held in scene.watch.state.lockouts] == [LockKind.COOLDOWN]
    assert cooling.check(scene.watch.state, TimePassed(), scene.now) == ()
