from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.snapshot import Snapshot
from curb.tui.sentences import changes, opening, told
from tests.tui import scenes

CALM = scenes.CALM
LONG = "LONG 2 MNQZ6 at 21350.25, open -26.00, stop ok"


def one(**changed: object) -> Snapshot:
    return scenes.snapshot(scenes.account(**changed))


def test_the_opening_says_where_things_stand() -> None:
    words = opening(CALM)
    assert words[:3] == [
        "PAPER. Armed 5 of 5 rules.",
        "REST ok. MKT ok. USER ok.",
        "…8841: OPEN. day -386.00, limit -500.00, 77% used.",
    ]
    assert f"…8841: open {LONG}." in words
    assert "…8841: GRACE MES RULE-008, 00:18 left, no stop-loss." in words
    assert opening(replace(CALM, is_paper=False))[0].startswith("LIVE.")
    assert "…8841: no open position." in opening(one(positions=()))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (CALM, CALM, []),
        (CALM, replace(CALM, rest=scenes.link("REST", word="down")), ["REST is down, was ok."]),
        (CALM, replace(CALM, store_word="full"), ["Database full."]),
        (CALM, replace(CALM, armed=4), ["Armed 4 of 5 rules, was 5."]),
        (CALM, one(state="LOCKED"), ["…8841: LOCKED, was OPEN."]),
        (CALM, one(alert="refused"), ["…8841: ALERT refused."]),
        (one(alert="refused"), CALM, ["…8841: the alert is over."]),
        (one(positions=(scenes.MES,)), CALM, [f"…8841: opened {LONG}."]),
        (CALM, one(positions=(scenes.MES,)), ["…8841: closed LONG 2 MNQZ6."]),
        (
            one(positions=(scenes.position(size=1), scenes.MES)),
            CALM,
            [f"…8841: now {LONG}, was 1."],
        ),
        (
            CALM,
            one(positions=(scenes.position(stop_word="none"), scenes.MES)),
            ["…8841: MNQZ6 stop none."],
        ),
        (CALM, one(timers=(scenes.RESET,)), ["…8841: over: GRACE MES RULE-008."]),
        (
            CALM,
            one(timers=(scenes.RESET, scenes.GRACE, scenes.HELD)),
            ["…8841: started: HELD ALL, until its condition ends, max_contracts.limit 5 -> 2."],
        ),
        (CALM, one(pnl=scenes.pnl(used=Decimal("0.773"))), []),
        (
            CALM,
            one(pnl=scenes.pnl(used=Decimal("0.81"), total=Decimal(-405))),
            ["…8841: day -405.00, limit -500.00, 81% used."],
        ),
        (
            CALM,
            one(pnl=scenes.pnl(realized=Decimal(-360), basis="realized", limit=None, used=None)),
            ["…8841: day -360.00, no loss limit."],
        ),
        (
            CALM,
            one(pnl=scenes.pnl(total=None, used=None)),
            ["…8841: day ?, limit -500.00, ? used."],
        ),
        (CALM, scenes.snapshot(*()), []),
    ],
)
def test_each_change_is_a_sentence(before: Snapshot, after: Snapshot, expected: list[str]) -> None:
    assert changes(before, after) == expected


def test_an_account_that_comes_or_goes_is_told() -> None:
    other = scenes.account(id=2, name="X-0077")
    two = scenes.snapshot(scenes.account(), other)
    assert changes(CALM, two) == ["…0077: watched now. day -386.00, limit -500.00, 77% used."]
    assert changes(two, CALM) == ["…0077: not watched any more."]


def test_a_row_of_the_audit_is_a_sentence() -> None:
    row = scenes.row(9, 1, "RULE-001", Act.FLATTEN, "6 open, limit 5", symbol="MNQ")
    assert told(row) == "RULE-001 flatten MNQ: 6 open, limit 5"
    assert told(replace(row, success=False)) == "RULE-001 flatten MNQ FAILED: 6 open, limit 5"
    assert told(row, is_several=True).startswith("…8841 RULE-001")


@pytest.mark.parametrize("text", scenes.HOSTILE)
def test_nothing_from_outside_is_told_raw(text: str) -> None:
    bad = one(
        name=text, alert=text, positions=(scenes.position(name=text),), timers=(), state="LOCKED"
    )
    words = [*opening(bad), *changes(CALM, bad)]
    words.append(told(scenes.row(9, 1, text, Act.WARN, text, symbol=text, account=text)))
    assert all(sentence.isprintable() for sentence in words)
