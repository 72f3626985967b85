"""The key file: where a client finds this gateway and how it logs in."""

import json
import os
from pathlib import Path
from typing import Any


def default_path(port: int) -> Path:
    """Return where the key goes when nobody says where."""
    return Path.home() / ".local" / "state" / "curb" / f"paper-{port}.json"


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the key whole or not at all, for the owner's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, json.dumps(content, indent=1) + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, mode 0600; a crash leaves the old one or the new one."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
