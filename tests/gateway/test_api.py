import asyncio
from datetime import UTC, datetime
from time import monotonic

import pytest
from pydantic import SecretStr

from curb.domain.errors import OutcomeUnknown
from curb.domain.events import Link, LinkChanged
from tests.gateway.rest_server import DROP, ok, raw
from tests.gateway.rig import rig

TOKEN = SecretStr("CANARY.TOKEN.x")


def test_both_ways_send_the_token_and_the_body() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}))
            await made.api.query("/a", {"n": 1}, TOKEN)
            await made.api.order("/a", {"n": 2}, TOKEN)
            for asked, number in zip(made.rest.asked, (1, 2), strict=True):
                assert asked.headers["authorization"] == "Bearer CANARY.TOKEN.x"
                assert asked.headers["content-type"] == "application/json"
                assert asked.headers["host"] in made.rest.url
                assert asked.body == {"n": number}
            assert made.budget.used() == made.counters.requests == 2

    asyncio.run(scene())


def test_a_new_token_makes_a_new_head() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}))
            for text in ("one", "one", "two"):
                await made.api.order("/a", {}, SecretStr(text))
            sent = [asked.headers["authorization"] for asked in made.rest.asked]
            assert sent == ["Bearer one", "Bearer one", "Bearer two"]
            assert "Bearer" not in repr(made.api._heads)

    asyncio.run(scene())


def test_every_answer_tells_the_gateways_time() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}, "Date: Fri, 20 Nov 2026 15:00:07 GMT"), raw(500), ok({}))
            for _ in range(3):
                await made.api.order("/a", {}, TOKEN)
            await made.api.query("/a", {})
            assert made.times == [datetime(2026, 11, 20, 15, 0, 7, tzinfo=UTC)]

    asyncio.run(scene())


def test_the_link_is_told_when_it_changes_and_only_then() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}), ok({}), DROP, DROP, ok({}), raw(503), raw(500), raw(401))
            for _ in range(8):
                try:
                    await made.api.order("/a", {}, TOKEN)
                except OutcomeUnknown:
                    continue
            changes = [(e.is_up, e.link) for e in made.events if isinstance(e, LinkChanged)]
            assert changes == [(up, Link.REST) for up in (True, False, True, False, True)]

    asyncio.run(scene())


def test_a_429_pauses_reads_for_as_long_as_it_says() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", raw(429, b"", "Retry-After: 40"))
            assert made.budget.refusal(1) is None
            assert (await made.api.query("/a", {}, TOKEN)).status == 429
            refusal = made.budget.refusal(1)
            assert refusal is not None
            assert "pause of" in refusal
            assert made.counters.rate_limited == 1

    asyncio.run(scene())


def test_a_redirect_is_not_followed() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", raw(302, b"", "Location: /b")).on("/b", ok({}))
            assert (await made.api.query("/a", {}, TOKEN)).status == 302
            assert made.rest.paths() == ["/a"]

    asyncio.run(scene())


@pytest.mark.parametrize(
    "header",
    ["Content-Encoding: gzip", "Location: http://[", "Set-Cookie: =;;=", "Content-Type: \xff"],
)
def test_an_odd_header_is_not_acted_on(header: str) -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", raw(302, b"whole", header))
            reply = await made.api.query("/a", {}, TOKEN)
            assert (reply.status, reply.body) == (302, b"whole")
            await made.api.query("/a", {}, TOKEN)
            assert "cookie" not in made.rest.asked[-1].headers

    asyncio.run(scene())


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}))
            assert (await made.api.query("/a", {}, TOKEN)).status == 200

    asyncio.run(scene())


def test_closes_find_two_warm_connections() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}))
            await made.api.keep_warm()
            await asyncio.gather(*(made.api.order("/a", {}, TOKEN) for _ in range(2)))
            assert {asked.connection for asked in made.rest.asked} == {1, 2}

    asyncio.run(scene())


def test_every_call_is_timed_and_what_fails_is_counted() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", ok({}), raw(500), ok({}), DROP)
            for _ in range(2):
                await made.api.query("/a", {}, TOKEN)
            await made.api.order("/a", {}, TOKEN)
            with pytest.raises(OutcomeUnknown):
                await made.api.order("/a", {}, TOKEN)
            now = monotonic()
            assert made.counters.latencies_ms.count(now) == 3
            assert made.counters.failures.count(now) == 2

    asyncio.run(scene())
