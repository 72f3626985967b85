"""Where addresses and tokens of the services come from: the environment, or a file of one's own."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from curb.alerts.channels import NAMES
from curb.domain.errors import CredentialsError

_MOST_BYTES = 16 * 1024


def variables(env: Mapping[str, str], file: Path) -> dict[str, str]:
    """Return the variables of every service; what stands in `env` comes before the file's.

    The file has lines of NAME=value, and is optional. Raises CredentialsError where others
    may read it or put another in its place, or where it says something else; no error repeats a value.
    """
    return _of_file(file) | {name: env[name] for name in NAMES if env.get(name)}


def _of_file(file: Path) -> dict[str, str]:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return {}
    except OSError as e:
        raise CredentialsError(f"{file}: cannot be read: {e.strerror}") from e
    with os.fdopen(handle, encoding="utf-8") as opened:
        status = os.fstat(opened.fileno())
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077 or status.st_uid != os.getuid():
            raise CredentialsError(
                f"{file}: expected a file of yours with mode 0600, found {mode:04o}: chmod 600 it"
            )
        _refuse_shared(file.parent)
        try:
            text = opened.read(_MOST_BYTES)
        except UnicodeDecodeError as e:
            raise CredentialsError(f"{file}: expected UTF-8 text, found other bytes") from e
    return dict(_pair(file, number, line) for number, line in _lines(text))


def _refuse_shared(folder: Path) -> None:
    """Raise CredentialsError where others could put another file in its place."""
    status = folder.stat()
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o022 or status.st_uid != os.getuid():
        raise CredentialsError(
            f"{folder}: expected a directory of yours that only you may write to, found "
            f"{mode:04o}: chmod 700 it"
        )


def _lines(text: str) -> list[tuple[int, str]]:
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if line and not line.startswith("#")]


def _pair(file: Path, number: int, line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals or name.strip() not in NAMES:
        raise CredentialsError(f"{file}:{number}: expected one of {', '.join(NAMES)}, and =value")
    return name.strip(), value.strip().strip("\"'")
