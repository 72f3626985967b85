"""The ceiling: the product's socket library and its decoding, into a table of last prices."""

import sys
from datetime import UTC, datetime

import uvloop
from websockets.asyncio.client import connect

from curb.gateway.counters import Counters
from curb.gateway.quotes import QuoteReader
from curb.wire import signalr


async def main(url: str) -> None:
    """Read and decode until the gateway hangs up."""
    where = url.replace("http", "ws", 1)
    reader = QuoteReader(Counters(), lambda: datetime.now(UTC))  # noqa: TID251 - dates nothing here
    last: dict[str, object] = {}
    async with (
        connect(f"{where}/hubs/user", compression=None),
        connect(f"{where}/hubs/market", compression=None) as market,
    ):
        records = signalr.Records()
        async for frame in market:
            for message in records.feed(frame):
                for quote in reader.read(message["target"], message["arguments"]):
                    last[quote.contract_id] = quote.last


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
