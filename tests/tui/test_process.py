import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from curb.domain.errors import CurbError
from curb.tui.process import EngineProcess, ended

PATIENCE_S = 20.0


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def python(tmp_path: Path, code: str) -> EngineProcess:
    return EngineProcess((sys.executable, "-c", code), tmp_path / "state")


def test_it_runs_in_a_session_of_its_own_with_no_terminal(tmp_path: Path) -> None:
    code = "import os, sys, time; print(os.getsid(0), sys.stdin.read(), file=sys.stderr); time.sleep(60)"
    engine = python(tmp_path, code)
    pid = engine.start()
    try:
        until(lambda: engine.last_words() != "")
        assert engine.last_words() == str(pid)
        assert ended(pid) is None
    finally:
        os.kill(pid, signal.SIGKILL)
    until(lambda: ended(pid) is not None)


def test_its_log_is_the_owners_alone_and_the_one_before_is_kept(tmp_path: Path) -> None:
    first = python(tmp_path, "raise SystemExit('first words')")
    pid = first.start()
    until(lambda: ended(pid) is not None)
    pid = python(tmp_path, "raise SystemExit('\\x1b[2Jlast words\\n\\n')").start()
    until(lambda: ended(pid) is not None)
    assert first.last_words() == "·[2Jlast words"
    assert first.log.stat().st_mode & 0o777 == 0o600
    assert first.log.with_suffix(".stderr.1").read_text().strip() == "first words"


def test_an_engine_without_a_word_has_no_last_words(tmp_path: Path) -> None:
    assert python(tmp_path, "").last_words() == ""


def test_what_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(CurbError, match="expected to start /nowhere/curb"):
        EngineProcess(("/nowhere/curb",), tmp_path).start()


def test_a_process_that_is_not_ours_lives_until_it_does_not() -> None:
    assert ended(os.getppid()) is None
    assert ended(2**22 + 1) == 0


@pytest.mark.parametrize(
    ("code", "told"), [("exit(75)", 75), ("import os; os.kill(os.getpid(), 9)", -9)]
)
def test_how_it_ended_is_told_once(tmp_path: Path, code: str, told: int) -> None:
    pid = python(tmp_path, code).start()
    codes: list[int | None] = []
    until(lambda: codes.append(ended(pid)) or codes[-1] is not None)  # type: ignore[func-returns-value]
    assert codes[-1] == told
    assert ended(pid) == 0
