"""The paper gateway over TLS: what it shows, and what it cannot."""

import asyncio
import ssl
import sys
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from websockets.asyncio.client import connect

from curb.paper.certificate import CertificateError, shown
from curb.paper.options import PaperOptions
from curb.paper.service import running
from curb.paper.venue import OptionsError
from curb.wire import names, signalr
from tests.authority import Authority
from tests.paper.client import DEADLINE_S, Hub, log_in


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


def apart(whole: Path, folder: Path) -> tuple[Path, Path]:
    """Return the certificate and the key of a file, in two."""
    key, _, certificate = whole.read_text().partition("-----BEGIN CERTIFICATE")
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_text(f"-----BEGIN CERTIFICATE{certificate}")
    paths[1].write_text(key)
    return paths


@pytest.mark.parametrize("is_whole", [True, False])
def test_rest_and_hubs_are_served_to_who_knows_the_authority(
    authority: Authority, tmp_path: Path, is_whole: bool
) -> None:
    async def scenario() -> None:
        whole = authority.certificate("localhost")
        certificate, key = (whole, None) if is_whole else apart(whole, tmp_path)
        known = ssl.create_default_context(cafile=str(authority.path))
        options = PaperOptions(prices="manual", tls=certificate, tls_key=key)
        async with running(options) as paper:
            assert paper.url == f"https://localhost:{paper.port}"
            async with httpx.AsyncClient(base_url=paper.url, verify=known, trust_env=False) as http:
                token = await log_in(http, paper)
                negotiated = await http.post(
                    f"{names.USER_HUB}/negotiate?negotiateVersion=1&access_token={token}"
                )
                connection_id = negotiated.json()["connectionToken"]
            url = f"wss://localhost:{paper.port}{names.USER_HUB}"
            query = f"?id={connection_id}&access_token={token}"
            async with connect(url + query, ssl=known, proxy=None) as socket:
                user = Hub(socket)
                await user.send(signalr.handshake_request())
                assert "error" not in await user.completed(names.SUBSCRIBE_ACCOUNTS)

    asyncio.run(scenario())


def test_nothing_is_said_without_tls(authority: Authority) -> None:
    async def scenario() -> None:
        options = PaperOptions(prices="manual", tls=authority.certificate("localhost"))
        async with running(options) as paper:
            plain = paper.url.replace("https", "http")
            async with httpx.AsyncClient(base_url=plain, trust_env=False) as http:
                with pytest.raises(httpx.RemoteProtocolError):
                    await http.get(names.STATUS_PING)

    asyncio.run(scenario())


def test_what_cannot_be_shown_is_refused_with_the_reason(
    authority: Authority, tmp_path: Path
) -> None:
    certificate, key = apart(authority.certificate("localhost"), tmp_path)
    (tmp_path / "other").mkdir()
    _, other = apart(authority.certificate("other"), tmp_path / "other")
    locked = tmp_path / "locked.pem"
    loaded = serialization.load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(
        loaded.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    cases: list[tuple[Path, Path | None, str]] = [
        (tmp_path / "none.pem", None, "both PEM.* No such file"),
        (certificate, None, "its key, both PEM"),
        (key, None, "its key, both PEM"),
        (certificate, other, "mismatch"),
        (certificate, locked, "without a password"),
    ]
    for shown_one, its_key, words in cases:
        with pytest.raises(CertificateError, match=words):
            shown(shown_one, its_key)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (PaperOptions(tls=Path("a.pem"), relay=True), "expected --tls or a relay"),
        (PaperOptions(tls_key=Path("a.pem")), "expected --tls with --tls-key"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: PaperOptions, words: str) -> None:
    async def scenario() -> None:
        with pytest.raises(OptionsError, match=words):
            async with running(options):
                pass

    asyncio.run(scenario())


def test_the_program_speaks_tls_and_says_where(authority: Authority, tmp_path: Path) -> None:
    async def scenario() -> None:
        flags = ("--tls", str(authority.certificate("localhost")), "--prices", "manual")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "curb", "paper", "--key-file", str(tmp_path / "key.json")),
            *flags,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            async with asyncio.timeout(DEADLINE_S):
                line = (await process.stdout.readline()).decode()
            url = next(word for word in line.split() if word.startswith("https")).rstrip(",")
            known = ssl.create_default_context(cafile=str(authority.path))
            async with httpx.AsyncClient(base_url=url, verify=known, trust_env=False) as http:
                assert (await http.get(names.STATUS_PING)).json() == "pong"
        finally:
            process.terminate()
            assert await process.wait() == 0

    asyncio.run(scenario())


def test_the_program_says_in_one_line_what_it_cannot_show(tmp_path: Path) -> None:
    async def scenario() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "curb", "paper", "--tls", str(tmp_path / "none.pem")),
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(DEADLINE_S):
            _, words = await process.communicate()
        return process.returncode, words.decode()

    code, words = asyncio.run(scenario())
    assert code == 2
    assert words.startswith("curb paper: expected a certificate and its key, both PEM, in")
    assert words.count("\n") == 1
