"""What a sheet says of the room that is left."""

from dataclasses import replace
from decimal import Decimal

from curb.domain.room import AddView, Room
from curb.domain.snapshot import RuleView
from curb.tui.rooms import lines, title

from . import scenes

ROOM = Room(
    at=scenes.AT,
    account_id=scenes.ACCOUNT,
    account="50KTC-V2-1234508841",
    symbol="MNQ",
    positions=(scenes.position(),),
    adds=(AddView("LONG", 3, "RULE-002: 2 of 5 MNQ open"),),
    rules=(
        RuleView("RULE-002", "Max per instrument", "ok", "MNQ 2", "5", Decimal("0.4"), left="3"),
        RuleView(
            "RULE-003",
            "Daily loss",
            "ok",
            "-386.00",
            "-500.00",
            Decimal("0.772"),
            fires=(scenes.fire("RULE-003", "21315.25", is_above=False),),
            left="114.00",
        ),
        RuleView("RULE-004", "Open loss", "not evaluated", "?", "-300.00", None, "no mark"),
    ),
)


def said(room: Room) -> list[str]:
    return [" ".join(text.split()) for text, _ in lines(room)]


def test_a_room_is_a_position_what_may_be_added_prices_and_rules() -> None:
    assert title(ROOM, scenes.CHICAGO) == "Headroom MNQ · …8841 · 14:33:07"
    assert said(ROOM) == [
        "LONG 2 MNQZ6 @ 21350.25, last 21343.75, open ▼-26.00",
        "",
        "May add LONG: 3 MNQ · RULE-002: 2 of 5 MNQ open",
        "",
        "↓ MNQZ6 at 21315.25 fires RULE-003 Daily loss",
        "",
        "Rule Left Used Value Limit",
        "002 Max per instrument 3 40% MNQ 2 5",
        "003 Daily loss 114.00 77% -386.00 -500.00",
        "004 Open loss - ? ? -300.00",
        "not evaluated: no mark",
    ]
    assert max(len(text) for text, _ in lines(ROOM)) <= 74


def test_nothing_unknown_is_a_number() -> None:
    adds = (
        AddView("LONG", None, "the account has not been read yet", is_known=False),
        AddView("SHORT", None, "no rule limits it"),
        AddView("SHORT", 0, "cooldown of RULE-006 for 0:01:00 more"),
    )
    unknown = scenes.position(average=None, mark=None, unrealized=None, is_stale=True)
    told = said(replace(ROOM, adds=adds, positions=(unknown,), rules=()))
    assert told == [
        "LONG 2 MNQZ6 @ ?, last ?, open ?",
        "",
        "May add LONG: ? · the account has not been read yet",
        "May add SHORT: any number · no rule limits it",
        "May add SHORT: 0 MNQ · cooldown of RULE-006 for 0:01:00 more",
        "",
        "Rule Left Used Value Limit",
    ]
    assert said(replace(ROOM, positions=()))[0] == "MNQ flat"
    stale = replace(ROOM, positions=(scenes.position(is_stale=True),))
    assert "last 21343.75~" in said(stale)[0]


def test_hostile_names_are_harmless() -> None:
    for text in scenes.HOSTILE:
        rule = RuleView(text, text, text, text, text, None, text, left=text)
        room = replace(
            ROOM,
            symbol=text,
            account=text,
            positions=(scenes.position(name=text),),
            adds=(AddView("LONG", 1, text),),
            rules=(rule,),
        )
        assert all(line.isprintable() for line, _ in lines(room))
        assert title(room, None).isprintable()
