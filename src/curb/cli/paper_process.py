"""Starts the paper gateway beside the engine, finds it again, and ends it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from curb.domain.addresses import is_loopback
from curb.domain.errors import CurbError
from curb.domain.secrets import without_secrets

# A started paper gateway answers well within this, also on a busy machine.
_START_S = 20.0
_STOP_S = 5.0

# It outlives an engine that died by this, so that the next one finds the same positions.
LINGER_S = 60


@dataclass(frozen=True, slots=True)
class PaperKey:
    """What the paper gateway wrote to its key file."""

    url: str
    username: str
    api_key: SecretStr
    account_id: int
    account: str
    pid: int


def key_path(state_dir: Path) -> Path:
    """Return where the paper gateway of a state directory writes its key."""
    return state_dir / "paper.json"


def read_key(path: Path) -> PaperKey | None:
    """Return the key of a paper gateway that still runs here, None where none does."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        key = PaperKey(
            url=str(found["url"]),
            username=str(found["username"]),
            api_key=SecretStr(str(found["api_key"])),
            account_id=int(found["account_id"]),
            account=str(found["account"]),
            pid=int(found["pid"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # A key to another place would pass a live account off as practice.
    return key if _is_here(key.url) and _runs(key.pid) else None


def ensure(state_dir: Path, flags: list[str]) -> PaperKey:
    """Return the running paper gateway of the state directory; start one where there is none.

    Blocks until it answers. Raises CurbError with its own last words where it does not.
    """
    path = key_path(state_dir)
    known = read_key(path)
    if known:
        return known
    path.unlink(missing_ok=True)
    log = state_dir / "paper.log"
    with open(log, "wb", opener=_private) as errors:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "curb", "paper"),
                *("--key-file", str(path)),
                *("--state", str(state_dir / "paper")),
                *("--record", str(state_dir / "paper-record.jsonl")),
                *("--linger", str(LINGER_S)),
                *flags,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            env=without_secrets(os.environ),  # paper makes a key of its own
        )
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        found = read_key(path)
        if found:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.02)
    words = log.read_text(errors="replace").strip().splitlines()
    raise CurbError(words[-1] if words else "the paper gateway did not start")


def stop(key: PaperKey) -> None:
    """End the paper gateway in order."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(key.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_S
        while _runs(key.pid) and time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(key.pid, os.WNOHANG)
            time.sleep(0.02)


def _is_here(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def _runs(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
