"""RULE-003: the day's loss."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from curb.rules.rule import Rule


class DailyRealizedLoss(Rule):
    """The day's loss has reached its limit: flat, and locked until the reset."""

    id: ClassVar = "RULE-003"
    key: ClassVar = "daily_realized_loss"
    title: ClassVar = "Daily loss"

    loss_limit: Decimal = Field(gt=0)
    """Dollars that may be lost in a trading day; at the limit is a breach."""
    basis: Literal["total", "realized"]
    """"total" counts open losses too."""
