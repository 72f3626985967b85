"""What is done where an open position cannot be seen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class BlindPlan:
    """How often REST is asked while the user hub is silent, when it is told, and what follows."""

    poll: timedelta = timedelta(seconds=2.5)
    alert: timedelta = timedelta(seconds=15)
    act: timedelta = timedelta(seconds=60)
    action: Literal["alert", "flatten"] = "alert"
