"""RULE-001: how many contracts may be open on the account."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from curb.rules.rule import Rule


class MaxContracts(Rule):
    """Too many contracts open on the account at once."""

    id: ClassVar = "RULE-001"
    key: ClassVar = "max_contracts"
    title: ClassVar = "Max contracts"

    limit: int = Field(gt=0)
    """Contracts that may be open; one more is a breach."""
    count: Literal["net", "gross"]
    """"net" offsets longs and shorts, "gross" adds them up."""
    action: Literal["close_all", "reduce"]
    """"close_all" closes every position, "reduce" only the excess, newest first."""
    micro_weight: Decimal = Field(gt=0, le=1)
    """What a micro contract counts; 0.1 makes ten micros one mini."""
