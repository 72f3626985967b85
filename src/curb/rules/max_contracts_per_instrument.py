"""RULE-002: how many contracts of one symbol may be open."""

from typing import ClassVar, Literal

from pydantic import Field

from curb.rules.rule import Rule


class MaxContractsPerInstrument(Rule):
    """Too many contracts of one symbol, all its expiries together."""

    id: ClassVar = "RULE-002"
    key: ClassVar = "max_contracts_per_instrument"
    title: ClassVar = "Max per instrument"

    limits: dict[str, int]
    """Contracts that may be open, by symbol."""
    action: Literal["reduce", "close"]
    """"reduce" closes the excess, "close" the whole symbol."""
    unlisted: Literal["block", "unlimited"] | int = Field()
    """What a symbol without a limit may hold: nothing, anything, or a number."""
