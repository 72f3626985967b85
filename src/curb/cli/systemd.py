"""The text of a user unit for systemd, and what one names. Reads and writes no file."""

import itertools
import shlex
from collections.abc import Sequence
from pathlib import Path

from curb.domain.errors import CurbError

UNIT = "curb.service"

_MARK = "# Written by `curb service install`"

_TEXT = """{mark}, which writes over it. Changes of your own: systemctl --user edit curb
[Unit]
Description=Curb enforces a trader's own risk rules
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command}
{secrets}Restart=on-failure
# Five starts: half a minute for a network that comes late.
RestartSec=5
# The engine ends its paper gateway itself; what is left over goes with it.
KillMode=mixed
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def unit_text(argv: Sequence[str], secrets: Path | None) -> str:
    """Return the unit that runs `argv`, with variables from the file `secrets` where there is one.

    Raises CurbError for a name that no line of a unit can hold.
    """
    for word in (*argv, str(secrets or "")):
        if not word.isprintable():
            raise CurbError(f"expected names in one printable line, found {word!r}: rename it")
    # A variable is looked for in every word but the program's.
    words = [argv[0], *(word.replace("$", "$$") for word in argv[1:])]
    file = "" if secrets is None else f"EnvironmentFile={_plain(str(secrets))}\n"
    return _TEXT.format(mark=_MARK, command=" ".join(map(_quoted, words)), secrets=file)


def is_ours(text: str) -> bool:
    """Tell whether `curb service install` wrote it."""
    return text.startswith(_MARK)


def named_files(text: str) -> tuple[str, ...]:
    """Return the files without which a unit of ours cannot start: program, config, secrets."""
    found: list[str] = []
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key == "ExecStart":
            program, *words = [*_split(value.replace("%%", "%")), ""]
            found.append(program)
            words = [word.replace("$$", "$") for word in words]
            found += [after for word, after in itertools.pairwise(words) if word == "--config"]
        elif key == "EnvironmentFile":
            found.append(value.replace("%%", "%"))
    return tuple(found)


def _split(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError:
        return []  # edited, with a quote too few


def _quoted(word: str) -> str:
    """Return a word of a command as systemd reads it back: no specifier, no escape."""
    escaped = _plain(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(word: str) -> str:
    return word.replace("%", "%%")
