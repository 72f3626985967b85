"""A call on a gateway: what it tells, in order, and that it changes nothing there."""

import asyncio
from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from curb.cli.checkup.call import call
from curb.cli.checkup.finding import Finding, Level
from curb.cli.checkup.machine import Clock
from curb.domain.book import Account
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import Endpoints, endpoints
from curb.paper.service import Paper, PaperOptions, running

CLOCK = Clock("UTC", True, None)


async def called(
    where: Endpoints, key: Credentials, names: Sequence[str] = ()
) -> tuple[tuple[Account, ...], list[Finding]]:
    told: list[Finding] = []
    return await call(where, key, names, CLOCK, told.append), told


def place(paper: Paper) -> Endpoints:
    return endpoints("custom", paper.url)


def key(paper: Paper, api_key: str = "") -> Credentials:
    return Credentials(paper.username, SecretStr(api_key or paper.api_key))


def test_everything_is_told_as_it_is_found() -> None:
    async def scene() -> None:
        async with running(PaperOptions(prices="manual", trader="none")) as paper:
            accounts, told = await called(place(paper), key(paper))
            assert [account.name for account in accounts] == [paper.account_name]
            assert [finding.about for finding in told] == [
                *("account", "clock", "user hub", "market hub", "latency"),
            ]
            assert all(finding.level is Level.OK for finding in told[:4])
            paths = {row["path"] for row in paper.record if row.get("path")}
            assert not {path for path in paths if "close" in path or "/Order/cancel" in path}

    asyncio.run(scene())


@pytest.mark.parametrize("is_wrong", ["key", "account"])
def test_who_is_not_let_in_is_told_why(is_wrong: str) -> None:
    async def scene() -> None:
        async with running(PaperOptions(prices="manual", trader="none")) as paper:
            names = ("50KTC-NOT-MINE",) if is_wrong == "account" else ()
            wrong = "no-such-key" if is_wrong == "key" else ""
            accounts, (told,) = await called(place(paper), key(paper, wrong), names)
            assert (accounts, told.level) == ((), Level.FAIL)
            words = {"key": "refused the login", "account": "expected 50KTC-NOT-MINE"}
            assert words[is_wrong] in told.words
            assert paper.api_key not in told.words

    asyncio.run(scene())


def test_a_gateway_out_of_reach() -> None:
    async def scene() -> None:
        async with running(PaperOptions(prices="manual", trader="none")) as paper:
            where, known = place(paper), key(paper)
        accounts, (told,) = await called(where, known)
        assert (accounts, told.level) == ((), Level.FAIL)
        assert "cannot reach" in told.words

    asyncio.run(scene())
