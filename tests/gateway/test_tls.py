"""Certificates are verified for REST and hubs; there is no switch."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from curb.domain.errors import LinkLost
from curb.gateway import connection
from curb.gateway.connection import dial, origin_of
from curb.gateway.counters import Counters
from curb.gateway.line import Ear, open_line
from tests.gateway.rest_server import RestServer, ok

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate for localhost that nobody signed."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    whole = folder / "both.pem"
    whole.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return whole


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


def test_a_certificate_that_nobody_signed_is_refused_before_a_byte(certificate: Path) -> None:
    async def scene() -> None:
        async with tls_server(certificate) as (rest, port):
            with pytest.raises(LinkLost, match="certificate"):
                await dial(origin_of(f"https://localhost:{port}"))
            ear = Ear(lambda _target, _arguments: None, lambda: None)
            with pytest.raises(LinkLost, match=r"(?i)certificate"):
                async with open_line(
                    f"wss://localhost:{port}/hubs/user", SecretStr("x"), ear, Counters()
                ):
                    pass
            assert rest.asked == []

    asyncio.run(scene())


def test_a_trusted_certificate_serves_its_own_name_only(certificate: Path) -> None:
    async def scene() -> None:
        async with tls_server(certificate) as (rest, port):
            connection._verifying().load_verify_locations(certificate)
            line = await dial(origin_of(f"https://localhost:{port}"))
            head = b"POST /a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n"
            assert (await line.exchange(head, b"{}")).status == 200
            line.abort()
            await line.closed()
            with pytest.raises(LinkLost, match="certificate"):
                await dial(origin_of(f"https://127.0.0.1:{port}"))
            assert len(rest.asked) == 1

    try:
        asyncio.run(scene())
    finally:
        connection._verifying.cache_clear()
