"""The text of a user unit for systemd, and what one names. Reads and writes no file."""

import itertools
import shlex
from collections.abc import Sequence
from pathlib import Path

from curb.domain.errors import CurbError, Held

UNIT = "curb.service"
ALARM = "curb-alarm.service"
"""What tells that systemd has given up; it reads the same configuration of alerts."""

_MARK = "# Written by `curb service install`"

_TEXT = """{mark}, which writes over it. Changes of your own: systemctl --user edit curb
[Unit]
Description=Curb enforces a trader's own risk rules
StartLimitIntervalSec=60
StartLimitBurst=5
OnFailure={alarm}

[Service]
Type=exec
ExecStart={command}
{secrets}Restart=on-failure
RestartSec=1
# Another engine guards the account: it is not to be tried again and again.
RestartPreventExitStatus={held}
# The engine ends its paper gateway itself; what is left over goes with it.
KillMode=mixed
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""

_ALARM_TEXT = """{mark}, which writes over it.
[Unit]
Description=Curb tells that its engine is gone

[Service]
Type=oneshot
ExecStart={command}
UMask=0077
NoNewPrivileges=yes
"""


def unit_text(argv: Sequence[str], secrets: Path | None) -> str:
    """Return the unit that runs `argv`, with variables from the file `secrets` where there is one.

    Raises CurbError for a name that no line of a unit can hold.
    """
    _expect_printable(str(secrets or ""))
    file = "" if secrets is None else f"EnvironmentFile={_plain(str(secrets))}\n"
    return _TEXT.format(
        mark=_MARK, command=_command(argv), secrets=file, held=Held.exit_code, alarm=ALARM
    )


def alarm_text(argv: Sequence[str]) -> str:
    """Return the unit that runs `argv` when the other one has failed. Raises as `unit_text`."""
    return _ALARM_TEXT.format(mark=_MARK, command=_command(argv))


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


def _command(argv: Sequence[str]) -> str:
    for word in argv:
        _expect_printable(word)
    # A variable is looked for in every word but the program's.
    words = [argv[0], *(word.replace("$", "$$") for word in argv[1:])]
    return " ".join(map(_quoted, words))


def _expect_printable(word: str) -> None:
    if not word.isprintable():
        raise CurbError(f"expected names in one printable line, found {word!r}: rename it")


def _quoted(word: str) -> str:
    """Return a word of a command as systemd reads it back: no specifier, no escape."""
    escaped = _plain(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(word: str) -> str:
    return word.replace("%", "%%")
