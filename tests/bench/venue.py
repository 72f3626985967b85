"""A paper gateway that quotes at a given pace, with an engine on it that has much to show."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from tests.cli.live import Desk, Engine, desk

# Symbol, price, tick, contracts: ten positions, all moving.
MARKETS = (
    ("MNQ", "21000", "0.25", 2),
    ("MES", "6000", "0.25", 2),
    ("NQ", "21000", "0.25", 1),
    ("ES", "6000", "0.25", 1),
    ("RTY", "2300", "0.1", 1),
    ("CL", "70", "0.01", 1),
    ("GC", "2600", "0.1", 1),
)

# So wide that nothing fires: what is measured is looking on.
_WIDE = {
    "rules.max_contracts.limit": 100,
    "rules.max_contracts_per_instrument.unlisted": "unlimited",
    "rules.daily_realized_loss.loss_limit": 1_000_000,
    "rules.daily_unrealized_loss.loss_limit": 1_000_000,
    "rules.max_unrealized_profit.target": 1_000_000,
    "rules.trade_frequency_limit.enabled": False,
    "rules.no_stop_loss_grace.enabled": False,
}


@asynccontextmanager
async def venue(folder: Path) -> AsyncIterator[tuple[Desk, Engine]]:
    """Open the gateway, start the engine, and take the positions."""
    async with desk(folder) as found, found.practice(**_WIDE):
        for symbol, price, _, _ in MARKETS:
            found.move(symbol, price)
        engine = await found.engine()
        try:
            for symbol, _, _, size in MARKETS:
                found.paper.place(symbol, "buy", size)
            await found.rests(**{symbol: size for symbol, _, _, size in MARKETS})
            yield found, engine
        finally:
            # In order it would take its paper gateway along, and that is us.
            await engine.kill()


async def quote(found: Desk, rate: float) -> None:
    """Move the markets in turn, `rate` times a second, until cancelled."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    steps = {symbol: itertools.cycle((0, 1, 2, 3, 2, 1)) for symbol, *_ in MARKETS}
    for sent, (symbol, price, tick, _) in enumerate(itertools.cycle(MARKETS), 1):
        found.move(symbol, str(Decimal(price) + Decimal(tick) * next(steps[symbol])))
        ahead_s = start + sent / rate - loop.time()
        # A late pump catches up; it must not skip.
        await asyncio.sleep(max(ahead_s, 0))


@asynccontextmanager
async def quoting(found: Desk, rate: float) -> AsyncIterator[None]:
    """Let the markets move meanwhile."""
    pump = asyncio.create_task(quote(found, rate))
    try:
        yield
    finally:
        pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pump
