"""The engine as a process: started apart from the screen, so that it outlives it."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from curb.domain.errors import CurbError
from curb.domain.text import safe_text

_LOG_NAME = "engine.stderr"
_LAST_WORDS_BYTES = 4096
_LINE_CELLS = 300


@dataclass(frozen=True, slots=True)
class EngineProcess:
    """How to start an engine, and where its last words go."""

    argv: tuple[str, ...]
    state_dir: Path

    @property
    def log(self) -> Path:
        """The file that takes the engine's standard error, mode 0600."""
        return self.state_dir / _LOG_NAME

    def start(self) -> int:
        """Start it in a session of its own and return its pid. Raises CurbError."""
        self.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            # The words of the one before are evidence of why it died.
            self.log.replace(self.log.with_suffix(".stderr.1"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        try:
            return os.posix_spawnp(
                self.argv[0],
                self.argv,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, str(self.log), flags, 0o600),
                ],
                setsid=True,
            )
        except OSError as e:
            raise CurbError(f"expected to start {self.argv[0]}, found: {e.strerror}") from e

    def last_words(self) -> str:
        """Return the last line it wrote to standard error, or ""."""
        try:
            with self.log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - _LAST_WORDS_BYTES, 0))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        lines = [line for line in text.splitlines() if line.strip()]
        return safe_text(lines[-1].strip(), _LINE_CELLS) if lines else ""


def ended(pid: int) -> int | None:
    """Return how a process ended, None while it lives.

    One of our children is reaped, and its code told that once; of others it is 0.
    """
    with contextlib.suppress(ChildProcessError):
        reaped, status = os.waitpid(pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if reaped else None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return 0
    except PermissionError:
        return None
    return None
