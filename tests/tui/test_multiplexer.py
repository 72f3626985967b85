"""The screen in tmux: whoever comes, goes or resizes finds it whole."""

import asyncio
import contextlib
import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from curb.control.paths import socket_path
from tests.tui.test_terminal import PATIENCE_S, SCREEN, SCRIPT, stop_engine

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Multiplexer:
    """A tmux server of its own, with the screen in a session."""

    def __init__(self, socket: Path) -> None:
        self.words = ("tmux", "-S", str(socket), "-f", "/dev/null")

    def run(self, *words: str) -> str:
        done = subprocess.run([*self.words, *words], capture_output=True, text=True, check=False)
        return done.stdout

    def rows(self) -> list[str]:
        return self.run("capture-pane", "-p").splitlines()

    def is_whole(self, width: int, height: int) -> bool:
        """Return whether the first and the last row of that size are there, once."""
        rows = self.rows()
        return (
            len(rows) == height
            and rows[0].startswith("▌PAPER▐")
            and "q quit" in rows[-1]
            and sum("q quit" in row for row in rows) == 1
            and sum("PAPER" in row for row in rows) == 1
            and any(len(row) == width and "───" in row for row in rows)
        )

    def gets_whole(self, width: int, height: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self.is_whole(width, height):
            assert time.monotonic() < deadline, "\n".join(self.rows())
            time.sleep(0.05)

    @contextmanager
    def attached(self, width: int, height: int) -> Iterator[int]:
        """Attach from a terminal of that size; then it is closed without a word."""
        master, slave = pty.openpty()
        resize(slave, width, height)
        with subprocess.Popen(
            [*self.words, "attach"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - the child's terminal
        ):
            os.close(slave)
            try:
                yield master
            finally:
                os.close(master)


def resize(fd: int, width: int, height: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Multiplexer]:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    socket = socket_path(state)
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="tmux-") as folder:
        found = Multiplexer(Path(folder) / "s")
        screen = (sys.executable, "-c", SCREEN, str(socket), str(state), str(SCRIPT), "run")
        # A size that a shell has exported is not the terminal's.
        size = ("-e", "COLUMNS=80", "-e", "LINES=24")
        found.run("new-session", "-d", "-x", "80", "-y", "25", *size, *screen)
        try:
            yield found
        finally:
            found.run("kill-server")
            with contextlib.suppress(OSError):
                asyncio.run(stop_engine(socket))


def test_attach_resize_and_detach_leave_the_screen_whole(tmux: Multiplexer) -> None:
    # The lowest row of each terminal is tmux's own.
    with tmux.attached(80, 25) as terminal:
        tmux.gets_whole(80, 24)
        for width, height in ((120, 40), (60, 16), (80, 24)):
            resize(terminal, width, height + 1)
            tmux.gets_whole(width, height)
    tmux.gets_whole(80, 24)
    with tmux.attached(120, 41):
        tmux.gets_whole(120, 40)
