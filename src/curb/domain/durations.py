"""How long a lockout lasts, as it is typed: `30m`, `2h`, `1h30m`, `reset`."""

import re

from curb.domain.errors import CurbError

RESET = "reset"

_PARTS = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?", re.ASCII)


def seconds_of(text: str) -> int | None:
    """Return the seconds that `text` means, None for until the next reset. Raises CurbError."""
    word = text.strip().lower()
    if word == RESET:
        return None
    found = _PARTS.fullmatch(word)
    if not word or found is None:
        raise CurbError(f'expected a duration such as 30m, 2h, 1h30m or "{RESET}", found {text!r}')
    hours, minutes = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60
