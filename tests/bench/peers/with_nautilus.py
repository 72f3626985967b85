"""nautilus_trader: quotes through its backtest engine with an open position, its P&L each time.

`python FILE COUNT` prints quotes a second, as JSON.
"""

import importlib
import json
import sys
import time
from typing import Any


def main(count: int) -> None:
    """Run so many quotes, each of which asks for the portfolio's open P&L."""
    model = importlib.import_module("nautilus_trader.model")
    backtest = importlib.import_module("nautilus_trader.backtest.engine")
    config = importlib.import_module("nautilus_trader.config")
    kit = importlib.import_module("nautilus_trader.test_kit.providers")
    strategies = importlib.import_module("nautilus_trader.trading.strategy")
    enums = importlib.import_module("nautilus_trader.model.enums")
    engine = backtest.BacktestEngine(
        config.BacktestEngineConfig(logging=config.LoggingConfig(bypass_logging=True))
    )
    instrument = kit.TestInstrumentProvider.default_fx_ccy("EUR/USD")
    venue = instrument.id.venue
    dollars = importlib.import_module("nautilus_trader.model.currencies").USD
    engine.add_venue(
        venue=venue,
        oms_type=enums.OmsType.NETTING,
        account_type=enums.AccountType.MARGIN,
        base_currency=dollars,
        starting_balances=[model.Money(1_000_000, dollars)],
    )
    engine.add_instrument(instrument)
    quotes = [
        model.QuoteTick(
            instrument.id,
            instrument.make_price(1.1 + n % 8 / 100_000),
            instrument.make_price(1.10001 + n % 8 / 100_000),
            instrument.make_qty(1_000_000),
            instrument.make_qty(1_000_000),
            n * 1_000_000,
            n * 1_000_000,
        )
        for n in range(count)
    ]
    engine.add_data(quotes)

    class Watch(strategies.Strategy):  # type: ignore[misc, name-defined]
        is_open = False

        def on_start(self) -> None:
            self.subscribe_quote_ticks(instrument.id)

        def on_quote_tick(self, _tick: Any) -> None:
            if not self.is_open:
                self.is_open = True
                size = instrument.make_qty(100_000)
                self.submit_order(
                    self.order_factory.market(instrument.id, enums.OrderSide.BUY, size)
                )
            self.portfolio.unrealized_pnl(instrument.id)

    engine.add_strategy(Watch())
    began = time.perf_counter()
    engine.run()
    sys.stdout.write(json.dumps({"rate": count / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
