import argparse
import sys
from pathlib import Path

import pytest

from curb.cli import screen
from curb.domain.errors import ConfigError
from curb.domain.snapshot import UiView


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    screen.add(parser)
    return parser.parse_args(words)


def test_the_engine_is_started_with_the_same_files_and_flags(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    state = tmp_path / "state"
    argv = screen._engine_argv(
        parsed(
            "--config", str(config), "--state-dir", str(state), "--seed", "7", "--trader", "calm"
        )
    )
    assert argv == [
        *(sys.executable, "-m", "curb", "run", "--quiet"),
        *("--config", str(config), "--state-dir", str(state)),
        *("--trader", "calm", "--seed", "7"),
    ]


def test_without_a_terminal_the_screen_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen.run(parsed("--observe", "--state-dir", str(tmp_path))) == 2
    assert "needs a terminal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[ui]\ntheme = "cvd"\nglyphs = "ascii"\n', UiView(theme="cvd", glyphs="ascii")),
        ('[ui]\ntheme = 7\nglyphs = "ascii"\n', UiView()),
        (
            '[ui]\ntheme = "mono"\nglyphs = "auto"\nplain = true\n',
            UiView(theme="mono", plain=True),
        ),
        ("[ui]\n", UiView()),
        ("ui = 7\n", UiView()),
        ("[ui", UiView()),
        (None, UiView()),
    ],
)
def test_the_first_frame_takes_its_looks_from_the_file(
    tmp_path: Path, text: str | None, expected: UiView
) -> None:
    config = tmp_path / "config.toml"
    if text is not None:
        config.write_text(text)
    assert screen._first_ui(str(config)) == expected


def test_a_theme_that_is_none_ends_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected one of ansi16"):
        screen.run(parsed("--observe", "--theme", "none", "--state-dir", str(tmp_path)))
