"""`curb status --line`: what a status bar shows, and its exit code."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from curb.cli import bar
from curb.domain.snapshot import CheckView, RuleView, Snapshot, TimerView
from tests.cli.live import armed, desk
from tests.cli.test_commands import curb
from tests.tui import scenes

LIVE = replace(scenes.FLAT, is_paper=False)
(ACCOUNT,) = LIVE.accounts
BLIND = RuleView("RULE-003", "DailyRealizedLoss", "not evaluated", "?", "-500", None, "no mark")


def timer(kind: str, scope: str, left_s: float | None, *, is_covered: bool = False) -> TimerView:
    until = None if left_s is None else scenes.AT + timedelta(seconds=left_s)
    return TimerView(kind, scope, "RULE-003", "reason", scenes.AT, until, "then", is_covered)


def of(**changes: object) -> Snapshot:
    return replace(LIVE, accounts=(replace(ACCOUNT, **changes),))  # type: ignore[arg-type]


def line(snapshot: Snapshot) -> str:
    return bar.text(bar.words(snapshot), is_tmux=False)


@pytest.mark.parametrize(
    ("snapshot", "shown", "is_fine"),
    [
        (LIVE, "CURB ARMED 5/5 -386/-500 77%", True),
        (replace(LIVE, is_paper=True), "CURB PAPER ARMED 5/5 -386/-500 77%", True),
        (
            of(timers=(timer("RESET", "ACCT", 60), timer("LOCK", "ACCT", 252))),
            "CURB ARMED 5/5 -386/-500 77% LOCK 04:12",
            True,
        ),
        (
            of(timers=(timer("LOCK", "MNQ", None), timer("COOL", "ACCT", 38))),
            "CURB ARMED 5/5 -386/-500 77% LOCK MNQ --:-- +1",
            True,
        ),
        (
            of(timers=(timer("LOCK", "MNQ", None),)),
            "CURB ARMED 5/5 -386/-500 77% LOCK MNQ --:--",
            True,
        ),
        (
            of(timers=(timer("LOCK", "ACCT", 9), timer("GRACE", "MES", 18))),
            "CURB ARMED 5/5 -386/-500 77% GRACE MES 00:18 +1",
            True,
        ),
        (
            of(timers=(timer("GRACE", "MES", 18, is_covered=True),)),
            "CURB ARMED 5/5 -386/-500 77%",
            True,
        ),
        (of(state="LOCKED"), "CURB ARMED 5/5 LOCKED -386/-500 77%", True),
        (of(state="COOLDOWN"), "CURB ARMED 5/5 COOLDOWN -386/-500 77%", True),
        (of(alert="the close was refused"), "CURB ARMED 5/5 ALERT -386/-500 77%", False),
        (of(verdict="MONITOR-ONLY"), "CURB ARMED 5/5 MONITOR-ONLY -386/-500 77%", False),
        (of(rules=(BLIND,)), "CURB ARMED 5/5 1 NOT EVALUATED -386/-500 77%", False),
        (of(pnl=scenes.pnl(total=None, used=None)), "CURB ARMED 5/5 ?/-500 ?", True),
        (of(pnl=scenes.pnl(limit=None, used=None)), "CURB ARMED 5/5 -386", True),
        (of(pnl=scenes.pnl(total=Decimal("-386.10"))), "CURB ARMED 5/5 -387/-500 77%", True),
        (of(pnl=scenes.pnl(basis="realized")), "CURB ARMED 5/5 -350/-500 77%", True),
        (of(pnl=scenes.pnl(limit=Decimal("99.5"))), "CURB ARMED 5/5 -386/-99.5 77%", True),
        (of(can_trade=False), "CURB CANNOT TRADE -386/-500 77%", False),
        (replace(LIVE, accounts=()), "CURB NO ACCOUNT", False),
        (
            replace(
                LIVE,
                is_ready=False,
                preflight=(CheckView("clock", True, "ok"), CheckView("login", False, "none yet")),
            ),
            "CURB PRE-FLIGHT 1/2 -386/-500 77%",
            False,
        ),
        (
            replace(LIVE, rest=scenes.link("REST", word="slow")),
            "CURB ARMED 5/5 REST slow -386/-500 77%",
            True,
        ),
        (
            replace(LIVE, market_hub=scenes.link("MKT", word="down")),
            "CURB ARMED 5/5 MKT down -386/-500 77%",
            False,
        ),
        (replace(LIVE, store_word="disk full"), "CURB ARMED 5/5 DB ! -386/-500 77%", False),
        (scenes.TWO, "CURB ARMED 5/5 …0077 COOLDOWN -386/-500 77%", True),
        # What has no room goes, the least important first: timer, money, and never the state.
        (scenes.UNKNOWN, "CURB ARMED 4/5 1 NOT EVALUATED MKT down USER auth DB !", False),
    ],
)
def test_the_line_tells_the_state_and_whether_it_is_fine(
    snapshot: Snapshot, shown: str, is_fine: bool
) -> None:
    assert line(snapshot) == shown
    assert bar.is_fine(bar.words(snapshot)) is is_fine


@pytest.mark.parametrize(
    ("snapshot", "color"),
    [
        (of(pnl=scenes.pnl(used=Decimal("0.2"))), "green"),
        (of(state="COOLDOWN"), "yellow"),
        (of(pnl=scenes.pnl(used=Decimal("0.85"))), "yellow"),
        (of(state="LOCKED", rules=(BLIND,)), "red"),
        (scenes.UNKNOWN, "red"),
    ],
)
def test_the_gravest_word_colors_the_line_for_tmux(snapshot: Snapshot, color: str) -> None:
    shown = bar.text(bar.words(snapshot), is_tmux=True)
    assert shown == f"#[fg={color}]{line(snapshot)}#[default]"


@pytest.mark.parametrize("text", [*scenes.HOSTILE, "#(reboot)", "#[fg=red]", "##{pid}", "#S"])
def test_hostile_words_stay_one_short_harmless_line(text: str) -> None:
    hostile = scenes.account(
        name=text, state=text, timers=(timer("LOCK", text, 10), timer("COOL", text, 20))
    )
    link = scenes.link("REST", word=text)
    shown = line(scenes.snapshot(hostile, scenes.account(), rest=link, is_paper=False))
    assert shown.isprintable()
    assert "#" not in shown
    assert bar._cells(shown) <= bar.CELLS


def test_without_an_engine_it_says_so(tmp_path: Path) -> None:
    found = bar.ask(tmp_path / "engine.sock")
    assert bar.text(found, is_tmux=True) == "#[fg=red]CURB NO ENGINE#[default]"
    assert not bar.is_fine(found)


def test_the_command_tells_a_running_engine_from_none(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            assert await curb(found, "status", "--line") == (1, "CURB NO ENGINE\n", "")
            engine = await found.engine()
            code, words, _ = await curb(found, "status", "--line")
            assert (code, words[: words.index("/")]) == (0, f"CURB ARMED {armed()[:2]}")
            code, words, _ = await curb(found, "status", "--tmux")
            assert words.startswith("#[fg=")
            await engine.stop()

    asyncio.run(scene())
