import argparse
import sys
from pathlib import Path

import pytest

from curb.cli import screen


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
