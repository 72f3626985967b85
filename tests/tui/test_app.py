import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.events import AppBlur, AppFocus, Paste
from textual.pilot import Pilot

from curb.control.frames import Reply
from curb.control.server import ControlServer
from curb.domain import codec
from curb.domain.audit import Act, AuditRow
from curb.domain.snapshot import KeyView
from curb.tui.app import CurbApp
from curb.tui.feed import Feed
from curb.tui.lines import Lines

from . import scenes
from .moments import Clock, app, look
from .test_rooms import ROOM

PATIENCE_S = 20.0


class Engine:
    """A real socket with an engine's answers, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o700)
        self.socket = folder / "engine.sock"
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.preview: dict[str, Any] = {"changes": [], "error": None}
        self.word = ""  # that a stop needs
        self.shown = scenes.CALM
        self.knows_rules = True
        self.gate = asyncio.Event()  # closed: a rule is not told
        self.gate.set()
        self.server = ControlServer(
            self.socket,
            version="0.1.0",
            snapshot=lambda: self.shown,
            command=self._command,
            tail=self._tail,
        )

    async def _command(self, name: str, args: dict[str, Any]) -> Reply:
        self.asked.append((name, args))
        if name == "rule":
            await self.gate.wait()
            return Reply(ok=self.knows_rules, text="no such rule", data={"id": args["id"]})
        if name == "stop" and args.get("word", "") != self.word:
            return Reply(ok=False, text="1 open position: [/] stops", data={"word": self.word})
        return Reply(ok=True, text="sent", data=self.preview)

    async def _tail(self) -> tuple[AuditRow, ...]:
        return scenes.ROWS


async def settle(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await pilot.pause()
            await asyncio.sleep(0.01)
    await pilot.pause()


@contextlib.asynccontextmanager
async def screen(
    tmp_path: Path, clock: Clock | None = None
) -> AsyncIterator[tuple[Engine, CurbApp, Pilot[None]]]:
    engine = Engine(tmp_path)
    await engine.server.start()
    shown = CurbApp(
        look(),
        socket=engine.socket,
        feed=Feed(),
        clock=clock or Clock(),
        zone=scenes.CHICAGO,
        version="0.1.0",
    )
    try:
        async with shown.run_test(size=(80, 24)) as pilot:
            await settle(pilot, lambda: shown.feed.snapshot is not None)
            yield engine, shown, pilot
    finally:
        await engine.server.close()


async def barrier(pilot: Pilot[None], shown: CurbApp) -> None:
    """Wait until every key before has been taken, and what they sent has been answered."""
    await pilot.press("escape", "escape", "5")
    await settle(pilot, lambda: shown.ui.pane == 4)
    assert shown.follower is not None
    await shown.follower.send("status")


def words(shown: CurbApp, part: str) -> str:
    lines = shown.query_one(f"#{part}", Lines)
    return "\n".join(lines.render_line(y).text for y in range(lines.size.height))


FLATTEN_ALL = ("flatten", {"symbol": None})


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        (["X", "Y"], [FLATTEN_ALL]),
        (["ctrl+x", "Y"], [FLATTEN_ALL]),
        (["F", "y"], [("flatten", {"account_id": scenes.ACCOUNT, "symbol": "MNQ"})]),
        (["j", "F", "y"], [("flatten", {"account_id": scenes.ACCOUNT, "symbol": "MES"})]),
        (["X", "y"], []),
        (["X", "escape", "Y"], []),
        (["X"] * 20, []),
        (["q", "ctrl+q", "ctrl+c", "escape"], []),
    ],
)
def test_keys_reach_the_engine_only_when_confirmed(
    tmp_path: Path, keys: list[str], asked: list[tuple[str, dict[str, Any]]]
) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press(*keys)
            await barrier(pilot, shown)
            assert engine.asked == [*asked, ("status", {})]

    asyncio.run(main())


def test_a_question_that_timed_out_takes_no_answer(tmp_path: Path) -> None:
    async def main() -> None:
        clock = Clock()
        async with screen(tmp_path, clock) as (engine, shown, pilot):
            await pilot.press("X")
            await settle(pilot, lambda: "FLATTEN ALL:" in words(shown, "foot"))
            clock.moment += 5.1
            await pilot.press("Y")
            await barrier(pilot, shown)
            assert engine.asked == [("status", {})]
            assert "FLATTEN ALL:" not in words(shown, "foot")

    asyncio.run(main())


def test_pasted_text_presses_no_key(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            for text in ("XY", "X", "Y", "Fy", "q"):
                shown.post_message(Paste(text))
            # A question or a card would take this key for itself.
            await pilot.press("5")
            await settle(pilot, lambda: shown.ui.pane == 4)
            await barrier(pilot, shown)
            assert engine.asked == [("status", {})]

    asyncio.run(main())


def test_pasted_text_is_typed_where_one_types_and_runs_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press(":")
            await settle(pilot, lambda: shown.ui.prompt is not None)
            shown.post_message(Paste("flatten all\nY"))
            await settle(pilot, lambda: ":flatten all Y_" in words(shown, "foot"))
            await pilot.press("escape")
            await settle(pilot, lambda: shown.ui.prompt is None)
            await barrier(pilot, shown)
            assert engine.asked == [("status", {})]

    asyncio.run(main())


def test_a_command_by_its_name_reaches_the_engine_once_confirmed(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press("ctrl+p", *"flatten", "space", *"all")
            await settle(pilot, lambda: "EMERGENCY" in words(shown, "card"))
            await pilot.press("enter")
            await settle(pilot, lambda: "FLATTEN ALL:" in words(shown, "foot"))
            await pilot.press("Y")
            await settle(pilot, lambda: "FLATTEN ALL sent" in words(shown, "foot"))
            assert engine.asked == [FLATTEN_ALL]

    asyncio.run(main())


def test_the_room_to_each_limit_is_a_sheet_that_stops_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            engine.preview = codec.encode(ROOM)
            await pilot.press("h")
            await settle(pilot, lambda: "May add LONG: 3 MNQ" in words(shown, "card"))
            asked = ("headroom", {"account_id": scenes.ACCOUNT, "symbol": "MNQ"})
            assert engine.asked == [asked]
            await pilot.press("X", "Y")
            await settle(pilot, lambda: "FLATTEN ALL sent" in words(shown, "foot"))
            assert engine.asked == [asked, FLATTEN_ALL]
            assert shown.ui.card is None

    asyncio.run(main())


def test_a_result_is_shown_and_completed_by_its_audit_row(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press("X", "Y")
            await settle(pilot, lambda: "FLATTEN ALL sent 14:33:07.120" in words(shown, "foot"))
            done = scenes.row(10, 0, "MANUAL", Act.FLATTEN, "by key", execution_time_ms=214)
            engine.server.publish_audit(done)
            await settle(
                pilot,
                lambda: "sent 14:33:07.120 → done in 214 ms: by key" in words(shown, "foot"),
            )
            await pilot.press("5")
            await settle(pilot, lambda: shown.ui.pane == 4)
            assert "done in 214 ms" in words(shown, "foot")
            await pilot.press("escape")
            await settle(pilot, lambda: "done in 214 ms" not in words(shown, "foot"))

    asyncio.run(main())


def test_a_reload_shows_its_changes_and_applies_on_yes(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            change = {
                "key": "rules.max_contracts.limit",
                "old": "5",
                "new": "4",
                "verdict": "tighter",
            }
            engine.preview = {"changes": [change], "error": None}
            await pilot.press("r")
            await settle(pilot, lambda: shown.ui.card is not None)
            await settle(pilot, lambda: "max_contracts.limit: 5 → 4" in words(shown, "card"))
            await pilot.press("n")
            await settle(pilot, lambda: shown.ui.card is None)
            await pilot.press("r")
            await settle(pilot, lambda: shown.ui.card is not None)
            await pilot.press("y")
            await settle(pilot, lambda: ("reload", {}) in engine.asked)
            assert [name for name, _ in engine.asked] == [
                "reload_preview",
                "reload_preview",
                "reload",
            ]

    asyncio.run(main())


def test_a_loosening_is_sent_after_its_word(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            change = {"key": "rules.a.limit", "old": "5", "new": "9", "verdict": "looser: waits"}
            engine.preview = {"changes": [change], "file": "f0", "word": "LOOSEN"}
            await pilot.press("r")
            await settle(pilot, lambda: shown.ui.card is not None)
            await pilot.press("y", *"LOOSE")
            await settle(pilot, lambda: "type LOOSEN: LOOSE_" in words(shown, "foot"))
            assert ("reload", {"file": "f0"}) not in engine.asked
            await pilot.press("N")
            await settle(pilot, lambda: ("reload", {"file": "f0"}) in engine.asked)
            await settle(pilot, lambda: "RELOAD: sent" in words(shown, "foot"))

    asyncio.run(main())


def test_keys_are_the_engines_and_change_while_it_runs(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            keys = (KeyView("flatten_all", "f5"), KeyView("zoom", "X"))
            engine.shown = replace(scenes.CALM, keys=keys)
            await settle(pilot, lambda: "f5 Y flatten ALL" in words(shown, "foot"))
            await pilot.press("X", "Y")
            await settle(pilot, lambda: shown.ui.is_zoomed)
            await pilot.press("f5", "Y")
            await barrier(pilot, shown)
            assert engine.asked == [FLATTEN_ALL, ("status", {})]

    asyncio.run(main())


def test_the_space_bar_pages(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (_, shown, pilot):
            await pilot.press("5", "space")
            await settle(pilot, lambda: shown.ui.log.cursor == 1)

    asyncio.run(main())


def test_detaching_leaves_the_engine_alone_and_stopping_does_not(tmp_path: Path) -> None:
    async def leave(key: str) -> list[str]:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press("q", key)
            await settle(pilot, lambda: not shown.is_running)
            assert shown.return_code == 0
            return [name for name, _ in engine.asked]

    assert asyncio.run(leave("d")) == []
    assert asyncio.run(leave("s")) == ["stop"]


@pytest.mark.parametrize(
    ("word", "stops"), [("STOP", True), ("STOO", False), ("stop", False), ("S", False)]
)
def test_an_engine_with_something_to_guard_stops_by_a_typed_word(
    tmp_path: Path, word: str, *, stops: bool
) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            engine.word = "STOP"
            await pilot.press("q", "s")
            await settle(pilot, lambda: shown.ui.ask is not None)
            assert "STOP the engine with 1 open position: [/] stops" in words(shown, "foot")
            await pilot.press(*word)
            if stops:
                await settle(pilot, lambda: not shown.is_running)
                assert shown.return_code == 0
                assert [args.get("word") for _, args in engine.asked] == ["", "STOP"]
                return
            await barrier(pilot, shown)
            assert shown.is_running
            assert [name for name, _ in engine.asked] == ["stop", "status"]

    asyncio.run(main())


def test_a_lock_is_sent_once_its_word_is_typed(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press("L")
            await settle(pilot, lambda: "until the next reset" in words(shown, "card"))
            await pilot.press("3", *"LOCK")
            sent = ("lock", {"account_id": scenes.ACCOUNT, "duration_s": 3600})
            await settle(pilot, lambda: engine.asked == [sent])

    asyncio.run(main())


def test_resizing_rearranges_and_loses_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (_, shown, pilot):
            for size in [(120, 40), (80, 24), (50, 10), (1, 1), (200, 60), (80, 24)] * 3:
                await pilot.resize_terminal(*size)
            await settle(pilot, lambda: "PAPER" in words(shown, "header"))
            await settle(pilot, lambda: ">MNQZ6" in words(shown, "positions"))

    asyncio.run(main())


def test_an_error_leaves_a_line_without_values(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(CurbApp):
        def _press(self, key: str) -> None:
            secret = "CANARY_" + key
            raise ValueError(secret)

    async def main() -> None:
        broken = Broken(look(), feed=Feed(), clock=Clock())
        with contextlib.suppress(ValueError):
            async with broken.run_test() as pilot:
                await pilot.press("x")
                await settle(pilot, lambda: not broken.is_running)
        assert broken.return_code == 1

    asyncio.run(main())
    said = capsys.readouterr().err
    assert "curb: the screen ended by an error: ValueError at test_app.py:" in said
    assert "CANARY" not in said
    assert "Traceback" not in said


def test_only_changed_rows_are_painted_again() -> None:
    async def main() -> None:
        shown = app()
        async with shown.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            lines = shown.query_one("#positions", Lines)
            before = [lines.render_line(y) for y in range(6)]
            moved = scenes.account(positions=(scenes.position(mark=scenes.MES.mark), scenes.MES))
            shown.feed.take_snapshot(scenes.snapshot(moved), 100.0)
            shown.paint()
            after = [lines.render_line(y) for y in range(6)]
            same = [a is b for a, b in zip(before, after, strict=True)]
            assert same == [True, True, False, True, True, True]

    asyncio.run(main())


def test_a_key_that_closes_the_welcome_tells_the_engine_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            engine.shown = replace(scenes.CALM, is_first=True)
            await settle(
                pilot, lambda: shown.feed.snapshot is not None and shown.feed.snapshot.is_first
            )
            await pilot.press("j")
            await settle(pilot, lambda: ("welcomed", {}) in engine.asked)
            await pilot.press("j")
            await settle(pilot, lambda: True)
            assert engine.asked.count(("welcomed", {})) == 1

    asyncio.run(scene())


def test_a_rules_card_opens_when_the_engine_has_told_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            await pilot.press("6", "enter")
            await settle(pilot, lambda: shown.ui.card is not None)
            assert engine.asked == [("rule", {"id": "RULE-001", "account_id": scenes.ACCOUNT})]
            assert "RULE-001" in words(shown, "card")
            await pilot.press("escape")
            engine.knows_rules = False
            await pilot.press("enter")
            await settle(pilot, lambda: "no such rule" in words(shown, "foot"))
            assert shown.ui.card is None

    asyncio.run(main())


def test_a_rule_that_is_slow_to_come_holds_no_flatten_back(tmp_path: Path) -> None:
    async def main() -> None:
        async with screen(tmp_path) as (engine, shown, pilot):
            engine.gate.clear()
            await pilot.press("6", "enter")
            await settle(pilot, lambda: bool(engine.asked))
            await pilot.press("X", "Y")
            await settle(pilot, lambda: FLATTEN_ALL in engine.asked)
            engine.gate.set()
            await settle(pilot, lambda: shown.ui.card is not None)

    asyncio.run(main())


def test_a_storm_of_sizes_leaves_every_part_in_its_place() -> None:
    async def main() -> None:
        shown = app(scenes.TWO)
        async with shown.run_test(size=(80, 24)) as pilot:
            for size in [(200, 60), (80, 24), (20, 3), (120, 40), (60, 16)] * 6 + [(200, 60)]:
                await pilot.resize_terminal(*size)
            await settle(pilot, lambda: "▸ …8841 KEYS OPEN" in words(shown, "account-0"))
            assert "…0077 COOLDOWN" in words(shown, "account-1")
            await pilot.resize_terminal(80, 24)
            await settle(pilot, lambda: words(shown, "glance").startswith(" Day ▼-386.00"))
            assert not shown.query_one("#account-0", Lines).display
            assert {len(row) for row in words(shown, "audit").splitlines()} == {80}

    asyncio.run(main())


def test_a_pause_holds_the_panes_of_a_running_screen(tmp_path: Path) -> None:
    async def main() -> None:
        clock = Clock()
        async with screen(tmp_path, clock) as (engine, shown, pilot):
            await pilot.press("p")
            await settle(pilot, lambda: "VIEW PAUSED" in words(shown, "banner"))
            engine.shown = scenes.LOCKED
            await settle(pilot, lambda: "LOCKED" in words(shown, "header"))
            assert shown.ui.pause is None

    asyncio.run(main())


def test_nobody_looking_slows_the_paint_and_a_look_brings_it_back() -> None:
    async def main() -> None:
        clock = Clock()
        shown = app(clock=clock)
        async with shown.run_test(size=(80, 24)) as pilot:
            shown.post_message(AppBlur())
            await pilot.pause()
            clock.moment += 1.0
            shown.post_message(AppFocus())
            await settle(pilot, lambda: "14:33:08" in words(shown, "header"))

    asyncio.run(main())
