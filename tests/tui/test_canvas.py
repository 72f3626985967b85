"""The widgets outlive neither the screen nor its end."""

import asyncio

from curb.tui.canvas import Canvas
from curb.tui.lines import Lines

from .moments import app, look


def test_there_is_a_canvas_while_the_screen_stands_and_no_longer() -> None:
    async def main() -> list[bool]:
        shown = app()
        there = [shown._canvas.is_there]
        async with shown.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            there.append(shown._canvas.is_there)
            await shown.query(Lines).remove()
            there.append(shown._canvas.is_there)
            # A paint that comes now, from a timer that was due, finds nothing to paint on.
            shown.paint()
        return there

    assert asyncio.run(main()) == [False, True, False]


def test_a_canvas_has_a_widget_for_every_part() -> None:
    found = [lines.id for lines in Canvas(look().theme, is_ascii=False).widgets]
    assert {"header", "foot", "card", "positions", "audit"} <= set(found)
    assert len(found) == len(set(found))
