"""RULE-006: how often a trade may be opened."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from curb.rules.rule import Rule


class Window(BaseModel):
    """A limit of trades in a window, and the cooldown that follows a breach."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    limit: int = Field(gt=0)
    """Trades allowed in the window; one more is a breach."""
    cooldown_s: int = Field(gt=0)
    """Seconds in which nothing may be added."""


class TradeFrequencyLimit(Rule):
    """Too many trades in a minute, an hour or the session."""

    id: ClassVar = "RULE-006"
    key: ClassVar = "trade_frequency_limit"
    title: ClassVar = "Trade frequency"

    per_minute: Window
    """The last 60 seconds."""
    per_hour: Window
    """The last 60 minutes."""
    per_session: Window
    """The trading day."""
    unit: Literal["order", "fill", "round_turn"]
    """What counts as a trade: an order that added exposure, every fill, or back to flat."""
    close_positions: bool
    """Whether the cooldown closes what is open, too."""
