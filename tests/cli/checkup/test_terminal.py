"""The terminal, and tmux around it."""

from dataclasses import replace

import pytest

from curb.cli.checkup.finding import Level
from curb.cli.checkup.terminal import SAMPLE, Terminal, Tmux, findings

TMUX = Tmux("tmux 3.4", "on", "10", "on", "tmux-256color", "256,RGB,title")
GOOD = Terminal(
    is_tty=True,
    term="xterm-256color",
    color_term="truecolor",
    no_color=False,
    depth=256,
    encoding="utf-8",
    columns=120,
    rows=40,
    tmux=TMUX,
)


def told(terminal: Terminal) -> list[tuple[Level, str]]:
    return [
        (finding.level, f"{finding.words} {finding.todo}".strip())
        for finding in findings(terminal)
        if finding.level is not Level.OK
    ]


def test_a_good_terminal_has_nothing_to_mend() -> None:
    assert told(GOOD) == []
    assert any(SAMPLE in finding.words for finding in findings(GOOD))


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({"color_term": ""}, Level.NOTE, "COLORTERM=truecolor"),
        ({"color_term": "", "depth": 8}, Level.NOTE, "8 colors"),
        ({"color_term": "", "depth": 0}, Level.WARN, "not known to have colors"),
        ({"encoding": "ascii"}, Level.WARN, "LANG=C.UTF-8"),
        ({"encoding": ""}, Level.WARN, "found nothing"),
        ({"columns": 79}, Level.NOTE, "below 80x24"),
        ({"rows": 23}, Level.NOTE, "below 80x24"),
        ({"rows": 15}, Level.WARN, "emergency view"),
        ({"columns": 59}, Level.WARN, "emergency view"),
        ({"is_tty": False}, Level.NOTE, "`curb run`"),
        ({"term": "dumb"}, Level.NOTE, "`curb run`"),
    ],
)
def test_what_is_less_than_good(changes: dict[str, object], level: Level, words: str) -> None:
    ((found, text),) = told(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert found is level
    assert words in text


def test_without_color_by_wish_nothing_is_wrong() -> None:
    assert told(replace(GOOD, no_color=True, depth=0, color_term="")) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"set_clipboard": "external"}, "set -s set-clipboard on"),
        ({"escape_time": "500"}, "set -s escape-time 50"),
        ({"focus_events": "off"}, "set -g focus-events on"),
        ({"default_terminal": "screen"}, 'set -g default-terminal "tmux-256color"'),
        ({"features": "256,title"}, 'set -as terminal-features ",*:RGB"'),
    ],
)
def test_each_tmux_setting_names_its_exact_line(changes: dict[str, str], line: str) -> None:
    ((level, words),) = told(replace(GOOD, tmux=replace(TMUX, **changes)))
    assert level is Level.NOTE
    assert words.endswith(f"in ~/.tmux.conf: {line}")


def test_what_tmux_does_not_tell_is_not_blamed() -> None:
    assert told(replace(GOOD, tmux=Tmux("", "", "", "", "", ""))) == []
