"""pysignalr and httpx: the transport that the known async clients are made of."""

import asyncio
import importlib
import sys
from typing import Any


async def main(url: str) -> None:
    """Answer until it is ended."""
    hubs, httpx = importlib.import_module("pysignalr.client"), importlib.import_module("httpx")
    tasks: set[asyncio.Task[Any]] = set()
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        body = {"accountId": 7, "contractId": "CON.F.US.MNQ.Z26"}

        async def hear(arguments: list[Any]) -> None:
            if arguments[0]["data"]["size"] == 6:
                # Not awaited here: pysignalr reads nothing while a handler waits.
                task = asyncio.create_task(client.post("/api/Position/closeContract", json=body))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

        async def ignore(_arguments: list[Any]) -> None:
            """Do nothing."""

        user = hubs.SignalRClient(f"{url}/hubs/user")
        user.on("GatewayUserPosition", hear)
        market = hubs.SignalRClient(f"{url}/hubs/market")
        market.on("GatewayQuote", ignore)
        await client.post("/api/Account/search", json={})
        await asyncio.gather(user.run(), market.run())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
