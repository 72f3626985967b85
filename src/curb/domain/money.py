"""Money: exact decimals in code, whole micro-dollars on disk."""

from decimal import Decimal

ZERO = Decimal(0)
MICROS_PER_DOLLAR = 1_000_000
_MICRO = Decimal("0.000001")


def to_micros(amount: Decimal) -> int:
    """Return `amount` in micro-dollars. Raises ValueError where that would round."""
    scaled = amount * MICROS_PER_DOLLAR
    micros = int(scaled)
    if micros != scaled:
        raise ValueError(f"expected an amount in whole micro-dollars, found {amount}")
    return micros


def rounded(amount: Decimal) -> Decimal:
    """Return the amount in whole micro-dollars, the nearest."""
    return amount.quantize(_MICRO)


def from_micros(micros: int) -> Decimal:
    """Return the amount in dollars."""
    return Decimal(micros) / MICROS_PER_DOLLAR
