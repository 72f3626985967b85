"""Secrets kept out of what is written and of whom we start."""

import re
from collections.abc import Mapping

HIDDEN = "[hidden]"

# Every variable of ours that holds a secret begins so; no program that we start for a moment
# wants any of them.
_OURS = "CURB_"

# A token by its shape, and what follows a name that announces one.
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]*(?:\.[\w-]*)?")
_ANNOUNCED = re.compile(
    r"""(bearer\s+|access_token=|api_?key["']?\s*[:=]\s*["']?)[^\s"',;&}]+""", re.IGNORECASE
)


def redacted(text: str) -> str:
    """Return the text with every token and key in it hidden."""
    return _ANNOUNCED.sub(rf"\1{HIDDEN}", _TOKEN.sub(HIDDEN, text))


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program that needs none of our keys and addresses."""
    return {name: value for name, value in environment.items() if not name.startswith(_OURS)}
