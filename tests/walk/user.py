"""Somebody at a terminal: types into an ssh session, and reads what tmux shows there."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

# A cold start installs packages first.
PATIENCE_S = 180.0
ESCAPE = "\x1b"
# For half a second tmux takes escape and the next key for that key with alt.
_ALT_S = 0.8
_KEY_S = 0.05
_SOCKET = "curb-walk"
_NAME = "walk"


@dataclass
class User:
    """One who keeps a picture of every screen that he waited for."""

    folder: Path
    port: int
    key: asyncssh.SSHKey
    env: dict[str, str]
    size: tuple[int, int] = (80, 24)
    pictures: list[str] = field(default_factory=list)
    _line: asyncssh.SSHClientProcess[bytes] | None = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[None]:
        """Log in, into tmux: a new session, or the one left behind."""
        config = asyncssh.connect(
            "127.0.0.1",
            self.port,
            username="walk",
            client_keys=[self.key],
            known_hosts=None,
            config=[],
        )
        async with config as connection:
            command = f"tmux -L {_SOCKET} new-session -A -s {_NAME}"
            line = await connection.create_process(
                command, term_type="xterm-256color", term_size=self.size, encoding=None
            )
            self._line = line
            reading = asyncio.create_task(_drain(line))
            try:
                yield
            finally:
                # As a closed lid does it: no goodbye.
                reading.cancel()
                connection.abort()
                self._line = None

    async def press(self, *keys: str) -> None:
        """Press one key after the other."""
        assert self._line is not None
        for key in keys:
            self._line.stdin.write(key.encode())
            await asyncio.sleep(_ALT_S if key == ESCAPE else _KEY_S)

    async def command(self, words: str) -> None:
        """Type a command line and enter."""
        await self.press(f"{words}\r")

    async def sees(self, name: str, pattern: str, patience_s: float = PATIENCE_S) -> str:
        """Wait until the screen shows the pattern; keep its picture under `name`."""
        screen = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while not re.search(pattern, screen):
                    await asyncio.sleep(0.1)
                    screen = await tmux(("capture-pane", "-p", "-t", _NAME), self.env)
        number = len(self.pictures) + 1
        (self.folder / f"{number:02}-{name}.txt").write_text(screen)
        self.pictures.append(name)
        assert re.search(pattern, screen), f"{name}: expected {pattern!r}, found\n{screen}"
        return screen


async def tmux(words: Sequence[str], env: dict[str, str]) -> str:
    """Run a tmux command on the walk's own server; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *("tmux", "-L", _SOCKET, *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=env,
    )
    out, _ = await process.communicate()
    return out.decode()


async def _drain(line: asyncssh.SSHClientProcess[bytes]) -> None:
    while await line.stdout.read(1 << 16):
        pass
