"""A real engine closes a breach under every knob of the fault menu, and sees all again after it."""

import asyncio
from pathlib import Path

from curb.paper.faults.menu import MENU
from tests.faults.stage import Stage, staged
from tests.faults.turns import LIVES, Turn


def test_every_knob_of_the_menu_is_turned() -> None:
    assert sorted(turn.knob for turns in LIVES for turn in turns) == sorted(MENU)


async def live_through(stage: Stage, turn: Turn) -> None:
    before = stage.fired.get(turn.knob, 0)
    await turn.does(stage, turn)
    await stage.flat()
    if turn.is_met:
        await stage.turned(turn.knob, before)
    else:
        assert stage.fired.get(turn.knob, 0) == before
    stage.lay()
    stage.tidy()
    await stage.healed()


async def life(folder: Path, turns: tuple[Turn, ...]) -> list[str]:
    """Let one engine live through the turns; return what went wrong in which."""
    wrong: list[str] = []
    async with staged(folder) as stage:
        for turn in turns:
            try:
                await live_through(stage, turn)
            except AssertionError as error:
                wrong.append(f"{turn}: {error}")
                break
    return wrong


def test_a_breach_is_closed_under_every_fault_and_all_is_seen_again(tmp_path: Path) -> None:
    async def scene() -> list[list[str]]:
        folders = [tmp_path / str(number) for number in range(len(LIVES))]
        for folder in folders:
            folder.mkdir()
        lives = zip(folders, LIVES, strict=True)
        return await asyncio.gather(*(life(folder, turns) for folder, turns in lives))

    assert [wrong for found in asyncio.run(scene()) for wrong in found] == []
