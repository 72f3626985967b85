"""Where keys, addresses and tokens come from: the environment, or a file of one's own."""

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from curb.cli import places
from curb.domain.errors import CredentialsError
from curb.gateway.credentials import API_KEY, USERNAME, Credentials, from_environment

# Beside the user's own configuration; `curb service` hands it to systemd, too.
KEYS_FILE = "engine.env"

_MOST_BYTES = 16 * 1024


def credentials() -> Credentials:
    """Return the user's key for the gateway. Raises CredentialsError where there is none."""
    return from_environment(keys(os.environ))


def keys(env: Mapping[str, str]) -> dict[str, str]:
    """Return the user name and the key that are set; `env` comes before the file.

    Raises CredentialsError where others may read the file or put another in its place.
    """
    names = (USERNAME, API_KEY)
    in_file = _of_file(places.own_config().with_name(KEYS_FILE))
    return {n: v for n in names if (v := env.get(n, "").strip() or in_file.get(n, ""))}


def variables(env: Mapping[str, str], file: Path, names: Collection[str]) -> dict[str, str]:
    """Return those of `names` that are set; what stands in `env` comes before the file's.

    The file has lines of NAME=value, and is optional. Raises CredentialsError where others
    may read it or put another in its place, or where it says something else; no error repeats a value.
    """
    return _of_file(file, names) | {name: env[name] for name in names if env.get(name)}


def _of_file(file: Path, names: Collection[str] | None = None) -> dict[str, str]:
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
    return dict(_pair(file, number, line, names) for number, line in _lines(text))


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


def _pair(file: Path, number: int, line: str, names: Collection[str] | None) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals or (names is not None and name.strip() not in names):
        named = f"one of {', '.join(names)}, and =value" if names else "NAME=value"
        raise CredentialsError(f"{file}:{number}: expected {named}")
    return name.strip(), value.strip().strip("\"'")
