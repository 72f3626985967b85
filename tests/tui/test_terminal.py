"""The screen in a real terminal: a pty whose other end this test is."""

import asyncio
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain.snapshot import Snapshot

PATIENCE_S = 30.0
SCRIPT = Path(__file__).with_name("engine_script.py")
ALTERNATE, NORMAL, CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"
KEYS, KEYS_BACK = b"\x1b[>25u", b"\x1b[<u"
KEEP_TITLE, TITLE, TITLE_BACK = b"\x1b[22;2t", b"\x1b]2;curb ", b"\x1b[23;2t"
CRASH = """
import os
import curb.tui.app as app
os.environ["CURB_API_KEY"] = "CANARY" + "-ENVIRONMENT"
def press(*_):
    local, variables = "CANARY" + "-LOCAL", dict(os.environ)
    raise ValueError(local, variables)
app.press = press
"""
SCREEN = """
import sys
from pathlib import Path
from curb.tui.app import run_screen
socket, state, script, mode = sys.argv[1:]
argv = None if mode == "attach" else [sys.executable, script, socket, mode]
sys.exit(run_screen(Path(socket), argv, Path(state)))
"""


class Terminal:
    """A terminal of 80x24 with the screen in it, and what it has painted."""

    def __init__(
        self, master: int, process: subprocess.Popen[bytes], attributes: list[object]
    ) -> None:
        self.master = master
        self.process = process
        self.seen = b""
        self.attributes = attributes

    def read(self) -> None:
        while select.select([self.master], [], [], 0)[0]:
            try:
                more = os.read(self.master, 65536)
            except OSError:  # the screen has closed its end
                return
            if not more:
                return
            self.seen += more

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            self.read()
            assert time.monotonic() < deadline, self.seen[-2000:]
            time.sleep(0.02)

    def shows(self, words: bytes) -> None:
        self.until(lambda: words in self.seen)

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def ends(self) -> int:
        self.until(lambda: self.process.poll() is not None)
        self.read()
        return self.process.returncode

    def is_given_back(self) -> bool:
        last = self.seen.rindex(ALTERNATE)
        is_left = NORMAL in self.seen[last:] and CURSOR in self.seen[last:]
        # Pushed on a pile of the terminal's: as often as it is taken off.
        has_its_keys = self.seen.count(KEYS) == self.seen.count(KEYS_BACK)
        return is_left and has_its_keys and termios.tcgetattr(self.master) == self.attributes

    def has_its_title(self) -> bool:
        return KEEP_TITLE in self.seen and self.seen.rindex(TITLE) < self.seen.rindex(TITLE_BACK)


@contextmanager
def screen(tmp_path: Path, mode: str = "run", before: str = "") -> Iterator[Terminal]:
    state = tmp_path / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    socket = socket_path(state)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    env = {name: value for name, value in env.items() if name not in ("TMUX", "TERM_PROGRAM")}
    attributes = termios.tcgetattr(master)
    with subprocess.Popen(
        [sys.executable, "-c", before + SCREEN, str(socket), str(state), str(SCRIPT), mode],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - the child's terminal
    ) as process:
        os.close(slave)
        try:
            yield Terminal(master, process, attributes)
        finally:
            with contextlib.suppress(OSError):
                os.close(master)
            process.kill()
            process.wait()
            asyncio.run(stop_engine(socket))


async def stop_engine(socket: Path) -> None:
    with contextlib.suppress(Exception):
        async with connect(socket) as client:
            await client.command("stop")


def engine_pid(tmp_path: Path) -> int:
    async def ask() -> int:
        async with connect(socket_path(tmp_path / "state")) as client:
            return client.hello.pid

    return asyncio.run(ask())


def test_a_screen_starts_its_engine_shows_it_and_leaves_it_running(tmp_path: Path) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        pid = engine_pid(tmp_path)
        terminal.type(b"q")
        terminal.shows(b"Enforcing goes on")
        terminal.type(b"d")
        assert terminal.ends() == 0
        assert terminal.is_given_back()
        assert terminal.has_its_title()
        assert engine_pid(tmp_path) == pid


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_gives_the_terminal_back(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        pid = engine_pid(tmp_path)
        terminal.process.send_signal(number)
        assert terminal.ends() == code
        assert terminal.is_given_back()
        assert terminal.has_its_title()
        assert engine_pid(tmp_path) == pid


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTSTP])
def test_a_screen_that_was_stopped_goes_on_and_gives_the_terminal_back(
    tmp_path: Path, number: signal.Signals
) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        for _ in range(2):
            terminal.process.send_signal(number)
            _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            terminal.read()
            terminal.process.send_signal(signal.SIGCONT)
            time.sleep(0.3)
        terminal.type(b"q")
        terminal.shows(b"Enforcing goes on")
        terminal.type(b"d")
        assert terminal.ends() == 0
        assert terminal.is_given_back()
        assert terminal.has_its_title()


def test_a_closed_terminal_ends_the_screen_and_not_the_engine(tmp_path: Path) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        pid = engine_pid(tmp_path)
        os.close(terminal.master)
        assert terminal.process.wait(PATIENCE_S) != 0
        assert engine_pid(tmp_path) == pid


def test_a_hang_up_ends_the_screen_at_once_and_not_the_engine(tmp_path: Path) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        pid = engine_pid(tmp_path)
        terminal.process.send_signal(signal.SIGHUP)
        assert terminal.ends() == 129
        assert engine_pid(tmp_path) == pid


def test_a_crash_gives_the_terminal_back_and_no_secret_away(tmp_path: Path) -> None:
    with screen(tmp_path, before=CRASH) as terminal:
        terminal.shows(b"21343.75")
        pid = engine_pid(tmp_path)
        terminal.type(b"z")
        assert terminal.ends() == 1
        assert terminal.is_given_back()
        after = terminal.seen[terminal.seen.rindex(NORMAL) :]
        assert b"curb: the screen ended by an error: ValueError" in after
        assert b"CANARY" not in terminal.seen
        assert b"Traceback" not in terminal.seen
        assert engine_pid(tmp_path) == pid


def test_a_bracketed_paste_presses_no_key(tmp_path: Path) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        terminal.type(b"\x1b[200~XY\x1b[201~q")
        terminal.shows(b"Enforcing goes on")
        assert b"FLATTEN ALL" not in terminal.seen
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        terminal.type(b"XY")
        terminal.shows(b"FLATTEN ALL")


def test_an_engine_that_will_not_start_is_one_line_and_a_code(tmp_path: Path) -> None:
    with screen(tmp_path, "refuse") as terminal:
        assert terminal.ends() == 1
        assert terminal.is_given_back()
        after = terminal.seen[terminal.seen.rindex(NORMAL) :]
        assert b"curb: config.toml:3: expected a number" in after
        assert b"Traceback" not in terminal.seen


def test_no_engine_to_attach_to_is_one_line_and_a_code(tmp_path: Path) -> None:
    with screen(tmp_path, "attach") as terminal:
        assert terminal.ends() == 1
        assert b"no engine answers" in terminal.seen


def test_a_stalled_terminal_delays_neither_engine_nor_other_screens(tmp_path: Path) -> None:
    with screen(tmp_path) as terminal:
        terminal.shows(b"21343.75")
        # From here on nobody reads the pty. Key presses make the screen paint until its
        # queue is full and its loop stands still.
        gaps = asyncio.run(gaps_while(terminal, socket_path(tmp_path / "state")))
        assert len(gaps) > 30
        assert sorted(gaps)[len(gaps) // 2] < 2, "other screens are told as ever"
        terminal.process.send_signal(signal.SIGTERM)
        # Still nobody reads: the way out must not wait for a reader.
        assert terminal.process.wait(PATIENCE_S) == 143


async def gaps_while(terminal: Terminal, socket: Path) -> list[float]:
    loop = asyncio.get_running_loop()
    gaps: list[float] = []
    async with connect(socket) as client, asyncio.timeout(PATIENCE_S):
        last = loop.time()
        async for frame in client.frames(10):
            if isinstance(frame, Snapshot):
                gaps.append(loop.time() - last)
                last = loop.time()
                with contextlib.suppress(BlockingIOError):
                    os.set_blocking(terminal.master, False)
                    terminal.type(b"?z\x1b?zj12345")
            if len(gaps) > 60:
                break
    return gaps


def test_a_breach_rings_and_is_noted_outside_the_screen(tmp_path: Path) -> None:
    with screen(tmp_path, "breach") as terminal:
        terminal.shows(b"\x1b]2;curb ARMED -386.00\a")
        terminal.shows(b"\x1b]777;notify;Curb;RULE-001 flatten: [/] \xc2\xb7]2,x\xc2\xb7, y\a")
        terminal.shows(b"\a\x1b]9;Curb: RULE-001")
        asyncio.run(stop_engine(socket_path(tmp_path / "state")))
        terminal.shows(b"\x1b]2;curb NO ENGINE\a")
        assert terminal.process.poll() is None


def test_without_a_terminal_it_says_so() -> None:
    code = (
        "import sys; from pathlib import Path; from curb.tui.app import run_screen;"
        "sys.exit(run_screen(Path('x'), None, Path('y')))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert out.returncode == 2
    assert b"needs a terminal" in out.stderr
