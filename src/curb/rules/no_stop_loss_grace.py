"""RULE-008: how long a position may be without a stop."""

from typing import ClassVar

from pydantic import Field

from curb.rules.rule import Rule


class NoStopLossGrace(Rule):
    """A position without a full protective stop after its grace time."""

    id: ClassVar = "RULE-008"
    key: ClassVar = "no_stop_loss_grace"
    title: ClassVar = "No stop-loss"

    grace_s: int = Field(gt=0)
    """Seconds to place a stop that covers the whole position."""
