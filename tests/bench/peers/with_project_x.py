"""project-x-py: its realtime client, and a bare callback or its position manager's close."""

import asyncio
import importlib
import sys
from typing import Any


async def main(url: str, how: str) -> None:
    """Answer until it is ended; `how` is "callback" or "manager"."""
    package = importlib.import_module("project_x_py")
    config = package.ProjectXConfig(
        api_url=f"{url}/api",
        user_hub_url=f"{url}/hubs/user",
        market_hub_url=f"{url}/hubs/market",
        # Its own limit of 60 a minute holds for closes, too.
        requests_per_minute=10_000_000,
        burst_limit=10_000_000,
    )
    async with package.ProjectX("bench", "bench", config=config) as client:
        await client.authenticate()
        realtime = package.ProjectXRealtimeClient(client.session_token, "7", config=config)
        bus = package.EventBus()
        manager = package.PositionManager(client, bus)
        tasks: set[asyncio.Task[Any]] = set()

        async def close(contract_id: str) -> None:
            if how == "manager":
                await manager.close_position_direct(contract_id)
            else:
                body = {"accountId": 7, "contractId": contract_id}
                await client._make_request("POST", "/Position/closeContract", data=body)

        async def hear(event: dict[str, Any]) -> None:
            row = event.get("data", event)
            row = row.get("data", row)
            if row["size"] == 6:
                task = asyncio.create_task(close(row["contractId"]))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

        await realtime.connect()
        await realtime.subscribe_user_updates()
        await realtime.subscribe_market_data(["CON.F.US.MNQ.Z26"])
        if how == "manager":
            await manager.initialize(realtime)
        await realtime.add_callback("position_update", hear)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
