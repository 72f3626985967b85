import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from curb.tui import theme
from curb.tui.line import Line, Span
from curb.tui.lines import Lines
from curb.tui.themes import Themes

from . import scenes


class One(App[None]):
    def compose(self) -> ComposeResult:
        yield Lines("one", Themes.at().load(theme.DEFAULT))


async def shown(rows: list[Line], width: int = 30) -> list[str]:
    one = One()
    async with one.run_test(size=(80, 24)) as pilot:
        lines = one.query_one(Lines)
        lines.move(Region(2, 1, width, 6))
        lines.set(rows)
        await pilot.pause()
        return [lines.render_line(y).text for y in range(6)]


@pytest.mark.parametrize("text", scenes.HOSTILE)
def test_whatever_a_pane_lets_through_reaches_the_terminal_harmless(text: str) -> None:
    found = asyncio.run(shown([(Span(text),)]))
    assert "".join(found).isprintable()


def test_rows_are_as_wide_as_the_widget_and_the_rest_is_empty() -> None:
    found = asyncio.run(shown([(Span("MNQ"), Span(" 2", "loss"))], 10))
    assert found == ["MNQ 2     ", *[" " * 10] * 5]


def test_fewer_rows_wipe_what_stood_below() -> None:
    async def main() -> list[str]:
        one = One()
        async with one.run_test(size=(80, 24)) as pilot:
            lines = one.query_one(Lines)
            lines.move(Region(0, 0, 4, 3))
            lines.set([(Span("a"),), (Span("b"),), (Span("c"),)])
            await pilot.pause()
            lines.set([(Span("a"),)])
            await pilot.pause()
            return [lines.render_line(y).text for y in range(3)]

    assert asyncio.run(main()) == ["a   ", "    ", "    "]


def test_a_hidden_widget_takes_no_rows_and_comes_back() -> None:
    async def main() -> tuple[bool, str]:
        one = One()
        async with one.run_test(size=(80, 24)) as pilot:
            lines = one.query_one(Lines)
            lines.set([(Span("lost"),)])
            lines.move(Region(0, 0, 5, 1))
            lines.set([(Span("seen"),)])
            await pilot.pause()
            lines.hide()
            was_shown = lines.display
            lines.move(Region(0, 0, 5, 1))
            lines.set([(Span("again"),)])
            await pilot.pause()
            return was_shown, lines.render_line(0).text

    assert asyncio.run(main()) == (False, "again")


def test_new_colors_and_plain_characters_come_at_once() -> None:
    async def main() -> None:
        one = One()
        async with one.run_test(size=(80, 24)) as pilot:
            lines = one.query_one(Lines)
            lines.move(Region(0, 0, 4, 1))
            lines.set([(Span("▲ 5…", "loss"),)])
            await pilot.pause()
            mono = Themes.at().load("mono")
            lines.wear(mono, is_ascii=True)
            strip = lines.render_line(0)
            assert strip.text == "^ 5~"
            assert [segment.style for segment in strip] == [mono.styles["loss"]]

    asyncio.run(main())
