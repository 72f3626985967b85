"""The way of a text into the user's clipboard, also through tmux and ssh."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from curb.domain.secrets import without_secrets

_TMUX_S = 1.0
_NAME = "clip.txt"


async def copy(
    text: str, folder: Path | None, environ: Mapping[str, str], osc52: Callable[[str], None]
) -> tuple[str, bool]:
    """Copy, and return which ways it went and whether any is sure.

    A terminal does not say whether it took a text: the file is for those that do not.
    """
    ways = []
    if environ.get("TMUX") and await _by_tmux(text):
        ways.append("tmux")
    else:
        osc52(text)
        ways.append("the terminal (OSC 52)")
    if folder is not None:
        try:
            path = await asyncio.to_thread(_kept, text, folder)
        except OSError as e:
            ways.append(f"not {folder / _NAME}: {e.strerror}")
            return ", ".join(ways), False
        ways.append(str(path))
    return ", ".join(ways), True


async def _by_tmux(text: str) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(
            *("tmux", "load-buffer", "-w", "-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=without_secrets(os.environ),
        )
    except OSError:
        return False
    try:
        await asyncio.wait_for(process.communicate(text.encode("utf-8", "replace")), _TMUX_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return False
    return process.returncode == 0


def _kept(text: str, folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _NAME
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", errors="replace") as file:
        # The file of another umask would keep its mode.
        os.fchmod(file.fileno(), 0o600)
        file.write(text + "\n")
    return path
