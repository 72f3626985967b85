"""A configuration as it is kept across restarts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptConfig:
    """The configuration in force, and what it will be from `due` on, as canonical files.

    `slot` tells practice from live; there is one of each.
    """

    slot: str
    in_force: str
    later: str | None = None
    due: datetime | None = None
