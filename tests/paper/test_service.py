import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import connect

from curb.paper.server import PortError
from curb.paper.service import PaperOptions, running, serve
from curb.paper.venue import OptionsError
from curb.wire import names, signalr
from tests.paper.client import DEADLINE_S, hub, log_in, rest, watching


def start(*flags: str, **environment: str) -> subprocess.Popen[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("CURB_")}
    return subprocess.Popen(
        [sys.executable, "-m", "curb", "paper", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=known | environment,
    )


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_says_where_it_is_writes_its_key_and_ends_in_order(tmp_path: Path) -> None:
    key = tmp_path / "deep" / "paper.json"
    record = tmp_path / "record.jsonl"
    flags = ("--key-file", str(key), "--account", "4711", "--record", str(record))
    with start(*flags) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = json.loads(key.read_text())
        mode = stat.S_IMODE(key.stat().st_mode)
        with httpx.Client(base_url=found["url"], trust_env=False) as http:
            body = {"userName": found["username"], "apiKey": found["api_key"]}
            answer = http.post(names.LOGIN_KEY, json=body).json()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=DEADLINE_S)
    assert line.startswith(f"paper gateway on {found['url']}, account PRAC-V2-PAPER-04711")
    assert (found["account_id"], found["pid"], found["record"]) == (4711, process.pid, str(record))
    assert mode == 0o600
    assert answer["success"]
    assert (process.returncode, errors) == (0, "")
    assert not key.exists()
    assert "loginKey" in record.read_text()
    assert found["api_key"] not in record.read_text()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_a_port_in_use_is_one_clear_line_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start("--port", str(port)) as process:
            output, errors = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, output) == (2, "")
    assert errors.count("\n") == 1
    assert f"port {port}" in errors


def test_without_a_key_file_the_key_goes_to_the_home_directory(tmp_path: Path) -> None:
    with start(HOME=str(tmp_path)) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        (key,) = (tmp_path / ".local" / "state" / "curb").iterdir()
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (key, key.parent)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=DEADLINE_S)
    assert str(key) in line
    assert modes == [0o600, 0o700]
    assert process.returncode == 0


def test_given_credentials_are_used_and_written_nowhere(tmp_path: Path) -> None:
    given = {"CURB_USERNAME": "Trader", "CURB_API_KEY": "CANARY", "HOME": str(tmp_path)}
    with start(**given) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[3].rstrip(",")
        with httpx.Client(base_url=url, trust_env=False) as http:
            body = {"userName": "trader", "apiKey": "CANARY"}
            answer = http.post(names.LOGIN_KEY, json=body).json()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE_S)
    assert answer["success"]
    assert "CANARY" not in line
    assert list(tmp_path.iterdir()) == []


def test_it_ends_by_itself_when_nobody_ever_came() -> None:
    with start("--linger", "0.2", CURB_USERNAME="a", CURB_API_KEY="b") as process:
        process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0


def test_it_stays_while_somebody_watches_and_ends_after_the_last_one_left(tmp_path: Path) -> None:
    key = tmp_path / "paper.json"

    async def watch() -> bool:
        found = json.loads(key.read_text())
        async with httpx.AsyncClient(base_url=found["url"], trust_env=False) as http:
            body = {"userName": found["username"], "apiKey": found["api_key"]}
            token = (await http.post(names.LOGIN_KEY, json=body)).json()["token"]
        url = f"{found['url'].replace('http', 'ws')}/hubs/user?access_token={token}"
        async with connect(url, proxy=None) as socket:
            await socket.send(signalr.handshake_request())
            await asyncio.sleep(1.5)  # longer than the linger: what is shown is that it stays
            return process.poll() is None

    with start("--linger", "1", "--key-file", str(key)) as process:
        until(key.exists)
        assert asyncio.run(watch())
        process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0


def test_state_is_kept_by_account(tmp_path: Path) -> None:
    async def first(options: PaperOptions) -> Any:
        async with running(options) as paper:
            paper.set_price("ES", "6500")
            paper.place("ES", "buy", 2)
            stop = paper.place("ES", "sell", 2, "stop", stop=6400)
            return stop, paper.exchange.balance

    async def second(options: PaperOptions) -> Any:
        async with running(options) as paper, rest(paper) as asking:
            paper.set_price("ES", "6399.75")
            rows = (await asking.ask(names.TRADE_SEARCH))["trades"]
            return paper.exchange, [row["orderId"] for row in rows]

    options = PaperOptions(prices="manual", account=7, state=tmp_path)
    stop, balance = asyncio.run(first(options))
    exchange, orders = asyncio.run(second(options))
    assert (not exchange.positions, orders[0], len(orders)) == (True, stop, 2)
    assert balance > exchange.balance
    other = PaperOptions(prices="manual", account=8, state=tmp_path)
    assert asyncio.run(second(other))[1] == []


def test_each_process_offers_a_new_account() -> None:
    async def account() -> int:
        async with running(PaperOptions(prices="manual")) as paper:
            return paper.account_id

    ids = [asyncio.run(account()) for _ in range(5)]
    assert len(set(ids)) > 3
    assert all(0 < each < 2**31 for each in ids)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (PaperOptions(symbol="XX"), "expected a symbol"),
        (PaperOptions(replay=Path("x.csv")), "--symbol"),
        (PaperOptions(replay=Path("x.csv"), symbol="ES", speed=0), "--speed"),
        (PaperOptions(replay=Path("no-such.csv"), symbol="ES"), "cannot read"),
        (PaperOptions(replay=Path("pyproject.toml"), symbol="ES"), "timestamp,price"),
        (PaperOptions(port=99_999), "port 99999"),
    ],
)
def test_options_that_do_not_fit_are_one_clear_line_and_exit_code_2(
    options: PaperOptions, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve(options) == 2
    errors = capsys.readouterr().err
    assert words in errors
    assert errors.count("\n") == 1


def test_a_wrong_state_file_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "account-7.json").write_text('{"balance": "much"}')
    assert serve(PaperOptions(account=7, state=tmp_path)) == 2
    assert "account-7.json" in capsys.readouterr().err


def test_running_raises_where_it_cannot_start() -> None:
    async def scenario() -> None:
        async with running(PaperOptions(prices="manual")) as paper:
            with pytest.raises(PortError):
                async with running(PaperOptions(port=paper.port)):
                    pass
            with pytest.raises(OptionsError):
                async with running(PaperOptions(symbol="??")):
                    pass

    asyncio.run(scenario())


def test_generated_quotes_come_by_themselves_once_somebody_looks() -> None:
    async def scenario() -> int:
        async with running(PaperOptions(seed=1)) as paper:
            async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
                token = await log_in(http, paper)
            async with hub(paper, names.MARKET_HUB, token) as market:
                await market.completed(names.SUBSCRIBE_QUOTES, paper.contract("NQ"))
                await market.until(lambda _: len(market.events(names.QUOTE)) >= 5)
                return len(market.events(names.QUOTE))

    assert asyncio.run(scenario()) >= 5


def test_the_trader_begins_when_his_account_is_watched() -> None:
    async def scenario() -> Any:
        async with running(PaperOptions(seed=1, trader="tilt")) as paper:
            async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
                token = await log_in(http, paper)
            before = [row for row in paper.record if row["kind"] == "trader"]
            async with watching(paper, token) as user:
                event = await user.until(lambda each: each.get("target") == names.USER_POSITION)
            return before, event["arguments"][0]["data"]["size"]

    assert asyncio.run(scenario()) == ([], 1)


def test_given_options_reach_the_gateway() -> None:
    async def scenario() -> Any:
        options = PaperOptions(
            prices="manual", username="Me", api_key=SecretStr("mine"), account=2**31 - 1
        )
        async with running(options) as paper:
            return paper.username, paper.api_key, paper.account_id, paper.account_name

    assert asyncio.run(scenario()) == ("Me", "mine", 2**31 - 1, "PRAC-V2-PAPER-83647")


def test_time_that_is_let_pass_stands_in_the_next_answer() -> None:
    async def scenario() -> tuple[datetime, datetime]:
        async with (
            running(PaperOptions(trader="none")) as paper,
            httpx.AsyncClient(base_url=paper.url, trust_env=False) as http,
        ):
            before = paper.floor.clock.now()
            paper.pass_time(timedelta(hours=5))
            answer = await http.post(names.LOGIN_KEY, json={})
            return before, parsedate_to_datetime(answer.headers["date"])

    before, told = asyncio.run(scenario())
    assert timedelta(hours=5) - timedelta(seconds=1) < told - before < timedelta(hours=6)
