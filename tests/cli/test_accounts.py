"""Several accounts in one engine, over real sockets: each is watched by itself."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from curb.control.client import connect
from curb.control.paths import account_consent_path, socket_path
from curb.domain import codec
from curb.domain.snapshot import Snapshot
from curb.paper.service import Paper, PaperOptions, running
from tests.cli.live import Desk, Engine, until
from tests.cli.test_commands import curb, told
from tests.cli.test_wire import only

ONE, TWO = "PRAC-V2-PAPER-00007", "PRAC-V2-PAPER-00008"
OWN_COUNT = f"""
[accounts.{TWO}.rules.max_contracts]
enabled = true
mode = "enforce"
limit = 2
count = "net"
action = "close_all"
micro_weight = 1
"""


@asynccontextmanager
async def two_accounts(
    tmp: Path, own: str = "", **changes: Any
) -> AsyncIterator[tuple[Desk, Paper, Paper]]:
    """Open a paper gateway with two accounts, and a configuration with `own` at its end."""
    options = PaperOptions(prices="manual", trader="none", account=7, more_accounts=(8,))
    async with running(options) as paper:
        found = Desk(paper, tmp)
        found.write(**changes)
        with found.config.open("a") as file:
            file.write(own)
        one, two = paper.accounts
        with found.live():
            yield found, one, two


async def started(desk: Desk, *accounts: Paper) -> Engine:
    """Start an engine and wait until it has read every account."""

    def is_read(account: Paper) -> bool:
        asked = (r for r in desk.paper.record if r.get("path") == "/api/Trade/search")
        return any(row["body"].get("accountId") == account.account_id for row in asked)

    engine = await desk.engine()
    await until(lambda: all(map(is_read, accounts)) or engine.process.returncode is not None)
    return engine


def held(account: Paper) -> dict[str, int]:
    known = account.exchange.contracts
    return {known[key].symbol: each.net for key, each in account.exchange.positions.items()}


def flattened(engine: Engine) -> list[str]:
    return [row["account"] for row in engine.rows if row["action"] == "flatten"]


def hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_flat(account: Paper) -> Callable[[], bool]:
    return lambda: not held(account)


def test_a_breach_closes_the_account_that_broke_the_limit_and_the_row_names_it(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        async with two_accounts(tmp_path, **only("max_contracts")) as (desk, one, two):
            engine = await started(desk, one, two)
            one.place("MNQ", "buy", 4)
            two.place("MNQ", "buy", 6)
            row = await engine.row("RULE-001", "flatten")
            assert row["account"] == TWO
            assert (held(one), held(two)) == ({"MNQ": 4}, {})
            one.place("MNQ", "buy", 2)
            await until(is_flat(one))
            await until(lambda: len(flattened(engine)) == 2)
            assert flattened(engine) == [TWO, ONE]
            await engine.stop()

    asyncio.run(scene())


def test_a_lock_on_one_leaves_the_other_open_and_outlives_a_crash(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two_accounts(tmp_path, **only("daily_realized_loss")) as (desk, one, two):
            desk.move("ES", "6000")
            engine = await started(desk, one, two)
            for account in (one, two):
                account.place("ES", "buy", 2 if account is one else 1)
            await desk.quoted("ES")
            desk.move("ES", "5996")
            desk.move("ES", "5994.75")
            row = await engine.row("RULE-003", "flatten")
            assert row["account"] == ONE
            assert (held(one), held(two)) == ({}, {"ES": 1})
            await engine.kill()
            one.place("ES", "buy", 1)  # while nobody watches
            again = await desk.engine()
            row = await again.row("RULE-003", "close_position", under_lock=True)
            assert row["account"] == ONE
            two.place("ES", "buy", 1)
            one.place("MNQ", "sell", 1)
            await again.row("RULE-003", "close_position", symbol="MNQ", under_lock=True)
            assert (held(one), held(two)) == ({}, {"ES": 2})
            await again.stop()

    asyncio.run(scene())


def test_an_account_may_have_a_limit_of_its_own_also_after_a_reload(tmp_path: Path) -> None:
    async def scene() -> None:
        rule = only("max_contracts")
        async with two_accounts(tmp_path, OWN_COUNT, **rule) as (desk, one, two):
            engine = await started(desk, one, two)
            for account in (one, two):
                account.place("MNQ", "buy", 3)
            row = await engine.row("RULE-001", "flatten")
            assert (row["account"], "3 contracts" in row["reason"]) == (TWO, True)
            assert (held(one), held(two)) == ({"MNQ": 3}, {})
            text = desk.config.read_text()
            desk.config.write_text(text.replace("limit = 2\ncount", "limit = 1\ncount"))
            code, _, err = await curb(desk, "reload")
            assert code == 0, err
            row = await engine.row("CONFIG", "config_applied", file=hashed(desk.config))
            (change,) = row["details"]["changes"]
            assert change["key"] == f"accounts.{TWO}.rules.max_contracts.limit"
            assert (change["old"], change["new"], change["direction"]) == ("2", "1", "tighter")
            two.place("MNQ", "sell", 2)
            await until(is_flat(two))
            assert held(one) == {"MNQ": 3}
            await engine.stop()

    asyncio.run(scene())


def test_commands_name_every_account_and_flatten_the_one_asked_for(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two_accounts(tmp_path, **only("max_contracts")) as (desk, one, two):
            engine = await started(desk, one, two)
            for account in (one, two):
                account.place("MNQ", "buy", 1)
                account.place("ES", "buy", 1)
            await told(desk, *(f"{name}  OPEN  armed 1/" for name in (ONE, TWO)))
            assert (await curb(desk, "flatten", "MNQ", "--account", TWO))[0] == 0
            await until(lambda: held(two) == {"ES": 1})
            assert held(one) == {"MNQ": 1, "ES": 1}
            code, _, err = await curb(desk, "flatten", "--all", "--account", TWO.lower())
            assert code == 2
            assert f"expected an account out of {ONE}, {TWO}, found {TWO.lower()}" in err
            assert (await curb(desk, "flatten", "--all", "--account", TWO))[0] == 0
            await until(is_flat(two))
            assert held(one) == {"MNQ": 1, "ES": 1}
            row = await engine.row("MANUAL", "flatten")
            assert row["account"] == TWO
            assert (await curb(desk, "flatten", "--all"))[0] == 0
            await until(is_flat(one))
            code, out, _ = await curb(desk, "status", "--json")
            assert [each["name"] for each in json.loads(out)["accounts"]] == [ONE, TWO]
            await engine.stop()

    asyncio.run(scene())


def test_without_an_engine_the_account_asked_for_is_flattened_over_rest(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two_accounts(tmp_path) as (desk, one, two):
            for account in (one, two):
                account.place("MNQ", "buy", 1)
            words = ("flatten", "--all", "--config", str(desk.config))
            code, out, err = await curb(desk, *words, "--account", TWO)
            assert code == 0, err
            assert f"{TWO}: everything is flat" in out
            assert ONE not in out
            assert (held(one), held(two)) == ({"MNQ": 1}, {})
            code, _, err = await curb(desk, *words, "--account", "NOT-MINE")
            assert (code, "found NOT-MINE" in err) == (2, True)

    asyncio.run(scene())


def test_only_the_accounts_that_are_named_are_watched(tmp_path: Path) -> None:
    async def scene() -> None:
        rule = only("max_contracts") | {"account.names": [TWO]}
        async with two_accounts(tmp_path, **rule) as (desk, one, two):
            engine = await started(desk, two)
            one.place("MNQ", "buy", 9)
            two.place("MNQ", "buy", 6)
            await engine.row("RULE-001", "flatten")
            assert (held(one), held(two)) == ({"MNQ": 9}, {})
            await engine.stop()

    asyncio.run(scene())


def test_rules_of_an_account_that_is_not_watched_are_told_at_the_start(tmp_path: Path) -> None:
    async def scene() -> None:
        own = OWN_COUNT.replace(TWO, "TYPO")
        async with two_accounts(tmp_path, own, **only("max_contracts")) as (desk, one, two):
            engine = await started(desk, one, two)
            row = await engine.row("CONFIG", "warn")
            assert row["reason"] == "rules for TYPO hold for nobody: not watched"
            await engine.stop()

    asyncio.run(scene())


def test_an_account_that_nobody_took_live_keeps_no_guard_from_the_others(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two_accounts(tmp_path, **only("max_contracts")) as (desk, one, two):
            account_consent_path(desk.gateway, two.account_id).unlink()
            engine = await started(desk, one)
            row = await engine.row("ENGINE", "warn")
            assert row["reason"].startswith(f"{two.account_name} is NOT guarded")
            one.place("MNQ", "buy", 9)
            await engine.row("RULE-001", "flatten")
            async with connect(socket_path(desk.state_dir)) as client:
                shown = codec.decode(Snapshot, (await client.command("status")).data)
            assert [account.id for account in shown.accounts] == [one.account_id]
            assert not shown.is_ready
            await engine.stop()

    asyncio.run(scene())
