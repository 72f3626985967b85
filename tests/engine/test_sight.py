"""A hub that is up and silent is found out, told and mended; what nobody sees is got out of."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from curb.domain.actions import Action, RepairHub
from curb.domain.audit import LINK, Act, AuditRow
from curb.domain.blind import BlindPlan
from curb.domain.book import OrderType, Position, Side
from curb.domain.events import Link, LinkChanged, Outcome, PositionSeen, RequestEnded
from curb.engine.divergence import PATIENCE
from tests.scene import ACCOUNT, Deeds, Scene, contract_id

MNQ = contract_id("MNQ")
WAIT = PATIENCE.total_seconds()
USER, MARKET = Link.USER_HUB, Link.MARKET_HUB


def repairs(deeds: Deeds) -> list[tuple[Link, bool]]:
    return [(a.link, a.is_anew) for a in deeds.actions if isinstance(a, RepairHub)]


def gaps(deeds: Deeds) -> list[AuditRow]:
    return [row for row in deeds.of(LINK) if row.action is Act.GAP]


def alerts(deeds: Deeds) -> list[str]:
    return [row.reason for row in deeds.of(LINK) if row.action is Act.WARN]


def hold(scene: Scene, size: int = 2) -> None:
    """Let the venue hold a position that no hub tells of."""
    number = 500 + len(scene.positions)
    scene.positions[MNQ] = Position(ACCOUNT.id, MNQ, size, Decimal(21000), scene.now, number)


def play(scene: Scene, until: float, *, quoted: bool = True) -> Deeds:
    """Let time pass by half seconds, every read answered."""
    actions: list[Action] = []
    second = (scene.now - scene.start).total_seconds()
    while second < until:
        second += 0.5
        scene.at(second)
        actions += scene.tick().actions
        actions += scene.answer_pending().actions
        if quoted:
            actions += scene.quote("MNQ", f"{21000 + second}").actions
    return Deeds(tuple(actions))


def watched() -> Scene:
    scene = Scene()
    play(scene, 12)
    return scene


def test_what_the_hub_left_out_is_found_within_ten_seconds_and_the_hub_mended() -> None:
    scene = watched()
    hold(scene)
    opened = scene.now
    deeds = play(scene, 22)
    assert scene.watch.state.positions.size(MNQ) == 2
    assert scene.watch.state.read_at is not None
    assert repairs(deeds) == [(USER, False)]
    (row,) = gaps(deeds)
    assert row.reason == (
        "user hub divergence: it did not tell MNQZ6 +2, which REST shows: subscribing again"
    )
    assert row.details["untold"] == [["position", MNQ, "+2"]]
    assert row.at - opened < timedelta(seconds=9 + WAIT + 1)
    link = scene.core.market.links[USER]
    assert (link.is_up, link.is_trusted) == (True, False)


def test_what_the_hub_tells_a_moment_later_is_no_divergence() -> None:
    scene = watched()
    hold(scene)
    play(scene, 19)
    assert scene.watch.state.positions.size(MNQ) == 2
    late = scene.tell(PositionSeen(scene.positions[MNQ]))
    assert repairs(late) + repairs(play(scene, 40)) == []


def test_while_the_hub_is_silent_rest_is_asked_as_often_as_configured() -> None:
    scene = watched()
    hold(scene)
    play(scene, 30)
    deeds = play(scene, 60)
    assert len(deeds.reads) in range(11, 13)  # every 2.5 s
    assert all(read.fills_since for read in deeds.reads)


def test_a_hub_that_goes_on_leaving_out_is_connected_anew() -> None:
    scene = watched()
    found = []
    for number in range(1, 8):
        hold(scene, number)
        found += repairs(play(scene, 12 + number * 11))
    assert found == [(USER, False), (USER, True), (USER, True)]


def test_what_is_left_out_right_after_a_repair_is_mended_once_the_next_is_due() -> None:
    scene = watched()
    hold(scene)
    play(scene, 22)
    hold(scene, 3)
    deeds = play(scene, 40)
    (row,) = gaps(deeds)
    assert repairs(deeds) == [(USER, True)]
    first = scene.core.market.links[USER].repaired_at
    assert first == row.at
    assert repairs(play(scene, 120)) == []  # nothing more was left out


def test_a_hub_that_left_nothing_out_for_a_minute_is_trusted_again() -> None:
    scene = watched()
    hold(scene)
    play(scene, 30)
    assert not scene.core.market.links[USER].is_trusted
    play(scene, 90)
    assert scene.core.market.links[USER].is_trusted


def test_a_hub_with_much_left_out_names_some_of_it() -> None:
    scene = watched()
    for price in ("20990", "20991", "20992", "20993", "20994"):
        scene.order("MNQ", Side.BUY, OrderType.LIMIT, price=price, silent=True)
    (row,) = gaps(play(scene, 25))
    assert ", MNQZ6 order 3 and 2 more, which REST shows" in row.reason


def test_quotes_that_stop_coming_are_asked_for_and_the_hub_connected_anew() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1)
    assert repairs(play(scene, 9.5, quoted=False)) == []
    first = play(scene, 10.5, quoted=False)
    assert repairs(first) == [(MARKET, False)]
    assert [row.reason for row in gaps(first)] == [
        "market hub divergence: no quote of MNQZ6 for 10 s: subscribing again"
    ]
    assert scene.core.market.links[MARKET].doubt
    assert scene.core.deadline(scene.now) > scene.now
    assert repairs(play(scene, 19.5, quoted=False)) == []
    assert repairs(play(scene, 20.5, quoted=False)) == [(MARKET, True)]
    scene.tell(LinkChanged(MARKET, False, "connecting anew", 1))
    assert repairs(play(scene, 60, quoted=False)) == []  # down: its own attempts go on
    scene.tell(LinkChanged(MARKET, True, "connected", 2))
    assert repairs(play(scene, 69.5, quoted=False)) == []
    play(scene, 72)
    assert not scene.core.market.links[MARKET].doubt


def test_a_flat_account_misses_no_quotes() -> None:
    scene = Scene()
    play(scene, 1)
    assert repairs(play(scene, 60, quoted=False)) == []


def adopt(scene: Scene, action: str) -> None:
    policy = replace(scene.core.policy, blind=BlindPlan(action=action))  # type: ignore[arg-type]
    scene.core.adopt(policy, scene.now)


def refused(scene: Scene, until: float) -> Deeds:
    """Let time pass with no answer over REST, and no quote."""
    actions: list[Action] = []
    scene.is_deaf = True
    second = (scene.now - scene.start).total_seconds()
    while second < until:
        second += 0.5
        scene.at(second)
        deeds = scene.tick()
        actions += deeds.actions
        for read in deeds.reads:
            ended = RequestEnded(read.request_id, Outcome.REFUSED, 1, None, "out of reach")
            actions += scene.tell(ended).actions
            actions += scene.quote("MNQ", f"{21000 + second}").actions
    return Deeds(tuple(actions))


def test_an_account_that_neither_hub_nor_rest_tells_of_is_told_and_only_that() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1)
    play(scene, 5)
    scene.tell(LinkChanged(USER, False, "lost", 1))
    words = "BLIND with a position for 15 s: neither the user hub nor REST tells of the account"
    assert alerts(refused(scene, 19.5)) == []
    assert alerts(refused(scene, 20.5)) == [words]
    assert scene.watch.alert == words
    assert refused(scene, 120).closes == []
    scene.is_deaf = False
    scene.tell(LinkChanged(USER, True, "connected", 2))
    assert alerts(play(scene, 130)) == []
    assert scene.watch.alert == ""


def test_by_choice_a_position_without_a_price_is_closed_after_a_minute() -> None:
    scene = Scene()
    adopt(scene, "flatten")
    scene.at(0).trade("MNQ", 1)
    assert alerts(play(scene, 15, quoted=False)) == [
        "BLIND with a position for 15 s: no quote of MNQZ6"
    ]
    assert play(scene, 59.5, quoted=False).closes == []
    deeds = play(scene, 60, quoted=False)
    assert deeds.closes == [(MNQ, None)]
    due = scene.watch.sight.deadline()
    assert due is not None
    assert due > scene.now
    (row,) = [row for row in deeds.of(LINK) if row.action is Act.FLATTEN]
    assert row.reason == "blind with a position for 60 s: no quote of MNQZ6"
    assert scene.settle(deeds).acts  # and it is done
    assert scene.watch.state.positions.size(MNQ) == 0
    assert play(scene, 300, quoted=False).closes == []


def test_a_price_that_comes_in_time_begins_the_minute_anew() -> None:
    scene = Scene()
    adopt(scene, "flatten")
    scene.at(0).trade("MNQ", 1)
    play(scene, 50, quoted=False)
    scene.quote("MNQ", "21001")
    assert scene.watch.alert == ""
    again = play(scene, 109.5, quoted=False)
    assert (again.closes, len(alerts(again))) == ([], 1)
    assert play(scene, 110.5, quoted=False).closes == [(MNQ, None)]


def test_a_contract_that_was_never_quoted_has_its_minute_from_the_position_on() -> None:
    scene = Scene()
    adopt(scene, "flatten")
    play(scene, 90)
    play(scene, 400, quoted=False)
    scene.trade("MNQ", 1)
    assert play(scene, 459, quoted=False).closes == []
    assert play(scene, 461, quoted=False).closes == [(MNQ, None)]


def test_a_choice_that_has_just_come_into_force_closes_nothing_at_once() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1)
    play(scene, 200, quoted=False)
    adopt(scene, "flatten")
    assert play(scene, 259, quoted=False).closes == []
    assert play(scene, 261, quoted=False).closes == [(MNQ, None)]
