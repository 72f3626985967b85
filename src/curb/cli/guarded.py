"""Which accounts an engine guards: those that the gateway offers and their owner took live.

A gateway that cannot be reached at a start is no reason to guard nobody: who was taken live is
known, so the locks stand, and the first read that comes is enforced.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from curb.cli import consent
from curb.cli.choice import chosen
from curb.config.models import Config
from curb.domain.book import Account
from curb.domain.errors import AuthLost, CurbError, LinkLost, OutcomeUnknown
from curb.gateway.client import GatewayClient

# A gateway that takes longer is waited for while the locks stand already.
_PATIENCE_S = 3.0
_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Guarded:
    """The accounts, the names on offer that nobody took live, and why nobody could be asked.

    With a `fault` the accounts are those that are known, and the client goes on to log in.
    """

    accounts: tuple[Account, ...]
    left_out: tuple[str, ...] = ()
    fault: str = ""


async def guarded(client: GatewayClient, gateway: str, config: Config, state_dir: Path) -> Guarded:
    """Open the client and return whom to guard. Raises CurbError where that is nobody."""
    names = config.account.names
    if config.gateway.name == "paper":
        accounts = chosen(await client.open(), names)
        consent.withdraw(state_dir)
        return Guarded(accounts)
    known = tuple(each for each in consent.known(gateway) if not names or each.name in names)
    try:
        async with asyncio.timeout(_PATIENCE_S if known else None):
            offered = chosen(await client.open(), names)
    except (TimeoutError, LinkLost, AuthLost, OutcomeUnknown) as e:
        if not known:
            raise
        client.follow(known)
        return Guarded(known, fault=str(e) or f"no answer within {_PATIENCE_S:.0f} s")
    allowed = consent.allowed(gateway, offered)
    return Guarded(allowed, tuple(each.name for each in offered if each not in allowed))


async def strangers(client: GatewayClient, found: Guarded, config: Config) -> tuple[str, ...]:
    """Wait until the gateway can be asked; return the names on offer that nobody guards."""
    while True:
        with suppress(CurbError):
            offered = await client.accounts()
            break
        await asyncio.sleep(_AGAIN_S)
    known, names = {each.id for each in found.accounts}, config.account.names
    wanted = (each for each in offered if not names or each.name in names)
    return tuple(each.name for each in wanted if each.id not in known)
