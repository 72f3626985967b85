"""signalrcore, which has a thread for each hub, and httpx without asyncio."""

import importlib
import sys
import threading
from typing import Any


def main(url: str) -> None:
    """Answer until it is ended."""
    builder = importlib.import_module("signalrcore.hub_connection_builder")
    httpx = importlib.import_module("httpx")
    client = httpx.Client(base_url=url, trust_env=False)
    body = {"accountId": 7, "contractId": "CON.F.US.MNQ.Z26"}

    def hear(arguments: list[Any]) -> None:
        if arguments[0]["data"]["size"] == 6:
            client.post("/api/Position/closeContract", json=body)

    def ignore(_arguments: list[Any]) -> None:
        """Do nothing."""

    client.post("/api/Account/search", json={})
    for hub, target, handler in (
        ("user", "GatewayUserPosition", hear),
        ("market", "GatewayQuote", ignore),
    ):
        connection = builder.HubConnectionBuilder().with_url(f"{url}/hubs/{hub}").build()
        connection.on(target, handler)
        connection.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
