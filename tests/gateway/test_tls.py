"""Certificates are verified for REST and hubs, on this machine too; there is no switch."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from curb.alerts.sender import verifying
from curb.domain.errors import LinkLost
from curb.domain.events import Event, Link, LinkChanged
from curb.gateway import connection
from curb.gateway.connection import dial, origin_of
from curb.gateway.counters import Counters
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import TOPSTEPX, endpoints
from curb.gateway.line import Ear, open_line
from curb.paper.service import PaperOptions, running
from tests.authority import Authority
from tests.gateway.rest_server import RestServer, ok
from tests.gateway.test_client import client_of
from tests.gateway.waiting import until


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """Return an authority that is named to the client, as a user names his own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    connection._verifying.cache_clear()
    yield authority
    connection._verifying.cache_clear()


@asynccontextmanager
async def tls_server(certificate: Path) -> AsyncIterator[tuple[RestServer, int]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    rest = RestServer().on("/a", ok({}))
    server = await asyncio.start_server(rest.serve, "127.0.0.1", 0, ssl=context)
    try:
        yield rest, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def refused(rest: RestServer, where: str) -> None:
    """See REST and hub refuse who is there, before a byte of theirs is read."""
    with pytest.raises(LinkLost, match="certificate"):
        await dial(origin_of(f"https://{where}"))
    ear = Ear(lambda _target, _arguments: None, lambda: None)
    with pytest.raises(LinkLost, match=r"(?i)certificate"):
        async with open_line(f"wss://{where}/hubs/user", SecretStr("x"), ear, Counters()):
            pass
    assert rest.asked == []


async def answered(where: str) -> int:
    line = await dial(origin_of(f"https://{where}"))
    head = b"POST /a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n"
    status = (await line.exchange(head, b"{}")).status
    line.abort()
    await line.closed()
    return status


def test_a_certificate_that_nobody_known_signed_is_refused(authority: Authority) -> None:
    async def scene() -> None:
        certificate = authority.certificate("127.0.0.1")
        async with tls_server(certificate) as (rest, port):
            await refused(rest, f"127.0.0.1:{port}")

    asyncio.run(scene())


def test_one_that_a_named_authority_signed_is_taken(trusted: Authority) -> None:
    async def scene() -> None:
        certificate = trusted.certificate("127.0.0.1")
        async with tls_server(certificate) as (_, port):
            assert await answered(f"127.0.0.1:{port}") == 200

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("hosts", "is_expired"), [(["gateway.example"], False), (["127.0.0.1", "localhost"], True)]
)
def test_it_serves_its_own_name_and_only_as_long_as_it_lasts(
    trusted: Authority, hosts: list[str], is_expired: bool
) -> None:
    async def scene() -> None:
        certificate = trusted.certificate(*hosts, is_expired=is_expired)
        async with tls_server(certificate) as (rest, port):
            await refused(rest, f"127.0.0.1:{port}")
            await refused(rest, f"localhost:{port}")

    asyncio.run(scene())


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:9", "wss://localhost:9", TOPSTEPX.api_url, TOPSTEPX.user_hub]
)
def test_every_address_is_verified_by_name(url: str) -> None:
    context = origin_of(url).tls
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("hosts", "is_expired", "is_taken"),
    [(["localhost"], False, True), (["localhost"], True, False), (["other.example"], False, False)],
)
def test_the_client_follows_a_paper_gateway_over_tls_where_it_can_know_it(
    trusted: Authority, hosts: list[str], is_expired: bool, is_taken: bool
) -> None:
    async def scene() -> None:
        certificate = trusted.certificate(*hosts, is_expired=is_expired)
        async with running(PaperOptions(prices="manual", tls=certificate)) as paper:
            events: list[Event] = []
            who = Credentials(paper.username, SecretStr(paper.api_key))
            client = client_of(endpoints("custom", paper.url), who, events, [])
            try:
                if not is_taken:
                    with pytest.raises(LinkLost, match="certificate"):
                        await client.open()
                    assert [each["kind"] for each in paper.record] == ["note"]
                    return
                (account,) = await client.open()
                assert account.name == paper.account_name
                await until(lambda: set(Link) <= up(events))
            finally:
                await client.close()

    asyncio.run(scene())


def up(events: list[Event]) -> set[Link]:
    return {each.link for each in events if isinstance(each, LinkChanged) and each.is_up}


def test_the_environment_gets_no_key_of_a_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who records the traffic could read the token with it."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert ssl.create_default_context().keylog_filename is not None
    for context in (connection._verifying.__wrapped__(), verifying()):
        assert context.keylog_filename is None
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
